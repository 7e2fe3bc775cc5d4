/* What one pattern found among the documents of one segment: how much its places weigh in each. */
#ifndef SEARCH_TALLY_H
#define SEARCH_TALLY_H

#include "hits.h"
#include "manifest.h"
#include "segment.h"

/* Zero-initialise. Everything is 0 between two patterns. */
struct tally {
    uint32_t *weights;      /* of each document */
    uint64_t *seen, *exact; /* a bit for each */
    size_t room;
};
void tally_release(struct tally *tally);
/* Makes room for a segment of `docs`. False: no memory. */
bool tally_fit(struct tally *tally, uint32_t docs);

static inline void tally_add(struct tally *tally, uint32_t doc, uint32_t weight, bool is_exact)
{
    uint64_t bit = (uint64_t)1 << (doc % 64);
    tally->weights[doc] += weight;
    tally->seen[doc / 64] |= bit;
    if (is_exact)
        tally->exact[doc / 64] |= bit;
}

/* How many living documents were seen, of which nothing else is known; everything is 0 again. */
uint64_t tally_count(struct tally *tally, const struct part *part);
/* Scores what was found, without the dead, as documents from `base` on; everything is 0 again. CHIRON_NONE: no memory.
 */
chiron_status tally_give(struct tally *tally, struct segment *segment, const struct part *part, int64_t base,
                         double mean_length, struct hits *out);

#endif
