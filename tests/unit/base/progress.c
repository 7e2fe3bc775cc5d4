#include "test.h"

#include "base/progress.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void pause_ms(long ms)
{
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    nanosleep(&pause, NULL);
}

/* What a run of `steps` steps of 10 ms each prints on a terminal (or on a pipe). */
static size_t watch(bool terminal, bool enabled, int steps, char *into, size_t size)
{
    int outer, inner, saved = dup(STDERR_FILENO);
    struct progress progress;
    ssize_t got;
    size_t len = 0;

    if (terminal) {
        assert_int_equal(openpty(&outer, &inner, NULL, NULL, NULL), 0);
    } else {
        int fds[2];

        assert_int_equal(pipe(fds), 0);
        outer = fds[0];
        inner = fds[1];
    }
    fcntl(outer, F_SETFL, O_NONBLOCK);
    dup2(inner, STDERR_FILENO);
    progress_begin(&progress, "reading notes", enabled);
    for (int i = 0; i < steps; i++) {
        pause_ms(10);
        progress_step(&progress, (uint64_t)i, (uint64_t)steps);
    }
    progress_end(&progress);
    dup2(saved, STDERR_FILENO);
    while ((got = read(outer, into + len, size - 1 - len)) > 0)
        len += (size_t)got;
    into[len] = '\0';
    close(outer);
    close(inner);
    close(saved);
    return len;
}

static void shows_on_a_terminal(void **state)
{
    char text[4096];
    unsigned shown = 0;

    (void)state;
    assert_true(watch(true, true, 60, text, sizeof(text)) > 0);
    assert_non_null(strstr(text, "reading notes: "));
    assert_non_null(strstr(text, "/60 ("));
    /* Wiped at the end; and at most ten times a second. */
    assert_true(sv_ends(sv_of(text), SV("\r\033[K")));
    for (const char *at = text; (at = strstr(at, "reading")); at++)
        shown++;
    assert_in_range(shown, 1, 10);
}

/* What came before the first step says nothing about the pace of the steps. */
static void estimates_by_the_pace_of_steps(void **state)
{
    char text[64] = "";
    int outer, inner, saved = dup(STDERR_FILENO);
    struct progress progress;

    (void)state;
    assert_int_equal(openpty(&outer, &inner, NULL, NULL, NULL), 0);
    dup2(inner, STDERR_FILENO);
    progress_begin(&progress, "x", true);
    progress.started_ms -= 100 * 1000;
    progress_step(&progress, 1, 1000000);
    dup2(saved, STDERR_FILENO);
    assert_true(read(outer, text, sizeof(text) - 1) > 0);
    assert_null(strstr(text, "left"));
    dup2(inner, STDERR_FILENO);
    progress.shown_ms -= 1000;
    progress.counted_ms -= 10 * 1000;
    progress_step(&progress, 500001, 1000000);
    progress_end(&progress);
    dup2(saved, STDERR_FILENO);
    memset(text, 0, sizeof(text));
    assert_true(read(outer, text, sizeof(text) - 1) > 0);
    assert_non_null(strstr(text, "%), "));
    assert_in_range(atoi(strstr(text, "%), ") + 3), 10, 60);
    close(outer);
    close(inner);
    close(saved);
}

static void silent_elsewhere(void **state)
{
    char text[4096];

    (void)state;
    assert_int_equal(watch(false, true, 40, text, sizeof(text)), 0);
    assert_int_equal(watch(true, false, 40, text, sizeof(text)), 0);
    assert_int_equal(watch(true, true, 2, text, sizeof(text)), 0);
}

/* The first signal asks, the second one ends. */
static void cancels(void **state)
{
    pid_t child = fork();
    int how;

    (void)state;
    if (child == 0) {
        cancel_install();
        if (cancel_requested())
            _exit(1);
        raise(SIGTERM);
        if (!cancel_requested())
            _exit(2);
        raise(SIGTERM);
        _exit(3);
    }
    assert_true(waitpid(child, &how, 0) == child);
    assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGTERM);
}

static void clock_goes_on(void **state)
{
    uint64_t before = clock_ms();

    (void)state;
    pause_ms(20);
    assert_true(clock_ms() >= before + 19);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_on_a_terminal), cmocka_unit_test(estimates_by_the_pace_of_steps),
        cmocka_unit_test(silent_elsewhere),    cmocka_unit_test(cancels),
        cmocka_unit_test(clock_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
