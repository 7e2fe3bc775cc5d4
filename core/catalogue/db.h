/* SQLite behind a door: connections, statements, transactions, and its errors as ours. Only db*.c of this room include
 * sqlite3.h. One thread at a time per connection. */
#ifndef CATALOGUE_DB_H
#define CATALOGUE_DB_H

#include "base/buf.h"
#include "base/err.h"

struct db;
struct stmt;

/* Failures that the catalogue mends by itself; they never leave this room. */
enum {
    DB_DAMAGED = -32,   /* the file is not what was written: throw it away and read the notes again */
    DB_UNWRITABLE = -33 /* a full disk, a read-only file system: go on in memory */
};

/* Opens or makes the file at `path`, mode 0600; NULL: in memory. A link, another user's file or one that others can
 * write is DB_UNWRITABLE, and is left alone. Every page carries a checksum: bytes that changed behind SQLite's back
 * are DB_DAMAGED when they are read. */
status db_open(const char *path, struct db **db_out, struct err *err);
void db_close(struct db *db);
/* Empties the file, whatever is in it, under SQLite's own locks, so that another process that has it open is safe. */
status db_erase(struct db *db, struct err *err);
/* Several statements without results. */
status db_exec(struct db *db, const char *sql, struct err *err);
/* Pages kept in memory, in KiB. */
status db_cache_size(struct db *db, int kib, struct err *err);

/* A writer waits up to 60 s for another; CONFLICTED then. Not nested. */
status db_begin(struct db *db, bool write, struct err *err);
status db_commit(struct db *db, struct err *err);
/* Can't fail; without a transaction it does nothing. */
void db_rollback(struct db *db);

/* A statement, compiled at its first use and kept; `sql` must be a string that lives as long as the program. It comes
 * back reset and without bindings; so use one to its end before asking for it again. */
status db_statement(struct db *db, const char *sql, struct stmt **stmt_out, struct err *err);
/* Parameters from 1. A failure is kept for the next step. Text is not copied: it must live until the reset. */
void stmt_bind_i64(struct stmt *stmt, int n, int64_t number);
void stmt_bind_double(struct stmt *stmt, int n, double number);
void stmt_bind_text(struct stmt *stmt, int n, struct sv text);
void stmt_bind_blob(struct stmt *stmt, int n, struct sv bytes);
/* DONE: there is a row. NOT_FOUND: there is none (more), and the statement was reset. */
status stmt_step(struct stmt *stmt, struct err *err);
/* For what has no rows: runs it and resets it. */
status stmt_run(struct stmt *stmt, struct err *err);
void stmt_reset(struct stmt *stmt);
/* Columns from 0; views until the next step or reset. */
int64_t stmt_i64(const struct stmt *stmt, int column);
double stmt_double(const struct stmt *stmt, int column);
bool stmt_is_null(const struct stmt *stmt, int column);
struct sv stmt_text(const struct stmt *stmt, int column);
struct sv stmt_blob(const struct stmt *stmt, int column);

#endif
