/* Sums of bytes: whether they are still what was written. The one door to xxHash. */
#ifndef SEARCH_SUM_H
#define SEARCH_SUM_H

#include <stddef.h>
#include <stdint.h>

uint64_t sum_of(const void *bytes, size_t size);

#endif
