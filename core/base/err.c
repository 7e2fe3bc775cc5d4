#include "base/err.h"

#include "base/i18n.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cuts what snprintf left in `text`, of which `len` bytes stand, back to a whole character. */
static void cut_to_character(char *text, size_t len)
{
    size_t at = len;
    unsigned char lead;
    size_t need;

    while (at > 0 && len - at < 3 && ((unsigned char)text[at - 1] & 0xc0) == 0x80)
        at--;
    if (at == 0)
        return;
    lead = (unsigned char)text[at - 1];
    need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (need > len - (at - 1))
        text[at - 1] = '\0';
}

static void put_format(char *into, size_t size, const char *format, va_list args)
{
    int len = vsnprintf(into, size, format, args);

    if (len < 0)
        into[0] = '\0';
    else if ((size_t)len >= size)
        cut_to_character(into, size - 1);
}

static void put_path(struct err *err, struct sv path)
{
    size_t len = path.len < ERR_PATH_MAX ? path.len : ERR_PATH_MAX - 1;

    if (len)
        memcpy(err->path, path.ptr, len);
    err->path[len] = '\0';
    if (len < path.len)
        cut_to_character(err->path, len);
}

static bool is_open(const struct err *err)
{
    return err && err->code == DONE;
}

status err_set(struct err *err, status code, const char *format, ...)
{
    va_list args;

    if (!is_open(err))
        return code;
    va_start(args, format);
    put_format(err->text, sizeof(err->text), format, args);
    va_end(args);
    err->code = code;
    return code;
}

status err_at(struct err *err, status code, struct sv path, unsigned line, unsigned column, const char *format, ...)
{
    va_list args;

    if (!is_open(err))
        return code;
    va_start(args, format);
    put_format(err->text, sizeof(err->text), format, args);
    va_end(args);
    put_path(err, path);
    err->line = line;
    err->column = column;
    err->code = code;
    return code;
}

/* The failures that a user meets, in our own catalogue: strerror speaks only languages whose locale is installed. */
static const struct {
    int number;
    const char *words;
} reasons[] = {
    {EACCES, N_("permission denied")},
    {EPERM, N_("operation not permitted")},
    {ENOENT, N_("no such file or folder")},
    {ENOTDIR, N_("not a folder")},
    {EISDIR, N_("is a folder")},
    {EEXIST, N_("exists already")},
    {ENOTEMPTY, N_("the folder is not empty")},
    {ENOSPC, N_("no space left on the device")},
    {EDQUOT, N_("the disk quota is used up")},
    {EROFS, N_("read-only file system")},
    {EIO, N_("input/output error")},
    {EMFILE, N_("too many open files")},
    {ENFILE, N_("too many open files in the system")},
    {ENAMETOOLONG, N_("the name is too long")},
    {ELOOP, N_("a symbolic link is in the way")},
    {EXDEV, N_("on another file system")},
    {ENOMEM, N_("out of memory")},
};

static const char *reason_of(int number, char *buffer, size_t size)
{
    const char *words;

    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (reasons[i].number == number)
            return _(reasons[i].words);
    words = strerror_r(number, buffer, size);
    return words ? words : "";
}

status err_errno(struct err *err, int saved_errno, const char *format, ...)
{
    status code = saved_errno == ENOMEM ? NO_MEMORY : FAILED;
    char buffer[128];
    const char *reason;
    size_t reason_len, len;
    va_list args;

    if (!is_open(err))
        return code;
    reason = reason_of(saved_errno, buffer, sizeof(buffer));
    reason_len = strnlen(reason, sizeof(err->text) / 2);
    va_start(args, format);
    put_format(err->text, sizeof(err->text) - reason_len - 2, format, args);
    va_end(args);
    len = strlen(err->text);
    snprintf(err->text + len, sizeof(err->text) - len, ": %.*s", (int)reason_len, reason);
    err->code = code;
    return code;
}

status err_no_memory(struct err *err)
{
    return err_set(err, NO_MEMORY, "%s", _("out of memory"));
}

void err_context(struct err *err, const char *format, ...)
{
    char front[ERR_TEXT_MAX], whole[ERR_TEXT_MAX];
    va_list args;
    int len;

    if (!err || err->code == DONE)
        return;
    va_start(args, format);
    put_format(front, sizeof(front), format, args);
    va_end(args);
    len = snprintf(whole, sizeof(whole), "%s: %s", front, err->text);
    if (len < 0)
        return;
    if ((size_t)len >= sizeof(whole))
        cut_to_character(whole, sizeof(whole) - 1);
    memcpy(err->text, whole, strlen(whole) + 1);
}

void err_place(struct err *err, struct sv path, unsigned line, unsigned column)
{
    if (!err || err->code == DONE)
        return;
    if (!err->path[0])
        put_path(err, path);
    else if (!sv_eq_c(path, err->path))
        return;
    if (err->line == 0) {
        err->line = line;
        err->column = column;
    }
}

void err_clear(struct err *err)
{
    if (!err)
        return;
    err->code = DONE;
    err->line = err->column = 0;
    err->path[0] = err->text[0] = '\0';
}

void err_format(const struct err *err, char *into, size_t size)
{
    char place[32] = "";
    const char *colon = err->path[0] ? ": " : "";
    int len;

    if (size == 0)
        return;
    if (err->path[0] && err->line && err->column)
        snprintf(place, sizeof(place), ":%u:%u", err->line, err->column);
    else if (err->path[0] && err->line)
        snprintf(place, sizeof(place), ":%u", err->line);
    len = snprintf(into, size, "%s%s%s%s", err->path, place, colon, err->text);
    if (len < 0)
        into[0] = '\0';
    else if ((size_t)len >= size)
        cut_to_character(into, size - 1);
}
