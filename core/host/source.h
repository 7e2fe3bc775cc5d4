/* The lender in the program: a plugin's questions answered from the catalogue. */
#ifndef HOST_SOURCE_H
#define HOST_SOURCE_H

#include "host/registry.h"

/* The notes that a plugin's own query matches. A query with words goes to the searcher that serves. */
status source_query(struct plugin *plugin, struct sv query, struct id_set *set_out, struct err *err);

#endif
