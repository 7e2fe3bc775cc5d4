/* Lists of found notes, and what a query does with them. */
#ifndef SEARCH_HITS_H
#define SEARCH_HITS_H

#include "query.h"

struct hit {
    int64_t id;
    double score;
};
/* Ascending by id, without repetition, but behind hits_best. Zero-initialise; release is NULL-safe. */
struct hits {
    struct hit *list;
    size_t count, room;
};
void hits_release(struct hits *hits);
/* Appends. False: no memory. */
bool hits_add(struct hits *hits, int64_t id, double score);
/* Puts a list into order by id that was filled in another one. */
void hits_sort(struct hits *hits);
/* Keeps the best `limit`, best first; equal scores by id. */
void hits_best(struct hits *hits, size_t limit);

/* Adds to a list that keeps the best `limit` (above 0), in no order. False: no memory. */
bool hits_offer(struct hits *hits, size_t limit, int64_t id, double score);
/* The least score that a full list of hits_offer still takes; below 0 while it takes everything. */
double hits_least(const struct hits *hits, size_t limit);

/* What an engine can tell: the notes that match one pattern with their scores, and all notes with score 0. */
struct hits_source {
    chiron_status (*text)(void *payload, const struct pattern *pattern, struct hits *out);
    chiron_status (*all)(void *payload, struct hits *out);
    /* Those of a set, with score 0, where the engine has numbers of its own for notes; NULL: their ids are theirs. */
    chiron_status (*set)(void *payload, const int64_t *ids, size_t count, struct hits *out);
    void *payload;
};
/* Answers a whole tree by set algebra over a source's lists: a conjunction adds the scores of its parts, a union those
 * that match, what only a set or a NOT finds has 0. `out` is empty before; on failure, too. */
chiron_status hits_evaluate(const struct job *job, const struct node *root, const struct hits_source *source,
                            struct hits *out);

#endif
