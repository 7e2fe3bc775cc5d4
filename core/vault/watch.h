/* The kernel's word on which folders change, by inotify(7). What is written through mmap(2) is not told of, nor what
 * another machine writes on a network file system. */
#ifndef VAULT_WATCH_H
#define VAULT_WATCH_H

#include "base/err.h"
#include "base/sv.h"

struct watch;

/* `root_fd` must outlive it. */
status watch_open(int root_fd, struct watch **watch_out, struct err *err);
void watch_close(struct watch *watch);
/* For poll(2): readable when there is something to drain. */
int watch_fd(const struct watch *watch);

/* Exactly these folders (paths from the root) from now on. `*added_out` says how many were not watched before: what
 * changed in those until now was not told. A folder that is gone is left out: the one above it changed. REFUSED, with
 * words: the system allows no more watches. */
status watch_folders(struct watch *watch, const struct sv *paths, size_t count, size_t *added_out, struct err *err);

/* What was told since the last call: each path as often as it was told, valid during the call. STOP: the kernel lost
 * some, and anything may have changed. Never waits. */
typedef status (*watch_fn)(void *payload, struct sv folder, struct err *err);
status watch_drain(struct watch *watch, watch_fn fn, void *payload, struct err *err);

#endif
