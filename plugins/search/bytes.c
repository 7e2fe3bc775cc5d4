#include "bytes.h"

#include <stdlib.h>

void bytes_release(struct bytes *bytes)
{
    if (bytes == NULL)
        return;
    free(bytes->data);
    *bytes = (struct bytes){0};
}

static bool grow(struct bytes *bytes, size_t need)
{
    size_t room = bytes->room > 0 ? bytes->room : 256;
    while (room < need)
        room += room / 2;
    unsigned char *data = realloc(bytes->data, room);
    if (data == NULL)
        return false;
    bytes->data = data;
    bytes->room = room;
    return true;
}

unsigned char *bytes_extend(struct bytes *bytes, size_t size)
{
    if (bytes->is_failed || (bytes->room - bytes->size < size && !grow(bytes, bytes->size + size))) {
        bytes->is_failed = true;
        return NULL;
    }
    unsigned char *at = bytes->data + bytes->size;
    bytes->size += size;
    return at;
}

void bytes_put(struct bytes *bytes, const void *data, size_t size)
{
    unsigned char *at = bytes_extend(bytes, size);
    if (at != NULL && size > 0)
        memcpy(at, data, size);
}

void bytes_put_number(struct bytes *bytes, uint64_t number)
{
    unsigned char *at = bytes_extend(bytes, NUMBER_BYTES);
    if (at != NULL)
        bytes->size = (size_t)(write_number(at, number) - bytes->data);
}

void bytes_put_32(struct bytes *bytes, uint32_t number)
{
    unsigned char *at = bytes_extend(bytes, sizeof number);
    if (at != NULL)
        store_32(at, number);
}

void bytes_put_64(struct bytes *bytes, uint64_t number)
{
    unsigned char *at = bytes_extend(bytes, sizeof number);
    if (at != NULL)
        store_64(at, number);
}

uint64_t reader_long_number(struct reader *reader)
{
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 64 && reader->at < reader->end; shift += 7) {
        unsigned char byte = *reader->at++;
        number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return number;
    }
    reader->is_failed = true;
    reader->at = reader->end;
    return 0;
}

const unsigned char *reader_take(struct reader *reader, size_t size)
{
    const unsigned char *at = reader->at;
    if (size > reader_left(reader)) {
        reader->is_failed = true;
        reader->at = reader->end;
        return NULL;
    }
    reader->at += size;
    return at;
}

/* Eight bytes at a time: a number ends where a high bit is not set. */
void reader_skip(struct reader *reader, size_t count)
{
    const uint64_t high = 0x8080808080808080u;
    while (count >= sizeof high && reader_left(reader) >= sizeof high) {
        count -= (size_t)__builtin_popcountll(~load_64(reader->at) & high);
        reader->at += sizeof high;
    }
    while (count > 0) {
        if (reader->at == reader->end) {
            reader->is_failed = true;
            return;
        }
        count -= *reader->at++ < 0x80;
    }
}
