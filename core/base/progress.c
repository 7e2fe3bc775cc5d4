#include "base/progress.h"

#include "base/i18n.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_AFTER_MS = 300, EVERY_MS = 100 };

/* A signal handler can reach nothing but file scope. */
static volatile sig_atomic_t cancelled;

uint64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void progress_begin(struct progress *progress, const char *what, bool enabled)
{
    *progress =
        (struct progress){.what = what, .started_ms = clock_ms(), .enabled = enabled && isatty(STDERR_FILENO) == 1};
}

/* By the pace since counting began; nothing to say at the very start, when it would jump about. */
static uint64_t seconds_left(const struct progress *progress, uint64_t now, uint64_t done, uint64_t total)
{
    uint64_t counted = done > progress->counted_from ? done - progress->counted_from : 0;
    double left = counted ? (double)(now - progress->counted_ms) * (double)(total - done) / (double)counted : 0;

    return (uint64_t)(left / 1000 + 0.5);
}

/* Back to the line's start, erased to its end; and one write, so that the lines of two processes do not mix. What
 * cannot be shown is no failure. */
static void show(const struct progress *progress, uint64_t now, uint64_t done, uint64_t total)
{
    unsigned long long at = done < total || total == 0 ? done : total, all = total;
    uint64_t left = total ? seconds_left(progress, now, at, total) : 0;
    char rest[64] = "";

    if (left > 0)
        snprintf(rest, sizeof(rest), Q_(", %llu second left", ", %llu seconds left", left), (unsigned long long)left);
    if (total == 0)
        dprintf(STDERR_FILENO, "\r\033[K%s: %llu", progress->what, at);
    else
        dprintf(STDERR_FILENO, "\r\033[K%s: %llu/%llu (%llu%%)%s", progress->what, at, all, at * 100 / all, rest);
}

void progress_step(struct progress *progress, uint64_t done, uint64_t total)
{
    uint64_t now;

    if (!progress->enabled)
        return;
    now = clock_ms();
    if (progress->counted_to != total || done < progress->counted_from) {
        progress->counted_ms = now;
        progress->counted_from = done;
        progress->counted_to = total;
    }
    if (now - progress->started_ms < FIRST_AFTER_MS || (progress->visible && now - progress->shown_ms < EVERY_MS))
        return;
    progress->shown_ms = now;
    progress->visible = true;
    show(progress, now, done, total);
}

void progress_end(struct progress *progress)
{
    if (progress->visible)
        dprintf(STDERR_FILENO, "\r\033[K");
    progress->enabled = progress->visible = false;
}

static void on_signal(int number)
{
    (void)number;
    cancelled = 1;
}

void cancel_install(void)
{
    /* Once only: a second Ctrl-C ends the program at once, should it not come to poll the flag. No SA_RESTART, so
     * that a blocking call returns to the loop that polls. */
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool cancel_requested(void)
{
    return cancelled != 0;
}
