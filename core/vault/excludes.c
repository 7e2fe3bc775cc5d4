#include "vault/excludes.h"

#include "base/config.h"
#include "base/file.h"
#include "git/dir.h"
#include "vault/xdg.h"

#include <stdlib.h>

enum { CONFIG_BYTES_MAX = 1024 * 1024 };

/* git's configuration, gathered. */
struct gathering {
    struct config config;
    struct arena *arena;
    bool no_memory;
};

/* What stands before a mistake counts: whether git works here is git's to say. */
static void add_file(struct gathering *gathering, const char *path)
{
    struct buf text = {0};
    struct err ignored = {0};
    status rc = file_read(path, CONFIG_BYTES_MAX, &text, &ignored);

    if (rc == DONE)
        rc = config_parse(&gathering->config, gathering->arena, sv_of(path), buf_view(&text), &ignored);
    gathering->no_memory |= rc == NO_MEMORY;
    buf_release(&text);
}

/* The same for a path that is being built. */
static void add_built(struct gathering *gathering, struct buf *path)
{
    if (path->failed)
        gathering->no_memory = true;
    else if (path->len > 0)
        add_file(gathering, path->ptr);
    buf_release(path);
}

static void add_system(struct gathering *gathering)
{
    const char *none = getenv("GIT_CONFIG_NOSYSTEM"), *instead = getenv("GIT_CONFIG_SYSTEM");

    if (none == NULL || none[0] == '\0' || none[0] == '0')
        add_file(gathering, instead != NULL ? instead : "/etc/gitconfig");
}

/* The weaker one first; see git-config(1), FILES. */
static void add_user(struct gathering *gathering)
{
    const char *instead = getenv("GIT_CONFIG_GLOBAL");
    struct buf shared = {0}, own = {0};

    if (instead != NULL) {
        add_file(gathering, instead);
        return;
    }
    xdg_config(&shared, SV("git/config"));
    add_built(gathering, &shared);
    if (xdg_home(&own))
        buf_put_c(&own, "/.gitconfig");
    add_built(gathering, &own);
}

static void add_repository(struct gathering *gathering, struct sv common)
{
    struct buf path = {0};

    if (common.len > 0)
        path_join(&path, common, SV("config"));
    add_built(gathering, &path);
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

static status rules_parse(struct sv text, struct arena *arena, const struct ignore **chain, struct err *err)
{
    struct ignore *ignore = arena_alloc(arena, sizeof(*ignore));
    struct sv copy = arena_copy(arena, text);
    status rc;

    if (ignore == NULL || copy.ptr == NULL)
        return err_no_memory(err);
    rc = ignore_parse(copy, (struct sv){0}, *chain, arena, ignore, err);
    if (rc == DONE)
        *chain = ignore;
    return rc;
}

/* The rules of the file at `path` in front of `*chain`; a file that is not there or cannot be read has none. */
static status put_before(struct sv path, struct arena *arena, const struct ignore **chain, struct err *err)
{
    struct buf text = {0};
    struct err ignored = {0};
    const char *name = arena_cstr(arena, path);
    status rc = DONE;

    if (name == NULL)
        return err_no_memory(err);
    if (name[0] == '/')
        rc = file_read(name, IGNORE_BYTES_MAX, &text, &ignored);
    if (rc == NO_MEMORY)
        rc = err_no_memory(err);
    else
        rc = rules_parse(buf_view(&text), arena, chain, err);
    buf_release(&text);
    return rc;
}

static status user_rules(struct sv common, struct arena *arena, const struct ignore **chain, struct err *err)
{
    struct gathering gathering = {.arena = arena};
    struct buf path = {0};
    status rc;

    add_system(&gathering);
    add_user(&gathering);
    add_repository(&gathering, common);
    excludes_file(&gathering.config, &path);
    rc = gathering.no_memory ? err_no_memory(err) : buf_check(&path, err);
    if (rc == DONE)
        rc = put_before(buf_view(&path), arena, chain, err);
    buf_release(&path);
    return rc;
}

static status repository_rules(struct sv common, struct arena *arena, const struct ignore **chain, struct err *err)
{
    struct buf path = {0};
    status rc;

    path_join(&path, common, SV("info/exclude"));
    rc = buf_check(&path, err);
    if (rc == DONE)
        rc = put_before(buf_view(&path), arena, chain, err);
    buf_release(&path);
    return rc;
}

/* Empty where there is no repository, or a broken one. */
static status common_dir(struct sv git_dir, struct arena *arena, struct buf *common, struct err *err)
{
    struct err ignored = {0};
    const char *dir = arena_cstr(arena, git_dir);

    if (dir == NULL)
        return err_no_memory(err);
    if (git_dir.len > 0 && git_dir_common(dir, common, &ignored) == NO_MEMORY)
        return err_no_memory(err);
    return DONE;
}

status excludes_load(struct sv git_dir, struct arena *arena, const struct ignore **excludes_out, struct err *err)
{
    struct buf common = {0};
    status rc = common_dir(git_dir, arena, &common, err);

    *excludes_out = NULL;
    if (rc == DONE)
        rc = user_rules(buf_view(&common), arena, excludes_out, err);
    if (rc == DONE && common.len > 0)
        rc = repository_rules(buf_view(&common), arena, excludes_out, err);
    buf_release(&common);
    return rc;
}
