#include "base/i18n.h"
#include "base/json.h"
#include "cli/cmd.h"
#include "git/git.h"
#include "note/note.h"
#include "text/render.h"

enum { TEXT_WIDTH = 88 };

static const struct cmd_option options[] = {
    {"at", 0, N_("REV"), N_("as it was at a git revision or a date")},
    {"html", 0, NULL, N_("as an HTML fragment")},
    {"raw", 0, NULL, N_("the file's bytes, unchanged")},
    {0},
};

/* A note's bytes and what was read of them; `old` says that they are not the work tree's. */
struct shown {
    struct cmd *cmd;
    struct record record;
    struct buf bytes;
    struct note note;
    bool old;
};

/* --- where the bytes come from ------------------------------------------------------------------------------------ */

static const char *space_root(struct cmd *cmd, const struct space *space)
{
    struct buf path = {0};
    buf_put_c(&path, cmd->vault->root);
    if (space->path.len > 0) {
        buf_char(&path, '/');
        buf_put(&path, space->path);
    }
    const char *root = path.failed ? NULL : arena_cstr(&cmd->arena, buf_view(&path));
    buf_release(&path);
    return root;
}

/* The file of a note at a revision: the handle as it is known now, or a path that only history knows. */
static status read_at(struct cmd *cmd, struct sv path, struct sv revision, struct buf *bytes, struct err *err)
{
    const struct space *space = vault_space_of(cmd->vault, path);
    struct sv inside = space->path.len > 0 ? sv_from(path, space->path.len + 1) : path;
    char commit[GIT_ID_TEXT_SIZE];
    struct git_repo *repo = NULL;
    const char *root = space_root(cmd, space);
    if (!root)
        return err_no_memory(err);
    status code = git_open(root, &repo, err);
    if (code == NOT_FOUND)
        return err_set(err, FAILED, _("'%s' is no git repository: there are no revisions to read"), root);
    if (code == DONE)
        code = git_resolve(repo, revision, commit, err);
    if (code == DONE)
        code = git_read(repo, commit, inside, NOTE_BYTES_MAX, bytes, err);
    else if (code == NOT_FOUND)
        code = FAILED;
    if (code == NOT_FOUND)
        code =
            err_at(err, FAILED, path, 0, 0, _("not there at '%.*s': 'git log' shows when it came"), SV_ARG(revision));
    git_close(repo);
    return code;
}

static status load_old(struct shown *shown, struct sv handle, struct sv revision, struct err *err)
{
    struct cmd *cmd = shown->cmd;
    struct err unknown = {0};
    status code = cmd_note(cmd, handle, &shown->record, &unknown);
    struct sv path = code == DONE ? shown->record.path : handle;
    shown->old = true;
    if (code != DONE && !note_is_note_name(sv_basename(handle))) {
        *err = unknown;
        return code;
    }
    return read_at(cmd, path, revision, &shown->bytes, err);
}

static status load(struct shown *shown, struct err *err)
{
    struct cmd *cmd = shown->cmd;
    const struct cmd_value *at = option_get(cmd, "at");
    const struct types *types = NULL;
    status code;
    if (at) {
        code = load_old(shown, cmd->words[0], at->value, err);
    } else {
        code = cmd_note(cmd, cmd->words[0], &shown->record, err);
        if (code == DONE)
            code = vault_read(cmd->vault, shown->record.path, &shown->bytes, err);
    }
    struct sv path = shown->record.path.len > 0 ? shown->record.path : cmd->words[0];
    if (code == DONE)
        code = catalogue_types(cmd->catalogue, &types, err);
    if (code == DONE)
        code = note_parse(path, buf_view(&shown->bytes), types, &cmd->arena, &shown->note, err);
    return code;
}

/* --- links of the text ----------------------------------------------------------------------------------------------
 */

/* Ours are plain names in a terminal; in HTML a link between notes keeps its path. */
static void resolve_link(void *payload, struct sv target, struct sv anchor, bool embed, struct sv *url_out,
                         struct sv *label_out)
{
    struct shown *shown = payload;
    struct cmd *cmd = shown->cmd;
    struct record to;
    struct err ignored = {0};
    int64_t id = 0;
    (void)embed;
    (void)label_out;
    *url_out = SV("");
    if (target.len == 0) {
        *url_out = arena_printf(&cmd->arena, "#%.*s", SV_ARG(anchor));
        return;
    }
    if (catalogue_resolve(cmd->catalogue, shown->record.id, target, &id, &ignored) != DONE || id == 0 ||
        catalogue_record(cmd->catalogue, id, &cmd->arena, &to, &ignored) != DONE)
        return;
    *url_out = anchor.len > 0 ? arena_printf(&cmd->arena, "%.*s#%.*s", SV_ARG(to.path), SV_ARG(anchor)) : to.path;
}

/* --- ways to show
 * ----------------------------------------------------------------------------------------------------- */

static struct sv body_of(const struct shown *shown)
{
    return sv_from(buf_view(&shown->bytes), shown->note.front.body);
}

static status show_html(struct shown *shown, struct err *err)
{
    struct render_options look = {.link_fn = resolve_link, .payload = shown};
    struct buf html = {0};
    status code = render_html(body_of(shown), &look, &html, err);
    if (code == DONE)
        out_bytes(shown->cmd->out, buf_view(&html));
    buf_release(&html);
    return code;
}

static void put_fact(struct out *out, const char *label, struct sv value)
{
    if (value.len == 0)
        return;
    out_textf(out, STYLE_DIM, "%s ", label);
    out_text(out, STYLE_NONE, value);
    out_newline(out);
}

static void put_tags(struct out *out, const struct note *note)
{
    for (size_t i = 0; i < note->tag_count; i++) {
        out_raw(out, i > 0 ? SV(" ") : SV(""));
        out_text(out, STYLE_TAG, SV("#"));
        out_text(out, STYLE_TAG, note->tags[i]);
    }
    if (note->tag_count > 0)
        out_newline(out);
}

static void put_head(struct shown *shown)
{
    struct out *out = shown->cmd->out;
    const struct note *note = &shown->note;
    char date[DATE_TEXT_SIZE];
    out_text(out, STYLE_TITLE, note->title);
    out_newline(out);
    out_text(out, STYLE_PATH, note->path);
    out_textf(out, STYLE_DIM, "  %.*s", SV_ARG(note->type));
    if (date_is_set(note->date))
        out_textf(out, STYLE_DIM, "  %s", date_format(note->date, date));
    if (shown->old)
        out_textf(out, STYLE_DIM, "  @ %.*s", SV_ARG(option_text(shown->cmd, "at", SV(""))));
    out_newline(out);
    put_tags(out, note);
}

/* Front matter as written: what a mentor typed is what a mentor knows. */
static void put_fields(struct shown *shown)
{
    const struct note *note = &shown->note;
    struct sv yaml = sv_sub(note->bytes, note->front.begin, note->front.end - note->front.begin), line;
    if (!note->front.present)
        return;
    while (sv_next_line(&yaml, &line)) {
        size_t colon = sv_chr(line, ':');
        if (colon == SIZE_MAX || line.ptr[0] == ' ' || line.ptr[0] == '-') {
            out_text(shown->cmd->out, STYLE_NONE, line);
            out_newline(shown->cmd->out);
            continue;
        }
        char *key = arena_cstr(&shown->cmd->arena, sv_sub(line, 0, colon + 1));
        if (sv_trim(sv_from(line, colon + 1)).len > 0)
            put_fact(shown->cmd->out, key ? key : "", sv_trim(sv_from(line, colon + 1)));
        else
            out_textf(shown->cmd->out, STYLE_DIM, "%s\n", key ? key : "");
    }
}

static status show_text(struct shown *shown, struct err *err)
{
    struct out *out = shown->cmd->out;
    unsigned width = out_width(out);
    struct render_options look = {.link_fn = resolve_link,
                                  .payload = shown,
                                  .width = width == 0 || width > TEXT_WIDTH ? TEXT_WIDTH : width,
                                  .color = out_color(out)};
    struct buf text = {0};
    put_head(shown);
    put_fields(shown);
    out_newline(out);
    status code = render_terminal(body_of(shown), &look, &text, err);
    if (code == DONE)
        out_raw(out, buf_view(&text));
    buf_release(&text);
    return code;
}

/* What a note says of itself at another revision: nothing of today's catalogue. */
static status record_of_old(struct shown *shown, struct err *err)
{
    const struct note *note = &shown->note;
    struct cmd *cmd = shown->cmd;
    const struct types *types = NULL;
    struct record old = {.path = note->path, .handle = note->handle, .short_handle = note->handle};
    struct buf fields = {0}, tags = {0};
    char date[DATE_TEXT_SIZE];
    status code = catalogue_types(cmd->catalogue, &types, err);
    if (code == DONE)
        code = note_fields_json(note, types, &fields, err);
    const struct space *space = vault_space_of(cmd->vault, note->path);
    old.space = space->name;
    old.visibility =
        note->has_visibility && note->visibility < space->visibility ? note->visibility : space->visibility;
    old.type = note->type;
    old.title = note->title;
    old.date = arena_copy(&cmd->arena, sv_of(date_format(note->date, date)));
    old.lang = note->lang;
    old.words = (int64_t)note->outline.words;
    buf_char(&tags, '[');
    for (size_t i = 0; i < note->tag_count; i++) {
        if (i > 0)
            buf_char(&tags, ',');
        json_put_text(&tags, note->tags[i]);
    }
    buf_char(&tags, ']');
    old.tags = arena_copy(&cmd->arena, buf_view(&tags));
    old.fields = arena_copy(&cmd->arena, buf_view(&fields));
    old.aliases = SV("[]");
    buf_release(&fields);
    buf_release(&tags);
    shown->record = old;
    return code;
}

static status show_record(struct shown *shown, struct err *err)
{
    struct out *out = shown->cmd->out;
    status code = shown->old ? record_of_old(shown, err) : DONE;
    if (code != DONE)
        return code;
    record_columns(out);
    out_column(out, "body", NULL);
    out_begin_map(out);
    record_put(out, &shown->record);
    out_key(out, SV("body"));
    out_string(out, body_of(shown));
    out_end_map(out);
    return DONE;
}

static status run(struct cmd *cmd, struct err *err)
{
    struct shown shown = {.cmd = cmd};
    status code = cmd_follow_history(cmd, err);
    if (code == DONE)
        code = load(&shown, err);
    if (code == DONE && !out_is_text(cmd->out))
        code = show_record(&shown, err);
    else if (code == DONE && option_given(cmd, "raw"))
        out_bytes(cmd->out, buf_view(&shown.bytes));
    else if (code == DONE && option_given(cmd, "html"))
        code = show_html(&shown, err);
    else if (code == DONE)
        code = show_text(&shown, err);
    buf_release(&shown.bytes);
    return code;
}

const struct cmd_entry cmd_show = {
    .name = "show",
    .usage = N_("HANDLE"),
    .summary = N_("show a note"),
    .details = N_("HANDLE is a note's file name without .md, a path, an alias, or a beginning that no other note has."),
    .options = options,
    .needs = CMD_CATALOGUE | CMD_OUTPUT | CMD_PAGER,
    .words_min = 1,
    .words_max = 1,
    .run = run,
};
