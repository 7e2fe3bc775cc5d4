#include "git/changes.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/i18n.h"
#include "git/dir.h"
#include "git/program.h"

#include <stdlib.h>
#include <string.h>

/* `git log -z --raw` is a stream of pieces that each end in NUL: a commit's header of four lines, then for every change
 * a piece ":modes ids KIND" (after a newline, for the first) and one path, or two for a rename. Which piece is a path
 * is known by counting, so that no path can be taken for anything else. */
enum { CUT_BYTES_MAX = 8 * 1024 * 1024 };

struct reader {
    git_change_fn fn;
    void *payload;
    struct arena arena; /* of one commit */
    struct buf cut;     /* commits whose parents a shallow clone lacks, a line each */
    struct git_change header;
    struct git_change *changes;
    size_t count, capacity;
    char kind;
    unsigned paths_left;
    struct sv old_path;
    size_t commits; /* read whole and given to `fn` */
    size_t skip;    /* of these, given already by a first attempt */
    bool open;      /* `header` is set */
    status fn_status;
};

static const char header_format[] = "--format=%H%n%at%n%an%n%ae";

/* Changes of a commit are given once it has been read whole: git may die in the middle of one. */
static status commit_close(struct reader *reader, struct err *err)
{
    if (!reader->open)
        return DONE;
    for (size_t i = 0; reader->commits >= reader->skip && i < reader->count; i++) {
        reader->fn_status = reader->fn(reader->payload, &reader->changes[i], err);
        if (reader->fn_status != DONE)
            return reader->fn_status;
    }
    reader->commits++;
    reader->open = false;
    return DONE;
}

static status header_read(struct reader *reader, struct sv piece, struct err *err)
{
    struct sv time = {0};
    struct git_change *header = &reader->header;
    status rc = commit_close(reader, err);

    if (rc != DONE)
        return rc;
    arena_reset(&reader->arena);
    reader->changes = NULL;
    reader->count = reader->capacity = 0;
    piece = arena_copy(&reader->arena, piece);
    if (piece.ptr == NULL)
        return err_no_memory(err);
    *header = (struct git_change){0};
    if (!sv_next(&piece, '\n', &header->commit) || header->commit.len != 40 || !sv_next(&piece, '\n', &time) ||
        !sv_next(&piece, '\n', &header->author_name))
        return err_set(err, MALFORMED, _("unable to understand what 'git log' prints: '%.*s'"), SV_ARG(header->commit));
    /* A commit without a readable date has an empty one. */
    if (!sv_to_i64(time, &header->time))
        header->time = 0;
    header->author_email = piece;
    header->cut = sv_find(buf_view(&reader->cut), header->commit) != SIZE_MAX;
    reader->open = true;
    return DONE;
}

/* ":100644 100644 ID ID R087" */
static status kind_read(struct reader *reader, struct sv piece, struct err *err)
{
    size_t space = sv_rchr(piece, ' ');

    if (!reader->open || space == SIZE_MAX || space + 1 >= piece.len)
        return err_set(err, MALFORMED, _("unable to understand what 'git log' prints: '%.*s'"), SV_ARG(piece));
    reader->kind = piece.ptr[space + 1];
    reader->paths_left = reader->kind == 'R' || reader->kind == 'C' ? 2 : 1;
    /* A change of type (a link became a file) is a change like any other to who reads the file. */
    if (strchr("ADR", reader->kind) == NULL)
        reader->kind = reader->kind == 'C' ? 'A' : 'M';
    return DONE;
}

static status path_read(struct reader *reader, struct sv path, struct err *err)
{
    struct git_change *changes;

    path = arena_copy(&reader->arena, path);
    if (path.ptr == NULL)
        return err_no_memory(err);
    if (--reader->paths_left > 0) {
        reader->old_path = path;
        return DONE;
    }
    changes = arena_grow(&reader->arena, reader->changes, &reader->capacity, reader->count, sizeof(*changes));
    if (changes == NULL)
        return err_no_memory(err);
    reader->changes = changes;
    changes += reader->count++;
    *changes = reader->header;
    changes->kind = reader->kind;
    changes->path = path;
    if (reader->kind == 'R')
        changes->old_path = reader->old_path;
    return DONE;
}

static status piece_read(void *payload, struct sv piece, struct err *err)
{
    struct reader *reader = payload;

    if (reader->paths_left > 0)
        return path_read(reader, piece, err);
    if (piece.len > 0 && piece.ptr[0] == '\n')
        piece = sv_from(piece, 1);
    if (piece.len == 0)
        return DONE;
    return piece.ptr[0] == ':' ? kind_read(reader, piece, err) : header_read(reader, piece, err);
}

static status log_read(struct reader *reader, const char *root, const char *head, const char *exclude,
                       const char *renames, struct err *err)
{
    const char *const args[] = {"log",
                                "--raw",
                                "-z",
                                "--no-abbrev",
                                header_format,
                                "--encoding=UTF-8",
                                "--reverse",
                                "--topo-order",
                                "--no-merges",
                                renames,
                                "-l1000",
                                "-O/dev/null",
                                "--no-ext-diff",
                                "--no-textconv",
                                "--no-show-signature",
                                "--no-mailmap",
                                "--no-notes",
                                "--no-decorate",
                                "--no-color",
                                head,
                                exclude,
                                NULL};
    status rc;

    reader->open = false;
    reader->commits = 0;
    reader->paths_left = 0;
    rc = git_lines(root, args, '\0', piece_read, reader, err);
    return rc == DONE ? commit_close(reader, err) : rc;
}

/* Finding renames reads contents, and these may be missing where everything else is there; then the rest is read
 * without. */
static status log_read_robustly(struct reader *reader, const char *root, const char *head, const char *exclude,
                                struct err *err)
{
    struct err first = {0};
    status rc = log_read(reader, root, head, exclude, "--find-renames", &first);

    if (rc == FAILED && reader->fn_status == DONE) {
        reader->skip = reader->commits;
        return log_read(reader, root, head, exclude, "--no-renames", err);
    }
    if (rc != DONE && err != NULL)
        *err = first;
    return rc;
}

static status no_ancestor(const char *root, struct sv since, struct err *err)
{
    return err_set(err, CONFLICTED, _("the history of '%s' was rewritten: commit %.*s is no longer part of it"), root,
                   SV_ARG(since));
}

static status ancestor_check(const char *root, const char *since, const char *head, struct err *err)
{
    const char *const args[] = {"merge-base", "--is-ancestor", since, head, NULL};
    int exit_code = 0;
    status rc = git_try(root, args, NULL, NULL, &exit_code, err);

    if (rc == DONE && exit_code != 0)
        rc = no_ancestor(root, sv_of(since), err);
    return rc;
}

static bool is_id(struct sv text)
{
    for (size_t i = 0; i < text.len; i++)
        if (strchr("0123456789abcdef", text.ptr[i]) == NULL || text.ptr[i] == '\0')
            return false;
    return text.len == 40;
}

static status head_find(const char *root, char head_out[41], struct err *err)
{
    struct buf git_dir = {0};
    status rc = git_dir_find(root, &git_dir, err);

    if (rc == NOT_FOUND)
        rc = err_set(err, FAILED, _("'%s' is not the root of a git work tree"), root);
    if (rc == DONE)
        rc = git_head_read(git_dir.ptr, head_out, err);
    buf_release(&git_dir);
    return rc;
}

static status cut_read(const char *root, struct buf *cut, struct err *err)
{
    struct buf git_dir = {0}, path = {0};
    status rc = git_dir_find(root, &git_dir, err);

    if (rc == DONE)
        rc = git_dir_common(git_dir.ptr, &path, err);
    if (rc == DONE) {
        buf_put_c(&path, "/shallow");
        rc = buf_check(&path, err);
    }
    if (rc == DONE)
        rc = file_read(path.ptr, CUT_BYTES_MAX, cut, err);
    buf_release(&path);
    buf_release(&git_dir);
    return rc == NOT_FOUND ? DONE : rc;
}

static status changes_read(struct reader *reader, const char *root, struct sv since, const char *head, struct err *err)
{
    char exclude[42] = "^";
    status rc = DONE;

    if (since.len > 0) {
        if (!is_id(since))
            return no_ancestor(root, since, err);
        memcpy(exclude + 1, since.ptr, since.len);
        rc = ancestor_check(root, exclude + 1, head, err);
    }
    if (rc != DONE || sv_eq_c(since, head))
        return rc;
    arena_init(&reader->arena);
    rc = cut_read(root, &reader->cut, err);
    if (rc == DONE)
        rc = log_read_robustly(reader, root, head, since.len > 0 ? exclude : NULL, err);
    buf_release(&reader->cut);
    arena_release(&reader->arena);
    return rc;
}

status git_changes(const char *root, struct sv since, git_change_fn fn, void *payload, char head_out[41],
                   struct err *err)
{
    struct reader reader = {.fn = fn, .payload = payload};
    char head[41] = "";
    status rc = head_find(root, head, err);

    if (rc == DONE)
        rc = changes_read(&reader, root, since, head, err);
    else if (rc == NOT_FOUND)
        rc = since.len > 0 ? no_ancestor(root, since, err) : DONE;
    /* Last, for `since` may stand in it. */
    memcpy(head_out, rc == DONE ? head : "", rc == DONE ? sizeof(head) : 1);
    return rc;
}
