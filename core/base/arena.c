#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
/* Between two allocations, so that writing past one is seen although the block goes on. */
enum { RED_ZONE = 16 };
#else
enum { RED_ZONE = 0 };
#endif

enum { BLOCK_MIN = 4096, BLOCK_MAX = 1024 * 1024, ALIGNMENT = _Alignof(max_align_t), GROW_FIRST = 8 };

struct arena_block {
    struct arena_block *next;
    size_t size; /* of bytes */
    _Alignas(max_align_t) char bytes[];
};

static _Thread_local uint64_t fail_in;
static _Thread_local bool has_failed;

void memory_fail_at(uint64_t n)
{
    fail_in = n;
    has_failed = false;
}

bool memory_has_failed(void)
{
    return has_failed;
}

static bool must_fail(void)
{
    if (fail_in == 0 || --fail_in != 0)
        return false;
    has_failed = true;
    return true;
}

/* 256 GiB at once is nobody's need: such a size came of hostile input or a mistake, and a kernel that overcommits
 * would grant it. */
static const size_t allocation_max = SIZE_MAX >> 26;

void *memory_alloc(size_t size)
{
    return must_fail() || size > allocation_max ? NULL : malloc(size ? size : 1);
}

void *memory_zero(size_t count, size_t size)
{
    size_t bytes;

    if (must_fail() || __builtin_mul_overflow(count, size, &bytes) || bytes > allocation_max)
        return NULL;
    return calloc(1, bytes ? bytes : 1);
}

void *memory_resize(void *old, size_t size)
{
    return must_fail() || size > allocation_max ? NULL : realloc(old, size ? size : 1);
}

static void poison(void *at, size_t size)
{
#ifdef ARENA_ASAN
    ASAN_POISON_MEMORY_REGION(at, size);
#else
    (void)at;
    (void)size;
#endif
}

static void unpoison(void *at, size_t size)
{
#ifdef ARENA_ASAN
    ASAN_UNPOISON_MEMORY_REGION(at, size);
#else
    (void)at;
    (void)size;
#endif
}

void arena_init(struct arena *arena)
{
    *arena = (struct arena){0};
}

static void free_blocks(struct arena_block *block)
{
    while (block) {
        struct arena_block *next = block->next;

        unpoison(block->bytes, block->size);
        free(block);
        block = next;
    }
}

void arena_release(struct arena *arena)
{
    if (!arena)
        return;
    free_blocks(arena->block);
    arena_init(arena);
}

/* The newest block is the biggest of those that grew; one made for a single huge request is not worth keeping. */
void arena_reset(struct arena *arena)
{
    struct arena_block *kept = arena->block;

    if (!kept)
        return;
    if (kept->size > BLOCK_MAX) {
        arena_release(arena);
        return;
    }
    free_blocks(kept->next);
    kept->next = NULL;
    poison(kept->bytes, kept->size);
    *arena = (struct arena){.block = kept};
}

static struct arena_block *new_block(size_t size)
{
    struct arena_block *block;

    if (size > SIZE_MAX - sizeof(*block))
        return NULL;
    block = memory_alloc(sizeof(*block) + size);
    if (!block)
        return NULL;
    block->next = NULL;
    block->size = size;
    poison(block->bytes, size);
    return block;
}

static char *take_from_new(struct arena *arena, size_t need)
{
    size_t grown = arena->block ? arena->block->size * 2 : BLOCK_MIN;
    struct arena_block *block;

    if (grown > BLOCK_MAX)
        grown = BLOCK_MAX;
    /* A big request stands behind the newest block: that one's free rest stays in use. */
    block = new_block(need > grown / 4 ? need : grown);
    if (!block)
        return NULL;
    if (need > grown / 4 && arena->block) {
        block->next = arena->block->next;
        arena->block->next = block;
    } else {
        block->next = arena->block;
        arena->block = block;
        arena->used = need;
    }
    return block->bytes;
}

/* Not zeroed. */
static char *take(struct arena *arena, size_t size)
{
    size_t need;
    char *at;

    if (size > SIZE_MAX - ALIGNMENT - RED_ZONE)
        return NULL;
    need = ((size ? size : 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + RED_ZONE;
    if (arena->block && need <= arena->block->size - arena->used) {
        at = arena->block->bytes + arena->used;
        arena->used += need;
    } else {
        at = take_from_new(arena, need);
        if (!at)
            return NULL;
    }
    unpoison(at, size);
    arena->total += size;
    return at;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    char *at = take(arena, size);

    return at ? memset(at, 0, size) : NULL;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;

    return __builtin_mul_overflow(count, size, &bytes) ? NULL : arena_alloc(arena, bytes);
}

struct sv arena_copy(struct arena *arena, struct sv s)
{
    char *at = s.len < SIZE_MAX ? take(arena, s.len + 1) : NULL;

    if (!at)
        return (struct sv){0};
    if (s.len)
        memcpy(at, s.ptr, s.len);
    at[s.len] = '\0';
    return sv_make(at, s.len);
}

char *arena_cstr(struct arena *arena, struct sv s)
{
    char *at = s.len < SIZE_MAX ? take(arena, s.len + 1) : NULL;

    if (!at)
        return NULL;
    if (s.len)
        memcpy(at, s.ptr, s.len);
    at[s.len] = '\0';
    return at;
}

struct sv arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    char *at = NULL;
    int len;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    if (len >= 0)
        at = take(arena, (size_t)len + 1);
    if (at)
        vsnprintf(at, (size_t)len + 1, format, again);
    va_end(again);
    va_end(args);
    return at ? sv_make(at, (size_t)len) : (struct sv){0};
}

void *arena_grow(struct arena *arena, void *items, size_t *capacity, size_t count, size_t size)
{
    size_t more = *capacity ? *capacity : GROW_FIRST, grown;
    char *moved;

    if (count < *capacity)
        return items;
    if (__builtin_add_overflow(*capacity, more, &grown))
        return NULL;
    moved = arena_array(arena, grown, size);
    if (!moved)
        return NULL;
    if (items && count)
        memcpy(moved, items, count * size);
    *capacity = grown;
    return moved;
}
