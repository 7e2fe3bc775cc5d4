#include "id_set.h"

#include <stdlib.h>

void id_set_release(struct id_set *set)
{
    free(set->slots);
    *set = (struct id_set){0};
}

static int64_t *slot_of(const struct id_set *set, int64_t id)
{
    size_t at = (size_t)(((uint64_t)id * 0x9e3779b97f4a7c15u) >> 32) & (set->slot_count - 1);
    while (set->slots[at] != 0 && set->slots[at] != id)
        at = (at + 1) & (set->slot_count - 1);
    return &set->slots[at];
}

static bool grow(struct id_set *set)
{
    struct id_set grown = {.slot_count = set->slot_count > 0 ? 2 * set->slot_count : 16};
    grown.slots = calloc(grown.slot_count, sizeof *grown.slots);
    if (grown.slots == NULL)
        return false;
    for (size_t i = 0; i < set->slot_count; i++)
        if (set->slots[i] != 0)
            *slot_of(&grown, set->slots[i]) = set->slots[i];
    free(set->slots);
    set->slots = grown.slots;
    set->slot_count = grown.slot_count;
    return true;
}

bool id_set_add(struct id_set *set, int64_t id, bool *is_new_out)
{
    if (id == 0) {
        *is_new_out = !set->has_zero;
        set->has_zero = true;
        return true;
    }
    if (2 * (set->count + 1) > set->slot_count && !grow(set))
        return false;
    int64_t *slot = slot_of(set, id);
    *is_new_out = *slot == 0;
    set->count += *slot == 0;
    *slot = id;
    return true;
}

bool id_set_next(const struct id_set *set, size_t *at, int64_t *id_out)
{
    for (; *at < set->slot_count; ++*at) {
        if (set->slots[*at] != 0) {
            *id_out = set->slots[(*at)++];
            return true;
        }
    }
    *id_out = 0;
    return set->has_zero && (*at)++ == set->slot_count;
}
