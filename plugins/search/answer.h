/* Found notes on their way to the host: the best of them, and what shows why they were found. */
#ifndef SEARCH_ANSWER_H
#define SEARCH_ANSWER_H

#include "related.h"

struct answer {
    const struct job *job;
    struct analyser *analyser;
    const struct related *related; /* of whose words each hit tells which it has, or NULL */
    chiron_hit_fn fn;
    void *payload;
};

/* The best `limit` in order, with snippets of what `root` looks for where the host lends what they need; 0: all as they
 * are, without. Ends when `fn` says so. */
chiron_status answer_give(const struct answer *answer, const struct node *root, size_t limit, struct hits *hits);

#endif
