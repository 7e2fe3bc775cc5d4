/* A set of note ids. */
#ifndef SEARCH_ID_SET_H
#define SEARCH_ID_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialise. Open addressing; 0 has a place of its own. */
struct id_set {
    int64_t *slots;
    size_t slot_count, count;
    bool has_zero;
};
void id_set_release(struct id_set *set); /* empty and usable again */
/* False: no memory. `is_new_out`: whether it was not there yet. */
bool id_set_add(struct id_set *set, int64_t id, bool *is_new_out);
/* Goes through the ids in any order, from *at = 0; false at the end. */
bool id_set_next(const struct id_set *set, size_t *at, int64_t *id_out);

#endif
