/* Packed pasts: whatever the bytes are, what comes out lies inside them, its commits go down and its names are whole;
 * and what was taken out packs to the same past again. */
#include "catalogue/past.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ITEMS_MAX = 256 };

static void check(bool holds)
{
    if (!holds)
        abort();
}

static size_t take_items(const struct past *past, struct arena *arena, struct past_item *items)
{
    struct past_walk walk;
    size_t count = 0;
    past_walk_begin(past, &walk);
    while (count < ITEMS_MAX && past_walk_next(&walk, arena)) {
        check(count == 0 || walk.item.commit <= items[count - 1].commit);
        items[count++] = walk.item;
    }
    return walk.in.failed ? 0 : count;
}

static void pack_again(const struct past *past)
{
    struct past_item items[ITEMS_MAX], again[ITEMS_MAX];
    struct arena arena = {0};
    struct buf packed = {0};
    size_t count = take_items(past, &arena, items);
    past_pack_items(past->path, items, count, &packed);
    struct past copy = {.path = past->path, .items = buf_view(&packed)};
    check(!packed.failed && take_items(&copy, &arena, again) == count);
    for (size_t i = 0; i < count; i++) {
        check(items[i].commit == again[i].commit && items[i].silent == again[i].silent);
        check(sv_eq(items[i].path, again[i].path));
    }
    buf_release(&packed);
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct past_block block = {0};
    past_block_begin(&block, SV("a/first.md"), sv_make((const char *)data, size));
    while (past_block_next(&block)) {
        check(block.packed.ptr >= (const char *)data && block.packed.len <= size);
        check(block.past.items.len <= block.packed.len && block.past.people.len <= block.packed.len);
        pack_again(&block.past);
    }
    check(!block.path.failed);
    buf_release(&block.path);
    return 0;
}
