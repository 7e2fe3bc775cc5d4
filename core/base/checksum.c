/* The door to xxHash, of which the header alone is used: no program waits for one more library to be loaded. */
#include "base/checksum.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t checksum(struct sv bytes)
{
    return XXH3_64bits(bytes.ptr, bytes.len);
}
