/* What is known of each plugin while the program runs: loading, calling, refusing. */
#include "host/registry.h"

#include "base/i18n.h"
#include "vault/settings.h"

#include <stdio.h>
#include <stdlib.h>

size_t plugins_count(const struct plugins *plugins)
{
    return plugins->count;
}

struct plugin *plugins_nth(const struct plugins *plugins, size_t n)
{
    return n < plugins->count ? plugins->items[n] : NULL;
}

/* The first of an id is the one that counts: a later one is refused as its double. */
struct plugin *plugins_get(const struct plugins *plugins, struct sv id)
{
    for (size_t i = 0; i < plugins->count; i++)
        if (sv_eq(plugins->items[i]->info.id, id))
            return plugins->items[i];
    return NULL;
}

const struct plugin_info *plugin_info(const struct plugin *plugin)
{
    return &plugin->info;
}

void plugins_lend(struct plugins *plugins, struct catalogue *catalogue, struct progress *progress)
{
    plugins->catalogue = catalogue;
    plugins->progress = progress;
}

void plugins_free(struct plugins *plugins)
{
    if (plugins == NULL)
        return;
    for (size_t i = 0; i < plugins->count; i++)
        instance_close(&plugins->items[i]->instance);
    arena_release(&plugins->arena);
    free(plugins);
}

/* --- settings --- */

struct sv plugin_setting(const struct plugin *plugin, const char *key)
{
    const struct config_entry *entry = NULL;
    char name[256];
    int len = snprintf(name, sizeof(name), "plugin.%.*s.%s", SV_ARG(plugin->info.id), key);
    if (plugin->owner->vault != NULL && len > 0 && (size_t)len < sizeof(name))
        entry = config_get(&plugin->owner->vault->config, sv_make(name, (size_t)len));
    return entry == NULL ? (struct sv){0} : entry->value;
}

static uint64_t limit_setting(const struct plugin *plugin, const char *key)
{
    const struct vault *vault = plugin->owner->vault;
    int64_t number = vault != NULL ? vault_setting_int(vault, key) : 0;
    if (number <= 0 && !sv_to_i64(sv_of(setting_find(sv_of(key))->fallback), &number))
        number = 60;
    return (uint64_t)number;
}

/* --- loading --- */

/* A worker that reports its progress may work on, but not for ever: processor time for each second of silence. */
enum { CPU_FOR_EACH_SECOND = 60 };

status plugin_context(const struct plugin *plugin, status code, struct err *err)
{
    if (code < 0)
        err_context(err, _("plugin '%.*s'"), SV_ARG(plugin->info.id));
    return code;
}

status plugin_refuse(struct plugin *plugin, const struct err *failure)
{
    struct sv reason;
    plugin->failure = *failure;
    reason = arena_copy(&plugin->owner->arena, sv_of(failure->text));
    plugin->info.state = PLUGIN_REFUSED;
    plugin->info.reason = reason.ptr != NULL ? reason : SV("out of memory");
    return failure->code;
}

static status open_instance(struct plugin *plugin, struct err *err)
{
    struct expectation expected = {
        .object = plugin->object,
        .id = plugin->info.id,
        .version = plugin->info.version,
        .command = plugin->info.command,
        .format = plugin->info.format,
        .kinds = plugin->info.kinds,
    };
    struct worker_limits limits = {
        .timeout_s = limit_setting(plugin, "plugin.timeout"),
        .memory_mib = limit_setting(plugin, "plugin.memory"),
    };
    if (plugin->info.bundled)
        return local_open(&expected, &plugin->lent, &plugin->source.lender, &plugin->instance, err);
    limits.cpu_s = limits.timeout_s * CPU_FOR_EACH_SECOND;
    return remote_open(&expected, &limits, &plugin->source.lender, &plugin->instance, err);
}

/* The safety of the place is looked at once more: time has passed since the manifest was read. */
static status check_again(const struct plugin *plugin, struct err *err)
{
    status got = place_check(&plugin->place, err);
    if (got == DONE)
        got = place_check_folder(&plugin->place, plugin->folder, err);
    return got == DONE ? place_check_file(plugin->object, err) : got;
}

status plugin_load(struct plugin *plugin, struct err *err)
{
    struct err failure = {0};
    status got;
    if (plugin->info.state == PLUGIN_LOADED)
        return DONE;
    if (plugin->info.state == PLUGIN_REFUSED) {
        err_set(err, plugin->failure.code, "%s", plugin->failure.text);
        return plugin_context(plugin, plugin->failure.code, err);
    }
    source_init(&plugin->source, plugin);
    lent_init(&plugin->lent, CHIRON_VERSION, plugin->grants);
    got = check_again(plugin, &failure);
    if (got == DONE)
        got = open_instance(plugin, &failure);
    if (got == DONE) {
        plugin->info.state = PLUGIN_LOADED;
        return DONE;
    }
    (void)plugin_refuse(plugin, &failure);
    err_set(err, failure.code, "%s", failure.text);
    return plugin_context(plugin, failure.code, err);
}

/* --- calling --- */

status plugin_table(struct plugin *plugin, enum plugin_kind kind, const void **table_out, struct err *err)
{
    status got;
    if ((plugin->info.kinds & kind) == 0) {
        err_set(err, USAGE, _("it is no %s"), kinds[kind_index(kind)].name);
        return plugin_context(plugin, USAGE, err);
    }
    got = plugin_load(plugin, err);
    *table_out = got == DONE ? plugin->instance.tables[kind_index(kind)] : NULL;
    return got;
}

status plugin_ready(struct plugin *plugin, enum plugin_kind kind, const void **table_out, struct err *err)
{
    status got = plugin_table(plugin, kind, table_out, err);
    return got == DONE && plugin->owner->catalogue != NULL ? plugin_catch_up(plugin, err) : got;
}

status plugin_enter(struct plugin *plugin, struct chiron_call *call, struct err *err)
{
    status got = plugin_load(plugin, err);
    if (got != DONE)
        return got;
    if (plugin->busy) {
        err_set(err, FAILED, _("it was asked while it was answering: a query of its own needs itself"));
        return plugin_context(plugin, FAILED, err);
    }
    plugin->busy = true;
    call_begin(call, &plugin->source.lender);
    return DONE;
}

status plugin_leave(struct plugin *plugin, struct chiron_call *call, chiron_status answer, struct err *err)
{
    plugin->busy = false;
    return plugin_context(plugin, call_end(call, answer, err), err);
}

/* --- picking --- */

static struct sv configured(const struct plugins *plugins, enum plugin_kind kind)
{
    char key[32];
    int len = snprintf(key, sizeof(key), "plugin.%s", kinds[kind_index(kind)].name);
    if (plugins->vault == NULL || len < 0)
        return (struct sv){0};
    return config_text(&plugins->vault->user, sv_make(key, (size_t)len), (struct sv){0});
}

/* What a kind's table calls itself ("search --using NAME") is the plugin's id in all but odd cases; the id decides. */
static status pick_named(struct plugins *plugins, enum plugin_kind kind, struct sv id, struct plugin **plugin_out,
                         struct err *err)
{
    struct plugin *plugin = plugins_get(plugins, id);
    if (plugin == NULL)
        return err_set(err, NOT_FOUND, _("there is no plugin '%.*s'"), SV_ARG(id));
    if ((plugin->info.kinds & kind) == 0)
        return err_set(err, NOT_FOUND, _("plugin '%.*s' is no %s"), SV_ARG(id), kinds[kind_index(kind)].name);
    if (plugin->info.state == PLUGIN_REFUSED)
        return err_set(err, NOT_FOUND, _("plugin '%.*s' is refused: %.*s"), SV_ARG(id), SV_ARG(plugin->info.reason));
    *plugin_out = plugin;
    return DONE;
}

static status none_found(const struct plugins *plugins, enum plugin_kind kind, struct err *err)
{
    struct buf refused = {0};
    for (size_t i = 0; i < plugins->count; i++) {
        const struct plugin_info *info = &plugins->items[i]->info;
        if ((info->kinds & kind) != 0 && info->state == PLUGIN_REFUSED)
            buf_printf(&refused, _("; '%.*s' is refused: %.*s"), SV_ARG(info->id), SV_ARG(info->reason));
    }
    err_set(err, NOT_FOUND, _("no plugin of the kind '%s' is installed%.*s"), kinds[kind_index(kind)].name,
            SV_ARG(buf_view(&refused)));
    buf_release(&refused);
    return NOT_FOUND;
}

status plugins_pick(struct plugins *plugins, enum plugin_kind kind, struct sv using, struct plugin **plugin_out,
                    struct err *err)
{
    struct sv id = using.len > 0 ? using : configured(plugins, kind);
    if (id.len > 0)
        return pick_named(plugins, kind, id, plugin_out, err);
    /* Those that came with chiron stand first. */
    for (size_t i = 0; i < plugins->count; i++) {
        struct plugin *plugin = plugins->items[i];
        if ((plugin->info.kinds & kind) != 0 && plugin->info.state != PLUGIN_REFUSED) {
            *plugin_out = plugin;
            return DONE;
        }
    }
    return none_found(plugins, kind, err);
}
