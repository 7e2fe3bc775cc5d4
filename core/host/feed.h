/* Notes for plugins, in batches bounded in number and bytes. */
#ifndef HOST_FEED_H
#define HOST_FEED_H

#include "host/lend.h"

/* Not DONE ends the feed and is returned. */
typedef status (*feed_fn)(void *payload, const chiron_note *const *notes, size_t count, struct err *err);

/* The notes of `ids` (NULL: all) in the order of their paths. No statement of the catalogue is open while `fn` runs, so
 * that it may ask the catalogue itself. A note that vanishes meanwhile is left out. */
status feed_notes(struct catalogue *catalogue, struct lender *lender, const struct id_set *ids, feed_fn fn,
                  void *payload, struct err *err);

/* All of them at once, kept until notes_kept_release: for what must see two notes together. */
struct notes_kept {
    struct arena arena;
    struct chiron_note **notes;
    size_t count, capacity;
};
status notes_keep(struct catalogue *catalogue, struct lender *lender, const struct id_set *ids,
                  struct notes_kept *kept_out, struct err *err);
void notes_kept_release(struct notes_kept *kept);

#endif
