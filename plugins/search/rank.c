#include "rank.h"

#include <math.h>

/* The usual constants; a title and a tag say what a note is about. */
#define SATURATION      1.2
#define LENGTH_PART     0.75
#define TITLE_WEIGHT    8.0
#define TAG_WEIGHT      4.0
#define HEADING_WEIGHT  3.0
#define EXACT_FORM_ADDS 1.0

double rank_in_note(const struct rank_counts *counts, uint32_t length, double mean_length)
{
    double places =
        TITLE_WEIGHT * counts->titles + HEADING_WEIGHT * counts->headings + TAG_WEIGHT * counts->tags + counts->body;
    double norm = SATURATION * (1 - LENGTH_PART + LENGTH_PART * (double)length / mean_length);
    return places / (places + norm) + (counts->is_exact ? EXACT_FORM_ADDS : 0);
}

double rank_weight(size_t matching, size_t all)
{
    double with = (double)matching, without = all > matching ? (double)(all - matching) : 0;
    return log1p((without + 0.5) / (with + 0.5));
}
