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

/* The format stands first among the words; its plugin's options are known only once it is loaded. */
static status prepare(struct cmd *cmd, int argc, char **argv, struct err *err)
{
    struct plugin_usage usage = {0};
    if (argc == 0 || argv[0][0] == '-')
        return DONE;
    status code = cmd_need_plugins(cmd, err);
    if (code == DONE)
        code = find_exporter(cmd, sv_of(argv[0]), &cmd->plugin, err);
    if (code == DONE)
        code = plugin_exporter_usage(cmd->plugin, &usage, err);
    if (code == DONE)
        code = plugin_option_table(cmd, &usage, &cmd->plugin_options, err);
    return code;
}

static status find_late(struct cmd *cmd, struct err *err)
{
    status code = cmd_need_plugins(cmd, err);
    return code == DONE && !cmd->plugin ? find_exporter(cmd, cmd->words[0], &cmd->plugin, err) : code;
}

/* The first word is the format, the rest a query; without --out an exporter of one file writes to stdout. */
static status run(struct cmd *cmd, struct err *err)
{
    static const struct cmd_option none[] = {{0}};
    struct plugin_usage usage = {0};
    struct plugin_arguments arguments = {0};
    struct id_set set = {0};
    struct sv target = option_text(cmd, "out", SV(""));
    status code = find_late(cmd, err);
    if (code == DONE)
        code = plugin_exporter_usage(cmd->plugin, &usage, err);
    if (code == DONE && target.len == 0 && usage.suffix.len == 0)
        code = err_set(err, USAGE, _("'%.*s' makes a folder: name it with --out"), SV_ARG(cmd->words[0]));
    if (code == DONE)
        code = plugin_arguments_of(cmd, cmd->plugin_options ? cmd->plugin_options : none, cmd->word_count, &arguments,
                                   err);
    if (code == DONE)
        code = cmd_need_catalogue(cmd, err);
    if (code == DONE) {
        plugins_lend(cmd->plugins, cmd->catalogue, &cmd->progress);
        code = cmd_query_set(cmd, &set, err);
    }
    if (code == DONE && set.count == 0)
        code = NOT_FOUND;
    if (code == DONE)
        code = plugin_export(cmd->plugin, &set, &arguments, target.len > 0 ? target.ptr : "-", err);
    id_set_release(&set);
    return code;
}

const struct cmd_entry cmd_export = {
    .name = "export",
    .usage = N_("FORMAT [QUERY...]"),
    .summary = N_("write notes in another format, by a plugin"),
    .options = options,
    .details = N_("The format's own options stand behind its name; 'chiron export FORMAT --help' shows them."),
    .needs = CMD_QUERY,
    .words_min = 1,
    .query_from = 1,
    .prepare = prepare,
    .run = run,
};
