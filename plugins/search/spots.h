/* Lists of spots: where in which document a word stands, as one number, so that they are sorted and compared as such.
 * From the top: document, field, place in it, and whether the word is as it was typed. */
#ifndef SEARCH_SPOTS_H
#define SEARCH_SPOTS_H

#include "postings.h"

typedef uint64_t spot;

enum { SPOT_PLACE_BITS = 28, SPOT_FIELD_BITS = 2, SPOT_DOC_SHIFT = 1 + SPOT_PLACE_BITS + SPOT_FIELD_BITS };

static inline uint32_t spot_doc(spot at)
{
    return (uint32_t)(at >> SPOT_DOC_SHIFT);
}

static inline enum text_field spot_field(spot at)
{
    return (enum text_field)(at >> (1 + SPOT_PLACE_BITS) & ((1u << SPOT_FIELD_BITS) - 1));
}

static inline bool spot_is_exact(spot at)
{
    return at & 1;
}

/* Zero-initialise. */
struct spots {
    spot *list;
    size_t count, room;
    size_t *runs; /* where each sorted part begins */
    size_t run_count, run_room;
};
void spots_release(struct spots *spots); /* empty and usable again */
/* What is added from now on ascends by itself. False: no memory. */
bool spots_begin_run(struct spots *spots);
bool spots_add(struct spots *spots, uint32_t doc, enum text_field field, uint32_t place, bool is_exact);
/* Puts all runs into one order. False: no memory. */
bool spots_sort(struct spots *spots);
/* Keeps of `begins` what has one of `next` `distance` places behind it; exact where both are. */
void spots_follow(struct spots *begins, const struct spots *next, uint32_t distance);

#endif
