#include "postings.h"

enum { SKIP_BYTES = 4 + 4 + 4 + POSTINGS_BOUND_BYTES };

enum { LOAD_BYTES = 8 }; /* unpack reads as many at once */

/* ---- bounds ---- */

/* Weights from here on are in the class behind: 1, 2 to 3, 4 to 9, 10 and more. */
static const uint32_t class_ends[POSTINGS_CLASSES - 1] = {2, 4, 10};

static unsigned class_of(uint32_t weight)
{
    unsigned n = 0;
    while (n < POSTINGS_CLASSES - 1 && weight >= class_ends[n])
        n++;
    return n;
}

/* A number with the three bits behind its highest one. */
static uint8_t round_down(uint32_t number)
{
    if (number < 8)
        return (uint8_t)number;
    unsigned shift = 28 - (unsigned)__builtin_clz(number);
    return (uint8_t)((shift + 1) << 3 | (number >> shift & 7));
}

static uint32_t expand(uint8_t byte)
{
    return byte < 8 ? byte : (8 | (byte & 7u)) << ((byte >> 3) - 1);
}

static uint8_t round_up(uint32_t number)
{
    uint8_t byte = round_down(number);
    return expand(byte) < number ? (uint8_t)(byte + 1) : byte;
}

static void widen(struct postings_bound *bound, uint32_t weight, uint32_t length)
{
    uint8_t *least = &bound->lengths[class_of(weight)];
    uint8_t rounded = round_down(length), rounded_weight = round_up(weight);
    if (rounded < *least)
        *least = rounded;
    if (rounded_weight > bound->weight)
        bound->weight = rounded_weight;
}

bool postings_bound_class(const struct postings_bound *bound, unsigned n, uint32_t *weight_out, uint32_t *length_out)
{
    if (bound->lengths[n] == POSTINGS_NO_LENGTH)
        return false;
    uint32_t most = expand(bound->weight);
    *weight_out = n < POSTINGS_CLASSES - 1 && class_ends[n] - 1 < most ? class_ends[n] - 1 : most;
    *length_out = expand(bound->lengths[n]);
    return true;
}

static struct postings_bound empty_bound(void)
{
    struct postings_bound bound = {0};
    memset(bound.lengths, POSTINGS_NO_LENGTH, sizeof bound.lengths);
    return bound;
}

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
    writer->bound = empty_bound();
}

static void put_skip(struct postings_writer *writer, size_t blocks_begin)
{
    bytes_put_32(&writer->skips, writer->ids[writer->used - 1]);
    bytes_put_32(&writer->skips, (uint32_t)blocks_begin);
    bytes_put_32(&writer->skips, (uint32_t)writer->places_begin);
    bytes_put(&writer->skips, &writer->bound.weight, 1);
    bytes_put(&writer->skips, writer->bound.lengths, POSTINGS_CLASSES);
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
    writer->bound = empty_bound();
}

void postings_add(struct postings_writer *writer, uint32_t doc, uint32_t code, uint32_t length)
{
    if (writer->used == 0)
        writer->places_begin = writer->places.size;
    writer->ids[writer->used] = doc;
    writer->codes[writer->used++] = code;
    widen(&writer->bound, code >> 1, length);
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
    return list->skips != NULL ? load_32(skip_of(list, block)) : list->doc_limit - 1;
}

bool postings_block_bound(const struct postings *list, uint32_t block, struct postings_bound *bound_out)
{
    if (list->skips == NULL)
        return false;
    const unsigned char *bytes = skip_of(list, block) + 12;
    bound_out->weight = bytes[0];
    memcpy(bound_out->lengths, bytes + 1, POSTINGS_CLASSES);
    return true;
}

/* Where the parts of a block begin and end: `field` 4 for documents, 8 for places. */
static const unsigned char *block_bytes(struct postings *list, uint32_t block, size_t field, size_t *size_out)
{
    bool is_docs = field == 4;
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

static bool read_packed(struct postings *list, const unsigned char *bytes, size_t size, uint64_t next)
{
    if (size < 2 || bytes[0] > 32 || bytes[1] > 32 || size != 2 + (size_t)(bytes[0] + bytes[1]) * (POSTINGS_BLOCK / 8))
        return false;
    unpack(bytes + 2, bytes[0], list->ids);
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

bool postings_read(struct postings *list, uint32_t block)
{
    size_t size;
    const unsigned char *bytes = block_bytes(list, block, 4, &size);
    if (bytes == NULL)
        return false;
    uint64_t next = block > 0 ? (uint64_t)load_32(skip_of(list, block - 1)) + 1 : 0;
    bool is_packed = block < list->count / POSTINGS_BLOCK;
    list->block = block;
    if (is_packed ? read_packed(list, bytes, size, next) : read_numbers(list, bytes, size, next))
        return true;
    list->used = 0;
    return broken(list);
}

bool postings_places(struct postings *list, struct reader *out)
{
    size_t size;
    const unsigned char *bytes = block_bytes(list, list->block, 8, &size);
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
