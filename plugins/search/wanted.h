/* The words of a segment that a place of a pattern means. */
#ifndef SEARCH_WANTED_H
#define SEARCH_WANTED_H

#include "query.h"
#include "segment.h"

/* A word of the segment, and the languages (bits) of the notes in which it counts. */
struct wanted {
    uint64_t number;
    unsigned languages;
    unsigned exact; /* of these: where it is as it was typed */
    struct segment_word word;
};
/* By number, each once. Zero-initialise. */
struct wanted_list {
    struct wanted *list;
    size_t count, room;
};
void wanted_release(struct wanted_list *wanted);

/* Adds the words of one place of a sequence; JOB_BROKEN, or no memory (with a message). */
chiron_status wanted_find(const struct job *job, struct segment *segment, const struct sequence *sequence,
                          const struct places *place, bool is_prefix, struct wanted_list *wanted);
/* Puts the list into its order and looks up the words. */
chiron_status wanted_complete(struct segment *segment, struct wanted_list *wanted);

#endif
