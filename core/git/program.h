/* Running the `git` program: what writes history or speaks to a network, and walks over a whole history. */
#ifndef GIT_PROGRAM_H
#define GIT_PROGRAM_H

#include "base/err.h"
#include "base/proc.h"

/* Runs `git ARGS...` on the repository at `root` with explicit --git-dir and --work-tree, a scrubbed GIT_* environment,
 * the safety settings of reliability.md ("Who does what with git"), no prompts and LC_ALL=C. `args` is NULL-terminated
 * and starts with the subcommand. Not zero at exit: FAILED with git's own last words. `output` may be NULL. */
status git_run(const char *root, const char *const *args, struct buf *output, struct err *err);
/* As git_run, but reports the exit code instead of failing on it. */
status git_try(const char *root, const char *const *args, struct buf *output, struct buf *errors, int *exit_code_out,
               struct err *err);

/* One change of one path by one commit, oldest commit first. */
struct git_change {
    struct sv commit; /* 40 hexadecimal digits */
    int64_t time;     /* author's, unix seconds */
    struct sv author_name, author_email;
    char kind;          /* 'A'dded, 'M'odified, 'D'eleted, 'R'enamed */
    struct sv path;     /* bytes as git has them, from the repository's root */
    struct sv old_path; /* 'R': the former one */
};
typedef status (*git_change_fn)(void *payload, const struct git_change *change, struct err *err);
/* All changes reachable from HEAD and not from `since` (empty: all), merges by their first parent left out. The last
 * commit id goes to `head_out` (empty string for a repository without commits, and nothing is called). `since` that is
 * no ancestor of HEAD: CONFLICTED, start over. */
status git_changes(const char *root, struct sv since, git_change_fn fn, void *payload, char head_out[41],
                   struct err *err);

/* Where the repository of the work tree `root` keeps its data: ".git" or what a ".git" file points at (worktrees,
 * submodules). NOT_FOUND without words when `root` is no work tree. Reads one file at most; no library. */
status git_dir_find(const char *root, struct buf *dir_out, struct err *err);
/* HEAD's commit as text without running git: HEAD, a loose ref or packed-refs. NOT_FOUND: unborn. */
status git_head_read(const char *git_dir, char id_out[41], struct err *err);

#endif
