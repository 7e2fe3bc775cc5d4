/* The user's own folders, as the XDG base directory specification names them. */
#ifndef VAULT_XDG_H
#define VAULT_XDG_H

#include "base/buf.h"

/* Appends $XDG_CONFIG_HOME (else ~/.config) or $XDG_CACHE_HOME (else ~/.cache), "/" and `name`. False, and nothing
 * appended, where no home is known. A relative value in the environment does not count, as the specification says. */
bool xdg_config(struct buf *into, struct sv name);
bool xdg_cache(struct buf *into, struct sv name);
/* $HOME, else what the user database says. Appends nothing and returns false where neither is absolute. */
bool xdg_home(struct buf *into);

#endif
