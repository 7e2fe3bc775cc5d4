#include "rank.h"

#include <math.h>

/* The usual constants. */
#define SATURATION      1.2
#define LENGTH_PART     0.75
#define EXACT_FORM_ADDS 1.0

double rank_of_places(uint32_t places, bool is_exact, uint32_t length, double mean_length)
{
    double norm = SATURATION * (1 - LENGTH_PART + LENGTH_PART * (double)length / mean_length);
    return places / (places + norm) + (is_exact ? EXACT_FORM_ADDS : 0);
}

double rank_in_note(const struct rank_counts *counts, uint32_t length, double mean_length)
{
    uint32_t places = RANK_TITLE * counts->titles + RANK_HEADING * counts->headings + RANK_TAG * counts->tags +
                      RANK_BODY * counts->body;
    return rank_of_places(places, counts->is_exact, length, mean_length);
}

double rank_weight(size_t matching, size_t all)
{
    double with = (double)matching, without = all > matching ? (double)(all - matching) : 0;
    return log1p((without + 0.5) / (with + 0.5));
}
