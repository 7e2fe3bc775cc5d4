/* Reading git repositories, through a module that loads libgit2 only when something needs it. */
#ifndef GIT_GIT_H
#define GIT_GIT_H

#include "base/buf.h"
#include "base/err.h"

struct git_repo;

/* Opens the repository whose work tree's root is exactly `root` (an absolute path; no search upwards, no bare
 * repository). NOT_FOUND without words when there is none. Loads the module at the first call; its absence is FAILED
 * with what to install. Not for two threads at once. */
status git_open(const char *root, struct git_repo **repo_out, struct err *err);
void git_close(struct git_repo *repo);

/* "HEAD", "main~3", a date "2026-01-31", "@{2026-01-31}" or "main@{2026-01-31}" (the last commit of the first parent
 * line on or before that day's end, here), a commit's id. NOT_FOUND with words: "no revision 'x' in 'root'". */
enum { GIT_ID_TEXT_SIZE = 41 };
status git_resolve(struct git_repo *repo, struct sv revision, char id_out[GIT_ID_TEXT_SIZE], struct err *err);
/* The bytes of the file `path` at a commit. NOT_FOUND without words when the commit has no such file; a missing object
 * (a partial or broken clone) is FAILED and named. More than `max` bytes: FAILED. */
status git_read(struct git_repo *repo, const char *commit, struct sv path, size_t max, struct buf *into,
                struct err *err);
/* Every file of the commit's tree, in git's order. `mode` as in git (0100644, 0120000, 0160000). A peer may have made
 * the tree: a path can be anything but empty, ".." too. STOP from `fn` ends it with STOP. */
typedef status (*git_tree_fn)(void *payload, struct sv path, unsigned mode, struct err *err);
status git_tree(struct git_repo *repo, const char *commit, git_tree_fn fn, void *payload, struct err *err);

#endif
