#include "sum.h"

/* All of it in here: a library would have to be loaded at every start. */
#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t sum_of(const void *bytes, size_t size)
{
    return XXH3_64bits(bytes, size);
}
