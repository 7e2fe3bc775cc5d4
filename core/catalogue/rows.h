/* What the catalogue knows of every file, in memory: enough to tell what changed, and which id stands for which path.
 */
#ifndef CATALOGUE_ROWS_H
#define CATALOGUE_ROWS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "note/type.h"

enum {
    FACTS_HIDDEN = 1, /* a link or special file: no note, but a finding */
    FACTS_RETRY = 2,  /* could not be read; try again each time */
    FACTS_PERSON = 4, /* of type person: it may have halves in several spaces */
    FACTS_NO_VISIBILITY = 255,
    FACTS_SIZE = 58 /* bytes packed */
};

/* Of one file when it was read. The device is left out: it changes with each mount. */
struct facts {
    int64_t size, mtime_ns, ctime_ns;
    uint64_t inode, hash;
    uint32_t mode;
    uint32_t body;      /* offset behind the front matter */
    uint8_t visibility; /* the note's own, or FACTS_NO_VISIBILITY */
    uint8_t flags;
    uint64_t content_at; /* where the content store has it; 0: nowhere */
};

struct row {
    int64_t id;
    struct sv path;
    struct facts facts;
};

/* Sorted by path, bytewise. Views into `arena`. */
struct rows {
    struct arena arena;
    struct row *items;
    size_t count, capacity;
    uint32_t *by_id; /* indexes into items in order of ids */
    int64_t change;  /* of the catalogue, when they were read */
    bool loaded;
};

void rows_release(struct rows *rows);
/* Appends; paths must come in order. The path is copied. */
status rows_add(struct rows *rows, int64_t id, struct sv path, const struct facts *facts, struct err *err);
/* After the last rows_add. */
status rows_seal(struct rows *rows, struct err *err);
/* NULL when there is none. */
const struct row *rows_find(const struct rows *rows, struct sv path);
const struct row *rows_by_id(const struct rows *rows, int64_t id);
/* The first row whose path is not before `path`. */
size_t rows_lower_bound(const struct rows *rows, struct sv path);
/* Position of a row in the order of paths. */
size_t rows_rank(const struct rows *rows, const struct row *row);
bool row_is_note(const struct row *row);

void facts_pack(const struct facts *facts, char into[FACTS_SIZE]);
bool facts_unpack(struct sv bytes, struct facts *facts_out);
void facts_of_stamp(const struct file_stamp *stamp, struct facts *facts_out);
bool facts_same_stamp(const struct facts *facts, const struct file_stamp *stamp);

#endif
