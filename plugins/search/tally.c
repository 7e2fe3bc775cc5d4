#include "tally.h"

#include "rank.h"

#include <stdlib.h>

void tally_release(struct tally *tally)
{
    free(tally->weights);
    free(tally->seen);
    free(tally->exact);
    *tally = (struct tally){0};
}

bool tally_fit(struct tally *tally, uint32_t docs)
{
    size_t words = ((size_t)docs + 63) / 64;
    if (words <= tally->room)
        return true;
    tally_release(tally);
    tally->weights = calloc(words * 64, sizeof *tally->weights);
    tally->seen = calloc(words, sizeof *tally->seen);
    tally->exact = calloc(words, sizeof *tally->exact);
    tally->room = words;
    if (tally->weights != NULL && tally->seen != NULL && tally->exact != NULL)
        return true;
    tally_release(tally);
    return false;
}

uint64_t tally_count(struct tally *tally, const struct part *part)
{
    uint64_t count = 0;
    for (size_t i = 0; i < part_dead_words(part); i++) {
        uint64_t dead = part->dead != NULL ? part->dead[i] : 0;
        count += (uint64_t)__builtin_popcountll(tally->seen[i] & ~dead);
        tally->seen[i] = 0;
    }
    return count;
}

chiron_status tally_give(struct tally *tally, struct segment *segment, const struct part *part, int64_t base,
                         double mean_length, struct hits *out)
{
    chiron_status st = CHIRON_OK;
    for (size_t i = 0; i < part_dead_words(part); i++) {
        uint64_t dead = part->dead != NULL ? part->dead[i] : 0;
        for (uint64_t seen = tally->seen[i]; seen != 0; seen &= seen - 1) {
            uint64_t bit = seen & -seen;
            uint32_t doc = (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(seen), length;
            unsigned language;
            if ((dead & bit) == 0 && st == CHIRON_OK) {
                if (!segment_info(segment, doc, &length, &language))
                    st = JOB_BROKEN;
                else if (!hits_add(out, base + doc,
                                   rank_of_places(tally->weights[doc], tally->exact[i] & bit, length, mean_length)))
                    st = CHIRON_NONE;
            }
            tally->weights[doc] = 0;
        }
        tally->seen[i] = tally->exact[i] = 0;
    }
    return st;
}
