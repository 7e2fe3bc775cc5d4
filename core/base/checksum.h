/* A fast hash for noticing that derived bytes were damaged. Not for content that somebody may have made on purpose. */
#ifndef BASE_CHECKSUM_H
#define BASE_CHECKSUM_H

#include "base/sv.h"

/* XXH3, 64 bits (https://github.com/Cyan4973/xxHash, 0.8): the same on every machine. */
uint64_t checksum(struct sv bytes);

#endif
