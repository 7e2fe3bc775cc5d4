#include "vault/excludes.h"

#include "base/config.h"
#include "base/file.h"
#include "git/dir.h"
#include "vault/xdg.h"

#include <stdlib.h>

enum { CONFIG_BYTES_MAX = 1024 * 1024 };

/* Where git's configuration is looked for, the strongest last; see git-config(1), FILES. */
static void add_file(struct config *config, struct arena *arena, const char *path)
{
    struct buf text = {0};
    struct err ignored = {0};

    /* What stands before a mistake counts: whether git works here is git's to say. */
    if (path != NULL && file_read(path, CONFIG_BYTES_MAX, &text, &ignored) == DONE)
        config_parse(config, arena, sv_of(path), buf_view(&text), &ignored);
    buf_release(&text);
}

static void add_user(struct config *config, struct arena *arena)
{
    const char *instead = getenv("GIT_CONFIG_GLOBAL");
    struct buf path = {0};

    if (instead != NULL) {
        add_file(config, arena, instead);
        return;
    }
    if (xdg_config(&path, SV("git/config")))
        add_file(config, arena, path.ptr);
    buf_clear(&path);
    if (xdg_home(&path)) {
        buf_put_c(&path, "/.gitconfig");
        add_file(config, arena, path.ptr);
    }
    buf_release(&path);
}

static void add_system(struct config *config, struct arena *arena)
{
    const char *none = getenv("GIT_CONFIG_NOSYSTEM"), *instead = getenv("GIT_CONFIG_SYSTEM");

    if (none == NULL || none[0] == '\0' || none[0] == '0')
        add_file(config, arena, instead != NULL ? instead : "/etc/gitconfig");
}

static void add_repository(struct config *config, struct arena *arena, const char *common)
{
    struct buf path = {0};

    path_join(&path, sv_of(common), SV("config"));
    if (!path.failed)
        add_file(config, arena, path.ptr);
    buf_release(&path);
}

/* core.excludesFile, or git's default for it. Empty: there is none. */
static void excludes_file(const struct config *config, struct buf *path)
{
    const struct config_entry *entry = config_get(config, SV("core.excludesfile"));

    if (entry == NULL) {
        xdg_config(path, SV("git/ignore"));
    } else if (sv_starts(entry->value, SV("~/"))) {
        if (xdg_home(path))
            buf_put(path, sv_from(entry->value, 1));
    } else {
        buf_put(path, entry->value);
    }
}

/* The rules of the file at `path` in front of `*chain`; without such a file the chain stays. */
static status put_before(const char *path, struct arena *arena, const struct ignore **chain, struct err *err)
{
    struct ignore *ignore = arena_alloc(arena, sizeof(*ignore));
    struct buf text = {0};
    struct err ignored = {0};
    struct sv copy;
    status rc;

    if (ignore == NULL)
        return err_no_memory(err);
    if (path != NULL && path[0] == '/')
        file_read(path, IGNORE_BYTES_MAX, &text, &ignored);
    copy = arena_copy(arena, buf_view(&text));
    buf_release(&text);
    if (copy.ptr == NULL)
        return err_no_memory(err);
    rc = ignore_parse(copy, (struct sv){0}, *chain, arena, ignore, err);
    if (rc == DONE)
        *chain = ignore;
    return rc;
}

static status common_dir(struct sv git_dir, struct arena *arena, struct buf *common, struct err *err)
{
    const char *dir = arena_cstr(arena, git_dir);

    if (dir == NULL)
        return err_no_memory(err);
    return git_dir.len > 0 ? git_dir_common(dir, common, err) : DONE;
}

status excludes_load(struct sv git_dir, struct arena *arena, const struct ignore **excludes_out, struct err *err)
{
    struct config config = {0};
    struct buf common = {0}, path = {0};
    struct err ignored = {0};
    status rc;

    *excludes_out = NULL;
    if (common_dir(git_dir, arena, &common, &ignored) == NO_MEMORY)
        return err_no_memory(err);
    add_system(&config, arena);
    add_user(&config, arena);
    if (common.len > 0)
        add_repository(&config, arena, common.ptr);
    excludes_file(&config, &path);
    rc = buf_check(&path, err);
    if (rc == DONE)
        rc = put_before(path.ptr, arena, excludes_out, err);
    if (rc == DONE && common.len > 0) {
        buf_clear(&path);
        path_join(&path, buf_view(&common), SV("info/exclude"));
        rc = buf_check(&path, err);
        if (rc == DONE)
            rc = put_before(path.ptr, arena, excludes_out, err);
    }
    buf_release(&path);
    buf_release(&common);
    return rc;
}
