#include "base/i18n.h"
#include "cli/writing.h"

static const struct cmd_option options[] = {{"dry-run", 'n', NULL, N_("only tell what would be done")}, {0}};

static status warn_linked(void *payload, const struct link_record *link, struct err *err)
{
    const struct writing *writing = payload;
    (void)err;
    if (link->from_id != link->to_id)
        cmd_warn(writing->cmd, _("%.*s:%u:%u links to it"), SV_ARG(link->from), link->line, link->column);
    return DONE;
}

/* Whoever links to a note that goes has something to see to; nothing is rewritten, for there is nothing to link to. */
static status remove_one(struct writing *writing, struct sv handle, struct err *err)
{
    struct record record;
    struct buf bytes = {0};
    status code = writing_note(writing, handle, &record, &bytes, err);
    if (code == DONE)
        code = writing_remove(writing, record.path, buf_view(&bytes), err);
    if (code == DONE) {
        const struct link_filter filter = {.note = record.id, .back = true};
        code = catalogue_links(writing->cmd->catalogue, &filter, warn_linked, writing, err);
    }
    buf_release(&bytes);
    return code;
}

static status run(struct cmd *cmd, struct err *err)
{
    struct writing writing;
    status code = writing_begin(cmd, &writing, err);
    for (size_t i = 0; code == DONE && i < cmd->word_count; i++)
        code = remove_one(&writing, cmd->words[i], err);
    if (code == DONE)
        code = writing_end(&writing, err, "remove: %.*s%s", SV_ARG(cmd->words[0]), cmd->word_count > 1 ? " ..." : "");
    writing_release(&writing);
    return code;
}

const struct cmd_entry cmd_remove = {
    .name = "remove",
    .usage = N_("HANDLE..."),
    .summary = N_("remove notes; git keeps them"),
    .details =
        N_("The notes go in one commit, from which 'chiron undo' and git bring them back. Links that led to them\n"
           "are told, file by file."),
    .options = options,
    .needs = CMD_VAULT | CMD_OUTPUT,
    .words_min = 1,
    .words_max = CMD_WORDS_MAX,
    .run = run,
};
