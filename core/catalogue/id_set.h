/* Sets of note ids: sorted arrays. `struct id_set`, its release and look-up stand in catalogue.h. */
#ifndef CATALOGUE_ID_SET_H
#define CATALOGUE_ID_SET_H

#include "catalogue/catalogue.h"

/* Appends; call id_set_sort before the set is used, unless ids came in ascending order without doubles. */
status id_set_add(struct id_set *set, int64_t id, struct err *err);
void id_set_sort(struct id_set *set);
status id_set_copy(const struct id_set *from, struct id_set *out, struct err *err);
/* The first set changes, the second stays. */
status id_set_unite(struct id_set *set, const struct id_set *with, struct err *err);
void id_set_intersect(struct id_set *set, const struct id_set *with);
void id_set_subtract(struct id_set *set, const struct id_set *without);

#endif
