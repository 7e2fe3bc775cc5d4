/* "Did you mean": the known word that a mistyped one is nearest to. */
#ifndef NOTE_NEAR_H
#define NOTE_NEAR_H

#include "base/sv.h"

/* Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`, letters of ASCII without case;
 * more than `max` gives max + 1. Words longer than 40 bytes are never near. */
unsigned near_distance(struct sv a, struct sv b, unsigned max);
/* The nearest of `words` that is near enough to be meant (one mistake in a short word, two in one of six bytes or
 * more); the empty view when none is. The first of equals. */
struct sv near_word(struct sv word, const struct sv *words, size_t count);

#endif
