/* What is wrong: what parsing found and was stored, what a file's facts say, and what only the whole vault can tell. A
 * chunk of notes at a time, in order of paths. */
#include "base/i18n.h"
#include "catalogue/fold_key.h"
#include "catalogue/handle.h"
#include "catalogue/id_set.h"
#include "catalogue/internal.h"
#include "catalogue/name_check.h"
#include "catalogue/resolve.h"
#include "text/fold.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CHUNK = 128 };

/* What links and references need to know of a note. */
struct about {
    int64_t id;
    struct sv type, headings, blocks;
};

struct stored {
    int64_t id;
    struct sv rule, lang;
    struct finding finding;
};

struct job {
    struct catalogue *catalogue;
    const struct types *types;
    struct resolver resolver;
    struct arena arena;      /* of one chunk */
    const struct row **rows; /* the chunk */
    size_t row_count;
    struct found_links links; /* of the chunk, in order of its rows */
    struct stored *stored;    /* the same */
    size_t stored_count, stored_capacity;
    struct id_set persons; /* of the chunk: notes that share their handle rightly */
    struct map abouts;     /* id -> struct about */
    struct map clash;      /* folded path -> row */
    struct arena clash_arena;
    struct findings found; /* of the note at hand */
    finding_record_fn fn;
    void *payload;
};

/* --- reading, within a transaction --- */

static struct sv id_key(const int64_t *id)
{
    return sv_make((const char *)id, sizeof *id);
}

static status read_about(struct job *job, int64_t id, struct err *err)
{
    struct stmt *stmt;
    if (map_get(&job->abouts, id_key(&id)))
        return DONE;
    status s = db_statement(job->catalogue->db,
                            "SELECT n.type, p.headings, p.blocks FROM note n LEFT JOIN part p ON p.note=n.id"
                            " WHERE n.id=?",
                            &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, id);
    s = stmt_step(stmt, err);
    if (s != DONE)
        return s == NOT_FOUND ? DONE : s;
    struct about *about = arena_alloc(&job->arena, sizeof *about);
    if (about)
        *about =
            (struct about){id, arena_copy(&job->arena, stmt_text(stmt, 0)), arena_copy(&job->arena, stmt_blob(stmt, 1)),
                           arena_copy(&job->arena, stmt_blob(stmt, 2))};
    stmt_reset(stmt);
    if (!about || !about->type.ptr || !about->headings.ptr || !about->blocks.ptr)
        return err_no_memory(err);
    struct map_entry *entry = map_put(&job->abouts, id_key(&about->id), NULL);
    if (!entry)
        return err_no_memory(err);
    entry->value.ptr = about;
    return DONE;
}

static status add_stored(struct job *job, int64_t id, const struct stmt *stmt, struct err *err)
{
    struct stored *items =
        arena_grow(&job->arena, job->stored, &job->stored_capacity, job->stored_count, sizeof *items);
    if (!items)
        return err_no_memory(err);
    job->stored = items;
    struct stored *stored = &items[job->stored_count++];
    *stored = (struct stored){.id = id,
                              .rule = arena_copy(&job->arena, stmt_text(stmt, 0)),
                              .lang = arena_copy(&job->arena, stmt_text(stmt, 6)),
                              .finding = {.level = (enum finding_level)stmt_i64(stmt, 1),
                                          .line = (unsigned)stmt_i64(stmt, 2),
                                          .column = (unsigned)stmt_i64(stmt, 3),
                                          .fix = stmt_i64(stmt, 4) != 0,
                                          .message = arena_copy(&job->arena, stmt_text(stmt, 5))}};
    stored->finding.rule = stored->rule.ptr; /* NUL-terminated by the arena */
    return stored->rule.ptr && stored->lang.ptr && stored->finding.message.ptr ? DONE : err_no_memory(err);
}

static status read_stored(struct job *job, int64_t id, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(job->catalogue->db,
                            "SELECT rule, level, line, col, fix, message, lang FROM finding WHERE note=? ORDER BY seq",
                            &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, id);
    while ((s = stmt_step(stmt, err)) == DONE)
        if ((s = add_stored(job, id, stmt, err)) != DONE)
            break;
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

/* What is known of a person may stand in several spaces, under one handle. */
static status read_person(struct job *job, const struct row *row, struct err *err)
{
    const struct row *rows[PERSON_NOTES_MAX];
    size_t count;
    if (!(row->facts.flags & FACTS_PERSON))
        return DONE;
    struct sv stem = sv_basename(without_note_suffix(row_path(row)));
    status s = resolver_candidates(&job->resolver, stem, rows, PERSON_NOTES_MAX, &count, err);
    if (s == DONE && count > 1 && rows_are_one_person(job->catalogue, rows, count))
        s = id_set_add(&job->persons, row->id, err);
    return s;
}

static status read_row(struct job *job, const struct row *row, struct err *err)
{
    if (!row_is_note(row))
        return DONE;
    size_t first = job->links.count;
    status s = read_stored(job, row->id, err);
    if (s == DONE)
        s = read_about(job, row->id, err);
    if (s == DONE)
        s = read_person(job, row, err);
    if (s == DONE)
        s = resolver_links(&job->resolver, row, &job->arena, &job->links, err);
    for (size_t i = first; s == DONE && i < job->links.count; i++) {
        const struct found_link *link = &job->links.items[i];
        if (link->to && (link->link.anchor.len > 0 || link->link.kind == LINK_FIELD))
            s = read_about(job, link->to->id, err);
    }
    return s;
}

static status read_chunk(struct catalogue *catalogue, void *payload, struct err *err)
{
    (void)catalogue;
    struct job *job = payload;
    status s = DONE;
    map_clear(&job->abouts);
    job->persons.count = 0;
    arena_reset(&job->arena);
    job->links = (struct found_links){0};
    job->stored = NULL;
    job->stored_count = job->stored_capacity = 0;
    for (size_t i = 0; s == DONE && i < job->row_count; i++)
        s = read_row(job, job->rows[i], err);
    id_set_sort(&job->persons);
    return s;
}

static const struct about *about_of(const struct job *job, const struct row *row)
{
    const struct map_entry *entry = map_get(&job->abouts, id_key(&row->id));
    return entry ? entry->value.ptr : NULL;
}

/* --- the file --- */

static void check_file(struct job *job, const struct row *row)
{
    const struct facts *facts = &row->facts;
    if (!row_is_note(row) && S_ISLNK(facts->mode))
        finding_add(&job->found, "file-symlink", FINDING_WARNING, 0, 0, "%s",
                    _("a symbolic link: it is not followed, and not a note"));
    else if (!row_is_note(row))
        finding_add(&job->found, "file-special", FINDING_WARNING, 0, 0, "%s",
                    _("not a regular file: it is not opened, and not a note"));
    else if (facts->flags & FACTS_RETRY)
        finding_add(&job->found, "file-unreadable", FINDING_ERROR, 0, 0, "%s",
                    _("the file cannot be read: its content is left out"));
    else if (facts->size > NOTE_BYTES_MAX)
        finding_add(&job->found, "too-large", FINDING_ERROR, 0, 0,
                    _("the file has %lld bytes, and a note at most %d: its content is left out"),
                    (long long)facts->size, NOTE_BYTES_MAX);
    name_check(row_path(row), &job->found);
}

/* Two names that one file system would take for the same. */
static status check_clash(struct job *job, const struct row *row, struct err *err)
{
    bool added;
    struct buf scratch = {0};
    struct sv fold = fold_copy(&job->clash_arena, &scratch, row_path(row));
    struct map_entry *entry = fold.ptr ? map_put(&job->clash, fold, &added) : NULL;
    buf_release(&scratch);
    if (!entry)
        return err_no_memory(err);
    const struct row *other = entry->value.ptr;
    if (!added && other != row)
        finding_add(&job->found, "name-clash", FINDING_WARNING, 0, 0,
                    _("the name differs from '%.*s' in case or composition alone, which other systems do not see"),
                    SV_ARG(row_path(other)));
    if (added)
        entry->value.ptr = (void *)row;
    return DONE;
}

/* The space decides who can read a note; a note that asks for less is not heard by those who have the space. */
static void check_visibility(struct job *job, const struct row *row)
{
    const struct space *space = vault_space_of(job->catalogue->vault, row_path(row));
    if (row->facts.visibility == FACTS_NO_VISIBILITY || row->facts.visibility == (uint8_t)space->visibility)
        return;
    const char *own = visibility_name((enum visibility)row->facts.visibility);
    const char *given = visibility_name(space->visibility);
    if (row->facts.visibility < (uint8_t)space->visibility)
        finding_add(&job->found, "visibility", FINDING_ERROR, 0, 0,
                    _("the note says '%s', but everybody who has the space '%.*s' can read it (%s)"), own,
                    SV_ARG(space->name), given);
    else
        finding_add(&job->found, "visibility", FINDING_WARNING, 0, 0,
                    _("the note says '%s', but its space '%.*s' is '%s' and decides"), own, SV_ARG(space->name), given);
}

static status check_handle(struct job *job, const struct row *row, struct err *err)
{
    struct sv handle;
    status s = short_handle(job->catalogue, row, &handle, err);
    if (s != DONE)
        return s;
    struct sv stem = sv_basename(without_note_suffix(row_path(row)));
    size_t count = rows_count_end(&job->catalogue->rows, stem);
    if (count > 1 && !id_set_has(&job->persons, row->id))
        finding_add(&job->found, "handle-duplicate", FINDING_WARNING, 0, 0,
                    Q_("%llu note has the handle '%.*s'; this one is called '%.*s'",
                       "%llu notes have the handle '%.*s'; this one is called '%.*s'", count),
                    (unsigned long long)count, SV_ARG(stem), SV_ARG(handle));
    return DONE;
}

/* --- links --- */

/* Anchors are compared as people write them: without marks, case, spaces and punctuation. */
static bool same_anchor(struct sv a, struct sv b)
{
    struct buf left = {0}, right = {0};
    text_slug(a, SIZE_MAX, &left);
    text_slug(b, SIZE_MAX, &right);
    bool same = !left.failed && !right.failed && sv_eq(buf_view(&left), buf_view(&right));
    buf_release(&left);
    buf_release(&right);
    return same;
}

/* "Heading", "heading-1" as GitHub makes it, "Chapter#Section" of which the last part counts. */
static bool has_heading(struct sv headings, struct sv anchor)
{
    struct unpack in = {.rest = headings};
    struct stored_heading heading;
    struct buf scratch = {0};
    bool found = false;
    size_t hash = sv_rchr(anchor, '#');
    if (hash != SIZE_MAX)
        anchor = sv_from(anchor, hash + 1);
    while (!found && unpack_heading(&in, &scratch, &heading))
        found = sv_eq(heading.anchor, anchor) || sv_eq(heading.text, anchor) || same_anchor(heading.text, anchor);
    buf_release(&scratch);
    return found;
}

static bool has_block(struct sv blocks, struct sv id)
{
    struct unpack in = {.rest = blocks};
    while (unpack_more(&in))
        if (sv_eq_nocase(unpack_text(&in), id))
            return true;
    return false;
}

static void check_anchor(struct job *job, const struct found_link *found)
{
    const struct stored_link *link = &found->link;
    const struct about *about = found->to && link->anchor.len > 0 ? about_of(job, found->to) : NULL;
    if (!about)
        return;
    bool block = sv_starts(link->anchor, SV("^"));
    if (block ? has_block(about->blocks, sv_from(link->anchor, 1)) : has_heading(about->headings, link->anchor))
        return;
    finding_add(&job->found, "link-anchor", FINDING_WARNING, link->line, link->column,
                block ? _("'%.*s' has no block '%.*s'") : _("'%.*s' has no heading '%.*s'"),
                SV_ARG(row_path(found->to)), SV_ARG(link->anchor));
}

/* A reference to a note of a type that the field does not take. */
static void check_reference(struct job *job, const struct found_link *found)
{
    const struct about *from = about_of(job, found->from), *to = found->to ? about_of(job, found->to) : NULL;
    if (found->link.kind != LINK_FIELD || !from || !to)
        return;
    size_t end = 0;
    while (end < found->link.key.len && found->link.key.ptr[end] != '[' && found->link.key.ptr[end] != '.')
        end++;
    const struct note_type *type = types_for(job->types, from->type);
    const struct field *field = type_field(job->types, type, sv_sub(found->link.key, 0, end));
    bool whole = end == found->link.key.len || found->link.key.ptr[end] == '[';
    if (!field || !whole || field->to_count == 0)
        return;
    for (size_t i = 0; i < field->to_count; i++)
        if (sv_eq(field->to[i], to->type))
            return;
    finding_add(&job->found, "field-ref-type", FINDING_WARNING, found->link.line, found->link.column,
                _("'%.*s' is a %.*s, and '%.*s' takes a %.*s"), SV_ARG(row_path(found->to)), SV_ARG(to->type),
                SV_ARG(found->link.key), SV_ARG(field->to[0]));
}

static void check_link(struct job *job, const struct found_link *found)
{
    const struct stored_link *link = &found->link;
    if (found_link_is_unresolved(found))
        finding_add(&job->found, "link-unresolved", FINDING_WARNING, link->line, link->column,
                    _("there is no note '%.*s'"), SV_ARG(link->target));
    else if (found->ambiguous)
        finding_add(&job->found, "link-ambiguous", FINDING_WARNING, link->line, link->column,
                    _("several notes answer to '%.*s'; '%.*s' is taken"), SV_ARG(link->target),
                    SV_ARG(row_path(found->to)));
    check_anchor(job, found);
    check_reference(job, found);
}

/* --- messages in another language than they were stored in --- */

static status translate(struct job *job, const struct row *row, struct stored *stored, size_t count, struct err *err)
{
    struct buf bytes = {0};
    struct note note;
    struct err ignored = {0};
    if (count == 0 || sv_eq_c(stored[0].lang, i18n_lang()))
        return DONE;
    status s = vault_read(job->catalogue->vault, row_path(row), &bytes, &ignored);
    struct sv copy = s == DONE ? arena_copy(&job->arena, buf_view(&bytes)) : (struct sv){0};
    buf_release(&bytes);
    if (s != DONE)
        return s == NO_MEMORY ? err_no_memory(err) : DONE;
    s = copy.ptr ? note_parse(row_path(row), copy, job->types, &job->arena, &note, err) : err_no_memory(err);
    for (size_t i = 0; s == DONE && i < count && note.findings.count == count; i++)
        stored[i].finding.message = note.findings.items[i].message;
    return s;
}

/* --- handing on --- */

struct numbered {
    struct finding finding;
    size_t number;
};

static int compare_places(const void *a, const void *b)
{
    const struct numbered *left = a, *right = b;
    if (left->finding.line != right->finding.line)
        return left->finding.line < right->finding.line ? -1 : 1;
    if (left->finding.column != right->finding.column)
        return left->finding.column < right->finding.column ? -1 : 1;
    return (left->number > right->number) - (left->number < right->number);
}

static status hand_on(struct job *job, const struct row *row, const struct stored *stored, size_t stored_count,
                      struct err *err)
{
    size_t count = job->found.count + stored_count;
    struct numbered *all = arena_array(&job->arena, count, sizeof *all);
    if (!all || job->found.failed)
        return err_no_memory(err);
    for (size_t i = 0; i < count; i++)
        all[i] = (struct numbered){i < stored_count ? stored[i].finding : job->found.items[i - stored_count], i};
    qsort(all, count, sizeof *all, compare_places);
    status s = DONE;
    for (size_t i = 0; s == DONE && i < count; i++) {
        const struct finding *finding = &all[i].finding;
        struct finding_record record = {row_path(row),        row_is_note(row) ? row->id : 0,
                                        sv_of(finding->rule), finding->level,
                                        finding->line,        finding->column,
                                        finding->message,     finding->fix};
        s = job->fn(job->payload, &record, err);
    }
    return s;
}

/* A note whose front matter is broken is treated as private; that it is broken is all there is to say. */
static bool is_broken(const struct stored *stored, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sv_eq(stored[i].rule, SV("front-matter")))
            return true;
    return false;
}

static status check_row(struct job *job, const struct row *row, size_t *link, size_t *first, struct err *err)
{
    size_t last = *first;
    job->found = (struct findings){.arena = &job->arena};
    check_file(job, row);
    while (row_is_note(row) && last < job->stored_count && job->stored[last].id == row->id)
        last++;
    status s = check_clash(job, row, err);
    if (s == DONE && row_is_note(row)) {
        if (!is_broken(job->stored + *first, last - *first))
            check_visibility(job, row);
        s = check_handle(job, row, err);
    }
    for (; *link < job->links.count && job->links.items[*link].from == row; ++*link)
        check_link(job, &job->links.items[*link]);
    if (s == DONE)
        s = translate(job, row, job->stored + *first, last - *first, err);
    if (s == DONE)
        s = hand_on(job, row, job->stored + *first, last - *first, err);
    *first = last;
    return s;
}

static status check_chunk(struct job *job, struct err *err)
{
    size_t link = 0, stored = 0;
    status s = catalogue_reading(job->catalogue, read_chunk, job, err);
    if (s == DONE)
        s = found_links_attach(job->catalogue, &job->links, err);
    for (size_t i = 0; s == DONE && i < job->row_count; i++)
        s = check_row(job, job->rows[i], &link, &stored, err);
    return s;
}

static status hand_on_skipped(struct job *job, struct err *err)
{
    const struct findings *skipped = &job->catalogue->skipped;
    status s = DONE;
    for (size_t i = 0; s == DONE && i < skipped->count; i++) {
        const struct finding *finding = &skipped->items[i];
        struct finding_record record = {.rule = sv_of(finding->rule),
                                        .level = finding->level,
                                        .line = finding->line,
                                        .column = finding->column,
                                        .message = finding->message};
        s = job->fn(job->payload, &record, err);
    }
    return s;
}

static status check_all(struct job *job, const struct id_set *ids, struct err *err)
{
    const struct rows *rows = &job->catalogue->rows;
    const struct row *chunk[CHUNK];
    status s = DONE;
    job->rows = chunk;
    for (size_t i = 0; s == DONE && i < rows->count; i++) {
        const struct row *row = &rows->items[i];
        if (!ids || (row_is_note(row) && id_set_has(ids, row->id)))
            chunk[job->row_count++] = row;
        if (job->row_count < CHUNK && i + 1 < rows->count)
            continue;
        s = check_chunk(job, err);
        job->row_count = 0;
    }
    return s;
}

status catalogue_findings(struct catalogue *catalogue, const struct id_set *ids, finding_record_fn fn, void *payload,
                          struct err *err)
{
    struct job job = {.catalogue = catalogue, .fn = fn, .payload = payload};
    const struct rows *rows;
    arena_init(&job.arena);
    arena_init(&job.clash_arena);
    resolver_init(&job.resolver, catalogue);
    status s = catalogue_rows(catalogue, &rows, err);
    if (s == DONE)
        s = catalogue_types(catalogue, &job.types, err);
    if (s == DONE && !ids)
        s = hand_on_skipped(&job, err);
    if (s == DONE)
        s = check_all(&job, ids, err);
    resolver_release(&job.resolver);
    map_release(&job.abouts);
    id_set_release(&job.persons);
    map_release(&job.clash);
    arena_release(&job.clash_arena);
    arena_release(&job.arena);
    return s;
}
