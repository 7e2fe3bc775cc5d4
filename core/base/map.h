/* A hash map from byte strings to pointers or numbers; open addressing, insertion order kept. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/sv.h"

/* The key's bytes are not copied: they must outlive the map. */
struct map_entry {
    struct sv key;
    uint64_t hash;
    union {
        void *ptr;
        uint64_t number;
    } value;
};

/* Zero-initialise. Entries stand in `entries[0..count)` in the order of insertion; none is removed singly. */
struct map {
    struct map_entry *entries;
    uint32_t *slots; /* index + 1 into entries; 0: free */
    size_t count, capacity, slot_count;
};

void map_release(struct map *map);
void map_clear(struct map *map);
/* NULL when absent. The entry stays where it is until the next map_put. */
struct map_entry *map_get(const struct map *map, struct sv key);
/* The entry of `key`, made with a zero value when absent (`*added_out` says so; may be NULL). NULL: no memory. */
struct map_entry *map_put(struct map *map, struct sv key, bool *added_out);

#endif
