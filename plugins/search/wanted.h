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
/* Whether it counts in every note. */
static inline bool wanted_in_all(const struct wanted *wanted)
{
    return wanted->languages == (1u << LANGUAGE_COUNT) - 1;
}
/* By number, each once. Zero-initialise; release in any case. */
struct wanted_list {
    struct wanted *list;
    size_t count, room;
};
void wanted_release(struct wanted_list *wanted);

/* The words of place `n` of a pattern, in any of its sequences. A language stands in one sequence beside the exact one,
 * so words of several never meet in a note. JOB_BROKEN, or no memory (with a message). */
chiron_status wanted_find(const struct job *job, struct segment *segment, const struct pattern *pattern, size_t n,
                          struct wanted_list *out);

#endif
