/* A growing byte buffer. Failure is sticky: append freely, ask once at the end. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"
#include "base/sv.h"

#include <stdarg.h>

/* Zero-initialise. `ptr` is NUL-terminated behind `len` once anything was put. */
struct buf {
    char *ptr;
    size_t len, capacity;
    bool failed; /* no memory: everything after is ignored until buf_clear */
};

void buf_init(struct buf *buf);
void buf_release(struct buf *buf);
/* Empty, the memory kept, the failure forgotten. */
void buf_clear(struct buf *buf);
struct sv buf_view(const struct buf *buf);
/* DONE, or NO_MEMORY with the message. */
status buf_check(const struct buf *buf, struct err *err);
/* Takes the bytes out (free() them); the buffer is empty after. NULL when it failed or was never written. */
char *buf_take(struct buf *buf);

bool buf_reserve(struct buf *buf, size_t more);
void buf_put(struct buf *buf, struct sv s);
void buf_put_c(struct buf *buf, const char *cstr);
void buf_char(struct buf *buf, char c);
void buf_fill(struct buf *buf, char c, size_t count);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *format, va_list args);
/* One code point as UTF-8; not a scalar value: U+FFFD. */
void buf_rune(struct buf *buf, uint32_t rune);
void buf_truncate(struct buf *buf, size_t len);

/* For arrays outside an arena: realloc to hold count + 1; NULL when there is no memory, the old one kept.
 * New elements are not zeroed; free() it. */
void *array_grow(void *items, size_t *capacity, size_t count, size_t size);

#endif
