#include "text/md_pool.h"

#include "base/arena.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_SIZE = 256 * 1024,
    KEEP_MAX = 2 * 1024 * 1024, /* bytes a thread keeps between two parses */
    CLOCK_EVERY = 512           /* calls between two looks at the clock */
};

struct pool_chunk {
    struct pool_chunk *next;
    size_t size, used; /* of `bytes` */
    _Alignas(max_align_t) char bytes[];
};

/* In front of every piece, so that realloc knows how much to copy. */
struct piece {
    _Alignas(max_align_t) size_t size;
};

/* The key's destructor frees a pool when its thread ends. */
static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static bool key_made;
static _Thread_local struct md_pool *mine;

static void chunks_free(struct pool_chunk *chunk)
{
    while (chunk != NULL) {
        struct pool_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
}

static void pool_free(void *payload)
{
    struct md_pool *pool = payload;
    mine = NULL;
    chunks_free(pool->chunks);
    free(pool);
}

static void make_key(void)
{
    key_made = pthread_key_create(&key, pool_free) == 0;
}

struct md_pool *md_pool_get(void)
{
    if (mine != NULL)
        return mine;
    if (pthread_once(&key_once, make_key) != 0 || !key_made)
        return NULL;
    struct md_pool *pool = memory_zero(1, sizeof *pool);
    if (pool == NULL)
        return NULL;
    if (pthread_setspecific(key, pool) != 0) {
        free(pool);
        return NULL;
    }
    return mine = pool;
}

static struct timespec later(struct timespec t, unsigned milliseconds)
{
    t.tv_sec += milliseconds / 1000;
    t.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

/* The thread's own time, so that a busy machine makes no note too hard. */
static struct timespec thread_time(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now;
}

void md_pool_begin(struct md_pool *pool, size_t budget, unsigned milliseconds)
{
    pool->at = pool->chunks;
    for (struct pool_chunk *chunk = pool->chunks; chunk != NULL; chunk = chunk->next)
        chunk->used = 0;
    pool->left = budget;
    pool->calls = CLOCK_EVERY;
    pool->milliseconds = milliseconds;
    pool->clock_running = false;
    pool->failure = DONE;
}

void md_pool_end(struct md_pool *pool)
{
    size_t kept = 0;
    struct pool_chunk **link = &pool->chunks;
    while (*link != NULL && kept + (*link)->size <= KEEP_MAX) {
        kept += (*link)->size;
        link = &(*link)->next;
    }
    chunks_free(*link);
    *link = NULL;
    pool->at = pool->chunks;
}

static _Noreturn void give_up(struct md_pool *pool, status failure)
{
    pool->failure = failure;
    longjmp(pool->escape, 1);
}

static void check_clock(struct md_pool *pool)
{
    pool->calls = CLOCK_EVERY;
    struct timespec now = thread_time();
    if (!pool->clock_running) {
        pool->clock_running = true;
        pool->deadline = later(now, pool->milliseconds);
    }
    if (now.tv_sec > pool->deadline.tv_sec ||
        (now.tv_sec == pool->deadline.tv_sec && now.tv_nsec > pool->deadline.tv_nsec))
        give_up(pool, REFUSED);
}

/* The next chunk with `size` bytes, an old one where it fits. */
static struct pool_chunk *next_chunk(struct md_pool *pool, size_t size)
{
    struct pool_chunk *at = pool->at, *next = at != NULL ? at->next : pool->chunks;
    if (next == NULL || next->size < size) {
        size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
        struct pool_chunk *made = memory_alloc(sizeof *made + room);
        if (made == NULL)
            give_up(pool, NO_MEMORY);
        made->size = room;
        made->used = 0;
        made->next = next;
        if (at != NULL)
            at->next = made;
        else
            pool->chunks = made;
        next = made;
    }
    return pool->at = next;
}

static size_t padded(size_t size)
{
    size_t unit = sizeof(struct piece);
    return (size + unit - 1) / unit * unit;
}

static void *take(struct md_pool *pool, size_t size)
{
    if (--pool->calls == 0)
        check_clock(pool);
    if (size >= pool->left)
        give_up(pool, REFUSED);
    size_t need = sizeof(struct piece) + padded(size);
    pool->left -= need < pool->left ? need : pool->left;
    struct pool_chunk *chunk = pool->at;
    if (chunk == NULL || chunk->size - chunk->used < need)
        chunk = next_chunk(pool, need);
    struct piece *piece = (struct piece *)(void *)(chunk->bytes + chunk->used);
    piece->size = size;
    chunk->used += need;
    return piece + 1;
}

static bool is_last(const struct md_pool *pool, const struct piece *piece)
{
    const char *end = (const char *)(piece + 1) + padded(piece->size);
    return pool->at != NULL && end == pool->at->bytes + pool->at->used;
}

void *md_pool_calloc(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        bytes = SIZE_MAX;
    void *piece = take(mine, bytes);
    memset(piece, 0, bytes);
    return piece;
}

void *md_pool_realloc(void *old, size_t size)
{
    struct md_pool *pool = mine;
    if (old == NULL)
        return take(pool, size);
    struct piece *piece = (struct piece *)old - 1;
    if (size <= piece->size)
        return old;
    size_t more = padded(size) - padded(piece->size);
    if (is_last(pool, piece) && size < pool->left && pool->at->size - pool->at->used >= more) {
        pool->at->used += more;
        pool->left -= more < pool->left ? more : pool->left;
        piece->size = size;
        return old;
    }
    void *moved = take(pool, size);
    memcpy(moved, old, piece->size);
    return moved;
}

/* Most of what cmark frees is what it asked for last. */
void md_pool_free(void *ptr)
{
    if (ptr == NULL)
        return;
    struct piece *piece = (struct piece *)ptr - 1;
    if (is_last(mine, piece)) {
        size_t bytes = sizeof *piece + padded(piece->size);
        mine->at->used -= bytes;
        mine->left += bytes;
    }
}
