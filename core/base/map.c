#include "base/map.h"

#include "base/arena.h"
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 16 };

void map_release(struct map *map)
{
    if (!map)
        return;
    free(map->entries);
    free(map->slots);
    *map = (struct map){0};
}

void map_clear(struct map *map)
{
    map->count = 0;
    if (map->slots)
        memset(map->slots, 0, map->slot_count * sizeof(*map->slots));
}

/* The slot that holds `key`, or the free one where it belongs. There is always a free one: see make_room. */
static size_t slot_of(const struct map *map, struct sv key, uint64_t hash)
{
    size_t mask = map->slot_count - 1;
    size_t at = (size_t)hash & mask;

    for (; map->slots[at]; at = (at + 1) & mask) {
        const struct map_entry *entry = &map->entries[map->slots[at] - 1];

        if (entry->hash == hash && sv_eq(entry->key, key))
            break;
    }
    return at;
}

struct map_entry *map_get(const struct map *map, struct sv key)
{
    uint32_t index;

    if (map->count == 0)
        return NULL;
    index = map->slots[slot_of(map, key, sv_hash(key))];
    return index ? &map->entries[index - 1] : NULL;
}

static bool rehash(struct map *map, size_t slot_count)
{
    uint32_t *slots = memory_zero(slot_count, sizeof(*slots));
    size_t mask = slot_count - 1;

    if (!slots)
        return false;
    for (size_t i = 0; i < map->count; i++) {
        size_t at = (size_t)map->entries[i].hash & mask;

        while (slots[at])
            at = (at + 1) & mask;
        slots[at] = (uint32_t)(i + 1);
    }
    free(map->slots);
    map->slots = slots;
    map->slot_count = slot_count;
    return true;
}

/* Entries and slots for one more, at most two slots of three in use. */
static bool make_room(struct map *map)
{
    struct map_entry *entries;

    if (map->count >= UINT32_MAX - 1)
        return false;
    entries = array_grow(map->entries, &map->capacity, map->count, sizeof(*entries));
    if (!entries)
        return false;
    map->entries = entries;
    if (map->slot_count == 0)
        return rehash(map, SLOTS_FIRST);
    return (map->count + 1) * 3 <= map->slot_count * 2 || rehash(map, map->slot_count * 2);
}

struct map_entry *map_put(struct map *map, struct sv key, bool *added_out)
{
    uint64_t hash = sv_hash(key);
    struct map_entry *entry;
    size_t slot;

    if (added_out)
        *added_out = false;
    if (map->count) {
        slot = slot_of(map, key, hash);
        if (map->slots[slot])
            return &map->entries[map->slots[slot] - 1];
    }
    if (!make_room(map))
        return NULL;
    slot = slot_of(map, key, hash);
    entry = &map->entries[map->count++];
    *entry = (struct map_entry){.key = key, .hash = hash};
    map->slots[slot] = (uint32_t)map->count;
    if (added_out)
        *added_out = true;
    return entry;
}
