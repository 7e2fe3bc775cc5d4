/* Regular expressions over what the rest of a query leaves: title and body of each note, over the cores. */
#include "base/i18n.h"
#include "base/thread.h"
#include "base/utf8.h"
#include "catalogue/eval_run.h"
#include "text/regex.h"

#include <stdlib.h>

enum { CHUNK = 1024, SHARE = 16, SNIPPETS_MAX = 3, SNIPPET_BYTES = 200, BEFORE_BYTES = 60 };

struct worker {
    struct regex_run *run;
    struct buf bytes;
};

struct scan {
    struct eval_run *run;
    struct regex *regex;
    struct worker *workers;
    unsigned worker_count;
    /* one chunk */
    const int64_t *ids;
    size_t count;
    struct arena arena;
    struct sv titles[CHUNK];
    bool matched[CHUNK];
};

/* --- the pattern --- */

/* A mistake in the pattern is one in the query, at its character there. */
static status compile(const struct query *query, struct regex **out, struct err *err)
{
    struct err why = {0};
    status s = regex_compile(query->text, out, &why);
    if (s == DONE)
        return DONE;
    if (s == USAGE)
        query_place(query, why.column > 0 ? why.column - 1 : 0, &why);
    if (err)
        *err = why;
    return s;
}

status eval_regex_check(const struct query *query, struct err *err)
{
    struct regex *regex = NULL;
    status s = query->kind == QUERY_REGEX ? compile(query, &regex, err) : DONE;
    regex_free(regex);
    for (size_t i = 0; s == DONE && i < query->child_count; i++)
        s = eval_regex_check(query->children[i], err);
    return s;
}

/* --- the text --- */

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

static struct sv body_of(const struct row *row, const struct buf *bytes)
{
    return sv_from(buf_view(bytes), row->facts.body);
}

static status read_titles(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct scan *scan = payload;
    struct stmt *stmt;
    arena_reset(&scan->arena);
    status s = db_statement(catalogue->db, "SELECT title FROM note WHERE id=?", &stmt, err);
    for (size_t i = 0; s == DONE && i < scan->count; i++) {
        scan->titles[i] = (struct sv){0};
        stmt_reset(stmt);
        stmt_bind_i64(stmt, 1, scan->ids[i]);
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

/* --- matching --- */

static status match_note(struct scan *scan, struct worker *worker, size_t i, struct err *err)
{
    struct regex_match match;
    const struct row *row = rows_by_id(&scan->run->catalogue->rows, scan->ids[i]);
    scan->matched[i] = false;
    if (!row)
        return DONE;
    status s = regex_find(scan->regex, worker->run, scan->titles[i], 0, &match, err);
    if (s == NOT_FOUND) {
        s = read_note(scan->run, row, &worker->bytes, err);
        if (s == DONE)
            s = regex_find(scan->regex, worker->run, body_of(row, &worker->bytes), 0, &match, err);
    }
    scan->matched[i] = s == DONE;
    if (s < DONE)
        err_place(err, row_path(row), 0, 0);
    return s == NOT_FOUND ? DONE : s;
}

static status match_some(void *payload, unsigned number, size_t begin, size_t end, struct err *err)
{
    struct scan *scan = payload;
    status s = DONE;
    for (size_t i = begin; s == DONE && i < end; i++)
        s = cancel_requested() ? err_set(err, CANCELLED, "%s", _("interrupted"))
                               : match_note(scan, &scan->workers[number], i, err);
    return s;
}

static status scan_chunk(struct scan *scan, struct id_set *out, struct err *err)
{
    status s = catalogue_reading(scan->run->catalogue, read_titles, scan, err);
    if (s == DONE)
        s = thread_each(scan->count, SHARE, scan->count > SHARE ? scan->worker_count : 1, match_some, scan, err);
    for (size_t i = 0; s == DONE && i < scan->count; i++)
        if (scan->matched[i])
            s = id_set_add(out, scan->ids[i], err);
    return s;
}

static status scan_begin(struct scan *scan, const struct query *query, struct err *err)
{
    status s = compile(query, &scan->regex, err);
    scan->worker_count = thread_count();
    scan->workers = s == DONE ? memory_zero(scan->worker_count, sizeof *scan->workers) : NULL;
    if (s == DONE && !scan->workers)
        s = err_no_memory(err);
    for (unsigned i = 0; s == DONE && i < scan->worker_count; i++)
        s = regex_run_new(scan->regex, &scan->workers[i].run, err);
    return s;
}

static void scan_end(struct scan *scan)
{
    for (unsigned i = 0; scan->workers && i < scan->worker_count; i++) {
        regex_run_free(scan->workers[i].run);
        buf_release(&scan->workers[i].bytes);
    }
    free(scan->workers);
    regex_free(scan->regex);
    arena_release(&scan->arena);
}

status eval_regex(struct eval_run *run, const struct query *query, const struct id_set *within, struct id_set *out,
                  struct err *err)
{
    struct scan scan = {.run = run};
    arena_init(&scan.arena);
    status s = scan_begin(&scan, query, err);
    for (size_t begin = 0; s == DONE && begin < within->count; begin += CHUNK) {
        scan.ids = within->ids + begin;
        scan.count = within->count - begin < CHUNK ? within->count - begin : CHUNK;
        s = scan_chunk(&scan, out, err);
    }
    scan_end(&scan);
    return s;
}

/* --- snippets --- */

struct snippets {
    struct arena *arena;
    struct search_snippet *items;
    size_t count, capacity;
};

static unsigned line_of(struct sv bytes, size_t offset)
{
    unsigned line = 1;
    for (size_t i = 0; i < offset && i < bytes.len; i++)
        line += bytes.ptr[i] == '\n';
    return line;
}

/* The match's line, cut to what can be shown around it. */
static struct sv line_around(struct sv bytes, const struct regex_match *match, size_t *begin_out)
{
    size_t line = sv_rchr(sv_sub(bytes, 0, match->begin), '\n');
    size_t begin = line == SIZE_MAX ? 0 : line + 1;
    if (match->begin - begin > BEFORE_BYTES) {
        begin = match->begin - BEFORE_BYTES;
        while (begin < match->begin && ((unsigned char)bytes.ptr[begin] & 0xc0) == 0x80)
            begin++;
    }
    size_t length = sv_chr(sv_from(bytes, begin), '\n');
    struct sv text = sv_sub(bytes, begin, length == SIZE_MAX ? bytes.len : length);
    *begin_out = begin;
    return sv_trim_right(utf8_cut(text, SNIPPET_BYTES));
}

static status add_snippet(struct snippets *snippets, struct sv bytes, const struct regex_match *match, struct err *err)
{
    size_t begin;
    struct sv text = line_around(bytes, match, &begin);
    struct buf valid = {0};
    size_t from = match->begin - begin, to = match->end - begin;
    to = to < text.len ? to : text.len;
    from = from < to ? from : to;
    uint32_t marks[2];
    utf8_put_valid(&valid, sv_sub(text, 0, from));
    marks[0] = (uint32_t)valid.len;
    utf8_put_valid(&valid, sv_sub(text, from, to - from));
    marks[1] = (uint32_t)valid.len;
    utf8_put_valid(&valid, sv_from(text, to));
    uint32_t *kept = arena_array(snippets->arena, 2, sizeof *kept);
    struct sv shown = valid.failed ? (struct sv){0} : arena_copy(snippets->arena, buf_view(&valid));
    buf_release(&valid);
    struct search_snippet *items =
        arena_grow(snippets->arena, snippets->items, &snippets->capacity, snippets->count, sizeof *items);
    if (!kept || !shown.ptr || !items)
        return err_no_memory(err);
    kept[0] = marks[0];
    kept[1] = marks[1];
    snippets->items = items;
    items[snippets->count++] = (struct search_snippet){line_of(bytes, match->begin), shown, kept, 2};
    return DONE;
}

/* One snippet a line. */
static status find_snippets(struct snippets *snippets, const struct regex *regex, struct regex_run *regex_run,
                            struct sv bytes, size_t from, struct err *err)
{
    struct regex_match match;
    size_t most = snippets->count + SNIPPETS_MAX;
    status s = DONE;
    while (s == DONE && snippets->count < most && from <= bytes.len) {
        s = regex_find(regex, regex_run, bytes, from, &match, err);
        if (s != DONE)
            break;
        s = add_snippet(snippets, bytes, &match, err);
        size_t end = match.end > match.begin ? match.end - 1 : match.end;
        size_t line = sv_chr(sv_from(bytes, end), '\n');
        from = line == SIZE_MAX ? bytes.len + 1 : end + line + 1;
    }
    return s == NOT_FOUND ? DONE : s;
}

static status snippets_of(struct snippets *snippets, const struct query *query, const struct row *row, struct sv bytes,
                          struct err *err)
{
    status s = DONE;
    /* What must not match has nothing to show. */
    for (size_t i = 0; s == DONE && query->kind != QUERY_NOT && i < query->child_count; i++)
        s = snippets_of(snippets, query->children[i], row, bytes, err);
    if (query->kind != QUERY_REGEX)
        return s;
    struct regex *regex = NULL;
    struct regex_run *regex_run = NULL;
    s = compile(query, &regex, err);
    if (s == DONE)
        s = regex_run_new(regex, &regex_run, err);
    size_t body = row->facts.body < bytes.len ? row->facts.body : bytes.len;
    if (s == DONE)
        s = find_snippets(snippets, regex, regex_run, bytes, body, err);
    regex_run_free(regex_run);
    regex_free(regex);
    return s;
}

status eval_regex_snippets(struct eval_run *run, const struct query *query, int64_t id, struct arena *arena,
                           struct search_snippet **snippets_out, size_t *count_out, struct err *err)
{
    struct snippets snippets = {.arena = arena};
    struct buf bytes = {0};
    const struct row *row = rows_by_id(&run->catalogue->rows, id);
    status s = row ? read_note(run, row, &bytes, err) : DONE;
    if (row && s == DONE)
        s = snippets_of(&snippets, query, row, buf_view(&bytes), err);
    buf_release(&bytes);
    *snippets_out = snippets.items;
    *count_out = snippets.count;
    return s;
}
