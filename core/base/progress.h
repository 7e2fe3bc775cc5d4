/* One line on a terminal's stderr while long work runs; nothing elsewhere. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* `what` must outlive it. Shown only after 300 ms, at most 10 times a second, with an estimate of what is left: by the
 * pace since the first step, for what comes before (opening, looking) says nothing about it. */
struct progress {
    const char *what;
    uint64_t started_ms, shown_ms;
    uint64_t counted_ms, counted_from, counted_to; /* when `counted_to` was first counted towards, and what was done */
    bool enabled, visible;
};

void progress_begin(struct progress *progress, const char *what, bool enabled);
/* `total` 0: unknown. Cheap when it is too early to show. One thread. */
void progress_step(struct progress *progress, uint64_t done, uint64_t total);
/* Wipes the line. */
void progress_end(struct progress *progress);
uint64_t clock_ms(void);

/* SIGINT and SIGTERM set this flag; long loops poll it and end with CANCELLED. */
void cancel_install(void);
bool cancel_requested(void);

#endif
