#include "vault/watch.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* By number of its watch, which the kernel counts up from 1. */
struct watched_folder {
    char *path; /* NULL: not watched any more */
    bool wanted;
};

struct watch {
    int fd, root_fd;
    struct watched_folder *folders;
    size_t count, capacity;
};

static const uint32_t told_of = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY | IN_CLOSE_WRITE |
                                IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

status watch_open(int root_fd, struct watch **watch_out, struct err *err)
{
    struct watch *watch = memory_zero(1, sizeof(*watch));

    if (watch == NULL)
        return err_no_memory(err);
    watch->root_fd = root_fd;
    watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch->fd < 0) {
        free(watch);
        return err_errno(err, errno, "%s", _("unable to watch files"));
    }
    *watch_out = watch;
    return DONE;
}

void watch_close(struct watch *watch)
{
    if (watch == NULL)
        return;
    for (size_t i = 0; i < watch->count; i++)
        free(watch->folders[i].path);
    free(watch->folders);
    close(watch->fd);
    free(watch);
}

int watch_fd(const struct watch *watch)
{
    return watch->fd;
}

/* --- which folders --- */

static struct watched_folder *folder_at(struct watch *watch, size_t number, struct err *err)
{
    while (watch->count <= number) {
        struct watched_folder *folders =
            array_grow(watch->folders, &watch->capacity, watch->count, sizeof(*watch->folders));

        if (folders == NULL) {
            err_no_memory(err);
            return NULL;
        }
        watch->folders = folders;
        folders[watch->count++] = (struct watched_folder){0};
    }
    return &watch->folders[number];
}

/* The same folder under another name keeps its number. */
static status folder_set(struct watch *watch, int number, struct sv path, size_t *added, struct err *err)
{
    struct watched_folder *folder = folder_at(watch, (size_t)number, err);
    char *copy;

    if (folder == NULL)
        return NO_MEMORY;
    folder->wanted = true;
    if (folder->path != NULL && sv_eq_c(path, folder->path))
        return DONE;
    copy = memory_alloc(path.len + 1);
    if (copy == NULL)
        return err_no_memory(err);
    if (path.len > 0)
        memcpy(copy, path.ptr, path.len);
    copy[path.len] = '\0';
    free(folder->path);
    folder->path = copy;
    (*added)++;
    return DONE;
}

static status no_more_watches(struct err *err)
{
    return err_set(err, REFUSED, "%s",
                   _("the system allows no more watches: raise fs.inotify.max_user_watches with sysctl"));
}

static status folder_watch(struct watch *watch, struct sv path, size_t *added, struct err *err)
{
    struct err gone = {0};
    char name[64];
    int fd, number, failed;

    /* By its descriptor, for the path may lead out of the vault by now. */
    if (file_open_beneath(watch->root_fd, path, O_PATH | O_DIRECTORY, 0, &fd, &gone) != DONE)
        return DONE;
    snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    number = inotify_add_watch(watch->fd, name, told_of);
    failed = errno;
    close(fd);
    if (number >= 0)
        return folder_set(watch, number, path, added, err);
    if (failed == ENOSPC)
        return no_more_watches(err);
    return failed == ENOENT || failed == ENOTDIR ? DONE : err_errno(err, failed, "%s", _("unable to watch files"));
}

static void unwanted_remove(struct watch *watch)
{
    for (size_t i = 0; i < watch->count; i++) {
        if (watch->folders[i].path == NULL || watch->folders[i].wanted)
            continue;
        inotify_rm_watch(watch->fd, (int)i);
        free(watch->folders[i].path);
        watch->folders[i].path = NULL;
    }
}

status watch_folders(struct watch *watch, const struct sv *paths, size_t count, size_t *added_out, struct err *err)
{
    status rc = DONE;

    *added_out = 0;
    for (size_t i = 0; i < watch->count; i++)
        watch->folders[i].wanted = false;
    for (size_t i = 0; rc == DONE && i < count; i++)
        rc = folder_watch(watch, paths[i], added_out, err);
    if (rc == DONE)
        unwanted_remove(watch);
    return rc;
}

/* --- what is told --- */

static status event_tell(struct watch *watch, const struct inotify_event *event, watch_fn fn, void *payload,
                         struct err *err)
{
    size_t number = (size_t)event->wd;

    if (event->mask & IN_Q_OVERFLOW)
        return STOP;
    if (event->wd < 0 || number >= watch->count || watch->folders[number].path == NULL)
        return DONE;
    if (event->mask & IN_IGNORED) {
        free(watch->folders[number].path);
        watch->folders[number].path = NULL;
        return DONE;
    }
    return fn(payload, sv_of(watch->folders[number].path), err);
}

status watch_drain(struct watch *watch, watch_fn fn, void *payload, struct err *err)
{
    _Alignas(struct inotify_event) char bytes[16 * 1024];
    status rc = DONE;
    ssize_t got;

    while (rc >= DONE && (got = read(watch->fd, bytes, sizeof(bytes))) > 0)
        for (char *at = bytes; rc >= DONE && at < bytes + got;) {
            const struct inotify_event *event = (const struct inotify_event *)(const void *)at;
            status told = event_tell(watch, event, fn, payload, err);

            rc = told == DONE ? rc : told;
            at += sizeof(*event) + event->len;
        }
    return rc;
}
