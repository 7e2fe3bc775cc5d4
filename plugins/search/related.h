/* Notes like another one, by the words that tell it from the rest. */
#ifndef SEARCH_RELATED_H
#define SEARCH_RELATED_H

#include "engine.h"

enum { TELLING_MAX = 24 };

/* In scratch memory. */
struct related {
    struct node *root;            /* any of the telling words: what snippets are to show */
    chiron_sv words[TELLING_MAX]; /* as they stand in the note, most telling first */
    size_t word_count;
    struct shared {
        int64_t id;
        uint32_t words; /* bits: which of them this note has, too */
    } * shared;         /* ascending by id */
    size_t shared_count;
};

/* What a note says of itself; `titles` and `tags` as in engine_note. */
struct sample {
    int64_t id;
    enum language language;
    chiron_sv titles, tags, body;
};

/* The notes that have one of the telling words, best first, at most `limit` (0: all): 1 would be a note that says the
 * same. JOB_BROKEN: the index is damaged. */
chiron_status related_find(const struct job *job, struct analyser *analyser, const struct engine_ops *ops,
                           struct engine *engine, const struct sample *sample, size_t limit, struct related *out,
                           struct hits *hits);
/* Which words a hit shares, most telling first; room for TELLING_MAX. Returns how many. */
size_t related_words(const struct related *related, int64_t id, chiron_sv *words_out);

#endif
