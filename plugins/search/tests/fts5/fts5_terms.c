#include "fts5.h"

#include <string.h>

/* FTS5's own view of its terms. It belongs to the connection, not to the file. */
static chiron_status make_view(struct engine *engine, const struct job *job)
{
    return fts5_exec(engine, job,
                     "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab('main', 'words', 'row')");
}

/* False: behind the terms that begin with `prefix`. */
static bool read_term(sqlite3_stmt *statement, chiron_sv prefix, chiron_sv *term_out)
{
    const char *text = sqlite3_column_blob(statement, 0);
    size_t len = text != NULL ? (size_t)sqlite3_column_bytes(statement, 0) : 0;
    *term_out = (chiron_sv){text, len};
    return len >= prefix.len && (prefix.len == 0 || memcmp(text, prefix.ptr, prefix.len) == 0);
}

static bool is_break(chiron_sv term)
{
    return term.len == 1 && term.ptr[0] == ENGINE_BREAK;
}

static int bind_term(sqlite3_stmt *statement, chiron_sv term)
{
    return sqlite3_bind_text64(statement, 1, term.ptr != NULL ? term.ptr : "", term.len, SQLITE_STATIC, SQLITE_UTF8);
}

chiron_status fts5_terms(struct engine *engine, const struct job *job, chiron_sv prefix, engine_term_fn fn,
                         void *payload)
{
    chiron_status st = make_view(engine, job);
    sqlite3_stmt *statement = st == CHIRON_OK ? fts5_statement(engine, job, SQL_TERMS, &st) : NULL;
    if (statement == NULL)
        return st;
    chiron_sv term;
    int code = bind_term(statement, prefix);
    while (st == CHIRON_OK && code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        code = read_term(statement, prefix, &term) ? SQLITE_OK : SQLITE_DONE;
        if (code == SQLITE_OK && !is_break(term))
            st = fn(payload, term, (uint64_t)sqlite3_column_int64(statement, 1));
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (st != CHIRON_OK)
        return st;
    return code == SQLITE_DONE ? CHIRON_OK : fts5_failed(engine, job, code);
}

static chiron_status frequency(struct engine *engine, const struct job *job, chiron_sv term, uint64_t *notes_out)
{
    chiron_status st = CHIRON_OK;
    sqlite3_stmt *statement = fts5_statement(engine, job, SQL_FREQUENCY, &st);
    if (statement == NULL)
        return st;
    int code = bind_term(statement, term);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    *notes_out = code == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE ? CHIRON_OK : fts5_failed(engine, job, code);
}

chiron_status fts5_frequencies(struct engine *engine, const struct job *job, const chiron_sv *terms, size_t count,
                               uint64_t *notes_out)
{
    chiron_status st = make_view(engine, job);
    for (size_t i = 0; i < count && st == CHIRON_OK; i++)
        st = frequency(engine, job, terms[i], &notes_out[i]);
    return st;
}
