/* Edits of a text as byte splices: what no splice names stays byte for byte. */
#ifndef TEXT_SPLICE_H
#define TEXT_SPLICE_H

#include "base/arena.h"
#include "base/buf.h"

/* The bytes [begin, end) give way to `text`; begin == end inserts. Offsets are of the text before any splice. */
struct splice {
    size_t begin, end;
    struct sv text; /* must live until the splices are applied */
};

/* Zero-initialise with `arena` set. Add in any order. */
struct splices {
    struct arena *arena;
    struct splice *items;
    size_t count, capacity;
    bool failed; /* no memory */
};

void splices_add(struct splices *splices, size_t begin, size_t end, struct sv text);
/* Appends the edited text to `out`, which must not be what `text` views. Sorts the splices; insertions at one place
 * keep the order in which they were added, and stand in front of what replaces the bytes there. Two that overlap, or
 * one that leaves the text, are a mistake of the program: FAILED, and nothing is appended. */
status splices_apply(struct splices *splices, struct sv text, struct buf *out, struct err *err);

#endif
