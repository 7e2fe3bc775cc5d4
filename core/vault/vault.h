/* A vault: a folder of Markdown, its spaces, its configuration. Opening one reads a handful of small files and writes
 * nothing. */
#ifndef VAULT_VAULT_H
#define VAULT_VAULT_H

#include "base/config.h"
#include "note/type.h"

struct space {
    struct sv name;             /* "." for the root, else its path from the vault's root: "private", "pairs/anna-jan" */
    struct sv path;             /* "" for the root, else as name */
    enum visibility visibility; /* root: group; private/: private; others: pair, unless .chiron/space says narrower */
    bool is_git;
    bool declared;     /* the root, private/, pairs/?, or named in chiron/spaces: an ignore rule never hides it */
    struct sv git_dir; /* absolute; empty without git */
    struct sv *members;
    size_t member_count; /* handles, from .chiron/space; a claim */
};

struct vault {
    struct arena arena; /* of all views here */
    const char *root;   /* absolute path, NUL-terminated, without "/" at the end */
    int root_fd;        /* the directory, for everything read and written beneath it */
    bool is_git;
    struct sv git_dir;    /* the root space's, absolute; empty without git */
    const char *data_dir; /* where derived data goes: <git dir>/chiron, or a folder of XDG_CACHE_HOME/chiron where that
                           * cannot be written; made by vault_data_dir, with mode 0700 */
    struct space *spaces; /* [0] is the root; walk_vault adds those it meets */
    size_t space_count, space_capacity;
    struct config config; /* what is in force: .chiron/config without what only the user may say, then the user's */
    struct config user;   /* the user's alone: for keys that run code */
    struct config shared; /* .chiron/config as written, for settings_check */
    struct sv lang;       /* of new notes and of stemming where a note says none: vault.lang, else "en" */
};

/* Finds the vault that holds the folder `start` (NULL: the current one): `start` upwards the nearest folder with
 * .chiron/ (one whose .chiron/ holds `space` is a space of an outer vault, if there is one), else the root of the git
 * work tree, else `start` itself. Then reads its configuration and its spaces: the root, private/, each folder of
 * pairs/, what <git dir>/chiron/spaces lists (a path a line), and what an earlier walk_vault met; each where it is a
 * repository. A broken configuration is an error with its place, except where `warning` is given: then what belongs to
 * the vault is read as far as it goes (a broken .chiron/space makes its space private), and `warning` says so, line by
 * line. The user's own is an error always. */
status vault_open(const char *start, struct vault **vault_out, struct buf *warning, struct err *err);
void vault_close(struct vault *vault);

/* Makes data_dir when missing and returns it. */
status vault_data_dir(struct vault *vault, const char **dir_out, struct err *err);
/* The space that holds a path from the vault's root. Never NULL. */
const struct space *vault_space_of(const struct vault *vault, struct sv path);
/* By name; NULL when there is none. */
const struct space *vault_space(const struct vault *vault, struct sv name);
/* The installed templates' folder (beside the program, see base/file.h), absolute, NUL-terminated, static. NULL when
 * this program's own folder is unknown. */
const char *vault_template_dir(void);
/* For tests, whose programs stand elsewhere: a path that must outlive its use; NULL takes the installed one again. */
void vault_template_dir_set(const char *dir);
/* Loads the note types of the installation and of this vault. Vault warnings go to `warnings` (may be NULL). */
status vault_types(const struct vault *vault, struct types **types_out, struct buf *warnings, struct err *err);
/* One file beneath the installed templates, or, with `own`, beneath the vault's .chiron/templates; at most
 * TEMPLATE_FILE_MAX. NOT_FOUND (without words) when there is none; never follows a link. */
enum { TEMPLATE_FILE_MAX = 1 << 20 };
status vault_template_read(const struct vault *vault, bool own, struct sv path, struct buf *into, struct err *err);
/* A note's bytes; at most NOTE_BYTES_MAX (FAILED above). Never follows a link. */
status vault_read(const struct vault *vault, struct sv path, struct buf *into, struct err *err);

/* Makes `dir` (made when absent) a vault, or completes one: git repository when there is none, .chiron/config (with
 * `lang` when given), private/ as a repository of its own ignored by the root (added to .gitignore), and commits what
 * it made, and only that: a file that somebody else's changes are pending in is written but left uncommitted, and said.
 * What was done is said line by line in `report`. Idempotent; after a failure (no identity, a hook) the files stay and
 * the next call goes on. REFUSED, before anything is written: a symbolic link in the place of what it makes, private/
 * already part of the repository, a folder whose files belong to a repository further up. */
struct vault_init_options {
    const char *dir;
    const char *lang; /* "pl"; NULL: nothing said, which means "en" */
};
status vault_init(const struct vault_init_options *options, struct buf *report, struct err *err);

#endif
