#include "base/i18n.h"
#include "cli/cmd.h"

static const struct cmd_option options[] = {
    {"out", 'o', N_("PATH"), N_("the file or folder to write; - for standard output")},
    {0},
};

static status find_exporter(struct cmd *cmd, struct sv format, struct plugin **plugin_out, struct err *err)
{
    struct buf known = {0};
    status code = FAILED;
    for (size_t i = 0; i < plugins_count(cmd->plugins); i++) {
        const struct plugin_info *info = plugin_info(plugins_nth(cmd->plugins, i));
        if (!(info->kinds & PLUGIN_EXPORTER))
            continue;
        if (sv_eq(info->format, format) && info->state == PLUGIN_REFUSED) {
            buf_release(&known);
            return err_set(err, FAILED, _("plugin '%.*s' was refused: %.*s"), SV_ARG(info->id), SV_ARG(info->reason));
        }
        if (sv_eq(info->format, format)) {
            *plugin_out = plugins_nth(cmd->plugins, i);
            code = DONE;
            break;
        }
        buf_printf(&known, "%s%.*s", known.len ? ", " : "", SV_ARG(info->format));
    }
    if (code != DONE && known.len == 0)
        err_set(err, USAGE,
                _("no plugin exports '%.*s', nor anything else: 'chiron plugin list' shows what is installed"),
                SV_ARG(format));
    else if (code != DONE)
        err_set(err, USAGE, _("no plugin exports '%.*s': there is %s"), SV_ARG(format), known.ptr);
    buf_release(&known);
    return code == DONE ? DONE : USAGE;
}

/* The first word is the format, the rest a query; without --out an exporter of one file writes to stdout. */
static status run(struct cmd *cmd, struct err *err)
{
    struct plugin *plugin = NULL;
    struct plugin_usage usage = {0};
    struct plugin_arguments none = {0};
    struct id_set set = {0};
    struct sv format = cmd->words[0], target = option_text(cmd, "out", SV(""));
    status code = cmd_need_plugins(cmd, err);
    if (code == DONE)
        code = find_exporter(cmd, format, &plugin, err);
    if (code == DONE)
        code = plugin_exporter_usage(plugin, &usage, err);
    if (code == DONE && target.len == 0 && usage.suffix.len == 0)
        code = err_set(err, USAGE, _("'%.*s' makes a folder: name it with --out"), SV_ARG(format));
    if (code == DONE)
        code = cmd_query_set(cmd, &set, err);
    if (code == DONE && set.count == 0)
        code = NOT_FOUND;
    if (code == DONE)
        code = plugin_export(plugin, &set, &none, target.len > 0 ? target.ptr : "-", err);
    id_set_release(&set);
    return code;
}

const struct cmd_entry cmd_export = {
    .name = "export",
    .usage = N_("FORMAT [QUERY...]"),
    .summary = N_("write notes in another format, by a plugin"),
    .options = options,
    .needs = CMD_QUERY | CMD_CATALOGUE | CMD_PLUGINS,
    .words_min = 1,
    .query_from = 1,
    .run = run,
};
