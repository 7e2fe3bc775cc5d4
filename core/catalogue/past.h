/* What git knows of one note, packed; and many of them in a block, sorted by path. Knows bytes only: where they are
 * kept is history_store.h's. */
#ifndef CATALOGUE_PAST_H
#define CATALOGUE_PAST_H

#include "base/arena.h"
#include "catalogue/pack.h"

/* One commit in the life of a note. */
struct past_item {
    uint32_t commit; /* its number, see history_store.h */
    bool silent;     /* a merge that only brought names or lines of history together: no change */
    struct sv path;  /* the note's from this commit on, from its space's root */
};

/* Zero-initialise. */
struct past {
    struct sv path;            /* from the space's root */
    bool gone;                 /* removed, by its newest commit: another note may have the path now */
    bool fused;                /* by a merge from notes that began apart */
    bool cut;                  /* begins before a shallow clone does: `created` and `changes` are not known */
    int64_t created, modified; /* unix seconds; 0: not known */
    uint64_t changes;
    struct sv people; /* packed numbers, in order of the first change */
    struct sv items;  /* packed, newest first */
};

/* Packs the items, newest first; the note is called `path` now. */
void past_pack_items(struct sv path, const struct past_item *items, size_t count, struct buf *out);
/* All of it but the path. */
void past_pack(const struct past *past, struct buf *out);

/* Takes the items apart. `in.failed` says that the bytes are damaged. */
struct past_walk {
    struct unpack in;
    struct past_item item; /* `path` is of the past or the arena */
    bool begun;
};
void past_walk_begin(const struct past *past, struct past_walk *walk);
/* False at the end. NULL for the arena: names are not wanted, and are left as they are. */
bool past_walk_next(struct past_walk *walk, struct arena *arena);

/* A block: per entry what its path has in common with the one before (at first `first`), the rest, and past_pack. */
void past_block_put(struct buf *block, struct sv before, struct sv path, struct sv packed);
struct past_block {
    struct unpack in;
    struct buf path;
    struct past past; /* views into the block and `path`: good until the next */
    struct sv packed; /* the same past without its path, as it stands there */
};
/* Zero-initialised before the first; buf_release(&block->path) after the last. */
void past_block_begin(struct past_block *block, struct sv first, struct sv bytes);
/* False at the end, and where bytes are damaged or memory is out: `in.failed`, `path.failed`. */
bool past_block_next(struct past_block *block);

#endif
