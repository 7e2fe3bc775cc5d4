#include "base/i18n.h"
#include "cli/cmd.h"

struct checking {
    struct cmd *cmd;
    size_t counts[3]; /* by level */
    bool incomplete;  /* a plugin failed */
};

static const enum out_style styles[] = {
    [FINDING_STYLE] = STYLE_DIM, [FINDING_WARNING] = STYLE_WARNING, [FINDING_ERROR] = STYLE_ERROR};

static void put_text(struct out *out, const struct finding_record *finding)
{
    out_text(out, STYLE_PATH, finding->path);
    if (finding->line > 0)
        out_textf(out, STYLE_NONE, ":%u:%u", finding->line, finding->column);
    out_raw(out, SV(": "));
    out_text(out, styles[finding->level], sv_of(finding_level_name(finding->level)));
    out_raw(out, SV(": "));
    out_text(out, STYLE_NONE, finding->message);
    out_textf(out, STYLE_DIM, " [%.*s]", SV_ARG(finding->rule));
    out_newline(out);
    out_counted(out);
}

static status put_finding(void *payload, const struct finding_record *finding, struct err *err)
{
    struct checking *checking = payload;
    struct out *out = checking->cmd->out;
    (void)err;
    checking->counts[finding->level]++;
    if (out_is_text(out)) {
        put_text(out, finding);
        return DONE;
    }
    out_begin_map(out);
    out_put(out, "rule", finding->rule);
    out_put(out, "level", sv_of(finding_level_name(finding->level)));
    out_put(out, "path", finding->path);
    if (finding->line > 0)
        out_put_int(out, "line", finding->line);
    if (finding->column > 0)
        out_put_int(out, "column", finding->column);
    out_put(out, "message", finding->message);
    out_put_bool(out, "fix", finding->fix);
    out_end_map(out);
    return DONE;
}

/* A plugin that fails takes its own findings with it, nobody else's. */
static status plugin_checks(struct checking *checking, const struct id_set *set, struct err *err)
{
    struct cmd *cmd = checking->cmd;
    status code = cmd_need_plugins(cmd, err);
    for (size_t i = 0; code == DONE && i < plugins_count(cmd->plugins); i++) {
        struct plugin *plugin = plugins_nth(cmd->plugins, i);
        struct err failure = {0};
        if (!(plugin_info(plugin)->kinds & PLUGIN_CHECK) || plugin_info(plugin)->state == PLUGIN_REFUSED)
            continue;
        status checked = plugin_check(plugin, set, put_finding, checking, &failure);
        if (checked == CANCELLED || checked == NO_MEMORY) {
            *err = failure;
            return checked;
        }
        if (checked < DONE) {
            cmd_warn(cmd, "%s", failure.text);
            checking->incomplete = true;
        }
    }
    return code;
}

static void put_total(const struct checking *checking)
{
    struct out *out = checking->cmd->out;
    size_t errors = checking->counts[FINDING_ERROR], warnings = checking->counts[FINDING_WARNING];
    size_t styles_count = checking->counts[FINDING_STYLE];
    if (out_count(out) == 0) {
        out_text(out, STYLE_GOOD, sv_of(_("nothing to complain about")));
        out_newline(out);
        return;
    }
    out_newline(out);
    out_textf(out, STYLE_NONE, Q_("%zu error", "%zu errors", errors), errors);
    out_raw(out, SV(", "));
    out_textf(out, STYLE_NONE, Q_("%zu warning", "%zu warnings", warnings), warnings);
    out_raw(out, SV(", "));
    out_textf(out, STYLE_NONE, Q_("%zu matter of style", "%zu matters of style", styles_count), styles_count);
    out_newline(out);
}

static status run(struct cmd *cmd, struct err *err)
{
    static const char *const keys[] = {"path", "line", "column", "level", "rule", "message", "fix", NULL};
    struct checking checking = {.cmd = cmd};
    struct id_set set = {0};
    bool all = cmd->word_count == 0 && cmd->space.len == 0;
    status code = cmd_query_set(cmd, &set, err);
    for (size_t i = 0; keys[i]; i++)
        out_column(cmd->out, keys[i], NULL);
    /* Without a query the findings on what is no note (a link, a folder that cannot be read) are there too. */
    if (code == DONE)
        code = catalogue_findings(cmd->catalogue, all ? NULL : &set, put_finding, &checking, err);
    if (code == DONE)
        code = plugin_checks(&checking, all ? NULL : &set, err);
    id_set_release(&set);
    if (code != DONE)
        return code;
    put_total(&checking);
    /* What was not looked at has not passed. */
    if (checking.incomplete)
        return err_set(err, FAILED, _("a plugin failed, so not everything was checked"));
    return checking.counts[FINDING_ERROR] > 0 ? NOT_FOUND : DONE;
}

const struct cmd_entry cmd_check = {
    .name = "check",
    .usage = N_("[QUERY...]"),
    .summary = N_("find what is wrong with notes"),
    .details = N_(
        "Front matter, types, links, handles, and every check that plugins add. Exit code 1 when there is an error,\n"
        "3 when a plugin failed, for then not everything was checked."),
    .needs = CMD_QUERY | CMD_CATALOGUE | CMD_OUTPUT | CMD_PAGER,
    .run = run,
};
