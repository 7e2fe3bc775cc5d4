/* Runs the inputs of a corpus (files, or folders of them) through a fuzz target, where there is no libFuzzer. */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each input in memory of its exact size, so that a sanitizer sees a read behind its end. */
static int replay_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(size ? size : 1);
    int failed = 1;

    if (file && data && fread(data, 1, size, file) == size)
        failed = LLVMFuzzerTestOneInput(data, size) != 0;
    if (failed)
        fprintf(stderr, "unable to replay '%s'\n", path);
    if (file)
        fclose(file);
    free(data);
    return failed;
}

static int replay(const char *path, unsigned *count)
{
    struct stat info;
    struct dirent *entry;
    DIR *dir;
    int failed = 0;

    if (stat(path, &info) != 0)
        return 1;
    if (!S_ISDIR(info.st_mode)) {
        ++*count;
        return replay_file(path, (size_t)info.st_size);
    }
    dir = opendir(path);
    while (dir && (entry = readdir(dir))) {
        char child[PATH_MAX];

        if (entry->d_name[0] == '.')
            continue;
        if (snprintf(child, sizeof(child), "%s/%s", path, entry->d_name) < (int)sizeof(child))
            failed |= replay(child, count);
    }
    if (dir)
        closedir(dir);
    return failed || !dir;
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    int failed = 0;

    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i], &count);
    printf("%u inputs\n", count);
    return failed || count == 0;
}
