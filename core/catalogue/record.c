/* Reading notes as stored. They are fetched some hundred at a time into an arena and handed on between transactions, so
 * that whoever takes them may take their time. */
#include "base/json.h"
#include "catalogue/field_pack.h"
#include "catalogue/handle.h"
#include "catalogue/history.h"
#include "catalogue/id_set.h"
#include "catalogue/internal.h"
#include "catalogue/order.h"
#include "catalogue/posting.h"
#include "catalogue/terms.h"

enum { CHUNK = 256 };

struct fetch {
    const int64_t *ids;
    size_t count;
    struct arena *arena;
    struct record *records; /* id 0: the note is gone */
};

static struct sv keep(struct arena *arena, struct sv text, bool *failed)
{
    struct sv copy = arena_copy(arena, text);
    *failed = *failed || !copy.ptr;
    return copy;
}

/* A packed list as a JSON array. */
static struct sv list_json(struct arena *arena, struct sv packed, struct buf *scratch, bool *failed)
{
    struct unpack in = {.rest = packed};
    buf_clear(scratch);
    buf_char(scratch, '[');
    while (unpack_more(&in)) {
        if (scratch->len > 1)
            buf_char(scratch, ',');
        json_put_text(scratch, unpack_text(&in));
    }
    buf_char(scratch, ']');
    *failed = *failed || scratch->failed;
    return keep(arena, buf_view(scratch), failed);
}

static bool read_fields(struct record *record, const struct stmt *stmt, struct arena *arena, struct buf *scratch)
{
    bool failed = false;
    struct sv tags = stmt_blob(stmt, 7);
    struct field_context context = {record->title, record->date, record->lang, record->type, tags};
    record->tags = list_json(arena, tags, scratch, &failed);
    record->aliases = list_json(arena, stmt_blob(stmt, 8), scratch, &failed);
    buf_clear(scratch);
    field_unpack_json(stmt_blob(stmt, 9), &context, scratch);
    record->fields = keep(arena, buf_view(scratch), &failed);
    return !failed && !scratch->failed;
}

static bool read_columns(struct record *record, const struct stmt *stmt, struct arena *arena, struct buf *scratch)
{
    bool failed = false;
    record->path = keep(arena, stmt_text(stmt, 0), &failed);
    record->type = keep(arena, stmt_text(stmt, 1), &failed);
    record->date = keep(arena, stmt_text(stmt, 2), &failed);
    record->lang = keep(arena, stmt_text(stmt, 3), &failed);
    record->words = stmt_i64(stmt, 4);
    record->title = keep(arena, stmt_text(stmt, 5), &failed);
    record->snippet = keep(arena, stmt_text(stmt, 6), &failed);
    failed = failed || !read_fields(record, stmt, arena, scratch);
    record->handle = sv_stem(record->path);
    return !failed;
}

static status fetch_one(struct catalogue *catalogue, int64_t id, struct arena *arena, struct record *record,
                        struct err *err)
{
    struct stmt *stmt;
    struct buf scratch = {0};
    *record = (struct record){0};
    status s = db_statement(catalogue->db,
                            "SELECT n.path, n.type, n.date, n.lang, n.words, n.title, p.snippet, p.tags, p.aliases,"
                            " p.fields FROM note n JOIN part p ON p.note=n.id WHERE n.id=?",
                            &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, id);
    s = stmt_step(stmt, err);
    if (s != DONE)
        return s == NOT_FOUND ? DONE : s;
    bool read = read_columns(record, stmt, arena, &scratch);
    stmt_reset(stmt);
    buf_release(&scratch);
    record->id = id;
    s = read ? history_fill(catalogue, record, arena, err) : err_no_memory(err);
    if (record->date.len == 0)
        record->date = record->created;
    return s;
}

static status fetch_records(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct fetch *fetch = payload;
    status s = DONE;
    arena_reset(fetch->arena);
    fetch->records = arena_array(fetch->arena, fetch->count, sizeof *fetch->records);
    if (!fetch->records)
        return err_no_memory(err);
    for (size_t i = 0; s == DONE && i < fetch->count; i++)
        s = fetch_one(catalogue, fetch->ids[i], fetch->arena, &fetch->records[i], err);
    return s;
}

/* What follows from the place of the file and from the other notes. */
static status complete(struct catalogue *catalogue, struct record *record, struct err *err)
{
    const struct rows *rows;
    status s = catalogue_rows(catalogue, &rows, err);
    if (s != DONE)
        return s;
    const struct row *row = rows_by_id(rows, record->id);
    record->space = vault_space_of(catalogue->vault, record->path)->name;
    record->visibility = vault_space_of(catalogue->vault, record->path)->visibility;
    record->short_handle = record->handle;
    if (!row)
        return DONE;
    record->visibility = row_visibility(catalogue, row);
    record->size = row->facts.size;
    return short_handle(catalogue, row, &record->short_handle, err);
}

static status hand_on(struct catalogue *catalogue, struct fetch *fetch, record_fn fn, void *payload, struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < fetch->count; i++) {
        if (fetch->records[i].id == 0)
            continue;
        s = complete(catalogue, &fetch->records[i], err);
        if (s == DONE)
            s = fn(payload, &fetch->records[i], err);
    }
    return s;
}

static status each(struct catalogue *catalogue, const int64_t *ids, size_t count, record_fn fn, void *payload,
                   struct err *err)
{
    struct arena arena;
    status s = DONE;
    arena_init(&arena);
    for (size_t begin = 0; s == DONE && begin < count; begin += CHUNK) {
        struct fetch fetch = {ids + begin, count - begin < CHUNK ? count - begin : CHUNK, &arena, NULL};
        s = catalogue_reading(catalogue, fetch_records, &fetch, err);
        if (s == DONE)
            s = hand_on(catalogue, &fetch, fn, payload, err);
    }
    arena_release(&arena);
    return s;
}

status catalogue_each(struct catalogue *catalogue, const struct id_set *ids, const struct sort *sort, size_t limit,
                      record_fn fn, void *payload, struct err *err)
{
    struct arena arena;
    int64_t *ordered;
    size_t count;
    arena_init(&arena);
    status s = order_notes(catalogue, ids, sort, limit, &arena, &ordered, &count, err);
    if (s == DONE)
        s = each(catalogue, ordered, count, fn, payload, err);
    arena_release(&arena);
    return s;
}

struct single {
    int64_t id;
    struct arena *arena;
    struct record *record;
};

static status fetch_single(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct single *single = payload;
    return fetch_one(catalogue, single->id, single->arena, single->record, err);
}

status catalogue_record(struct catalogue *catalogue, int64_t id, struct arena *arena, struct record *record_out,
                        struct err *err)
{
    struct single single = {id, arena, record_out};
    status s = catalogue_reading(catalogue, fetch_single, &single, err);
    if (s == DONE && record_out->id == 0)
        return NOT_FOUND;
    if (s == DONE)
        s = complete(catalogue, record_out, err);
    if (s != DONE)
        return s;
    record_out->short_handle = arena_copy(arena, record_out->short_handle);
    return record_out->short_handle.ptr ? DONE : err_no_memory(err);
}

/* --- what changed --- */

struct changes {
    int64_t since;
    struct arena arena;
    struct id_set changed;
    struct removed {
        int64_t id;
        struct sv path;
    } * removed;
    size_t removed_count, removed_capacity;
};

static status read_removed(struct catalogue *catalogue, struct changes *changes, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(catalogue->db, "SELECT id, path FROM removed WHERE change>? ORDER BY id", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, changes->since);
    while ((s = stmt_step(stmt, err)) == DONE) {
        struct removed *removed = arena_grow(&changes->arena, changes->removed, &changes->removed_capacity,
                                             changes->removed_count, sizeof *removed);
        struct sv path = arena_copy(&changes->arena, stmt_text(stmt, 1));
        if (!removed || !path.ptr) {
            stmt_reset(stmt);
            return err_no_memory(err);
        }
        changes->removed = removed;
        changes->removed[changes->removed_count++] = (struct removed){stmt_i64(stmt, 0), path};
    }
    return s == NOT_FOUND ? DONE : s;
}

static status read_changes(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct changes *changes = payload;
    struct stmt *stmt;
    changes->changed.count = 0;
    changes->removed = NULL;
    changes->removed_count = changes->removed_capacity = 0;
    arena_reset(&changes->arena);
    struct buf term = {0};
    term_put_number(&term, TERM_CHANGE, (uint64_t)changes->since);
    status s = buf_check(&term, err);
    if (s == DONE)
        s = db_statement(catalogue->db, "SELECT first, ids FROM posting WHERE term>?1 AND term<?2", &stmt, err);
    const char behind = TERM_CHANGE + 1;
    if (s == DONE) {
        stmt_bind_blob(stmt, 1, buf_view(&term));
        stmt_bind_blob(stmt, 2, sv_make(&behind, 1));
        s = posting_collect(stmt, &changes->changed, err);
    }
    buf_release(&term);
    id_set_sort(&changes->changed);
    return s == DONE ? read_removed(catalogue, changes, err) : s;
}

status catalogue_changed(struct catalogue *catalogue, int64_t since, record_fn changed_fn,
                         status (*removed_fn)(void *payload, int64_t id, struct sv path, struct err *err),
                         void *payload, struct err *err)
{
    struct changes changes = {.since = since};
    arena_init(&changes.arena);
    status s = catalogue_reading(catalogue, read_changes, &changes, err);
    if (s == DONE)
        s = each(catalogue, changes.changed.ids, changes.changed.count, changed_fn, payload, err);
    for (size_t i = 0; s == DONE && i < changes.removed_count; i++)
        s = removed_fn(payload, changes.removed[i].id, changes.removed[i].path, err);
    id_set_release(&changes.changed);
    arena_release(&changes.arena);
    return s;
}
