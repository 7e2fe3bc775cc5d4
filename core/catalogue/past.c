#include "catalogue/past.h"

enum { IS_GONE = 1, IS_CUT = 2, HAS_CREATED = 4, HAS_MODIFIED = 8, IS_FUSED = 16 };
enum { IS_SILENT = 1, HAS_OTHER_NAME = 2, ITEM_SHIFT = 2 };

/* Small for small numbers of either sign. */
static uint64_t zigzag(int64_t number)
{
    return ((uint64_t)number << 1) ^ (number < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t number)
{
    return (int64_t)(number >> 1) ^ ((number & 1) ? -1 : 0);
}

static size_t common_start(struct sv a, struct sv b)
{
    size_t at = 0;
    while (at < a.len && at < b.len && a.ptr[at] == b.ptr[at])
        at++;
    return at;
}

static size_t common_end(struct sv a, struct sv b, size_t start)
{
    size_t at = 0;
    while (at + start < a.len && at + start < b.len && a.ptr[a.len - 1 - at] == b.ptr[b.len - 1 - at])
        at++;
    return at;
}

/* --- items --- */

/* Most notes that moved kept their name or their folder. */
static void pack_name(struct sv name, struct sv beside, struct buf *out)
{
    size_t start = common_start(name, beside), end = common_end(name, beside, start);
    pack_number(out, start);
    pack_number(out, end);
    pack_text(out, sv_sub(name, start, name.len - start - end));
}

static struct sv unpack_name(struct unpack *in, struct sv beside, struct arena *arena)
{
    uint64_t start = unpack_number(in), end = unpack_number(in);
    struct sv middle = unpack_text(in);
    if (!arena || in->failed)
        return beside;
    if (start > beside.len || end > beside.len - start) {
        in->failed = true;
        return beside;
    }
    struct sv name = arena_printf(arena, "%.*s%.*s%.*s", SV_ARG(sv_sub(beside, 0, (size_t)start)), SV_ARG(middle),
                                  SV_ARG(sv_from(beside, beside.len - (size_t)end)));
    in->failed = !name.ptr;
    return name.ptr ? name : beside;
}

void past_pack_items(struct sv path, const struct past_item *items, size_t count, struct buf *out)
{
    uint32_t last = 0;
    for (size_t i = 0; i < count; i++) {
        bool other = !sv_eq(items[i].path, path);
        uint64_t number = i == 0 ? items[i].commit : last - items[i].commit;
        pack_number(out, number << ITEM_SHIFT | (items[i].silent ? IS_SILENT : 0) | (other ? HAS_OTHER_NAME : 0));
        if (other)
            pack_name(items[i].path, path, out);
        path = items[i].path;
        last = items[i].commit;
    }
}

void past_walk_begin(const struct past *past, struct past_walk *walk)
{
    *walk = (struct past_walk){.in = {.rest = past->items}, .item = {.path = past->path}};
}

bool past_walk_next(struct past_walk *walk, struct arena *arena)
{
    if (!unpack_more(&walk->in))
        return false;
    uint64_t head = unpack_number(&walk->in), number = head >> ITEM_SHIFT;
    if (number > (walk->begun ? walk->item.commit : UINT32_MAX)) {
        walk->in.failed = true;
        return false;
    }
    walk->item.commit = walk->begun ? walk->item.commit - (uint32_t)number : (uint32_t)number;
    walk->item.silent = head & IS_SILENT;
    walk->begun = true;
    if (head & HAS_OTHER_NAME)
        walk->item.path = unpack_name(&walk->in, walk->item.path, arena);
    return !walk->in.failed;
}

/* --- a past --- */

void past_pack(const struct past *past, struct buf *out)
{
    bool created = past->created != 0, modified = past->modified != 0;
    pack_number(out, (past->gone ? IS_GONE : 0u) | (past->fused ? IS_FUSED : 0u) | (past->cut ? IS_CUT : 0u) |
                         (created ? HAS_CREATED : 0u) | (modified ? HAS_MODIFIED : 0u));
    if (created)
        pack_number(out, zigzag(past->created));
    if (modified)
        pack_number(out, zigzag(past->modified - past->created));
    pack_number(out, past->changes);
    pack_text(out, past->people);
    pack_text(out, past->items);
}

static void unpack_past(struct unpack *in, struct past *past)
{
    uint64_t flags = unpack_number(in);
    past->gone = flags & IS_GONE;
    past->fused = flags & IS_FUSED;
    past->cut = flags & IS_CUT;
    past->created = flags & HAS_CREATED ? unzigzag(unpack_number(in)) : 0;
    past->modified =
        flags & HAS_MODIFIED ? (int64_t)((uint64_t)past->created + (uint64_t)unzigzag(unpack_number(in))) : 0;
    past->changes = unpack_number(in);
    past->people = unpack_text(in);
    past->items = unpack_text(in);
}

/* --- a block --- */

void past_block_put(struct buf *block, struct sv before, struct sv path, struct sv packed)
{
    size_t start = common_start(path, before);
    pack_number(block, start);
    pack_text(block, sv_from(path, start));
    buf_put(block, packed);
}

void past_block_begin(struct past_block *block, struct sv first, struct sv bytes)
{
    block->in = (struct unpack){.rest = bytes};
    buf_clear(&block->path);
    buf_put(&block->path, first);
}

bool past_block_next(struct past_block *block)
{
    struct unpack *in = &block->in;
    if (!unpack_more(in))
        return false;
    uint64_t start = unpack_number(in);
    struct sv rest = unpack_text(in);
    if (start > block->path.len)
        in->failed = true;
    if (in->failed)
        return false;
    buf_truncate(&block->path, (size_t)start);
    buf_put(&block->path, rest);
    const char *begin = in->rest.ptr;
    unpack_past(in, &block->past);
    block->packed = in->failed ? (struct sv){0} : sv_make(begin, (size_t)(in->rest.ptr - begin));
    block->past.path = buf_view(&block->path);
    return !in->failed && !block->path.failed;
}
