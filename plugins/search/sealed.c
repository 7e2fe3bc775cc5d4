#include "sealed.h"

#include "sum.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_CHUNKS = 32, SUM_BYTES = 8 };

void seal_file_name(const struct seal *seal, char out[SEALED_NAME])
{
    snprintf(out, SEALED_NAME, "%016llx.seg", (unsigned long long)seal->name);
}

/* ---- writing ---- */

void sealed_create(struct sealed_writer *writer, int dir)
{
    char name[SEALED_NAME];
    *writer = (struct sealed_writer){.fd = -1, .buffer = malloc((size_t)BUFFER_CHUNKS * SEALED_CHUNK)};
    if (writer->buffer == NULL)
        writer->error = ENOMEM;
    else if (getrandom(&writer->seal.name, sizeof writer->seal.name, 0) != (ssize_t)sizeof writer->seal.name)
        writer->error = EIO;
    if (writer->error != 0)
        return;
    seal_file_name(&writer->seal, name);
    writer->fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (writer->fd < 0)
        writer->error = errno;
}

static void write_all(struct sealed_writer *writer, const unsigned char *bytes, size_t size)
{
    while (size > 0 && writer->error == 0) {
        ssize_t written = write(writer->fd, bytes, size);
        if (written < 0 && errno != EINTR)
            writer->error = errno;
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        }
    }
}

static void empty_buffer(struct sealed_writer *writer)
{
    for (size_t at = 0; at < writer->used; at += SEALED_CHUNK) {
        size_t left = writer->used - at;
        bytes_put_64(&writer->sums, sum_of(writer->buffer + at, left < SEALED_CHUNK ? left : SEALED_CHUNK));
    }
    if (writer->sums.is_failed)
        writer->error = ENOMEM;
    write_all(writer, writer->buffer, writer->used);
    writer->seal.size += writer->used;
    writer->used = 0;
}

void sealed_put(struct sealed_writer *writer, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    const size_t room = (size_t)BUFFER_CHUNKS * SEALED_CHUNK;
    while (size > 0 && writer->error == 0) {
        size_t part = room - writer->used < size ? room - writer->used : size;
        memcpy(writer->buffer + writer->used, at, part);
        writer->used += part;
        at += part;
        size -= part;
        if (writer->used == room)
            empty_buffer(writer);
    }
}

uint64_t sealed_size(const struct sealed_writer *writer)
{
    return writer->seal.size + writer->used;
}

int sealed_finish(struct sealed_writer *writer, int dir, struct seal *seal_out)
{
    char name[SEALED_NAME];
    if (writer->error == 0)
        empty_buffer(writer);
    write_all(writer, writer->sums.data, writer->sums.size);
    writer->seal.sum = sum_of(writer->sums.data, writer->sums.size);
    if (writer->fd >= 0 && close(writer->fd) != 0 && writer->error == 0)
        writer->error = errno;
    if (writer->fd >= 0 && writer->error != 0) {
        seal_file_name(&writer->seal, name);
        unlinkat(dir, name, 0);
    }
    free(writer->buffer);
    bytes_release(&writer->sums);
    *seal_out = writer->seal;
    return writer->error;
}

/* ---- reading ---- */

static size_t chunk_count(const struct seal *seal)
{
    return (size_t)((seal->size + SEALED_CHUNK - 1) / SEALED_CHUNK);
}

/* Whether all could be read: a file that is too short, or a disk that fails, is damage. */
static bool read_all(int fd, unsigned char *bytes, size_t size, off_t at)
{
    while (size > 0) {
        ssize_t got = pread(fd, bytes, size, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        bytes += got;
        size -= (size_t)got;
        at += got;
    }
    return true;
}

static int read_sums(struct sealed *file)
{
    struct stat st;
    size_t chunks = chunk_count(&file->seal), size = chunks * SUM_BYTES;
    if (fstat(file->fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() || file->seal.size == 0 ||
        (uint64_t)st.st_size != file->seal.size + size)
        return SEALED_BROKEN;
    file->map_size = (size_t)st.st_size;
    file->sums = malloc(size);
    file->checked = calloc((chunks + 63) / 64, sizeof *file->checked);
    if (file->sums == NULL || file->checked == NULL)
        return ENOMEM;
    if (!read_all(file->fd, file->sums, size, (off_t)file->seal.size) || sum_of(file->sums, size) != file->seal.sum)
        return SEALED_BROKEN;
    return 0;
}

static int map(struct sealed *file)
{
    void *at = mmap(NULL, file->map_size, PROT_READ, MAP_SHARED, file->fd, 0);
    if (at == MAP_FAILED)
        return errno;
    file->map = at;
    return 0;
}

int sealed_open(struct sealed *file, int dir, const struct seal *seal)
{
    char name[SEALED_NAME];
    *file = (struct sealed){.seal = *seal};
    seal_file_name(seal, name);
    file->fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    int error = 0;
    if (file->fd < 0)
        error = errno == EMFILE || errno == ENFILE || errno == ENOMEM ? errno : SEALED_BROKEN;
    if (error == 0)
        error = read_sums(file);
    if (error == 0)
        error = map(file);
    if (error != 0)
        sealed_close(file);
    return error;
}

void sealed_close(struct sealed *file)
{
    if (file == NULL)
        return;
    if (file->map != NULL)
        munmap((void *)(uintptr_t)file->map, file->map_size);
    if (file->fd >= 0)
        close(file->fd);
    free(file->sums);
    free(file->checked);
    *file = (struct sealed){.fd = -1};
}

void sealed_forget(struct sealed *file)
{
    memset(file->checked, 0, (chunk_count(&file->seal) + 63) / 64 * sizeof *file->checked);
    file->is_broken = false;
}

/* Read, not looked at through the map: where the disk fails or the file was cut meanwhile, reading is an error and
 * looking the end of the process. */
static bool check_chunk(struct sealed *file, size_t chunk)
{
    unsigned char bytes[SEALED_CHUNK];
    uint64_t at = (uint64_t)chunk * SEALED_CHUNK, left = file->seal.size - at;
    size_t size = left < SEALED_CHUNK ? (size_t)left : SEALED_CHUNK;
    return read_all(file->fd, bytes, size, (off_t)at) && sum_of(bytes, size) == load_64(file->sums + chunk * SUM_BYTES);
}

bool sealed_check(struct sealed *file, size_t first, size_t last)
{
    for (size_t chunk = first; chunk <= last; chunk++) {
        if (file->checked[chunk / 64] >> (chunk % 64) & 1)
            continue;
        if (!check_chunk(file, chunk)) {
            file->is_broken = true;
            return false;
        }
        file->checked[chunk / 64] |= (uint64_t)1 << (chunk % 64);
    }
    return true;
}
