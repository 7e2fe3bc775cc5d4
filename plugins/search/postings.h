/* Where one word stands: the documents that hold it, how often, and at which places.
 *
 * A document has a code: twice the number of places when all are in the body, else twice their weight in the rank
 * (RANK_*) and one. So a code is half a weight either way, and only who wants the places needs to read them:
 *     even    a place in the body for each of the number
 *     odd     four counts (body, titles, headings, tags), then that many places of each
 * A place is the number of the word in its text, written as the distance from the place before, from 0 in each text.
 *
 * Documents ascend. A list shorter than a block is written number by number. A longer one begins with an entry for each
 * block, so that blocks can be passed over: the last document, where its documents and its places begin, and the
 * largest ratio (rank.h) of a document in it, from which the most that it can add to a score follows. Full blocks are
 * packed: the distances and the codes each with as many bits as the largest needs. */
#ifndef SEARCH_POSTINGS_H
#define SEARCH_POSTINGS_H

#include "sealed.h"

enum { POSTINGS_BLOCK = 128 };

/* The texts of a document, in the order of their places. */
enum text_field { FIELD_BODY, FIELD_TITLES, FIELD_HEADINGS, FIELD_TAGS, FIELD_COUNT };

/* ---- writing one list ---- */

/* Zero-initialise but for the mean length of the documents; begin each list with postings_clear. */
struct postings_writer {
    double mean_length;
    struct bytes docs, places; /* the list, after postings_end */
    uint32_t count;
    uint32_t last; /* document, and one: of the blocks before the one at hand */
    struct bytes skips, blocks;
    uint32_t ids[POSTINGS_BLOCK], codes[POSTINGS_BLOCK];
    double ratio;              /* the largest of the block at hand */
    size_t used, places_begin; /* of the block at hand */
};
void postings_writer_release(struct postings_writer *writer);
void postings_clear(struct postings_writer *writer);
/* A document of `length` words, behind those before. Then the caller puts its places into writer->places. */
void postings_add(struct postings_writer *writer, uint32_t doc, uint32_t code, uint32_t length);
/* False: no memory. */
bool postings_end(struct postings_writer *writer);

/* ---- reading one list: false and NULL mean that the file is broken ---- */

struct postings {
    struct sealed *file;
    uint64_t docs_at, places_at;
    uint32_t docs_size, places_size, count;
    uint32_t doc_limit; /* every document is below */
    uint32_t block_count;
    const unsigned char *skips; /* NULL: one short block */
    /* The block that was read last. */
    uint32_t block, used;
    uint32_t ids[POSTINGS_BLOCK], codes[POSTINGS_BLOCK];
};
/* Begins with docs_at to doc_limit set. */
bool postings_open(struct postings *list);
bool postings_read(struct postings *list, uint32_t block);
/* The documents alone; the codes are those of any block. */
bool postings_read_ids(struct postings *list, uint32_t block);
/* The last document of a block that need not be read for that; `doc_limit` - 1 where nobody knows. */
uint32_t postings_last(const struct postings *list, uint32_t block);
/* The largest ratio in a block, by the mean length that it was written with; infinite where nobody knows. */
double postings_ratio(const struct postings *list, uint32_t block);
/* The places of the block that was read last. */
bool postings_places(struct postings *list, struct reader *out);

/* Of one document, in the order of the block: passes over its places. */
void postings_skip_places(struct reader *places, uint32_t code);
/* The counts of its fields. */
void postings_counts(struct reader *places, uint32_t code, uint32_t counts_out[FIELD_COUNT]);

#endif
