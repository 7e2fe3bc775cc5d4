#include "catalogue/parsed.h"

#include "base/file.h"
#include "catalogue/field_pack.h"
#include "catalogue/fold_key.h"
#include "catalogue/link_pack.h"
#include "catalogue/squeeze.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct work {
    struct arena *arena;
    struct buf *scratch;
    struct parsed *parsed;
    struct field_row *rows;
    size_t row_count, row_capacity;
    struct err *err;
};

enum { SNIPPET_MAX = 160 };

/* Moves what was put into the scratch buffer to the arena. */
static status keep(struct work *work, struct sv *out)
{
    status s = buf_check(work->scratch, work->err);
    if (s != DONE)
        return s;
    *out = arena_copy(work->arena, buf_view(work->scratch));
    return out->ptr ? DONE : err_no_memory(work->err);
}

static status keep_list(struct work *work, const struct sv *texts, size_t count, struct sv *out)
{
    buf_clear(work->scratch);
    for (size_t i = 0; i < count; i++)
        pack_text(work->scratch, texts[i]);
    return keep(work, out);
}

/* --- fields --- */

static status add_field(void *payload, struct sv key, struct sv text, enum field_kind kind, double number,
                        struct err *err)
{
    (void)number; /* also what is text by its declaration may be compared as a number */
    struct work *work = payload;
    struct field_row *rows = arena_grow(work->arena, work->rows, &work->row_capacity, work->row_count, sizeof *rows);
    if (!rows)
        return err_no_memory(err);
    work->rows = rows;
    struct field_row *row = &rows[work->row_count++];
    bool reference = kind == FIELD_REF || sv_starts(text, SV("[["));
    row->key = fold_field_key(work->arena, work->scratch, key);
    row->value = reference ? fold_reference(work->arena, work->scratch, text)
                           : fold_copy(work->arena, work->scratch, sv_trim(text));
    return row->key.ptr && row->value.ptr ? DONE : err_no_memory(err);
}

static status keep_fields(struct work *work, const struct types *types)
{
    const struct note *note = &work->parsed->note;
    struct stored_note *stored = &work->parsed->stored;
    struct field_context context = {stored->title, stored->date, stored->lang, stored->type, stored->tags};
    struct sv json;
    buf_clear(work->scratch);
    status s = note_fields_json(note, types, work->scratch, work->err);
    if (s == DONE)
        s = keep(work, &json);
    if (s == DONE)
        s = note_each_field(note, types, add_field, work, work->err);
    buf_clear(work->scratch);
    if (s == DONE)
        s = field_pack(work->scratch, &context, json, work->rows, work->row_count, work->arena, work->err);
    return s == DONE ? keep(work, &stored->fields) : s;
}

/* --- the body --- */

static status keep_links(struct work *work)
{
    const struct note *note = &work->parsed->note;
    buf_clear(work->scratch);
    for (size_t i = 0; i < note->field_link_count; i++)
        pack_link(work->scratch, &note->field_links[i]);
    for (size_t i = 0; i < note->outline.link_count; i++)
        pack_link(work->scratch, &note->outline.links[i]);
    status s = keep(work, &work->parsed->stored.links);
    buf_clear(work->scratch);
    squeeze(work->scratch, work->parsed->stored.links);
    return s == DONE ? keep(work, &work->parsed->links) : s;
}

static status keep_headings(struct work *work)
{
    const struct outline *outline = &work->parsed->note.outline;
    struct buf anchor = {0};
    buf_clear(work->scratch);
    for (size_t i = 0; i < outline->heading_count; i++)
        pack_heading(work->scratch, &outline->headings[i], &anchor);
    buf_release(&anchor);
    status s = keep(work, &work->parsed->stored.headings);
    if (s != DONE)
        return s;
    buf_clear(work->scratch);
    for (size_t i = 0; i < outline->block_id_count; i++)
        pack_text(work->scratch, outline->block_ids[i].id);
    return keep(work, &work->parsed->blocks);
}

/* A line of prose may be a whole page: what is shown of it ends with a word. */
static status keep_snippet(struct work *work)
{
    struct sv line = work->parsed->note.outline.first_line, shown = line;
    if (line.len > SNIPPET_MAX) {
        size_t end = SNIPPET_MAX;
        while (end > 0 && (line.ptr[end] & 0xc0) == 0x80)
            end--;
        size_t space = sv_rchr(sv_sub(line, 0, end), ' ');
        shown = sv_trim_right(sv_sub(line, 0, space == SIZE_MAX || space < SNIPPET_MAX / 2 ? end : space));
    }
    buf_clear(work->scratch);
    buf_put(work->scratch, shown);
    if (shown.len < line.len)
        buf_put_c(work->scratch, "\u2026");
    return keep(work, &work->parsed->snippet);
}

/* --- the whole --- */

/* Most keys are the title in small letters, which SQLite makes as well: those are left out. order.c */
static status keep_title_key(struct work *work)
{
    struct sv title = work->parsed->note.title;
    buf_clear(work->scratch);
    fold_sort_key(title, work->scratch);
    bool follows = work->scratch->len == title.len;
    for (size_t i = 0; follows && i < title.len; i++) {
        char c = title.ptr[i];
        follows = work->scratch->ptr[i] == (c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c);
    }
    if (follows && !work->scratch->failed)
        buf_clear(work->scratch);
    return keep(work, &work->parsed->title_key);
}

static status keep_text(struct work *work)
{
    struct parsed *parsed = work->parsed;
    const struct note *note = &parsed->note;
    char iso[DATE_TEXT_SIZE];
    parsed->stored =
        (struct stored_note){.path = note->path, .type = note->type, .lang = note->lang, .title = note->title};
    status s = keep_title_key(work);
    buf_clear(work->scratch);
    buf_put_c(work->scratch, date_format(note->date, iso));
    if (s == DONE)
        s = keep(work, &parsed->stored.date);
    if (s == DONE)
        s = keep_list(work, note->tags, note->tag_count, &parsed->stored.tags);
    if (s == DONE)
        s = keep_list(work, note->aliases, note->alias_count, &parsed->stored.aliases);
    return s == DONE ? keep_snippet(work) : s;
}

static status keep_all(struct work *work, const struct types *types)
{
    struct parsed *parsed = work->parsed;
    status s = keep_text(work);
    if (s == DONE)
        s = keep_fields(work, types);
    if (s == DONE)
        s = keep_links(work);
    if (s == DONE)
        s = keep_headings(work);
    if (s == DONE)
        s = terms_of(&parsed->stored, work->arena, work->scratch, &parsed->terms, &parsed->term_count, work->err);
    return s;
}

static int64_t nanoseconds(struct timespec t)
{
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* The stamp is of the very file that is read, not of what the walk saw before. */
static status read_file(const struct parse_input *input, struct buf *bytes, struct facts *facts, struct err *err)
{
    int fd;
    struct stat st;
    status s = file_open_beneath(input->vault->root_fd, input->path, O_RDONLY | O_NONBLOCK, 0, &fd, err);
    if (s != DONE)
        return s;
    if (fstat(fd, &st) == 0) {
        struct file_stamp stamp = {st.st_size, nanoseconds(st.st_mtim), nanoseconds(st.st_ctim), st.st_ino, st.st_dev,
                                   st.st_mode};
        facts_of_stamp(&stamp, facts);
    }
    if (facts->size <= NOTE_BYTES_MAX)
        s = file_read_fd(fd, input->path, NOTE_BYTES_MAX, bytes, err);
    close(fd);
    return s;
}

static status parse_bytes(const struct parse_input *input, struct sv bytes, struct work *work)
{
    struct parsed *parsed = work->parsed;
    status s = note_parse(input->path, bytes, input->types, work->arena, &parsed->note, work->err);
    if (s != DONE)
        return s;
    parsed->outcome = PARSED_NOTE;
    parsed->facts.body = (uint32_t)parsed->note.front.body;
    if (sv_eq(parsed->note.type, SV("person")))
        parsed->facts.flags |= FACTS_PERSON;
    if (parsed->note.has_visibility)
        parsed->facts.visibility = (uint8_t)parsed->note.visibility;
    return keep_all(work, input->types);
}

static void keep_stored(const struct facts *stored, struct parsed *parsed)
{
    parsed->outcome = PARSED_SAME;
    parsed->facts.body = stored->body;
    parsed->facts.visibility = stored->visibility;
    parsed->facts.flags = stored->flags;
    parsed->facts.content_at = stored->content_at;
}

/* What cannot be read, or is too large, is a note without content; why is told from its facts. findings.c */
static status parse_unread(const struct parse_input *input, struct work *work, bool retry)
{
    struct facts *facts = &work->parsed->facts;
    const struct facts *stored = input->stored;
    facts->flags = retry ? FACTS_RETRY : 0;
    if (stored && stored->hash == 0 && stored->size == facts->size && stored->flags == facts->flags) {
        keep_stored(stored, work->parsed);
        return DONE;
    }
    status s = parse_bytes(input, (struct sv){0}, work);
    work->parsed->note.findings.count = 0;
    return s;
}

status parsed_read(const struct parse_input *input, struct arena *arena, struct buf *scratch, struct parsed *parsed_out,
                   struct err *err)
{
    struct work work = {.arena = arena, .scratch = scratch, .parsed = parsed_out, .err = err};
    struct err why = {0};
    *parsed_out = (struct parsed){0};
    facts_of_stamp(input->stamp, &parsed_out->facts);
    if (input->unreadable) {
        parsed_out->outcome = PARSED_HIDDEN;
        parsed_out->facts.flags = FACTS_HIDDEN;
        return DONE;
    }
    buf_clear(scratch);
    status s = read_file(input, scratch, &parsed_out->facts, &why);
    if (s == NO_MEMORY)
        return err_no_memory(err);
    if (s == NOT_FOUND) {
        parsed_out->outcome = PARSED_GONE;
        return DONE;
    }
    if (s != DONE || parsed_out->facts.size > NOTE_BYTES_MAX)
        return parse_unread(input, &work, s != DONE);
    parsed_out->facts.hash = digest(input->digest_key, buf_view(scratch));
    const struct facts *stored = input->stored;
    bool same = stored && stored->hash == parsed_out->facts.hash && stored->size == parsed_out->facts.size;
    if (same)
        keep_stored(stored, parsed_out);
    if (same && !input->keep)
        return DONE;
    parsed_out->bytes = arena_copy(arena, buf_view(scratch));
    if (!parsed_out->bytes.ptr)
        return err_no_memory(err);
    parsed_out->has_bytes = true;
    return same ? DONE : parse_bytes(input, parsed_out->bytes, &work);
}
