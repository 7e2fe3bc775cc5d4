/* The values of one field of many notes, as the catalogue has them. */
#ifndef CATALOGUE_FIELD_VALUES_H
#define CATALOGUE_FIELD_VALUES_H

#include "catalogue/internal.h"

/* One value. Views live during the call. */
struct field_value {
    int64_t note;
    struct sv text;  /* folded where it is front matter's or a tag's, else as it is */
    struct sv shown; /* as written, where that is known; else empty */
    bool has_number;
    double number;
    struct sv date; /* ISO; empty: none */
};
typedef status (*field_value_fn)(void *payload, const struct field_value *value, struct err *err);

/* Whether a field of this name has values of its own: "link" and "before", which only queries know, have none. */
bool field_has_values(struct sv name);
/* Brings up to date what the field's values come from (history); outside of a transaction. */
status field_values_prepare(struct catalogue *catalogue, struct sv name, struct err *err);
/* Every value that the notes `ids` have, each once a note, in no particular order; within a transaction. `name` is one
 * of the query language's fields or a front matter key, in any case. */
status field_values_each(struct catalogue *catalogue, struct sv name, const struct id_set *ids, field_value_fn fn,
                         void *payload, struct err *err);
/* Of a front matter key the values that a list says again, once for each time more. */
status field_values_repeated(struct catalogue *catalogue, struct sv name, const struct id_set *ids, field_value_fn fn,
                             void *payload, struct err *err);

#endif
