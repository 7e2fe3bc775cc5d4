/* Query blocks: a mistake in one has its place in it; tables are put once, found again, and nothing else is touched. */
#include "text/query_block.h"
#include "base/utf8.h"
#include "catalogue/block_request.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_request(struct sv text)
{
    struct arena arena = {0};
    struct block_request request;
    struct err err = {0};
    unsigned line, column;
    status s = block_request_parse(text, &arena, &request, &err);
    check(s == DONE || (s == USAGE && err.text[0] && err.line >= 1 && err.column >= 1));
    if (s == DONE) {
        check(request.query.len <= text.len && request.column_count <= BLOCK_COLUMNS_MAX);
        block_request_place(text, &request, 5, &line, &column);
        check(line >= 1 && column >= 1);
    }
    arena_release(&arena);
}

static bool is_region(const struct query_block *block)
{
    return block->state == BLOCK_TABLE || block->state == BLOCK_STRAY;
}

static void check_block(struct sv note, const struct query_block *block)
{
    check(block->line >= 1 && block->text_begin <= block->text_end && block->text_end <= note.len);
    check(block->behind <= note.len);
    if (is_region(block))
        check(block->table_begin < block->inner_begin && block->inner_begin <= block->inner_end &&
              block->inner_end < block->table_end && block->table_end <= note.len);
    if (block->state <= BLOCK_TABLE)
        check_request(sv_sub(note, block->text_begin, block->text_end - block->text_begin));
}

/* False where cmark refuses. */
static bool find(struct sv note, struct arena *arena, struct query_blocks *blocks)
{
    struct err err = {0};
    status s = query_blocks_find(note, 0, 1, arena, blocks, &err);
    check(s == DONE || (s < DONE && err.text[0]));
    for (size_t i = 0; s == DONE && i < blocks->count; i++)
        check_block(note, &blocks->items[i]);
    return s == DONE;
}

static size_t put_all(struct sv note, const struct query_blocks *blocks, struct buf *out)
{
    size_t copied = 0, put = 0;
    for (size_t i = 0; i < blocks->count; i++)
        if (blocks->items[i].state <= BLOCK_TABLE) {
            struct sv line_end = block_line_end(note, &blocks->items[i]);
            struct buf inner = {0};
            buf_printf(&inner, "%.*s| a |%.*s| --- |%.*s%.*s", SV_ARG(line_end), SV_ARG(line_end), SV_ARG(line_end),
                       SV_ARG(line_end));
            block_put(note, &blocks->items[i], buf_view(&inner), &copied, out);
            buf_release(&inner);
            put++;
        }
    buf_put(out, sv_from(note, copied));
    return put;
}

/* What is left when tables, empty lines and how lines end are taken away. */
static void put_rest(struct sv note, const struct query_blocks *blocks, struct buf *out)
{
    size_t block = 0;
    for (size_t at = 0; at < note.len; at++) {
        while (block < blocks->count && (!is_region(&blocks->items[block]) || blocks->items[block].table_end <= at))
            block++;
        bool inside = block < blocks->count && at >= blocks->items[block].table_begin;
        if (!inside && note.ptr[at] != '\n' && note.ptr[at] != '\r')
            buf_char(out, note.ptr[at]);
    }
}

static void check_put(struct sv note, const struct query_blocks *blocks)
{
    struct arena arena = {0};
    struct query_blocks again;
    struct buf first = {0}, second = {0}, before = {0}, after = {0};
    size_t put = put_all(note, blocks, &first);
    if (put > 0 && find(buf_view(&first), &arena, &again)) {
        size_t tables = 0;
        for (size_t i = 0; i < again.count; i++)
            tables += again.items[i].state == BLOCK_TABLE;
        check(tables == put);
        put_all(buf_view(&first), &again, &second);
        check(sv_eq(buf_view(&first), buf_view(&second)));
        put_rest(note, blocks, &before);
        put_rest(buf_view(&first), &again, &after);
        check(sv_eq(buf_view(&before), buf_view(&after)));
    }
    buf_release(&first);
    buf_release(&second);
    buf_release(&before);
    buf_release(&after);
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv note = sv_make((const char *)data, size);
    struct arena arena = {0};
    struct query_blocks blocks;
    struct buf copy = {0}, cell = {0};
    check_request(note);
    if (find(note, &arena, &blocks))
        check_put(note, &blocks);
    buf_put(&copy, note);
    if (copy.len > 0)
        query_blocks_cover(copy.ptr, copy.len);
    check(copy.len == size);
    cell_put_text(note, &cell);
    cell_put_link(note, note, &cell);
    check(!cell.ptr || !strpbrk(cell.ptr, "\n\r"));
    buf_release(&copy);
    buf_release(&cell);
    arena_release(&arena);
    return 0;
}
