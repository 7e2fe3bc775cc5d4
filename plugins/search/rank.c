#include "rank.h"

#include <math.h>

/* The usual constants. */
#define SATURATION  1.2
#define LENGTH_PART 0.75

static double norm(uint32_t length, double mean_length)
{
    return SATURATION * (1 - LENGTH_PART + LENGTH_PART * (double)length / mean_length);
}

double rank_of_places(uint32_t places, bool is_exact, uint32_t length, double mean_length)
{
    return places / (places + norm(length, mean_length)) + (is_exact ? RANK_EXACT_ADDS : 0);
}

double rank_ratio(uint32_t places, uint32_t length, double mean_length)
{
    return places / norm(length, mean_length);
}

double rank_of_ratio(double ratio)
{
    return ratio / (ratio + 1);
}

/* The norm of a short note does not depend on the mean, that of a long one goes with its inverse. */
double rank_ratio_bound(double ratio, double mean_length, double other_mean_length)
{
    return other_mean_length > mean_length ? ratio * (other_mean_length / mean_length) : ratio;
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
