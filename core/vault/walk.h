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

/* Sorted by path, bytewise. Views into `arenas`. */
struct walk {
    struct arena *arenas; /* one a worker */
    unsigned arena_count;
    struct walk_entry *entries;
    size_t count;
    size_t folders; /* visited */
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

#endif
