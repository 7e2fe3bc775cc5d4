#include "catalogue/rows_file.h"

#include "base/checksum.h"
#include "catalogue/rows_draft.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A writer that died leaves its file; no one takes longer. */
enum { STALE_SECONDS = 60 };

static uint64_t checksum_of(const char *image, size_t size)
{
    size_t begin = offsetof(struct rows_head, checksum) + sizeof(uint64_t);
    return checksum(sv_make(image + begin, size - begin));
}

static bool is_sound(const struct rows *rows)
{
    const struct rows_head *head = (const struct rows_head *)(const void *)rows->image;
    return memcmp(head->magic, rows_magic, sizeof rows_magic) == 0 && head->head_size == sizeof *head &&
           head->row_size == sizeof(struct row) && head->folder_size == sizeof(struct folder_row) &&
           head->size == rows->image_size && head->checksum == checksum_of(rows->image, rows->image_size);
}

static status map_file(int fd, struct rows *rows)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || info.st_size < (off_t)sizeof(struct rows_head) || info.st_size > UINT32_MAX)
        return NOT_FOUND;
    size_t size = (size_t)info.st_size;
    void *at = mmap(NULL, size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
    if (at == MAP_FAILED)
        return NOT_FOUND;
    rows->image = at;
    rows->image_size = size;
    rows->is_mapped = true;
    return is_sound(rows) && rows_lay_out(rows) ? DONE : NOT_FOUND;
}

status rows_map(const char *path, struct rows *rows_out, struct rows_state *state_out)
{
    *rows_out = (struct rows){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return NOT_FOUND;
    status s = map_file(fd, rows_out);
    close(fd);
    if (s != DONE) {
        rows_release(rows_out);
        return s;
    }
    const struct rows_head *head = (const struct rows_head *)(const void *)rows_out->image;
    memcpy(state_out->id, head->id, sizeof state_out->id);
    state_out->id[sizeof state_out->id - 1] = '\0';
    state_out->refreshed_ns = head->refreshed_ns;
    rows_out->loaded = true;
    return DONE;
}

status rows_peek(const char *path, struct rows_state *state_out, int64_t *change_out)
{
    struct rows_head head;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return NOT_FOUND;
    ssize_t got = pread(fd, &head, sizeof head, 0);
    close(fd);
    if (got != (ssize_t)sizeof head || memcmp(head.magic, rows_magic, sizeof rows_magic) != 0)
        return NOT_FOUND;
    memcpy(state_out->id, head.id, sizeof state_out->id);
    state_out->id[sizeof state_out->id - 1] = '\0';
    state_out->refreshed_ns = head.refreshed_ns;
    *change_out = head.change;
    return DONE;
}

/* -1 while another process is writing one. */
static int make_file(const char *path)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    struct stat info;
    int fd = open(path, flags, 0600);
    if (fd >= 0 || stat(path, &info) != 0 || time(NULL) - info.st_mtime < STALE_SECONDS)
        return fd;
    unlink(path);
    return open(path, flags, 0600);
}

void rows_save(const char *path, struct rows *rows, const struct rows_state *state)
{
    struct buf fresh = {0};
    struct rows_head *head = (struct rows_head *)(void *)rows->image;
    if (rows->is_mapped || !rows->loaded)
        return;
    memcpy(head->id, state->id, sizeof state->id);
    head->refreshed_ns = state->refreshed_ns;
    head->change = rows->change;
    head->swept_ns = rows->swept_ns;
    head->rules = rows->rules;
    head->checksum = checksum_of(rows->image, rows->image_size);
    buf_printf(&fresh, "%s.new", path);
    int fd = fresh.failed ? -1 : make_file(fresh.ptr);
    if (fd >= 0) {
        struct err ignored = {0};
        status s = fd_write_all(fd, sv_make(rows->image, rows->image_size), &ignored);
        if (close(fd) != 0 || s != DONE || rename(fresh.ptr, path) != 0)
            unlink(fresh.ptr);
    }
    buf_release(&fresh);
}
