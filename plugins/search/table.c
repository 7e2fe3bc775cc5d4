#include "table.h"

void table_place_put(const struct table_place *place, struct bytes *out)
{
    bytes_put_64(out, place->count);
    for (size_t i = 0; i < TABLE_LEVELS; i++)
        bytes_put_64(out, place->at[i]);
}

struct table_place table_place_get(const unsigned char *bytes)
{
    struct table_place place = {.count = load_64(bytes)};
    for (size_t i = 0; i < TABLE_LEVELS; i++)
        place.at[i] = load_64(bytes + 8 * (1 + i));
    return place;
}

/* ---- writing ---- */

void table_writer_release(struct table_writer *writer)
{
    for (size_t i = 0; i < TABLE_LEVELS; i++) {
        bytes_release(&writer->levels[i].blocks);
        bytes_release(&writer->levels[i].begins);
    }
    *writer = (struct table_writer){0};
}

uint64_t table_next_number(const struct table_writer *writer)
{
    return writer->levels[0].count;
}

static size_t shared_length(const struct table_level *level, const unsigned char *key, size_t key_len)
{
    size_t n = 0, most = level->last_len < key_len ? level->last_len : key_len;
    while (n < most && level->last[n] == key[n])
        n++;
    return n;
}

/* Two lengths in a byte where both are small, as they mostly are. */
static void put_lengths(struct bytes *out, size_t shared, size_t added)
{
    unsigned char both = (unsigned char)((shared < 15 ? shared : 15) << 4 | (added < 15 ? added : 15));
    bytes_put(out, &both, 1);
    if (shared >= 15)
        bytes_put_number(out, shared - 15);
    if (added >= 15)
        bytes_put_number(out, added - 15);
}

static void add_to_level(struct table_writer *writer, size_t at, const unsigned char *key, size_t key_len,
                         const void *value, size_t value_size)
{
    struct table_level *level = &writer->levels[at];
    bool is_first = level->count % TABLE_BLOCK == 0;
    if (is_first) {
        level->last_len = 0;
        bytes_put_32(&level->begins, (uint32_t)level->blocks.size);
    }
    size_t shared = shared_length(level, key, key_len);
    put_lengths(&level->blocks, shared, key_len - shared);
    bytes_put(&level->blocks, key + shared, key_len - shared);
    bytes_put_number(&level->blocks, value_size);
    bytes_put(&level->blocks, value, value_size);
    memcpy(level->last, key, key_len);
    level->last_len = key_len;
    level->count++;
    if (level->blocks.is_failed || level->begins.is_failed)
        writer->is_failed = true;
    if (is_first && at + 1 < TABLE_LEVELS)
        add_to_level(writer, at + 1, key, key_len, NULL, 0);
}

void table_add(struct table_writer *writer, const void *key, size_t key_len, const void *value, size_t value_size)
{
    add_to_level(writer, 0, key, key_len, value, value_size);
}

void table_finish(struct table_writer *writer, struct sealed_writer *file, struct table_place *place_out)
{
    *place_out = (struct table_place){.count = writer->levels[0].count};
    for (size_t i = 0; i < TABLE_LEVELS; i++) {
        struct table_level *level = &writer->levels[i];
        bytes_put_32(&level->begins, (uint32_t)level->blocks.size);
        writer->is_failed = writer->is_failed || level->begins.is_failed;
        place_out->at[i] = sealed_size(file);
        sealed_put(file, level->begins.data, level->begins.size);
        sealed_put(file, level->blocks.data, level->blocks.size);
        if (level->count <= TABLE_BLOCK)
            break;
    }
}

/* ---- reading ---- */

static uint64_t block_count(uint64_t entries)
{
    return (entries + TABLE_BLOCK - 1) / TABLE_BLOCK;
}

/* Block `block` of a level with `count` entries. */
static bool read_block(const struct table *table, size_t level, uint64_t count, uint64_t block, struct reader *out)
{
    uint64_t at = table->place.at[level], blocks = block_count(count);
    const unsigned char *begins = block < blocks ? sealed_get(table->file, at + 4 * block, 8) : NULL;
    if (begins == NULL)
        return false;
    uint32_t begin = load_32(begins), end = load_32(begins + 4);
    const unsigned char *bytes =
        end >= begin ? sealed_get(table->file, at + 4 * (blocks + 1) + begin, end - begin) : NULL;
    if (bytes == NULL)
        return false;
    *out = (struct reader){bytes, bytes + (end - begin), false};
    return true;
}

static size_t read_length(struct reader *block, unsigned small)
{
    return small < 15 ? small : 15 + (size_t)reader_number(block);
}

/* The next entry of a block; false: it is not one. */
static bool read_entry(struct table_cursor *cursor)
{
    const unsigned char *both = reader_take(&cursor->block, 1);
    if (both == NULL)
        return false;
    size_t shared = read_length(&cursor->block, *both >> 4), added = read_length(&cursor->block, *both & 15);
    const unsigned char *rest = reader_take(&cursor->block, added);
    if (rest == NULL || shared > cursor->key_len || added >= TABLE_KEY - shared)
        return false;
    memcpy(cursor->key + shared, rest, added);
    cursor->key_len = shared + added;
    size_t value_size = (size_t)reader_number(&cursor->block);
    const unsigned char *value = reader_take(&cursor->block, value_size);
    if (value == NULL)
        return false;
    cursor->value = (struct reader){value, value + value_size, false};
    return true;
}

int table_compare(const struct table_cursor *cursor, const void *key, size_t key_len)
{
    size_t common = cursor->key_len < key_len ? cursor->key_len : key_len;
    int order = common > 0 ? memcmp(cursor->key, key, common) : 0;
    return order != 0 ? order : (cursor->key_len > key_len) - (cursor->key_len < key_len);
}

/* How many of the block's entries do not stand behind `key`, at least one. */
static bool count_until(struct table_cursor *cursor, uint64_t count, const void *key, size_t key_len,
                        uint64_t *number_out)
{
    uint64_t n = 0;
    cursor->key_len = 0;
    while (n < count && cursor->block.at < cursor->block.end) {
        if (!read_entry(cursor))
            return false;
        if (n > 0 && table_compare(cursor, key, key_len) > 0)
            break;
        n++;
    }
    *number_out = n;
    return n > 0;
}

static bool broken(const struct table *table)
{
    table->file->is_broken = true;
    return false;
}

static bool enter_block(const struct table *table, struct table_cursor *cursor, uint64_t block)
{
    cursor->table = table;
    cursor->number = block * TABLE_BLOCK;
    cursor->key_len = 0;
    cursor->block = (struct reader){0};
    if (cursor->number >= table->place.count)
        return true;
    return read_block(table, 0, table->place.count, block, &cursor->block) || broken(table);
}

bool table_seek(const struct table *table, struct table_cursor *cursor, const void *key, size_t key_len)
{
    uint64_t counts[TABLE_LEVELS] = {table->place.count}, block = 0;
    size_t top = 0;
    while (counts[top] > TABLE_BLOCK) {
        if (top + 1 == TABLE_LEVELS)
            return broken(table);
        counts[top + 1] = block_count(counts[top]);
        top++;
    }
    for (size_t level = top; level > 0; level--) {
        uint64_t n;
        if (!read_block(table, level, counts[level], block, &cursor->block) ||
            !count_until(cursor, TABLE_BLOCK, key, key_len, &n))
            return broken(table);
        block = block * TABLE_BLOCK + n - 1;
    }
    return enter_block(table, cursor, block);
}

bool table_go(const struct table *table, struct table_cursor *cursor, uint64_t number)
{
    return number < table->place.count ? enter_block(table, cursor, number / TABLE_BLOCK) : broken(table);
}

bool table_next(struct table_cursor *cursor)
{
    const struct table *table = cursor->table;
    if (cursor->number >= table->place.count)
        return false;
    if (cursor->number % TABLE_BLOCK == 0 && cursor->block.at == cursor->block.end &&
        !enter_block(table, cursor, cursor->number / TABLE_BLOCK))
        return false;
    if (!read_entry(cursor))
        return broken(table);
    cursor->number++;
    return true;
}
