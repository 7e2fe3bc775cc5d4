/* Words that follow each other, or stand near each other, in the documents of a segment. */
#ifndef SEARCH_PHRASE_H
#define SEARCH_PHRASE_H

#include "tally.h"
#include "wanted.h"

/* Adds to the tally where the pattern, of several places, begins. */
chiron_status phrase_count(const struct job *job, struct segment *segment, const struct part *part,
                           const struct pattern *pattern, struct tally *tally);

#endif
