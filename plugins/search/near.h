/* Words near each other. */
#ifndef SEARCH_NEAR_H
#define SEARCH_NEAR_H

#include "spots.h"

/* Keeps of `begins` (which is all[0]) what has a spot of each other list near: in the same text, with at most `within`
 * other words between the first and the last of them. Exact where it is also found among the exact spots alone. False:
 * no memory. */
bool near_keep(struct spots *begins, const struct spots *const *all, size_t count, uint32_t within);

#endif
