#include "fts5.h"

#include "checksum.h"
#include "letters.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* To be raised when the schema, or what stands in it, changes. */
#define SCHEMA_VERSION "2"

enum { BUSY_MAX_MS = 60 * 1000, BUSY_STEP_MS = 10 };

/* Of two thirds living documents and one third dead ones the index is made anew. */
enum { STALE_LEAST = 1000 };

/* pgsz: a leaf of FTS5 must fit into a page that has lost the checksum's bytes. hashsize: so much of a round is
 * gathered before a segment is written. */
static const char schema[] =
    "CREATE TABLE meta(id INTEGER PRIMARY KEY CHECK(id=1), format TEXT, is_filled INTEGER, cursor BLOB,"
    " documents INTEGER, living INTEGER);"
    "CREATE TABLE docs(chunk INTEGER PRIMARY KEY, entries BLOB);"
    "CREATE VIRTUAL TABLE words USING fts5(titles, headings, tags, body, content='', columnsize=0, tokenize='chiron');"
    "INSERT INTO words(words, rank) VALUES('pgsz', 4000);"
    "INSERT INTO words(words, rank) VALUES('hashsize', 67108864);";

static const char *const sql[SQL_COUNT] = {
    [SQL_INSERT] = "INSERT INTO words(rowid, titles, headings, tags, body) VALUES(?1, ?2, ?3, ?4, ?5)",
    [SQL_MATCH] = "SELECT chiron_probe(words) FROM words WHERE words MATCH ?1",
    [SQL_READ_DOCS] = "SELECT chunk, entries FROM docs ORDER BY chunk",
    [SQL_WRITE_DOCS] = "INSERT OR REPLACE INTO docs(chunk, entries) VALUES(?1, ?2)",
    [SQL_READ_META] = "SELECT format, is_filled, cursor, documents, living FROM meta WHERE id=1",
    [SQL_WRITE_META] = "UPDATE meta SET is_filled=1, cursor=?1, documents=?2, living=?3",
    [SQL_TERMS] = "SELECT term, doc FROM temp.vocabulary WHERE term >= ?1 ORDER BY term",
    [SQL_FREQUENCY] = "SELECT doc FROM temp.vocabulary WHERE term = ?1",
};

/* ---- errors ---- */

/* Every statement is a constant of this folder, so what SQLite cannot make sense of is not what was written. */
static bool is_damage(int code)
{
    if (code == SQLITE_IOERR_DATA || code == SQLITE_IOERR_CORRUPTFS || code == SQLITE_IOERR_SHORT_READ)
        return true;
    switch (code & 0xff) {
    case SQLITE_NOMEM:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT:
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_IOERR:
    case SQLITE_NOLFS:
    case SQLITE_TOOBIG:
        return false;
    default:
        return true;
    }
}

chiron_status fts5_failed(struct engine *engine, const struct job *job, int code)
{
    if (is_damage(code))
        return JOB_BROKEN;
    int kind = code & 0xff;
    if (kind == SQLITE_NOMEM)
        return job_no_memory(job);
    if (kind == SQLITE_INTERRUPT || job_cancelled(job))
        return job_fail(job, CHIRON_ECANCELLED, "interrupted");
    if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED || kind == SQLITE_PROTOCOL)
        return job_fail(job, CHIRON_EFAILED,
                        "the search index is busy: another chiron has been writing it for a minute");
    const char *words = engine->db != NULL ? sqlite3_errmsg(engine->db) : sqlite3_errstr(code);
    return job_fail(job, CHIRON_EFAILED, "unable to use the search index '%s': %s", engine->path, words);
}

chiron_status fts5_exec(struct engine *engine, const struct job *job, const char *text)
{
    engine->job = job;
    int code = sqlite3_exec(engine->db, text, NULL, NULL, NULL);
    return code == SQLITE_OK ? CHIRON_OK : fts5_failed(engine, job, code);
}

sqlite3_stmt *fts5_statement(struct engine *engine, const struct job *job, enum fts5_statement which,
                             chiron_status *status_out)
{
    if (engine->statements[which] == NULL) {
        int code =
            sqlite3_prepare_v3(engine->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT, &engine->statements[which], NULL);
        if (code != SQLITE_OK)
            *status_out = fts5_failed(engine, job, code);
    }
    return engine->statements[which];
}

static void forget_statements(struct engine *engine)
{
    for (size_t i = 0; i < SQL_COUNT; i++) {
        sqlite3_finalize(engine->statements[i]);
        engine->statements[i] = NULL;
    }
}

void fts5_end(struct engine *engine)
{
    engine->job = NULL;
    for (size_t i = 0; i < SQL_COUNT; i++)
        sqlite3_reset(engine->statements[i]);
    if (engine->db != NULL && !sqlite3_get_autocommit(engine->db))
        sqlite3_exec(engine->db, "ROLLBACK", NULL, NULL, NULL);
}

chiron_status fts5_read_docs(struct engine *engine, const struct job *job)
{
    chiron_status st = CHIRON_OK;
    docs_release(&engine->docs);
    sqlite3_stmt *read = fts5_statement(engine, job, SQL_READ_DOCS, &st);
    if (read == NULL)
        return st;
    int code;
    for (sqlite3_int64 chunk = 0; (code = sqlite3_step(read)) == SQLITE_ROW; chunk++) {
        const unsigned char *bytes = sqlite3_column_blob(read, 1);
        size_t size = (size_t)sqlite3_column_bytes(read, 1);
        if (sqlite3_column_int64(read, 0) != chunk || bytes == NULL || !docs_read_chunk(&engine->docs, bytes, size)) {
            code = SQLITE_CORRUPT;
            break;
        }
    }
    sqlite3_reset(read);
    return code == SQLITE_DONE ? CHIRON_OK : fts5_failed(engine, job, code);
}

/* ---- opening ---- */

static const char *format_name(char *out, size_t size)
{
    snprintf(out, size, "fts5 %s, terms %s, letters %s", SCHEMA_VERSION, analyser_version(), letters_version());
    return out;
}

static int wait_while_busy(void *payload, int count)
{
    const struct engine *engine = payload;
    if (count * BUSY_STEP_MS >= BUSY_MAX_MS || (engine->job != NULL && job_cancelled(engine->job)))
        return 0;
    struct timespec pause = {.tv_nsec = BUSY_STEP_MS * 1000000L};
    nanosleep(&pause, NULL);
    return 1;
}

static chiron_status register_functions(struct engine *engine, const struct job *job)
{
    fts5_api *api = NULL;
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(engine->db, "SELECT fts5(?1)", -1, &statement, NULL);
    if (code == SQLITE_ERROR)
        return job_fail(job, CHIRON_EFAILED, "this SQLite has no full text search (FTS5)");
    if (code == SQLITE_OK)
        code = sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
    if (code == SQLITE_OK)
        sqlite3_step(statement);
    code = sqlite3_finalize(statement);
    if (code == SQLITE_OK && api == NULL)
        code = SQLITE_NOMEM;
    if (code == SQLITE_OK)
        code = fts5_register_tokenizer(engine, api);
    if (code == SQLITE_OK)
        code = fts5_register_probe(engine, api);
    return code == SQLITE_OK ? CHIRON_OK : fts5_failed(engine, job, code);
}

/* SQLite makes files that the whole group may read; and what somebody else prepared is not opened. */
static chiron_status prepare_file(const struct engine *engine, const struct job *job)
{
    struct stat st;
    int fd = open(engine->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    if (fd < 0)
        return job_fail(job, CHIRON_EFAILED, "unable to open '%s': %s", engine->path, strerror(errno));
    bool is_good = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid();
    if (is_good && (st.st_mode & 0777) != 0600)
        is_good = fchmod(fd, 0600) == 0;
    close(fd);
    if (is_good)
        return CHIRON_OK;
    return job_fail(job, CHIRON_EFAILED, "'%s' is not a file of this user; remove it", engine->path);
}

static chiron_status connect(struct engine *engine, const struct job *job)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const char *vfs = checksum_vfs();
    if (vfs == NULL)
        return job_no_memory(job);
    engine->job = job;
    int reserve = CHECKSUM_BYTES;
    int code = sqlite3_open_v2(engine->path, &engine->db, flags, vfs);
    if (code == SQLITE_OK)
        code = sqlite3_file_control(engine->db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    if (code == SQLITE_OK)
        code = sqlite3_busy_handler(engine->db, wait_while_busy, engine);
    if (code != SQLITE_OK)
        return fts5_failed(engine, job, code);
    chiron_status st = register_functions(engine, job);
    /* A journal that is emptied, not WAL: it needs no shared memory and a reader leaves nothing behind. Synchronised at
     * every commit: after a power cut pages of two rounds would each look good. */
    if (st == CHIRON_OK)
        st = fts5_exec(engine, job,
                       "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192; PRAGMA synchronous=NORMAL;"
                       " PRAGMA journal_mode=TRUNCATE");
    return st;
}

/* Whether there is nothing in the file: then it is ours to fill. */
static chiron_status count_tables(struct engine *engine, const struct job *job, int *count_out)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(engine->db, "SELECT count(*) FROM sqlite_schema", -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *count_out = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return code == SQLITE_ROW ? CHIRON_OK : fts5_failed(engine, job, code);
}

struct meta {
    chiron_sv cursor; /* scratch memory */
    bool is_filled;
    int64_t documents, living;
};

static bool copy_cursor(const struct job *job, sqlite3_stmt *statement, chiron_sv *out)
{
    const void *bytes = sqlite3_column_blob(statement, 2);
    size_t size = bytes != NULL ? (size_t)sqlite3_column_bytes(statement, 2) : 0;
    char *copy = job_scratch(job, size, 1);
    if (copy == NULL)
        return false;
    if (size > 0)
        memcpy(copy, bytes, size);
    *out = (chiron_sv){copy, size};
    return true;
}

static chiron_status read_meta(struct engine *engine, const struct job *job, struct meta *out)
{
    char format[128];
    chiron_status st = CHIRON_OK;
    sqlite3_stmt *read = fts5_statement(engine, job, SQL_READ_META, &st);
    if (read == NULL)
        return st;
    int code = sqlite3_step(read);
    if (code == SQLITE_ROW) {
        const char *stored = (const char *)sqlite3_column_text(read, 0);
        if (stored == NULL || strcmp(stored, format_name(format, sizeof format)) != 0)
            st = JOB_BROKEN;
        else if (!copy_cursor(job, read, &out->cursor))
            st = job_no_memory(job);
        out->is_filled = sqlite3_column_int(read, 1) != 0;
        out->documents = sqlite3_column_int64(read, 3);
        out->living = sqlite3_column_int64(read, 4);
    } else {
        st = code == SQLITE_DONE ? JOB_BROKEN : fts5_failed(engine, job, code);
    }
    sqlite3_reset(read);
    return st;
}

static chiron_status make_schema(struct engine *engine, const struct job *job)
{
    char format[128], text[256];
    chiron_status st = fts5_exec(engine, job, schema);
    if (st != CHIRON_OK)
        return st;
    sqlite3_snprintf((int)sizeof text, text, "INSERT INTO meta VALUES(1, %Q, 0, x'', 0, 0)",
                     format_name(format, sizeof format));
    return fts5_exec(engine, job, text);
}

/* Looks again behind the lock: another process may have been faster. */
static chiron_status create(struct engine *engine, const struct job *job)
{
    int count = 0;
    chiron_status st = fts5_exec(engine, job, "BEGIN IMMEDIATE");
    if (st == CHIRON_OK)
        st = count_tables(engine, job, &count);
    if (st == CHIRON_OK && count == 0)
        st = make_schema(engine, job);
    if (st == CHIRON_OK)
        st = fts5_exec(engine, job, "COMMIT");
    fts5_end(engine);
    return st;
}

static chiron_status check_or_create(struct engine *engine, const struct job *job)
{
    int count = 0;
    struct meta meta;
    chiron_status st = count_tables(engine, job, &count);
    if (st == CHIRON_OK && count == 0)
        st = create(engine, job);
    return st == CHIRON_OK ? read_meta(engine, job, &meta) : st;
}

/* SQLite's own way to empty a file that it cannot read: under its locks, so that other processes are safe. */
static chiron_status wipe(struct engine *engine, const struct job *job)
{
    int off = 1, on = 0, reserve = CHECKSUM_BYTES;
    fts5_end(engine);
    forget_statements(engine);
    docs_release(&engine->docs);
    engine->job = job;
    sqlite3_file_control(engine->db, "main", CHECKSUM_CONTROL, &off);
    sqlite3_file_control(engine->db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    sqlite3_db_config(engine->db, SQLITE_DBCONFIG_RESET_DATABASE, 1, NULL);
    int code = sqlite3_exec(engine->db, "VACUUM", NULL, NULL, NULL);
    sqlite3_db_config(engine->db, SQLITE_DBCONFIG_RESET_DATABASE, 0, NULL);
    sqlite3_file_control(engine->db, "main", CHECKSUM_CONTROL, &on);
    chiron_status st = code == SQLITE_OK ? create(engine, job) : fts5_failed(engine, job, code);
    if (st != JOB_BROKEN)
        return st;
    return job_fail(job, CHIRON_EFAILED, "the search index '%s' is damaged; remove it", engine->path);
}

static void engine_close(struct engine *engine)
{
    if (engine == NULL)
        return;
    fts5_end(engine);
    forget_statements(engine);
    sqlite3_close(engine->db);
    docs_release(&engine->docs);
    free(engine->path);
    free(engine);
}

static chiron_status engine_open(const struct job *job, chiron_sv dir, struct analyser *analyser,
                                 struct engine **engine_out)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL)
        return job_no_memory(job);
    engine->analyser = analyser;
    chiron_status st = CHIRON_OK;
    if (asprintf(&engine->path, "%.*s/search.db", (int)dir.len, dir.ptr) < 0) {
        engine->path = NULL;
        st = job_no_memory(job);
    }
    if (st == CHIRON_OK)
        st = prepare_file(engine, job);
    if (st == CHIRON_OK)
        st = connect(engine, job);
    if (st == CHIRON_OK)
        st = check_or_create(engine, job);
    if (st == JOB_BROKEN)
        st = wipe(engine, job);
    if (st != CHIRON_OK) {
        engine_close(engine);
        return st;
    }
    *engine_out = engine;
    return CHIRON_OK;
}

static chiron_status cursor(struct engine *engine, const struct job *job, chiron_sv *cursor_out, bool *is_stale_out)
{
    struct meta meta = {0};
    engine->job = job;
    chiron_status st = read_meta(engine, job, &meta);
    if (st != CHIRON_OK)
        return st;
    *is_stale_out = meta.documents - meta.living > meta.living / 2 + STALE_LEAST;
    *cursor_out = meta.is_filled && !*is_stale_out ? meta.cursor : (chiron_sv){"", 0};
    return CHIRON_OK;
}

/* A transaction for reading, which fts5_end ends. */
static chiron_status begin_reading(struct engine *engine, const struct job *job, struct meta *meta_out)
{
    *meta_out = (struct meta){0};
    chiron_status st = fts5_exec(engine, job, "BEGIN");
    if (st == CHIRON_OK)
        st = read_meta(engine, job, meta_out);
    return st == CHIRON_OK && !meta_out->is_filled ? JOB_BROKEN : st;
}

static chiron_status search(struct engine *engine, const struct job *job, const struct node *root, size_t limit,
                            struct hits *out)
{
    (void)limit;
    struct meta meta;
    chiron_status st = begin_reading(engine, job, &meta);
    if (st == CHIRON_OK)
        st = fts5_read_docs(engine, job);
    if (st == CHIRON_OK)
        st = fts5_search(engine, job, root, out);
    fts5_end(engine);
    return st;
}

static chiron_status terms(struct engine *engine, const struct job *job, chiron_sv prefix, engine_term_fn fn,
                           void *payload)
{
    struct meta meta;
    chiron_status st = begin_reading(engine, job, &meta);
    if (st == CHIRON_OK)
        st = fts5_terms(engine, job, prefix, fn, payload);
    fts5_end(engine);
    return st;
}

static chiron_status frequencies(struct engine *engine, const struct job *job, const chiron_sv *list, size_t count,
                                 uint64_t *notes_out, uint64_t *all_out)
{
    struct meta meta;
    chiron_status st = begin_reading(engine, job, &meta);
    if (st == CHIRON_OK)
        st = fts5_frequencies(engine, job, list, count, notes_out);
    *all_out = st == CHIRON_OK ? (uint64_t)meta.living : 0;
    fts5_end(engine);
    return st;
}

const struct engine_ops engine_fts5 = {
    .name = "fts5",
    .open = engine_open,
    .close = engine_close,
    .wipe = wipe,
    .cursor = cursor,
    .begin = fts5_begin,
    .add = fts5_add,
    .remove = fts5_remove,
    .commit = fts5_commit,
    .rollback = fts5_end,
    .search = search,
    .terms = terms,
    .frequencies = frequencies,
};
