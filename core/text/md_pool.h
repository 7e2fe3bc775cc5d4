/* The memory of one Markdown parse: handed out from large chunks, taken back all at once, within a budget of bytes and
 * of processor time. For markdown.c alone.
 *
 * cmark cannot report that memory is short: it writes through what its allocator returns. So running out, of memory or
 * of the budget, leaves cmark by longjmp to the caller's frame. That is sound here because everything cmark owns
 * during a parse stands in this pool: nothing leaks, and no half-changed structure is ever looked at again. The
 * alternative, to set the worst case aside beforehand, would cost 300 bytes for each byte of a note. */
#ifndef TEXT_MD_POOL_H
#define TEXT_MD_POOL_H

#include "base/err.h"

#include <setjmp.h>
#include <time.h>

struct pool_chunk;

struct md_pool {
    struct pool_chunk *chunks, *at; /* all, oldest first; the one in use */
    size_t left;                    /* bytes that may still be handed out */
    unsigned calls;                 /* until the clock is read again: a system call that small notes never need */
    unsigned milliseconds;          /* of this thread's processor time */
    bool clock_running;             /* and `deadline` is set */
    struct timespec deadline;
    status failure; /* NO_MEMORY or REFUSED, set before the jump */
    jmp_buf escape; /* set by the caller before cmark is called */
};

/* This thread's pool, made on first use and released when the thread ends. NULL: no memory. */
struct md_pool *md_pool_get(void);
/* Empty, with room for `budget` bytes and `milliseconds` from the first look at the clock on. */
void md_pool_begin(struct md_pool *pool, size_t budget, unsigned milliseconds);
/* Forgets everything; keeps a little memory for the next parse. */
void md_pool_end(struct md_pool *pool);

/* For cmark_mem; they serve this thread's pool and never return NULL. */
void *md_pool_calloc(size_t count, size_t size);
void *md_pool_realloc(void *old, size_t size);
void md_pool_free(void *ptr);

#endif
