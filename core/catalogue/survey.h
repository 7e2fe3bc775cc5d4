/* What a refresh has to do: which files are new, changed or gone since the rows were made. */
#ifndef CATALOGUE_SURVEY_H
#define CATALOGUE_SURVEY_H

#include "catalogue/rows.h"
#include "catalogue/sweep.h"
#include "vault/walk.h"

struct survey_item {
    struct walk_entry entry;
    const struct row *stored; /* NULL: a new file */
    int64_t id;               /* for the refresh */
};

/* Items and removed rows in order of paths. Views into the rows, the walk and the arena. */
struct survey {
    struct survey_item *items;
    size_t item_count, item_capacity;
    const struct row **removed;
    size_t removed_count, removed_capacity;
    bool listed; /* folders were listed: what is known of them is to be kept, though no note may have changed */
    int64_t started_ns;
    uint64_t rules; /* of the walk */

    struct walk walk; /* of all folders, or empty */
    struct arena arena;
    struct walk_again *again; /* folders listed again, in order of paths */
    size_t again_count;
};

void survey_release(struct survey *survey);
/* Walks the vault and compares with `stored`, whose stat data are believed as far as they are older than its look; with
 * `all`, every file is an item. */
status survey_walk(struct survey *survey, struct vault *vault, const struct rows *stored, bool all,
                   struct findings *skipped, struct err *err);
/* The same by a sweep of `stored` that was begun at `started_ns`. STOP: so much of the folders changed that it takes a
 * walk. */
status survey_sweep(struct survey *survey, struct sweep *sweep, int64_t started_ns, const struct vault *vault,
                    const struct rows *stored, struct err *err);
/* The same where it is known that, since `stored`, something changed in these folders at most. */
status survey_known(struct survey *survey, const struct sv *folders, size_t count, int64_t started_ns,
                    const struct vault *vault, const struct rows *stored, struct err *err);
/* Adds the folders as they are now to rows that are about to be sealed. */
status survey_add_folders(const struct survey *survey, const struct rows *stored, struct rows *rows, struct err *err);

#endif
