#include "base/i18n.h"
#include "cli/cmd.h"

static const struct cmd_option options[] = {
    {"sort", 's', N_("KEY"), N_("order by name (the default) or by notes")},
    {0},
};

static status put_tag(void *payload, struct sv tag, int64_t notes, struct err *err)
{
    struct out *out = payload;
    (void)err;
    out_begin_map(out);
    out_put(out, "tag", tag);
    out_put_int(out, "notes", notes);
    out_end_map(out);
    return DONE;
}

static status check(struct cmd *cmd, struct err *err)
{
    struct sv sort = option_text(cmd, "sort", SV("name"));
    if (sv_eq(sort, SV("name")) || sv_eq(sort, SV("notes")))
        return DONE;
    return err_set(err, USAGE, _("--sort takes name or notes, not '%.*s'"), SV_ARG(sort));
}

static status run(struct cmd *cmd, struct err *err)
{
    struct id_set set = {0};
    struct sv sort = option_text(cmd, "sort", SV("name"));
    status code = cmd_query_set(cmd, &set, err);
    if (code == DONE) {
        out_column(cmd->out, "notes", _("notes"));
        out_column(cmd->out, "tag", _("tag"));
        code = catalogue_tags(cmd->catalogue, &set, sv_eq(sort, SV("notes")), put_tag, cmd->out, err);
    }
    id_set_release(&set);
    return code == DONE && out_count(cmd->out) == 0 ? NOT_FOUND : code;
}

const struct cmd_entry cmd_tags = {
    .name = "tags",
    .usage = N_("[QUERY...]"),
    .summary = N_("tags and how many notes have them"),
    .options = options,
    .needs = CMD_QUERY | CMD_CATALOGUE | CMD_OUTPUT | CMD_PAGER,
    .check = check,
    .run = run,
};
