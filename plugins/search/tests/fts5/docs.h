/* The table of documents: which note an entry of the index is, how long it is, in which language.
 *
 * FTS5 without a copy of the text cannot take a document out again. So an entry's number is never used twice: a changed
 * note gets a new one, and the old one is marked as dead and passed over. Numbers count up from 1 and the table is an
 * array in memory, read in one go (1 ms for 100,000 notes). */
#ifndef SEARCH_DOCS_H
#define SEARCH_DOCS_H

#include "chiron/plugin.h"

struct doc {
    int64_t note;
    uint32_t length;  /* of the body, in words; at most DOC_LENGTH_MAX */
    uint8_t language; /* enum language */
    bool is_dead;
    bool is_changed; /* since it was read */
};

enum {
    DOC_BYTES = 12, /* of one on disk */
    DOC_LENGTH_MAX = 0xffffff,
    DOCS_CHUNK = 256 /* documents of one row: fit into a database page */
};

struct docs {
    struct doc *list; /* document n at n - 1 */
    size_t count, room;
    size_t live;
    double length_sum; /* of the living */
    size_t *slots;     /* hash of notes to numbers, 0 free; made by docs_index */
    size_t slot_count, slots_used;
};
void docs_release(struct docs *docs); /* NULL-safe; empty and usable again */

/* Document n, or NULL: no such number. */
const struct doc *docs_get(const struct docs *docs, int64_t n);
/* Mean length of the living, at least 1. */
double docs_mean_length(const struct docs *docs);

/* Reads the row of documents that follow those read so far. False: damaged (or no memory). */
bool docs_read_chunk(struct docs *docs, const unsigned char *bytes, size_t size);
/* Writes row `chunk` (from 0) into `bytes`, which has DOCS_CHUNK * DOC_BYTES of room; its size. */
size_t docs_write_chunk(const struct docs *docs, size_t chunk, unsigned char *bytes);
bool docs_chunk_is_changed(const struct docs *docs, size_t chunk);

/* Before the first change: makes notes findable by id. False: no memory, or two living documents of one note. */
bool docs_index(struct docs *docs);
/* Adds a document for a note, in place of an older one; its number, or 0: no memory. */
int64_t docs_add(struct docs *docs, int64_t note, uint8_t language);
/* Of the document added last. */
void docs_set_length(struct docs *docs, uint32_t length);
/* Marks a note's document, if there is one. */
void docs_remove(struct docs *docs, int64_t note);

#endif
