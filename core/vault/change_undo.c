#include "vault/change_undo.h"

#include "base/file.h"
#include "base/i18n.h"
#include "git/program.h"

#include <stdlib.h>
#include <string.h>

struct undoing {
    struct vault *vault;
    undone_fn fn;
    void *payload;
    struct arena *arena;
    const struct space *space;
    const char *commit; /* its id */
    struct buf root;
};

/* One side of a changed file: its object's id, all zeros where there is no file. */
static bool is_there(struct sv id)
{
    for (size_t i = 0; i < id.len; i++)
        if (id.ptr[i] != '0')
            return true;
    return false;
}

static status blob_read(struct undoing *undoing, struct sv id, struct buf *bytes, struct err *err)
{
    const char *const args[] = {"cat-file", "blob", arena_cstr(undoing->arena, id), NULL};

    if (!is_there(id))
        return DONE;
    return args[2] != NULL ? git_run(undoing->root.ptr, args, bytes, err) : err_no_memory(err);
}

static status file_undo(struct undoing *undoing, struct sv path, struct sv old_id, struct sv new_id, struct err *err)
{
    struct buf after = {0}, before = {0}, full = {0};
    status rc = blob_read(undoing, new_id, &after, err);

    if (rc == DONE)
        rc = blob_read(undoing, old_id, &before, err);
    path_join(&full, undoing->space->path, path);
    if (rc == DONE)
        rc = buf_check(&full, err);
    if (rc == DONE) {
        const struct sv now = buf_view(&after), old = buf_view(&before);
        const struct undone_file file = {
            .path = buf_view(&full), .now = is_there(new_id) ? &now : NULL, .before = is_there(old_id) ? &old : NULL};

        rc = undoing->fn(undoing->payload, &file, err);
    }
    buf_release(&full);
    buf_release(&before);
    buf_release(&after);
    return rc;
}

/* ":MODE MODE ID ID LETTER NUL path NUL" a file. */
static status files_undo(struct undoing *undoing, struct err *err)
{
    const char *const args[] = {"diff-tree", "-r",           "-z",          "--root",        "--no-commit-id",
                                "--raw",     "--no-renames", "--no-abbrev", undoing->commit, NULL};
    struct buf raw = {0};
    struct sv rest, entry, path;
    status rc = git_run(undoing->root.ptr, args, &raw, err);

    rest = buf_view(&raw);
    while (rc == DONE && rest.len > 0 && sv_next(&rest, '\0', &entry) && sv_next(&rest, '\0', &path)) {
        struct sv field, old_id, new_id;
        bool fits = sv_next(&entry, ' ', &field) && sv_next(&entry, ' ', &field) && sv_next(&entry, ' ', &old_id) &&
                    sv_next(&entry, ' ', &new_id);

        rc = fits ? file_undo(undoing, path, old_id, new_id, err)
                  : err_set(err, FAILED, "%s", _("git told something else than was asked"));
    }
    buf_release(&raw);
    return rc;
}

static status subject_read(struct undoing *undoing, struct sv *subject_out, struct err *err)
{
    const char *const args[] = {"log", "-1", "--format=%s", undoing->commit, NULL};
    struct buf text = {0};
    status rc = git_run(undoing->root.ptr, args, &text, err);

    if (rc == DONE) {
        *subject_out = arena_copy(undoing->arena, sv_trim(buf_view(&text)));
        rc = subject_out->ptr != NULL ? DONE : err_no_memory(err);
    }
    buf_release(&text);
    return rc;
}

static status commit_undo(struct undoing *undoing, const struct change_commit *commit, struct sv *subject_out,
                          struct err *err)
{
    status rc;

    undoing->space = vault_space(undoing->vault, commit->space);
    if (undoing->space == NULL)
        return err_set(err, FAILED, _("the space '%.*s' is not here any more"), SV_ARG(commit->space));
    undoing->commit = arena_cstr(undoing->arena, commit->commit);
    if (undoing->commit == NULL)
        return err_no_memory(err);
    buf_clear(&undoing->root);
    path_join(&undoing->root, sv_of(undoing->vault->root), undoing->space->path);
    rc = buf_check(&undoing->root, err);
    if (rc == DONE && subject_out->len == 0)
        rc = subject_read(undoing, subject_out, err);
    return rc == DONE ? files_undo(undoing, err) : rc;
}

status change_undo(struct vault *vault, struct arena *arena, undone_fn fn, void *payload, struct sv *subject_out,
                   struct err *err)
{
    struct undoing undoing = {.vault = vault, .fn = fn, .payload = payload, .arena = arena};
    struct change_commit *commits;
    size_t count;
    status rc = change_last(vault, arena, &commits, &count, err);

    *subject_out = (struct sv){0};
    for (size_t i = 0; rc == DONE && i < count; i++)
        rc = commit_undo(&undoing, &commits[i], subject_out, err);
    buf_release(&undoing.root);
    return rc;
}
