/* The content store of an open catalogue: which file it is, how a refresh fills it, and how a note is read from it. The
 * catalogue's own data say where each note stands; nothing depends on the store being there. */
#ifndef CATALOGUE_KEPT_H
#define CATALOGUE_KEPT_H

#include "catalogue/content.h"
#include "catalogue/internal.h"

/* --- reading --- */

/* Opens the store that the catalogue's rows speak of. Within a transaction. `state_out` may be NULL. */
struct kept_state {
    char name[CONTENT_NAME_SIZE]; /* empty: none */
    int64_t end, dead;            /* bytes: written; of those, about how many nobody needs */
    int64_t tried_ns;             /* when filling it failed last; 0: never */
};
status kept_open(struct catalogue *catalogue, struct kept_state *state_out, struct err *err);
/* The same for what is known of it already; without a transaction. */
status kept_open_state(struct catalogue *catalogue, const struct kept_state *state, struct err *err);

/* Whether the store has the note. */
bool kept_has(const struct catalogue *catalogue, const struct row *row);
/* A note as the catalogue saw it last. Any thread, with a window of its own. NOT_FOUND: it is not kept. DB_DAMAGED: it
 * should be: read the file, and tell kept_discard when no thread reads any more. */
status kept_read(const struct catalogue *catalogue, const struct row *row, struct content_window *window,
                 struct content_text *text_out, struct err *err);
/* The same in the window of the catalogue, for its own thread. Who reads one note after the other, as they were put,
 * reads many at once. */
status kept_read_in_order(struct catalogue *catalogue, const struct row *row, struct content_text *text_out,
                          struct err *err);
/* Gives up a damaged store: the next refresh fills another. */
void kept_discard(struct catalogue *catalogue);

/* --- filling, by a refresh: kept_fill.c --- */

/* A store that lost its file, or is mostly dead, is filled anew from all notes. Zero-initialise. */
struct kept_fill {
    struct kept_state stored;
    bool all; /* every note is to be put, also one that did not change */
    const char *dir;
    struct content_writer *writer; /* NULL: there is no store, and none can be had now */
    bool anew;                     /* the writer's file is a new one */
    bool failed;
    int64_t dead, now_ns;
};
/* What there is, and whether it needs all notes; within a transaction. `now_ns` by the clock of files. */
status kept_fill_load(struct kept_fill *fill, struct catalogue *catalogue, int64_t now_ns, struct err *err);
/* So much is dead that a refresh which writes anyway should fill it anew. */
bool kept_fill_is_wasteful(const struct kept_fill *fill);
/* The functions below fail only without memory: what cannot be written is given up, and notes are read from their
 * files. They may start over with kept_fill_begin at any time. `anew`: every note will be put. */
status kept_fill_begin(struct kept_fill *fill, struct catalogue *catalogue, bool anew, struct err *err);
/* Where the note will stand; 0: nowhere. In memory until the next flush, which any one thread may do. */
uint64_t kept_fill_put(struct kept_fill *fill, const struct facts *facts, struct sv path, struct sv title,
                       struct sv bytes);
/* A note that did not change, under the title that is stored. */
status kept_fill_put_stored(struct kept_fill *fill, struct catalogue *catalogue, const struct row *row, struct sv bytes,
                            uint64_t *at_out, struct err *err);
status kept_fill_flush(struct kept_fill *fill, struct err *err);
/* A note that was kept has changed or is gone. */
void kept_fill_drop(struct kept_fill *fill, const struct facts *facts);
/* Writes down what there is now; within the transaction. */
status kept_fill_end(struct kept_fill *fill, struct catalogue *catalogue, struct err *err);
/* After the commit: the catalogue reads from what was filled, and the store before it goes. */
status kept_fill_committed(struct kept_fill *fill, struct catalogue *catalogue, struct err *err);
/* Without kept_fill_committed what was put is forgotten. */
void kept_fill_release(struct kept_fill *fill);

#endif
