/* What every commit changed, in one walk over the history. */
#ifndef GIT_CHANGES_H
#define GIT_CHANGES_H

#include "base/progress.h"
#include "git/commits.h"

/* One change of one path by a commit, as seen from one of its parents. */
struct git_change {
    char kind;          /* 'A'dded, 'M'odified, 'D'eleted, 'R'enamed */
    struct sv path;     /* bytes as git has them, from the repository's root */
    struct sv old_path; /* 'R': the former one */
};

typedef bool (*git_path_fn)(struct sv path);

struct git_changes_options {
    const char *root;   /* the repository's work tree, absolute */
    const char *head;   /* 40 digits */
    const char *since;  /* NULL: from the beginning */
    git_path_fn wanted; /* other paths are left out; what is moved in from there is added, what is moved out deleted */
    struct progress *progress; /* may be NULL; counts commits */
};

/* Zero-initialise. */
struct git_changes {
    struct git_commits commits; /* with their changes */
    struct arena *arenas;       /* of the changes, one a worker */
    unsigned arena_count;
};

/* Commits as git_commits_read has them, each with what it changed beside each parent; over the cores. Where contents
 * that a rename would be found by are missing (a partial clone, a damaged object), only files moved as they were count
 * as renamed; any other rename is a removal and an addition. Runs nothing that the repository's configuration names,
 * and fetches nothing. Release it also after a failure. */
status git_changes_read(const struct git_changes_options *options, struct git_changes *changes_out, struct err *err);
void git_changes_release(struct git_changes *changes);

#endif
