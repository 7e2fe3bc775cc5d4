/* Small lists as bytes in one column: numbers as varints, texts with their length in front. */
#ifndef CATALOGUE_PACK_H
#define CATALOGUE_PACK_H

#include "base/buf.h"

void pack_number(struct buf *out, uint64_t number);
void pack_text(struct buf *out, struct sv text);

/* Reads in the order of writing. `failed` is set, and zeros and empty texts come, once the bytes do not add up. */
struct unpack {
    struct sv rest;
    bool failed;
};
uint64_t unpack_number(struct unpack *in);
struct sv unpack_text(struct unpack *in);
/* Whether there is more to read. */
bool unpack_more(const struct unpack *in);

#endif
