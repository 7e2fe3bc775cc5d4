#include "postings.h"

#include "rank.h"

#include <math.h>

/* Of the entry of a block: where its members stand. */
enum { SKIP_LAST = 0, SKIP_DOCS = 4, SKIP_PLACES = 8, SKIP_RATIO = 12, SKIP_BYTES = 16 };

enum { LOAD_BYTES = 8 }; /* unpack reads as many at once */

/* ---- packing ---- */

static unsigned width_of(const uint32_t *numbers)
{
    uint32_t all = 0;
    for (size_t i = 0; i < POSTINGS_BLOCK; i++)
        all |= numbers[i];
    return all == 0 ? 0 : 32 - (unsigned)__builtin_clz(all);
}

static void pack(struct bytes *out, const uint32_t *numbers, unsigned width)
{
    uint64_t pending = 0;
    unsigned bits = 0;
    unsigned char *at = bytes_extend(out, (size_t)width * POSTINGS_BLOCK / 8);
    for (size_t i = 0; at != NULL && i < POSTINGS_BLOCK; i++) {
        pending |= (uint64_t)numbers[i] << bits;
        for (bits += width; bits >= 8; bits -= 8, pending >>= 8)
            *at++ = (unsigned char)pending;
    }
}

/* Reads up to seven bytes behind the block: there is always more in the file, a footer at least. */
static void unpack(const unsigned char *in, unsigned width, uint32_t *numbers)
{
    const uint64_t mask = ((uint64_t)1 << width) - 1;
    for (size_t i = 0, bit = 0; i < POSTINGS_BLOCK; i++, bit += width)
        numbers[i] = (uint32_t)(load_64(in + bit / 8) >> (bit % 8) & mask);
}

/* ---- writing ---- */

void postings_writer_release(struct postings_writer *writer)
{
    bytes_release(&writer->docs);
    bytes_release(&writer->places);
    bytes_release(&writer->skips);
    bytes_release(&writer->blocks);
}

void postings_clear(struct postings_writer *writer)
{
    writer->docs.size = writer->places.size = writer->skips.size = writer->blocks.size = 0;
    writer->count = writer->last = 0;
    writer->used = writer->places_begin = 0;
    writer->ratio = 0;
}

/* A little larger than it is rather than smaller. */
static uint32_t ratio_bits(double ratio)
{
    float rounded = nextafterf((float)ratio, INFINITY);
    uint32_t bits;
    memcpy(&bits, &rounded, sizeof bits);
    return bits;
}

static void put_skip(struct postings_writer *writer, size_t blocks_begin)
{
    bytes_put_32(&writer->skips, writer->ids[writer->used - 1]);
    bytes_put_32(&writer->skips, (uint32_t)blocks_begin);
    bytes_put_32(&writer->skips, (uint32_t)writer->places_begin);
    bytes_put_32(&writer->skips, ratio_bits(writer->ratio));
}

/* One number where the distance is small and the word stands once in the body, as it mostly does. */
static void put_numbers(struct postings_writer *writer)
{
    for (size_t i = 0; i < writer->used; i++) {
        uint64_t distance = writer->ids[i] - writer->last;
        bool is_once = writer->codes[i] == 2;
        bytes_put_number(&writer->blocks, distance << 1 | !is_once);
        if (!is_once)
            bytes_put_number(&writer->blocks, writer->codes[i]);
        writer->last = writer->ids[i] + 1;
    }
}

static void put_packed(struct postings_writer *writer)
{
    uint32_t distances[POSTINGS_BLOCK];
    for (size_t i = 0; i < POSTINGS_BLOCK; i++) {
        distances[i] = writer->ids[i] - writer->last;
        writer->last = writer->ids[i] + 1;
    }
    unsigned char widths[2] = {(unsigned char)width_of(distances), (unsigned char)width_of(writer->codes)};
    bytes_put(&writer->blocks, widths, sizeof widths);
    pack(&writer->blocks, distances, widths[0]);
    pack(&writer->blocks, writer->codes, widths[1]);
}

static void put_block(struct postings_writer *writer)
{
    size_t begin = writer->blocks.size;
    if (writer->used == POSTINGS_BLOCK)
        put_packed(writer);
    else
        put_numbers(writer);
    put_skip(writer, begin);
    writer->used = 0;
    writer->ratio = 0;
}

void postings_add(struct postings_writer *writer, uint32_t doc, uint32_t code, uint32_t length)
{
    if (writer->used == 0)
        writer->places_begin = writer->places.size;
    writer->ids[writer->used] = doc;
    writer->codes[writer->used++] = code;
    double ratio = rank_ratio(code >> 1, length, writer->mean_length);
    writer->ratio = ratio > writer->ratio ? ratio : writer->ratio;
    writer->count++;
    if (writer->used == POSTINGS_BLOCK)
        put_block(writer);
}

bool postings_end(struct postings_writer *writer)
{
    if (writer->used > 0)
        put_block(writer);
    if (writer->count >= POSTINGS_BLOCK)
        bytes_put(&writer->docs, writer->skips.data, writer->skips.size);
    bytes_put(&writer->docs, writer->blocks.data, writer->blocks.size);
    return !writer->docs.is_failed && !writer->places.is_failed && !writer->skips.is_failed &&
           !writer->blocks.is_failed;
}

/* ---- reading ---- */

static bool broken(struct postings *list)
{
    list->file->is_broken = true;
    return false;
}

bool postings_open(struct postings *list)
{
    list->block_count = list->count / POSTINGS_BLOCK + (list->count % POSTINGS_BLOCK > 0);
    list->skips = NULL;
    list->used = 0;
    if (list->count < POSTINGS_BLOCK)
        return true;
    size_t size = (size_t)list->block_count * SKIP_BYTES;
    if (size > list->docs_size)
        return broken(list);
    list->skips = sealed_get(list->file, list->docs_at, size);
    return list->skips != NULL;
}

static const unsigned char *skip_of(const struct postings *list, uint32_t block)
{
    return list->skips + (size_t)block * SKIP_BYTES;
}

uint32_t postings_last(const struct postings *list, uint32_t block)
{
    return list->skips != NULL ? load_32(skip_of(list, block) + SKIP_LAST) : list->doc_limit - 1;
}

double postings_ratio(const struct postings *list, uint32_t block)
{
    if (list->skips == NULL)
        return INFINITY;
    uint32_t bits = load_32(skip_of(list, block) + SKIP_RATIO);
    float ratio;
    memcpy(&ratio, &bits, sizeof ratio);
    return (double)ratio;
}

/* One part of a block, SKIP_DOCS or SKIP_PLACES. */
static const unsigned char *block_bytes(struct postings *list, uint32_t block, size_t field, size_t *size_out)
{
    bool is_docs = field == SKIP_DOCS;
    uint32_t begin = 0, end = is_docs ? list->docs_size : list->places_size;
    uint32_t base = is_docs && list->skips != NULL ? list->block_count * SKIP_BYTES : 0;
    if (list->skips != NULL) {
        begin = base + load_32(skip_of(list, block) + field);
        if (block + 1 < list->block_count)
            end = base + load_32(skip_of(list, block + 1) + field);
    }
    if (begin < base || begin > end || end > (is_docs ? list->docs_size : list->places_size)) {
        broken(list);
        return NULL;
    }
    *size_out = end - begin;
    return is_docs ? sealed_get(list->file, list->docs_at + begin, end - begin + LOAD_BYTES)
                   : sealed_get(list->file, list->places_at + begin, end - begin);
}

static bool read_packed(struct postings *list, const unsigned char *bytes, size_t size, uint64_t next, bool only_ids)
{
    if (size < 2 || bytes[0] > 32 || bytes[1] > 32 || size != 2 + (size_t)(bytes[0] + bytes[1]) * (POSTINGS_BLOCK / 8))
        return false;
    unpack(bytes + 2, bytes[0], list->ids);
    if (!only_ids)
        unpack(bytes + 2 + (size_t)bytes[0] * (POSTINGS_BLOCK / 8), bytes[1], list->codes);
    for (size_t i = 0; i < POSTINGS_BLOCK; i++) {
        next += list->ids[i];
        list->ids[i] = (uint32_t)next++;
    }
    list->used = POSTINGS_BLOCK;
    return next <= list->doc_limit;
}

static bool read_numbers(struct postings *list, const unsigned char *bytes, size_t size, uint64_t next)
{
    struct reader reader = {bytes, bytes + size, false};
    list->used = list->count % POSTINGS_BLOCK;
    for (size_t i = 0; i < list->used; i++) {
        uint64_t number = reader_number(&reader);
        next += number >> 1;
        if (next >= list->doc_limit)
            return false;
        list->ids[i] = (uint32_t)next++;
        list->codes[i] = number & 1 ? (uint32_t)reader_number(&reader) : 2;
    }
    return !reader.is_failed;
}

static bool read_block(struct postings *list, uint32_t block, bool only_ids)
{
    size_t size;
    const unsigned char *bytes = block_bytes(list, block, SKIP_DOCS, &size);
    if (bytes == NULL)
        return false;
    uint64_t next = block > 0 ? (uint64_t)load_32(skip_of(list, block - 1) + SKIP_LAST) + 1 : 0;
    bool is_packed = block < list->count / POSTINGS_BLOCK;
    list->block = block;
    if (is_packed ? read_packed(list, bytes, size, next, only_ids) : read_numbers(list, bytes, size, next))
        return true;
    list->used = 0;
    return broken(list);
}

bool postings_read(struct postings *list, uint32_t block)
{
    return read_block(list, block, false);
}

bool postings_read_ids(struct postings *list, uint32_t block)
{
    return read_block(list, block, true);
}

bool postings_places(struct postings *list, struct reader *out)
{
    size_t size;
    const unsigned char *bytes = block_bytes(list, list->block, SKIP_PLACES, &size);
    if (bytes == NULL)
        return false;
    *out = (struct reader){bytes, bytes + size, false};
    return true;
}

void postings_counts(struct reader *places, uint32_t code, uint32_t counts_out[FIELD_COUNT])
{
    memset(counts_out, 0, FIELD_COUNT * sizeof *counts_out);
    if ((code & 1) == 0) {
        counts_out[FIELD_BODY] = code >> 1;
        return;
    }
    for (size_t i = 0; i < FIELD_COUNT; i++)
        counts_out[i] = (uint32_t)reader_number(places);
}

void postings_skip_places(struct reader *places, uint32_t code)
{
    uint32_t counts[FIELD_COUNT];
    uint64_t sum = 0;
    postings_counts(places, code, counts);
    for (size_t i = 0; i < FIELD_COUNT; i++)
        sum += counts[i];
    reader_skip(places, sum);
}
