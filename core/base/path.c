/* Paths as text, and where the program stands. */
#include "base/arena.h"
#include "base/file.h"

#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

void path_join(struct buf *into, struct sv a, struct sv b)
{
    if (!sv_starts(b, SV("/"))) {
        buf_put(into, a);
        if (a.len && !sv_ends(a, SV("/")) && b.len)
            buf_char(into, '/');
    }
    buf_put(into, b);
}

bool path_normalise(struct arena *arena, struct sv path, struct sv *path_out)
{
    struct sv rest = path, part;
    char *text;
    size_t len = 0;

    if (sv_starts(path, SV("/")))
        return false;
    text = arena_alloc(arena, path.len + 1);
    if (!text)
        return false;
    while (sv_next(&rest, '/', &part)) {
        if (part.len == 0 || sv_eq(part, SV(".")))
            continue;
        if (sv_eq(part, SV(".."))) {
            struct sv parent = sv_dirname(sv_make(text, len));

            if (len == 0)
                return false;
            len = parent.len;
            continue;
        }
        if (len)
            text[len++] = '/';
        memcpy(text + len, part.ptr, part.len);
        len += part.len;
    }
    text[len] = '\0';
    *path_out = sv_make(text, len);
    return true;
}

static char own_dir[PATH_MAX];

static void find_own_dir(void)
{
    ssize_t len = readlink("/proc/self/exe", own_dir, sizeof(own_dir) - 1);
    size_t dir_len = len > 0 ? sv_dirname(sv_make(own_dir, (size_t)len)).len : 0;

    own_dir[dir_len] = '\0';
}

const char *program_dir(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, find_own_dir);
    return own_dir[0] ? own_dir : NULL;
}
