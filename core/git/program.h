/* Running the `git` program: what writes history or speaks to a network, and walks over a whole history. */
#ifndef GIT_PROGRAM_H
#define GIT_PROGRAM_H

#include "base/err.h"
#include "base/proc.h"

/* Runs `git ARGS...` on the repository at `root` (an absolute path) with explicit --git-dir and --work-tree, a scrubbed
 * GIT_* environment, the safety settings of reliability.md ("Who does what with git"), no prompts, no editor, literal
 * path arguments and LC_ALL=C. `args` is NULL-terminated and starts with the subcommand; only those that write or speak
 * to a remote may fetch. A repository of somebody else's is REFUSED as git would, another process's lock is CONFLICTED,
 * and any other failure of git is FAILED with git's own last words. `output` may be NULL. Any thread. */
status git_run(const char *root, const char *const *args, struct buf *output, struct err *err);
/* As git_run, but reports the exit code instead of failing on it. */
status git_try(const char *root, const char *const *args, struct buf *output, struct buf *errors, int *exit_code_out,
               struct err *err);
/* As git_try, `input` on its standard input (empty: nothing). */
status git_feed(const char *root, const char *const *args, struct sv input, struct buf *output, struct buf *errors,
                int *exit_code_out, struct err *err);
/* The error that git_run would give for what git_try or git_feed told. */
status git_complain(const char *root, const char *subcommand, int exit_code, const struct buf *errors, struct err *err);
/* As git_run, `input` on its standard input (empty: nothing), the output piece by piece as proc_lines has it. STOP from
 * `fn` ends it with STOP. */
status git_lines(const char *root, const char *const *args, struct sv input, char separator, proc_line_fn fn,
                 void *payload, struct err *err);

/* Makes `root`, an existing folder, a repository with the user's default branch, else `main`. */
status git_init(const char *root, struct err *err);

#endif
