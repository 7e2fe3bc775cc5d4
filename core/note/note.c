#include "note/note.h"

#include "base/i18n.h"
#include "base/utf8.h"
#include "note/kind.h"
#include "note/marker.h"
#include "note/names.h"
#include "note/ref.h"

#include <string.h>

bool note_is_note_name(struct sv name)
{
    static const struct sv suffixes[] = {SV_INIT(".md"), SV_INIT(".markdown")};
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
        size_t len = suffixes[i].len;
        if (name.len > len && sv_eq_nocase(sv_from(name, name.len - len), suffixes[i]))
            return true;
    }
    return false;
}

/* For the few places that no parser gave. */
static void locate(struct sv bytes, size_t offset, unsigned *line_out, unsigned *column_out)
{
    struct sv rest = bytes, line;
    size_t start = 0;
    *line_out = 1;
    while (sv_next_line(&rest, &line)) {
        size_t next = bytes.len - rest.len;
        if (offset < next || rest.len == 0)
            break;
        start = next;
        ++*line_out;
    }
    *column_out = 1 + (unsigned)utf8_count(sv_sub(bytes, start, offset - start));
}

static void check_nul(struct note *note)
{
    size_t nul = sv_chr(note->bytes, '\0');
    if (nul == SIZE_MAX)
        return;
    unsigned line, column;
    locate(note->bytes, nul, &line, &column);
    finding_add(&note->findings, "nul-bytes", FINDING_ERROR, line, column,
                _("a NUL byte stands here: the file is not plain text"));
}

static void check_encoding(struct note *note)
{
    size_t invalid = utf8_first_invalid(note->bytes);
    note->utf8 = invalid == SIZE_MAX;
    if (note->utf8)
        return;
    unsigned line, column;
    locate(note->bytes, invalid, &line, &column);
    finding_add(&note->findings, "encoding", FINDING_ERROR, line, column,
                _("byte 0x%02x is not UTF-8: save the file in that encoding"), (unsigned char)note->bytes.ptr[invalid]);
}

static void check_bytes(struct note *note)
{
    if (note->bytes.len > NOTE_BYTES_MAX) {
        finding_add(&note->findings, "too-large", FINDING_ERROR, 0, 0,
                    _("the file has %zu bytes, and a note at most %d: its content is left out"), note->bytes.len,
                    NOTE_BYTES_MAX);
        note->bytes.len = 0;
    }
    check_nul(note);
    check_encoding(note);
    if (sv_starts(note->bytes, SV("\xef\xbb\xbf")))
        finding_add(&note->findings, "byte-order-mark", FINDING_STYLE, 1, 1,
                    _("the file begins with a byte-order mark, which UTF-8 does not need"));
}

static status parse_front(struct note *note, struct arena *arena, struct err *err)
{
    struct err why = {0};
    status s = front_parse(note->bytes, arena, &note->front, &why);
    if (s == DONE)
        return DONE;
    if (s == NO_MEMORY)
        return err_no_memory(err);
    finding_add(&note->findings, "front-matter", FINDING_ERROR, why.line, why.column, "%s", why.text);
    note->front.root = NULL;
    note->has_visibility = true;
    note->visibility = VISIBILITY_PRIVATE;
    return DONE;
}

static status parse_outline(struct note *note, struct arena *arena, struct err *err)
{
    struct err why = {0};
    status s = outline_parse(note->bytes, note->front.body, note->front.body_line, arena, &note->outline, &why);
    if (s != DONE) {
        if (err != NULL)
            *err = why;
        return s;
    }
    /* A NUL byte makes it plain, too, and was named already. */
    if (note->outline.plain && sv_chr(note->bytes, '\0') == SIZE_MAX)
        finding_add(&note->findings, "too-hard", FINDING_WARNING, why.line, why.column,
                    _("the text is read line by line, not as Markdown: %s"), why.text);
    return DONE;
}

static void check_markers(struct note *note)
{
    struct marker marker;
    if (!marker_find(note->bytes, note->front.body, &marker))
        return;
    finding_add(&note->findings, "conflict-marker", FINDING_ERROR, marker.line, 1,
                _("a merge left a conflict marker here: choose what stays, and remove the lines with <<<<<<<, ======= "
                  "and >>>>>>>"));
}

/* The text of a set scalar, of one line or many; the empty view otherwise. "~" says nothing. */
static struct sv set_text(const struct value *value)
{
    return value == NULL || value->kind == VALUE_NULL ? (struct sv){0} : sv_trim(value_text(value));
}

static struct sv front_text(const struct note *note, struct sv key)
{
    return set_text(value_get(note->front.root, key));
}

static void set_type(struct note *note, const struct types *types)
{
    note->declared_type = front_text(note, SV("type"));
    const struct note_type *type = types == NULL ? NULL : types_get(types, note->declared_type);
    note->type = type == NULL ? SV("note") : type->name;
}

/* One line; the text itself where it is one. */
static struct sv one_line(struct sv text, struct arena *arena)
{
    bool clean = true;
    for (size_t i = 0; i < text.len && clean; i++)
        clean = (unsigned char)text.ptr[i] >= 0x20;
    if (clean)
        return text;
    struct sv copy = arena_copy(arena, text);
    for (size_t i = 0; copy.ptr != NULL && i < copy.len; i++)
        if ((unsigned char)copy.ptr[i] < 0x20)
            ((char *)copy.ptr)[i] = ' ';
    return copy;
}

static bool joins_words(struct sv handle, size_t i)
{
    char before = i > 0 ? handle.ptr[i - 1] : ' ', after = i + 1 < handle.len ? handle.ptr[i + 1] : ' ';
    if (handle.ptr[i] != '-' && handle.ptr[i] != '_')
        return false;
    if (before == ' ' || after == ' ')
        return false;
    return !(before >= '0' && before <= '9' && after >= '0' && after <= '9');
}

/* "2026-01-31-first_meeting" reads as words; the dashes within a date stay, and those that stand by themselves. */
static struct sv words_of_handle(struct sv handle, struct arena *arena)
{
    struct sv copy = arena_copy(arena, handle);
    char *text = (char *)copy.ptr;
    for (size_t i = 0; text != NULL && i < copy.len; i++)
        if (joins_words(handle, i))
            text[i] = ' ';
    return copy;
}

static status set_title(struct note *note, struct arena *arena, struct err *err)
{
    note->title = front_text(note, SV("title"));
    for (size_t i = 0; note->title.len == 0 && i < note->outline.heading_count; i++)
        note->title = sv_trim(note->outline.headings[i].text);
    note->title = note->title.len > 0 ? one_line(note->title, arena) : words_of_handle(note->handle, arena);
    return note->title.ptr == NULL ? err_no_memory(err) : DONE;
}

static void set_date(struct note *note)
{
    if (date_parse(front_text(note, SV("date")), &note->date))
        return;
    note->date = (struct date){0};
    note->date_from_name = date_in_name(note->handle, &note->date);
}

static status set_lang(struct note *note, struct arena *arena, struct err *err)
{
    struct scalar scalar;
    const struct value *value = value_get(note->front.root, SV("lang"));
    if (!kind_read(FIELD_LANG, value, &scalar))
        return DONE;
    struct sv copy = arena_copy(arena, scalar.text);
    if (copy.ptr == NULL)
        return err_no_memory(err);
    for (size_t i = 0; i < copy.len; i++)
        if (copy.ptr[i] >= 'A' && copy.ptr[i] <= 'Z')
            ((char *)copy.ptr)[i] = (char)(copy.ptr[i] - 'A' + 'a');
    note->lang = copy;
    return DONE;
}

static void set_visibility(struct note *note)
{
    const struct value *value = value_get(note->front.root, SV("visibility"));
    if (value == NULL || value->kind == VALUE_NULL)
        return;
    note->has_visibility = true;
    if (!visibility_parse(sv_trim(value_text(value)), &note->visibility))
        note->visibility = VISIBILITY_PRIVATE;
}

static void add_tag(struct names *names, struct sv tag)
{
    tag = sv_trim(tag);
    while (tag.len > 0 && tag.ptr[0] == '#')
        tag = sv_from(tag, 1);
    names_add(names, tag);
}

/* `tags: a, b #c`: Obsidian, Jekyll and zk take a text for a list. Where commas part keywords, blanks are theirs. */
static void split_tags(struct names *names, struct sv text, bool at_blanks)
{
    size_t start = 0;
    for (size_t i = 0; i <= text.len; i++) {
        char c = i < text.len ? text.ptr[i] : ',';
        if (c != ',' && !(at_blanks && (c == ' ' || c == '\t' || c == '\n' || c == '\r')))
            continue;
        add_tag(names, sv_sub(text, start, i - start));
        start = i + 1;
    }
}

static void add_front_tags(struct names *names, const struct value *value, bool keywords)
{
    for (size_t i = 0; i < value_count(value); i++) {
        struct sv text = set_text(value_nth(value, i));
        if (value->kind == VALUE_LIST)
            add_tag(names, text);
        else
            split_tags(names, text, !keywords || sv_chr(text, ',') == SIZE_MAX);
    }
}

static status set_tags(struct note *note, struct arena *arena, struct err *err)
{
    struct names names = {.arena = arena};
    const struct value *root = note->front.root;
    add_front_tags(&names, value_get(root, SV("tags")), false);
    add_front_tags(&names, value_get(root, SV("tag")), false);
    add_front_tags(&names, value_get(root, SV("keywords")), true);
    for (size_t i = 0; i < note->outline.tag_count; i++)
        names_add(&names, note->outline.tags[i].name);
    names_release(&names);
    note->tags = names.items;
    note->tag_count = names.count;
    return names.failed ? err_no_memory(err) : DONE;
}

static status set_aliases(struct note *note, struct arena *arena, struct err *err)
{
    static const struct sv keys[] = {SV_INIT("aliases"), SV_INIT("alias")};
    struct names names = {.arena = arena};
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        const struct value *value = value_get(note->front.root, keys[i]);
        for (size_t j = 0; j < value_count(value); j++)
            names_add(&names, set_text(value_nth(value, j)));
    }
    names_release(&names);
    note->aliases = names.items;
    note->alias_count = names.count;
    return names.failed ? err_no_memory(err) : DONE;
}

/* What follows from the front matter and the body together. */
static status derive(struct note *note, const struct types *types, struct arena *arena, struct err *err)
{
    set_type(note, types);
    set_date(note);
    set_visibility(note);
    status s = set_title(note, arena, err);
    if (s == DONE)
        s = set_lang(note, arena, err);
    if (s == DONE)
        s = set_tags(note, arena, err);
    if (s == DONE)
        s = set_aliases(note, arena, err);
    return s == DONE ? ref_collect(note, types, arena, err) : s;
}

status note_parse(struct sv path, struct sv bytes, const struct types *types, struct arena *arena,
                  struct note *note_out, struct err *err)
{
    struct note *note = note_out;
    *note = (struct note){.path = path, .handle = sv_stem(path), .bytes = bytes, .findings = {.arena = arena}};
    check_bytes(note);
    status s = parse_front(note, arena, err);
    if (s == DONE)
        s = parse_outline(note, arena, err);
    if (s == DONE)
        check_markers(note);
    if (s == DONE)
        s = derive(note, types, arena, err);
    if (s == DONE && types != NULL)
        note_validate(note, types, &note->findings);
    if (s == DONE && note->findings.failed)
        s = err_no_memory(err);
    return s;
}
