/* The best of a word, or of any of several words, without looking at all that match. */
#ifndef SEARCH_BEST_H
#define SEARCH_BEST_H

#include "segments.h"
#include "tally.h"

/* The best `limit` notes into `out`, in any order. CHIRON_NONE: the query is of another kind, nothing was done. */
chiron_status best_search(struct engine *engine, const struct job *job, const struct node *root, size_t limit,
                          struct tally *tally, struct hits *out);

#endif
