#include "catalogue/id_set.h"

#include <stdlib.h>
#include <string.h>

void id_set_release(struct id_set *set)
{
    if (!set)
        return;
    free(set->ids);
    *set = (struct id_set){0};
}

bool id_set_has(const struct id_set *set, int64_t id)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < set->count && set->ids[low] == id;
}

status id_set_add(struct id_set *set, int64_t id, struct err *err)
{
    if (set->count == set->capacity) {
        int64_t *ids = array_grow(set->ids, &set->capacity, set->count, sizeof *ids);
        if (!ids)
            return err_no_memory(err);
        set->ids = ids;
    }
    set->ids[set->count++] = id;
    return DONE;
}

static int compare_ids(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

void id_set_sort(struct id_set *set)
{
    bool sorted = true;
    for (size_t i = 1; sorted && i < set->count; i++)
        sorted = set->ids[i - 1] < set->ids[i];
    if (sorted)
        return;
    qsort(set->ids, set->count, sizeof *set->ids, compare_ids);
    size_t kept = 1;
    for (size_t i = 1; i < set->count; i++)
        if (set->ids[i] != set->ids[kept - 1])
            set->ids[kept++] = set->ids[i];
    set->count = kept;
}

status id_set_copy(const struct id_set *from, struct id_set *out, struct err *err)
{
    *out = (struct id_set){0};
    if (from->count == 0)
        return DONE;
    out->ids = memory_alloc(from->count * sizeof *out->ids);
    if (!out->ids)
        return err_no_memory(err);
    memcpy(out->ids, from->ids, from->count * sizeof *out->ids);
    out->count = out->capacity = from->count;
    return DONE;
}

status id_set_unite(struct id_set *set, const struct id_set *with, struct err *err)
{
    for (size_t i = 0; i < with->count; i++) {
        status s = id_set_add(set, with->ids[i], err);
        if (s != DONE)
            return s;
    }
    id_set_sort(set);
    return DONE;
}

/* Keeps what `with` has (or has not), by a walk over both. */
static void keep(struct id_set *set, const struct id_set *with, bool present)
{
    size_t kept = 0, j = 0;
    for (size_t i = 0; i < set->count; i++) {
        while (j < with->count && with->ids[j] < set->ids[i])
            j++;
        if ((j < with->count && with->ids[j] == set->ids[i]) == present)
            set->ids[kept++] = set->ids[i];
    }
    set->count = kept;
}

void id_set_intersect(struct id_set *set, const struct id_set *with)
{
    keep(set, with, true);
}

void id_set_subtract(struct id_set *set, const struct id_set *without)
{
    keep(set, without, false);
}
