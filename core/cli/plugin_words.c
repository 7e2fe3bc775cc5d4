/* Words and options of what plugins offer: their tables are known only once they are loaded. */
#include "base/i18n.h"
#include "cli/cmd.h"

/* Whether `chiron NAME` means this plugin: by its manifest, or by its id where the manifest was not even read. */
static bool is_called(const struct plugin_info *info, struct sv name)
{
    if (info->state == PLUGIN_REFUSED && info->command.len == 0)
        return sv_eq(info->id, name);
    return (info->kinds & PLUGIN_COMMAND) && sv_eq(info->command, name);
}

status plugin_for_command(struct cmd *cmd, struct sv name, struct plugin **plugin_out, struct err *err)
{
    status code = cmd_need_plugins(cmd, err);
    for (size_t i = 0; code == DONE && i < plugins_count(cmd->plugins); i++) {
        const struct plugin_info *info = plugin_info(plugins_nth(cmd->plugins, i));
        if (!is_called(info, name))
            continue;
        if (info->state == PLUGIN_REFUSED)
            return err_set(err, FAILED, _("plugin '%.*s' was refused: %.*s"), SV_ARG(info->id), SV_ARG(info->reason));
        *plugin_out = plugins_nth(cmd->plugins, i);
        return DONE;
    }
    return code == DONE ? cmd_unknown(name, err) : code;
}

static const struct cmd_entry plugin_entry = {.name = "", .needs = CMD_OUTPUT | CMD_PAGER};

status plugin_option_table(struct cmd *cmd, const struct plugin_usage *usage, const struct cmd_option **table_out,
                           struct err *err)
{
    struct cmd_option *made = arena_array(&cmd->arena, usage->option_count + 1, sizeof *made);
    if (!made)
        return err_no_memory(err);
    for (size_t i = 0; i < usage->option_count; i++) {
        const struct plugin_option *option = &usage->options[i];
        made[i].name = arena_cstr(&cmd->arena, option->name);
        made[i].short_name = option->short_name;
        made[i].value = option->value_name.len ? arena_cstr(&cmd->arena, option->value_name) : NULL;
        made[i].summary = arena_cstr(&cmd->arena, option->summary);
        if (!made[i].name || !made[i].summary)
            return err_no_memory(err);
    }
    *table_out = made;
    return DONE;
}

/* The plugin's own options first, then its words: what the frame took for itself stays out. */
status plugin_arguments_of(struct cmd *cmd, const struct cmd_option *own, size_t words_from,
                           struct plugin_arguments *arguments, struct err *err)
{
    size_t room = cmd->value_count + cmd->word_count;
    struct sv *names = arena_array(&cmd->arena, room, sizeof *names);
    struct sv *values = arena_array(&cmd->arena, room, sizeof *values);
    if (!names || !values)
        return err_no_memory(err);
    *arguments = (struct plugin_arguments){.names = names, .values = values};
    for (size_t i = 0; i < cmd->value_count; i++)
        for (const struct cmd_option *option = own; option->name; option++)
            if (sv_eq_c(cmd->values[i].name, option->name)) {
                names[arguments->count] = cmd->values[i].name;
                values[arguments->count++] = cmd->values[i].value;
            }
    for (size_t i = words_from; i < cmd->word_count; i++)
        values[arguments->count++] = cmd->words[i];
    return DONE;
}

/* A command that a plugin offers: its options are known only once it is loaded. */
status plugin_command_run(struct cmd *cmd, struct sv name, int argc, char **argv, struct err *err)
{
    struct plugin *plugin = NULL;
    struct plugin_usage usage = {0};
    struct plugin_arguments arguments = {0};
    const struct cmd_option *own = NULL;
    cmd->entry = &plugin_entry;
    status code = plugin_for_command(cmd, name, &plugin, err);
    if (code == DONE)
        code = plugin_command_usage(plugin, &usage, err);
    if (code == DONE)
        code = plugin_option_table(cmd, &usage, &own, err);
    const struct cmd_option *const tables[] = {own, output_options, global_options, NULL};
    if (code == DONE)
        code = options_parse(cmd, tables, false, argc, argv, err);
    if (code == DONE)
        code = cmd_settle_options(cmd, err);
    if (code == DONE && option_given(cmd, "help")) {
        struct buf text = {0};
        help_plugin_command(&usage, &text);
        code = cmd_print(&text, err);
        buf_release(&text);
        return code;
    }
    if (code == DONE)
        code = plugin_arguments_of(cmd, own, 0, &arguments, err);
    if (code == DONE)
        code = cmd_need_catalogue(cmd, err);
    if (code == DONE)
        code = cmd_open_output(cmd, err);
    if (code != DONE)
        return code;
    plugins_lend(cmd->plugins, cmd->catalogue, &cmd->progress);
    code = plugin_run(plugin, &arguments, cmd->out, err);
    progress_end(&cmd->progress);
    return cmd_finish_output(cmd, code, err);
}
