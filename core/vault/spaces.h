/* The spaces of a vault: which there are, and who can read them. */
#ifndef VAULT_SPACES_H
#define VAULT_SPACES_H

#include "vault/vault.h"

/* Fills vault->spaces. Needs root, root_fd, git_dir, data_dir. `warning`: as vault_open has it. */
status spaces_read(struct vault *vault, struct buf *warning, struct err *err);

/* The space whose root is the folder `path`, added as `pair` when it is unknown; `path` is copied. Returns its index.
 * An unreadable .chiron/space makes it private. */
status spaces_meet(struct vault *vault, struct sv path, uint32_t *index_out, struct err *err);

/* Remembers for the next vault_open which undeclared spaces a walk has met: `met[i]` says so of space i. Written only
 * when that changed; what cannot be written is forgotten, for the next walk will meet it again. */
void spaces_remember(struct vault *vault, const bool *met);

#endif
