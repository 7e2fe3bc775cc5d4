#include "catalogue/db.h"

#include "base/arena.h"
#include "base/i18n.h"
#include "base/map.h"
#include "base/progress.h"
#include "catalogue/db_checksum.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BUSY_MAX_MS = 60 * 1000, BUSY_STEP_MS = 10 };

struct stmt {
    sqlite3_stmt *handle;
    struct db *db;
    int failure; /* the first of the bindings */
};

struct db {
    sqlite3 *handle;
    struct map statements; /* SQL text -> struct stmt */
    bool in_memory, in_transaction, configured;
};

/* --- errors --- */

static status code_of(int sqlite_code)
{
    switch (sqlite_code) {
    case SQLITE_IOERR_DATA:
    case SQLITE_IOERR_CORRUPTFS:
    case SQLITE_IOERR_SHORT_READ:
        return DB_DAMAGED;
    default:
        break;
    }
    switch (sqlite_code & 0xff) {
    case SQLITE_NOMEM:
        return NO_MEMORY;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return CONFLICTED;
    case SQLITE_INTERRUPT:
        return CANCELLED;
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_IOERR:
    case SQLITE_NOLFS:
        return DB_UNWRITABLE;
    default:
        /* Every statement is a constant of this room, so what SQLite cannot make sense of is not our schema. */
        return DB_DAMAGED;
    }
}

static status failure(const struct db *db, int sqlite_code, struct err *err)
{
    status code = code_of(sqlite_code);
    if (code == NO_MEMORY)
        return err_no_memory(err);
    if (code == CANCELLED)
        return err_set(err, CANCELLED, "%s", _("interrupted"));
    if (code == CONFLICTED && cancel_requested())
        return err_set(err, CANCELLED, "%s", _("interrupted while waiting for another chiron"));
    if (code == CONFLICTED)
        return err_set(err, CONFLICTED, "%s", _("the catalogue is busy: another chiron has been writing for a minute"));
    const char *words = db && db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(sqlite_code);
    return err_set(err, code, _("the catalogue cannot be used: %s"), words);
}

/* --- opening --- */

/* A file that somebody else could have prepared is not opened. */
static status check_file(const char *path, struct err *err)
{
    struct stat st;
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, DB_UNWRITABLE, _("unable to open '%s'"), path);
    bool good = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 0022) == 0;
    if (good && (st.st_mode & 0777) != 0600)
        good = fchmod(fd, 0600) == 0;
    close(fd);
    if (good)
        return DONE;
    return err_set(err, DB_UNWRITABLE, _("'%s' is not a file of this user alone; remove it"), path);
}

static int wait_while_busy(void *payload, int count)
{
    (void)payload;
    if (cancel_requested() || count * BUSY_STEP_MS >= BUSY_MAX_MS)
        return 0;
    struct timespec pause = {.tv_nsec = BUSY_STEP_MS * 1000000L};
    nanosleep(&pause, NULL);
    return 1;
}

static int open_handle(struct db *db, const char *path)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const char *vfs = path ? db_checksum_vfs() : NULL;
    if (path && !vfs)
        return SQLITE_NOMEM;
    int code = sqlite3_open_v2(path ? path : ":memory:", &db->handle, flags, vfs);
    int reserve = DB_CHECKSUM_SIZE;
    if (code == SQLITE_OK && path)
        code = sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    if (code == SQLITE_OK)
        code = sqlite3_busy_handler(db->handle, wait_while_busy, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return code;
}

status db_open(const char *path, struct db **db_out, struct err *err)
{
    status s = path ? check_file(path, err) : DONE;
    if (s != DONE)
        return s;
    struct db *db = memory_zero(1, sizeof *db);
    if (!db)
        return err_no_memory(err);
    db->in_memory = !path;
    int code = open_handle(db, path);
    if (code != SQLITE_OK) {
        s = failure(db, code, err);
        db_close(db);
        return s;
    }
    *db_out = db;
    return DONE;
}

static void forget_statements(struct db *db)
{
    for (size_t i = 0; i < db->statements.count; i++) {
        struct stmt *stmt = db->statements.entries[i].value.ptr;
        sqlite3_finalize(stmt->handle);
        free(stmt);
    }
    map_release(&db->statements);
}

void db_close(struct db *db)
{
    if (!db)
        return;
    forget_statements(db);
    sqlite3_close(db->handle);
    free(db);
}

static void set_unchecked(struct db *db, int unchecked)
{
    if (!db->in_memory)
        sqlite3_file_control(db->handle, "main", DB_CHECKSUM_OFF, &unchecked);
}

status db_erase(struct db *db, struct err *err)
{
    forget_statements(db);
    db_rollback(db);
    int reserve = DB_CHECKSUM_SIZE;
    set_unchecked(db, 1);
    int code = sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    if (code == SQLITE_OK || db->in_memory)
        code = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_RESET_DATABASE, 1, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db->handle, "VACUUM", NULL, NULL, NULL);
    status s = code == SQLITE_OK ? DONE : failure(db, code, err);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_RESET_DATABASE, 0, NULL);
    set_unchecked(db, 0);
    return s;
}

status db_exec(struct db *db, const char *sql, struct err *err)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? DONE : failure(db, code, err);
}

status db_cache_size(struct db *db, int kib, struct err *err)
{
    char sql[64];
    sqlite3_snprintf((int)sizeof sql, sql, "PRAGMA cache_size=-%d", kib);
    return db_exec(db, sql, err);
}

/* --- transactions --- */

/* A rollback journal rather than WAL: it needs no shared memory, so it works wherever locks do, and a reader leaves
 * nothing behind. The journal and the database are synchronised at each commit, so that a power cut leaves the old
 * state or the new one. */
static status configure_writer(struct db *db, struct err *err)
{
    if (db->configured)
        return DONE;
    status s = db_exec(db, "PRAGMA temp_store=MEMORY; PRAGMA synchronous=NORMAL; PRAGMA journal_mode=TRUNCATE", err);
    db->configured = s == DONE;
    return s;
}

status db_begin(struct db *db, bool write, struct err *err)
{
    status s = write ? configure_writer(db, err) : DONE;
    if (s == DONE)
        s = db_exec(db, write ? "BEGIN IMMEDIATE" : "BEGIN", err);
    db->in_transaction = s == DONE;
    return s;
}

status db_commit(struct db *db, struct err *err)
{
    status s = db_exec(db, "COMMIT", err);
    if (s == DONE)
        db->in_transaction = false;
    else
        db_rollback(db);
    return s;
}

void db_rollback(struct db *db)
{
    for (size_t i = 0; i < db->statements.count; i++)
        stmt_reset(db->statements.entries[i].value.ptr);
    if (db->in_transaction)
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    db->in_transaction = false;
}

/* --- statements --- */

static status compile(struct db *db, const char *sql, struct map_entry *entry, struct err *err)
{
    struct stmt *stmt = memory_zero(1, sizeof *stmt);
    if (!stmt)
        return err_no_memory(err);
    stmt->db = db;
    int code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt->handle, NULL);
    if (code != SQLITE_OK) {
        free(stmt);
        return failure(db, code, err);
    }
    entry->value.ptr = stmt;
    return DONE;
}

status db_statement(struct db *db, const char *sql, struct stmt **stmt_out, struct err *err)
{
    struct map_entry *entry = map_get(&db->statements, sv_of(sql));
    if (entry) {
        *stmt_out = entry->value.ptr;
        stmt_reset(*stmt_out);
        return DONE;
    }
    struct map_entry fresh = {0};
    status s = compile(db, sql, &fresh, err);
    if (s != DONE)
        return s;
    entry = map_put(&db->statements, sv_of(sql), NULL);
    *stmt_out = fresh.value.ptr;
    if (entry) {
        entry->value.ptr = *stmt_out;
        return DONE;
    }
    sqlite3_finalize((*stmt_out)->handle);
    free(*stmt_out);
    return err_no_memory(err);
}

static void bound(struct stmt *stmt, int code)
{
    if (stmt->failure == SQLITE_OK)
        stmt->failure = code;
}

void stmt_bind_i64(struct stmt *stmt, int n, int64_t number)
{
    bound(stmt, sqlite3_bind_int64(stmt->handle, n, number));
}

void stmt_bind_double(struct stmt *stmt, int n, double number)
{
    bound(stmt, sqlite3_bind_double(stmt->handle, n, number));
}

void stmt_bind_text(struct stmt *stmt, int n, struct sv text)
{
    const char *ptr = text.ptr ? text.ptr : "";
    bound(stmt, sqlite3_bind_text64(stmt->handle, n, ptr, text.len, SQLITE_STATIC, SQLITE_UTF8));
}

void stmt_bind_blob(struct stmt *stmt, int n, struct sv bytes)
{
    const char *ptr = bytes.ptr ? bytes.ptr : "";
    bound(stmt, sqlite3_bind_blob64(stmt->handle, n, ptr, bytes.len, SQLITE_STATIC));
}

status stmt_step(struct stmt *stmt, struct err *err)
{
    int code = stmt->failure == SQLITE_OK ? sqlite3_step(stmt->handle) : stmt->failure;
    if (code == SQLITE_ROW)
        return DONE;
    status s = code == SQLITE_DONE ? NOT_FOUND : failure(stmt->db, code, err);
    stmt_reset(stmt);
    return s;
}

status stmt_run(struct stmt *stmt, struct err *err)
{
    status s = stmt_step(stmt, err);
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

void stmt_reset(struct stmt *stmt)
{
    sqlite3_reset(stmt->handle);
    sqlite3_clear_bindings(stmt->handle);
    stmt->failure = SQLITE_OK;
}

int64_t stmt_i64(const struct stmt *stmt, int column)
{
    return sqlite3_column_int64(stmt->handle, column);
}

double stmt_double(const struct stmt *stmt, int column)
{
    return sqlite3_column_double(stmt->handle, column);
}

bool stmt_is_null(const struct stmt *stmt, int column)
{
    return sqlite3_column_type(stmt->handle, column) == SQLITE_NULL;
}

struct sv stmt_text(const struct stmt *stmt, int column)
{
    const unsigned char *text = sqlite3_column_text(stmt->handle, column);
    return sv_make((const char *)text, text ? (size_t)sqlite3_column_bytes(stmt->handle, column) : 0);
}

struct sv stmt_blob(const struct stmt *stmt, int column)
{
    const void *bytes = sqlite3_column_blob(stmt->handle, column);
    return sv_make(bytes, bytes ? (size_t)sqlite3_column_bytes(stmt->handle, column) : 0);
}
