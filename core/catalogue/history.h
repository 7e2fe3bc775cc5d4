/* What git knows of the notes: when they were made and changed, how often, and by whom. */
#ifndef CATALOGUE_HISTORY_H
#define CATALOGUE_HISTORY_H

#include "catalogue/history_store.h"
#include "catalogue/internal.h"

/* Builds the history where dates or an order by `key` need it, so that an answer does not depend on what was asked
 * before. For `date` only where some note says no date itself; that notes without a date stay without one when git
 * cannot be read is no error. */
status history_for_dates(struct catalogue *catalogue, struct err *err);
status history_for_sort(struct catalogue *catalogue, enum sort_key key, struct err *err);

/* A look-up costs about as much as a step over so many notes. */
enum { WORTH_A_SCAN = 8 };

/* Within a transaction: the past of every note that has one, in no particular order. The views live until `fn`
 * returns. */
typedef status (*history_note_fn)(void *payload, int64_t id, const struct past *past, struct err *err);
status history_each(struct catalogue *catalogue, history_note_fn fn, void *payload, struct err *err);
/* Of these alone, in whichever way is faster; others may be given, too. */
status history_each_of(struct catalogue *catalogue, const struct id_set *ids, history_note_fn fn, void *payload,
                       struct err *err);
/* Within a transaction: what a record shows of it, absent where nothing is known. */
status history_fill(struct catalogue *catalogue, struct record *record, struct arena *arena, struct err *err);

/* Within a transaction: the ids of notes that had a change within these seconds, both included. */
status history_changed_within(struct catalogue *catalogue, int64_t first, int64_t last, struct id_set *out,
                              struct err *err);

#endif
