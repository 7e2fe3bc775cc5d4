/* An arena: many small allocations, released together. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/sv.h"

struct arena_block;

/* Zero-initialise or arena_init; NULL-safe release. Not for two threads at once. */
struct arena {
    struct arena_block *block; /* newest first */
    size_t used;               /* of the newest block */
    size_t total;              /* bytes handed out, for limits */
};

void arena_init(struct arena *arena);
/* Frees everything; the arena is empty and usable again. */
void arena_release(struct arena *arena);
/* Forgets everything, keeps one block for the next round. */
void arena_reset(struct arena *arena);

/* Aligned for any type, zeroed. NULL when there is no memory; size 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size);
/* `count` elements of `size`, NULL also where the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);
/* A copy, NUL-terminated behind its length. `ptr` is NULL when there is no memory. */
struct sv arena_copy(struct arena *arena, struct sv s);
char *arena_cstr(struct arena *arena, struct sv s);
struct sv arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Room for one more element behind `count` in an array of the arena: returns the array, moved when it
 * had to grow (the old one stays until the reset), or NULL. `*capacity` starts at 0 with `items` NULL. */
void *arena_grow(struct arena *arena, void *items, size_t *capacity, size_t count, size_t size);

/* Allocation failures for tests: the n-th allocation from now on (1: the next), of every arena, buffer,
 * map and array of base on this thread, fails; 0 switches it off. True once it has fired. */
void memory_fail_at(uint64_t n);
bool memory_has_failed(void);
/* The one allocator behind base: malloc, calloc and realloc with that switch. */
void *memory_alloc(size_t size);
void *memory_zero(size_t count, size_t size);
void *memory_resize(void *old, size_t size);

#endif
