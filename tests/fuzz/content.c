/* A content store of any bytes: a record that is found lies within the file and has its checksum. The first byte says
 * where the record is looked for, the second whether it is made one: a head whose owner and checksum are right. */
#include "base/file.h"
#include "catalogue/content_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char dir[] = "/tmp", path[] = "note.md";
enum { HASH = 7 };

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* Lengths stay as they are: they are what is to be survived. */
static void make_record(struct buf *file, size_t at)
{
    struct content_head head;
    if (at + sizeof head > file->len)
        return;
    memcpy(&head, file->ptr + at, sizeof head);
    head.hash = HASH;
    head.path = sv_hash(SV("note.md"));
    uint64_t length = content_length(head.title, head.bytes);
    memcpy(file->ptr + at, &head, sizeof head);
    head.check = sv_hash(sv_sub(buf_view(file), at + sizeof head.check, (size_t)length - sizeof head.check));
    memcpy(file->ptr + at, &head.check, sizeof head.check);
}

static void look(const char *name, const struct buf *file, size_t at, size_t window_begin)
{
    struct content *content;
    struct content_window window = {0};
    struct content_text text;
    struct err err = {0};
    struct content_key key = {.at = at, .hash = HASH, .path = sv_of(path), .size = 100};
    check(content_open(dir, name, 0, &content, &err) == DONE);
    check(content_load(content, &window, window_begin, window_begin + 64, &err) == DONE);
    status s = content_find(content, &window, &key, &text, &err);
    check(s == DONE || s == NOT_FOUND);
    if (s == DONE) {
        check(content_length(text.title.len, text.bytes.len) <= file->len - at);
        check(sv_hash(text.bytes) == sv_hash(sv_sub(buf_view(file), at + 33 + text.title.len, text.bytes.len)));
    }
    content_window_release(&window);
    content_close(content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char name[CONTENT_NAME_SIZE], where[64];
    struct content_file_head head;
    struct buf file = {0};
    struct err err = {0};
    if (size < 3 || size > 64 * 1024)
        return 0;
    snprintf(name, sizeof name, CONTENT_PREFIX "fuzz-%d", (int)getpid());
    snprintf(where, sizeof where, "%s/%s", dir, name);
    content_file_head(name, &head);
    buf_put(&file, sv_make((const char *)&head, sizeof head));
    buf_put(&file, sv_make((const char *)data + 2, size - 2));
    size_t at = sizeof head + data[0];
    if (data[1] & 1)
        make_record(&file, at);
    int fd = open(where, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
    check(fd >= 0 && fd_write_all(fd, buf_view(&file), &err) == DONE);
    close(fd);
    look(name, &file, at, data[1]);
    unlink(where);
    buf_release(&file);
    return 0;
}
