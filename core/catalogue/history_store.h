/* The tables of what git knows of notes. A space's commits are numbered from 0, parents before their children, and kept
 * some hundred in a row; so are notes, sorted by path (past.h). All within a transaction. */
#ifndef CATALOGUE_HISTORY_STORE_H
#define CATALOGUE_HISTORY_STORE_H

#include "catalogue/db.h"
#include "catalogue/past.h"
#include "git/commits.h"

struct history_space {
    int64_t id; /* 0: nothing is known of it yet */
    char head[41];
    uint64_t shallow;          /* see git_tip_read */
    uint32_t commits, dropped; /* how many there are; how many of these no HEAD reaches any more */
};

status history_space_read(struct db *db, struct sv name, struct history_space *space_out, struct err *err);
/* Gives it an id when it has none. */
status history_space_write(struct db *db, struct sv name, struct history_space *space, struct err *err);
/* Its commits and notes; the space stays. */
status history_space_clear(struct db *db, int64_t space, struct err *err);

/* --- people, of all spaces */

struct history_people {
    struct arena arena;
    struct git_person *items; /* [0] is nobody */
    size_t count, capacity;
};
status history_people_read(struct db *db, struct history_people *people, struct err *err);
void history_people_release(struct history_people *people);
/* The number of a person, who is added when missing. */
status history_person_add(struct db *db, const struct git_person *person, uint32_t *number_out, struct err *err);
status history_person_read(struct db *db, uint32_t number, struct arena *arena, struct git_person *person_out,
                           struct err *err);

/* --- commits */

struct history_commit {
    struct git_id id;
    int64_t time;    /* unix seconds; 0: not known */
    uint32_t author; /* a person's number */
    bool cut;
    uint32_t parent_count;
    const uint32_t *parents; /* numbers */
};

/* Reads commits as they are asked for and keeps them. Zero-initialise but for the first three; in the arena. */
struct history_commits {
    struct db *db;
    int64_t space;
    uint32_t count;
    struct arena *arena;
    struct history_commit **blocks;
};
/* Of a number below `count`. */
status history_commit_read(struct history_commits *commits, uint32_t number, const struct history_commit **out,
                           struct err *err);
/* Writes commits behind the `count` that are there. */
status history_commits_add(struct db *db, int64_t space, uint32_t count, const struct history_commit *commits,
                           size_t added, struct err *err);

/* --- notes */

/* In the order of paths, those that are gone too: STOP ends it with DONE. */
typedef status (*history_past_fn)(void *payload, const struct past_block *at, struct err *err);
status history_each_past(struct db *db, int64_t space, history_past_fn fn, void *payload, struct err *err);
/* All of one path; the one that is not gone comes first. */
status history_pasts_of(struct db *db, int64_t space, struct sv path, history_past_fn fn, void *payload,
                        struct err *err);

/* Sorted by path. Whatever stands at a path is replaced by all entries that name it: none of them with a `packed`
 * removes it. */
struct history_entry {
    struct sv path, packed;
};
status history_write(struct db *db, int64_t space, const struct history_entry *entries, size_t count, struct err *err);

#endif
