#include "manifest.h"

#include "sum.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MANIFEST_NEW MANIFEST_NAME ".new"

enum { MANIFEST_MAX = 256 * 1024 * 1024 };

/* ---- parts ---- */

void part_release(struct part *part)
{
    free(part->dead);
    part->dead = NULL;
}

size_t part_dead_words(const struct part *part)
{
    return ((size_t)part->docs + 63) / 64;
}

bool part_is_dead(const struct part *part, uint32_t doc)
{
    return part->dead != NULL && (part->dead[doc / 64] >> (doc % 64) & 1);
}

bool part_kill(struct part *part, uint32_t doc, uint32_t length)
{
    if (part->dead == NULL)
        part->dead = calloc(part_dead_words(part), sizeof *part->dead);
    if (part->dead == NULL)
        return false;
    part->dead[doc / 64] |= (uint64_t)1 << (doc % 64);
    part->live--;
    part->length_sum -= length < part->length_sum ? length : part->length_sum;
    return true;
}

/* ---- the manifest in memory ---- */

void manifest_release(struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++)
        part_release(&manifest->parts[i]);
    free(manifest->parts);
    bytes_release(&manifest->cursor);
    *manifest = (struct manifest){0};
}

bool manifest_add(struct manifest *manifest, struct part *part)
{
    struct part *parts = realloc(manifest->parts, (manifest->count + 1) * sizeof *parts);
    if (parts == NULL) {
        part_release(part);
        return false;
    }
    manifest->parts = parts;
    parts[manifest->count++] = *part;
    return true;
}

void manifest_take_out(struct manifest *manifest, size_t n)
{
    part_release(&manifest->parts[n]);
    manifest->count--;
    memmove(&manifest->parts[n], &manifest->parts[n + 1], (manifest->count - n) * sizeof *manifest->parts);
}

uint64_t manifest_live(const struct manifest *manifest)
{
    uint64_t live = 0;
    for (size_t i = 0; i < manifest->count; i++)
        live += manifest->parts[i].live;
    return live;
}

double manifest_mean_length(const struct manifest *manifest)
{
    uint64_t live = manifest_live(manifest), sum = 0;
    for (size_t i = 0; i < manifest->count; i++)
        sum += manifest->parts[i].length_sum;
    double mean = live > 0 ? (double)sum / (double)live : 0;
    return mean >= 1 ? mean : 1;
}

/* ---- reading: the sum of the rest, the format, the state, the parts ---- */

static bool take_part(struct reader *reader, struct part *part)
{
    const unsigned char *numbers = reader_take(reader, 3 * 8);
    if (numbers == NULL)
        return false;
    part->seal = (struct seal){load_64(numbers), load_64(numbers + 8), load_64(numbers + 16)};
    part->docs = (uint32_t)reader_number(reader);
    part->live = (uint32_t)reader_number(reader);
    part->length_sum = reader_number(reader);
    if (reader->is_failed || part->live > part->docs)
        return false;
    if (part->live == part->docs)
        return true;
    const unsigned char *dead = reader_take(reader, 8 * part_dead_words(part));
    if (dead == NULL || (part->dead = malloc(8 * part_dead_words(part))) == NULL)
        return false;
    for (size_t i = 0; i < part_dead_words(part); i++)
        part->dead[i] = load_64(dead + 8 * i);
    return true;
}

static int parse(struct reader *reader, const char *format, struct manifest *out)
{
    size_t len = (size_t)reader_number(reader);
    const unsigned char *text = reader_take(reader, len);
    if (text == NULL || len != strlen(format) || memcmp(text, format, len) != 0)
        return SEALED_BROKEN;
    out->is_filled = reader_number(reader) != 0;
    len = (size_t)reader_number(reader);
    text = reader_take(reader, len);
    if (text == NULL)
        return SEALED_BROKEN;
    bytes_put(&out->cursor, text, len);
    for (uint64_t count = reader_number(reader); count > 0; count--) {
        struct part part = {.docs = 0};
        bool is_good = take_part(reader, &part);
        if (!manifest_add(out, &part))
            return ENOMEM;
        if (!is_good)
            return SEALED_BROKEN;
    }
    return out->cursor.is_failed ? ENOMEM : 0;
}

static int read_file(int fd, struct bytes *out)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return errno;
    if (!S_ISREG(st.st_mode) || st.st_uid != geteuid())
        return MANIFEST_FOREIGN;
    if (st.st_size < 8 || st.st_size > MANIFEST_MAX)
        return SEALED_BROKEN;
    unsigned char *at = bytes_extend(out, (size_t)st.st_size);
    if (at == NULL)
        return ENOMEM;
    return pread(fd, at, out->size, 0) == (ssize_t)out->size ? 0 : SEALED_BROKEN;
}

int manifest_read(int dir, const char *format, struct manifest *out)
{
    struct bytes bytes = {0};
    *out = (struct manifest){0};
    int fd = openat(dir, MANIFEST_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? MANIFEST_ABSENT : errno;
    int error = read_file(fd, &bytes);
    close(fd);
    if (error == 0) {
        struct reader reader = {bytes.data + 8, bytes.data + bytes.size, false};
        out->sum = load_64(bytes.data);
        error = out->sum == sum_of(reader.at, reader_left(&reader)) ? parse(&reader, format, out) : SEALED_BROKEN;
    }
    bytes_release(&bytes);
    if (error != 0)
        manifest_release(out);
    return error;
}

/* ---- writing ---- */

static void put_part(struct bytes *out, const struct part *part)
{
    bytes_put_64(out, part->seal.name);
    bytes_put_64(out, part->seal.size);
    bytes_put_64(out, part->seal.sum);
    bytes_put_number(out, part->docs);
    bytes_put_number(out, part->live);
    bytes_put_number(out, part->length_sum);
    for (size_t i = 0; part->live < part->docs && i < part_dead_words(part); i++)
        bytes_put_64(out, part->dead[i]);
}

static void put_all(struct bytes *out, const char *format, const struct manifest *manifest)
{
    bytes_put_64(out, 0);
    bytes_put_number(out, strlen(format));
    bytes_put(out, format, strlen(format));
    bytes_put_number(out, manifest->is_filled);
    bytes_put_number(out, manifest->cursor.size);
    bytes_put(out, manifest->cursor.data, manifest->cursor.size);
    bytes_put_number(out, manifest->count);
    for (size_t i = 0; i < manifest->count; i++)
        put_part(out, &manifest->parts[i]);
    if (!out->is_failed)
        store_64(out->data, sum_of(out->data + 8, out->size - 8));
}

static int write_file(int dir, const struct bytes *bytes)
{
    unlinkat(dir, MANIFEST_NEW, 0);
    int fd = openat(dir, MANIFEST_NEW, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return errno;
    ssize_t written = write(fd, bytes->data, bytes->size);
    int error = written < 0 ? errno : written == (ssize_t)bytes->size ? 0 : ENOSPC;
    if (close(fd) != 0 && error == 0)
        error = errno;
    if (error == 0 && renameat(dir, MANIFEST_NEW, dir, MANIFEST_NAME) != 0)
        error = errno;
    if (error != 0)
        unlinkat(dir, MANIFEST_NEW, 0);
    return error;
}

int manifest_write(int dir, const char *format, const struct manifest *manifest)
{
    struct bytes bytes = {0};
    put_all(&bytes, format, manifest);
    int error = bytes.is_failed ? ENOMEM : write_file(dir, &bytes);
    bytes_release(&bytes);
    return error;
}

/* ---- what is left over ---- */

static bool is_named(const struct manifest *manifest, const char *name)
{
    char own[SEALED_NAME];
    for (size_t i = 0; i < manifest->count; i++) {
        seal_file_name(&manifest->parts[i].seal, own);
        if (strcmp(own, name) == 0)
            return true;
    }
    return false;
}

static bool is_left_over(const struct manifest *manifest, const char *name)
{
    /* The last two: of the engine before this one. */
    static const char *const others[] = {MANIFEST_NEW, "search.db", "search.db-journal"};
    size_t len = strlen(name);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(name, others[i]) == 0)
            return true;
    return len == SEALED_NAME - 1 && strcmp(name + len - 4, ".seg") == 0 && !is_named(manifest, name);
}

void manifest_sweep(int dir, const struct manifest *manifest)
{
    int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    if (folder == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (is_left_over(manifest, entry->d_name))
            unlinkat(dir, entry->d_name, 0);
    closedir(folder);
}
