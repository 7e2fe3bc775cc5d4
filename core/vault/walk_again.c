/* What an earlier walk found, and how to tell whether it still holds. */
#include "vault/excludes.h"
#include "vault/walk.h"
#include "vault/walk_folder.h"

#include <sys/stat.h>
#include <sys/vfs.h>

/* By their numbers in statfs(2). */
static bool keeps_folder_times(int root_fd)
{
    static const uint32_t kinds[] = {
        0xef53 /* ext */,      0x58465342 /* XFS */, 0x9123683e /* btrfs */,    0x01021994 /* tmpfs */,
        0xf2f52010 /* F2FS */, 0x2fc12fc1 /* ZFS */, 0xca451a4e /* bcachefs */, 0x794c7630 /* overlay */};
    struct statfs info;

    if (fstatfs(root_fd, &info) != 0)
        return false;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (kinds[i] == (uint32_t)info.f_type)
            return true;
    return false;
}

static void space_describe(const struct space *space, const struct ignore *excludes, struct buf *all)
{
    buf_put(all, space->path);
    buf_printf(all, "%c%c%c", '\0', space->declared ? 'd' : 'u', space->is_git ? 'g' : '-');
    for (; excludes != NULL; excludes = excludes->parent) {
        buf_put(all, excludes->text);
        buf_char(all, '\0');
    }
}

status walk_rules(const struct vault *vault, uint64_t *rules_out, struct err *err)
{
    struct arena arena;
    struct buf all = {0};
    status rc = DONE;

    *rules_out = 0;
    if (!keeps_folder_times(vault->root_fd))
        return DONE;
    arena_init(&arena);
    for (size_t i = 0; rc == DONE && i < vault->space_count; i++) {
        const struct ignore *excludes;

        rc = excludes_load(vault->spaces[i].git_dir, &arena, &excludes, err);
        if (rc == DONE)
            space_describe(&vault->spaces[i], excludes, &all);
    }
    if (rc == DONE)
        rc = buf_check(&all, err);
    if (rc == DONE)
        *rules_out = sv_hash(buf_view(&all)) | 1;
    buf_release(&all);
    arena_release(&arena);
    return rc;
}

/* --- one folder again --- */

static unsigned depth_of(struct sv path)
{
    unsigned depth = path.len > 0;

    for (size_t i = 0; i < path.len; i++)
        depth += path.ptr[i] == '/';
    return depth;
}

/* The folder `path` with the rules of those between it and the root of its space. */
static status folder_reach(const struct vault *vault, struct sv path, struct arena *arena, struct walk_folder *folder,
                           struct err *err)
{
    const struct space *space = vault_space_of(vault, path);
    size_t end = space->path.len;
    status rc = DONE;

    *folder = (struct walk_folder){.path = sv_sub(path, 0, end), .depth = depth_of(space->path)};
    /* Any other space's root reads its own when it is entered. */
    if (end == 0)
        rc = excludes_load(space->git_dir, arena, &folder->ignore, err);
    while (rc == DONE && end < path.len) {
        size_t begin = end > 0 ? end + 1 : 0;
        size_t slash = sv_chr(sv_from(path, begin), '/');

        rc = walk_folder_enter(vault, folder, arena, err);
        end = slash == SIZE_MAX ? path.len : begin + slash;
        folder->path = sv_sub(path, 0, end);
        folder->depth++;
        folder->is_met = false;
    }
    return rc;
}

static status again_fill(const struct walk_folder *folder, struct arena *arena, struct walk_again *again,
                         struct err *err)
{
    again->notes = arena_array(arena, folder->count, sizeof(*again->notes));
    again->folders = arena_array(arena, folder->count, sizeof(*again->folders));
    if (again->notes == NULL || again->folders == NULL)
        return err_no_memory(err);
    for (size_t i = 0; i < folder->count; i++) {
        const struct walk_child *child = &folder->children[i];

        if (child->folder != NULL)
            again->folders[again->folder_count++] = child->folder->path;
        else if (!child->gone)
            again->notes[again->note_count++] = (struct walk_entry){
                .path = walk_child_path(folder, child), .stamp = child->stamp, .unreadable = child->unreadable};
    }
    return DONE;
}

status walk_list_again(const struct vault *vault, struct sv path, struct arena *arena, struct walk_again *again_out,
                       struct err *err)
{
    struct walk_folder folder;
    struct stat root;
    status rc = folder_reach(vault, path, arena, &folder, err);

    *again_out = (struct walk_again){0};
    if (rc == DONE)
        rc = walk_folder_read(vault, &folder, arena, err);
    if (rc != DONE)
        return rc;
    if (folder.problem.len > 0 || fstat(vault->root_fd, &root) != 0 || folder.stamp.device != root.st_dev)
        return STOP;
    if (folder.stat_later)
        walk_folder_stat(vault, &folder, 0, folder.count);
    again_out->listing = walk_folder_listing(&folder);
    return again_fill(&folder, arena, again_out, err);
}
