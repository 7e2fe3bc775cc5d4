#include "base/i18n.h"
#include "cli/cmd.h"

static const char *query_help(void)
{
    return _("A query is words and conditions; all of them must hold.\n"
             "\n"
             "  trust                  the word, in any of its forms\n"
             "  \"honest feedback\"      words that follow each other\n"
             "  \"feedback trust\"~5     words near each other, in any order: at most 5 others between them\n"
             "  superv*                the beginning of a word\n"
             "  -draft                 without it; works before anything, also ( ... )\n"
             "  a OR b                 one of them; binds weaker than standing side by side\n"
             "  /feedb[aä]ck/          a regular expression (PCRE2; capitals matter once there is one)\n"
             "  /mood: (?<mood>\\w+)/   what its named group took is a key in JSON, a column in CSV\n"
             "\n"
             "  type:log               of this type; also tag: space: in:(path) title: heading: lang: handle:\n"
             "  mentor:anna mentee:jan of this pair: the note's own field, or its charter's\n"
             "  tag:goals              this tag and those below it (goals/career)\n"
             "  link:HANDLE            notes that link to it; linked:HANDLE: notes it links to\n"
             "  status:active          any front matter key; key:a,b is one of several, key:>=3, key:2..5\n"
             "  has:goals no:date      with or without a field\n"
             "  @due-reviews           a saved query: [query \"due-reviews\"] q = ... in .chiron/config or your own\n"
             "                         configuration; also -@due and (@a OR @b); 'chiron list --saved' lists them\n"
             "\n"
             "  before: after: on:     dates: 2026-11-24, 2026-11, 2026-q3, 2026, today, yesterday, -2w, -3m\n"
             "  date:2026-01..2026-03  both ends included; after:2026-01 begins when January ends\n"
             "\n"
             "Example: chiron search type:log trust -tag:draft after:2026-01 '/feedb[aä]ck/'\n");
}

static status explain_plugin(struct cmd *cmd, struct sv name, struct buf *text, struct err *err)
{
    struct plugin *plugin = NULL;
    struct plugin_usage usage = {0};
    status code = plugin_for_command(cmd, name, &plugin, err);
    if (code == DONE)
        code = plugin_command_usage(plugin, &usage, err);
    if (code == DONE)
        help_plugin_command(&usage, text);
    return code;
}

static status explain(struct cmd *cmd, struct buf *text, struct err *err)
{
    status code = DONE;
    if (cmd->word_count == 0) {
        code = cmd_need_plugins(cmd, err);
        if (code == DONE)
            help_overview(cmd->plugins, text);
    } else if (sv_eq(cmd->words[0], SV("query"))) {
        buf_put_c(text, query_help());
    } else {
        const struct cmd_entry *entry = command_find(cmd->words[0]);
        if (!entry)
            return explain_plugin(cmd, cmd->words[0], text, err);
        help_command(entry, NULL, text);
    }
    return code;
}

static status run(struct cmd *cmd, struct err *err)
{
    struct buf text = {0};
    status code = explain(cmd, &text, err);
    if (code == DONE)
        code = cmd_print(&text, err);
    buf_release(&text);
    return code;
}

const struct cmd_entry cmd_help = {
    .name = "help",
    .usage = N_("[COMMAND | query]"),
    .summary = N_("explain a command or the query language"),
    .words_max = 1,
    .run = run,
};
