/* Changing files of a vault: several at once or none, committed by git, nothing lost whatever happens meanwhile.
 *
 * What is to be done is gathered first. change_apply then writes all of it into one file, the plan, in the data folder;
 * from the instant on that this stands there, what it says will happen: a process that finds a plan which another one
 * left finishes it. A change of one file needs no plan, for a rename is an instant. See reliability.md, 1 to 4. */
#ifndef VAULT_CHANGE_H
#define VAULT_CHANGE_H

#include "vault/vault.h"

struct change;

/* One process at a time changes a vault: waits up to a minute for another one's end. What a process that died left
 * undone is done first; `report` (may be NULL) says so, line by line. */
status change_begin(struct vault *vault, struct change **change_out, struct buf *report, struct err *err);
/* Without change_apply nothing has happened. NULL is fine. */
void change_end(struct change *change);

/* A file's new bytes; both are copied. `before` is what the caller read and worked upon, NULL where there was no file:
 * should the file be another one by the time of change_apply, that is CONFLICTED and nothing is done at all. Folders on
 * the way are made. One call a path. */
status change_write(struct change *change, struct sv path, const struct sv *before, struct sv bytes, struct err *err);
status change_remove(struct change *change, struct sv path, struct sv before, struct err *err);

/* Does it, and commits the files concerned, and no others, in each of their spaces, with the message (its first line
 * ends as "verb: what", further lines may follow). Without git, or where commit.auto is off, nothing is committed. When
 * the commit fails (a hook, no identity) the files stay as written and the error says what is left to do. REFUSED: a
 * path that no vault may have, or that its space ignores. */
status change_apply(struct change *change, struct sv message, struct err *err);

/* The commits that change_apply made last in this vault, newest first, as "space NUL commit NUL"...; NOT_FOUND: none
 * that is known. change_forget_last takes them from the list. */
struct change_commit {
    struct sv space, commit;
};
status change_last(struct vault *vault, struct arena *arena, struct change_commit **commits_out, size_t *count_out,
                   struct err *err);
status change_forget_last(struct vault *vault, struct err *err);

#endif
