/* Where a repository keeps its data, and which commit is its HEAD: read by hand, for both are asked at every start. */
#ifndef GIT_DIR_H
#define GIT_DIR_H

#include "base/buf.h"
#include "base/err.h"

/* Where the repository of the work tree `root` keeps its data: ".git" or what a ".git" file points at (worktrees,
 * submodules), absolute where `root` is. Appends to `dir_out`. NOT_FOUND without words when `root` is no work tree, and
 * where its ".git" leads nowhere. Reads one file at most; no library. Any thread. */
status git_dir_find(const char *root, struct buf *dir_out, struct err *err);

/* The folder that all work trees of the repository share (configuration, references, info/exclude): `git_dir` itself
 * unless it belongs to an added work tree. Appends to `dir_out`. */
status git_dir_common(const char *git_dir, struct buf *dir_out, struct err *err);

/* HEAD's commit as text without running git: HEAD, a loose reference or packed-refs. NOT_FOUND without words: unborn. A
 * repository whose references or ids are of another kind (reftable, sha256) is FAILED and named. */
status git_head_read(const char *git_dir, char id_out[41], struct err *err);

#endif
