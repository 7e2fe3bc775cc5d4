/* Bytes that grow, and numbers in them: fixed ones least significant byte first; the others seven bits a byte, the high
 * bit saying that more follow. */
#ifndef SEARCH_BYTES_H
#define SEARCH_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Zero-initialise. Once memory was short `is_failed` stays set and nothing is added: ask once, at the end. */
struct bytes {
    unsigned char *data;
    size_t size, room;
    bool is_failed;
};
void bytes_release(struct bytes *bytes); /* NULL-safe; empty and usable again */
/* `size` bytes at the end to be filled; NULL: no memory. */
unsigned char *bytes_extend(struct bytes *bytes, size_t size);
void bytes_put(struct bytes *bytes, const void *data, size_t size);
void bytes_put_number(struct bytes *bytes, uint64_t number);
void bytes_put_32(struct bytes *bytes, uint32_t number);
void bytes_put_64(struct bytes *bytes, uint64_t number);

static inline uint32_t load_32(const unsigned char *at)
{
    uint32_t number;
    memcpy(&number, at, sizeof number);
    return le32toh(number);
}

static inline uint64_t load_64(const unsigned char *at)
{
    uint64_t number;
    memcpy(&number, at, sizeof number);
    return le64toh(number);
}

static inline void store_32(unsigned char *at, uint32_t number)
{
    number = htole32(number);
    memcpy(at, &number, sizeof number);
}

static inline void store_64(unsigned char *at, uint64_t number)
{
    number = htole64(number);
    memcpy(at, &number, sizeof number);
}

enum { NUMBER_BYTES = 10 }; /* at most, of a number */

/* Writes a number to `at`; what follows it. */
static inline unsigned char *write_number(unsigned char *at, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        *at++ = (unsigned char)(number | 0x80);
    *at++ = (unsigned char)number;
    return at;
}

/* Reading from front to back. Behind the end there are zeros, and `is_failed` is set. */
struct reader {
    const unsigned char *at, *end;
    bool is_failed;
};

uint64_t reader_long_number(struct reader *reader);

static inline uint64_t reader_number(struct reader *reader)
{
    if (reader->at < reader->end && *reader->at < 0x80)
        return *reader->at++;
    return reader_long_number(reader);
}

static inline size_t reader_left(const struct reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

/* The next `size` bytes, or NULL. */
const unsigned char *reader_take(struct reader *reader, size_t size);
/* Passes over `count` numbers. */
void reader_skip(struct reader *reader, size_t count);

#endif
