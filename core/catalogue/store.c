#include "catalogue/store.h"

#include "base/i18n.h"

static status store_row(struct db *db, int64_t id, const struct parsed *parsed, int64_t change, struct err *err)
{
    const struct note *note = &parsed->note;
    struct stmt *stmt;
    status s = db_statement(db, "INSERT INTO note VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, id);
    stmt_bind_text(stmt, 2, note->path);
    stmt_bind_text(stmt, 3, note->type);
    stmt_bind_text(stmt, 4, parsed->date);
    stmt_bind_text(stmt, 5, note->lang);
    stmt_bind_i64(stmt, 6, (int64_t)note->outline.words);
    stmt_bind_i64(stmt, 7, change);
    stmt_bind_text(stmt, 8, note->title);
    stmt_bind_blob(stmt, 9, parsed->title_key);
    stmt_bind_text(stmt, 10, note->outline.first_line);
    stmt_bind_text(stmt, 11, parsed->tags);
    stmt_bind_text(stmt, 12, parsed->aliases);
    stmt_bind_text(stmt, 13, parsed->fields);
    return stmt_run(stmt, err);
}

static status store_part(struct db *db, int64_t id, const struct parsed *parsed, struct err *err)
{
    struct stmt *stmt;
    if (parsed->links.len + parsed->headings.len + parsed->blocks.len == 0)
        return DONE;
    status s = db_statement(db, "INSERT INTO part VALUES(?,?,?,?)", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, id);
    stmt_bind_blob(stmt, 2, parsed->links);
    stmt_bind_blob(stmt, 3, parsed->headings);
    stmt_bind_blob(stmt, 4, parsed->blocks);
    return stmt_run(stmt, err);
}

static status store_tags(struct db *db, int64_t id, const struct parsed *parsed, struct err *err)
{
    struct stmt *stmt;
    status s = DONE;
    for (size_t i = 0; s == DONE && i < parsed->note.tag_count; i++) {
        s = db_statement(db, "INSERT OR IGNORE INTO tag VALUES(?,?,?)", &stmt, err);
        if (s != DONE)
            break;
        stmt_bind_i64(stmt, 1, id);
        stmt_bind_text(stmt, 2, parsed->tag_folds[i]);
        stmt_bind_text(stmt, 3, parsed->note.tags[i]);
        s = stmt_run(stmt, err);
    }
    return s;
}

static status store_name(struct db *db, int64_t id, bool alias, struct sv fold, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(db, "INSERT OR IGNORE INTO name VALUES(?,?,?)", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, id);
    stmt_bind_i64(stmt, 2, alias);
    stmt_bind_text(stmt, 3, fold);
    return stmt_run(stmt, err);
}

static status store_names(struct db *db, int64_t id, const struct parsed *parsed, struct err *err)
{
    status s = store_name(db, id, false, parsed->stem_fold, err);
    for (size_t i = 0; s == DONE && i < parsed->note.alias_count; i++)
        s = store_name(db, id, true, parsed->alias_folds[i], err);
    return s;
}

static status store_wants(struct db *db, int64_t id, const struct parsed *parsed, struct err *err)
{
    struct stmt *stmt;
    status s = DONE;
    for (size_t i = 0; s == DONE && i < parsed->want_count; i++) {
        s = db_statement(db, "INSERT INTO want VALUES(?,?)", &stmt, err);
        if (s != DONE)
            break;
        stmt_bind_i64(stmt, 1, id);
        stmt_bind_i64(stmt, 2, parsed->wants[i]);
        s = stmt_run(stmt, err);
    }
    return s;
}

static status store_fields(struct db *db, int64_t id, const struct parsed *parsed, struct err *err)
{
    struct stmt *stmt;
    status s = DONE;
    for (size_t i = 0; s == DONE && i < parsed->field_row_count; i++) {
        const struct parsed_field *row = &parsed->field_rows[i];
        s = db_statement(db, "INSERT INTO field VALUES(?,?,?,?,?,?)", &stmt, err);
        if (s != DONE)
            break;
        stmt_bind_i64(stmt, 1, id);
        stmt_bind_text(stmt, 2, row->key);
        stmt_bind_i64(stmt, 3, (int64_t)i);
        stmt_bind_text(stmt, 4, row->fold);
        if (row->has_number)
            stmt_bind_double(stmt, 5, row->number);
        if (row->date.len > 0)
            stmt_bind_text(stmt, 6, row->date);
        s = stmt_run(stmt, err);
    }
    return s;
}

static status store_tasks(struct db *db, int64_t id, const struct outline *outline, struct err *err)
{
    struct stmt *stmt;
    status s = DONE;
    for (size_t i = 0; s == DONE && i < outline->task_count; i++) {
        const struct task *task = &outline->tasks[i];
        char due[DATE_TEXT_SIZE];
        s = db_statement(db, "INSERT INTO task VALUES(?,?,?,?,?,?,?)", &stmt, err);
        if (s != DONE)
            break;
        stmt_bind_i64(stmt, 1, id);
        stmt_bind_i64(stmt, 2, (int64_t)i);
        stmt_bind_i64(stmt, 3, task->done);
        stmt_bind_text(stmt, 4, sv_of(date_format(task->due, due)));
        stmt_bind_i64(stmt, 5, task->at.line);
        stmt_bind_i64(stmt, 6, task->at.column);
        stmt_bind_text(stmt, 7, task->text);
        s = stmt_run(stmt, err);
    }
    return s;
}

static status store_findings(struct db *db, int64_t id, const struct findings *findings, struct err *err)
{
    struct stmt *stmt;
    status s = DONE;
    for (size_t i = 0; s == DONE && i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        s = db_statement(db, "INSERT INTO finding VALUES(?,?,?,?,?,?,?,?,?)", &stmt, err);
        if (s != DONE)
            break;
        stmt_bind_i64(stmt, 1, id);
        stmt_bind_i64(stmt, 2, (int64_t)i);
        stmt_bind_text(stmt, 3, sv_of(finding->rule));
        stmt_bind_i64(stmt, 4, finding->level);
        stmt_bind_i64(stmt, 5, finding->line);
        stmt_bind_i64(stmt, 6, finding->column);
        stmt_bind_i64(stmt, 7, finding->fix);
        stmt_bind_text(stmt, 8, finding->message);
        stmt_bind_text(stmt, 9, sv_of(i18n_lang()));
        s = stmt_run(stmt, err);
    }
    return s;
}

status store_note(struct db *db, int64_t id, const struct parsed *parsed, int64_t change, bool fresh, struct err *err)
{
    status s = fresh ? DONE : store_remove_note(db, id, err);
    if (s == DONE)
        s = store_row(db, id, parsed, change, err);
    if (s == DONE)
        s = store_part(db, id, parsed, err);
    if (s == DONE)
        s = store_tags(db, id, parsed, err);
    if (s == DONE)
        s = store_names(db, id, parsed, err);
    if (s == DONE)
        s = store_wants(db, id, parsed, err);
    if (s == DONE)
        s = store_fields(db, id, parsed, err);
    if (s == DONE)
        s = store_tasks(db, id, &parsed->note.outline, err);
    return s == DONE ? store_findings(db, id, &parsed->note.findings, err) : s;
}

status store_file(struct db *db, struct sv path, int64_t id, const struct facts *facts, struct err *err)
{
    struct stmt *stmt;
    char packed[FACTS_SIZE];
    status s = db_statement(db, "INSERT OR REPLACE INTO file VALUES(?,?,?)", &stmt, err);
    if (s != DONE)
        return s;
    facts_pack(facts, packed);
    stmt_bind_text(stmt, 1, path);
    stmt_bind_i64(stmt, 2, id);
    stmt_bind_blob(stmt, 3, sv_make(packed, sizeof packed));
    return stmt_run(stmt, err);
}

status store_remove_note(struct db *db, int64_t id, struct err *err)
{
    static const char *const deletions[] = {
        "DELETE FROM note WHERE id=?",   "DELETE FROM part WHERE note=?",    "DELETE FROM tag WHERE note=?",
        "DELETE FROM name WHERE note=?", "DELETE FROM want WHERE note=?",    "DELETE FROM field WHERE note=?",
        "DELETE FROM task WHERE note=?", "DELETE FROM finding WHERE note=?",
    };
    status s = DONE;
    for (size_t i = 0; s == DONE && i < sizeof deletions / sizeof *deletions; i++) {
        struct stmt *stmt;
        s = db_statement(db, deletions[i], &stmt, err);
        if (s != DONE)
            break;
        stmt_bind_i64(stmt, 1, id);
        s = stmt_run(stmt, err);
    }
    return s;
}

status store_clear(struct db *db, struct err *err)
{
    return db_exec(db,
                   "DELETE FROM note; DELETE FROM part; DELETE FROM tag; DELETE FROM name; DELETE FROM want;"
                   "DELETE FROM field; DELETE FROM task; DELETE FROM finding",
                   err);
}

status store_remove_file(struct db *db, struct sv path, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(db, "DELETE FROM file WHERE path=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_text(stmt, 1, path);
    return stmt_run(stmt, err);
}

status store_tombstone(struct db *db, int64_t id, struct sv path, int64_t change, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(db, "INSERT OR REPLACE INTO removed VALUES(?,?,?)", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, id);
    stmt_bind_text(stmt, 2, path);
    stmt_bind_i64(stmt, 3, change);
    return stmt_run(stmt, err);
}
