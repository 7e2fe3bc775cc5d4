/* Finding plugins: folders, manifests and the safety of both; no code is loaded here. */
#include "base/file.h"
#include "base/i18n.h"
#include "host/registry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- one plugin --- */

static status add(struct plugins *plugins, const struct place *place, struct sv folder, struct plugin **plugin_out,
                  struct err *err)
{
    struct arena *arena = &plugins->arena;
    struct plugin *plugin = arena_alloc(arena, sizeof(*plugin));
    struct plugin **grown = arena_grow(arena, plugins->items, &plugins->capacity, plugins->count, sizeof(*grown));
    struct sv name = sv_basename(folder);
    if (plugin == NULL || grown == NULL)
        return err_no_memory(err);
    plugin->owner = plugins;
    plugin->place = *place;
    plugin->folder = arena_cstr(arena, folder);
    plugin->manifest_path = arena_printf(arena, "%.*s/plugin.conf", SV_ARG(folder)).ptr;
    plugin->object = arena_printf(arena, "%.*s/%.*s.so", SV_ARG(folder), SV_ARG(name)).ptr;
    if (plugin->folder == NULL || plugin->manifest_path == NULL || plugin->object == NULL)
        return err_no_memory(err);
    plugin->info.id = sv_basename(sv_of(plugin->folder));
    plugin->info.path = sv_of(plugin->object);
    plugin->info.bundled = place->bundled;
    plugins->items = grown;
    grown[plugins->count++] = plugin;
    *plugin_out = plugin;
    return DONE;
}

static status read_manifest(struct plugin *plugin, struct err *err)
{
    struct arena *arena = &plugin->owner->arena;
    struct buf text = {0};
    struct sv own = {0};
    status got = file_read(plugin->manifest_path, MANIFEST_BYTES_MAX, &text, err);
    if (got == NOT_FOUND)
        got = err_set(err, REFUSED, _("'%s' is missing"), plugin->manifest_path);
    if (got == DONE) {
        own = arena_copy(arena, buf_view(&text));
        if (own.ptr == NULL)
            got = err_no_memory(err);
    }
    if (got == DONE)
        got = manifest_parse(own, sv_basename(sv_of(plugin->folder)), arena, &plugin->manifest, err);
    buf_release(&text);
    return got;
}

/* The listing shows what a manifest says even where the plugin is refused, but never an id that is none. */
static void show(struct plugin *plugin)
{
    const struct manifest *manifest = &plugin->manifest;
    struct plugin_info *info = &plugin->info;
    if (manifest_is_name(manifest->id))
        info->id = manifest->id;
    info->version = manifest->version;
    info->summary = manifest->summary;
    info->license = manifest->license;
    info->command = manifest->command;
    info->format = manifest->format;
    info->kinds = manifest->kinds;
    info->permissions = manifest->permissions;
    info->permission_count = manifest->permission_count;
}

static status check_double(const struct plugin *plugin, struct err *err)
{
    const struct plugin *first = plugins_get(plugin->owner, plugin->info.id);
    if (first == plugin || first == NULL)
        return DONE;
    return err_set(err, REFUSED, _("another plugin of this id was found before, in '%s'"), first->folder);
}

static status check_all(struct plugin *plugin, status place_got, const struct err *place_err, struct err *err)
{
    status got = place_got;
    if (got != DONE)
        return err_set(err, got, "%s", place_err->text);
    got = place_check_folder(&plugin->place, plugin->folder, err);
    if (got == DONE)
        got = place_check_file(plugin->manifest_path, err);
    if (got == DONE)
        got = read_manifest(plugin, err);
    show(plugin);
    if (got == DONE)
        got = place_check_file(plugin->object, err);
    return got == DONE ? check_double(plugin, err) : got;
}

/* --- what is granted --- */

/* [plugin "ID"] grant = data, in the user's own configuration, as often as needed. */
static unsigned granted_by_user(const struct plugin *plugin)
{
    const struct vault *vault = plugin->owner->vault;
    unsigned grants = 0;
    char key[128];
    snprintf(key, sizeof(key), "plugin.%.*s.grant", SV_ARG(plugin->info.id));
    for (size_t i = 0; vault != NULL && i < vault->user.count; i++)
        if (sv_eq_c(vault->user.entries[i].key, key))
            grants |= manifest_grant(vault->user.entries[i].value);
    return grants;
}

/* Putting a plugin into one's own folder lets it read notes, for that is what plugins are for. What came with chiron
 * gets what it asks for. The network is the user's to grant in each case. */
static unsigned grants_of(const struct plugin *plugin)
{
    unsigned given = GRANT_NOTES | granted_by_user(plugin);
    if (plugin->info.bundled)
        given |= GRANT_DATA;
    return plugin->manifest.wants & given;
}

static status grant(struct plugin *plugin, struct err *err)
{
    const struct plugin_info *info = &plugin->info;
    bool *granted = arena_array(&plugin->owner->arena, info->permission_count, sizeof(*granted));
    if (granted == NULL)
        return err_no_memory(err);
    plugin->grants = grants_of(plugin);
    for (size_t i = 0; i < info->permission_count; i++)
        granted[i] = (plugin->grants & manifest_grant(info->permissions[i])) != 0;
    plugin->info.granted = granted;
    return DONE;
}

/* --- folders of plugins --- */

static status consider(struct plugins *plugins, const struct place *place, status place_got,
                       const struct err *place_err, const char *folder, struct err *err)
{
    struct err reason = {0};
    struct plugin *plugin = NULL;
    status got = add(plugins, place, sv_of(folder), &plugin, err);
    if (got != DONE)
        return got;
    got = check_all(plugin, place_got, place_err, &reason);
    if (got == NO_MEMORY)
        return err_no_memory(err);
    if (got == DONE)
        return grant(plugin, err);
    (void)plugin_refuse(plugin, &reason);
    return DONE;
}

static bool has_manifest(const char *folder)
{
    char path[PATH_MAX];
    int len = snprintf(path, sizeof(path), "%s/plugin.conf", folder);
    return len > 0 && len < PATH_MAX && faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
    char **items;
    size_t count, capacity;
};

static void names_release(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
}

static status names_add(struct names *names, const char *folder, const char *name, struct err *err)
{
    char **grown = array_grow(names->items, &names->capacity, names->count, sizeof(*grown));
    struct buf path = {0};
    if (grown != NULL)
        names->items = grown;
    buf_printf(&path, "%s/%s", folder, name);
    if (grown == NULL || path.failed) {
        buf_release(&path);
        return err_no_memory(err);
    }
    if (has_manifest(path.ptr))
        grown[names->count++] = buf_take(&path);
    buf_release(&path);
    return DONE;
}

/* The folders that hold a manifest, by name: the order of a listing must not depend on the file system. */
static status list(const char *folder, struct names *names, struct err *err)
{
    DIR *dir = opendir(folder);
    status got = DONE;
    if (dir == NULL && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
        return DONE;
    if (dir == NULL)
        return err_errno(err, errno, _("unable to look into '%s'"), folder);
    for (struct dirent *entry = readdir(dir); got == DONE && entry != NULL; entry = readdir(dir))
        if (entry->d_name[0] != '.')
            got = names_add(names, folder, entry->d_name, err);
    closedir(dir);
    if (names->count > 1)
        qsort(names->items, names->count, sizeof(names->items[0]), by_name);
    return got;
}

/* `path` holds folders of plugins, or is the folder of one. */
static status search(struct plugins *plugins, const struct place *place, struct err *err)
{
    struct err place_err = {0};
    struct names names = {0};
    status place_got, got = DONE;
    if (access(place->path, F_OK) != 0)
        return DONE;
    place_got = place_check(place, &place_err);
    if (has_manifest(place->path))
        got = consider(plugins, place, place_got, &place_err, place->path, err);
    else
        got = list(place->path, &names, err);
    for (size_t i = 0; got == DONE && i < names.count; i++)
        got = consider(plugins, place, place_got, &place_err, names.items[i], err);
    names_release(&names);
    return got;
}

/* --- where --- */

/* A colon-separated list; "~/" is the home folder. */
static status search_path(struct plugins *plugins, const char *vault, struct sv paths, struct err *err)
{
    const char *home = getenv("HOME");
    struct sv piece;
    while (sv_next(&paths, ':', &piece)) {
        struct place place = {.vault = vault};
        status got;
        while (piece.len > 1 && piece.ptr[piece.len - 1] == '/')
            piece.len--;
        if (piece.len == 0)
            continue;
        if (sv_starts(piece, SV("~/")) && home != NULL)
            place.path = arena_printf(&plugins->arena, "%s%.*s", home, SV_ARG(sv_from(piece, 1))).ptr;
        else
            place.path = arena_cstr(&plugins->arena, piece);
        if (place.path == NULL)
            return err_no_memory(err);
        got = search(plugins, &place, err);
        if (got != DONE)
            return got;
    }
    return DONE;
}

static status search_installed(struct plugins *plugins, struct err *err)
{
    const char *bin = program_dir();
    struct place place = {.bundled = true};
    struct buf path = {0};
    char *real;
    if (bin == NULL)
        return DONE;
    buf_printf(&path, "%s/%s/%s", bin, CHIRON_PREFIX_FROM_BIN, CHIRON_PLUGIN_DIR);
    if (buf_check(&path, err) != DONE)
        return NO_MEMORY;
    real = realpath(path.ptr, NULL);
    buf_release(&path);
    if (real == NULL)
        return DONE;
    place.path = arena_cstr(&plugins->arena, sv_of(real));
    free(real);
    return place.path == NULL ? err_no_memory(err) : search(plugins, &place, err);
}

static status search_configured(struct plugins *plugins, const char *vault, struct err *err)
{
    const struct config *user = plugins->vault == NULL ? NULL : &plugins->vault->user;
    const char *environment = getenv("CHIRON_PLUGIN_PATH");
    status got = DONE;
    for (size_t i = 0; got == DONE && user != NULL && i < user->count; i++)
        if (sv_eq_c(user->entries[i].key, "plugin.path"))
            got = search_path(plugins, vault, user->entries[i].value, err);
    if (got == DONE && environment != NULL)
        got = search_path(plugins, vault, sv_of(environment), err);
    return got;
}

/* With links resolved, for the check that nothing comes from inside it. */
static status vault_root(struct plugins *plugins, const char **root_out, struct err *err)
{
    char *real;
    *root_out = NULL;
    if (plugins->vault == NULL)
        return DONE;
    real = realpath(plugins->vault->root, NULL);
    *root_out = arena_cstr(&plugins->arena, sv_of(real != NULL ? real : plugins->vault->root));
    free(real);
    return *root_out == NULL ? err_no_memory(err) : DONE;
}

status plugins_find(const struct vault *vault, struct plugins **plugins_out, struct err *err)
{
    struct plugins *plugins = memory_zero(1, sizeof(*plugins));
    const char *root;
    status got;
    *plugins_out = NULL;
    if (plugins == NULL)
        return err_no_memory(err);
    plugins->vault = vault;
    got = vault_root(plugins, &root, err);
    if (got == DONE)
        got = search_installed(plugins, err);
    if (got == DONE)
        got = search_configured(plugins, root, err);
    if (got != DONE) {
        plugins_free(plugins);
        return got;
    }
    *plugins_out = plugins;
    return DONE;
}
