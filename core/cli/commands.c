#include "cli/cmd.h"

const struct cmd_entry *const commands[] = {
    &cmd_init,   &cmd_list,     &cmd_search, &cmd_show,   &cmd_links, &cmd_related, &cmd_mentions,
    &cmd_graph,  &cmd_tags,     &cmd_check,  &cmd_render, &cmd_set,   &cmd_unset,   &cmd_append,
    &cmd_retag,  &cmd_remove,   &cmd_undo,   &cmd_match,  &cmd_kpi,   &cmd_export,  &cmd_watch,
    &cmd_plugin, &cmd_template, &cmd_doctor, &cmd_help,   NULL,
};

const struct cmd_entry *command_find(struct sv name)
{
    for (size_t i = 0; commands[i]; i++)
        if (sv_eq_c(name, commands[i]->name))
            return commands[i];
    return NULL;
}
