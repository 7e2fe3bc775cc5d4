#include "catalogue/schema.h"

#include <inttypes.h>
#include <stdio.h>

/* "chiR", so that file(1) and a curious person can tell. */
enum { APPLICATION_ID = 0x63686952 };

static const char tables[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    /* every file that the walk finds; narrow, for it is read whole by each refresh. rows.h */
    "CREATE TABLE file(path TEXT PRIMARY KEY, id INTEGER NOT NULL, facts BLOB NOT NULL) WITHOUT ROWID;"
    /* narrow: what lists are sorted by; title_key is empty where it is lower(title) */
    "CREATE TABLE note(id INTEGER PRIMARY KEY, path TEXT NOT NULL, type TEXT NOT NULL, date TEXT NOT NULL,"
    " lang TEXT NOT NULL, words INTEGER NOT NULL, change INTEGER NOT NULL, title TEXT NOT NULL,"
    " title_key BLOB NOT NULL);"
    /* what is asked for one note at a time, packed. link_pack.h, field_pack.h */
    "CREATE TABLE part(note INTEGER PRIMARY KEY, snippet TEXT NOT NULL, tags BLOB NOT NULL, aliases BLOB NOT NULL,"
    " fields BLOB NOT NULL, links BLOB NOT NULL, headings BLOB NOT NULL, blocks BLOB NOT NULL);"
    /* which notes have a term. terms.h, posting.h; number and date: of a field's value */
    "CREATE TABLE posting(term BLOB NOT NULL, first INTEGER NOT NULL, ids BLOB, number REAL, date TEXT,"
    " PRIMARY KEY(term, first)) WITHOUT ROWID;"
    "CREATE TABLE task(note INTEGER NOT NULL, seq INTEGER NOT NULL, done INTEGER NOT NULL, due TEXT NOT NULL,"
    " line INTEGER NOT NULL, col INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY(note, seq)) WITHOUT ROWID;"
    "CREATE TABLE finding(note INTEGER NOT NULL, seq INTEGER NOT NULL, rule TEXT NOT NULL, level INTEGER NOT NULL,"
    " line INTEGER NOT NULL, col INTEGER NOT NULL, fix INTEGER NOT NULL, message TEXT NOT NULL, lang TEXT NOT NULL,"
    " PRIMARY KEY(note, seq)) WITHOUT ROWID;"
    "CREATE TABLE removed(id INTEGER PRIMARY KEY, path TEXT NOT NULL, change INTEGER NOT NULL);"
    /* from git, by the paths of each space, so that it outlives changes of the note; history_store.h */
    "CREATE TABLE history_space(id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, head TEXT NOT NULL,"
    " shallow INTEGER NOT NULL, commits INTEGER NOT NULL, dropped INTEGER NOT NULL);"
    "CREATE TABLE history_person(id INTEGER PRIMARY KEY, name BLOB NOT NULL, address BLOB NOT NULL,"
    " UNIQUE(name, address));"
    "CREATE TABLE history_commit(id INTEGER PRIMARY KEY, packed BLOB NOT NULL);"
    "CREATE TABLE history_past(id INTEGER PRIMARY KEY, space INTEGER NOT NULL, first BLOB NOT NULL,"
    " packed BLOB NOT NULL, UNIQUE(space, first));"
    "CREATE INDEX task_due ON task(done, due);";

static status pragma_i64(struct db *db, const char *sql, int64_t *value_out, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(db, sql, &stmt, err);
    if (s == DONE)
        s = stmt_step(stmt, err);
    if (s == DONE)
        *value_out = stmt_i64(stmt, 0);
    if (s >= DONE)
        stmt_reset(stmt);
    return s == NOT_FOUND ? err_set(err, DB_DAMAGED, "no answer to '%s'", sql) : s;
}

status schema_check(struct db *db, struct err *err)
{
    int64_t application = 0, version = 0, tables_there = 0;
    status s = pragma_i64(db, "PRAGMA application_id", &application, err);
    if (s == DONE)
        s = pragma_i64(db, "PRAGMA user_version", &version, err);
    if (s == DONE)
        s = pragma_i64(db, "SELECT count(*) FROM sqlite_master", &tables_there, err);
    if (s != DONE)
        return s;
    if (tables_there == 0)
        return NOT_FOUND;
    return application == APPLICATION_ID && version == SCHEMA_VERSION ? DONE : STOP;
}

status schema_make(struct db *db, struct err *err)
{
    char mark[96];
    snprintf(mark, sizeof mark, "PRAGMA application_id=%d; PRAGMA user_version=%d", APPLICATION_ID, SCHEMA_VERSION);
    status s = db_exec(db, tables, err);
    return s == DONE ? db_exec(db, mark, err) : s;
}

status meta_get(struct db *db, struct sv key, struct buf *value, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(db, "SELECT value FROM meta WHERE key=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_text(stmt, 1, key);
    s = stmt_step(stmt, err);
    if (s != DONE)
        return s;
    buf_put(value, stmt_blob(stmt, 0));
    stmt_reset(stmt);
    return buf_check(value, err);
}

status meta_get_i64(struct db *db, struct sv key, int64_t *value_out, struct err *err)
{
    struct buf text = {0};
    status s = meta_get(db, key, &text, err);
    if (s == DONE && !sv_to_i64(buf_view(&text), value_out))
        s = err_set(err, DB_DAMAGED, "'%.*s' is no number", SV_ARG(key));
    buf_release(&text);
    return s;
}

status meta_set(struct db *db, struct sv key, struct sv value, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(db, "INSERT OR REPLACE INTO meta VALUES(?, ?)", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_text(stmt, 1, key);
    stmt_bind_blob(stmt, 2, value);
    return stmt_run(stmt, err);
}

status meta_set_i64(struct db *db, struct sv key, int64_t value, struct err *err)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    return meta_set(db, key, sv_of(text), err);
}
