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

/* Sorted by path, bytewise. Views into `arena`. */
struct walk {
    struct arena arena;
    struct walk_entry *entries;
    size_t count, capacity;
    size_t folders; /* visited */
};

/* All notes of all spaces: .md files, skipping .git .obsidian .zk .foam .trash .chiron node_modules and what the
 * .gitignore files, .git/info/exclude and the user's core.excludesFile of each space ignore (a nested space is never
 * ignored by its parent). Symbolic links are not followed. Stat data come from fstatat per folder, over the cores. A
 * folder that cannot be read is reported through `skipped` (may be NULL), and the rest goes on. */
status walk_vault(const struct vault *vault, struct walk *walk_out, struct findings *skipped, struct err *err);
void walk_release(struct walk *walk);

#endif
