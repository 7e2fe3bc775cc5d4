/* Opening, and getting over what can happen to a derived file: damage, another version, a full or read-only disk. In
 * each case the notes are read again, into the emptied file or into memory, and the caller is told nothing but the
 * right answer. */
#include "catalogue/catalogue.h"

#include "base/i18n.h"
#include "catalogue/attachment.h"
#include "catalogue/internal.h"
#include "catalogue/kept.h"
#include "catalogue/schema.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const char file_name[] = "catalogue.db";
enum { CACHE_KIB = 16 * 1024 };

/* --- making and checking --- */

static status random_bytes(unsigned char *into, size_t count, struct err *err)
{
    if (getrandom(into, count, 0) == (ssize_t)count)
        return DONE;
    return err_set(err, FAILED, "%s", _("the system gives no random numbers"));
}

static status write_identity(struct db *db, struct err *err)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char raw[16], key[DIGEST_KEY_SIZE];
    char id[2 * sizeof raw + 1] = {0};
    status s = random_bytes(raw, sizeof raw, err);
    if (s == DONE)
        s = random_bytes(key, sizeof key, err);
    for (size_t i = 0; i < sizeof raw; i++) {
        id[2 * i] = digits[raw[i] >> 4];
        id[2 * i + 1] = digits[raw[i] & 15];
    }
    if (s == DONE)
        s = meta_set(db, SV("id"), sv_of(id), err);
    if (s == DONE)
        s = meta_set(db, SV("key"), sv_make((const char *)key, sizeof key), err);
    return s == DONE ? meta_set_i64(db, SV("change"), 0, err) : s;
}

/* Two processes may find the file empty at once: the second one finds it made. */
static status make_schema(struct db *db, struct err *err)
{
    status s = db_begin(db, true, err);
    if (s != DONE)
        return s;
    s = schema_check(db, err);
    if (s == NOT_FOUND) {
        s = schema_make(db, err);
        if (s == DONE)
            s = write_identity(db, err);
    }
    if (s == DONE)
        return db_commit(db, err);
    db_rollback(db);
    return s;
}

status catalogue_read_identity(struct catalogue *catalogue, struct err *err)
{
    struct buf id = {0}, key = {0};
    status s = meta_get(catalogue->db, SV("id"), &id, err);
    if (s == DONE)
        s = meta_get(catalogue->db, SV("key"), &key, err);
    if (s == NOT_FOUND || (s == DONE && (id.len != sizeof catalogue->id - 1 || key.len != DIGEST_KEY_SIZE)))
        s = err_set(err, DB_DAMAGED, "no identity");
    if (s == DONE) {
        memcpy(catalogue->id, id.ptr, sizeof catalogue->id);
        memcpy(catalogue->digest_key, key.ptr, DIGEST_KEY_SIZE);
    }
    buf_release(&id);
    buf_release(&key);
    return s;
}

/* In one transaction, so that the file is locked once. */
static status look_at_schema(struct catalogue *catalogue, struct err *err)
{
    status s = db_begin(catalogue->db, false, err);
    if (s != DONE)
        return s;
    s = schema_check(catalogue->db, err);
    if (s == DONE)
        s = catalogue_read_identity(catalogue, err);
    db_rollback(catalogue->db);
    return s;
}

/* Leaves the database with our tables and knows its identity. STOP: it is of another version. */
static status settle(struct catalogue *catalogue, struct err *err)
{
    status s = db_cache_size(catalogue->db, CACHE_KIB, err);
    if (s == DONE)
        s = look_at_schema(catalogue, err);
    if (s != NOT_FOUND)
        return s;
    s = make_schema(catalogue->db, err);
    return s == DONE ? catalogue_read_identity(catalogue, err) : s;
}

static status open_in_memory(struct catalogue *catalogue, struct err *err)
{
    db_close(catalogue->db);
    catalogue->db = NULL;
    catalogue->in_memory = true;
    status s = db_open(NULL, &catalogue->db, err);
    return s == DONE ? settle(catalogue, err) : s;
}

static status erase(struct catalogue *catalogue, struct err *err)
{
    status s = db_erase(catalogue->db, err);
    return s == DONE ? settle(catalogue, err) : s;
}

/* Starts over with an empty catalogue, in the file where that still works. */
static status start_over(struct catalogue *catalogue, status why, struct err *err)
{
    catalogue->history_current = false;
    err_clear(err);
    if (why != DB_UNWRITABLE && !catalogue->in_memory) {
        if (erase(catalogue, err) == DONE)
            return DONE;
        err_clear(err);
    }
    return open_in_memory(catalogue, err);
}

static bool can_be_mended(const struct catalogue *catalogue, status s)
{
    return !catalogue->in_memory && (s == DB_DAMAGED || s == DB_UNWRITABLE || s == STOP);
}

/* Codes of db.h stay in this room. */
static status outside(status s, struct err *err)
{
    if (s != DB_DAMAGED && s != DB_UNWRITABLE)
        return s;
    if (err)
        err->code = FAILED;
    return FAILED;
}

/* --- opening --- */

static void explain(struct buf *note, status why, const struct err *err)
{
    if (!note)
        return;
    if (why == STOP)
        buf_put_c(note, _("the catalogue was of another version of chiron and is made anew"));
    else if (why == DB_DAMAGED)
        buf_put_c(note, _("the catalogue was damaged and is made anew"));
    else
        buf_printf(note, _("the catalogue is kept in memory this time: %s"), err->text);
}

static status open_file(struct catalogue *catalogue, struct err *err)
{
    const char *dir;
    struct buf path = {0};
    status s = vault_data_dir(catalogue->vault, &dir, err);
    if (s != DONE)
        return s == NO_MEMORY ? s : DB_UNWRITABLE;
    path_join(&path, sv_of(dir), sv_of(file_name));
    s = buf_check(&path, err);
    if (s == DONE)
        s = db_open(path.ptr, &catalogue->db, err);
    buf_release(&path);
    return s == DONE ? settle(catalogue, err) : s;
}

status catalogue_open(struct vault *vault, const struct catalogue_options *options, struct catalogue **catalogue_out,
                      struct buf *note, struct err *err)
{
    struct err own = {0};
    if (!err)
        err = &own;
    struct catalogue *catalogue = memory_zero(1, sizeof *catalogue);
    if (!catalogue)
        return err_no_memory(err);
    catalogue->vault = vault;
    catalogue->progress = options ? options->progress : NULL;
    catalogue->given = options ? options->watched : NULL;
    arena_init(&catalogue->skipped_arena);
    status s = catalogue_sweep(catalogue, err);
    if (s == DONE)
        s = open_file(catalogue, err);
    if (can_be_mended(catalogue, s)) {
        explain(note, s, err);
        s = catalogue->db ? start_over(catalogue, s, err) : (err_clear(err), open_in_memory(catalogue, err));
    }
    if (s != DONE) {
        catalogue_close(catalogue);
        return outside(s, err);
    }
    *catalogue_out = catalogue;
    return DONE;
}

void catalogue_close(struct catalogue *catalogue)
{
    if (!catalogue)
        return;
    catalogue_sweep_end(catalogue);
    attachments_free(catalogue->attachments);
    rows_release(&catalogue->rows);
    for (size_t i = 0; i < catalogue->retired_count; i++)
        rows_release(&catalogue->retired[i]);
    free(catalogue->retired);
    arena_release(&catalogue->skipped_arena);
    arena_release(&catalogue->watched_arena);
    content_window_release(&catalogue->window);
    content_close(catalogue->content);
    types_free(catalogue->types);
    db_close(catalogue->db);
    free(catalogue);
}

/* --- transactions --- */

/* Another process may have made the file anew: its ids are not ours. */
static status check_identity(struct catalogue *catalogue, struct err *err)
{
    struct buf id = {0};
    status s = meta_get(catalogue->db, SV("id"), &id, err);
    if (s == NOT_FOUND || (s == DONE && !sv_eq_c(buf_view(&id), catalogue->id)))
        s = err_set(err, DB_DAMAGED, "made anew by another process");
    buf_release(&id);
    return s;
}

static status run(struct catalogue *catalogue, bool write, transaction_fn fn, void *payload, struct err *err)
{
    status s = db_begin(catalogue->db, write, err);
    if (s != DONE)
        return s;
    bool refreshing = !catalogue->rows.loaded || catalogue->refreshing;
    s = refreshing ? DONE : check_identity(catalogue, err);
    if (s == DONE)
        s = fn(catalogue, payload, err);
    if (s >= DONE) {
        status committed = db_commit(catalogue->db, err);
        return committed == DONE ? s : committed;
    }
    db_rollback(catalogue->db);
    return s;
}

/* What this process had is there again before it goes on: an answer is not to depend on when the damage was met. */
static status fill_again(struct catalogue *catalogue, bool with_history, struct err *err)
{
    struct err why = {0};
    catalogue->mending = true;
    status s = catalogue_refresh(catalogue, NULL, err);
    catalogue->mending = false;
    if (s != DONE || !with_history)
        return s;
    s = catalogue_build_history(catalogue, &why);
    if (s != NO_MEMORY && s != CANCELLED)
        return DONE;
    *err = why;
    return s;
}

static status transact(struct catalogue *catalogue, bool write, bool refill, transaction_fn fn, void *payload,
                       struct err *err)
{
    struct err own = {0};
    if (!err)
        err = &own;
    enum { ATTEMPTS = 3 };
    status s = DONE;
    for (int attempt = 1; s >= DONE; attempt++) {
        s = run(catalogue, write, fn, payload, err);
        if (s == STOP || !can_be_mended(catalogue, s) || attempt == ATTEMPTS)
            break;
        bool with_history = catalogue->history_current;
        s = start_over(catalogue, s, err);
        if (s == DONE && refill)
            s = fill_again(catalogue, with_history, err);
    }
    return outside(s, err);
}

status catalogue_reading(struct catalogue *catalogue, transaction_fn fn, void *payload, struct err *err)
{
    return transact(catalogue, false, true, fn, payload, err);
}

status catalogue_writing(struct catalogue *catalogue, transaction_fn fn, void *payload, struct err *err)
{
    return transact(catalogue, true, true, fn, payload, err);
}

status catalogue_refreshing(struct catalogue *catalogue, transaction_fn fn, void *payload, struct err *err)
{
    return transact(catalogue, true, false, fn, payload, err);
}

/* --- small questions --- */

static status load_rows(struct catalogue *catalogue, void *payload, struct err *err)
{
    status s = kept_open(catalogue, NULL, err);
    return s == DONE ? rows_load(catalogue->db, payload, err) : s;
}

status catalogue_rows(struct catalogue *catalogue, const struct rows **rows_out, struct err *err)
{
    if (!catalogue->rows.loaded) {
        struct rows rows = {0};
        status s = catalogue_reading(catalogue, load_rows, &rows, err);
        if (s == DONE)
            s = catalogue_set_rows(catalogue, &rows, err);
        if (s != DONE) {
            rows_release(&rows);
            return s;
        }
    }
    *rows_out = &catalogue->rows;
    return DONE;
}

static status retire_rows(struct catalogue *catalogue, struct err *err)
{
    struct rows *retired =
        array_grow(catalogue->retired, &catalogue->retired_capacity, catalogue->retired_count, sizeof *retired);
    if (!retired)
        return err_no_memory(err);
    catalogue->retired = retired;
    catalogue->retired[catalogue->retired_count++] = catalogue->rows;
    catalogue->rows = (struct rows){0};
    return DONE;
}

status catalogue_set_rows(struct catalogue *catalogue, struct rows *rows, struct err *err)
{
    if (catalogue->mending) {
        status s = retire_rows(catalogue, err);
        if (s != DONE)
            return s;
    } else {
        rows_release(&catalogue->rows);
        attachments_free(catalogue->attachments);
        catalogue->attachments = NULL;
    }
    catalogue->rows = *rows;
    *rows = (struct rows){0};
    return DONE;
}

status rows_load(struct db *db, struct rows *rows_out, struct err *err)
{
    struct stmt *stmt;
    struct facts facts = {0};
    rows_release(rows_out);
    status s = meta_get_i64(db, SV("change"), &rows_out->change, err);
    if (s == NOT_FOUND)
        s = err_set(err, DB_DAMAGED, "no change number");
    if (s == DONE)
        s = db_statement(db, "SELECT path, id, facts FROM file ORDER BY path", &stmt, err);
    if (s != DONE)
        return s;
    while ((s = stmt_step(stmt, err)) == DONE) {
        if (!facts_unpack(stmt_blob(stmt, 2), &facts))
            s = err_set(err, DB_DAMAGED, "bad facts");
        if (s == DONE)
            s = rows_add(rows_out, stmt_i64(stmt, 1), stmt_text(stmt, 0), &facts, err);
        if (s != DONE)
            break;
    }
    stmt_reset(stmt);
    return s == NOT_FOUND ? rows_seal(rows_out, NULL, err) : s;
}

enum visibility row_visibility(const struct catalogue *catalogue, const struct row *row)
{
    enum visibility widest = vault_space_of(catalogue->vault, row_path(row))->visibility;
    if (row->facts.visibility == FACTS_NO_VISIBILITY || row->facts.visibility > (uint8_t)widest)
        return widest;
    return (enum visibility)row->facts.visibility;
}

struct vault *catalogue_vault(struct catalogue *catalogue)
{
    return catalogue->vault;
}

status catalogue_types(struct catalogue *catalogue, const struct types **types_out, struct err *err)
{
    if (!catalogue->types) {
        status s = vault_types(catalogue->vault, &catalogue->types, NULL, err);
        if (s != DONE)
            return s;
    }
    *types_out = catalogue->types;
    return DONE;
}

static status read_state(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct catalogue_state *state = payload;
    status s = meta_get_i64(catalogue->db, SV("change"), &state->change, err);
    memcpy(state->id, catalogue->id, sizeof state->id);
    return s == NOT_FOUND ? err_set(err, DB_DAMAGED, "no change number") : s;
}

status catalogue_state(struct catalogue *catalogue, struct catalogue_state *state_out, struct err *err)
{
    return catalogue_reading(catalogue, read_state, state_out, err);
}

status catalogue_count(struct catalogue *catalogue, size_t *count_out, struct err *err)
{
    const struct rows *rows;
    status s = catalogue_rows(catalogue, &rows, err);
    *count_out = s == DONE ? rows->note_count : 0;
    return s;
}

/* What refresh left out is left out here too: such a note has no content, and what is wrong is told by findings.c. */
static bool has_no_content(const struct facts *facts)
{
    return (facts->flags & FACTS_RETRY) != 0 || facts->size > NOTE_BYTES_MAX;
}

static status read_file(struct catalogue *catalogue, const struct row *row, struct buf *into, struct err *err)
{
    struct file_stamp stamp;
    struct err unread = {0};
    size_t before = into->len;
    status read = row ? vault_read(catalogue->vault, row_path(row), into, &unread) : NOT_FOUND;
    /* A file that became a link, a folder or too large refuses to be read, and so has changed. */
    bool same = row && file_stamp_beneath(catalogue->vault->root_fd, row_path(row), &stamp, NULL) == DONE &&
                facts_same_stamp(&row->facts, &stamp);
    if (read == DONE && same)
        return DONE;
    buf_truncate(into, before);
    if (read == NO_MEMORY)
        return err_no_memory(err);
    if (read < DONE && same)
        return err_at(err, read, row_path(row), 0, 0, "%s", unread.text);
    return CONFLICTED;
}

status catalogue_read(struct catalogue *catalogue, const struct record *record, struct buf *into, struct err *err)
{
    const struct rows *rows;
    struct content_text text;
    status s = catalogue_rows(catalogue, &rows, err);
    if (s != DONE)
        return s;
    const struct row *row = rows_by_id(rows, record->id);
    if (row && has_no_content(&row->facts))
        return DONE;
    s = row && catalogue->swept ? kept_read_in_order(catalogue, row, &text, err) : NOT_FOUND;
    if (s == DONE) {
        buf_put(into, text.bytes);
        return buf_check(into, err);
    }
    if (s == DB_DAMAGED)
        kept_discard(catalogue);
    if (s == NO_MEMORY)
        return s;
    s = read_file(catalogue, row, into, err);
    if (s != CONFLICTED)
        return s;
    return err_at(err, CONFLICTED, record->path, 0, 0, "%s", _("the note changed while it was read; try again"));
}
