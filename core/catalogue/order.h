/* Putting notes in order. */
#ifndef CATALOGUE_ORDER_H
#define CATALOGUE_ORDER_H

#include "catalogue/internal.h"

/* The ids of `ids` (NULL: of all notes) in the order of `sort` (NULL: by path), the first `limit` (0: all) of them.
 * Notes that are equal stand in the order of their paths. */
status order_notes(struct catalogue *catalogue, const struct id_set *ids, const struct sort *sort, size_t limit,
                   struct arena *arena, int64_t **ids_out, size_t *count_out, struct err *err);

#endif
