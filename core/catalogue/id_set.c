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

/* Many ids of few notes, as lists of postings give them, by a bit for each: no comparisons, and doubles are gone. Not
 * done where the ids lie far apart or memory is short. */
static bool sort_by_bits(struct id_set *set)
{
    enum { WORD_BITS = 64, WORTH_IT = 256 };
    int64_t low = INT64_MAX, high = INT64_MIN;
    for (size_t i = 0; i < set->count; i++) {
        low = set->ids[i] < low ? set->ids[i] : low;
        high = set->ids[i] > high ? set->ids[i] : high;
    }
    if (set->count < WORTH_IT || (uint64_t)high - (uint64_t)low >= (uint64_t)set->count * WORD_BITS)
        return false;
    size_t words = (size_t)(high - low) / WORD_BITS + 1, kept = 0;
    uint64_t *bits = memory_zero(words, sizeof *bits);
    if (!bits)
        return false;
    for (size_t i = 0; i < set->count; i++)
        bits[(set->ids[i] - low) / WORD_BITS] |= (uint64_t)1 << ((set->ids[i] - low) % WORD_BITS);
    for (size_t i = 0; i < words; i++)
        for (uint64_t rest = bits[i]; rest != 0; rest &= rest - 1)
            set->ids[kept++] = low + (int64_t)(i * WORD_BITS) + __builtin_ctzll(rest);
    set->count = kept;
    free(bits);
    return true;
}

void id_set_sort(struct id_set *set)
{
    bool sorted = true;
    for (size_t i = 1; sorted && i < set->count; i++)
        sorted = set->ids[i - 1] < set->ids[i];
    if (sorted || sort_by_bits(set))
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
