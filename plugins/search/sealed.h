/* A file that is written once, from front to back, and from then on only read: bytes, and behind them the sum of each
 * chunk. The sum of those sums is its seal, which is kept elsewhere (manifest.h): so a file is known by it, a stale,
 * exchanged or cut one is noticed when it is opened, and a damaged chunk when something is read from it. */
#ifndef SEARCH_SEALED_H
#define SEARCH_SEALED_H

#include "bytes.h"

enum { SEALED_CHUNK = 8 * 1024, SEALED_NAME = 21 };

struct seal {
    uint64_t name; /* of the file, as 16 hexadecimal digits and ".seg" */
    uint64_t size; /* without the sums */
    uint64_t sum;
};
void seal_file_name(const struct seal *seal, char out[SEALED_NAME]);

/* ---- writing ---- */

struct sealed_writer {
    int fd;
    struct seal seal;
    unsigned char *buffer;
    size_t used;
    struct bytes sums;
    int error; /* 0, or an errno: nothing is written any more */
};

/* A new file in the folder `dir`, under a name that no other has. Failing is told by finish. */
void sealed_create(struct sealed_writer *writer, int dir);
void sealed_put(struct sealed_writer *writer, const void *bytes, size_t size);
/* How much was put so far. */
uint64_t sealed_size(const struct sealed_writer *writer);
/* Closes it, always. 0, or an errno: there is no file then. */
int sealed_finish(struct sealed_writer *writer, int dir, struct seal *seal_out);

/* ---- reading ---- */

struct sealed {
    struct seal seal;
    int fd;
    const unsigned char *map; /* with the sums, so that eight bytes from any place can be loaded */
    size_t map_size;
    unsigned char *sums;
    uint64_t *checked; /* a bit for each chunk */
    bool is_broken;    /* something was asked for that is damaged or not there */
};

/* 0, an errno, or SEALED_BROKEN. */
#define SEALED_BROKEN (-1)
int sealed_open(struct sealed *file, int dir, const struct seal *seal);
void sealed_close(struct sealed *file); /* NULL-safe */
/* What is read from now on is checked again. */
void sealed_forget(struct sealed *file);

/* Checks chunks first to last. */
bool sealed_check(struct sealed *file, size_t first, size_t last);

/* `size` bytes at `at` whose sums are right, valid until the file is closed; NULL: broken. */
static inline const unsigned char *sealed_get(struct sealed *file, uint64_t at, size_t size)
{
    size_t first = (size_t)at / SEALED_CHUNK, last = (size_t)(at + (size > 0 ? size - 1 : 0)) / SEALED_CHUNK;
    if (at > file->seal.size || size > file->seal.size - at) {
        file->is_broken = true;
        return NULL;
    }
    if (size == 0 || (first == last && (file->checked[first / 64] >> (first % 64) & 1)))
        return file->map + at;
    return sealed_check(file, first, last) ? file->map + at : NULL;
}

#endif
