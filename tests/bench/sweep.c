/* The floor of every strict answer: finds all notes below a folder and asks the kernel for the stat data of each, on
 * two threads, and does nothing with it.
 *
 *     sweep DIR
 *
 * One readdir per folder, one fstatat per file relative to its folder: no cheaper way was found that sees a file that
 * was written in place. */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { THREADS = 2, SHARE = 256 };

struct file {
    int folder;
    char *name;
};

struct sweep {
    struct file *files;
    size_t count, capacity;
    atomic_size_t next, seen;
};

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static void add(struct sweep *sweep, int folder, const char *name)
{
    if (sweep->count == sweep->capacity) {
        sweep->capacity = sweep->capacity ? sweep->capacity * 2 : 1024;
        sweep->files = realloc(sweep->files, sweep->capacity * sizeof *sweep->files);
        if (!sweep->files)
            die("sweep");
    }
    char *copy = strdup(name);
    if (!copy)
        die("sweep");
    sweep->files[sweep->count++] = (struct file){folder, copy};
}

/* Its descriptor stays open for the threads: the end of the process closes it. */
static void list(struct sweep *sweep, int parent, const char *name)
{
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *entries = folder < 0 ? NULL : fdopendir(folder);
    if (!entries)
        die(name);
    for (struct dirent *entry; (entry = readdir(entries));) {
        size_t length = strlen(entry->d_name);
        if (entry->d_name[0] == '.')
            continue;
        if (entry->d_type == DT_DIR)
            list(sweep, folder, entry->d_name);
        else if (length > 3 && strcmp(entry->d_name + length - 3, ".md") == 0)
            add(sweep, folder, entry->d_name);
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
    if (argc != 2) {
        fputs("usage: sweep DIR\n", stderr);
        return 2;
    }
    list(&sweep, AT_FDCWD, argv[1]);
    for (int t = 0; t < THREADS; t++)
        if (pthread_create(&threads[t], NULL, look, &sweep) != 0)
            die("sweep");
    for (int t = 0; t < THREADS; t++)
        pthread_join(threads[t], NULL);
    printf("%zu\n", (size_t)sweep.seen);
    return 0;
}
