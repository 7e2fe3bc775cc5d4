/* The socket of commands. */
#include "host/arguments.h"
#include "host/registry.h"
#include "host/sink.h"

status arguments_lend(const struct plugin_arguments *arguments, struct arena *arena,
                      const chiron_argument *const **arguments_out, struct err *err)
{
    size_t count = arguments == NULL ? 0 : arguments->count;
    chiron_argument *all = arena_array(arena, count, sizeof(*all));
    const chiron_argument **own = arena_array(arena, count, sizeof(*own));
    if (all == NULL || own == NULL)
        return err_no_memory(err);
    for (size_t i = 0; i < count; i++) {
        all[i].struct_size = sizeof(all[i]);
        all[i].value = lend_sv(arguments->values[i]);
        if (arguments->names[i].len > 0) {
            all[i].name = arena_cstr(arena, arguments->names[i]);
            if (all[i].name == NULL)
                return err_no_memory(err);
        }
        own[i] = &all[i];
    }
    *arguments_out = own;
    return DONE;
}

status plugin_run(struct plugin *plugin, const struct plugin_arguments *arguments, struct out *out, struct err *err)
{
    const void *table;
    const chiron_command_v1 *command;
    const chiron_argument *const *lent;
    struct arena arena = {0};
    struct chiron_call call;
    struct sink sink;
    struct err misuse = {0};
    status got = plugin_ready(plugin, PLUGIN_COMMAND, &table, err), answered;
    if (got == DONE)
        got = arguments_lend(arguments, &arena, &lent, err);
    if (got == DONE)
        got = plugin_enter(plugin, &call, err);
    if (got != DONE) {
        arena_release(&arena);
        return got;
    }
    command = table;
    sink_init(&sink, out);
    got = command->run(plugin->instance.self, &call, lent, arguments == NULL ? 0 : arguments->count, &sink.lent);
    answered = sink_finish(&sink, &misuse);
    if (answered != DONE) {
        /* What went wrong first, whatever the plugin made of it. */
        call.err = misuse;
        got = answered;
    } else if (got < 0 && out_failed(out)) {
        /* Nobody reads on, or the disk is full: closing the output says so. */
        got = CHIRON_STOP;
    }
    got = plugin_leave(plugin, &call, got, err);
    arena_release(&arena);
    return got == STOP ? DONE : got;
}
