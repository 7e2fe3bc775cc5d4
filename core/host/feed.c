#include "host/feed.h"

#include "host/lent_note.h"

#include <stdlib.h>

enum { BATCH_NOTES = 256, BATCH_BYTES = 4 * 1024 * 1024 };

static const struct sort by_path = {.key = SORT_PATH};

/* --- notes kept together --- */

struct keeper {
    struct notes_kept *kept;
    struct lender *lender;
    struct sv lang;
};

static status keep(void *payload, const struct record *record, struct err *err)
{
    const struct keeper *keeper = payload;
    struct notes_kept *kept = keeper->kept;
    struct chiron_note *note = arena_alloc(&kept->arena, sizeof(*note));
    struct chiron_note **grown = arena_grow(&kept->arena, kept->notes, &kept->capacity, kept->count, sizeof(*grown));
    if (note == NULL || grown == NULL || !lent_note_init(note, keeper->lender, &kept->arena, record, keeper->lang))
        return err_no_memory(err);
    kept->notes = grown;
    grown[kept->count++] = note;
    return DONE;
}

status notes_keep(struct catalogue *catalogue, struct lender *lender, const struct id_set *ids,
                  struct notes_kept *kept_out, struct err *err)
{
    struct keeper keeper = {kept_out, lender, catalogue_vault(catalogue)->lang};
    status got;
    *kept_out = (struct notes_kept){0};
    got = catalogue_each(catalogue, ids, &by_path, 0, keep, &keeper, err);
    if (got != DONE)
        notes_kept_release(kept_out);
    return got;
}

void notes_kept_release(struct notes_kept *kept)
{
    for (size_t i = 0; i < kept->count; i++)
        lent_note_release(kept->notes[i]);
    arena_release(&kept->arena);
    *kept = (struct notes_kept){0};
}

/* --- batches --- */

struct item {
    int64_t id, size;
};

struct list {
    struct item *items;
    size_t count, capacity;
};

static status list_add(void *payload, const struct record *record, struct err *err)
{
    struct list *list = payload;
    struct item *grown = array_grow(list->items, &list->capacity, list->count, sizeof(*grown));
    if (grown == NULL)
        return err_no_memory(err);
    list->items = grown;
    grown[list->count++] = (struct item){record->id, record->size};
    return DONE;
}

/* How many items from `begin` on make one batch. */
static size_t batch_length(const struct list *list, size_t begin)
{
    size_t end = begin;
    int64_t bytes = 0;
    while (end < list->count && end - begin < BATCH_NOTES && (bytes < BATCH_BYTES || end == begin))
        bytes += list->items[end++].size;
    return end - begin;
}

static int compare_ids(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static status feed_batch(struct catalogue *catalogue, struct lender *lender, const struct list *list, size_t begin,
                         size_t count, feed_fn fn, void *payload, struct err *err)
{
    int64_t ids[BATCH_NOTES];
    struct id_set set = {.ids = ids, .count = count};
    struct notes_kept kept;
    status got;
    for (size_t i = 0; i < count; i++)
        ids[i] = list->items[begin + i].id;
    qsort(ids, count, sizeof(ids[0]), compare_ids);
    got = notes_keep(catalogue, lender, &set, &kept, err);
    if (got == DONE && kept.count > 0)
        got = fn(payload, (const chiron_note *const *)kept.notes, kept.count, err);
    notes_kept_release(&kept);
    return got;
}

status feed_notes(struct catalogue *catalogue, struct lender *lender, const struct id_set *ids, feed_fn fn,
                  void *payload, struct err *err)
{
    struct list list = {0};
    status got = catalogue_each(catalogue, ids, &by_path, 0, list_add, &list, err);
    for (size_t at = 0; got == DONE && at < list.count;) {
        size_t count = batch_length(&list, at);
        got = feed_batch(catalogue, lender, &list, at, count, fn, payload, err);
        at += count;
    }
    free(list.items);
    return got;
}
