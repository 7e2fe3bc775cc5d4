#include "base/date.h"
#include "base/i18n.h"
#include "cli/cmd.h"

static const struct cmd_option options[] = {
    {"from", 0, N_("DATE"), N_("first day of the window")},
    {"to", 0, N_("DATE"), N_("last day of the window (today)")},
    {"using", 'u', N_("PLUGIN"), N_("figures of this plugin")},
    {0},
};

static status option_date(struct cmd *cmd, const char *name, bool last, struct sv *text_out, struct err *err)
{
    const struct cmd_value *value = option_get(cmd, name);
    struct date_range range;
    char text[DATE_TEXT_SIZE];
    if (!value)
        return DONE;
    if (!date_range_parse(value->value, date_today(), &range))
        return err_set(err, USAGE, _("--%s takes a date such as 2026-01-31, 2026-q3 or -3m, not '%.*s'"), name,
                       SV_ARG(value->value));
    *text_out = arena_copy(&cmd->arena, sv_of(date_format(last ? range.last : range.first, text)));
    return text_out->ptr ? DONE : err_no_memory(err);
}

static status run(struct cmd *cmd, struct err *err)
{
    struct plugin *plugin = NULL;
    char today[DATE_TEXT_SIZE];
    struct sv from = SV(""), to = sv_of(date_format(date_today(), today)), as_of = to;
    status code = option_date(cmd, "from", false, &from, err);
    if (code == DONE)
        code = option_date(cmd, "to", true, &to, err);
    if (code == DONE)
        code = cmd_need_catalogue(cmd, err);
    if (code == DONE)
        code = cmd_need_plugins(cmd, err);
    if (code == DONE)
        code = plugins_pick(cmd->plugins, PLUGIN_KPI, option_text(cmd, "using", SV("")), &plugin, err);
    if (code == NOT_FOUND)
        return FAILED;
    if (code == DONE)
        code = plugin_kpi(plugin, cmd->word_count > 0 ? cmd->words[0] : SV(""), from, to, as_of, cmd->out, err);
    return code == DONE && out_count(cmd->out) == 0 ? NOT_FOUND : code;
}

const struct cmd_entry cmd_kpi = {
    .name = "kpi",
    .usage = N_("[ID]"),
    .summary = N_("figures over the vault, by a plugin"),
    .options = options,
    .needs = CMD_OUTPUT | CMD_PAGER,
    .words_max = 1,
    .run = run,
};
