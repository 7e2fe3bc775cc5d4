/* Work over the cores. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include "base/err.h"

/* Handles items [begin, end) as worker number `worker` (0..workers-1). The first answer that
 * is not DONE ends the run and is its result. `err` is the worker's own; signals are blocked except in worker 0, the
 * caller. */
typedef status (*thread_fn)(void *payload, unsigned worker, size_t begin, size_t end, struct err *err);

/* Processors this process may use; CHIRON_THREADS=n in the environment wins. At most 64. */
unsigned thread_count(void);
/* Hands out `count` items in chunks of `chunk` to up to `workers` threads (the caller is one of them) and waits.
 * `fn` is called from several threads at once; no thread goes on after the return. A `chunk` of 0 is 1. */
status thread_each(size_t count, size_t chunk, unsigned workers, thread_fn fn, void *payload, struct err *err);

/* The same in two steps, for a caller that has something else to do meanwhile: the other workers begin at once, and the
 * caller joins them in thread_finish, which waits for all and frees the team; thread_stop tells them to leave the rest.
 * NULL: no memory, and nothing was begun. */
struct thread_team;
struct thread_team *thread_begin(size_t count, size_t chunk, unsigned workers, thread_fn fn, void *payload);
status thread_finish(struct thread_team *team, struct err *err);
void thread_stop(struct thread_team *team); /* NULL is fine */

#endif
