#include "base/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel gives EAGAIN when a rename raced with its look-up; it is rare and passes. */
enum { RACE_TRIES = 16 };

bool beneath_is_safe(struct sv path)
{
    struct sv rest = path, part;

    if (sv_starts(path, SV("/")) || sv_chr(path, '\0') != SIZE_MAX)
        return false;
    while (sv_next(&rest, '/', &part))
        if (sv_eq(part, SV("..")))
            return false;
    return true;
}

int beneath_by_kernel(int root_fd, const char *path, int flags, mode_t mode)
{
    bool creates = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    struct open_how how = {.flags = (unsigned)(flags | O_CLOEXEC),
                           .mode = creates ? mode & 07777 : 0,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};

    for (int tries = 0;;) {
        long fd = syscall(SYS_openat2, root_fd, path, &how, sizeof(how));

        if (fd >= 0)
            return (int)fd;
        if (errno == EINTR || (errno == EAGAIN && ++tries < RACE_TRIES))
            continue;
        return -errno;
    }
}

static int open_retrying(int dir_fd, const char *name, int flags, mode_t mode)
{
    int fd;

    do {
        fd = openat(dir_fd, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    return fd < 0 ? -errno : fd;
}

/* O_DIRECTORY on a link says ENOTDIR, and O_PATH opens the link itself: both mean that a link is in the way. */
static int open_step(int dir_fd, const char *name, int flags, mode_t mode)
{
    struct stat info;
    int fd = open_retrying(dir_fd, name, flags, mode);

    if (fd == -ENOTDIR && fstatat(dir_fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode))
        return -ELOOP;
    if (fd >= 0 && (flags & O_PATH) && fstat(fd, &info) == 0 && S_ISLNK(info.st_mode)) {
        close(fd);
        return -ELOOP;
    }
    return fd;
}

/* Each folder is opened without following, and the next name is looked up in that descriptor: a folder swapped for a
 * link meanwhile is never walked through. */
int beneath_by_walk(int root_fd, const char *path, int flags, mode_t mode)
{
    char name[NAME_MAX + 1];
    int dir_fd = root_fd, fd = -ENOENT;

    for (;;) {
        size_t len = strcspn(path, "/");
        bool last = path[len + strspn(path + len, "/")] == '\0';

        if (len > NAME_MAX) {
            fd = -ENAMETOOLONG;
        } else {
            memcpy(name, path, len);
            name[len] = '\0';
            /* "a/" names a folder, as it does for the kernel. */
            if (last && path[len] != '/')
                fd = open_step(dir_fd, name, flags, mode);
            else if (last)
                fd = open_step(dir_fd, name, flags | O_DIRECTORY, mode);
            else
                fd = open_step(dir_fd, name, O_PATH | O_DIRECTORY, 0);
        }
        if (dir_fd != root_fd)
            close(dir_fd);
        if (fd < 0 || last)
            return fd;
        dir_fd = fd;
        path += len + strspn(path + len, "/");
    }
}
