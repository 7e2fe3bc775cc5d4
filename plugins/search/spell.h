/* Words of a query that no note holds, and those that may have been meant. */
#ifndef SEARCH_SPELL_H
#define SEARCH_SPELL_H

#include "engine.h"

/* Gives each such word with the nearest of the index, in the order of the query. JOB_BROKEN: the index is damaged. */
chiron_status spell_query(const struct job *job, struct analyser *analyser, const struct engine_ops *ops,
                          struct engine *engine, const chiron_search_node *root, chiron_respelling_fn fn,
                          void *payload);

#endif
