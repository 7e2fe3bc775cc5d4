/* The socket of exporters. */
#include "base/i18n.h"
#include "host/arguments.h"
#include "host/export_tree.h"
#include "host/feed.h"
#include "host/registry.h"

struct export
{
    struct plugin *plugin;
    const chiron_exporter_v1 *exporter;
    struct export_tree tree;
    void *state;
    bool open;
};

/* What went wrong in the tree went wrong first, whatever the plugin made of it. */
static status leave(struct export *export, struct chiron_call *call, chiron_status answer, struct err *err)
{
    if (export->tree.err.code != DONE) {
        call->err = export->tree.err;
        answer = export->tree.err.code;
    }
    return plugin_leave(export->plugin, call, answer, err);
}

static status begin(struct export *export, const struct plugin_arguments *arguments, struct err *err)
{
    struct arena arena = {0};
    const chiron_argument *const *lent;
    struct chiron_call call;
    status got = arguments_lend(arguments, &arena, &lent, err);
    if (got == DONE)
        got = plugin_enter(export->plugin, &call, err);
    if (got == DONE) {
        got = export->exporter->begin(export->plugin->instance.self, &call, lent,
                                      arguments == NULL ? 0 : arguments->count, &export->tree.lent, &export->state);
        export->open = got == DONE;
        got = leave(export, &call, got, err);
    }
    arena_release(&arena);
    return got;
}

static status add(void *payload, const chiron_note *const *notes, size_t count, struct err *err)
{
    struct export *export = payload;
    struct chiron_call call;
    status got;
    if (cancel_requested())
        return err_set(err, CANCELLED, _("cancelled"));
    got = plugin_enter(export->plugin, &call, err);
    if (got != DONE)
        return got;
    got = export->exporter->add(export->state, &call, notes, count);
    return leave(export, &call, got, err);
}

static status finish(struct export *export, struct err *err)
{
    struct chiron_call call;
    status got = plugin_enter(export->plugin, &call, err);
    if (got != DONE)
        return got;
    export->open = false;
    got = export->exporter->finish(export->state, &call);
    return leave(export, &call, got, err);
}

/* An export with a note missing would be a silent loss. */
static status check_read(const struct export *export, struct err *err)
{
    const struct err *unread = &export->plugin->source.lender.unread;
    return unread->code == DONE ? DONE : err_set(err, unread->code, "%s", unread->text);
}

static status write_all(struct export *export, const struct id_set *ids, const struct plugin_arguments *arguments,
                        struct err *err)
{
    struct plugin *plugin = export->plugin;
    status got;
    plugin->source.lender.unread = (struct err){0};
    got = begin(export, arguments, err);
    if (got == DONE)
        got = feed_notes(plugin->owner->catalogue, &plugin->source.lender, ids, add, export, err);
    if (got == DONE)
        got = check_read(export, err);
    if (got == DONE)
        got = finish(export, err);
    if (export->open)
        export->exporter->discard(export->state);
    if (got > 0)
        got = err_set(err, FAILED, _("plugin '%.*s' stopped in the middle of the export"), SV_ARG(plugin->info.id));
    return got == DONE ? export_tree_commit(&export->tree, err) : got;
}

status plugin_export(struct plugin *plugin, const struct id_set *ids, const struct plugin_arguments *arguments,
                     const char *target, struct err *err)
{
    struct export export = {.plugin = plugin};
    const void *table;
    status got = plugin_ready(plugin, PLUGIN_EXPORTER, &table, err);
    if (got != DONE)
        return got;
    if (plugin->owner->catalogue == NULL)
        return err_set(err, FAILED, _("there is no vault here to ask"));
    export.exporter = table;
    got = export_tree_open(&export.tree, target, export.exporter->suffix != NULL, err);
    if (got == DONE)
        got = write_all(&export, ids, arguments, err);
    export_tree_release(&export.tree);
    return got;
}
