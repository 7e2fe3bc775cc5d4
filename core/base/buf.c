#include "base/buf.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUF_FIRST = 64, ARRAY_FIRST = 8 };

void buf_init(struct buf *buf)
{
    *buf = (struct buf){0};
}

void buf_release(struct buf *buf)
{
    if (!buf)
        return;
    free(buf->ptr);
    buf_init(buf);
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->failed = false;
    if (buf->ptr)
        buf->ptr[0] = '\0';
}

struct sv buf_view(const struct buf *buf)
{
    return sv_make(buf->ptr, buf->len);
}

status buf_check(const struct buf *buf, struct err *err)
{
    return buf->failed ? err_no_memory(err) : DONE;
}

char *buf_take(struct buf *buf)
{
    char *taken = buf->failed ? NULL : buf->ptr;

    if (taken)
        buf->ptr = NULL;
    buf_release(buf);
    return taken;
}

bool buf_reserve(struct buf *buf, size_t more)
{
    size_t need, grown;
    char *moved;

    if (buf->failed)
        return false;
    if (__builtin_add_overflow(buf->len, more, &need) || __builtin_add_overflow(need, 1, &need)) {
        buf->failed = true;
        return false;
    }
    if (need <= buf->capacity)
        return true;
    grown = buf->capacity ? buf->capacity : BUF_FIRST;
    if (grown < need && __builtin_mul_overflow(grown, 2, &grown))
        grown = need;
    if (grown < need)
        grown = need;
    moved = memory_resize(buf->ptr, grown);
    if (!moved) {
        buf->failed = true;
        return false;
    }
    buf->ptr = moved;
    buf->capacity = grown;
    buf->ptr[buf->len] = '\0';
    return true;
}

void buf_put(struct buf *buf, struct sv s)
{
    if (!buf_reserve(buf, s.len) || s.len == 0)
        return;
    memcpy(buf->ptr + buf->len, s.ptr, s.len);
    buf->len += s.len;
    buf->ptr[buf->len] = '\0';
}

void buf_put_c(struct buf *buf, const char *cstr)
{
    buf_put(buf, sv_of(cstr));
}

void buf_char(struct buf *buf, char c)
{
    buf_put(buf, sv_make(&c, 1));
}

void buf_fill(struct buf *buf, char c, size_t count)
{
    if (!buf_reserve(buf, count))
        return;
    memset(buf->ptr + buf->len, c, count);
    buf->len += count;
    buf->ptr[buf->len] = '\0';
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    buf_vprintf(buf, format, args);
    va_end(args);
}

/* Tries what room there is first: most pieces are short, and formatting twice costs twice. */
void buf_vprintf(struct buf *buf, const char *format, va_list args)
{
    va_list again;
    size_t room;
    int len;

    if (!buf_reserve(buf, 0))
        return;
    room = buf->capacity - buf->len;
    va_copy(again, args);
    len = vsnprintf(buf->ptr + buf->len, room, format, args);
    if (len >= 0 && (size_t)len >= room && buf_reserve(buf, (size_t)len))
        len = vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
    va_end(again);
    if (len < 0)
        buf->failed = true;
    if (!buf->failed)
        buf->len += (size_t)len;
    buf->ptr[buf->len] = '\0';
}

void buf_rune(struct buf *buf, uint32_t rune)
{
    char bytes[4];
    size_t len;

    if (rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff))
        rune = 0xfffd;
    if (rune < 0x80) {
        buf_char(buf, (char)rune);
        return;
    }
    len = rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--, rune >>= 6)
        bytes[i] = (char)(0x80 | (rune & 0x3f));
    bytes[0] = (char)(((0xf00u >> len) & 0xf0u) | rune);
    buf_put(buf, sv_make(bytes, len));
}

void buf_truncate(struct buf *buf, size_t len)
{
    if (len >= buf->len)
        return;
    buf->len = len;
    buf->ptr[len] = '\0';
}

void *array_grow(void *items, size_t *capacity, size_t count, size_t size)
{
    size_t more = *capacity ? *capacity : ARRAY_FIRST, grown, bytes;
    void *moved;

    if (count < *capacity)
        return items;
    if (__builtin_add_overflow(*capacity, more, &grown))
        return NULL;
    if (grown <= count)
        grown = count + 1;
    if (__builtin_mul_overflow(grown, size, &bytes))
        return NULL;
    moved = memory_resize(items, bytes);
    if (moved)
        *capacity = grown;
    return moved;
}
