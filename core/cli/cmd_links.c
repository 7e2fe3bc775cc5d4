#include "base/i18n.h"
#include "cli/cmd.h"
#include "cli/link_shape.h"

static const struct cmd_option options[] = {
    {"back", 'b', NULL, N_("links to the note instead of from it")},
    {"external", 0, NULL, N_("web addresses too")},
    {0},
};

struct listing {
    struct cmd *cmd;
    bool back;
};

static void put_text(const struct listing *listing, const struct link_record *link)
{
    struct out *out = listing->cmd->out;
    if (listing->back) {
        out_text(out, STYLE_PATH, link->from);
        out_textf(out, STYLE_DIM, ":%u:%u", link->line, link->column);
    } else {
        out_textf(out, STYLE_DIM, "%u:%u  ", link->line, link->column);
        if (link->to.len > 0)
            out_text(out, STYLE_PATH, link->to);
        else if (link->external)
            out_text(out, STYLE_NONE, link->target);
        else
            out_textf(out, STYLE_ERROR, _("unresolved: %.*s"), SV_ARG(link->target));
    }
    if (link->anchor.len > 0)
        out_textf(out, STYLE_NONE, "#%.*s", SV_ARG(link->anchor));
    if (link->label.len > 0)
        out_textf(out, STYLE_NONE, "  \"%.*s\"", SV_ARG(link->label));
    out_textf(out, STYLE_DIM, "  %s", link_kind_name(link->kind));
    if (link->key.len > 0)
        out_textf(out, STYLE_DIM, " %.*s", SV_ARG(link->key));
    if (link->ambiguous)
        out_textf(out, STYLE_WARNING, "  %s", _("ambiguous"));
    out_newline(out);
    out_counted(out);
}

static status put_link(void *payload, const struct link_record *link, struct err *err)
{
    struct listing *listing = payload;
    (void)err;
    if (out_is_text(listing->cmd->out))
        put_text(listing, link);
    else
        link_put(listing->cmd->out, link);
    return DONE;
}

static status run(struct cmd *cmd, struct err *err)
{
    static const char *const keys[] = {"from",   "to",     "target", "kind",  "line",
                                       "column", "anchor", "label",  "field", NULL};
    struct listing listing = {.cmd = cmd, .back = option_given(cmd, "back")};
    struct record note;
    status code = cmd_note(cmd, cmd->words[0], &note, err);
    if (code != DONE)
        return code;
    for (size_t i = 0; keys[i]; i++)
        out_column(cmd->out, keys[i], NULL);
    struct link_filter filter = {.note = note.id, .back = listing.back, .external = option_given(cmd, "external")};
    code = catalogue_links(cmd->catalogue, &filter, put_link, &listing, err);
    return code == DONE && out_count(cmd->out) == 0 ? NOT_FOUND : code;
}

const struct cmd_entry cmd_links = {
    .name = "links",
    .usage = N_("HANDLE"),
    .summary = N_("links from a note, or to it with --back"),
    .options = options,
    .needs = CMD_CATALOGUE | CMD_OUTPUT | CMD_PAGER,
    .words_min = 1,
    .words_max = 1,
    .run = run,
};
