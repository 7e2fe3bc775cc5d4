#include "host/place.h"

#include "base/file.h"
#include "base/i18n.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Who can rename a folder on the way can put another in its place; the sticky bit forbids just that. */
static status check_above(const char *path, struct err *err)
{
    char *at = realpath(path, NULL);
    status got = DONE;
    if (at == NULL)
        return err_errno(err, errno, _("unable to follow '%s'"), path);
    for (char *slash = strrchr(at, '/'); got == DONE && slash != NULL; slash = strrchr(at, '/')) {
        struct stat st;
        slash[slash == at ? 1 : 0] = '\0';
        if (stat(at, &st) != 0)
            got = err_errno(err, errno, _("unable to look at '%s'"), at);
        else if (st.st_uid != 0 && st.st_uid != geteuid())
            got = err_set(err, REFUSED, _("the folder '%s' above it belongs to somebody else"), at);
        else if ((st.st_mode & S_IWOTH) != 0 && (st.st_mode & S_ISVTX) == 0)
            got = err_set(err, REFUSED, _("the folder '%s' above it is writable by others"), at);
        if (slash == at)
            break;
    }
    free(at);
    return got;
}

static status check_owner(const char *path, struct err *err)
{
    const char *why = NULL;
    if (!file_is_trusted(path, &why))
        return err_set(err, REFUSED, _("'%s' is not safe to load from: %s"), path, why);
    return DONE;
}

status place_check(const struct place *place, struct err *err)
{
    status got;
    if (place->path[0] != '/')
        return err_set(err, REFUSED, _("the plugin folder '%s' is not an absolute path"), place->path);
    got = check_owner(place->path, err);
    return got == DONE && !place->bundled ? check_above(place->path, err) : got;
}

static status check_outside(const struct place *place, const char *path, struct err *err)
{
    char *real = realpath(path, NULL);
    size_t len = place->vault ? strlen(place->vault) : 0;
    status got = DONE;
    if (real == NULL)
        return err_errno(err, errno, _("unable to follow '%s'"), path);
    if (len > 0 && strncmp(real, place->vault, len) == 0 && (real[len] == '/' || real[len] == '\0'))
        got = err_set(err, REFUSED, _("it lies inside the vault, and code is never loaded from a vault"));
    free(real);
    return got;
}

static status check_type(const char *path, mode_t type, struct err *err)
{
    struct stat st;
    if (lstat(path, &st) != 0 && errno == ENOENT)
        return err_set(err, REFUSED, _("'%s' is missing"), path);
    if (lstat(path, &st) != 0)
        return err_errno(err, errno, _("unable to look at '%s'"), path);
    if (S_ISLNK(st.st_mode))
        return err_set(err, REFUSED, _("'%s' is a symbolic link"), path);
    if ((st.st_mode & S_IFMT) != type)
        return err_set(err, REFUSED, type == S_IFDIR ? _("'%s' is not a folder") : _("'%s' is not a plain file"), path);
    return DONE;
}

status place_check_folder(const struct place *place, const char *path, struct err *err)
{
    status got = check_type(path, S_IFDIR, err);
    if (got == DONE)
        got = check_owner(path, err);
    if (got == DONE && !place->bundled)
        got = check_outside(place, path, err);
    return got;
}

status place_check_file(const char *path, struct err *err)
{
    status got = check_type(path, S_IFREG, err);
    return got == DONE ? check_owner(path, err) : got;
}
