#include "host/lent_note.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"
#include "text/front.h"

#include <string.h>

/* A note is immutable to plugins; what is read late is invisible to them. One thread at a time uses it. */
static struct chiron_note *inside(const chiron_note *note)
{
    return (struct chiron_note *)note;
}

static bool copy(struct arena *arena, struct sv *text)
{
    if (text->len == 0) {
        *text = (struct sv){0};
        return true;
    }
    *text = arena_copy(arena, *text);
    return text->ptr != NULL;
}

bool lent_note_init(struct chiron_note *note, struct lender *lender, struct arena *arena, const struct record *record,
                    struct sv lang)
{
    struct record *own = &note->record;
    *note = (struct chiron_note){.lender = lender, .arena = arena, .record = *record};
    if (own->lang.len == 0)
        own->lang = lang;
    struct sv *texts[] = {&own->path,  &own->handle,  &own->short_handle, &own->space,    &own->type,
                          &own->title, &own->date,    &own->created,      &own->modified, &own->lang,
                          &own->tags,  &own->aliases, &own->fields,       &own->snippet,  &own->authors};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (!copy(arena, texts[i]))
            return false;
    return true;
}

void lent_note_release(struct chiron_note *note)
{
    tree_free(note->fields.root);
    tree_free(note->tags.root);
    tree_free(note->aliases.root);
    note->fields.root = note->tags.root = note->aliases.root = NULL;
}

void lent_note_set_bytes(struct chiron_note *note, struct sv bytes)
{
    struct front front;
    note->bytes = bytes;
    (void)front_find(bytes, &front, NULL); /* never closed: all of it is body */
    note->body = front.body;
    note->body_line = front.body_line;
    note->utf8 = utf8_is_valid(bytes);
}

/* --- what is read late --- */

static void keep_unread(struct lender *lender, const struct err *err)
{
    if (lender->unread.code == DONE)
        lender->unread = *err;
}

void lent_note_load_content(struct chiron_note *note)
{
    struct err err = {0};
    if (note->has_content)
        return;
    note->has_content = true;
    note->body_line = 1;
    if (note->lender->ops->content(note->lender, note, &err) != DONE)
        keep_unread(note->lender, &err);
}

void lent_note_load_headings(struct chiron_note *note)
{
    struct err err = {0};
    if (note->has_headings)
        return;
    note->has_headings = true;
    if (note->lender->ops->headings(note->lender, note, &err) != DONE)
        keep_unread(note->lender, &err);
}

void lent_note_load_links(struct chiron_note *note)
{
    struct err err = {0};
    if (note->has_links)
        return;
    note->has_links = true;
    if (note->lender->ops->links(note->lender, note, &err) != DONE)
        keep_unread(note->lender, &err);
}

bool lent_note_add_heading(struct chiron_note *note, struct sv text, unsigned level, unsigned line)
{
    struct chiron_heading *grown =
        arena_grow(note->arena, note->headings, &note->heading_capacity, note->heading_count, sizeof(*grown));
    if (grown == NULL || !copy(note->arena, &text))
        return false;
    note->headings = grown;
    grown[note->heading_count++] =
        (struct chiron_heading){.struct_size = sizeof(*grown), .level = level, .line = line, .text = lend_sv(text)};
    return true;
}

bool lent_note_add_link(struct chiron_note *note, const struct chiron_link *link)
{
    struct chiron_link own = *link;
    chiron_sv *texts[] = {&own.target, &own.path, &own.anchor, &own.label, &own.kind};
    struct chiron_link *grown =
        arena_grow(note->arena, note->links, &note->link_capacity, note->link_count, sizeof(*grown));
    if (grown == NULL)
        return false;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct sv text = take_sv(*texts[i]);
        if (!copy(note->arena, &text))
            return false;
        *texts[i] = lend_sv(text);
    }
    own.struct_size = sizeof(own);
    note->links = grown;
    grown[note->link_count++] = own;
    return true;
}

/* --- chiron.notes/1 --- */

static int64_t note_id(const chiron_note *note)
{
    return note->record.id;
}

static struct sv content_of(const chiron_note *note, uint32_t what)
{
    lent_note_load_content(inside(note));
    return what == CHIRON_NOTE_BODY ? sv_from(note->bytes, note->body) : note->bytes;
}

static chiron_sv note_text(const chiron_note *note, uint32_t what)
{
    const struct record *record = &note->record;
    switch (what) {
    case CHIRON_NOTE_PATH:
        return lend_sv(record->path);
    case CHIRON_NOTE_HANDLE:
        return lend_sv(record->handle);
    case CHIRON_NOTE_SPACE:
        return lend_sv(record->space);
    case CHIRON_NOTE_VISIBILITY:
        return lend_sv(sv_of(visibility_name(record->visibility)));
    case CHIRON_NOTE_TYPE:
        return lend_sv(record->type);
    case CHIRON_NOTE_TITLE:
        return lend_sv(record->title);
    case CHIRON_NOTE_DATE:
        return lend_sv(record->date);
    case CHIRON_NOTE_CREATED:
        return lend_sv(record->created);
    case CHIRON_NOTE_MODIFIED:
        return lend_sv(record->modified);
    case CHIRON_NOTE_LANG:
        return lend_sv(record->lang);
    case CHIRON_NOTE_BODY:
    case CHIRON_NOTE_BYTES:
        return lend_sv(content_of(note, what));
    case CHIRON_NOTE_FIELDS:
        return lend_sv(record->fields);
    default:
        return (chiron_sv){0};
    }
}

static bool note_utf8(const chiron_note *note)
{
    lent_note_load_content(inside(note));
    return note->utf8;
}

static uint64_t note_words(const chiron_note *note)
{
    return note->record.words < 0 ? 0 : (uint64_t)note->record.words;
}

static uint32_t note_body_line(const chiron_note *note)
{
    lent_note_load_content(inside(note));
    return note->body_line;
}

static const struct tree *json_of(struct chiron_note *note, struct lent_json *json, struct sv text)
{
    struct err err = {0};
    if (json->parsed || text.len == 0)
        return json->root;
    json->parsed = true;
    if (tree_parse(text, &json->root, &err) != DONE)
        keep_unread(note->lender, &err);
    return json->root;
}

/* A scalar's text; numbers and truth values are written out into the note's arena. */
static chiron_status scalar_text(struct chiron_note *note, const struct tree *value, chiron_sv *text_out)
{
    struct buf text = {0};
    struct sv own;
    switch (tree_kind(value)) {
    case TREE_TEXT:
        *text_out = lend_sv(tree_text(value));
        return CHIRON_OK;
    case TREE_BOOL:
        *text_out = lend_sv(tree_bool(value) ? SV("true") : SV("false"));
        return CHIRON_OK;
    case TREE_INT:
        json_put_int(&text, tree_int(value));
        break;
    case TREE_NUMBER:
        json_put_number(&text, tree_number(value));
        break;
    case TREE_NULL:
    case TREE_LIST:
    case TREE_MAP:
        return CHIRON_NONE;
    }
    own = arena_copy(note->arena, buf_view(&text));
    buf_release(&text);
    *text_out = lend_sv(own);
    return own.ptr == NULL ? CHIRON_ENOMEM : CHIRON_OK;
}

static chiron_status nth_text(struct chiron_note *note, const struct tree *value, size_t nth, chiron_sv *text_out)
{
    *text_out = (chiron_sv){0};
    if (tree_kind(value) == TREE_LIST)
        value = tree_nth(value, nth);
    else if (nth > 0)
        return CHIRON_NONE;
    return scalar_text(note, value, text_out);
}

static chiron_status note_field(const chiron_note *note, const char *path, size_t nth, chiron_sv *value_out)
{
    struct chiron_note *own = inside(note);
    const struct tree *fields = json_of(own, &own->fields, own->record.fields);
    return nth_text(own, path == NULL ? NULL : tree_at(fields, sv_of(path)), nth, value_out);
}

static chiron_status note_tag(const chiron_note *note, size_t nth, chiron_sv *tag_out)
{
    struct chiron_note *own = inside(note);
    return nth_text(own, json_of(own, &own->tags, own->record.tags), nth, tag_out);
}

static chiron_status note_alias(const chiron_note *note, size_t nth, chiron_sv *alias_out)
{
    struct chiron_note *own = inside(note);
    return nth_text(own, json_of(own, &own->aliases, own->record.aliases), nth, alias_out);
}

/* Fills as much of the caller's struct as it has; its struct_size stays what it was. */
static void fill(void *into, uint32_t size, const void *from, size_t have)
{
    size_t len = size < have ? size : have;
    if (len > sizeof(uint32_t))
        memcpy((char *)into + sizeof(uint32_t), (const char *)from + sizeof(uint32_t), len - sizeof(uint32_t));
}

static chiron_status note_heading(const chiron_note *note, size_t nth, chiron_heading *heading_out)
{
    lent_note_load_headings(inside(note));
    if (nth >= note->heading_count)
        return CHIRON_NONE;
    fill(heading_out, heading_out->struct_size, &note->headings[nth], sizeof(*heading_out));
    return CHIRON_OK;
}

static chiron_status note_link(const chiron_note *note, size_t nth, chiron_link *link_out)
{
    lent_note_load_links(inside(note));
    if (nth >= note->link_count)
        return CHIRON_NONE;
    fill(link_out, link_out->struct_size, &note->links[nth], sizeof(*link_out));
    return CHIRON_OK;
}

const chiron_notes_v1 lent_notes = {
    .struct_size = sizeof(lent_notes),
    .id = note_id,
    .text = note_text,
    .utf8 = note_utf8,
    .words = note_words,
    .body_line = note_body_line,
    .field = note_field,
    .tag = note_tag,
    .alias = note_alias,
    .heading = note_heading,
    .link = note_link,
};
