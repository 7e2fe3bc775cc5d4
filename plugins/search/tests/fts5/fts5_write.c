#include "fts5.h"

#include <limits.h>

/* More of one text is not indexed: FTS5 counts in int, and a file of that size is no note. */
enum { TEXT_MAX = 32 * 1024 * 1024 };

/* A large index in memory before it is written makes few segments of it. The cache is for the round only. */
#define ROUND_CACHE "PRAGMA cache_size=-65536"
#define QUERY_CACHE "PRAGMA cache_size=-8192"

static chiron_status empty_index(struct engine *engine, const struct job *job)
{
    docs_release(&engine->docs);
    return fts5_exec(engine, job, "INSERT INTO words(words) VALUES('delete-all'); DELETE FROM docs");
}

chiron_status fts5_begin(struct engine *engine, const struct job *job, bool reset)
{
    fts5_end(engine);
    engine->job = job;
    chiron_status st = fts5_exec(engine, job, ROUND_CACHE "; BEGIN IMMEDIATE");
    if (st != CHIRON_OK)
        return st;
    st = reset ? empty_index(engine, job) : fts5_read_docs(engine, job);
    if (st == CHIRON_OK && !docs_index(&engine->docs))
        st = engine->docs.slots == NULL ? job_no_memory(job) : JOB_BROKEN;
    if (st != CHIRON_OK)
        fts5_end(engine);
    return st;
}

static int bind_text(sqlite3_stmt *statement, int n, chiron_sv text)
{
    size_t len = text.len < TEXT_MAX ? text.len : TEXT_MAX;
    return sqlite3_bind_text64(statement, n, text.ptr != NULL ? text.ptr : "", len, SQLITE_STATIC, SQLITE_UTF8);
}

chiron_status fts5_add(struct engine *engine, const struct job *job, const struct engine_note *note)
{
    chiron_status st = CHIRON_OK;
    engine->job = job;
    sqlite3_stmt *insert = fts5_statement(engine, job, SQL_INSERT, &st);
    if (insert == NULL)
        return st;
    int64_t number = docs_add(&engine->docs, note->id, (uint8_t)note->language);
    if (number == 0)
        return job_no_memory(job);
    engine->language = note->language;
    engine->word_count = 0;
    sqlite3_bind_int64(insert, 1, number);
    int code = bind_text(insert, 2 + COLUMN_TITLES, note->titles);
    if (code == SQLITE_OK)
        code = bind_text(insert, 2 + COLUMN_HEADINGS, note->headings);
    if (code == SQLITE_OK)
        code = bind_text(insert, 2 + COLUMN_TAGS, note->tags);
    if (code == SQLITE_OK)
        code = bind_text(insert, 2 + COLUMN_BODY, note->body);
    if (code == SQLITE_OK)
        code = sqlite3_step(insert);
    sqlite3_reset(insert);
    sqlite3_clear_bindings(insert);
    if (code != SQLITE_DONE)
        return fts5_failed(engine, job, code);
    docs_set_length(&engine->docs, engine->word_count);
    return CHIRON_OK;
}

chiron_status fts5_remove(struct engine *engine, const struct job *job, int64_t id)
{
    (void)job;
    docs_remove(&engine->docs, id);
    return CHIRON_OK;
}

static chiron_status write_docs(struct engine *engine, const struct job *job)
{
    chiron_status st = CHIRON_OK;
    unsigned char bytes[DOCS_CHUNK * DOC_BYTES];
    sqlite3_stmt *write = fts5_statement(engine, job, SQL_WRITE_DOCS, &st);
    if (write == NULL)
        return st;
    for (size_t chunk = 0; chunk * DOCS_CHUNK < engine->docs.count; chunk++) {
        if (!docs_chunk_is_changed(&engine->docs, chunk))
            continue;
        size_t size = docs_write_chunk(&engine->docs, chunk, bytes);
        sqlite3_bind_int64(write, 1, (sqlite3_int64)chunk);
        sqlite3_bind_blob(write, 2, bytes, (int)size, SQLITE_STATIC);
        int code = sqlite3_step(write);
        sqlite3_reset(write);
        if (code != SQLITE_DONE)
            return fts5_failed(engine, job, code);
    }
    return CHIRON_OK;
}

static chiron_status write_meta(struct engine *engine, const struct job *job, chiron_sv cursor)
{
    chiron_status st = CHIRON_OK;
    sqlite3_stmt *write = fts5_statement(engine, job, SQL_WRITE_META, &st);
    if (write == NULL)
        return st;
    int code = cursor.len < INT_MAX ? SQLITE_OK : SQLITE_TOOBIG;
    if (code == SQLITE_OK)
        code = sqlite3_bind_blob(write, 1, cursor.len > 0 ? cursor.ptr : "", (int)cursor.len, SQLITE_STATIC);
    sqlite3_bind_int64(write, 2, (sqlite3_int64)engine->docs.count);
    sqlite3_bind_int64(write, 3, (sqlite3_int64)engine->docs.live);
    if (code == SQLITE_OK)
        code = sqlite3_step(write);
    sqlite3_reset(write);
    return code == SQLITE_DONE ? CHIRON_OK : fts5_failed(engine, job, code);
}

chiron_status fts5_commit(struct engine *engine, const struct job *job, chiron_sv cursor)
{
    engine->job = job;
    chiron_status st = write_docs(engine, job);
    if (st == CHIRON_OK)
        st = write_meta(engine, job, cursor);
    if (st == CHIRON_OK)
        st = fts5_exec(engine, job, "COMMIT");
    fts5_end(engine);
    if (st == CHIRON_OK)
        st = fts5_exec(engine, job, QUERY_CACHE);
    return st;
}
