/* Runs a command once with its output through a pipe, and prints what that cost as JSON:
 *
 *     once [-C DIR] [-o FILE] COMMAND...
 *
 * A small process of its own, for two reasons. A large parent pays for its own pages when it forks, and the kernel
 * counts the peak memory of whoever called exec as the child's. -o keeps the output; else it is read and dropped. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 512 }; /* what ru_inblock counts */

extern char **environ;

static void fail(const char *what, int error)
{
    fprintf(stderr, "once: %s: %s\n", what, strerror(error));
    exit(2);
}

static void usage(void)
{
    fputs("usage: once [-C DIR] [-o FILE] COMMAND...\n", stderr);
    exit(2);
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double ms_of(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

static pid_t start(const char *directory, char **command, int write_end)
{
    posix_spawn_file_actions_t actions;
    pid_t child;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, write_end, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (directory)
        posix_spawn_file_actions_addchdir_np(&actions, directory);
    int error = posix_spawnp(&child, command[0], &actions, NULL, command, environ);
    if (error != 0)
        fail(command[0], error);
    posix_spawn_file_actions_destroy(&actions);
    return child;
}

static size_t drain(int from, FILE *keep)
{
    static char chunk[1 << 16];
    size_t total = 0;
    for (;;) {
        ssize_t got = read(from, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return total;
        total += (size_t)got;
        if (keep && fwrite(chunk, 1, (size_t)got, keep) != (size_t)got)
            fail("writing", errno);
    }
}

int main(int argc, char **argv)
{
    const char *directory = NULL;
    FILE *keep = NULL;
    int option, ends[2], state;
    while ((option = getopt(argc, argv, "+C:o:")) != -1) {
        if (option == '?')
            usage();
        if (option == 'C')
            directory = optarg;
        else if (!(keep = fopen(optarg, "wb")))
            fail(optarg, errno);
    }
    if (optind == argc)
        usage();
    if (pipe2(ends, O_CLOEXEC) != 0)
        fail("pipe", errno);
    struct rusage usage;
    double begin = now_ms();
    pid_t child = start(directory, argv + optind, ends[1]);
    close(ends[1]);
    size_t bytes = drain(ends[0], keep);
    while (wait4(child, &state, 0, &usage) < 0)
        if (errno != EINTR)
            fail("waiting", errno);
    double elapsed = now_ms() - begin;
    if (keep && fclose(keep) != 0)
        fail("writing", errno);
    printf("{\"ms\": %.3f, \"user_ms\": %.3f, \"sys_ms\": %.3f, \"peak_mb\": %.2f, \"read_mb\": %.2f, \"exit\": %d, "
           "\"bytes\": %zu}\n",
           elapsed, ms_of(usage.ru_utime), ms_of(usage.ru_stime), (double)usage.ru_maxrss / 1024,
           (double)usage.ru_inblock * BLOCK / 1e6, WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state),
           bytes);
    return 0;
}
