/* What git knows of the notes: when they were made and changed, and by whom. */
#ifndef CATALOGUE_HISTORY_H
#define CATALOGUE_HISTORY_H

#include "catalogue/internal.h"

/* Builds the history where dates or an order by `key` need it, so that an answer does not depend on what was asked
 * before. For `date` only where some note says no date itself; that notes without a date stay without one when git
 * cannot be read is no error. */
status history_for_dates(struct catalogue *catalogue, struct err *err);
status history_for_sort(struct catalogue *catalogue, enum sort_key key, struct err *err);

#endif
