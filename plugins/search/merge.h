/* Several segments into one, without their dead documents. */
#ifndef SEARCH_MERGE_H
#define SEARCH_MERGE_H

#include "manifest.h"
#include "segment.h"

/* Documents keep the order of the segments. `out` is the new part, all live; of no documents no file is made, and
 * out->docs is 0. 0, an errno, or SEALED_BROKEN. */
int merge_segments(int dir, struct analyser *analyser, struct segment *const *segments, const struct part *const *parts,
                   size_t count, struct part *out);

/* Which parts to put together next, by their sizes: a handful of about the same size, so that every document is written
 * again a few times only (the logarithm of their number), but never more than can be done within one round; and one of
 * which most is dead, by itself. Returns how many it wrote to `chosen_out` (room for manifest->count), or 0: all is
 * well. */
size_t merge_choose(const struct manifest *manifest, size_t *chosen_out);

#endif
