#include "base/file.h"

#include "base/beneath.h"
#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static status refuse_link(struct sv path, struct err *err)
{
    return err_at(err, REFUSED, path, 0, 0, _("'%.*s' leads through a symbolic link"), SV_ARG(path));
}

status file_open_beneath(int root_fd, struct sv path, int flags, mode_t mode, int *fd_out, struct err *err)
{
    char text[PATH_MAX];
    int fd;

    *fd_out = -1;
    if (!beneath_is_safe(path))
        return err_at(err, REFUSED, path, 0, 0, _("'%.*s' leads out of its folder"), SV_ARG(path));
    if (path.len >= sizeof(text))
        return err_errno(err, ENAMETOOLONG, _("unable to open '%.*s'"), SV_ARG(path));
    if (path.len == 0)
        path = SV(".");
    memcpy(text, path.ptr, path.len);
    text[path.len] = '\0';

    fd = beneath_by_kernel(root_fd, text, flags, mode);
    if (fd == -ENOSYS || fd == -EPERM)
        fd = beneath_by_walk(root_fd, text, flags, mode);
    if (fd >= 0) {
        *fd_out = fd;
        return DONE;
    }
    if (fd == -ENOENT || fd == -ENOTDIR)
        return NOT_FOUND;
    if (fd == -ELOOP || fd == -EXDEV)
        return refuse_link(path, err);
    return err_errno(err, -fd, _("unable to open '%.*s'"), SV_ARG(path));
}

static int64_t nanoseconds(struct timespec t)
{
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void file_stamp_of(const struct stat *info, struct file_stamp *stamp_out)
{
    *stamp_out = (struct file_stamp){.size = info->st_size,
                                     .mtime_ns = nanoseconds(info->st_mtim),
                                     .ctime_ns = nanoseconds(info->st_ctim),
                                     .inode = info->st_ino,
                                     .device = info->st_dev,
                                     .mode = info->st_mode};
}

bool file_stamp_same(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->size == b->size && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns && a->inode == b->inode &&
           a->device == b->device && a->mode == b->mode;
}

status file_stamp_beneath(int root_fd, struct sv path, struct file_stamp *stamp_out, struct err *err)
{
    struct stat info;
    int fd, failed;
    status rc = file_open_beneath(root_fd, path, O_PATH, 0, &fd, err);

    if (rc != DONE)
        return rc;
    failed = fstat(fd, &info) == 0 ? 0 : errno;
    close(fd);
    if (failed)
        return err_errno(err, failed, _("unable to read '%.*s'"), SV_ARG(path));
    file_stamp_of(&info, stamp_out);
    return DONE;
}

static status too_large(struct sv name, size_t max, struct err *err)
{
    return err_at(err, FAILED, name, 0, 0, _("'%.*s' is larger than %zu bytes"), SV_ARG(name), max);
}

/* To the end, into the room reserved; `max` holds for a file that grows while it is read, too. */
static status read_to_end(int fd, struct sv name, size_t max, struct buf *into, struct err *err)
{
    size_t before = into->len;

    for (;;) {
        ssize_t got;

        if (into->capacity - into->len <= 1 && !buf_reserve(into, into->len - before + 1))
            return err_no_memory(err);
        got = read(fd, into->ptr + into->len, into->capacity - into->len - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(err, errno, _("unable to read '%.*s'"), SV_ARG(name));
        if (got == 0)
            break;
        into->len += (size_t)got;
        if (into->len - before > max)
            return too_large(name, max, err);
    }
    into->ptr[into->len] = '\0';
    return DONE;
}

status file_read_fd(int fd, struct sv name, size_t max, struct buf *into, struct err *err)
{
    size_t before = into->len;
    struct stat info;
    status rc;

    if (fstat(fd, &info) != 0)
        return err_errno(err, errno, _("unable to read '%.*s'"), SV_ARG(name));
    if (!S_ISREG(info.st_mode))
        return err_at(err, REFUSED, name, 0, 0, _("'%.*s' is not a regular file"), SV_ARG(name));
    if ((uint64_t)info.st_size > max)
        return too_large(name, max, err);
    /* One byte more than its size, so that the read behind the last byte finds the end without growing. */
    if (!buf_reserve(into, (size_t)info.st_size + 1))
        return err_no_memory(err);
    rc = read_to_end(fd, name, max, into, err);
    if (rc != DONE)
        buf_truncate(into, before);
    return rc;
}

/* Without O_NONBLOCK opening a named pipe would wait for a writer for ever. */
enum { READ_FLAGS = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC };

status file_read_beneath(int root_fd, struct sv path, size_t max, struct buf *into, struct err *err)
{
    int fd;
    status rc = file_open_beneath(root_fd, path, READ_FLAGS, 0, &fd, err);

    if (rc != DONE)
        return rc;
    rc = file_read_fd(fd, path, max, into, err);
    close(fd);
    return rc;
}

status file_read(const char *path, size_t max, struct buf *into, struct err *err)
{
    int fd;
    status rc;

    do {
        fd = open(path, READ_FLAGS);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return NOT_FOUND;
    if (fd < 0)
        return err_errno(err, errno, _("unable to open '%s'"), path);
    rc = file_read_fd(fd, sv_of(path), max, into, err);
    close(fd);
    return rc;
}

/* Many systems give each user a group of the same name with nobody else in it, and let it write by default. */
static bool is_own_group(uid_t owner, gid_t group)
{
    struct passwd user, *user_found = NULL;
    struct group own, *group_found = NULL;
    char user_text[4096], group_text[4096];

    if (getpwuid_r(owner, &user, user_text, sizeof(user_text), &user_found) != 0 || !user_found)
        return false;
    if (user.pw_gid != group)
        return false;
    if (getgrgid_r(group, &own, group_text, sizeof(group_text), &group_found) != 0 || !group_found)
        return false;
    if (strcmp(own.gr_name, user.pw_name) != 0)
        return false;
    for (char **member = own.gr_mem; *member; member++)
        if (strcmp(*member, user.pw_name) != 0)
            return false;
    return true;
}

bool file_is_trusted(const char *path, const char **why_out)
{
    struct stat info;

    *why_out = "";
    if (stat(path, &info) != 0)
        *why_out = _("it cannot be read");
    else if (info.st_uid != 0 && info.st_uid != geteuid())
        *why_out = _("it belongs to another user");
    else if (info.st_mode & S_IWOTH)
        *why_out = _("everybody may write it");
    else if ((info.st_mode & S_IWGRP) && !is_own_group(info.st_uid, info.st_gid))
        *why_out = _("its group may write it");
    return **why_out == '\0';
}
