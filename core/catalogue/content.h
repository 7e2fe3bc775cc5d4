/* The content store: the bytes of all notes, with their titles, one after the other in one file, so that a question
 * about text opens one file and not a hundred thousand.
 *
 * It is only ever appended to, by whoever holds the catalogue's write lock; who reads knows from the catalogue where a
 * record begins. So a reader is never in a writer's way, and what a crash left at the end is in nobody's. A file has a
 * name that is never used twice: another filling is another file. Every record carries a checksum and says whose it is,
 * and nothing is believed without: whatever happened to the file, a record is right or it is not there. */
#ifndef CATALOGUE_CONTENT_H
#define CATALOGUE_CONTENT_H

#include "base/buf.h"
#include "base/err.h"

enum { CONTENT_NAME_SIZE = 32 /* with the NUL */ };

/* --- reading: any number of threads, each with a window of its own --- */

struct content;

/* DONE, or NOT_FOUND: there is no such file in `dir`, or it is shorter than `end`, or not one of ours, or not of this
 * user alone. Fails only without memory. */
status content_open(const char *dir, const char *name, uint64_t end, struct content **content_out, struct err *err);
void content_close(struct content *content);
const char *content_name(const struct content *content);

/* A piece of the file in memory. Zero-initialise. */
struct content_window {
    struct buf bytes;
    uint64_t begin;
};
void content_window_release(struct content_window *window);
/* Reads [begin, end), or less where the file ends before or cannot be read. Fails only without memory. */
status content_load(const struct content *content, struct content_window *window, uint64_t begin, uint64_t end,
                    struct err *err);

/* Whose record is looked for. */
struct content_key {
    uint64_t at;
    uint64_t hash; /* of the note's bytes, as the catalogue knows it */
    struct sv path;
    size_t size; /* about how many bytes the note has: what to read at once */
};
/* Views into the window, good until it moves; a NUL stands behind each. */
struct content_text {
    struct sv title, bytes;
};
/* The record, from the window where it has it, which is moved else. NOT_FOUND: it is not what was written, or of
 * another note. */
status content_find(const struct content *content, struct content_window *window, const struct content_key *key,
                    struct content_text *text_out, struct err *err);
/* What a record takes, but for a few bytes. */
uint64_t content_length(size_t title, size_t bytes);

/* --- writing: content_write.c. One at a time, under the catalogue's write lock --- */

struct content_writer;

/* Goes on behind everything that is in the file `name`; with "" a new one is made. NOT_FOUND as content_open; FAILED
 * when it cannot be written. Every other store in `dir` but `other` (may be NULL) is removed: a crash left it. */
status content_append(const char *dir, const char *name, const char *other, struct content_writer **writer_out,
                      struct err *err);
/* Where the record will stand. It is in memory until content_flush; failure is sticky and told there. */
uint64_t content_put(struct content_writer *writer, const struct content_key *key, const struct content_text *text);
status content_flush(struct content_writer *writer, struct err *err);
const char *content_writer_name(const struct content_writer *writer);
uint64_t content_writer_end(const struct content_writer *writer);
/* What was not flushed is gone. */
void content_writer_close(struct content_writer *writer);

void content_remove(const char *dir, const char *name);

#endif
