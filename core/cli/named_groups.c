/* What the named groups of a query's regular expressions took, as `groups` of each note; as columns in CSV. */
#include "cli/cmd.h"

static const char column_prefix[] = "groups.";

static char *column_name(struct cmd *cmd, struct arena *arena, size_t i, struct err *err)
{
    struct sv name = eval_groups_name(cmd->named_groups, i);
    struct sv column = arena_printf(arena, "%s%.*s", column_prefix, SV_ARG(name));
    if (!column.ptr)
        err_no_memory(err);
    return (char *)column.ptr;
}

status named_groups_open(struct cmd *cmd, struct err *err)
{
    enum out_format format = out_format_of(cmd->out);
    if (format == OUT_TEXT || format == OUT_PATHS || format == OUT_PATHS0)
        return DONE;
    status code = eval_groups_open(cmd->catalogue, cmd->query, &cmd->named_groups, err);
    for (size_t i = 0; code == DONE && i < eval_groups_count(cmd->named_groups); i++) {
        const char *column = column_name(cmd, &cmd->arena, i, err);
        if (!column)
            return NO_MEMORY;
        out_column(cmd->out, column, NULL);
    }
    return code;
}

static void put_map(struct cmd *cmd, const struct sv *values)
{
    bool begun = false;
    for (size_t i = 0; i < eval_groups_count(cmd->named_groups); i++) {
        if (!values[i].ptr)
            continue;
        if (!begun) {
            out_key(cmd->out, SV("groups"));
            out_begin_map(cmd->out);
            begun = true;
        }
        out_key(cmd->out, eval_groups_name(cmd->named_groups, i));
        out_string(cmd->out, values[i]);
    }
    if (begun)
        out_end_map(cmd->out);
}

static status put_columns(struct cmd *cmd, struct arena *arena, const struct sv *values, struct err *err)
{
    for (size_t i = 0; i < eval_groups_count(cmd->named_groups); i++) {
        const char *column = column_name(cmd, arena, i, err);
        if (!column)
            return NO_MEMORY;
        out_put(cmd->out, column, values[i]);
    }
    return DONE;
}

status named_groups_put(struct cmd *cmd, const struct record *record, struct err *err)
{
    struct arena arena = {0};
    struct sv *values;
    if (eval_groups_count(cmd->named_groups) == 0)
        return DONE;
    status code = eval_groups_of(cmd->named_groups, record, &arena, &values, err);
    if (code == DONE && out_format_of(cmd->out) == OUT_CSV)
        code = put_columns(cmd, &arena, values, err);
    else if (code == DONE)
        put_map(cmd, values);
    arena_release(&arena);
    return code;
}
