/* kill_at all|one N COMMAND...: runs a command and everything it starts, and at the N-th system call that any of them
 * makes kills them all with SIGKILL, or only the one that makes it. Ends with 0 when it killed, with 1 when the command
 * ended before, and says how many calls there were. strace cannot do this: it counts each kind of call by itself. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES_MAX = 4096 };

struct killer {
    bool all;
    long at, calls;
    pid_t pids[PROCESSES_MAX];
    bool inside[PROCESSES_MAX]; /* a call: the next stop is its end */
    size_t count;
};

static size_t index_of(struct killer *killer, pid_t pid)
{
    for (size_t i = 0; i < killer->count; i++)
        if (killer->pids[i] == pid)
            return i;
    if (killer->count == PROCESSES_MAX) {
        fprintf(stderr, "kill_at: too many processes\n");
        exit(2);
    }
    killer->pids[killer->count] = pid;
    killer->inside[killer->count] = false;
    return killer->count++;
}

static void forget(struct killer *killer, pid_t pid)
{
    size_t i = index_of(killer, pid);
    killer->count--;
    killer->pids[i] = killer->pids[killer->count];
    killer->inside[i] = killer->inside[killer->count];
}

static void kill_them(const struct killer *killer, pid_t pid)
{
    for (size_t i = 0; i < killer->count; i++)
        if (killer->all || killer->pids[i] == pid)
            kill(killer->pids[i], SIGKILL);
}

static bool is_at_its_point(struct killer *killer, pid_t pid)
{
    size_t i = index_of(killer, pid);
    killer->inside[i] = !killer->inside[i];
    return killer->inside[i] && ++killer->calls == killer->at;
}

/* What is to be handed on to the process: a signal of its own, or none. */
static int signal_of(int status)
{
    int signal = WSTOPSIG(status);
    return signal == SIGTRAP || (status >> 16) != 0 || signal == SIGSTOP ? 0 : signal;
}

/* Returns whether it killed. */
static bool follow(struct killer *killer)
{
    bool killed = false;
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, __WALL)) > 0 || (pid < 0 && errno == EINTR)) {
        if (pid < 0)
            continue;
        if (!WIFSTOPPED(status)) {
            forget(killer, pid);
            continue;
        }
        bool call = WSTOPSIG(status) == (SIGTRAP | 0x80);
        if (!call)
            index_of(killer, pid);
        if (call && !killed && is_at_its_point(killer, pid)) {
            killed = true;
            kill_them(killer, pid);
            continue;
        }
        ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)(call ? 0 : signal_of(status)));
    }
    return killed;
}

int main(int argc, char **argv)
{
    if (argc < 4 || (strcmp(argv[1], "all") != 0 && strcmp(argv[1], "one") != 0)) {
        fprintf(stderr, "usage: kill_at all|one N COMMAND...\n");
        return 2;
    }
    struct killer *killer = calloc(1, sizeof *killer);
    if (!killer)
        return 2;
    killer->all = strcmp(argv[1], "all") == 0;
    killer->at = atol(argv[2]);
    pid_t child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        execvp(argv[3], &argv[3]);
        _exit(127);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return 2;
    const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                         PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
    index_of(killer, child);
    if (ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)options) != 0 || ptrace(PTRACE_SYSCALL, child, NULL, NULL) != 0)
        return 2;
    bool killed = follow(killer);
    printf("%ld\n", killer->calls);
    free(killer);
    return killed ? 0 : 1;
}
