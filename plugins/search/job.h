/* One call of the host into the plugin: whom to tell about a failure, whom to ask for memory. */
#ifndef SEARCH_JOB_H
#define SEARCH_JOB_H

#include "chiron/plugin.h"

struct job {
    const chiron_host *host;
    chiron_call *call;
};

/* An answer of the engine's functions beside the host's codes: the stored index is damaged. No message was left, for
 * the caller can mend it. */
#define JOB_BROKEN 100

/* Leaves the message and returns `code`. */
chiron_status job_fail(const struct job *job, chiron_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
chiron_status job_no_memory(const struct job *job);
/* Zeroed memory until the call returns; NULL: none. `count` times `size` is checked. */
void *job_scratch(const struct job *job, size_t count, size_t size);
bool job_cancelled(const struct job *job);

#endif
