/* The commits of a history: who made each, when, and upon which others. */
#ifndef GIT_COMMITS_H
#define GIT_COMMITS_H

#include "base/arena.h"
#include "base/err.h"

enum { GIT_ID_BYTES = 20 };
struct git_id {
    unsigned char bytes[GIT_ID_BYTES];
};

/* Which commit a parent is: a position in `items`; or, from GIT_OUTSIDE on, one in `outside`. */
enum { GIT_OUTSIDE = 0x40000000, GIT_NO_PARENT = 0x7fffffff };

struct git_change;

/* A commit beside one of its parents. */
struct git_side {
    uint32_t parent; /* GIT_NO_PARENT: beside nothing, the only side of a commit without parents */
    uint32_t count;
    const struct git_change *changes; /* filled by git_changes_read */
};

struct git_person {
    struct sv name, address;
};

struct git_commit {
    struct git_id id;
    uint32_t author; /* in `people` */
    int64_t time;    /* the author's, unix seconds; 0: unreadable, or beyond the years 1 to 9999 */
    uint32_t side_count;
    bool cut; /* its parents are not known in a shallow clone */
    struct git_side *sides;
};

/* Zero-initialise. All views and arrays live until the release. */
struct git_commits {
    struct arena arena;
    struct git_commit *items; /* parents come before their children; the last one is HEAD */
    size_t count, capacity;
    struct git_id *outside; /* parents that are none of `items`, each once */
    size_t outside_count, outside_capacity;
    struct git_person *people;
    size_t people_count, people_capacity;
};

/* All commits that `head` (40 digits) reaches and `since` (the same, or NULL) does not, of the repository at `root` (an
 * absolute path). CONFLICTED: the repository has no commit `since` any more. */
status git_commits_read(const char *root, const char *head, const char *since, struct git_commits *commits_out,
                        struct err *err);
void git_commits_release(struct git_commits *commits);

/* "" in `head_out` where there is no commit yet. `shallow_out` is a number that changes whenever the places do where a
 * shallow clone is cut off; 0: it is whole. Reads a few small files and runs nothing. */
status git_tip_read(const char *root, char head_out[41], uint64_t *shallow_out, struct err *err);

/* Forty hexadecimal digits in lower case; false for anything else. */
bool git_id_parse(struct sv text, struct git_id *id_out);
void git_id_format(const struct git_id *id, char into[41]);

#endif
