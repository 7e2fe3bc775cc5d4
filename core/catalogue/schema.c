#include "catalogue/schema.h"

#include <inttypes.h>
#include <stdio.h>

/* "chiR", so that file(1) and a curious person can tell. */
enum { APPLICATION_ID = 0x63686952 };

static const char tables[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    /* every file that the walk finds; narrow, for it is read whole by each refresh. rows.h */
    "CREATE TABLE file(path TEXT PRIMARY KEY, id INTEGER NOT NULL, facts BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE note(id INTEGER PRIMARY KEY, path TEXT NOT NULL, type TEXT NOT NULL, date TEXT NOT NULL,"
    " lang TEXT NOT NULL, words INTEGER NOT NULL, change INTEGER NOT NULL, title TEXT NOT NULL,"
    " title_key BLOB NOT NULL, snippet TEXT NOT NULL, tags TEXT NOT NULL, aliases TEXT NOT NULL,"
    " fields TEXT NOT NULL);"
    /* what is asked for one note at a time, packed. link.h, headings.c */
    "CREATE TABLE part(note INTEGER PRIMARY KEY, links BLOB NOT NULL, headings BLOB NOT NULL, blocks BLOB NOT NULL);"
    "CREATE TABLE tag(note INTEGER NOT NULL, fold TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY(note, fold))"
    " WITHOUT ROWID;"
    /* folded stems (alias 0) and aliases (1): what a link can call a note */
    "CREATE TABLE name(note INTEGER NOT NULL, alias INTEGER NOT NULL, fold TEXT NOT NULL,"
    " PRIMARY KEY(note, alias, fold)) WITHOUT ROWID;"
    /* the names that a note's links call for, as hashes of their folded text: whoever follows one looks at the link */
    "CREATE TABLE want(note INTEGER NOT NULL, name INTEGER NOT NULL, PRIMARY KEY(note, name)) WITHOUT ROWID;"
    /* scalars of front matter and inline fields; the key folded, without indexes: goals.gas */
    "CREATE TABLE field(note INTEGER NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, fold TEXT NOT NULL,"
    " number REAL, date TEXT, PRIMARY KEY(note, key, seq)) WITHOUT ROWID;"
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
    " packed BLOB NOT NULL, UNIQUE(space, first));";

static const char indexes[] = "CREATE INDEX note_type ON note(type);"
                              "CREATE INDEX note_date ON note(date);"
                              "CREATE INDEX note_change ON note(change);"
                              "CREATE INDEX tag_fold ON tag(fold, name);"
                              "CREATE INDEX name_fold ON name(fold);"
                              "CREATE INDEX want_name ON want(name);"
                              "CREATE INDEX field_key ON field(key, fold, number, date);"
                              "CREATE INDEX task_due ON task(done, due);";

static const char drop_indexes[] = "DROP INDEX IF EXISTS note_type; DROP INDEX IF EXISTS note_date;"
                                   "DROP INDEX IF EXISTS note_change; DROP INDEX IF EXISTS tag_fold;"
                                   "DROP INDEX IF EXISTS name_fold; DROP INDEX IF EXISTS want_name;"
                                   "DROP INDEX IF EXISTS field_key; DROP INDEX IF EXISTS task_due;";

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
    if (s == DONE)
        s = schema_make_indexes(db, err);
    return s == DONE ? db_exec(db, mark, err) : s;
}

status schema_make_indexes(struct db *db, struct err *err)
{
    return db_exec(db, indexes, err);
}

status schema_drop_indexes(struct db *db, struct err *err)
{
    return db_exec(db, drop_indexes, err);
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
