#include "base/i18n.h"
#include "cli/writing.h"
#include "note/retag.h"

static const struct cmd_option options[] = {{"dry-run", 'n', NULL, N_("only tell what would be done")}, {0}};

struct retagging {
    struct writing *writing;
    const struct types *types;
    struct sv from, to;
};

static status retag_note(void *payload, const struct record *record, struct err *err)
{
    const struct retagging *retagging = payload;
    struct cmd *cmd = retagging->writing->cmd;
    struct buf bytes = {0}, after = {0};
    struct arena arena = {0};
    struct note note;
    size_t count = 0;
    status code = vault_read(cmd->vault, record->path, &bytes, err);
    const struct sv before = buf_view(&bytes);
    if (code == DONE)
        code = note_parse(record->path, before, retagging->types, &arena, &note, err);
    if (code == DONE)
        code = note_retag(&note, retagging->from, retagging->to, &after, &count, err);
    if (code < DONE)
        err_place(err, record->path, 0, 0);
    if (code == DONE && count > 0)
        code = writing_put(retagging->writing, record->path, &before, buf_view(&after), err);
    buf_release(&after);
    buf_release(&bytes);
    arena_release(&arena);
    return code;
}

/* Notes that have the tag or one below it. */
static status tagged(struct cmd *cmd, struct sv tag, struct id_set *set, struct err *err)
{
    struct query *query;
    struct eval eval = {.catalogue = cmd->catalogue, .space = cmd->space};
    struct sv text = arena_printf(&cmd->arena, "tag:\"%.*s\"", SV_ARG(tag));
    if (!text.ptr)
        return err_no_memory(err);
    status code = query_parse(text, date_today(), &cmd->arena, &query, err);
    return code == DONE ? eval_set(&eval, query, set, err) : code;
}

static status retag(struct retagging *retagging, struct err *err)
{
    struct cmd *cmd = retagging->writing->cmd;
    struct id_set set = {0};
    status code = catalogue_types(cmd->catalogue, &retagging->types, err);
    if (code == DONE)
        code = tagged(cmd, retagging->from, &set, err);
    if (code == DONE)
        code = catalogue_each(cmd->catalogue, &set, NULL, 0, retag_note, retagging, err);
    id_set_release(&set);
    return code;
}

static status parse_tag(struct sv word, struct sv *tag_out, struct err *err)
{
    return tag_name_parse(word, tag_out) ? DONE : err_set(err, USAGE, _("'%.*s' is no tag"), SV_ARG(word));
}

static status run(struct cmd *cmd, struct err *err)
{
    struct writing writing = {0};
    struct retagging retagging = {.writing = &writing};
    status code = parse_tag(cmd->words[0], &retagging.from, err);
    if (code == DONE)
        code = parse_tag(cmd->words[1], &retagging.to, err);
    if (code == DONE)
        code = writing_begin(cmd, &writing, err);
    if (code == DONE)
        code = retag(&retagging, err);
    if (code == DONE)
        code = writing_end(&writing, err, "retag: %.*s to %.*s", SV_ARG(retagging.from), SV_ARG(retagging.to));
    writing_release(&writing);
    return code;
}

const struct cmd_entry cmd_retag = {
    .name = "retag",
    .usage = N_("OLD NEW"),
    .summary = N_("rename a tag, and those below it, in all notes"),
    .details =
        N_("In front matter and in the text, in one commit, which 'chiron undo' takes back. A note that has both tags\n"
           "has the new one once."),
    .options = options,
    .needs = CMD_VAULT | CMD_OUTPUT,
    .words_min = 2,
    .words_max = 2,
    .run = run,
};
