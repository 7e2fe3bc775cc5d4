#include "catalogue/attachment.h"

#include "base/file.h"
#include "base/map.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { DEPTH_MAX = 64 };

struct attachments {
    struct arena arena;
    struct map looked_up; /* path -> 1: it is there, 2: it is not */
    struct map names;     /* base name -> path, NUL-terminated, of the first file that has it */
    bool listed;
};

void attachments_free(struct attachments *attachments)
{
    if (!attachments)
        return;
    map_release(&attachments->looked_up);
    map_release(&attachments->names);
    arena_release(&attachments->arena);
    free(attachments);
}

/* --- by path --- */

/* DONE with the path when something is there. */
static status look_up(struct attachments *a, const struct vault *vault, struct sv folder, struct sv target,
                      struct sv *path_out, struct err *err)
{
    struct buf joined = {0};
    struct sv path;
    path_join(&joined, folder, target);
    bool inside = !joined.failed && path_normalise(&a->arena, buf_view(&joined), &path);
    status s = buf_check(&joined, err);
    buf_release(&joined);
    if (s != DONE || !inside || path.len == 0)
        return s != DONE ? s : NOT_FOUND;
    bool added;
    struct map_entry *entry = map_put(&a->looked_up, path, &added);
    if (!entry)
        return err_no_memory(err);
    if (added) {
        struct file_stamp stamp;
        struct err ignored = {0};
        entry->value.number = file_stamp_beneath(vault->root_fd, path, &stamp, &ignored) == DONE ? 1 : 2;
    }
    if (entry->value.number != 1)
        return NOT_FOUND;
    *path_out = entry->key;
    return DONE;
}

/* --- by name --- */

static bool is_skipped(const char *name)
{
    return name[0] == '.' || sv_eq_c(sv_of(name), "node_modules");
}

static status list_folder(struct attachments *a, int fd, struct sv folder, unsigned depth, struct err *err);

static status list_entry(struct attachments *a, int folder_fd, struct sv folder, const struct dirent *entry,
                         unsigned depth, struct err *err)
{
    struct sv name = sv_of(entry->d_name);
    struct sv path = folder.len > 0 ? arena_printf(&a->arena, "%.*s/%s", SV_ARG(folder), entry->d_name)
                                    : arena_copy(&a->arena, name);
    if (!path.ptr)
        return err_no_memory(err);
    int fd = entry->d_type == DT_REG
                 ? -1
                 : openat(folder_fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0)
        return list_folder(a, fd, path, depth + 1, err);
    bool added;
    struct map_entry *known = entry->d_type == DT_REG ? map_put(&a->names, sv_basename(path), &added) : NULL;
    if (entry->d_type == DT_REG && !known)
        return err_no_memory(err);
    if (known && (added || sv_cmp(path, sv_of(known->value.ptr)) < 0))
        known->value.ptr = (void *)path.ptr;
    return DONE;
}

/* Closes `fd`. A folder that cannot be read has no attachments. */
static status list_folder(struct attachments *a, int fd, struct sv folder, unsigned depth, struct err *err)
{
    DIR *dir = depth < DEPTH_MAX ? fdopendir(fd) : NULL;
    if (!dir) {
        close(fd);
        return DONE;
    }
    status s = DONE;
    const struct dirent *entry;
    while (s == DONE && (entry = readdir(dir)))
        if (!is_skipped(entry->d_name))
            s = list_entry(a, dirfd(dir), folder, entry, depth, err);
    closedir(dir);
    return s;
}

static status find_by_name(struct attachments *a, const struct vault *vault, struct sv name, struct sv *path_out,
                           struct err *err)
{
    if (!a->listed) {
        int fd = openat(vault->root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        status s = fd >= 0 ? list_folder(a, fd, (struct sv){0}, 0, err) : DONE;
        if (s != DONE)
            return s;
        a->listed = true;
    }
    const struct map_entry *known = map_get(&a->names, name);
    if (!known)
        return NOT_FOUND;
    *path_out = sv_of(known->value.ptr);
    return DONE;
}

status attachments_find(struct attachments **attachments, const struct vault *vault, struct sv from, struct sv target,
                        bool by_name, struct sv *path_out, struct err *err)
{
    if (!*attachments)
        *attachments = memory_zero(1, sizeof **attachments);
    struct attachments *a = *attachments;
    if (!a)
        return err_no_memory(err);
    struct sv space = vault_space_of(vault, from)->path;
    bool rooted = sv_starts(target, SV("/"));
    while (sv_starts(target, SV("/")))
        target = sv_from(target, 1);
    if (target.len == 0)
        return NOT_FOUND;
    status s = rooted ? NOT_FOUND : look_up(a, vault, sv_dirname(from), target, path_out, err);
    if (s == NOT_FOUND)
        s = look_up(a, vault, space, target, path_out, err);
    if (s == NOT_FOUND && by_name)
        s = find_by_name(a, vault, sv_basename(target), path_out, err);
    return s;
}
