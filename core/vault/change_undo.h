/* Taking back what a change committed. */
#ifndef VAULT_CHANGE_UNDO_H
#define VAULT_CHANGE_UNDO_H

#include "vault/change.h"

/* A file of the vault's last change: what stands there by that change, and what stood there before; NULL: no file. */
struct undone_file {
    struct sv path; /* from the vault's root */
    const struct sv *now, *before;
};
typedef status (*undone_fn)(void *payload, const struct undone_file *file, struct err *err);

/* Hands out what makes the files of the last change (change_last) as they were before it: for a new change, so that git
 * keeps both. `subject_out` is the first line of its message, in `arena`. NOT_FOUND without words: no change is known
 * here. */
status change_undo(struct vault *vault, struct arena *arena, undone_fn fn, void *payload, struct sv *subject_out,
                   struct err *err);

#endif
