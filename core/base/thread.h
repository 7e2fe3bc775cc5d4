/* Work over the cores. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include "base/err.h"

/* Handles items [begin, end) as worker number `worker` (0..workers-1). The first failure ends the run. */
typedef status (*thread_fn)(void *payload, unsigned worker, size_t begin, size_t end, struct err *err);

/* Processors this process may use; CHIRON_THREADS=n in the environment wins. */
unsigned thread_count(void);
/* Hands out `count` items in chunks of `chunk` to up to `workers` threads (the caller is one of them) and waits. */
status thread_each(size_t count, size_t chunk, unsigned workers, thread_fn fn, void *payload, struct err *err);

#endif
