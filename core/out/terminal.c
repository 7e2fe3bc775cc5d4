#include "out/terminal.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { DEFAULT_WIDTH = 80, PAGER_WORDS = 16, PAGER_TEXT = 512 };

static bool env_set(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

bool terminal_color(int fd, enum color_when when)
{
    const char *term = getenv("TERM");
    if (when != COLOR_AUTO)
        return when == COLOR_ALWAYS;
    if (env_set("NO_COLOR"))
        return false;
    if (env_set("CLICOLOR_FORCE") && strcmp(getenv("CLICOLOR_FORCE"), "0") != 0)
        return true;
    return isatty(fd) && term && strcmp(term, "dumb") != 0;
}

unsigned terminal_width(int fd)
{
    struct winsize size = {0};
    int64_t columns = 0;
    if (!isatty(fd))
        return 0;
    if (env_set("COLUMNS") && sv_to_i64(sv_of(getenv("COLUMNS")), &columns) && columns > 0 && columns < 10000)
        return (unsigned)columns;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return DEFAULT_WIDTH;
}

/* Splits `text` in place at spaces. */
static bool split_words(char *text, char *words[PAGER_WORDS])
{
    size_t count = 0;
    for (char *at = text; *at;) {
        while (*at == ' ')
            *at++ = '\0';
        if (!*at)
            break;
        if (count == PAGER_WORDS - 1)
            return false;
        words[count++] = at;
        while (*at && *at != ' ')
            at++;
    }
    words[count] = NULL;
    return count > 0;
}

status pager_begin(struct pager *pager, struct sv command, struct err *err)
{
    char text[PAGER_TEXT], *words[PAGER_WORDS];
    int ends[2];
    pid_t child;
    posix_spawn_file_actions_t actions;

    *pager = (struct pager){.child = 0, .saved_stdout = -1};
    if (!isatty(STDOUT_FILENO) || command.len == 0 || sv_eq(command, SV("cat")))
        return DONE;
    if (command.len >= sizeof text)
        return err_set(err, USAGE, _("the pager's command is too long: '%.*s'"), SV_ARG(command));
    memcpy(text, command.ptr, command.len);
    text[command.len] = '\0';
    if (!split_words(text, words))
        return DONE;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, errno, _("unable to start the pager '%s'"), words[0]);
    setenv("LESS", "FRX", 0);
    setenv("LV", "-c", 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    int failure = posix_spawnp(&child, words[0], &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[0]);
    if (failure != 0) {
        /* No pager is no reason to withhold the answer. */
        close(ends[1]);
        return DONE;
    }
    pager->child = child;
    pager->saved_stdout = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    return DONE;
}

void pager_end(struct pager *pager)
{
    int ignored;
    if (pager->child <= 0)
        return;
    dup2(pager->saved_stdout, STDOUT_FILENO);
    close(pager->saved_stdout);
    while (waitpid(pager->child, &ignored, 0) < 0 && errno == EINTR)
        continue;
    *pager = (struct pager){.child = 0, .saved_stdout = -1};
}
