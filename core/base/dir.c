/* Folders: making and opening them. */
#include "base/beneath.h"
#include "base/file.h"
#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static status make_failed(struct sv path, int saved_errno, struct err *err)
{
    if (saved_errno == ELOOP)
        return err_at(err, REFUSED, path, 0, 0, _("'%.*s' leads through a symbolic link"), SV_ARG(path));
    return err_errno(err, saved_errno, _("unable to make the folder '%.*s'"), SV_ARG(path));
}

/* One folder in `dir_fd`, made when absent and then durable; opened without following. -errno. */
static int make_and_enter(int dir_fd, const char *name, mode_t mode)
{
    bool made = mkdirat(dir_fd, name, mode) == 0;

    if (!made && errno != EEXIST)
        return -errno;
    if (made && fsync(dir_fd) != 0)
        return -errno;
    return beneath_by_walk(dir_fd, name, O_RDONLY | O_DIRECTORY, 0);
}

status dir_make_beneath(int root_fd, struct sv path, mode_t mode, struct err *err)
{
    struct sv rest = path, part;
    char name[NAME_MAX + 1];
    int dir_fd;
    status rc;

    if (!beneath_is_safe(path))
        return err_at(err, REFUSED, path, 0, 0, _("'%.*s' leads out of its folder"), SV_ARG(path));
    /* Opened anew: the root may be an O_PATH descriptor, which cannot be fsynced. */
    rc = file_open_beneath(root_fd, SV("."), O_RDONLY | O_DIRECTORY, 0, &dir_fd, err);
    if (rc != DONE)
        return rc == NOT_FOUND ? make_failed(path, ENOENT, err) : rc;
    while (dir_fd >= 0 && sv_next(&rest, '/', &part)) {
        int parent = dir_fd;

        if (part.len == 0 || sv_eq(part, SV(".")))
            continue;
        if (part.len > NAME_MAX) {
            dir_fd = -ENAMETOOLONG;
        } else {
            snprintf(name, sizeof(name), "%.*s", SV_ARG(part));
            dir_fd = make_and_enter(parent, name, mode);
        }
        close(parent);
    }
    if (dir_fd < 0)
        return make_failed(path, -dir_fd, err);
    close(dir_fd);
    return DONE;
}

/* Links are followed here: this is the user's own path, not a vault's. */
static status make_one(const char *path, mode_t mode, struct err *err)
{
    struct stat info;

    if (mkdir(path, mode) == 0)
        return DONE;
    if (errno == EEXIST && stat(path, &info) == 0)
        return S_ISDIR(info.st_mode) ? DONE : make_failed(sv_of(path), ENOTDIR, err);
    return make_failed(sv_of(path), errno, err);
}

status dir_make(const char *path, mode_t mode, struct err *err)
{
    char text[PATH_MAX];
    size_t len = strlen(path);
    struct stat info;

    if (len == 0 || len >= sizeof(text))
        return make_failed(sv_of(path), len ? ENAMETOOLONG : ENOENT, err);
    /* A parent may exist and be closed to us; only what is missing is made. */
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return DONE;
    memcpy(text, path, len + 1);
    for (char *slash = strchr(text + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (stat(text, &info) != 0) {
            status rc = make_one(text, mode, err);

            if (rc != DONE)
                return rc;
        }
        *slash = '/';
    }
    return make_one(text, mode, err);
}

status dir_open(const char *path, int *fd_out, struct err *err)
{
    int fd;

    do {
        fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    } while (fd < 0 && errno == EINTR);
    *fd_out = fd;
    if (fd >= 0)
        return DONE;
    if (errno == ENOENT)
        return NOT_FOUND;
    return err_errno(err, errno, _("unable to open the folder '%s'"), path);
}
