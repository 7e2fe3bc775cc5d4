#include "catalogue/parsed.h"

#include "base/file.h"
#include "base/json.h"
#include "catalogue/fold_key.h"
#include "catalogue/link_pack.h"
#include "text/fold.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct work {
    struct arena *arena;
    struct buf *scratch;
    struct parsed *parsed;
    struct err *err;
};

/* Moves what was put into the scratch buffer to the arena. */
static status keep(struct work *work, struct sv *out)
{
    status s = buf_check(work->scratch, work->err);
    if (s != DONE)
        return s;
    *out = arena_copy(work->arena, buf_view(work->scratch));
    return out->ptr ? DONE : err_no_memory(work->err);
}

static status keep_fold(struct work *work, struct sv text, struct sv *out)
{
    *out = fold_copy(work->arena, work->scratch, text);
    return out->ptr ? DONE : err_no_memory(work->err);
}

static status keep_folds(struct work *work, const struct sv *texts, size_t count, struct sv **out)
{
    *out = arena_array(work->arena, count, sizeof **out);
    status s = *out ? DONE : err_no_memory(work->err);
    for (size_t i = 0; s == DONE && i < count; i++)
        s = keep_fold(work, texts[i], &(*out)[i]);
    return s;
}

static status keep_list_json(struct work *work, const struct sv *texts, size_t count, struct sv *out)
{
    buf_clear(work->scratch);
    buf_char(work->scratch, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_char(work->scratch, ',');
        json_put_text(work->scratch, texts[i]);
    }
    buf_char(work->scratch, ']');
    return keep(work, out);
}

/* --- fields --- */

static status add_field(void *payload, struct sv key, struct sv text, enum field_kind kind, double number,
                        struct err *err)
{
    (void)number; /* also what is text by its declaration may be compared as a number */
    struct work *work = payload;
    struct parsed *parsed = work->parsed;
    struct date date;
    struct parsed_field *rows =
        arena_grow(work->arena, parsed->field_rows, &parsed->field_row_capacity, parsed->field_row_count, sizeof *rows);
    if (!rows)
        return err_no_memory(err);
    parsed->field_rows = rows;
    struct parsed_field *row = &rows[parsed->field_row_count++];
    *row = (struct parsed_field){.key = fold_field_key(work->arena, work->scratch, key)};
    bool reference = kind == FIELD_REF || sv_starts(text, SV("[["));
    row->fold = reference ? fold_reference(work->arena, work->scratch, text)
                          : fold_copy(work->arena, work->scratch, sv_trim(text));
    row->has_number = sv_to_double(sv_trim(text), &row->number);
    if (date_parse(sv_trim(text), &date)) {
        char iso[DATE_TEXT_SIZE];
        row->date = arena_copy(work->arena, sv_of(date_format(date, iso)));
    }
    return row->key.ptr && row->fold.ptr ? DONE : err_no_memory(err);
}

/* --- links --- */

static int compare_wants(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* A link calls for a note by the last part of its target; an alias may have slashes, so by the whole as well. */
static status add_wants(struct work *work, const struct link *link, size_t *capacity)
{
    struct parsed *parsed = work->parsed;
    if (link->external || link->target.len == 0)
        return DONE;
    struct sv whole = without_note_suffix(link->target);
    struct sv names[] = {sv_basename(whole), whole};
    size_t count = sv_eq(names[0], names[1]) ? 1 : 2;
    for (size_t i = 0; i < count; i++) {
        int64_t *wants = arena_grow(work->arena, parsed->wants, capacity, parsed->want_count, sizeof *wants);
        buf_clear(work->scratch);
        fold_case(names[i], work->scratch);
        if (!wants || work->scratch->failed)
            return err_no_memory(work->err);
        parsed->wants = wants;
        wants[parsed->want_count++] = name_hash(buf_view(work->scratch));
    }
    return DONE;
}

static status keep_wants(struct work *work, const struct link *links, size_t count, size_t *capacity)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < count; i++)
        s = add_wants(work, &links[i], capacity);
    return s;
}

static void sort_wants(struct parsed *parsed)
{
    if (parsed->want_count == 0)
        return;
    qsort(parsed->wants, parsed->want_count, sizeof *parsed->wants, compare_wants);
    size_t kept = 1;
    for (size_t i = 1; i < parsed->want_count; i++)
        if (parsed->wants[i] != parsed->wants[kept - 1])
            parsed->wants[kept++] = parsed->wants[i];
    parsed->want_count = kept;
}

static status keep_links(struct work *work)
{
    const struct note *note = &work->parsed->note;
    buf_clear(work->scratch);
    for (size_t i = 0; i < note->field_link_count; i++)
        pack_link(work->scratch, &note->field_links[i]);
    for (size_t i = 0; i < note->outline.link_count; i++)
        pack_link(work->scratch, &note->outline.links[i]);
    status s = keep(work, &work->parsed->links);
    size_t capacity = 0;
    if (s == DONE)
        s = keep_wants(work, note->field_links, note->field_link_count, &capacity);
    if (s == DONE)
        s = keep_wants(work, note->outline.links, note->outline.link_count, &capacity);
    sort_wants(work->parsed);
    return s;
}

static status keep_headings(struct work *work)
{
    const struct outline *outline = &work->parsed->note.outline;
    buf_clear(work->scratch);
    for (size_t i = 0; i < outline->heading_count; i++)
        pack_heading(work->scratch, &outline->headings[i]);
    status s = keep(work, &work->parsed->headings);
    if (s != DONE)
        return s;
    buf_clear(work->scratch);
    for (size_t i = 0; i < outline->block_id_count; i++)
        pack_text(work->scratch, outline->block_ids[i].id);
    return keep(work, &work->parsed->blocks);
}

/* --- the whole --- */

static status keep_text(struct work *work, const struct types *types)
{
    struct parsed *parsed = work->parsed;
    const struct note *note = &parsed->note;
    char iso[DATE_TEXT_SIZE];
    buf_clear(work->scratch);
    fold_sort_key(note->title, work->scratch);
    status s = keep(work, &parsed->title_key);
    buf_clear(work->scratch);
    buf_put_c(work->scratch, date_format(note->date, iso));
    if (s == DONE)
        s = keep(work, &parsed->date);
    buf_clear(work->scratch);
    if (s == DONE)
        s = note_fields_json(note, types, work->scratch, work->err);
    if (s == DONE)
        s = keep(work, &parsed->fields);
    if (s == DONE)
        s = keep_list_json(work, note->tags, note->tag_count, &parsed->tags);
    if (s == DONE)
        s = keep_list_json(work, note->aliases, note->alias_count, &parsed->aliases);
    return s;
}

static status keep_all(struct work *work, const struct types *types)
{
    struct parsed *parsed = work->parsed;
    const struct note *note = &parsed->note;
    status s = keep_text(work, types);
    if (s == DONE)
        s = keep_fold(work, without_note_suffix(sv_basename(note->path)), &parsed->stem_fold);
    if (s == DONE)
        s = keep_folds(work, note->tags, note->tag_count, &parsed->tag_folds);
    if (s == DONE)
        s = keep_folds(work, note->aliases, note->alias_count, &parsed->alias_folds);
    if (s == DONE)
        s = keep_links(work);
    if (s == DONE)
        s = keep_headings(work);
    return s == DONE ? note_each_field(note, types, add_field, work, work->err) : s;
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
