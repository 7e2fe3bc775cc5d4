#include "base/i18n.h"
#include "cli/cmd.h"

static const struct cmd_option options[] = {
    {"using", 'u', N_("PLUGIN"), N_("match by this plugin")},
    {0},
};

static status run(struct cmd *cmd, struct err *err)
{
    struct id_set people = {0};
    struct plugin *plugin = NULL;
    status code = cmd_need_plugins(cmd, err);
    if (code == DONE)
        code = plugins_pick(cmd->plugins, PLUGIN_MATCHER, option_text(cmd, "using", SV("")), &plugin, err);
    if (code == NOT_FOUND)
        return FAILED;
    if (code == DONE)
        code = cmd_query_set(cmd, &people, err);
    if (code == DONE)
        code = plugin_match(plugin, &people, cmd->out, err);
    id_set_release(&people);
    return code == DONE && out_count(cmd->out) == 0 ? NOT_FOUND : code;
}

const struct cmd_entry cmd_match = {
    .name = "match",
    .usage = N_("[QUERY...]"),
    .summary = N_("suggest pairs of mentors and mentees, by a plugin"),
    .details = N_("Among the person notes that QUERY names, or all of them."),
    .options = options,
    .needs = CMD_QUERY | CMD_CATALOGUE | CMD_PLUGINS | CMD_OUTPUT | CMD_PAGER,
    .run = run,
};
