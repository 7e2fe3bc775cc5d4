/* The score of one pattern in one note: BM25, with weights for where a word stands.
 *
 * Occurrences are weighted and added before the saturation (BM25F), so that a word in the title counts much once but
 * not for ever. Notes that hold the words as they were typed rank above those that hold other forms of them: the
 * saturated part stays below 1, and an exact form adds 1. */
#ifndef SEARCH_RANK_H
#define SEARCH_RANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A title and a tag say what a note is about. */
enum { RANK_BODY = 1, RANK_HEADING = 3, RANK_TAG = 4, RANK_TITLE = 8 };

struct rank_counts {
    uint32_t titles, headings, tags, body; /* places where the pattern matches; a heading is in the body, too */
    bool is_exact;                         /* one of them as it was typed */
};

/* 0 to 2, without the weight of the pattern. Lengths in words. */
double rank_in_note(const struct rank_counts *counts, uint32_t length, double mean_length);
/* The same of places that were weighted (RANK_*) and added already. */
double rank_of_places(uint32_t places, bool is_exact, uint32_t length, double mean_length);
/* Of places in a note of that length: the score without exactness is the ratio to the ratio and one. */
double rank_ratio(uint32_t places, uint32_t length, double mean_length);
double rank_of_ratio(double ratio);
/* What a ratio found with one mean length can at most become with another. */
double rank_ratio_bound(double ratio, double mean_length, double other_mean_length);
/* No score in a note is above that of its places by more. */
#define RANK_EXACT_ADDS 1.0
/* The weight of a pattern that `matching` of `all` notes hold: the rarer, the more. Above 0. */
double rank_weight(size_t matching, size_t all);

#endif
