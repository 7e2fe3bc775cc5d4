#include "catalogue/store.h"

#include "base/i18n.h"
#include "catalogue/squeeze.h"

status store_begin(struct store *store, struct db *db, int64_t change, struct err *err)
{
    struct stmt *stmt;
    postings_release(&store->postings);
    store->postings = (struct postings){0};
    store->db = db;
    store->change = change;
    status s = db_statement(db, "SELECT 1 FROM posting LIMIT 1", &stmt, err);
    if (s == DONE)
        s = stmt_step(stmt, err);
    if (s == DONE)
        stmt_reset(stmt);
    store->postings.empty = s == NOT_FOUND;
    return s == NOT_FOUND ? DONE : s;
}

status store_finish(struct store *store, struct err *err)
{
    return postings_write(&store->postings, store->db, err);
}

void store_release(struct store *store)
{
    postings_release(&store->postings);
    arena_release(&store->arena);
    buf_release(&store->scratch);
}

/* --- terms --- */

/* A note's terms as they are stored. */
struct old {
    struct note_term *terms;
    size_t count;
    int64_t change; /* 0: the note is not there */
};

static void read_note(struct store *store, const struct stmt *stmt, struct stored_note *note, bool *failed)
{
    struct sv *const columns[] = {&note->path, &note->type,    &note->date,   &note->lang,  &note->title,
                                  &note->tags, &note->aliases, &note->fields, &note->links, &note->headings};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        *columns[i] = arena_copy(&store->arena, stmt_blob(stmt, (int)i));
        *failed = *failed || !columns[i]->ptr;
    }
}

static status read_old(struct store *store, int64_t id, struct old *old, struct err *err)
{
    struct stmt *stmt;
    struct stored_note note;
    bool failed = false;
    *old = (struct old){0};
    arena_reset(&store->arena);
    status s = db_statement(store->db,
                            "SELECT n.path, n.type, n.date, n.lang, n.title, p.tags, p.aliases, p.fields, p.links,"
                            " p.headings, n.change FROM note n JOIN part p ON p.note=n.id WHERE n.id=?",
                            &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, id);
    s = stmt_step(stmt, err);
    if (s != DONE)
        return s == NOT_FOUND ? DONE : s;
    read_note(store, stmt, &note, &failed);
    old->change = stmt_i64(stmt, 10);
    stmt_reset(stmt);
    if (failed)
        return err_no_memory(err);
    s = unsqueeze(note.links, &store->arena, &note.links, err);
    if (s == DONE)
        s = terms_of(&note, &store->arena, &store->scratch, &old->terms, &old->count, err);
    return s == STOP ? err_set(err, DB_DAMAGED, "bad parts of a note") : s;
}

/* Both are sorted; most terms of a changed note are those it had. */
static status change_terms(struct store *store, int64_t id, const struct old *old, const struct note_term *terms,
                           size_t count, struct err *err)
{
    status s = DONE;
    for (size_t i = 0, j = 0; s == DONE && (i < old->count || j < count);) {
        const struct note_term *was = i < old->count ? &old->terms[i] : NULL, *is = j < count ? &terms[j] : NULL;
        int order = !was ? 1 : !is ? -1 : sv_cmp(was->bytes, is->bytes);
        if (order < 0)
            s = postings_remove(&store->postings, was->bytes, id, err);
        else if (order > 0 || was->ordinal != is->ordinal)
            s = postings_add(&store->postings, is->bytes, id, is->ordinal, err);
        i += order <= 0;
        j += order >= 0;
    }
    return s;
}

static status change_number(struct store *store, int64_t id, int64_t before, int64_t after, struct err *err)
{
    struct buf *term = &store->scratch;
    status s = DONE;
    if (before == after)
        return DONE;
    buf_clear(term);
    term_put_number(term, TERM_CHANGE, (uint64_t)before);
    s = buf_check(term, err);
    if (s == DONE && before > 0)
        s = postings_remove(&store->postings, buf_view(term), id, err);
    buf_clear(term);
    term_put_number(term, TERM_CHANGE, (uint64_t)after);
    if (s == DONE)
        s = buf_check(term, err);
    return s == DONE && after > 0 ? postings_add(&store->postings, buf_view(term), id, 0, err) : s;
}

/* --- rows --- */

static status store_row(struct store *store, int64_t id, const struct parsed *parsed, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(store->db, "INSERT OR REPLACE INTO note VALUES(?,?,?,?,?,?,?,?,?)", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, id);
    stmt_bind_text(stmt, 2, parsed->stored.path);
    stmt_bind_text(stmt, 3, parsed->stored.type);
    stmt_bind_text(stmt, 4, parsed->stored.date);
    stmt_bind_text(stmt, 5, parsed->stored.lang);
    stmt_bind_i64(stmt, 6, (int64_t)parsed->note.outline.words);
    stmt_bind_i64(stmt, 7, store->change);
    stmt_bind_text(stmt, 8, parsed->stored.title);
    stmt_bind_blob(stmt, 9, parsed->title_key);
    return stmt_run(stmt, err);
}

static status store_part(struct store *store, int64_t id, const struct parsed *parsed, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(store->db, "INSERT OR REPLACE INTO part VALUES(?,?,?,?,?,?,?,?)", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, id);
    stmt_bind_text(stmt, 2, parsed->snippet);
    stmt_bind_blob(stmt, 3, parsed->stored.tags);
    stmt_bind_blob(stmt, 4, parsed->stored.aliases);
    stmt_bind_blob(stmt, 5, parsed->stored.fields);
    stmt_bind_blob(stmt, 6, parsed->links);
    stmt_bind_blob(stmt, 7, parsed->stored.headings);
    stmt_bind_blob(stmt, 8, parsed->blocks);
    return stmt_run(stmt, err);
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

static status remove_rows(struct db *db, const char *const *deletions, size_t count, int64_t id, struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < count; i++) {
        struct stmt *stmt;
        s = db_statement(db, deletions[i], &stmt, err);
        if (s != DONE)
            break;
        stmt_bind_i64(stmt, 1, id);
        s = stmt_run(stmt, err);
    }
    return s;
}

/* The first two are written over where the note stays. */
static const char *const deletions[] = {"DELETE FROM note WHERE id=?", "DELETE FROM part WHERE note=?",
                                        "DELETE FROM task WHERE note=?", "DELETE FROM finding WHERE note=?"};
enum { DELETION_COUNT = sizeof deletions / sizeof *deletions, WRITTEN_OVER = 2 };

status store_note(struct store *store, int64_t id, const struct parsed *parsed, bool fresh, struct err *err)
{
    struct old old = {0};
    status s = fresh ? DONE : read_old(store, id, &old, err);
    if (s == DONE && !fresh)
        s = remove_rows(store->db, deletions + WRITTEN_OVER, DELETION_COUNT - WRITTEN_OVER, id, err);
    if (s == DONE)
        s = change_terms(store, id, &old, parsed->terms, parsed->term_count, err);
    if (s == DONE)
        s = change_number(store, id, old.change, store->change, err);
    if (s == DONE)
        s = store_row(store, id, parsed, err);
    if (s == DONE)
        s = store_part(store, id, parsed, err);
    if (s == DONE)
        s = store_tasks(store->db, id, &parsed->note.outline, err);
    return s == DONE ? store_findings(store->db, id, &parsed->note.findings, err) : s;
}

static status bury(struct db *db, int64_t id, struct sv path, int64_t change, struct err *err)
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

status store_remove_note(struct store *store, int64_t id, struct sv path, struct err *err)
{
    struct old old;
    status s = read_old(store, id, &old, err);
    if (s == DONE)
        s = change_terms(store, id, &old, NULL, 0, err);
    if (s == DONE)
        s = change_number(store, id, old.change, 0, err);
    if (s == DONE)
        s = remove_rows(store->db, deletions, DELETION_COUNT, id, err);
    return s == DONE ? bury(store->db, id, path, store->change, err) : s;
}

status store_clear(struct store *store, struct err *err)
{
    store->postings.empty = true;
    return db_exec(store->db,
                   "DELETE FROM note; DELETE FROM part; DELETE FROM posting; DELETE FROM task; DELETE FROM finding",
                   err);
}

/* --- files --- */

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

status store_remove_file(struct db *db, struct sv path, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(db, "DELETE FROM file WHERE path=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_text(stmt, 1, path);
    return stmt_run(stmt, err);
}
