/* A sorted table of strings with values, in a sealed file.
 *
 * Entries stand in blocks of TABLE_BLOCK; within a block each string is written as what it shares with the one before
 * and what it adds. The first strings of all blocks are the entries of a smaller table above (without values), and so
 * on up to one with a single block. Entry n of a table above leads to block n of the one below, and the blocks of each
 * are found by an array of their beginnings, so an entry is found by its string or by its number. */
#ifndef SEARCH_TABLE_H
#define SEARCH_TABLE_H

#include "sealed.h"
#include "words.h"

enum { TABLE_BLOCK = 32, TABLE_LEVELS = 7, TABLE_KEY = 300 };

/* Where it stands in the file. */
struct table_place {
    uint64_t count;            /* of entries, below 32^7 */
    uint64_t at[TABLE_LEVELS]; /* from the bottom up: the array of beginnings, and behind it the blocks */
};
enum { TABLE_PLACE_BYTES = 8 * (1 + TABLE_LEVELS) };
void table_place_put(const struct table_place *place, struct bytes *out);
struct table_place table_place_get(const unsigned char *bytes);

/* ---- writing ---- */

struct table_level {
    struct bytes blocks, begins;
    uint64_t count;
    unsigned char last[TABLE_KEY];
    size_t last_len;
};
/* Zero-initialise. */
struct table_writer {
    struct table_level levels[TABLE_LEVELS];
    bool is_failed; /* no memory */
};
void table_writer_release(struct table_writer *writer);
/* Strings in ascending order of their bytes, each once, shorter than TABLE_KEY. */
void table_add(struct table_writer *writer, const void *key, size_t key_len, const void *value, size_t value_size);
/* Number of the next entry. */
uint64_t table_next_number(const struct table_writer *writer);
void table_finish(struct table_writer *writer, struct sealed_writer *file, struct table_place *place_out);

/* ---- reading: false and NULL mean that the file is broken, but see table_next ---- */

struct table {
    struct sealed *file;
    struct table_place place;
};

/* Stands before an entry. */
struct table_cursor {
    const struct table *table;
    uint64_t number; /* of the next entry */
    struct reader block;
    unsigned char key[TABLE_KEY]; /* of the entry read last */
    size_t key_len;
    struct reader value;
};

/* To the first entry of the block in which `key` stands, if it does at all. */
bool table_seek(const struct table *table, struct table_cursor *cursor, const void *key, size_t key_len);
/* To the first entry of the block of entry `number`. */
bool table_go(const struct table *table, struct table_cursor *cursor, uint64_t number);
/* Reads an entry. False at the end, or where the file is broken (the file knows). */
bool table_next(struct table_cursor *cursor);
/* Below, at or above 0: the key read last before, equal to or behind `key`. */
int table_compare(const struct table_cursor *cursor, const void *key, size_t key_len);

#endif
