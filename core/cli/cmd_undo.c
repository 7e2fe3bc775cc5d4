#include "base/i18n.h"
#include "cli/writing.h"
#include "vault/change_undo.h"
#include "vault/settings.h"

static const struct cmd_option options[] = {{"dry-run", 'n', NULL, N_("only tell what would be done")}, {0}};

static status put_back(void *payload, const struct undone_file *file, struct err *err)
{
    struct writing *writing = payload;
    if (!file->before)
        return writing_remove(writing, file->path, *file->now, err);
    return writing_put(writing, file->path, file->now, *file->before, err);
}

/* What was taken back is not taken back again by the next undo: that goes one change further. */
static status forget(struct cmd *cmd, struct err *err)
{
    status code = change_forget_last(cmd->vault, err);
    return code == DONE ? change_forget_last(cmd->vault, err) : code;
}

static status run(struct cmd *cmd, struct err *err)
{
    struct writing writing;
    struct sv subject;
    status code = writing_begin(cmd, &writing, err);
    if (code == DONE) {
        code = change_undo(cmd->vault, &cmd->arena, put_back, &writing, &subject, err);
        if (code == NOT_FOUND)
            cmd_warn(cmd, "%s", _("there is nothing to undo here"));
    }
    if (code == DONE)
        code = writing_end(&writing, err, "undo: %.*s", SV_ARG(subject));
    if (code == DONE && !writing.dry_run && vault_setting_bool(cmd->vault, "commit.auto"))
        code = forget(cmd, err);
    writing_release(&writing);
    return code;
}

const struct cmd_entry cmd_undo = {
    .name = "undo",
    .usage = "",
    .summary = N_("take back what the last command changed"),
    .details =
        N_("The files of its commit are made as they were before, in a new commit: git keeps both. Done again, it\n"
           "takes back the change before. Files that were changed since are not touched, and nothing is done."),
    .options = options,
    .needs = CMD_VAULT | CMD_OUTPUT,
    .run = run,
};
