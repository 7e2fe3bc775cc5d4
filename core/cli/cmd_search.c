#include "base/i18n.h"
#include "cli/cmd.h"
#include "vault/settings.h"

static const struct cmd_option options[] = {
    {"limit", 'n', N_("N"), N_("at most N notes (0: all that match)")},
    {"using", 'u', N_("PLUGIN"), N_("search by this plugin")},
    {0},
};

static void put_marked(struct out *out, const struct search_snippet *snippet)
{
    size_t at = 0;
    for (size_t i = 0; i + 1 < snippet->mark_count; i += 2) {
        size_t begin = snippet->marks[i], end = snippet->marks[i + 1];
        if (begin < at || end < begin || end > snippet->text.len)
            break;
        out_text(out, STYLE_NONE, sv_sub(snippet->text, at, begin - at));
        out_text(out, STYLE_MATCH, sv_sub(snippet->text, begin, end - begin));
        at = end;
    }
    out_text(out, STYLE_NONE, sv_from(snippet->text, at));
}

static void put_text(struct out *out, const struct record *record, const struct search_hit *hit)
{
    record_line(out, record);
    for (size_t i = 0; i < hit->snippet_count; i++) {
        if (hit->snippets[i].line > 0)
            out_textf(out, STYLE_DIM, "%10u: ", hit->snippets[i].line);
        else
            out_raw(out, SV("            "));
        put_marked(out, &hit->snippets[i]);
        out_newline(out);
    }
    /* Found by its tags, its aliases or its metadata alone: the first line tells what it is about. */
    if (hit->snippet_count == 0 && record->snippet.len > 0) {
        out_raw(out, SV("            "));
        out_text(out, STYLE_DIM, record->snippet);
        out_newline(out);
    }
    out_counted(out);
}

static void put_snippets(struct out *out, const struct search_hit *hit)
{
    out_key(out, SV("snippets"));
    out_begin_list(out);
    for (size_t i = 0; i < hit->snippet_count; i++) {
        const struct search_snippet *snippet = &hit->snippets[i];
        out_begin_map(out);
        if (snippet->line > 0)
            out_put_int(out, "line", snippet->line);
        out_key(out, SV("text"));
        out_string(out, snippet->text);
        out_key(out, SV("marks"));
        out_begin_list(out);
        for (size_t m = 0; m + 1 < snippet->mark_count; m += 2) {
            out_begin_list(out);
            out_int(out, snippet->marks[m]);
            out_int(out, snippet->marks[m + 1]);
            out_end_list(out);
        }
        out_end_list(out);
        out_end_map(out);
    }
    out_end_list(out);
}

static status put_hit(void *payload, const struct search_hit *hit, struct err *err)
{
    struct cmd *cmd = payload;
    struct arena arena = {0};
    struct record record;
    status code = catalogue_record(cmd->catalogue, hit->id, &arena, &record, err);
    if (code == DONE && out_is_text(cmd->out)) {
        put_text(cmd->out, &record, hit);
    } else if (code == DONE) {
        out_begin_map(cmd->out);
        record_put(cmd->out, &record);
        out_put_number(cmd->out, "score", hit->score);
        put_snippets(cmd->out, hit);
        code = named_groups_put(cmd, &record, err);
        out_end_map(cmd->out);
    }
    arena_release(&arena);
    return code;
}

static status check(struct cmd *cmd, struct err *err)
{
    int64_t limit;
    return option_number(cmd, "limit", 0, 0, &limit, err);
}

static status run(struct cmd *cmd, struct err *err)
{
    struct eval eval;
    struct buf warnings = {0};
    int64_t limit;
    status code = option_number(cmd, "limit", 0, vault_setting_int(cmd->vault, "search.limit"), &limit, err);
    if (code == DONE)
        code = cmd_eval(cmd, option_text(cmd, "using", SV("")), &eval, err);
    if (code == DONE)
        code = cmd_follow_history(cmd, err);
    if (code == DONE) {
        eval.warnings = &warnings;
        record_columns(cmd->out);
        out_column(cmd->out, "score", NULL);
        code = named_groups_open(cmd, err);
    }
    if (code == DONE)
        code = eval_search(&eval, cmd->query, (size_t)limit, put_hit, cmd, err);
    if (warnings.len > 0)
        cmd_warn(cmd, "%s", warnings.ptr);
    buf_release(&warnings);
    return code == DONE && out_count(cmd->out) == 0 ? NOT_FOUND : code;
}

const struct cmd_entry cmd_search = {
    .name = "search",
    .usage = N_("QUERY..."),
    .summary = N_("search the text of notes, best first"),
    .details = N_("Words are found in all their forms and without regard to accents, exact forms first, then "
                  "words that mean the same in another language; in quotes a word stands for itself. "
                  "See 'chiron help query' for the query language."),
    .options = options,
    .needs = CMD_QUERY | CMD_VAULT | CMD_OUTPUT | CMD_PAGER,
    .words_min = 1,
    .check = check,
    .run = run,
};
