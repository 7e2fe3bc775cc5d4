/* The writer's half of the content store. Records are gathered and written in large pieces. Nothing is synced: what a
 * power cut takes is noticed by its checksum, and read from the notes. */
#include "base/arena.h"
#include "base/file.h"
#include "base/i18n.h"
#include "catalogue/content_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

struct content_writer {
    int fd;
    char name[CONTENT_NAME_SIZE];
    uint64_t written; /* the file's length */
    struct buf waiting;
    bool failed;
};

/* --- files --- */

void content_remove(const char *dir, const char *name)
{
    struct buf path = {0};
    path_join(&path, sv_of(dir), sv_of(name));
    if (!path.failed)
        unlink(path.ptr);
    buf_release(&path);
}

/* Nobody else makes one meanwhile, for we hold the catalogue's lock; who still reads one has it open. */
static void remove_others(const char *dir, const char *name, const char *other)
{
    DIR *folder = opendir(dir);
    struct dirent *entry;
    while (folder && (entry = readdir(folder)) != NULL)
        if (strncmp(entry->d_name, CONTENT_PREFIX, sizeof CONTENT_PREFIX - 1) == 0 &&
            strcmp(entry->d_name, name) != 0 && !(other && strcmp(entry->d_name, other) == 0))
            unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
}

static status make_file(const char *dir, struct content_writer *writer, struct err *err)
{
    struct content_file_head head;
    struct buf path = {0};
    uint64_t number;
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
        return err_set(err, FAILED, "%s", _("the system gives no random numbers"));
    snprintf(writer->name, sizeof writer->name, CONTENT_PREFIX "%016" PRIx64, number);
    path_join(&path, sv_of(dir), sv_of(writer->name));
    status s = buf_check(&path, err);
    if (s == DONE) {
        writer->fd = open(path.ptr, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        s = writer->fd < 0 ? err_errno(err, errno, _("unable to write '%s'"), path.ptr) : DONE;
    }
    buf_release(&path);
    if (s != DONE)
        return s;
    content_file_head(writer->name, &head);
    buf_put(&writer->waiting, sv_make((const char *)&head, sizeof head));
    return DONE;
}

/* Records begin at multiples of eight, also behind what a crash left. */
static status go_on(const char *dir, const char *name, struct content_writer *writer, struct err *err)
{
    struct stat st;
    status s = content_open_file(dir, name, O_RDWR, 0, &writer->fd, err);
    if (s != DONE)
        return s;
    if (fstat(writer->fd, &st) != 0)
        return err_errno(err, errno, _("unable to write '%s'"), name);
    writer->written = ((uint64_t)st.st_size + CONTENT_ALIGN - 1) / CONTENT_ALIGN * CONTENT_ALIGN;
    snprintf(writer->name, sizeof writer->name, "%s", name);
    return DONE;
}

status content_append(const char *dir, const char *name, const char *other, struct content_writer **writer_out,
                      struct err *err)
{
    *writer_out = NULL;
    struct content_writer *writer = memory_zero(1, sizeof *writer);
    if (!writer)
        return err_no_memory(err);
    writer->fd = -1;
    status s = *name ? go_on(dir, name, writer, err) : make_file(dir, writer, err);
    if (s != DONE) {
        content_writer_close(writer);
        return s;
    }
    remove_others(dir, writer->name, other);
    *writer_out = writer;
    return DONE;
}

void content_writer_close(struct content_writer *writer)
{
    if (!writer)
        return;
    if (writer->fd >= 0)
        close(writer->fd);
    buf_release(&writer->waiting);
    free(writer);
}

const char *content_writer_name(const struct content_writer *writer)
{
    return writer->name;
}

uint64_t content_writer_end(const struct content_writer *writer)
{
    return writer->written + writer->waiting.len;
}

/* --- records --- */

uint64_t content_put(struct content_writer *writer, const struct content_key *key, const struct content_text *text)
{
    struct content_head head = {.hash = key->hash,
                                .path = sv_hash(key->path),
                                .title = (uint32_t)text->title.len,
                                .bytes = (uint32_t)text->bytes.len};
    size_t begin = writer->waiting.len;
    buf_put(&writer->waiting, sv_make((const char *)&head, sizeof head));
    buf_put(&writer->waiting, text->title);
    buf_char(&writer->waiting, '\0');
    buf_put(&writer->waiting, text->bytes);
    buf_char(&writer->waiting, '\0');
    if (writer->waiting.failed)
        return 0;
    head.check = sv_hash(sv_from(buf_view(&writer->waiting), begin + sizeof head.check));
    memcpy(writer->waiting.ptr + begin, &head.check, sizeof head.check);
    buf_fill(&writer->waiting, '\0', (CONTENT_ALIGN - writer->waiting.len % CONTENT_ALIGN) % CONTENT_ALIGN);
    return writer->written + begin;
}

status content_flush(struct content_writer *writer, struct err *err)
{
    status s = writer->failed ? err_set(err, FAILED, _("unable to write '%s'"), writer->name)
                              : buf_check(&writer->waiting, err);
    struct sv rest = buf_view(&writer->waiting);
    while (s == DONE && rest.len > 0) {
        ssize_t put = pwrite(writer->fd, rest.ptr, rest.len, (off_t)writer->written);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            s = err_errno(err, put < 0 ? errno : ENOSPC, _("unable to write '%s'"), writer->name);
            break;
        }
        writer->written += (uint64_t)put;
        rest = sv_from(rest, (size_t)put);
    }
    writer->failed = s != DONE;
    buf_clear(&writer->waiting);
    return s;
}
