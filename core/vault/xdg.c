#include "vault/xdg.h"

#include "base/file.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

enum { PASSWD_BYTES = 16 * 1024 };

bool xdg_home(struct buf *into)
{
    const char *home = getenv("HOME");
    struct passwd entry, *found = NULL;
    char bytes[PASSWD_BYTES];

    if (home == NULL || home[0] != '/') {
        if (getpwuid_r(geteuid(), &entry, bytes, sizeof(bytes), &found) != 0 || found == NULL)
            return false;
        home = found->pw_dir;
    }
    if (home == NULL || home[0] != '/')
        return false;
    buf_put_c(into, home);
    return true;
}

static bool folder(struct buf *into, const char *variable, struct sv beneath_home, struct sv name)
{
    const char *value = getenv(variable);
    struct buf base = {0};

    if (value != NULL && value[0] == '/') {
        buf_put_c(&base, value);
    } else if (xdg_home(&base)) {
        buf_char(&base, '/');
        buf_put(&base, beneath_home);
    } else {
        return false;
    }
    path_join(into, buf_view(&base), name);
    into->failed |= base.failed;
    buf_release(&base);
    return true;
}

bool xdg_config(struct buf *into, struct sv name)
{
    return folder(into, "XDG_CONFIG_HOME", SV(".config"), name);
}

bool xdg_cache(struct buf *into, struct sv name)
{
    return folder(into, "XDG_CACHE_HOME", SV(".cache"), name);
}
