/* What is like a note: the searcher's answer about its text, joined with the tags and links that the catalogue knows.
 */
#ifndef CLI_RELATED_H
#define CLI_RELATED_H

#include "catalogue/eval.h"

/* One note, and why it is there. */
struct relation {
    int64_t id;
    double score;        /* 0 to 1; its parts are weighted as related.c says */
    double text;         /* 0 to 1: how alike the words are */
    bool linked;         /* one of the two links to the other */
    size_t common_links; /* notes that both link to */
    struct sv *tags;     /* that both have */
    size_t tag_count;
    struct search_hit hit; /* snippets and terms; empty where the text says nothing */
};
struct relations {
    struct relation *items; /* best first */
    size_t count, capacity;
};

/* All in `arena`, at most `limit` (0: all). `eval` has a searcher; its space narrows the answer. */
status relations_find(const struct eval *eval, int64_t id, size_t limit, struct arena *arena, struct relations *out,
                      struct err *err);

#endif
