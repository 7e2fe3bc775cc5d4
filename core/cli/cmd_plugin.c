#include "base/i18n.h"
#include "cli/cmd.h"

static const struct cmd_option options[] = {
    {"kind", 'k', N_("KIND"), N_("of a new plugin: command, searcher, matcher, kpi, exporter, check or consumer")},
    {0},
};

static const char *state_name(enum plugin_state state)
{
    static const char *const names[] = {
        [PLUGIN_AVAILABLE] = "available", [PLUGIN_LOADED] = "loaded", [PLUGIN_REFUSED] = "refused"};
    return names[state];
}

static void put_words(struct out *out, const char *key, const struct sv *words, size_t count)
{
    out_key(out, sv_of(key));
    out_begin_list(out);
    for (size_t i = 0; i < count; i++)
        out_string(out, words[i]);
    out_end_list(out);
}

static void put_kinds(struct out *out, unsigned kinds)
{
    struct buf names = {0};
    struct sv rest, name;
    plugin_kinds_put(kinds, &names);
    out_key(out, SV("kinds"));
    out_begin_list(out);
    rest = buf_view(&names);
    while (rest.len > 0 && sv_next(&rest, ',', &name))
        out_string(out, name);
    out_end_list(out);
    buf_release(&names);
}

static void put_plugin(struct out *out, const struct plugin_info *info)
{
    out_begin_map(out);
    out_put(out, "id", info->id);
    out_put(out, "version", info->version);
    out_put(out, "summary", info->summary);
    put_kinds(out, info->kinds);
    put_words(out, "permissions", info->permissions, info->permission_count);
    out_put(out, "license", info->license);
    out_put(out, "path", info->path);
    out_put(out, "state", sv_of(state_name(info->state)));
    out_put(out, "reason", info->reason);
    out_end_map(out);
}

static status list(struct cmd *cmd, struct err *err)
{
    static const char *const keys[] = {"id", "version", "state", "kinds", "summary", "reason", NULL};
    static const char *const more[] = {"permissions", "path", NULL};
    (void)err;
    for (size_t i = 0; keys[i]; i++)
        out_column(cmd->out, keys[i], NULL);
    for (size_t i = 0; more[i] && !out_is_text(cmd->out); i++)
        out_column(cmd->out, more[i], NULL);
    for (size_t i = 0; i < plugins_count(cmd->plugins); i++)
        put_plugin(cmd->out, plugin_info(plugins_nth(cmd->plugins, i)));
    return out_count(cmd->out) > 0 ? DONE : NOT_FOUND;
}

static void put_fact(struct out *out, const char *label, struct sv value)
{
    if (value.len > 0) {
        out_textf(out, STYLE_DIM, "%-12s ", label);
        out_text(out, STYLE_NONE, value);
        out_newline(out);
    }
}

static void describe(struct out *out, const struct plugin_info *info)
{
    struct buf kinds = {0}, permissions = {0};
    plugin_kinds_put(info->kinds, &kinds);
    for (size_t i = 0; i < info->permission_count; i++)
        buf_printf(&permissions, "%s%.*s%s", i ? ", " : "", SV_ARG(info->permissions[i]),
                   info->granted && !info->granted[i] ? _(" (not granted)") : "");
    out_text(out, STYLE_TITLE, info->id);
    out_textf(out, STYLE_NONE, " %.*s\n", SV_ARG(info->version));
    out_text(out, STYLE_NONE, info->summary);
    out_newline(out);
    put_fact(out, "kinds", buf_view(&kinds));
    put_fact(out, "permissions", buf_view(&permissions));
    put_fact(out, "license", info->license);
    put_fact(out, "path", info->path);
    put_fact(out, "runs",
             sv_of(info->bundled ? _("in this process: it came with chiron") : _("in a process of its own")));
    put_fact(out, "state", sv_of(state_name(info->state)));
    put_fact(out, "reason", info->reason);
    buf_release(&kinds);
    buf_release(&permissions);
    out_counted(out);
}

/* Unlike `list` it tries: a plugin that cannot be loaded is told apart here. */
static status info(struct cmd *cmd, struct err *err)
{
    if (cmd->word_count < 2)
        return err_set(err, USAGE, _("which plugin? 'chiron plugin list' shows all"));
    struct plugin *plugin = plugins_get(cmd->plugins, cmd->words[1]);
    struct err refusal = {0};
    if (!plugin)
        return err_set(err, FAILED, _("no plugin '%.*s': 'chiron plugin list' shows all"), SV_ARG(cmd->words[1]));
    status code = plugin_load(plugin, &refusal);
    if (out_is_text(cmd->out))
        describe(cmd->out, plugin_info(plugin));
    else
        put_plugin(cmd->out, plugin_info(plugin));
    if (code < DONE)
        *err = refusal;
    return code < DONE ? FAILED : DONE;
}

static status make(struct cmd *cmd, struct err *err)
{
    const struct cmd_value *kind = option_get(cmd, "kind");
    enum plugin_kind which = PLUGIN_COMMAND;
    if (cmd->word_count < 2)
        return err_set(err, USAGE, _("what shall the new plugin be called? chiron plugin new NAME --kind KIND"));
    if (kind && !plugin_kind_parse(kind->value, &which))
        return err_set(err, USAGE,
                       _("--kind takes command, searcher, matcher, kpi, exporter, check or consumer, not '%.*s'"),
                       SV_ARG(kind->value));
    struct sv path = cmd->words[1];
    status code = plugin_new(path.ptr, sv_basename(path), which, err);
    if (code == DONE)
        out_textf(
            cmd->out, STYLE_NONE,
            _("%.*s/ is a working plugin: run 'make' in it, then put its parent folder into CHIRON_PLUGIN_PATH\n"),
            SV_ARG(path));
    return code;
}

static status run(struct cmd *cmd, struct err *err)
{
    static const struct {
        const char *name;
        status (*run)(struct cmd *cmd, struct err *err);
        unsigned words;
    } verbs[] = {{"list", list, 1}, {"info", info, 2}, {"new", make, 2}};
    status code = cmd_need_plugins(cmd, err);
    for (size_t i = 0; code == DONE && i < sizeof verbs / sizeof *verbs; i++) {
        if (!sv_eq_c(cmd->words[0], verbs[i].name))
            continue;
        return cmd->word_count <= verbs[i].words ? verbs[i].run(cmd, err)
                                                 : err_set(err, USAGE, _("too many words: see 'chiron help plugin'"));
    }
    return code == DONE ? err_set(err, USAGE, _("plugin takes list, info or new, not '%.*s'"), SV_ARG(cmd->words[0]))
                        : code;
}

const struct cmd_entry cmd_plugin = {
    .name = "plugin",
    .usage = N_("list | info ID | new NAME"),
    .summary = N_("what plugins there are; a new one to start from"),
    .options = options,
    .needs = CMD_OUTPUT | CMD_PAGER,
    .words_min = 1,
    .words_max = 2,
    .run = run,
};
