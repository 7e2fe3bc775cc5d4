/* The files of an export: written beside their place, put there in one step at the end. */
#ifndef HOST_EXPORT_TREE_H
#define HOST_EXPORT_TREE_H

#include "base/buf.h"
#include "host/lend.h"

/* The list of what an export wrote, in its folder. Its presence says that the folder is ours to replace. */
#define EXPORT_MARKER ".chiron-export"

struct export_tree {
    struct chiron_tree lent; /* first: what the plugin is given */
    const char *target;
    bool single;        /* one file; `target` "-": stdout */
    char *temporary;    /* file or folder beside the target; NULL: none */
    int dir_fd;         /* the temporary folder */
    int fd;             /* the open file; -1: none */
    struct buf pending; /* bytes of it that are still to be written */
    struct buf list;    /* paths of the files, a line each */
    size_t files;
    struct err err; /* the first failure: all after it is refused */
};

/* Refuses a target that something else than an export stands at. */
status export_tree_open(struct export_tree *tree, const char *target, bool single, struct err *err);
/* Puts what was written into its place; when anything failed before, nothing is there but what was. */
status export_tree_commit(struct export_tree *tree, struct err *err);
/* Removes what was not committed. */
void export_tree_release(struct export_tree *tree);

#endif
