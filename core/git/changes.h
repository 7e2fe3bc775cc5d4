/* What every commit changed, in one walk over the history. */
#ifndef GIT_CHANGES_H
#define GIT_CHANGES_H

#include "base/err.h"

/* One change of one path by one commit, oldest commit first. */
struct git_change {
    struct sv commit; /* 40 hexadecimal digits */
    int64_t time;     /* author's, unix seconds */
    struct sv author_name, author_email;
    char kind;          /* 'A'dded, 'M'odified, 'D'eleted, 'R'enamed */
    bool cut;           /* added as far as a shallow clone knows: by this commit or any before it */
    struct sv path;     /* bytes as git has them, from the repository's root */
    struct sv old_path; /* 'R': the former one */
};
/* The views live until it returns. */
typedef status (*git_change_fn)(void *payload, const struct git_change *change, struct err *err);

/* All changes reachable from HEAD of the repository at `root` (absolute) and not from `since` (empty: all). A merge is
 * passed over: both of its sides are seen in their own commits. The last commit id goes to `head_out` (empty string for
 * a repository without commits, and nothing is called). `since` that is no ancestor of HEAD: CONFLICTED, start over.
 * STOP from `fn` ends it with STOP. Where contents that a rename would be found by are missing (a partial clone, a
 * damaged object), a rename appears as a removal and an addition. Runs nothing that the repository's configuration
 * names, and fetches nothing. */
status git_changes(const char *root, struct sv since, git_change_fn fn, void *payload, char head_out[41],
                   struct err *err);

#endif
