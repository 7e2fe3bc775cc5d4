#include "catalogue/content.h"

#include "base/arena.h"
#include "base/file.h"
#include "catalogue/content_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ORDINARY_TITLE = 256,
    RECORD_MAX = 32 * 1024 * 1024 /* no note, and no title, comes near; a damaged length may */
};

struct content {
    int fd;
    char name[CONTENT_NAME_SIZE];
};

/* --- the file --- */

void content_file_head(const char *name, struct content_file_head *head_out)
{
    memset(head_out, 0, sizeof *head_out);
    memcpy(head_out->magic, "chiron content\n", sizeof "chiron content\n");
    snprintf(head_out->name, sizeof head_out->name, "%s", name);
}

/* Fewer bytes than asked for where the file ends or cannot be read. */
static size_t read_at(int fd, char *into, size_t count, uint64_t at)
{
    size_t have = 0;
    while (have < count) {
        ssize_t got = pread(fd, into + have, count - have, (off_t)(at + have));
        if (got > 0)
            have += (size_t)got;
        else if (got == 0 || errno != EINTR)
            break;
    }
    return have;
}

static bool is_ours(int fd, const char *name, uint64_t end)
{
    struct content_file_head wanted, found;
    struct stat st;
    content_file_head(name, &wanted);
    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 0077) == 0 &&
           (uint64_t)st.st_size >= end && read_at(fd, (char *)&found, sizeof found, 0) == sizeof found &&
           memcmp(&found, &wanted, sizeof found) == 0;
}

status content_open_file(const char *dir, const char *name, int flags, uint64_t end, int *fd_out, struct err *err)
{
    struct buf path = {0};
    if (strncmp(name, CONTENT_PREFIX, sizeof CONTENT_PREFIX - 1) != 0 || strchr(name, '/'))
        return NOT_FOUND;
    path_join(&path, sv_of(dir), sv_of(name));
    status s = buf_check(&path, err);
    int fd = s == DONE ? open(path.ptr, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
    buf_release(&path);
    if (s != DONE)
        return s;
    if (fd >= 0 && is_ours(fd, name, end)) {
        *fd_out = fd;
        return DONE;
    }
    if (fd >= 0)
        close(fd);
    return NOT_FOUND;
}

status content_open(const char *dir, const char *name, uint64_t end, struct content **content_out, struct err *err)
{
    int fd;
    *content_out = NULL;
    status s = content_open_file(dir, name, O_RDONLY, end, &fd, err);
    if (s != DONE)
        return s;
    struct content *content = memory_zero(1, sizeof *content);
    if (!content) {
        close(fd);
        return err_no_memory(err);
    }
    content->fd = fd;
    snprintf(content->name, sizeof content->name, "%s", name);
    *content_out = content;
    return DONE;
}

void content_close(struct content *content)
{
    if (!content)
        return;
    close(content->fd);
    free(content);
}

const char *content_name(const struct content *content)
{
    return content->name;
}

/* --- windows --- */

void content_window_release(struct content_window *window)
{
    buf_release(&window->bytes);
    *window = (struct content_window){0};
}

status content_load(const struct content *content, struct content_window *window, uint64_t begin, uint64_t end,
                    struct err *err)
{
    buf_clear(&window->bytes);
    window->begin = begin;
    if (begin >= end)
        return DONE;
    if (end - begin > SIZE_MAX / 2 || !buf_reserve(&window->bytes, (size_t)(end - begin)))
        return err_no_memory(err);
    window->bytes.len = read_at(content->fd, window->bytes.ptr, (size_t)(end - begin), begin);
    return DONE;
}

/* --- records --- */

uint64_t content_length(size_t title, size_t bytes)
{
    return (uint64_t)sizeof(struct content_head) + title + 1 + bytes + 1;
}

/* What the window has from the record's first byte on. */
static struct sv from_record(const struct content_window *window, uint64_t at)
{
    if (at < window->begin || at - window->begin >= window->bytes.len)
        return (struct sv){0};
    return sv_from(buf_view(&window->bytes), (size_t)(at - window->begin));
}

/* Its length by its head; 0 where not even that is in the window. */
static uint64_t length_of(struct sv from, struct content_head *head_out)
{
    if (from.len < sizeof *head_out)
        return 0;
    memcpy(head_out, from.ptr, sizeof *head_out);
    return content_length(head_out->title, head_out->bytes);
}

static bool is_of(const struct content_head *head, const struct content_key *key)
{
    return head->hash == key->hash && head->path == sv_hash(key->path);
}

status content_find(const struct content *content, struct content_window *window, const struct content_key *key,
                    struct content_text *text_out, struct err *err)
{
    struct content_head head = {0};
    status s = DONE;
    struct sv record = from_record(window, key->at);
    uint64_t length = length_of(record, &head);
    if (length == 0) {
        s = content_load(content, window, key->at, key->at + content_length(ORDINARY_TITLE, key->size), err);
        record = from_record(window, key->at);
        length = length_of(record, &head);
    }
    if (s == DONE && length > record.len && is_of(&head, key) && length <= RECORD_MAX) {
        s = content_load(content, window, key->at, key->at + length, err);
        record = from_record(window, key->at);
        length = length_of(record, &head);
    }
    if (s != DONE)
        return s;
    if (length == 0 || length > record.len || !is_of(&head, key))
        return NOT_FOUND;
    record.len = (size_t)length;
    if (sv_hash(sv_from(record, sizeof head.check)) != head.check)
        return NOT_FOUND;
    text_out->title = sv_sub(record, sizeof head, head.title);
    text_out->bytes = sv_sub(record, sizeof head + head.title + 1, head.bytes);
    return DONE;
}
