#include "host/process.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKER_FD = 3, WAIT_STEP_NS = 1000000 };

extern char **environ;

/* Nothing of ours but the socket: no terminal, no pipe of the user's. All else is close-on-exec. */
static int put_actions(posix_spawn_file_actions_t *actions, int fd)
{
    int failed = posix_spawn_file_actions_adddup2(actions, fd, WORKER_FD);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    return failed;
}

/* The worker handles signals in its own way, whatever the program has set. */
static int put_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    int failed;
    sigemptyset(&none);
    sigfillset(&all);
    failed = posix_spawnattr_setsigmask(attributes, &none);
    if (failed == 0)
        failed = posix_spawnattr_setsigdefault(attributes, &all);
    if (failed == 0)
        failed = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return failed;
}

static int spawn(int fd, pid_t *pid_out)
{
    char name[] = "chiron", option[] = "--plugin-worker", number[] = "3";
    char *const arguments[] = {name, option, number, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed != 0)
        return failed;
    failed = posix_spawnattr_init(&attributes);
    if (failed != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return failed;
    }
    failed = put_actions(&actions, fd);
    if (failed == 0)
        failed = put_attributes(&attributes);
    if (failed == 0)
        failed = posix_spawn(pid_out, "/proc/self/exe", &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

status process_start(struct process *process_out, struct err *err)
{
    int ends[2], failed;
    *process_out = (struct process){.fd = -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return err_errno(err, errno, _("unable to make a socket for a worker"));
    failed = spawn(ends[1], &process_out->pid);
    close(ends[1]);
    if (failed != 0) {
        close(ends[0]);
        *process_out = (struct process){.fd = -1};
        return err_errno(err, failed, _("unable to start a worker"));
    }
    process_out->fd = ends[0];
    return DONE;
}

/* 0: still there. */
static pid_t look(pid_t pid, int options, int *how, struct rusage *used)
{
    pid_t got;
    do {
        got = wait4(pid, how, options, used);
    } while (got < 0 && errno == EINTR);
    return got;
}

void process_end(struct process *process, int wait_ms, int *how_out, long *peak_mib_out)
{
    const struct timespec step = {.tv_nsec = WAIT_STEP_NS};
    struct rusage used = {0};
    int how = 0;
    pid_t got = 0;
    if (process->pid <= 0)
        return;
    close(process->fd);
    for (int waited = 0; got == 0; waited++) {
        got = look(process->pid, WNOHANG, &how, &used);
        if (got == 0 && waited >= wait_ms) {
            kill(process->pid, SIGKILL);
            got = look(process->pid, 0, &how, &used);
        } else if (got == 0) {
            nanosleep(&step, NULL);
        }
    }
    *process = (struct process){.fd = -1};
    if (how_out != NULL)
        *how_out = how;
    if (peak_mib_out != NULL)
        *peak_mib_out = used.ru_maxrss / 1024;
}
