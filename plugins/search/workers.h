/* Threads that index notes: each has an index in memory of its own and writes segments of it when it grows too large,
 * and at the end. The host lends a note during one call only, so what is indexed of it is copied. */
#ifndef SEARCH_WORKERS_H
#define SEARCH_WORKERS_H

#include "build.h"

struct workers;

/* As many threads as there are processors for. `first` is what one of them goes on with; it is taken over, whatever
 * comes. NULL: no memory, no threads. */
struct workers *workers_start(int dir, struct build *first);
/* 0, or an errno: one of them failed. */
int workers_add(struct workers *workers, const struct engine_note *note);
/* Waits until all is indexed and written; `made` gets the segments, those written before a failure, too. 0 or an errno.
 * Frees. */
int workers_finish(struct workers *workers, struct manifest *made);
/* Drops what is not yet indexed, too. NULL-safe. */
void workers_abandon(struct workers *workers);

#endif
