/* Conflict markers that a merge left in a note. */
#ifndef NOTE_MARKER_H
#define NOTE_MARKER_H

#include "base/sv.h"

struct marker {
    size_t offset;
    unsigned line; /* from 1 */
};

/* The first line "<<<<<<< ...": in front matter anywhere, in the body (from `body` on) outside fenced code. */
bool marker_find(struct sv note, size_t body, struct marker *marker_out);

#endif
