/* Regular expressions over what the rest of a query leaves: title and body of each note, over the cores. First what the
 * content store has, in the order in which it stands there and many notes at a time; then, one file after the other,
 * what it has not. */
#include "base/i18n.h"
#include "base/thread.h"
#include "catalogue/eval_run.h"
#include "catalogue/kept.h"
#include "text/query_block.h"

#include <stdlib.h>

enum {
    CHUNK = 1024,  /* notes whose titles are fetched together */
    FILES = 16,    /* notes that a worker takes at a time: from their files, */
    RECORDS = 128, /* from the store */
    WINDOW = 512 * 1024,
    GAP = 32 * 1024, /* so many bytes that nobody asked for are read rather than stepped over */
    TITLE = 256      /* an ordinary one */
};

struct worker {
    struct regex_run *run;
    struct buf bytes; /* of a file */
    struct content_window window;
};

enum verdict { UNDECIDED, MATCHES, MATCHES_NOT };

struct candidate {
    const struct row *row;
    enum verdict verdict;
    bool damaged;
};

struct scan {
    struct eval_run *run;
    const struct regex *regex;
    struct worker *workers;
    unsigned worker_count;
    struct candidate *candidates; /* the store's first, in its order */
    size_t count, kept_count;
    /* one chunk of those from files */
    struct candidate *chunk;
    size_t chunk_count;
    struct arena arena;
    struct sv titles[CHUNK];
};

/* --- matching --- */

static status match_text(const struct scan *scan, struct worker *worker, struct candidate *candidate, struct sv text,
                         struct err *err)
{
    struct regex_match match;
    if (!regex_may_match(scan->regex, text)) {
        candidate->verdict = MATCHES_NOT;
        return DONE;
    }
    status s = regex_find(scan->regex, worker->run, text, 0, &match, err);
    candidate->verdict = s == DONE ? MATCHES : MATCHES_NOT;
    if (s < DONE)
        err_place(err, row_path(candidate->row), 0, 0);
    return s < DONE ? s : DONE;
}

/* What matches in a query or in the table that it made, and nowhere else, does not match. */
static status match_body(const struct scan *scan, struct worker *worker, struct candidate *candidate, struct sv body,
                         struct err *err)
{
    struct buf covered = {0};
    status s = match_text(scan, worker, candidate, body, err);
    if (s != DONE || candidate->verdict != MATCHES || !query_blocks_may_be(body))
        return s;
    buf_put(&covered, body);
    s = buf_check(&covered, err);
    if (s == DONE) {
        query_blocks_cover(covered.ptr, covered.len);
        s = match_text(scan, worker, candidate, buf_view(&covered), err);
    }
    buf_release(&covered);
    return s;
}

static status check_cancelled(struct err *err)
{
    return cancel_requested() ? err_set(err, CANCELLED, "%s", _("interrupted")) : DONE;
}

/* --- from the store --- */

/* Behind the record of a note; titles are longer at times. */
static uint64_t end_of(const struct candidate *candidate, size_t title)
{
    const struct facts *facts = &candidate->row->facts;
    return facts->content_at + content_length(title, facts->size > NOTE_BYTES_MAX ? 0 : (size_t)facts->size);
}

/* Reads the record at `i`, and as many of those behind it as fit, unless that was done before. */
static status read_ahead(const struct scan *scan, struct worker *worker, size_t i, size_t end, struct err *err)
{
    struct content_window *window = &worker->window;
    uint64_t begin = scan->candidates[i].row->facts.content_at, stop = begin;
    if (begin >= window->begin && end_of(&scan->candidates[i], 0) <= window->begin + window->bytes.len)
        return DONE;
    for (size_t first = i; i < end; i++) {
        const struct candidate *candidate = &scan->candidates[i];
        uint64_t to = end_of(candidate, TITLE);
        if (i > first && (candidate->row->facts.content_at > stop + GAP || to - begin > WINDOW))
            break;
        stop = to > stop ? to : stop;
    }
    return content_load(scan->run->catalogue->content, window, begin, stop, err);
}

static status match_record(const struct scan *scan, struct worker *worker, struct candidate *candidate, struct err *err)
{
    struct content_text text = {0};
    status s = kept_read(scan->run->catalogue, candidate->row, &worker->window, &text, err);
    candidate->damaged = s == DB_DAMAGED;
    if (s == DONE)
        s = match_text(scan, worker, candidate, text.title, err);
    if (s == DONE && candidate->verdict == MATCHES_NOT)
        s = match_body(scan, worker, candidate, sv_from(text.bytes, candidate->row->facts.body), err);
    return candidate->damaged ? DONE : s;
}

static status match_records(void *payload, unsigned number, size_t begin, size_t end, struct err *err)
{
    struct scan *scan = payload;
    struct worker *worker = &scan->workers[number];
    status s = check_cancelled(err);
    for (size_t i = begin; s == DONE && i < end; i++) {
        s = read_ahead(scan, worker, i, end, err);
        if (s == DONE)
            s = match_record(scan, worker, &scan->candidates[i], err);
    }
    return s;
}

/* --- from files --- */

/* The bytes of a note; one that went away or cannot be read has none. */
static status read_note(const struct eval_run *run, const struct row *row, struct buf *bytes, struct err *err)
{
    struct err ignored = {0};
    buf_clear(bytes);
    if (row->facts.size > NOTE_BYTES_MAX)
        return DONE;
    status s = vault_read(run->catalogue->vault, row_path(row), bytes, &ignored);
    if (s == NO_MEMORY)
        return err_no_memory(err);
    if (s != DONE)
        buf_clear(bytes);
    return DONE;
}

static status read_titles(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct scan *scan = payload;
    struct stmt *stmt;
    arena_reset(&scan->arena);
    status s = db_statement(catalogue->db, "SELECT title FROM note WHERE id=?", &stmt, err);
    for (size_t i = 0; s == DONE && i < scan->chunk_count; i++) {
        scan->titles[i] = (struct sv){0};
        stmt_reset(stmt);
        stmt_bind_i64(stmt, 1, scan->chunk[i].row->id);
        s = stmt_step(stmt, err);
        if (s == DONE) {
            scan->titles[i] = arena_copy(&scan->arena, stmt_text(stmt, 0));
            s = scan->titles[i].ptr ? DONE : err_no_memory(err);
        } else if (s == NOT_FOUND) {
            s = DONE;
        }
    }
    if (s == DONE)
        stmt_reset(stmt);
    return s;
}

static status match_file(const struct scan *scan, struct worker *worker, size_t i, struct err *err)
{
    struct candidate *candidate = &scan->chunk[i];
    status s = match_text(scan, worker, candidate, scan->titles[i], err);
    if (s != DONE || candidate->verdict == MATCHES)
        return s;
    s = read_note(scan->run, candidate->row, &worker->bytes, err);
    struct sv body = sv_from(buf_view(&worker->bytes), candidate->row->facts.body);
    return s == DONE ? match_body(scan, worker, candidate, body, err) : s;
}

static status match_files(void *payload, unsigned number, size_t begin, size_t end, struct err *err)
{
    struct scan *scan = payload;
    status s = DONE;
    for (size_t i = begin; s == DONE && i < end; i++) {
        s = check_cancelled(err);
        if (s == DONE)
            s = match_file(scan, &scan->workers[number], i, err);
    }
    return s;
}

/* Those of `candidates` that are undecided still, moved to its front. */
static size_t gather_undecided(struct candidate *candidates, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct candidate here = candidates[i];
        if (here.verdict != UNDECIDED)
            continue;
        candidates[i] = candidates[kept];
        candidates[kept++] = here;
    }
    return kept;
}

static status scan_files(struct scan *scan, struct err *err)
{
    size_t left = gather_undecided(scan->candidates, scan->count);
    status s = DONE;
    for (size_t begin = 0; s == DONE && begin < left; begin += CHUNK) {
        scan->chunk = scan->candidates + begin;
        scan->chunk_count = left - begin < CHUNK ? left - begin : CHUNK;
        s = catalogue_reading(scan->run->catalogue, read_titles, scan, err);
        if (s == DONE)
            s = thread_each(scan->chunk_count, FILES, scan->chunk_count > FILES ? scan->worker_count : 1, match_files,
                            scan, err);
    }
    return s;
}

/* --- which notes --- */

static int by_place(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    uint64_t x = left->row->facts.content_at, y = right->row->facts.content_at;
    return (x > y) - (x < y);
}

/* After a first filling ids, paths and places have the same order. */
static void sort_by_place(struct candidate *candidates, size_t count)
{
    bool sorted = true;
    for (size_t i = 1; i < count && sorted; i++)
        sorted = by_place(&candidates[i - 1], &candidates[i]) <= 0;
    if (!sorted)
        qsort(candidates, count, sizeof *candidates, by_place);
}

static status collect(struct scan *scan, const struct id_set *within, struct err *err)
{
    const struct catalogue *catalogue = scan->run->catalogue;
    size_t from_files = within->count;
    scan->candidates = memory_zero(within->count, sizeof *scan->candidates);
    if (!scan->candidates)
        return err_no_memory(err);
    for (size_t i = 0; i < within->count; i++) {
        const struct row *row = rows_by_id(&catalogue->rows, within->ids[i]);
        if (row && kept_has(catalogue, row))
            scan->candidates[scan->kept_count++].row = row;
        else if (row)
            scan->candidates[--from_files].row = row;
    }
    scan->count = scan->kept_count;
    for (; from_files < within->count; from_files++)
        scan->candidates[scan->count++].row = scan->candidates[from_files].row;
    sort_by_place(scan->candidates, scan->kept_count);
    return DONE;
}

static status answer(const struct scan *scan, struct id_set *out, struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < scan->count; i++)
        if (scan->candidates[i].verdict == MATCHES)
            s = id_set_add(out, scan->candidates[i].row->id, err);
    id_set_sort(out);
    return s;
}

/* --- the whole --- */

static status scan_begin(struct scan *scan, const struct id_set *within, struct err *err)
{
    scan->worker_count = thread_count();
    scan->workers = memory_zero(scan->worker_count, sizeof *scan->workers);
    status s = scan->workers ? collect(scan, within, err) : err_no_memory(err);
    for (unsigned i = 0; s == DONE && i < scan->worker_count; i++)
        s = regex_run_new(scan->regex, &scan->workers[i].run, err);
    return s;
}

static void scan_end(struct scan *scan)
{
    for (unsigned i = 0; scan->workers && i < scan->worker_count; i++) {
        regex_run_free(scan->workers[i].run);
        buf_release(&scan->workers[i].bytes);
        content_window_release(&scan->workers[i].window);
    }
    free(scan->workers);
    free(scan->candidates);
    arena_release(&scan->arena);
}

static void discard_damaged(const struct scan *scan)
{
    for (size_t i = 0; i < scan->kept_count; i++)
        if (scan->candidates[i].damaged) {
            kept_discard(scan->run->catalogue);
            return;
        }
}

status eval_regex(struct eval_run *run, const struct query *query, const struct id_set *within, struct id_set *out,
                  struct err *err)
{
    struct scan scan = {.run = run, .regex = eval_pattern_of(&run->patterns, query)->regex};
    if (within->count == 0)
        return DONE;
    arena_init(&scan.arena);
    status s = scan_begin(&scan, within, err);
    if (s == DONE)
        s = thread_each(scan.kept_count, RECORDS, scan.kept_count > RECORDS ? scan.worker_count : 1, match_records,
                        &scan, err);
    discard_damaged(&scan);
    if (s == DONE)
        s = scan_files(&scan, err);
    if (s == DONE)
        s = answer(&scan, out, err);
    scan_end(&scan);
    return s;
}
