/* Which files of a vault are notes, and their stat data. */
#ifndef VAULT_WALK_H
#define VAULT_WALK_H

#include "base/file.h"
#include "note/finding.h"
#include "vault/vault.h"

/* One note file. A symbolic link or special file that is named like a note is reported with `unreadable` set to why (a
 * static, translatable text) and never opened. */
struct walk_entry {
    struct sv path; /* from the vault's root; bytes as the file system has them */
    uint32_t space; /* index into vault->spaces */
    struct file_stamp stamp;
    const char *unreadable;
};

extern const char *const walk_words_link,
    *const walk_words_special; /* texts for `unreadable`, marked for translation */

/* A folder that was looked into, as it was when its entries were listed: while its stamp and that of its rules stay,
 * its entries are the same. */
struct walk_listing {
    struct sv path;           /* from the vault's root; "" for it */
    struct file_stamp folder; /* of the folder itself */
    struct file_stamp rules;  /* of its .gitignore; size -1: it has none */
    uint32_t folders;         /* how many of its folders were entered */
    bool transit;             /* entered only because a declared space lies further down */
    bool is_repository;       /* the root of a nested repository */
};

/* Sorted by path, bytewise. Views into `arenas`. */
struct walk {
    struct arena *arenas; /* one a worker */
    unsigned arena_count;
    struct walk_entry *entries;
    size_t count;
    struct walk_listing *listings; /* sorted by path, bytewise */
    size_t listing_count;
    uint64_t rules; /* walk_rules of what it went by; 0: its listings say nothing about later, see walk_rules */
};

/* All notes of all spaces: .md files, skipping .git .obsidian .zk .foam .trash .chiron node_modules and what the
 * .gitignore files, .git/info/exclude and the user's core.excludesFile of each space ignore. A nested repository is a
 * space of its own with its own rules: a declared one is found wherever it is, any other where its parent does not
 * ignore it; one that is new is added to the vault as `pair` and remembered in its data folder, as far as that can be
 * written. Symbolic links are not followed. Stat data come from fstatat per folder, over the cores. What cannot be read
 * (a folder without permission, one more than 64 deep, a .gitignore that is a link) is reported through `skipped` (may
 * be NULL), and the rest goes on. */
status walk_vault(struct vault *vault, struct walk *walk_out, struct findings *skipped, struct err *err);
void walk_release(struct walk *walk);

/* A hash of what decides, besides .gitignore files, which files a walk finds: the spaces and their exclude files. Never
 * 0, except where a listing that is unchanged proves nothing: on file systems that are not known to keep a folder's
 * times (network, FAT, those of other systems). Any thread. */
status walk_rules(const struct vault *vault, uint64_t *rules_out, struct err *err);
/* A folder's own entries again, stat data included, for one whose rules and those above it are the same as when it was
 * walked. STOP: it is not there, cannot be read, or is of another device than the vault. Memory is of `arena`. */
struct walk_again {
    struct walk_listing listing;
    struct walk_entry *notes; /* sorted by path; `space` is not filled */
    size_t note_count;
    struct sv *folders; /* paths of those that a walk would enter */
    size_t folder_count;
};
status walk_list_again(const struct vault *vault, struct sv path, struct arena *arena, struct walk_again *again_out,
                       struct err *err);

#endif
