/* What the readers of a note can see, for text that chiron writes into it. */
#ifndef CATALOGUE_AUDIENCE_H
#define CATALOGUE_AUDIENCE_H

#include "base/map.h"
#include "catalogue/catalogue.h"

/* Everybody who can read one space. The space decides, not the note's own visibility, which only narrows.
 * Zero-initialise; release always. */
struct audience {
    const struct space *space;
    bool sees_all;         /* private/: its only reader is whoever owns this machine's notes */
    struct id_set visible; /* notes that each of them can see: this space's and the group's, less what a note narrows */
    struct map ends;       /* ends of their paths -> how many have it */
};
status audience_of(struct catalogue *catalogue, const struct space *space, struct audience *audience_out,
                   struct err *err);
void audience_release(struct audience *audience);
/* The shortest end of a visible note's path that no other visible note has: the same for every reader, whatever else
 * lies on this machine. A view of `path`. */
struct sv audience_handle(const struct audience *audience, struct sv path);

#endif
