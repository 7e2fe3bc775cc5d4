/* Tags, headings and tasks, as asked for. */
#include "catalogue/id_set.h"
#include "catalogue/internal.h"
#include "catalogue/link_pack.h"
#include "catalogue/posting.h"
#include "catalogue/terms.h"

#include <stdlib.h>

/* --- tags --- */

/* A tag in all its spellings; it is shown as most notes write it. */
struct tag_count {
    struct sv fold, name, spelling;
    int64_t notes, name_notes, spelling_notes;
};

struct tag_job {
    const struct id_set *ids; /* NULL: all notes */
    struct arena arena;
    struct tag_count *tags;
    size_t count, capacity;
};

static struct tag_count *tag_of(struct tag_job *job, struct sv fold)
{
    if (job->count > 0 && sv_eq(job->tags[job->count - 1].fold, fold))
        return &job->tags[job->count - 1];
    struct tag_count *tags = arena_grow(&job->arena, job->tags, &job->capacity, job->count, sizeof *tags);
    struct sv copy = arena_copy(&job->arena, fold);
    if (!tags || !copy.ptr)
        return NULL;
    job->tags = tags;
    job->tags[job->count] = (struct tag_count){.fold = copy};
    return &job->tags[job->count++];
}

/* Called in order of folded tags and spellings; the rows of one spelling follow each other. */
static status count_tag(struct tag_job *job, struct sv fold, struct sv name, int64_t notes, struct err *err)
{
    struct tag_count *tag = notes > 0 ? tag_of(job, fold) : NULL;
    if (!tag)
        return notes > 0 ? err_no_memory(err) : DONE;
    if (!sv_eq(tag->spelling, name) || tag->notes == 0) {
        tag->spelling = arena_copy(&job->arena, name);
        tag->spelling_notes = 0;
    }
    if (!tag->spelling.ptr)
        return err_no_memory(err);
    tag->notes += notes;
    tag->spelling_notes += notes;
    if (tag->spelling_notes > tag->name_notes) {
        tag->name = tag->spelling;
        tag->name_notes = tag->spelling_notes;
    }
    return DONE;
}

static status count_row(struct tag_job *job, const struct stmt *stmt, struct err *err)
{
    struct sv term = stmt_blob(stmt, 0);
    struct posting_ids ids = posting_ids(stmt_i64(stmt, 1), stmt_blob(stmt, 2));
    int64_t notes = 0;
    while (posting_ids_next(&ids))
        notes += !job->ids || id_set_has(job->ids, ids.id);
    status s = posting_ids_check(&ids, err);
    return s == DONE ? count_tag(job, term_text(term), term_rest(term), notes, err) : s;
}

static status read_tags(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct tag_job *job = payload;
    struct stmt *stmt;
    arena_reset(&job->arena);
    job->tags = NULL;
    job->count = job->capacity = 0;
    status s = db_statement(catalogue->db,
                            "SELECT term, first, ids FROM posting WHERE term>=?1 AND term<?2 ORDER BY term, first",
                            &stmt, err);
    if (s != DONE)
        return s;
    const char kind = TERM_TAG, behind = TERM_TAG + 1;
    stmt_bind_blob(stmt, 1, sv_make(&kind, 1));
    stmt_bind_blob(stmt, 2, sv_make(&behind, 1));
    while ((s = stmt_step(stmt, err)) == DONE)
        if ((s = count_row(job, stmt, err)) != DONE)
            break;
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

static int compare_counts(const void *a, const void *b)
{
    const struct tag_count *left = a, *right = b;
    if (left->notes != right->notes)
        return left->notes > right->notes ? -1 : 1;
    return sv_cmp(left->fold, right->fold);
}

status catalogue_tags(struct catalogue *catalogue, const struct id_set *ids, bool by_count, tag_fn fn, void *payload,
                      struct err *err)
{
    struct tag_job job = {.ids = ids};
    arena_init(&job.arena);
    status s = catalogue_reading(catalogue, read_tags, &job, err);
    if (s == DONE && by_count && job.count > 0)
        qsort(job.tags, job.count, sizeof *job.tags, compare_counts);
    for (size_t i = 0; s == DONE && i < job.count; i++)
        s = fn(payload, job.tags[i].name, job.tags[i].notes, err);
    arena_release(&job.arena);
    return s;
}

/* --- headings --- */

struct heading_job {
    int64_t id;
    struct arena arena;
    struct sv packed;
};

static status read_headings(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct heading_job *job = payload;
    struct stmt *stmt;
    job->packed = (struct sv){0};
    status s = db_statement(catalogue->db, "SELECT headings FROM part WHERE note=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, job->id);
    s = stmt_step(stmt, err);
    if (s != DONE)
        return s == NOT_FOUND ? DONE : s;
    job->packed = arena_copy(&job->arena, stmt_blob(stmt, 0));
    stmt_reset(stmt);
    return job->packed.ptr ? DONE : err_no_memory(err);
}

status catalogue_headings(struct catalogue *catalogue, int64_t id, heading_fn fn, void *payload, struct err *err)
{
    struct heading_job job = {.id = id};
    struct stored_heading heading;
    arena_init(&job.arena);
    status s = catalogue_reading(catalogue, read_headings, &job, err);
    struct unpack in = {.rest = job.packed};
    struct buf anchor = {0};
    while (s == DONE && unpack_heading(&in, &anchor, &heading))
        s = fn(payload, heading.text, heading.anchor, heading.level, heading.line, err);
    if (s == DONE)
        s = buf_check(&anchor, err);
    buf_release(&anchor);
    arena_release(&job.arena);
    return s;
}

/* --- tasks --- */

struct task_job {
    const struct id_set *ids; /* NULL: all notes */
    struct arena arena;
    struct task_row {
        struct task_record record;
        size_t rank;
        int64_t seq;
    } * rows;
    size_t count, capacity;
};

static status add_task(struct catalogue *catalogue, struct task_job *job, const struct stmt *stmt, struct err *err)
{
    const struct row *row = rows_by_id(&catalogue->rows, stmt_i64(stmt, 0));
    if (!row || (job->ids && !id_set_has(job->ids, row->id)))
        return DONE;
    struct task_row *rows = arena_grow(&job->arena, job->rows, &job->capacity, job->count, sizeof *rows);
    if (!rows)
        return err_no_memory(err);
    job->rows = rows;
    struct task_record record = {.note = row->id,
                                 .path = row_path(row),
                                 .done = stmt_i64(stmt, 2) != 0,
                                 .due = arena_copy(&job->arena, stmt_text(stmt, 3)),
                                 .line = (unsigned)stmt_i64(stmt, 4),
                                 .column = (unsigned)stmt_i64(stmt, 5),
                                 .text = arena_copy(&job->arena, stmt_text(stmt, 6))};
    job->rows[job->count++] = (struct task_row){record, rows_rank(&catalogue->rows, row), stmt_i64(stmt, 1)};
    return record.due.ptr && record.text.ptr ? DONE : err_no_memory(err);
}

static status read_tasks(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct task_job *job = payload;
    struct stmt *stmt;
    arena_reset(&job->arena);
    job->rows = NULL;
    job->count = job->capacity = 0;
    status s = db_statement(catalogue->db, "SELECT note, seq, done, due, line, col, text FROM task", &stmt, err);
    if (s != DONE)
        return s;
    while ((s = stmt_step(stmt, err)) == DONE)
        if ((s = add_task(catalogue, job, stmt, err)) != DONE)
            break;
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

static int compare_tasks(const void *a, const void *b)
{
    const struct task_row *left = a, *right = b;
    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return (left->seq > right->seq) - (left->seq < right->seq);
}

status catalogue_tasks(struct catalogue *catalogue, const struct id_set *ids, task_fn fn, void *payload,
                       struct err *err)
{
    const struct rows *rows;
    struct task_job job = {.ids = ids};
    arena_init(&job.arena);
    status s = catalogue_rows(catalogue, &rows, err);
    if (s == DONE)
        s = catalogue_reading(catalogue, read_tasks, &job, err);
    if (s == DONE && job.count > 0)
        qsort(job.rows, job.count, sizeof *job.rows, compare_tasks);
    for (size_t i = 0; s == DONE && i < job.count; i++)
        s = fn(payload, &job.rows[i].record, err);
    arena_release(&job.arena);
    return s;
}
