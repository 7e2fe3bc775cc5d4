/* The notes of an older commit, from what is kept of a newer one's: a branch may have begun there. */
#ifndef CATALOGUE_HISTORY_BACK_H
#define CATALOGUE_HISTORY_BACK_H

#include "catalogue/history_store.h"
#include "catalogue/lineage.h"

/* Within a transaction. The commit is number `at`, and reaches those of the `count` stored ones that `reached` says.
 * Into `map`: path -> struct step * of every note that was another there, NULL where there was none. NOT_FOUND: it
 * cannot be told, for notes have met or parted since. */
status history_back(struct db *db, int64_t space, uint32_t at, const bool *reached, uint32_t count,
                    struct lineage *lineage, struct map *map, struct err *err);

#endif
