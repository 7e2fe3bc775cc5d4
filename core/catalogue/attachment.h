/* Files of the vault that are no notes, which links may lead to: images, documents, folders. */
#ifndef CATALOGUE_ATTACHMENT_H
#define CATALOGUE_ATTACHMENT_H

#include "base/err.h"
#include "vault/vault.h"

struct attachments;

/* What is looked up is remembered in `*attachments`, which is made when NULL. */
void attachments_free(struct attachments *attachments);
/* The file or folder that a link in the note `from` means: relative to the note, then to its space, then (where
 * `by_name`, as wikilinks do) any file of that name. `*path_out` is from the vault's root and lives as long as
 * `*attachments`. NOT_FOUND when there is none. */
status attachments_find(struct attachments **attachments, const struct vault *vault, struct sv from, struct sv target,
                        bool by_name, struct sv *path_out, struct err *err);

#endif
