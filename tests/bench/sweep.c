/* The floor of every strict answer: asks the kernel for the stat data of all notes whose names are known, on two
 * threads, and does nothing with it.
 *
 *     sweep LIST
 *
 * LIST is a file of lines: one that ends in '/' names a folder, the others a file in the folder above them. One fstatat
 * per file relative to its folder: no cheaper way was found that notices a file that was written in place. Folders are
 * not read again: a new name shows in their own stat data. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { THREADS = 2, SHARE = 256 };

struct file {
    int folder;
    const char *name;
};

struct sweep {
    struct file *files;
    size_t count;
    atomic_size_t next, seen;
};

static void die(const char *what)
{
    perror(what);
    exit(2);
}

/* The whole file, each of its lines a string. */
static char *read_lines(const char *path, size_t *size_out)
{
    struct stat facts;
    int list = open(path, O_RDONLY | O_CLOEXEC);
    if (list < 0 || fstat(list, &facts) != 0 || facts.st_size == 0)
        die(path);
    *size_out = (size_t)facts.st_size;
    char *lines = mmap(NULL, *size_out, PROT_READ | PROT_WRITE, MAP_PRIVATE, list, 0);
    if (lines == MAP_FAILED)
        die(path);
    close(list);
    return lines;
}

/* The descriptors of folders stay open: the end of the process closes them. */
static void take_apart(struct sweep *sweep, char *lines, size_t size)
{
    int folder = AT_FDCWD;
    sweep->files = malloc((size / 2 + 1) * sizeof *sweep->files);
    if (!sweep->files)
        die("sweep");
    for (char *line = lines, *end; (end = memchr(line, '\n', size - (size_t)(line - lines))); line = end + 1) {
        *end = '\0';
        if (end > line && end[-1] == '/') {
            struct stat facts;
            folder = open(line, O_PATH | O_DIRECTORY | O_CLOEXEC);
            if (folder < 0 || fstat(folder, &facts) != 0)
                die(line);
        } else if (end > line) {
            sweep->files[sweep->count++] = (struct file){folder, line};
        }
    }
}

static void *look(void *payload)
{
    struct sweep *sweep = payload;
    struct stat facts;
    size_t begin, seen = 0;
    while ((begin = atomic_fetch_add(&sweep->next, SHARE)) < sweep->count)
        for (size_t at = begin; at < begin + SHARE && at < sweep->count; at++)
            seen += fstatat(sweep->files[at].folder, sweep->files[at].name, &facts, AT_SYMLINK_NOFOLLOW) == 0;
    atomic_fetch_add(&sweep->seen, seen);
    return NULL;
}

int main(int argc, char **argv)
{
    static struct sweep sweep;
    pthread_t threads[THREADS];
    size_t size;
    if (argc != 2) {
        fputs("usage: sweep LIST\n", stderr);
        return 2;
    }
    char *lines = read_lines(argv[1], &size);
    take_apart(&sweep, lines, size);
    for (int t = 0; t < THREADS; t++)
        if (pthread_create(&threads[t], NULL, look, &sweep) != 0)
            die("sweep");
    for (int t = 0; t < THREADS; t++)
        pthread_join(threads[t], NULL);
    printf("%zu\n", (size_t)sweep.seen);
    return sweep.seen == sweep.count ? 0 : 1; /* 1: the list is of other files */
}
