/* Inside the room: one folder of a walk, read by one worker. */
#ifndef VAULT_WALK_FOLDER_H
#define VAULT_WALK_FOLDER_H

#include "base/file.h"
#include "vault/ignore.h"
#include "vault/walk.h"

enum { WALK_DEPTH_MAX = 64 };

struct walk_folder;

/* A note, or a folder to enter. */
struct walk_child {
    struct sv name; /* stands in memory right behind the folder's path and its "/" */
    struct walk_folder *folder;
    struct file_stamp stamp;
    const char *unreadable;
    bool gone; /* vanished between listing and stat */
};

struct walk_folder {
    struct sv path;              /* from the vault's root; "" for it */
    struct file_stamp stamp;     /* before its entries were read; all zero: not read */
    struct file_stamp rules;     /* of its .gitignore; size -1: it has none */
    const struct ignore *ignore; /* the rules above this folder, then with its own */
    size_t repository_at;        /* where in its paths those of its own repository begin */
    unsigned depth;
    bool transit;                /* ignored or skipped: entered only because a declared space lies further down */
    bool is_met;                 /* the root of a nested repository */
    bool stat_later;             /* has so many notes that their stat data are read in pieces */
    const char *rule;            /* of `problem`, static */
    struct sv problem;           /* what could not be read, in the user's language; empty: nothing */
    struct walk_child *children; /* in the order of their paths */
    size_t count, capacity;
};

/* From this many notes on, a folder's stat data are for more than one worker. */
enum { WALK_STAT_CHUNK = 1024 };

/* Reads the folder, its .gitignore and, unless there are many, its notes' stat data. What cannot be read becomes its
 * `problem`; it fails on memory only. All memory is of `arena`. */
status walk_folder_read(const struct vault *vault, struct walk_folder *folder, struct arena *arena, struct err *err);
/* The rules alone, for a folder further down. */
status walk_folder_enter(const struct vault *vault, struct walk_folder *folder, struct arena *arena, struct err *err);
/* Stat data of the children [begin, end). */
void walk_folder_stat(const struct vault *vault, struct walk_folder *folder, size_t begin, size_t end);
/* What a walk tells of the folder. */
struct walk_listing walk_folder_listing(const struct walk_folder *folder);
/* The path of a child. */
struct sv walk_child_path(const struct walk_folder *folder, const struct walk_child *child);

#endif
