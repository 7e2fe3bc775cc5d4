#include "near.h"

#include <stdlib.h>

/* One list, within one document. */
struct stretch {
    const spot *at, *end;
};

/* Where a spot is among the words of its document, without whether it is exact. */
static spot place_of(spot at)
{
    return at >> 1;
}

static void pass_inexact(struct stretch *stretch, bool only_exact)
{
    while (only_exact && stretch->at < stretch->end && !spot_is_exact(*stretch->at))
        stretch->at++;
}

/* Goes on until all stand within the distance. False: one is at its end. */
static bool meet(struct stretch *list, size_t count, uint64_t distance, bool only_exact)
{
    spot last = place_of(*list[0].at);
    for (bool has_met = false; !has_met;) {
        has_met = true;
        for (size_t i = 0; i < count; i++) {
            while (place_of(*list[i].at) + distance < last) {
                has_met = false;
                list[i].at++;
                pass_inexact(&list[i], only_exact);
                if (list[i].at == list[i].end)
                    return false;
            }
            if (place_of(*list[i].at) > last) {
                has_met = false;
                last = place_of(*list[i].at);
            }
        }
    }
    return true;
}

/* The one whose next spot comes first goes on. False: it is at its end. */
static bool go_on(struct stretch *list, size_t count, bool only_exact)
{
    size_t first = 0;
    spot first_place = UINT64_MAX;
    for (size_t i = 0; i < count; i++) {
        struct stretch next = {list[i].at + 1, list[i].end};
        pass_inexact(&next, only_exact);
        if (next.at < next.end && place_of(*next.at) < first_place) {
            first = i;
            first_place = place_of(*next.at);
        }
    }
    list[first].at++;
    pass_inexact(&list[first], only_exact);
    return list[first].at < list[first].end;
}

/* Adds to `out` the spots of the first list that have the others near. */
static bool find(struct stretch *list, size_t count, uint64_t distance, bool only_exact, struct spots *out)
{
    for (size_t i = 0; i < count; i++) {
        pass_inexact(&list[i], only_exact);
        if (list[i].at == list[i].end)
            return true;
    }
    size_t begin = out->count;
    do {
        if (!meet(list, count, distance, only_exact))
            return true;
        spot found = *list[0].at & ~(spot)1;
        if (out->count > begin && out->list[out->count - 1] == found)
            continue;
        if (!spots_add(out, spot_doc(found), spot_field(found),
                       (uint32_t)(place_of(found) & ((1u << SPOT_PLACE_BITS) - 1)), only_exact))
            return false;
    } while (go_on(list, count, only_exact));
    return true;
}

struct near {
    const struct spots *const *all;
    size_t count;
    uint64_t distance;
    size_t *ats;           /* in each list: behind the documents that were looked at */
    struct stretch *parts; /* of each list in the document at hand */
    struct stretch *walks;
    struct spots out;
};

/* The part of each list that is in `doc`. */
static void cut(struct near *near, uint32_t doc)
{
    for (size_t i = 0; i < near->count; i++) {
        const spot *at = near->all[i]->list + near->ats[i], *end = near->all[i]->list + near->all[i]->count;
        while (at < end && spot_doc(*at) < doc)
            at++;
        near->parts[i] = (struct stretch){at, at};
        while (near->parts[i].end < end && spot_doc(*near->parts[i].end) == doc)
            near->parts[i].end++;
        near->ats[i] = (size_t)(near->parts[i].end - near->all[i]->list);
    }
}

static bool find_all(struct near *near)
{
    while (near->ats[0] < near->all[0]->count) {
        cut(near, spot_doc(near->all[0]->list[near->ats[0]]));
        for (int only_exact = 0; only_exact < 2; only_exact++) {
            memcpy(near->walks, near->parts, near->count * sizeof *near->walks);
            if (!spots_begin_run(&near->out) ||
                !find(near->walks, near->count, near->distance, only_exact != 0, &near->out))
                return false;
        }
    }
    return spots_sort(&near->out);
}

/* What was found twice is exact: its two stand one behind the other. */
static void unite(struct spots *spots)
{
    size_t kept = 0;
    for (size_t i = 0; i < spots->count; i++) {
        if (kept > 0 && place_of(spots->list[kept - 1]) == place_of(spots->list[i]))
            kept--;
        spots->list[kept++] = spots->list[i];
    }
    spots->count = kept;
}

bool near_keep(struct spots *begins, const struct spots *const *all, size_t count, uint32_t within)
{
    struct near near = {.all = all, .count = count, .distance = (uint64_t)within + count - 1};
    near.ats = calloc(count, sizeof *near.ats);
    near.parts = calloc(count, sizeof *near.parts);
    near.walks = calloc(count, sizeof *near.walks);
    bool is_done = near.ats != NULL && near.parts != NULL && near.walks != NULL && find_all(&near);
    free(near.ats);
    free(near.parts);
    free(near.walks);
    if (!is_done) {
        spots_release(&near.out);
        return false;
    }
    unite(&near.out);
    spots_release(begins);
    *begins = near.out;
    return true;
}
