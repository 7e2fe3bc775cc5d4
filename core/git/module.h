/* What the module git.so lends to git.c: one table of functions, without a type of libgit2's. */
#ifndef GIT_MODULE_H
#define GIT_MODULE_H

#include "base/buf.h"
#include "base/err.h"

/* Raised with every change of `struct git_module`: the module and the program come from one build, and a stale one must
 * be refused rather than called. */
enum { GIT_MODULE_VERSION = 1 };
#define GIT_MODULE_SYMBOL "chiron_git_module"

/* An open repository; libgit2's behind it. */
struct git_store;

/* git.h's, said again: libgit2 has a git_tree of its own, so the two headers do not go together. */
enum { GIT_MODULE_ID_SIZE = 41 };
typedef status (*git_module_file_fn)(void *payload, struct sv path, unsigned mode, struct err *err);

/* Each function is what its namesake in git.h says. `git_dir` is the data folder that belongs to `root`: opening any
 * other is refused. */
struct git_module {
    uint32_t struct_size, version;
    status (*open)(const char *root, const char *git_dir, struct git_store **store_out, struct err *err);
    void (*close)(struct git_store *store);
    status (*resolve)(struct git_store *store, struct sv revision, char id_out[GIT_MODULE_ID_SIZE], struct err *err);
    status (*read)(struct git_store *store, const char *commit, struct sv path, size_t max, struct buf *into,
                   struct err *err);
    status (*tree)(struct git_store *store, const char *commit, git_module_file_fn fn, void *payload, struct err *err);
};

/* For tests, whose programs do not stand where the module is found from: an absolute path that must outlive its use;
 * NULL takes the installed one again. Before the first git_open only. */
void git_module_path_set(const char *path);

#endif
