#include "spots.h"

#include <stdlib.h>

void spots_release(struct spots *spots)
{
    free(spots->list);
    free(spots->runs);
    *spots = (struct spots){0};
}

bool spots_begin_run(struct spots *spots)
{
    if (spots->run_count > 0 && spots->runs[spots->run_count - 1] == spots->count)
        return true;
    if (spots->run_count == spots->run_room) {
        size_t room = spots->run_room > 0 ? 2 * spots->run_room : 8;
        size_t *runs = realloc(spots->runs, room * sizeof *runs);
        if (runs == NULL)
            return false;
        spots->runs = runs;
        spots->run_room = room;
    }
    spots->runs[spots->run_count++] = spots->count;
    return true;
}

static bool grow(struct spots *spots)
{
    size_t room = spots->room > 0 ? 2 * spots->room : 64;
    spot *list = realloc(spots->list, room * sizeof *list);
    if (list == NULL)
        return false;
    spots->list = list;
    spots->room = room;
    return true;
}

bool spots_add(struct spots *spots, uint32_t doc, enum text_field field, uint32_t place, bool is_exact)
{
    if (spots->count == spots->room && !grow(spots))
        return false;
    spots->list[spots->count++] = (spot)doc << SPOT_DOC_SHIFT | (spot)field << (1 + SPOT_PLACE_BITS) |
                                  (spot)(place & ((1u << SPOT_PLACE_BITS) - 1)) << 1 | is_exact;
    return true;
}

/* ---- sorting: neighbouring runs are put together until one is left ---- */

static void merge(const spot *a, const spot *a_end, const spot *b, const spot *b_end, spot *out)
{
    while (a < a_end && b < b_end)
        *out++ = *a <= *b ? *a++ : *b++;
    memcpy(out, a, (size_t)(a_end - a) * sizeof *a);
    out += a_end - a;
    memcpy(out, b, (size_t)(b_end - b) * sizeof *b);
}

static size_t run_end(const struct spots *spots, size_t n)
{
    return n + 1 < spots->run_count ? spots->runs[n + 1] : spots->count;
}

static void merge_pairs(struct spots *spots, spot *other)
{
    size_t kept = 0;
    for (size_t n = 0; n < spots->run_count; n += 2) {
        size_t begin = spots->runs[n], middle = run_end(spots, n);
        size_t end = n + 1 < spots->run_count ? run_end(spots, n + 1) : middle;
        merge(spots->list + begin, spots->list + middle, spots->list + middle, spots->list + end, other + begin);
        spots->runs[kept++] = begin;
    }
    spots->run_count = kept;
}

bool spots_sort(struct spots *spots)
{
    if (spots->run_count < 2 || spots->count == 0)
        return true;
    spot *other = malloc(spots->room * sizeof *other);
    if (other == NULL)
        return false;
    while (spots->run_count > 1) {
        spot *list = spots->list;
        merge_pairs(spots, other);
        spots->list = other;
        other = list;
    }
    free(other);
    return true;
}

/* ---- following ---- */

void spots_follow(struct spots *begins, const struct spots *next, uint32_t distance)
{
    size_t kept = 0;
    for (size_t i = 0, k = 0; i < begins->count && k < next->count;) {
        spot left = (begins->list[i] >> 1) + distance, right = next->list[k] >> 1;
        if (left == right)
            begins->list[kept++] = begins->list[i] & (next->list[k] | ~(spot)1);
        i += left <= right;
        k += right <= left;
    }
    begins->count = kept;
}
