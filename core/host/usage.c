/* What a plugin says of its command and its exporter: for help and for parsing. */
#include "host/registry.h"

static status take_options(struct plugin *plugin, const chiron_option *const *options, struct plugin_usage *usage,
                           struct err *err)
{
    struct plugin_option *own;
    size_t count = 0;
    while (options != NULL && options[count] != NULL)
        count++;
    own = arena_array(&plugin->owner->arena, count, sizeof(*own));
    if (own == NULL)
        return err_no_memory(err);
    for (size_t i = 0; i < count; i++)
        own[i] = (struct plugin_option){
            .name = sv_of(options[i]->name),
            .short_name = options[i]->short_name,
            .value_name = sv_of(options[i]->value_name),
            .summary = sv_of(options[i]->summary),
        };
    usage->options = own;
    usage->option_count = count;
    return DONE;
}

status plugin_command_usage(struct plugin *plugin, struct plugin_usage *usage_out, struct err *err)
{
    const void *table;
    const chiron_command_v1 *command;
    status got = plugin_table(plugin, PLUGIN_COMMAND, &table, err);
    *usage_out = (struct plugin_usage){0};
    if (got != DONE)
        return got;
    command = table;
    usage_out->name = sv_of(command->name);
    usage_out->usage = sv_of(command->usage);
    usage_out->summary = sv_of(command->summary);
    return take_options(plugin, command->options, usage_out, err);
}

status plugin_exporter_usage(struct plugin *plugin, struct plugin_usage *usage_out, struct err *err)
{
    const void *table;
    const chiron_exporter_v1 *exporter;
    status got = plugin_table(plugin, PLUGIN_EXPORTER, &table, err);
    *usage_out = (struct plugin_usage){0};
    if (got != DONE)
        return got;
    exporter = table;
    usage_out->name = sv_of(exporter->format);
    usage_out->summary = sv_of(exporter->summary);
    usage_out->suffix = sv_of(exporter->suffix);
    return take_options(plugin, exporter->options, usage_out, err);
}
