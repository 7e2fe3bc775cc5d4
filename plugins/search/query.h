/* A query as the engines and the snippets see it: the host's tree with its words analysed. */
#ifndef SEARCH_QUERY_H
#define SEARCH_QUERY_H

#include "pattern.h"

/* NODE_VOID: a text without a word in it ("--"). It says nothing, so the rest of the query answers.
 * NODE_ANY: its first child, and what else is said for the same; what only the others find stands behind. */
enum node_kind { NODE_VOID, NODE_AND, NODE_OR, NODE_NOT, NODE_TEXT, NODE_SET, NODE_ANY };
struct node {
    enum node_kind kind;
    const struct pattern *pattern; /* TEXT */
    const int64_t *ids;            /* SET: ascending */
    size_t id_count;
    struct node **children; /* AND, OR, ANY: any number; NOT: one */
    size_t child_count;
};

/* All of it lives until the call returns. */
chiron_status query_compile(const struct job *job, struct analyser *analyser, const chiron_search_query *query,
                            const struct node **root_out);

/* Calls `fn` for every pattern that a match may show: not those under a NOT. Stops at what is not 0. */
typedef chiron_status (*query_pattern_fn)(void *payload, const struct pattern *pattern);
chiron_status query_each_pattern(const struct node *node, query_pattern_fn fn, void *payload);

#endif
