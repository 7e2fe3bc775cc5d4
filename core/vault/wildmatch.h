/* git's patterns for paths. */
#ifndef VAULT_WILDMATCH_H
#define VAULT_WILDMATCH_H

#include "base/sv.h"

/* Whether the whole of `path` is what the pattern describes: "*" and "?" and "[a-z]" within a name, "**" between
 * slashes across folders, "\\" before a character that stands for itself; bytewise, as git's wildmatch with
 * WM_PATHNAME. Takes no longer than the product of the lengths, whatever the pattern. Any thread. */
bool wildmatch(struct sv pattern, struct sv path);

#endif
