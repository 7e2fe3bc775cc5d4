/* Saved queries: [query "due"] q = type:charter next_review:<today, called as "@due". The vault's configuration shares
 * them, the user's own adds to them and wins. */
#ifndef CATALOGUE_QUERY_SAVED_H
#define CATALOGUE_QUERY_SAVED_H

#include "catalogue/query.h"

/* The entry query.NAME.KEY; NULL when there is none. */
const struct config_entry *query_saved_entry(const struct config *config, struct sv name, const char *key);
/* query.NAME.q */
const struct config_entry *query_saved_text(const struct config *config, struct sv name);
/* USAGE: there is no such query; with near names to try. `config` NULL: there are none at all. */
status query_saved_unknown(const struct config *config, struct sv name, struct err *err);
/* The names that a configuration has queries for, in order, each once, in `arena`. */
status query_saved_names(const struct config *config, struct arena *arena, struct sv **names_out, size_t *count_out,
                         struct err *err);
/* DONE, or USAGE with the place: a query that cannot be parsed, or a name that nobody can call. */
status query_saved_check(const struct config *config, struct sv name, struct err *err);
/* The name that a query begins with ("@due mentor:anna": "due"); empty when it begins otherwise. */
struct sv query_saved_leading(struct sv text);

#endif
