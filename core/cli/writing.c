#include "cli/writing.h"

#include "base/i18n.h"

status writing_begin(struct cmd *cmd, struct writing *writing, struct err *err)
{
    struct buf report = {0};
    *writing = (struct writing){.cmd = cmd, .dry_run = option_given(cmd, "dry-run")};
    status code = cmd_need_vault(cmd, err);
    if (code == DONE)
        code = change_begin(cmd->vault, &writing->change, &report, err);
    if (report.len > 0)
        cmd_warn(cmd, "%.*s", (int)report.len - 1, report.ptr);
    buf_release(&report);
    /* Only now, for the change before may have been finished. */
    return code == DONE ? cmd_need_catalogue(cmd, err) : code;
}

void writing_release(struct writing *writing)
{
    change_end(writing->change);
    writing->change = NULL;
}

status writing_note(struct writing *writing, struct sv handle, struct record *record_out, struct buf *bytes,
                    struct err *err)
{
    struct cmd *cmd = writing->cmd;
    int64_t id = 0;
    status code = catalogue_find(cmd->catalogue, handle, false, &id, err);
    if (code == DONE)
        code = catalogue_record(cmd->catalogue, id, &cmd->arena, record_out, err);
    return code == DONE ? vault_read(cmd->vault, record_out->path, bytes, err) : code;
}

static status add_file(struct writing *writing, struct sv path, const char *action, struct err *err)
{
    struct arena *arena = &writing->cmd->arena;
    struct writing_file *files = arena_grow(arena, writing->files, &writing->capacity, writing->count, sizeof *files);
    struct sv copy = arena_copy(arena, path);
    if (!files || !copy.ptr)
        return err_no_memory(err);
    writing->files = files;
    files[writing->count++] = (struct writing_file){copy, action};
    return DONE;
}

status writing_put(struct writing *writing, struct sv path, const struct sv *before, struct sv bytes, struct err *err)
{
    if (before && sv_eq(*before, bytes))
        return DONE;
    status code = change_write(writing->change, path, before, bytes, err);
    return code == DONE ? add_file(writing, path, before ? "changed" : "added", err) : code;
}

status writing_remove(struct writing *writing, struct sv path, struct sv before, struct err *err)
{
    status code = change_remove(writing->change, path, before, err);
    return code == DONE ? add_file(writing, path, "removed", err) : code;
}

static const char *action_in_words(const char *action, bool dry_run)
{
    if (action[0] == 'a')
        return dry_run ? _("would add") : _("added");
    if (action[0] == 'r')
        return dry_run ? _("would remove") : _("removed");
    return dry_run ? _("would change") : _("changed");
}

static void put_files(const struct writing *writing)
{
    struct out *out = writing->cmd->out;
    out_column(out, "action", NULL);
    out_column(out, "path", NULL);
    for (size_t i = 0; i < writing->count; i++) {
        const struct writing_file *file = &writing->files[i];
        if (out_is_text(out)) {
            out_textf(out, STYLE_DIM, "%s ", action_in_words(file->action, writing->dry_run));
            out_text(out, STYLE_PATH, file->path);
            out_newline(out);
            out_counted(out);
        } else {
            out_begin_map(out);
            out_put(out, "path", file->path);
            out_put(out, "action", sv_of(file->action));
            out_end_map(out);
        }
    }
}

status writing_end(struct writing *writing, struct err *err, const char *format, ...)
{
    struct buf message = {0};
    va_list args;
    if (writing->count == 0)
        return NOT_FOUND;
    va_start(args, format);
    buf_vprintf(&message, format, args);
    va_end(args);
    status code = buf_check(&message, err);
    if (code == DONE && !writing->dry_run)
        code = change_apply(writing->change, buf_view(&message), err);
    buf_release(&message);
    if (code == DONE)
        put_files(writing);
    return code;
}
