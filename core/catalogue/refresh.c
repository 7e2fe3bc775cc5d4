/* Bringing the catalogue up to date. The files' stat data are merged with the stored ones, both in order of paths. What
 * differs is read and parsed over the cores in batches, and written by this thread in one transaction; where nothing
 * differs nothing is written. */
#include "base/i18n.h"
#include "base/thread.h"
#include "catalogue/fingerprint.h"
#include "catalogue/internal.h"
#include "catalogue/kept.h"
#include "catalogue/parsed.h"
#include "catalogue/rows_file.h"
#include "catalogue/schema.h"
#include "catalogue/store.h"
#include "catalogue/survey.h"

#include <stdlib.h>
#include <string.h>

enum {
    BATCH_NOTES = 512,
    BATCH_BYTES = 16 * 1024 * 1024,
    SHARE = 8, /* notes that a worker takes at a time */
    WRITE_CACHE_KIB = 48 * 1024,
    READ_CACHE_KIB = 16 * 1024
};

struct worker {
    struct arena arena;
    struct buf scratch;
};

/* Notes that are read together. There are two: one is parsed while the one before is written. */
struct batch {
    size_t begin, count; /* of the items */
    struct parsed *parsed;
    struct worker *workers;
};

struct refresh {
    struct catalogue *catalogue;
    const struct types *types;
    struct survey survey; /* what is to be done */
    struct rows stored;   /* as the database has them */
    struct rows fresh;    /* as they will be */
    struct store store;
    struct batch batches[2];
    struct batch *reading, *writing; /* `writing` has no notes at first */
    unsigned worker_count;
    struct buf fingerprint;
    struct kept_fill kept;
    bool reparse;         /* types or program changed */
    bool is_written;      /* the database was */
    int64_t refreshed_ns; /* when the rows were stored */
    int64_t change, next_id;
    size_t next_stored, next_removed; /* how far `fresh` has come in the two lists */
    struct catalogue_refresh result;
};

/* --- what is to do --- */

static status read_stored_state(struct refresh *r, struct err *err)
{
    struct db *db = r->catalogue->db;
    struct buf stored = {0};
    status s = catalogue_read_identity(r->catalogue, err);
    r->refreshed_ns = 0;
    r->next_id = 1;
    if (s == DONE)
        s = meta_get_i64(db, SV("refreshed"), &r->refreshed_ns, err);
    if (s >= DONE)
        s = meta_get_i64(db, SV("next_id"), &r->next_id, err);
    if (s >= DONE)
        s = meta_get(db, SV("fingerprint"), &stored, err);
    r->reparse = !sv_eq(buf_view(&stored), buf_view(&r->fingerprint));
    buf_release(&stored);
    return s < DONE ? s : kept_fill_load(&r->kept, r->catalogue, sweep_clock_ns(), err);
}

/* The rows that were mapped, if they are those of the database. */
static bool take_mapped(struct refresh *r, int64_t change)
{
    struct catalogue *catalogue = r->catalogue;
    if (!catalogue->mapped.loaded || strcmp(catalogue->mapped_state.id, catalogue->id) != 0 ||
        catalogue->mapped_state.refreshed_ns != r->refreshed_ns || catalogue->mapped.change != change)
        return false;
    rows_release(&r->stored);
    r->stored = catalogue->mapped;
    catalogue->mapped = (struct rows){0};
    return true;
}

/* What is stored about files: as mapped from its file, or from the database. */
static status load(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct refresh *r = payload;
    int64_t change = 0;
    status s = read_stored_state(r, err);
    if (s == DONE)
        s = meta_get_i64(catalogue->db, SV("change"), &change, err);
    if (s < DONE || (s == DONE && take_mapped(r, change)))
        return s;
    s = rows_load(catalogue->db, &r->stored, err);
    r->stored.swept_ns = r->refreshed_ns;
    return s;
}

static bool is_current(const struct refresh *r)
{
    return r->survey.item_count == 0 && r->survey.removed_count == 0 && !r->reparse;
}

static status walk(struct refresh *r, struct err *err)
{
    struct catalogue *catalogue = r->catalogue;
    arena_reset(&catalogue->skipped_arena);
    catalogue->skipped = (struct findings){.arena = &catalogue->skipped_arena};
    return survey_walk(&r->survey, catalogue->vault, &r->stored, r->reparse || r->kept.all, &catalogue->skipped, err);
}

/* By what a watcher knows or by the sweep, where their rows are those of the database. */
static status look_at_changes(struct refresh *r, struct err *err)
{
    struct catalogue *catalogue = r->catalogue;
    const struct watched *watched = &catalogue->watched;
    if (!r->stored.is_mapped || r->reparse || r->kept.all)
        return STOP;
    if (catalogue->is_watched)
        return survey_known(&r->survey, watched->folders, watched->folder_count, catalogue->sweep_ns, catalogue->vault,
                            &r->stored, err);
    if (!catalogue->sweep)
        return STOP;
    return survey_sweep(&r->survey, catalogue->sweep, catalogue->sweep_ns, catalogue->vault, &r->stored, err);
}

static status look(struct refresh *r, struct err *err)
{
    struct catalogue *catalogue = r->catalogue;
    uint64_t begin = clock_ms();
    status s = look_at_changes(r, err);
    sweep_end(catalogue->sweep);
    catalogue->sweep = NULL;
    catalogue->is_watched = false;
    catalogue->given = NULL;
    if (s == STOP)
        s = walk(r, err);
    if (s == DONE && !is_current(r) && !r->kept.all && kept_fill_is_wasteful(&r->kept)) {
        r->kept.all = true;
        s = walk(r, err);
    }
    r->result.walk_ms += clock_ms() - begin;
    return s;
}

/* --- reading and parsing --- */

static status parse_item(struct refresh *r, unsigned worker, size_t i, struct err *err)
{
    const struct survey_item *item = &r->survey.items[r->reading->begin + i];
    struct worker *own = &r->reading->workers[worker];
    bool comparable = item->stored && row_is_note(item->stored) && !r->reparse;
    struct parse_input input = {.vault = r->catalogue->vault,
                                .types = r->types,
                                .digest_key = r->catalogue->digest_key,
                                .path = item->entry.path,
                                .stamp = &item->entry.stamp,
                                .unreadable = item->entry.unreadable,
                                .keep = r->kept.all,
                                .stored = comparable ? &item->stored->facts : NULL};
    if (cancel_requested())
        return err_set(err, CANCELLED, "%s", _("interrupted"));
    return parsed_read(&input, &own->arena, &own->scratch, &r->reading->parsed[i], err);
}

static status parse_share(struct refresh *r, unsigned worker, size_t share, struct err *err)
{
    size_t end = (share + 1) * SHARE < r->reading->count ? (share + 1) * SHARE : r->reading->count;
    status s = DONE;
    for (size_t i = share * SHARE; s == DONE && i < end; i++)
        s = parse_item(r, worker, i, err);
    return s;
}

static size_t batch_size(const struct refresh *r, size_t begin)
{
    int64_t bytes = 0;
    size_t count = 0;
    while (begin + count < r->survey.item_count && count < BATCH_NOTES && bytes < BATCH_BYTES) {
        int64_t size = r->survey.items[begin + count++].entry.stamp.size;
        bytes += size > NOTE_BYTES_MAX ? 0 : size;
    }
    return count;
}

/* --- writing --- */

static int64_t id_for(struct refresh *r, const struct survey_item *item)
{
    if (item->stored)
        return item->stored->id;
    /* After a rebuild within this process ids that were handed out keep their meaning. */
    const struct row *known = r->stored.change == 0 ? rows_find(&r->catalogue->rows, item->entry.path) : NULL;
    return known ? known->id : r->next_id++;
}

static status forget_note(struct refresh *r, const struct row *row, struct err *err)
{
    if (!row_is_note(row))
        return DONE;
    r->result.removed++;
    kept_fill_drop(&r->kept, &row->facts);
    return store_remove_note(&r->store, row->id, row_path(row), err);
}

static status remove_row(struct refresh *r, const struct row *row, struct err *err)
{
    status s = forget_note(r, row, err);
    return s == DONE ? store_remove_file(r->catalogue->db, row_path(row), err) : s;
}

static status write_note(struct refresh *r, struct survey_item *item, const struct parsed *parsed, struct err *err)
{
    bool fresh = !item->stored || !row_is_note(item->stored);
    if (fresh)
        r->result.added++;
    else
        r->result.changed++;
    if (!fresh)
        kept_fill_drop(&r->kept, &item->stored->facts);
    status s = store_note(&r->store, item->id, parsed, fresh || r->reparse, err);
    return s == DONE ? store_file(r->catalogue->db, item->entry.path, item->id, &parsed->facts, err) : s;
}

static bool same_facts(const struct facts *a, const struct facts *b)
{
    char left[FACTS_SIZE], right[FACTS_SIZE];
    facts_pack(a, left);
    facts_pack(b, right);
    return sv_eq(sv_make(left, FACTS_SIZE), sv_make(right, FACTS_SIZE));
}

static status write_item(struct refresh *r, struct survey_item *item, const struct parsed *parsed, struct err *err)
{
    struct db *db = r->catalogue->db;
    const struct row *stored = item->stored;
    status s = DONE;
    if (parsed->outcome == PARSED_GONE)
        return stored ? remove_row(r, stored, err) : DONE;
    item->id = id_for(r, item);
    if (parsed->outcome == PARSED_NOTE)
        s = write_note(r, item, parsed, err);
    else if (parsed->outcome == PARSED_HIDDEN && stored)
        s = forget_note(r, stored, err);
    if (s == DONE && parsed->outcome != PARSED_NOTE && !(stored && same_facts(&stored->facts, &parsed->facts)))
        s = store_file(db, item->entry.path, item->id, &parsed->facts, err);
    return s == DONE ? rows_add(&r->fresh, item->id, item->entry.path, &parsed->facts, err) : s;
}

/* The new rows: those that stay, and between them, in order, what is read. Both lists are in order of paths, and what
 * was removed is in neither. */
static status keep_rows_before(struct refresh *r, const struct sv *path, struct err *err)
{
    status s = DONE;
    for (; s == DONE && r->next_stored < r->stored.count; r->next_stored++) {
        const struct row *row = &r->stored.items[r->next_stored];
        if (path && sv_cmp(row_path(row), *path) >= 0)
            break;
        if (r->next_removed < r->survey.removed_count && r->survey.removed[r->next_removed] == row)
            r->next_removed++;
        else
            s = rows_add(&r->fresh, row->id, row_path(row), &row->facts, err);
    }
    return s;
}

static status write_batch(struct refresh *r, const struct batch *batch, struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < batch->count; i++) {
        struct survey_item *item = &r->survey.items[batch->begin + i];
        s = keep_rows_before(r, &item->entry.path, err);
        r->next_stored += item->stored != NULL;
        if (s == DONE)
            s = write_item(r, item, &batch->parsed[i], err);
    }
    return s;
}

/* What was read, into the content store's memory: where each note stands there is among its facts. */
static status keep_batch(struct refresh *r, struct batch *batch, struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < batch->count; i++) {
        const struct survey_item *item = &r->survey.items[batch->begin + i];
        struct parsed *parsed = &batch->parsed[i];
        if (parsed->has_bytes && parsed->outcome == PARSED_SAME)
            s = kept_fill_put_stored(&r->kept, r->catalogue, item->stored, parsed->bytes, &parsed->facts.content_at,
                                     err);
        else if (parsed->has_bytes)
            parsed->facts.content_at =
                kept_fill_put(&r->kept, &parsed->facts, item->entry.path, parsed->note.title, parsed->bytes);
        else if (r->kept.all)
            parsed->facts.content_at = 0;
    }
    return s;
}

/* Tasks 0 and 1 write the batch before, each of which one thread alone can do; the others parse. */
static status do_task(void *payload, unsigned worker, size_t begin, size_t end, struct err *err)
{
    struct refresh *r = payload;
    status s = DONE;
    for (size_t task = begin; s == DONE && task < end; task++)
        s = task == 0   ? write_batch(r, r->writing, err)
            : task == 1 ? kept_fill_flush(&r->kept, err)
                        : parse_share(r, worker, task - 2, err);
    return s;
}

static status read_batch(struct refresh *r, size_t begin, size_t count, struct err *err)
{
    struct batch *batch = r->reading;
    size_t tasks = 2 + (count + SHARE - 1) / SHARE;
    batch->begin = begin;
    batch->count = count;
    for (unsigned i = 0; i < r->worker_count; i++)
        arena_reset(&batch->workers[i].arena);
    /* Starting a thread costs more than reading a few notes. */
    status s = thread_each(tasks, 1, tasks > 3 ? r->worker_count : 1, do_task, r, err);
    return s == DONE ? keep_batch(r, batch, err) : s;
}

static status write_items(struct refresh *r, struct err *err)
{
    status s = DONE;
    uint64_t started = clock_ms();
    r->next_stored = r->next_removed = 0;
    r->reading = &r->batches[0];
    r->writing = &r->batches[1];
    r->writing->count = 0;
    for (size_t begin = 0; s == DONE && begin < r->survey.item_count;) {
        size_t count = batch_size(r, begin);
        s = read_batch(r, begin, count, err);
        struct batch *swap = r->reading;
        r->reading = r->writing;
        r->writing = swap;
        begin += count;
        if (r->catalogue->progress)
            progress_step(r->catalogue->progress, begin, r->survey.item_count);
    }
    r->result.parse_ms += clock_ms() - started;
    if (s == DONE)
        s = write_batch(r, r->writing, err);
    return s == DONE ? keep_rows_before(r, NULL, err) : s;
}

static status write_meta(struct refresh *r, struct err *err)
{
    struct db *db = r->catalogue->db;
    bool changed = r->result.added + r->result.changed + r->result.removed > 0;
    r->fresh.change = changed ? r->change : r->stored.change;
    status s = changed ? meta_set_i64(db, SV("change"), r->change, err) : DONE;
    if (s == DONE)
        s = kept_fill_end(&r->kept, r->catalogue, err);
    if (s == DONE)
        s = meta_set_i64(db, SV("next_id"), r->next_id, err);
    if (s == DONE)
        s = meta_set_i64(db, SV("refreshed"), r->survey.started_ns, err);
    return s == DONE ? meta_set(db, SV("fingerprint"), buf_view(&r->fingerprint), err) : s;
}

/* Another process may have written since we looked: then our look is older than its rows. */
static status reload(struct refresh *r, struct err *err)
{
    int64_t change, refreshed = 0;
    status s = meta_get_i64(r->catalogue->db, SV("change"), &change, err);
    if (s == DONE)
        s = meta_get_i64(r->catalogue->db, SV("refreshed"), &refreshed, err);
    if (s < DONE || (r->stored.loaded && change == r->stored.change && refreshed == r->refreshed_ns))
        return s < DONE ? s : DONE;
    s = load(r->catalogue, r, err);
    return s == DONE ? look(r, err) : s;
}

static void reset_results(struct refresh *r)
{
    rows_release(&r->fresh);
    r->result.added = r->result.changed = r->result.removed = 0;
    r->change = r->stored.change + 1;
    const struct rows *known = &r->catalogue->rows;
    if (known->loaded && known->count > 0) {
        int64_t last = known->items[known->by_id[known->count - 1]].id;
        if (r->next_id <= last)
            r->next_id = last + 1;
    }
}

static status write_all(struct refresh *r, struct err *err)
{
    struct db *db = r->catalogue->db;
    status s = kept_fill_begin(&r->kept, r->catalogue, r->reparse || r->stored.count == 0, err);
    if (s == DONE)
        s = store_begin(&r->store, db, r->change, err);
    if (s == DONE && r->reparse)
        s = store_clear(&r->store, err);
    for (size_t i = 0; s == DONE && i < r->survey.removed_count; i++)
        s = remove_row(r, r->survey.removed[i], err);
    if (s == DONE)
        s = write_items(r, err);
    uint64_t started = clock_ms();
    if (s == DONE)
        s = store_finish(&r->store, err);
    if (s == DONE)
        s = write_meta(r, err);
    r->result.write_ms += clock_ms() - started;
    if (s == DONE)
        s = survey_add_folders(&r->survey, &r->stored, &r->fresh, err);
    return s == DONE ? rows_seal(&r->fresh, &r->stored, err) : s;
}

static status apply(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct refresh *r = payload;
    status s = reload(r, err);
    /* Emptied by us to be filled with the ids that this process gave out, but another one was faster. */
    if (s == DONE && catalogue->mending && r->stored.count > 0)
        return err_set(err, DB_UNWRITABLE, "filled by another process");
    if (s != DONE || is_current(r))
        return s;
    reset_results(r);
    s = db_cache_size(catalogue->db, WRITE_CACHE_KIB, err);
    if (s == DONE)
        s = write_all(r, err);
    return s;
}

/* --- the whole --- */

static status prepare_batches(struct refresh *r, struct err *err)
{
    r->worker_count = thread_count();
    for (size_t i = 0; i < 2; i++) {
        r->batches[i].workers = memory_zero(r->worker_count, sizeof *r->batches[i].workers);
        r->batches[i].parsed = memory_zero(BATCH_NOTES, sizeof *r->batches[i].parsed);
        if (!r->batches[i].workers || !r->batches[i].parsed)
            return err_no_memory(err);
    }
    return DONE;
}

static status update(struct refresh *r, struct err *err)
{
    status s = prepare_batches(r, err);
    if (s == DONE)
        s = catalogue_types(r->catalogue, &r->types, err);
    if (s == DONE)
        s = catalogue_refreshing(r->catalogue, apply, r, err);
    if (s == DONE && r->fresh.loaded)
        s = kept_fill_committed(&r->kept, r->catalogue, err);
    struct err ignored = {0};
    db_cache_size(r->catalogue->db, READ_CACHE_KIB, &ignored);
    return s;
}

static void release_batch(struct batch *batch, unsigned worker_count)
{
    for (unsigned i = 0; batch->workers && i < worker_count; i++) {
        arena_release(&batch->workers[i].arena);
        buf_release(&batch->workers[i].scratch);
    }
    free(batch->workers);
    free(batch->parsed);
}

static void release(struct refresh *r)
{
    survey_release(&r->survey);
    rows_release(&r->stored);
    rows_release(&r->fresh);
    store_release(&r->store);
    for (size_t i = 0; i < 2; i++)
        release_batch(&r->batches[i], r->worker_count);
    kept_fill_release(&r->kept);
    buf_release(&r->fingerprint);
}

static status load_and_look(struct refresh *r, struct err *err)
{
    /* The first look costs no write lock; a damaged file is left to the writer, which starts it over. */
    struct err damage = {0};
    status s = db_begin(r->catalogue->db, false, &damage);
    if (s == DONE) {
        s = load(r->catalogue, r, &damage);
        db_rollback(r->catalogue->db);
    }
    if (s == DB_DAMAGED || s == DB_UNWRITABLE) {
        rows_release(&r->stored);
        return DONE;
    }
    if (s == DONE)
        return look(r, err);
    if (err)
        *err = damage;
    return s;
}

/* The same rows with the folders as they are now. */
static status list_again(struct refresh *r, struct err *err)
{
    status s = DONE;
    r->fresh.change = r->stored.change;
    for (size_t i = 0; s == DONE && i < r->stored.count; i++) {
        const struct row *row = &r->stored.items[i];
        s = rows_add(&r->fresh, row->id, row_path(row), &row->facts, err);
    }
    if (s == DONE)
        s = survey_add_folders(&r->survey, &r->stored, &r->fresh, err);
    return s == DONE ? rows_seal(&r->fresh, &r->stored, err) : s;
}

/* For the next process. */
static status save(struct refresh *r, int64_t refreshed_ns, struct err *err)
{
    struct catalogue *catalogue = r->catalogue;
    struct rows_state state = {.refreshed_ns = refreshed_ns};
    struct buf path = {0};
    if (catalogue->in_memory || !catalogue->vault->data_dir)
        return DONE;
    memcpy(state.id, catalogue->id, sizeof state.id);
    status s = catalogue_rows_file(catalogue, &path, err);
    if (s == DONE)
        rows_save(path.ptr, &r->fresh, &state);
    buf_release(&path);
    return s;
}

static status hand_over(struct refresh *r, struct catalogue_refresh *result_out, struct err *err)
{
    struct rows *rows = r->fresh.loaded ? &r->fresh : &r->stored;
    r->result.notes = rows->note_count;
    if (result_out)
        *result_out = r->result;
    struct catalogue *catalogue = r->catalogue;
    catalogue->mark = (struct catalogue_mark){.change = rows->change,
                                              .refreshed_ns = rows == &r->fresh && r->is_written ? r->survey.started_ns
                                                                                                 : r->refreshed_ns};
    memcpy(catalogue->mark.id, catalogue->id, sizeof catalogue->mark.id);
    status s = catalogue_set_rows(catalogue, rows, err);
    catalogue->swept = s == DONE;
    return s;
}

status catalogue_mark(struct catalogue *catalogue, struct catalogue_mark *mark_out,
                      status (*folder_fn)(void *payload, struct sv path, struct err *err), void *payload,
                      struct err *err)
{
    const struct rows *rows;
    status s = catalogue_rows(catalogue, &rows, err);
    if (s == DONE && (rows->rules == 0 || !catalogue->swept))
        s = NOT_FOUND;
    *mark_out = catalogue->mark;
    for (size_t i = 0; s == DONE && folder_fn && i < rows->folder_count; i++)
        s = folder_fn(payload, folder_row_path(&rows->folders[i]), err);
    return s;
}

status catalogue_refresh(struct catalogue *catalogue, struct catalogue_refresh *result_out, struct err *err)
{
    struct refresh r = {.catalogue = catalogue};
    catalogue->refreshing = true;
    status s = catalogue->sweep ? DONE : catalogue_sweep(catalogue, err);
    if (s == DONE)
        s = fingerprint(catalogue->vault, &r.fingerprint, err);
    if (s == DONE)
        s = load_and_look(&r, err);
    bool current = r.stored.loaded && is_current(&r) && !catalogue->mending;
    if (s == DONE && !current)
        s = update(&r, err);
    r.is_written = r.fresh.loaded;
    if (s == DONE && current && r.survey.listed)
        s = list_again(&r, err);
    if (s == DONE && r.fresh.loaded)
        s = save(&r, r.is_written ? r.survey.started_ns : r.refreshed_ns, err);
    if (s == DONE)
        s = hand_over(&r, result_out, err);
    release(&r);
    catalogue_sweep_end(catalogue);
    catalogue->refreshing = false;
    return s;
}
