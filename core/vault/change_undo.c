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

/* The file as a commit has it: `revision` "" for the commit itself, "^" for the one before. False: it has none. */
static status blob_read(struct undoing *undoing, const char *revision, struct sv path, struct buf *bytes, bool *there,
                        struct err *err)
{
    struct sv name = arena_printf(undoing->arena, "%s%s:%.*s", undoing->commit, revision, SV_ARG(path));
    const char *const args[] = {"cat-file", "blob", name.ptr, NULL};
    struct buf errors = {0};
    int exit_code = 0;
    status rc =
        name.ptr != NULL ? git_try(undoing->root.ptr, args, bytes, &errors, &exit_code, err) : err_no_memory(err);

    *there = exit_code == 0;
    buf_release(&errors);
    return rc;
}

static status file_undo(struct undoing *undoing, struct sv path, struct err *err)
{
    struct buf after = {0}, before = {0}, full = {0};
    bool is_after = false, is_before = false;
    status rc = blob_read(undoing, "", path, &after, &is_after, err);

    if (rc == DONE)
        rc = blob_read(undoing, "^", path, &before, &is_before, err);
    path_join(&full, undoing->space->path, path);
    if (rc == DONE)
        rc = buf_check(&full, err);
    if (rc == DONE && (is_before || is_after)) {
        const struct sv now = buf_view(&after), old = buf_view(&before);
        const struct undone_file file = {
            .path = buf_view(&full), .now = is_after ? &now : NULL, .before = is_before ? &old : NULL};

        rc = undoing->fn(undoing->payload, &file, err);
    }
    buf_release(&full);
    buf_release(&before);
    buf_release(&after);
    return rc;
}

static status files_undo(struct undoing *undoing, struct err *err)
{
    const char *const args[] = {"diff-tree",     "-r", "-z", "--root", "--no-commit-id", "--no-renames", "--name-only",
                                undoing->commit, NULL};
    struct buf names = {0};
    struct sv rest, path;
    status rc = git_run(undoing->root.ptr, args, &names, err);

    rest = buf_view(&names);
    while (rc == DONE && rest.len > 0 && sv_next(&rest, '\0', &path))
        if (path.len > 0)
            rc = file_undo(undoing, path, err);
    buf_release(&names);
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
