/* Names that differ by more than case: tags and aliases, in order of appearance. */
#ifndef NOTE_NAMES_H
#define NOTE_NAMES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"

/* Zero-initialise with `arena` set; names_release gives back what is not of the arena. */
struct names {
    struct arena *arena;
    struct sv *items;  /* as written */
    struct sv *folded; /* the same by folded case */
    size_t count, item_capacity, folded_capacity;
    struct map index; /* of `folded`, once there are many */
    struct buf scratch;
    bool failed; /* no memory */
};

/* Adds a name unless it is empty or was there; keeps the view. */
void names_add(struct names *names, struct sv name);
void names_release(struct names *names);

#endif
