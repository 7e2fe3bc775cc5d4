/* What a repository ignores besides its .gitignore files. */
#ifndef VAULT_EXCLUDES_H
#define VAULT_EXCLUDES_H

#include "vault/ignore.h"

/* Above it the rules are not read: no honest file is as long. */
enum { IGNORE_BYTES_MAX = 1024 * 1024 };

/* The user's core.excludesFile (from git's own configuration, includes aside) and over it <git dir>/info/exclude.
 * `git_dir` empty: the user's alone. All memory is of `arena`. A file that cannot be read says nothing; it fails on
 * memory only. `*excludes_out` is a chain to put .gitignore files before; never NULL when DONE. Any thread. */
status excludes_load(struct sv git_dir, struct arena *arena, const struct ignore **excludes_out, struct err *err);

#endif
