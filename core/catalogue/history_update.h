/* Bringing what is known of a space's history up to its HEAD: git is asked first, and the tables are written after, so
 * that nobody waits for git with a lock in hand. */
#ifndef CATALOGUE_HISTORY_UPDATE_H
#define CATALOGUE_HISTORY_UPDATE_H

#include "catalogue/history_store.h"
#include "git/changes.h"

struct history_news {
    struct history_space from; /* what they were asked upon */
    char head[41];
    uint64_t shallow;
    bool whole; /* from the beginning: what is stored goes */
    struct git_changes changes;
};

/* The commits from `from` to HEAD of the repository at `root`; all of them when `whole`, or when what is stored cannot
 * be gone on from. Release the news also after a failure. */
status history_gather(const char *root, const struct history_space *from, bool whole, struct progress *progress,
                      struct history_news *news_out, struct err *err);
void history_news_release(struct history_news *news);

/* Within a write transaction. STOP, with nothing written: another process was faster. NOT_FOUND, with nothing written:
 * gather again, and whole. */
status history_apply(struct db *db, struct sv space, const struct history_news *news, struct err *err);

#endif
