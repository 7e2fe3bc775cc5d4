/* `set` and `unset`: front matter by path, as byte splices. */
#include "base/i18n.h"
#include "cli/writing.h"
#include "note/assign.h"

static const struct cmd_option options[] = {{"dry-run", 'n', NULL, N_("only tell what would be done")}, {0}};

typedef status (*assign_fn)(const struct assign_context *context, struct sv words, struct assignments *out,
                            struct err *err);

/* The space decides who can read a note; one that asks for less would not be heard. */
static status check_visibility(const struct writing *writing, const struct note *note, struct err *err)
{
    const struct space *space = vault_space_of(writing->cmd->vault, note->path);
    if (!note->has_visibility || note->visibility >= space->visibility)
        return DONE;
    return err_at(
        err, REFUSED, note->path, 0, 0,
        _("the note would say '%s', but everybody who has the space '%.*s' can read it: move it into a space of "
          "its own first, such as private/"),
        visibility_name(note->visibility), SV_ARG(space->name));
}

/* What is wrong with the note as it becomes is told; it is the user's to say that it is so all the same. */
static status look_at_result(const struct writing *writing, struct sv path, struct sv after, const struct types *types,
                             struct err *err)
{
    struct note note;
    status code = note_parse(path, after, types, &writing->cmd->arena, &note, err);
    if (code == DONE)
        code = check_visibility(writing, &note, err);
    for (size_t i = 0; code == DONE && i < note.findings.count; i++) {
        const struct finding *finding = &note.findings.items[i];
        if (finding->level == FINDING_ERROR)
            cmd_warn(writing->cmd, "%.*s:%u:%u: %.*s", SV_ARG(path), finding->line, finding->column,
                     SV_ARG(finding->message));
    }
    return code;
}

static status assign_all(const struct writing *writing, const struct note *note, const struct types *types,
                         assign_fn assign, struct assignments *assignments, struct err *err)
{
    struct cmd *cmd = writing->cmd;
    const struct assign_context context = {
        .types = types, .type = types_for(types, note->type), .root = note->front.root, .arena = &cmd->arena};
    status code = DONE;
    for (size_t i = 1; code == DONE && i < cmd->word_count; i++)
        code = assign(&context, cmd->words[i], assignments, err);
    return code;
}

static status edit(struct writing *writing, struct sv path, struct sv bytes, assign_fn assign, struct err *err)
{
    const struct types *types;
    struct assignments assignments = {0};
    struct buf after = {0};
    struct note note;
    status code = catalogue_types(writing->cmd->catalogue, &types, err);
    if (code == DONE)
        code = note_parse(path, bytes, types, &writing->cmd->arena, &note, err);
    if (code == DONE)
        code = assign_all(writing, &note, types, assign, &assignments, err);
    if (code == DONE)
        code = front_edit(bytes, assignments.items, assignments.count, &after, err);
    if (code < DONE)
        err_place(err, path, 0, 0);
    if (code == DONE)
        code = look_at_result(writing, path, buf_view(&after), types, err);
    if (code == DONE)
        code = writing_put(writing, path, &bytes, buf_view(&after), err);
    buf_release(&after);
    return code;
}

static status run_with(struct cmd *cmd, const char *name, assign_fn assign, struct err *err)
{
    struct writing writing;
    struct buf bytes = {0};
    struct record record;
    status code = writing_begin(cmd, &writing, err);
    if (code == DONE)
        code = writing_note(&writing, cmd->words[0], &record, &bytes, err);
    if (code == DONE)
        code = edit(&writing, record.path, buf_view(&bytes), assign, err);
    if (code == DONE)
        code = writing_end(&writing, err, "%s: %.*s", name, SV_ARG(record.handle));
    writing_release(&writing);
    buf_release(&bytes);
    /* A note that says so already is as it was asked for. */
    return code == NOT_FOUND ? DONE : code;
}

static status run_set(struct cmd *cmd, struct err *err)
{
    return run_with(cmd, "set", assign_parse, err);
}

static status run_unset(struct cmd *cmd, struct err *err)
{
    return run_with(cmd, "unset", assign_unset, err);
}

const struct cmd_entry cmd_set = {
    .name = "set",
    .usage = N_("HANDLE KEY=VALUE..."),
    .summary = N_("set front matter; every other byte of the note stays"),
    .details = N_(
        "KEY is a path: status, goals[0].gas; goals[+].title adds to a list. tags+=x adds an element, tags-=x takes\n"
        "one out, tags=a,b says the whole list. Values are checked against the note's type."),
    .options = options,
    .needs = CMD_VAULT | CMD_OUTPUT,
    .words_min = 2,
    .words_max = CMD_WORDS_MAX,
    .run = run_set,
};

const struct cmd_entry cmd_unset = {
    .name = "unset",
    .usage = N_("HANDLE KEY..."),
    .summary = N_("take keys out of front matter"),
    .options = options,
    .needs = CMD_VAULT | CMD_OUTPUT,
    .words_min = 2,
    .words_max = CMD_WORDS_MAX,
    .run = run_unset,
};
