/* What, besides its bytes, decides how a note is read: the program's version and the note types. */
#ifndef CATALOGUE_FINGERPRINT_H
#define CATALOGUE_FINGERPRINT_H

#include "base/buf.h"
#include "vault/vault.h"

/* Appends a short text that is equal as long as nothing of that changed. A type file that cannot be read counts as
 * absent. */
status fingerprint(const struct vault *vault, struct buf *out, struct err *err);

#endif
