#include "base/proc_spawn.h"

#include "base/arena.h"
#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_program(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

/* The path of argv[0] by PATH. Only absolute entries of it: an empty one or "." would be the working directory, which
 * may be a vault, and a vault runs no code. */
static status find_program(const char *name, struct buf *path)
{
    struct sv rest = sv_of(getenv("PATH")), dir;

    if (!rest.ptr)
        rest = SV("/usr/local/bin:/usr/bin:/bin");
    buf_clear(path);
    if (strchr(name, '/')) {
        buf_put_c(path, name);
        return DONE;
    }
    while (name[0] && sv_next(&rest, ':', &dir)) {
        if (!sv_starts(dir, SV("/")))
            continue;
        buf_clear(path);
        buf_put(path, dir);
        buf_char(path, '/');
        buf_put_c(path, name);
        if (path->failed || is_program(path->ptr))
            return DONE;
    }
    return NOT_FOUND;
}

bool proc_exists(const char *name)
{
    struct buf path = {0};
    bool found = find_program(name, &path) == DONE && !path.failed && is_program(path.ptr);

    buf_release(&path);
    return found;
}

static struct sv name_of(const char *pair)
{
    struct sv whole = sv_of(pair);
    size_t sign = sv_chr(whole, '=');

    return sign == SIZE_MAX ? whole : sv_sub(whole, 0, sign);
}

static bool is_dropped(const struct proc_options *options, const char *pair)
{
    struct sv name = name_of(pair);

    for (const char *const *set = options->env_set; set && *set; set++)
        if (sv_eq(name_of(*set), name))
            return true;
    for (const char *const *drop = options->env_drop; drop && *drop; drop++) {
        struct sv pattern = sv_of(*drop);

        if (sv_ends(pattern, SV("*")) ? sv_starts(name, sv_sub(pattern, 0, pattern.len - 1)) : sv_eq(name, pattern))
            return true;
    }
    return false;
}

/* Pointers into our environment and the caller's; free() it. */
static char **make_environment(const struct proc_options *options)
{
    size_t count = 0, at = 0;
    char **made;

    for (char **pair = environ; pair && *pair; pair++)
        count++;
    for (const char *const *set = options->env_set; set && *set; set++)
        count++;
    made = memory_zero(count + 1, sizeof(*made));
    if (!made)
        return NULL;
    for (char **pair = environ; pair && *pair; pair++)
        if (!is_dropped(options, *pair))
            made[at++] = *pair;
    for (const char *const *set = options->env_set; set && *set; set++)
        made[at++] = (char *)(uintptr_t)*set; /* posix_spawn takes char *const[], and writes none of them */
    return made;
}

/* Above 2, so that putting it in place as 0, 1 or 2 never closes another one that is still needed. */
static int lift(int fd)
{
    int lifted;

    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    lifted = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(fd);
    return lifted;
}

static void close_pair(int pair[2])
{
    for (int i = 0; i < 2; i++) {
        if (pair[i] >= 0)
            close(pair[i]);
        pair[i] = -1;
    }
}

/* errno, or 0. `ours` (0: we read, 1: we write) does not block. */
static int open_pipe(int pair[2], int ours)
{
    int failed;

    if (pipe2(pair, O_CLOEXEC) != 0) {
        failed = errno;
        pair[0] = pair[1] = -1;
        return failed;
    }
    pair[0] = lift(pair[0]);
    pair[1] = lift(pair[1]);
    if (pair[0] >= 0 && pair[1] >= 0 && fcntl(pair[ours], F_SETFL, O_NONBLOCK) == 0)
        return 0;
    failed = errno;
    close_pair(pair);
    return failed;
}

struct wiring {
    int pipes[3][2];
    int null_fd, dir_fd;
};

static void wiring_release(struct wiring *wiring)
{
    for (int i = 0; i < 3; i++)
        close_pair(wiring->pipes[i]);
    if (wiring->null_fd >= 0)
        close(wiring->null_fd);
    if (wiring->dir_fd >= 0)
        close(wiring->dir_fd);
}

static int wiring_open(struct wiring *wiring, const struct proc_options *options)
{
    int failed = 0;

    *wiring = (struct wiring){.pipes = {{-1, -1}, {-1, -1}, {-1, -1}}, .null_fd = -1, .dir_fd = -1};
    if (options->inherit_stdio)
        return 0;
    if (options->input.len) {
        failed = open_pipe(wiring->pipes[STDIN_FILENO], 1);
    } else {
        wiring->null_fd = lift(open("/dev/null", O_RDONLY | O_CLOEXEC));
        failed = wiring->null_fd < 0 ? errno : 0;
    }
    if (!failed)
        failed = open_pipe(wiring->pipes[STDOUT_FILENO], 0);
    if (!failed)
        failed = open_pipe(wiring->pipes[STDERR_FILENO], 0);
    return failed;
}

static int add_actions(posix_spawn_file_actions_t *actions, const struct wiring *wiring,
                       const struct proc_options *options)
{
    int in = options->input.len ? wiring->pipes[STDIN_FILENO][0] : wiring->null_fd;
    int failed = 0;

    if (!options->inherit_stdio) {
        failed = posix_spawn_file_actions_adddup2(actions, in, STDIN_FILENO);
        if (!failed)
            failed = posix_spawn_file_actions_adddup2(actions, wiring->pipes[STDOUT_FILENO][1], STDOUT_FILENO);
        if (!failed)
            failed = posix_spawn_file_actions_adddup2(actions, wiring->pipes[STDERR_FILENO][1], STDERR_FILENO);
    }
    if (!failed && wiring->dir_fd >= 0)
        failed = posix_spawn_file_actions_addfchdir_np(actions, wiring->dir_fd);
    return failed;
}

/* A child begins with no signal blocked and none ignored, whatever we did for ourselves. */
static int set_signals(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    int failed;

    sigemptyset(&none);
    sigfillset(&all);
    failed = posix_spawnattr_setsigmask(attributes, &none);
    if (!failed)
        failed = posix_spawnattr_setsigdefault(attributes, &all);
    if (!failed)
        failed = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return failed;
}

static int spawn(const struct proc_options *options, const char *program, const struct wiring *wiring, pid_t *pid_out)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    char **environment = make_environment(options);
    int failed;

    if (!environment)
        return ENOMEM;
    failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        goto no_actions;
    failed = posix_spawnattr_init(&attributes);
    if (failed)
        goto no_attributes;
    failed = add_actions(&actions, wiring, options);
    if (!failed)
        failed = set_signals(&attributes);
    if (!failed)
        failed =
            posix_spawn(pid_out, program, &actions, &attributes, (char *const *)(uintptr_t)options->argv, environment);
    posix_spawnattr_destroy(&attributes);
no_attributes:
    posix_spawn_file_actions_destroy(&actions);
no_actions:
    free(environment);
    return failed;
}

static int take_end(int pair[2], int which)
{
    int fd = pair[which];

    pair[which] = -1;
    return fd;
}

static status start(const struct proc_options *options, const char *program, struct wiring *wiring,
                    struct proc_child *child_out, struct err *err)
{
    int failed = wiring_open(wiring, options);

    if (!failed && options->dir) {
        /* Opened here, so that a missing folder is not taken for a missing program. */
        wiring->dir_fd = lift(open(options->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (wiring->dir_fd < 0)
            return err_errno(err, errno, _("unable to open the folder '%s'"), options->dir);
    }
    if (!failed)
        failed = spawn(options, program, wiring, &child_out->pid);
    if (failed == ENOENT)
        return NOT_FOUND;
    if (failed)
        return err_errno(err, failed, _("unable to run '%s'"), options->argv[0]);
    child_out->input = take_end(wiring->pipes[STDIN_FILENO], 1);
    child_out->output = take_end(wiring->pipes[STDOUT_FILENO], 0);
    child_out->errors = take_end(wiring->pipes[STDERR_FILENO], 0);
    return DONE;
}

status proc_spawn(const struct proc_options *options, struct proc_child *child_out, struct err *err)
{
    struct buf program = {0};
    struct wiring wiring;
    status rc = find_program(options->argv[0], &program);

    *child_out = (struct proc_child){.pid = -1, .input = -1, .output = -1, .errors = -1};
    if (rc == DONE)
        rc = buf_check(&program, err);
    if (rc == DONE) {
        rc = start(options, program.ptr, &wiring, child_out, err);
        wiring_release(&wiring);
    }
    buf_release(&program);
    return rc;
}
