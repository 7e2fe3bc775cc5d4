#include "host/export_place.h"

#include "base/file.h"
#include "base/i18n.h"
#include "base/map.h"
#include "host/export_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MARKER_BYTES_MAX = 64 * 1024 * 1024, WALK_FDS = 16, WALK_DEPTH_MAX = 64 };

/* --- what stands there --- */

/* 0: nothing. */
static status type_of(const char *path, mode_t *type_out, struct err *err)
{
    struct stat st;
    *type_out = 0;
    if (lstat(path, &st) == 0)
        *type_out = st.st_mode & S_IFMT;
    else if (errno != ENOENT)
        return err_errno(err, errno, _("unable to look at '%s'"), path);
    return DONE;
}

status export_place_check_file(const char *target, struct err *err)
{
    mode_t type;
    status got = type_of(target, &type, err);
    if (got == DONE && type != 0 && type != S_IFREG)
        return err_set(err, REFUSED, _("'%s' is not a plain file and is not replaced"), target);
    return got;
}

/* Whether all that is in the folder stands in the marker's list. */
struct comparison {
    const struct map *listed;
    const char *target;
};

static status compare(const struct comparison *comparison, int dir_fd, struct sv at, unsigned depth, struct err *err);

static status compare_entry(const struct comparison *comparison, DIR *dir, const char *name, struct sv at,
                            unsigned depth, struct err *err)
{
    struct buf path = {0};
    struct stat st;
    status got = DONE;
    if (at.len > 0)
        buf_printf(&path, "%.*s/", SV_ARG(at));
    buf_put_c(&path, name);
    if (buf_check(&path, err) != DONE || fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        got = err_set(err, FAILED, _("unable to look at '%s' in '%s'"), name, comparison->target);
    } else if (S_ISDIR(st.st_mode) && depth < WALK_DEPTH_MAX) {
        int fd = openat(dirfd(dir), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        got = fd < 0 ? err_errno(err, errno, _("unable to look into '%s'"), path.ptr)
                     : compare(comparison, fd, buf_view(&path), depth + 1, err);
    } else if (!sv_eq_c(buf_view(&path), EXPORT_MARKER) && map_get(comparison->listed, buf_view(&path)) == NULL) {
        got = err_set(err, REFUSED, _("'%s' holds '%s', which no export made, so it is not replaced"),
                      comparison->target, path.ptr);
    }
    buf_release(&path);
    return got;
}

/* Takes `dir_fd` over. */
static status compare(const struct comparison *comparison, int dir_fd, struct sv at, unsigned depth, struct err *err)
{
    DIR *dir = fdopendir(dir_fd);
    status got = DONE;
    if (dir == NULL) {
        close(dir_fd);
        return err_errno(err, errno, _("unable to look into '%s'"), comparison->target);
    }
    for (struct dirent *entry = readdir(dir); got == DONE && entry != NULL; entry = readdir(dir))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            got = compare_entry(comparison, dir, entry->d_name, at, depth, err);
    closedir(dir);
    return got;
}

static status read_list(int dir_fd, struct buf *text, struct map *listed, struct err *err)
{
    struct sv rest, line;
    status got = file_read_beneath(dir_fd, SV(EXPORT_MARKER), MARKER_BYTES_MAX, text, err);
    rest = buf_view(text);
    while (got == DONE && rest.len > 0 && sv_next(&rest, '\n', &line))
        if (map_put(listed, line, NULL) == NULL)
            got = err_no_memory(err);
    /* No marker and an empty folder are the same here: an empty list. */
    return got == NOT_FOUND ? DONE : got;
}

status export_place_check_folder(const char *target, struct err *err)
{
    struct buf text = {0};
    struct map listed = {0};
    struct comparison comparison = {.listed = &listed, .target = target};
    mode_t type;
    int fd = -1;
    status got = type_of(target, &type, err);
    if (got != DONE || type == 0)
        return got;
    if (type != S_IFDIR)
        return err_set(err, REFUSED, _("'%s' is not a folder and is not replaced"), target);
    got = dir_open(target, &fd, err);
    if (got == DONE)
        got = read_list(fd, &text, &listed, err);
    if (got == DONE)
        got = compare(&comparison, fd, (struct sv){0}, 0, err);
    else if (fd >= 0)
        close(fd);
    map_release(&listed);
    buf_release(&text);
    return got;
}

/* --- beside it --- */

/* "a/b/" -> "a/.b.XXXXXX": the same file system, so that a rename is enough. */
static char *template_beside(const char *target)
{
    struct sv path = sv_of(target);
    struct buf name = {0};
    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    if (sv_chr(path, '/') != SIZE_MAX)
        buf_printf(&name, "%.*s/", SV_ARG(sv_dirname(path)));
    buf_printf(&name, ".%.*s.XXXXXX", SV_ARG(sv_basename(path)));
    return buf_take(&name);
}

static mode_t current_umask(void)
{
    mode_t mask = umask(0);
    umask(mask);
    return mask;
}

status export_place_file(const char *target, char **name_out, int *fd_out, struct err *err)
{
    char *name = template_beside(target);
    int fd;
    if (name == NULL)
        return err_no_memory(err);
    fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0 || fchmod(fd, 0666 & ~current_umask()) != 0) {
        int saved = errno;
        if (fd >= 0) {
            close(fd);
            unlink(name);
        }
        free(name);
        return err_errno(err, saved, _("unable to write '%s'"), target);
    }
    *name_out = name;
    *fd_out = fd;
    return DONE;
}

status export_place_folder(const char *target, char **name_out, int *fd_out, struct err *err)
{
    char *name = template_beside(target);
    int fd = -1;
    if (name == NULL)
        return err_no_memory(err);
    if (mkdtemp(name) != NULL) {
        fd = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0 && fchmod(fd, 0777 & ~current_umask()) == 0) {
            *name_out = name;
            *fd_out = fd;
            return DONE;
        }
    }
    int saved = errno;
    if (fd >= 0)
        close(fd);
    rmdir(name);
    free(name);
    return err_errno(err, saved, _("unable to make the folder '%s'"), target);
}

/* --- in its place --- */

/* One call for the whole tree: an fsync a file would take minutes for an export of thousands. */
static status sync_at(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), failed;
    if (fd < 0)
        return err_errno(err, errno, _("unable to open '%s'"), path);
    failed = syncfs(fd) == 0 ? 0 : errno;
    close(fd);
    return failed == 0 ? DONE : err_errno(err, failed, _("unable to write '%s' to disk"), path);
}

status export_place_put_file(const char *temporary, const char *target, struct err *err)
{
    status got = export_place_check_file(target, err);
    if (got == DONE)
        got = sync_at(temporary, err);
    if (got == DONE && rename(temporary, target) != 0)
        got = err_errno(err, errno, _("unable to write '%s'"), target);
    return got;
}

/* The old folder takes the temporary one's place and is removed there. File systems without an exchange have an instant
 * at which neither stands at the target; the old one is never removed before the new one stands there. */
static status exchange(const char *temporary, const char *target, struct err *err)
{
    char *aside;
    status got = DONE;
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, target, RENAME_EXCHANGE) == 0) {
        export_place_remove(temporary);
        return DONE;
    }
    if (errno != EINVAL && errno != ENOSYS)
        return err_errno(err, errno, _("unable to replace '%s'"), target);
    aside = template_beside(target);
    if (aside == NULL)
        return err_no_memory(err);
    if (mkdtemp(aside) == NULL || rename(target, aside) != 0) {
        got = err_errno(err, errno, _("unable to replace '%s'"), target);
        rmdir(aside);
    } else if (rename(temporary, target) != 0) {
        got = err_errno(err, errno, _("unable to replace '%s'"), target);
        (void)rename(aside, target);
    } else {
        export_place_remove(aside);
    }
    free(aside);
    return got;
}

status export_place_put_folder(const char *temporary, const char *target, struct err *err)
{
    mode_t type;
    status got = export_place_check_folder(target, err);
    if (got == DONE)
        got = sync_at(temporary, err);
    if (got == DONE)
        got = type_of(target, &type, err);
    if (got != DONE)
        return got;
    if (type != 0)
        return exchange(temporary, target, err);
    if (rename(temporary, target) != 0)
        return err_errno(err, errno, _("unable to make the folder '%s'"), target);
    return DONE;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    return remove(path);
}

void export_place_remove(const char *path)
{
    /* What cannot be removed stays as a hidden folder, which harms nobody. */
    (void)nftw(path, remove_one, WALK_FDS, FTW_DEPTH | FTW_PHYS);
}
