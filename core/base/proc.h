/* Child processes: an argument list, never a shell. */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include "base/buf.h"
#include "base/err.h"

struct proc_options {
    const char *const *argv;     /* NULL-terminated; argv[0] is looked up in PATH */
    const char *const *env_set;  /* "NAME=value" pairs that win over the inherited ones; may be NULL */
    const char *const *env_drop; /* names, or "PREFIX*"; may be NULL */
    const char *dir;             /* working directory; NULL: ours */
    struct sv input;             /* on standard input; empty: /dev/null */
    int timeout_ms;              /* 0: none; then it is killed and CANCELLED */
    size_t output_max;           /* bytes of stdout kept at most, more is FAILED; 0: no limit */
    bool inherit_stdio;          /* editor, pager: our terminal, nothing is captured */
};

/* It starts with default signals, none of them blocked, and none of our descriptors but three. PATH counts by its
 * absolute entries only, so that no working directory lends a program. Of `errors` at most a megabyte is kept. What
 * processes that it leaves behind print after its end is not waited for. On time-out and on cancel_requested() it gets
 * SIGTERM, a second later SIGKILL, and is CANCELLED. Any thread.
 *
 * Runs it to its end. `output` and `errors` (either may be NULL: thrown away) get what it printed. DONE means that
 * it ran: `exit_code_out` is its exit code, or 128 + the signal that ended it. Not found: NOT_FOUND without words. */
status proc_run(const struct proc_options *options, struct buf *output, struct buf *errors, int *exit_code_out,
                struct err *err);

/* As proc_run, but stdout goes piece by piece to `line_fn`, split at `separator` (not included; a last piece without
 * one counts). `output_max` limits one piece. What `line_fn` returns other than DONE ends the child and is returned. */
typedef status (*proc_line_fn)(void *payload, struct sv line, struct err *err);
status proc_lines(const struct proc_options *options, char separator, proc_line_fn line_fn, void *payload,
                  struct buf *errors, int *exit_code_out, struct err *err);

/* Whether a program of this name stands in PATH. */
bool proc_exists(const char *name);

#endif
