/* Writing so that a crash at any instant leaves the old bytes or the new ones. */
#include "base/beneath.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NAME_TRIES = 64, LOCK_PAUSE_MS = 20 };

static status write_some(int fd, struct sv bytes, int *errno_out)
{
    while (bytes.len) {
        ssize_t put = write(fd, bytes.ptr, bytes.len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            *errno_out = errno;
            return FAILED;
        }
        bytes = sv_from(bytes, (size_t)put);
    }
    return DONE;
}

status fd_write_all(int fd, struct sv bytes, struct err *err)
{
    int failed = 0;

    return write_some(fd, bytes, &failed) == DONE ? DONE : err_errno(err, failed, "%s", _("unable to write"));
}

/* The file that is about to be replaced. */
struct target {
    int dir_fd;
    char name[NAME_MAX + 1], temporary[NAME_MAX + 1];
    struct sv path; /* for messages */
    struct stat old;
    bool exists;
};

static status target_failed(const struct target *target, int saved_errno, struct err *err)
{
    return err_errno(err, saved_errno, _("unable to write '%.*s'"), SV_ARG(target->path));
}

static status target_init(struct target *target, int dir_fd, struct sv path, struct err *err)
{
    struct sv name = sv_basename(path);

    target->dir_fd = dir_fd;
    target->path = path;
    if (name.len == 0 || sv_eq(name, SV(".")) || sv_eq(name, SV("..")))
        return target_failed(target, EISDIR, err);
    if (name.len > NAME_MAX)
        return target_failed(target, ENAMETOOLONG, err);
    memcpy(target->name, name.ptr, name.len);
    target->name[name.len] = '\0';

    target->exists = fstatat(dir_fd, target->name, &target->old, AT_SYMLINK_NOFOLLOW) == 0;
    if (!target->exists)
        return errno == ENOENT ? DONE : target_failed(target, errno, err);
    if (S_ISLNK(target->old.st_mode))
        return err_at(err, REFUSED, path, 0, 0, _("'%.*s' leads through a symbolic link"), SV_ARG(path));
    if (!S_ISREG(target->old.st_mode))
        return err_at(err, REFUSED, path, 0, 0, _("'%.*s' is not a regular file"), SV_ARG(path));
    return DONE;
}

static uint32_t random_number(int salt)
{
    struct timespec now;
    uint32_t number;

    if (getrandom(&number, sizeof(number), GRND_NONBLOCK) == (ssize_t)sizeof(number))
        return number;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)(now.tv_nsec ^ (long)getpid() * 7919 ^ salt * 104729L);
}

/* ".<name>.chiron-1a2b3c4d" beside the target, the name cut where the whole would be too long. */
static int open_temporary(struct target *target, mode_t mode)
{
    enum { AROUND = sizeof("..chiron-12345678") };
    int fd;

    for (int tries = 0;; tries++) {
        snprintf(target->temporary, sizeof(target->temporary), ".%.*s.chiron-%08x", NAME_MAX - AROUND, target->name,
                 random_number(tries));
        fd = openat(target->dir_fd, target->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (fd >= 0 || (errno != EINTR && errno != EEXIST) || tries == NAME_TRIES)
            return fd;
    }
}

/* An old file keeps its mode, and its group and owner where we may give them away. What cannot be given away must not
 * carry the power of set-user-ID over to another owner. */
static int copy_owner_and_mode(int fd, const struct stat *old)
{
    mode_t mode = old->st_mode & 07777;
    struct stat now;

    if (fstat(fd, &now) != 0)
        return errno;
    if ((now.st_uid != old->st_uid || now.st_gid != old->st_gid) && fchown(fd, old->st_uid, old->st_gid) != 0)
        mode &= ~(mode_t)(S_ISUID | S_ISGID);
    return fchmod(fd, mode) == 0 ? 0 : errno;
}

/* errno of the first call that failed. A failed fsync is final: the kernel may have dropped the pages already, and
 * a second call would report success for bytes that are gone. */
static int fill(int fd, const struct target *target, struct sv bytes)
{
    int failed = 0;

    if (write_some(fd, bytes, &failed) != DONE)
        return failed;
    if (target->exists && (failed = copy_owner_and_mode(fd, &target->old)) != 0)
        return failed;
    return fsync(fd) == 0 ? 0 : errno;
}

static status replace(struct target *target, struct sv bytes, mode_t mode, struct err *err)
{
    int fd = open_temporary(target, target->exists ? 0600 : mode);
    int failed;

    if (fd < 0)
        return target_failed(target, errno, err);
    failed = fill(fd, target, bytes);
    if (close(fd) != 0 && !failed && errno != EINTR)
        failed = errno;
    if (!failed && renameat(target->dir_fd, target->temporary, target->dir_fd, target->name) != 0)
        failed = errno;
    if (failed) {
        unlinkat(target->dir_fd, target->temporary, 0);
        return target_failed(target, failed, err);
    }
    if (fsync(target->dir_fd) != 0)
        return err_errno(err, errno, _("'%.*s' is written, but may not survive a power cut"), SV_ARG(target->path));
    return DONE;
}

static status write_in(int dir_fd, struct sv path, struct sv bytes, mode_t mode, struct err *err)
{
    struct target target = {0};
    status rc = target_init(&target, dir_fd, path, err);

    return rc == DONE ? replace(&target, bytes, mode, err) : rc;
}

status file_write_beneath(int root_fd, struct sv path, struct sv bytes, mode_t mode, struct err *err)
{
    int dir_fd;
    status rc;

    if (!beneath_is_safe(path))
        return err_at(err, REFUSED, path, 0, 0, _("'%.*s' leads out of its folder"), SV_ARG(path));
    rc = file_open_beneath(root_fd, sv_dirname(path), O_RDONLY | O_DIRECTORY, 0, &dir_fd, err);

    if (rc == NOT_FOUND)
        return err_errno(err, ENOENT, _("unable to write '%.*s'"), SV_ARG(path));
    if (rc != DONE)
        return rc;
    rc = write_in(dir_fd, path, bytes, mode, err);
    close(dir_fd);
    return rc;
}

status file_write(const char *path, struct sv bytes, mode_t mode, struct err *err)
{
    char real[PATH_MAX], dir[PATH_MAX];
    struct stat info;
    struct sv folder;
    int dir_fd;
    status rc;

    /* People keep their configuration elsewhere and link to it: the link stays, its target is written. */
    if (lstat(path, &info) == 0 && S_ISLNK(info.st_mode)) {
        if (!realpath(path, real))
            return err_errno(err, errno, _("unable to write '%s'"), path);
        path = real;
    }
    folder = sv_dirname(sv_of(path));
    if (folder.len >= sizeof(dir))
        return err_errno(err, ENAMETOOLONG, _("unable to write '%s'"), path);
    snprintf(dir, sizeof(dir), "%.*s", SV_ARG(folder.len ? folder : SV(".")));
    rc = dir_open(dir, &dir_fd, err);
    if (rc == NOT_FOUND)
        return err_errno(err, ENOENT, _("unable to write '%s'"), path);
    if (rc != DONE)
        return rc;
    rc = write_in(dir_fd, sv_of(path), bytes, mode, err);
    close(dir_fd);
    return rc;
}

status fd_lock(int fd, bool exclusive, int wait_ms, struct err *err)
{
    uint64_t started = clock_ms();
    struct timespec pause = {.tv_nsec = LOCK_PAUSE_MS * 1000000L};

    while (flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return err_errno(err, errno, "%s", _("unable to lock"));
        if (cancel_requested())
            return err_set(err, CANCELLED, "%s", _("cancelled while waiting for another process"));
        if (wait_ms <= 0 || clock_ms() - started >= (uint64_t)wait_ms)
            return err_set(err, CONFLICTED, "%s", _("another process is at work here; try again when it is done"));
        nanosleep(&pause, NULL);
    }
    return DONE;
}
