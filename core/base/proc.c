#include "base/proc.h"

#include "base/arena.h"
#include "base/i18n.h"
#include "base/proc_spawn.h"
#include "base/progress.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    READ_SIZE = 64 * 1024,
    ERRORS_MAX = 1024 * 1024,
    GRACE_MS = 1000,
    TICK_MS = 200,
    PAUSE_MAX_NS = 20 * 1000 * 1000
};

enum { INPUT, OUTPUT, ERRORS, EXIT, POLL_COUNT };

/* Where stdout goes: whole into `keep`, or in pieces to `line_fn`, with `keep` as what is left of the last one. */
struct sink {
    struct buf *keep;
    struct buf *errors;
    char separator;
    proc_line_fn line_fn;
    void *payload;
};

struct run {
    const struct proc_options *options;
    struct sink *sink;
    pid_t pid;
    struct pollfd fds[POLL_COUNT];
    struct sv input; /* what is still to be written */
    uint64_t deadline;
    char *space; /* READ_SIZE bytes to read into */
    bool exited, reaped;
    bool lost; /* somebody else has taken its exit code: we were started with SIGCHLD ignored */
    int wait_status;
};

static void close_fd(struct pollfd *at)
{
    if (at->fd >= 0)
        close(at->fd);
    at->fd = -1;
}

static const char *name_of(const struct run *run)
{
    return run->options->argv[0];
}

/* Writing to a child that has closed its input raises SIGPIPE, which ends a program that did not ask for it. Kept from
 * this thread for the length of one write, and taken back where it was raised. */
static ssize_t write_quietly(int fd, struct sv bytes, int *errno_out)
{
    const struct timespec at_once = {0};
    sigset_t pipe_only, before, pending;
    bool was_pending;
    ssize_t put;

    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    sigpending(&pending);
    was_pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_only, &before);
    put = write(fd, bytes.ptr, bytes.len);
    *errno_out = put < 0 ? errno : 0;
    if (*errno_out == EPIPE && !was_pending)
        while (sigtimedwait(&pipe_only, NULL, &at_once) < 0 && errno == EINTR)
            ;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return put;
}

static status feed(struct run *run, struct err *err)
{
    int failed;
    ssize_t put = write_quietly(run->fds[INPUT].fd, run->input, &failed);

    if (put >= 0)
        run->input = sv_from(run->input, (size_t)put);
    else if (failed == EPIPE)
        run->input = SV(""); /* it wants no more; its exit code says whether that is a failure */
    else if (failed != EAGAIN && failed != EINTR)
        return err_errno(err, failed, _("unable to write to '%s'"), name_of(run));
    if (run->input.len == 0)
        close_fd(&run->fds[INPUT]);
    return DONE;
}

static status too_much(const struct run *run, struct err *err)
{
    return err_set(err, FAILED, _("'%s' printed more than %zu bytes"), name_of(run), run->options->output_max);
}

static status give_line(const struct run *run, struct sv line, struct err *err)
{
    size_t max = run->options->output_max;

    if (max && line.len > max)
        return too_much(run, err);
    return run->sink->line_fn(run->sink->payload, line, err);
}

/* Whole pieces go out as views into what was read; only one that is cut by the end of a read is copied. */
static status take_lines(const struct run *run, struct sv got, struct err *err)
{
    struct sink *sink = run->sink;
    size_t max = run->options->output_max, at;

    while ((at = sv_chr(got, sink->separator)) != SIZE_MAX) {
        struct sv line = sv_sub(got, 0, at);
        status rc;

        if (sink->keep->len) {
            buf_put(sink->keep, line);
            line = buf_view(sink->keep);
        }
        rc = sink->keep->failed ? err_no_memory(err) : give_line(run, line, err);
        if (rc != DONE)
            return rc;
        buf_clear(sink->keep);
        got = sv_from(got, at + 1);
    }
    buf_put(sink->keep, got);
    if (max && sink->keep->len > max)
        return too_much(run, err);
    return buf_check(sink->keep, err);
}

static status take_output(const struct run *run, struct sv got, struct err *err)
{
    const struct sink *sink = run->sink;
    size_t max = run->options->output_max;

    if (sink->line_fn)
        return take_lines(run, got, err);
    if (!sink->keep)
        return DONE;
    if (max && (sink->keep->len > max || got.len > max - sink->keep->len))
        return too_much(run, err);
    buf_put(sink->keep, got);
    return buf_check(sink->keep, err);
}

/* Words of complaint are for people: what goes beyond a megabyte of them is thrown away. */
static status take_errors(const struct run *run, struct sv got, struct err *err)
{
    struct buf *errors = run->sink->errors;

    if (!errors || errors->len >= ERRORS_MAX)
        return DONE;
    buf_put(errors, sv_sub(got, 0, ERRORS_MAX - errors->len));
    return buf_check(errors, err);
}

/* One read. `*empty_out`: there was nothing more for now, or the pipe is closed. */
static status drain_once(struct run *run, int which, bool *empty_out, struct err *err)
{
    ssize_t got = read(run->fds[which].fd, run->space, READ_SIZE);
    struct sv bytes;

    *empty_out = got <= 0 && !(got < 0 && errno == EINTR);
    if (got < 0) {
        if (errno == EAGAIN || errno == EINTR)
            return DONE;
        return err_errno(err, errno, _("unable to read what '%s' prints"), name_of(run));
    }
    if (got == 0) {
        close_fd(&run->fds[which]);
        return DONE;
    }
    bytes = sv_make(run->space, (size_t)got);
    return which == OUTPUT ? take_output(run, bytes, err) : take_errors(run, bytes, err);
}

/* What the child itself has written is in the pipes when it has ended. A grandchild that lives on (a connection kept
 * open, a daemon) may hold them open for hours: nobody waits for that. */
static status drain_rest(struct run *run, struct err *err)
{
    for (int which = OUTPUT; which <= ERRORS; which++) {
        bool empty = false;

        while (run->fds[which].fd >= 0 && !empty) {
            status rc = drain_once(run, which, &empty, err);

            if (rc != DONE)
                return rc;
        }
        close_fd(&run->fds[which]);
    }
    return DONE;
}

static status check_limits(const struct run *run, struct err *err)
{
    if (cancel_requested() && !run->options->inherit_stdio)
        return err_set(err, CANCELLED, _("'%s' was interrupted"), name_of(run));
    if (run->deadline && clock_ms() >= run->deadline)
        return err_set(err, CANCELLED, _("'%s' took longer than %d ms"), name_of(run), run->options->timeout_ms);
    return DONE;
}

/* A signal may come between the check of its flag and the poll, so no poll is endless. */
static int poll_timeout(const struct run *run)
{
    uint64_t now = clock_ms();
    uint64_t left = run->deadline > now ? run->deadline - now : 0;

    return !run->deadline || left > TICK_MS ? TICK_MS : (int)left;
}

static status poll_once(struct run *run, struct err *err)
{
    status rc = check_limits(run, err);
    bool empty;

    if (rc != DONE)
        return rc;
    if (poll(run->fds, POLL_COUNT, poll_timeout(run)) < 0)
        return errno == EINTR ? DONE : err_errno(err, errno, _("unable to wait for '%s'"), name_of(run));
    if (run->fds[INPUT].fd >= 0 && run->fds[INPUT].revents)
        rc = feed(run, err);
    for (int which = OUTPUT; which <= ERRORS && rc == DONE; which++)
        if (run->fds[which].fd >= 0 && run->fds[which].revents)
            rc = drain_once(run, which, &empty, err);
    if (rc == DONE && run->fds[EXIT].fd >= 0 && run->fds[EXIT].revents) {
        close_fd(&run->fds[EXIT]);
        run->exited = true;
    }
    return rc;
}

/* Waits at most until `until` (clock_ms; 0: for ever, in steps that notice a signal). */
static bool reap(struct run *run, uint64_t until)
{
    struct timespec pause = {.tv_nsec = 500 * 1000};

    while (!run->reaped) {
        pid_t got = waitpid(run->pid, &run->wait_status, until ? WNOHANG : 0);

        if (got == run->pid || (got < 0 && errno != EINTR)) {
            run->reaped = true;
            run->lost = got < 0;
        } else if (until && clock_ms() >= until)
            return false;
        else if (until) {
            nanosleep(&pause, NULL);
            pause.tv_nsec = pause.tv_nsec * 2 > PAUSE_MAX_NS ? PAUSE_MAX_NS : pause.tv_nsec * 2;
        } else if (check_limits(run, NULL) != DONE) {
            return false;
        }
    }
    return true;
}

/* Politely first: git removes its lock files on SIGTERM. */
static void end_child(struct run *run)
{
    if (run->reaped)
        return;
    kill(run->pid, SIGTERM);
    if (reap(run, clock_ms() + GRACE_MS))
        return;
    kill(run->pid, SIGKILL);
    while (!reap(run, clock_ms() + GRACE_MS))
        ;
}

static status pump(struct run *run, struct err *err)
{
    status rc = DONE;

    while (rc == DONE && !run->exited &&
           (run->fds[INPUT].fd >= 0 || run->fds[OUTPUT].fd >= 0 || run->fds[ERRORS].fd >= 0 || run->fds[EXIT].fd >= 0))
        rc = poll_once(run, err);
    if (rc == DONE)
        rc = drain_rest(run, err);
    if (rc == DONE && run->sink->line_fn && run->sink->keep->len)
        rc = give_line(run, buf_view(run->sink->keep), err);
    if (rc == DONE && !reap(run, run->deadline))
        rc = check_limits(run, err);
    if (rc == DONE && run->lost)
        rc = err_set(err, FAILED, _("unable to learn how '%s' ended"), name_of(run));
    if (rc != DONE)
        end_child(run);
    return rc;
}

static int exit_code(int wait_status)
{
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/* While an editor or a pager has the terminal, its keys are its own: Ctrl-C there must not end us. As system(3). */
static void hold_terminal_signals(struct sigaction before[2])
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigemptyset(&ignore.sa_mask);
    sigaction(SIGINT, &ignore, &before[0]);
    sigaction(SIGQUIT, &ignore, &before[1]);
}

static void release_terminal_signals(const struct sigaction before[2])
{
    sigaction(SIGINT, &before[0], NULL);
    sigaction(SIGQUIT, &before[1], NULL);
}

static status run_child(struct run *run, int *exit_code_out, struct err *err)
{
    const struct proc_options *options = run->options;
    struct proc_child child;
    status rc = proc_spawn(options, &child, err);

    if (rc != DONE)
        return rc;
    run->pid = child.pid;
    run->input = options->input;
    run->deadline = options->timeout_ms > 0 ? clock_ms() + (uint64_t)options->timeout_ms : 0;
    run->fds[INPUT] = (struct pollfd){.fd = child.input, .events = POLLOUT};
    run->fds[OUTPUT] = (struct pollfd){.fd = child.output, .events = POLLIN};
    run->fds[ERRORS] = (struct pollfd){.fd = child.errors, .events = POLLIN};
    run->fds[EXIT] = (struct pollfd){.fd = (int)syscall(SYS_pidfd_open, child.pid, 0), .events = POLLIN};
    rc = pump(run, err);
    for (int i = 0; i < POLL_COUNT; i++)
        close_fd(&run->fds[i]);
    *exit_code_out = exit_code(run->wait_status);
    return rc;
}

static status run_with(const struct proc_options *options, struct sink *sink, int *exit_code_out, struct err *err)
{
    struct run run = {.options = options, .sink = sink};
    struct sigaction before[2];
    status rc;

    *exit_code_out = 0;
    run.space = memory_alloc(READ_SIZE);
    if (!run.space)
        return err_no_memory(err);
    if (options->inherit_stdio)
        hold_terminal_signals(before);
    rc = run_child(&run, exit_code_out, err);
    if (options->inherit_stdio)
        release_terminal_signals(before);
    free(run.space);
    return rc;
}

status proc_run(const struct proc_options *options, struct buf *output, struct buf *errors, int *exit_code_out,
                struct err *err)
{
    struct sink sink = {.keep = output, .errors = errors};

    return run_with(options, &sink, exit_code_out, err);
}

status proc_lines(const struct proc_options *options, char separator, proc_line_fn line_fn, void *payload,
                  struct buf *errors, int *exit_code_out, struct err *err)
{
    struct buf partial = {0};
    struct sink sink = {
        .keep = &partial, .errors = errors, .separator = separator, .line_fn = line_fn, .payload = payload};
    status rc = run_with(options, &sink, exit_code_out, err);

    buf_release(&partial);
    return rc;
}
