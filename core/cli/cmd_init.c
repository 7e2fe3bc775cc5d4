#include "base/i18n.h"
#include "cli/cmd.h"

static status run(struct cmd *cmd, struct err *err)
{
    const struct cmd_value *lang = option_get(cmd, "lang");
    struct vault_init_options init = {
        .dir = cmd->word_count > 0 ? cmd->words[0].ptr
               : cmd->dir          ? cmd->dir
                                   : ".",
        .lang = lang ? lang->value.ptr : NULL,
    };
    struct buf report = {0};
    status code = vault_init(&init, &report, err);
    struct sv rest = buf_view(&report), line;
    while (sv_next_line(&rest, &line)) {
        out_text(cmd->out, STYLE_NONE, line);
        out_newline(cmd->out);
    }
    buf_release(&report);
    return code;
}

const struct cmd_entry cmd_init = {
    .name = "init",
    .usage = N_("[DIR]"),
    .summary = N_("make a vault with its private space, or adopt a repository"),
    .details = N_(
        "Makes a git repository where there is none, .chiron/config, and private/: a repository of its own that the\n"
        "outer one ignores. --lang sets the language of new notes. Doing it again changes nothing."),
    .needs = CMD_OUTPUT,
    .words_max = 1,
    .run = run,
};
