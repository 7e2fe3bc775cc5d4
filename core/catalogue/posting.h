/* Which notes have what. A term is a byte string (terms.h); under it stand the ids of the notes that have it, packed,
 * in chunks of some hundred, so that what every note has costs a byte a note, and one note more or less rewrites one
 * chunk. This is the only index from values to notes; what one note has is told by its own rows. */
#ifndef CATALOGUE_POSTING_H
#define CATALOGUE_POSTING_H

#include "base/map.h"
#include "catalogue/db.h"
#include "catalogue/id_set.h"
#include "catalogue/pack.h"

/* The ids of one row of the table, in ascending order. */
struct posting_ids {
    int64_t id;       /* of the last one given */
    uint32_t ordinal; /* which of the note's values under its key this is, from 0 */
    struct unpack rest;
    bool begun;
};
/* `first` and `ids` as stored; the bytes must live on. */
struct posting_ids posting_ids(int64_t first, struct sv ids);
/* False at the end, or where the bytes do not add up: see posting_ids_check. */
bool posting_ids_next(struct posting_ids *ids);
/* DB_DAMAGED when the bytes did not add up. */
status posting_ids_check(const struct posting_ids *ids, struct err *err);

/* Steps through a statement whose columns are `first` and `ids`, adds all ids to the set, unsorted, and resets it. */
status posting_collect(struct stmt *stmt, struct id_set *out, struct err *err);

/* What a transaction changes, gathered, so that each chunk is written once. Zero-initialise. */
struct postings {
    struct arena arena;
    struct map terms; /* -> struct list */
    bool empty;       /* nothing is stored yet: nothing needs to be looked for */
};
void postings_release(struct postings *postings);
/* A term that is new in a note, or has another ordinal than before. The term is copied. */
status postings_add(struct postings *postings, struct sv term, int64_t id, uint32_t ordinal, struct err *err);
/* One that it has no more. A note and term come in one of the two, once in a transaction. */
status postings_remove(struct postings *postings, struct sv term, int64_t id, struct err *err);
/* Writes what was gathered, in order of terms, and forgets it. */
status postings_write(struct postings *postings, struct db *db, struct err *err);

#endif
