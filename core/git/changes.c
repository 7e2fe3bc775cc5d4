#include "git/changes.h"

#include "base/i18n.h"
#include "base/thread.h"
#include "git/program.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A walk over the commits costs little; comparing their trees costs a hundred times as much. So the list is cut into
 * pieces, and each is given to a `git diff-tree` of its own, line by line: a commit, and the parent to compare with.
 *
 * What it prints with -z is a stream of pieces that each end in NUL: a commit's id, then for every change a piece
 * ":modes ids KIND" and one path, or two for a rename. Which piece is a path is known by counting, so that no path can
 * be taken for anything else. */
enum { PIECE_MIN = 500, PIECES_A_WORKER = 2 };

struct job {
    const struct git_changes_options *options;
    struct git_changes *changes;
    const char *renames; /* the option */
    atomic_size_t done;  /* commits, for progress */
};

/* One git diff-tree. */
struct reader {
    struct job *job;
    unsigned worker;
    size_t commit, end; /* the next to come */
    uint32_t side;
    struct git_side *open; /* whose changes come */
    struct git_change *found;
    size_t count, capacity;
    char kind;
    unsigned paths_left;
    struct sv old_path;
};

static struct arena *arena_of(const struct reader *reader)
{
    return &reader->job->changes->arenas[reader->worker];
}

static status not_understood(struct sv piece, struct err *err)
{
    return err_set(err, MALFORMED, _("unable to understand what 'git diff-tree' prints: '%.*s'"), SV_ARG(piece));
}

static status side_close(struct reader *reader, struct err *err)
{
    struct git_change *kept;

    if (reader->open == NULL)
        return DONE;
    kept = arena_array(arena_of(reader), reader->count, sizeof(*kept));
    if (kept == NULL)
        return err_no_memory(err);
    if (reader->count > 0)
        memcpy(kept, reader->found, reader->count * sizeof(*kept));
    reader->open->changes = kept;
    reader->open->count = (uint32_t)reader->count;
    reader->open = NULL;
    reader->count = 0;
    return DONE;
}

static void tell_progress(struct reader *reader)
{
    struct job *job = reader->job;
    size_t done = atomic_fetch_add(&job->done, 1) + 1;

    if (reader->worker == 0 && job->options->progress != NULL)
        progress_step(job->options->progress, done, job->changes->commits.count);
}

static status side_open(struct reader *reader, struct sv piece, struct err *err)
{
    struct git_commit *items = reader->job->changes->commits.items;
    struct git_id id;
    status rc = side_close(reader, err);

    if (rc != DONE)
        return rc;
    if (reader->commit == reader->end || !git_id_parse(piece, &id) ||
        memcmp(&id, &items[reader->commit].id, sizeof(id)) != 0)
        return not_understood(piece, err);
    reader->open = &items[reader->commit].sides[reader->side];
    if (++reader->side == items[reader->commit].side_count) {
        reader->side = 0;
        reader->commit++;
        tell_progress(reader);
    }
    return DONE;
}

/* ":100644 100644 ID ID R087" */
static status kind_read(struct reader *reader, struct sv piece, struct err *err)
{
    size_t space = sv_rchr(piece, ' ');

    if (reader->open == NULL || space == SIZE_MAX || space + 1 >= piece.len)
        return not_understood(piece, err);
    reader->kind = piece.ptr[space + 1];
    reader->paths_left = reader->kind == 'R' || reader->kind == 'C' ? 2 : 1;
    /* A change of type (a link became a file) is a change like any other to who reads the file. */
    if (strchr("ADR", reader->kind) == NULL)
        reader->kind = reader->kind == 'C' ? 'A' : 'M';
    return DONE;
}

static status change_add(struct reader *reader, char kind, struct sv path, struct sv old_path, struct err *err)
{
    struct git_change *found = array_grow(reader->found, &reader->capacity, reader->count, sizeof(*found));

    if (found == NULL)
        return err_no_memory(err);
    reader->found = found;
    path = arena_copy(arena_of(reader), path);
    if (path.ptr == NULL)
        return err_no_memory(err);
    found[reader->count++] = (struct git_change){kind, path, old_path};
    return DONE;
}

static status path_read(struct reader *reader, struct sv path, struct err *err)
{
    git_path_fn wanted = reader->job->options->wanted;
    bool renamed = reader->kind == 'R', from, to;

    if (--reader->paths_left > 0) {
        reader->old_path = arena_copy(arena_of(reader), path);
        return reader->old_path.ptr != NULL ? DONE : err_no_memory(err);
    }
    from = renamed && wanted(reader->old_path);
    to = wanted(path);
    if (from && to)
        return change_add(reader, 'R', path, reader->old_path, err);
    if (from)
        return change_add(reader, 'D', reader->old_path, (struct sv){0}, err);
    return to ? change_add(reader, renamed ? 'A' : reader->kind, path, (struct sv){0}, err) : DONE;
}

static status piece_read(void *payload, struct sv piece, struct err *err)
{
    struct reader *reader = payload;

    if (reader->paths_left > 0)
        return path_read(reader, piece, err);
    if (piece.len > 0 && piece.ptr[0] == ':')
        return kind_read(reader, piece, err);
    return side_open(reader, piece, err);
}

/* "COMMIT PARENT" makes diff-tree compare these two, whatever other parents the commit has. */
static status questions_write(const struct git_commits *commits, size_t begin, size_t end, struct buf *out,
                              struct err *err)
{
    char text[41];

    for (size_t i = begin; i < end; i++) {
        const struct git_commit *commit = &commits->items[i];

        for (uint32_t side = 0; side < commit->side_count; side++) {
            uint32_t parent = commit->sides[side].parent;

            git_id_format(&commit->id, text);
            buf_put_c(out, text);
            if (parent != GIT_NO_PARENT) {
                git_id_format(
                    parent >= GIT_OUTSIDE ? &commits->outside[parent - GIT_OUTSIDE] : &commits->items[parent].id, text);
                buf_char(out, ' ');
                buf_put_c(out, text);
            }
            buf_char(out, '\n');
        }
    }
    return buf_check(out, err);
}

static status piece_compare(void *payload, unsigned worker, size_t begin, size_t end, struct err *err)
{
    struct job *job = payload;
    const char *const args[] = {"diff-tree",   "--stdin",       "--always",      "--root",     "-r",
                                "-z",          "--raw",         "--no-abbrev",   job->renames, "-l1000",
                                "-O/dev/null", "--no-ext-diff", "--no-textconv", NULL};
    struct reader reader = {.job = job, .worker = worker, .commit = begin, .end = end};
    struct buf questions = {0};
    status rc = questions_write(&job->changes->commits, begin, end, &questions, err);

    if (rc == DONE)
        rc = git_lines(job->options->root, args, buf_view(&questions), '\0', piece_read, &reader, err);
    if (rc == DONE)
        rc = side_close(&reader, err);
    if (rc == DONE && reader.commit != end)
        rc = not_understood((struct sv){0}, err);
    free(reader.found);
    buf_release(&questions);
    return rc;
}

static status all_compare(struct job *job, const char *renames, struct err *err)
{
    struct git_changes *changes = job->changes;
    size_t count = changes->commits.count, chunk = count;

    for (unsigned i = 0; i < changes->arena_count; i++)
        arena_reset(&changes->arenas[i]);
    if (changes->arena_count > 1)
        chunk = count / (changes->arena_count * (size_t)PIECES_A_WORKER) + 1;
    job->renames = renames;
    atomic_store(&job->done, 0);
    return thread_each(count, chunk < PIECE_MIN ? PIECE_MIN : chunk, changes->arena_count, piece_compare, job, err);
}

/* Finding renames reads contents, and these may be missing where everything else is there. That only files moved as
 * they were are found then holds for the whole walk: the answer must not depend on how it was cut into pieces. */
static status compare_robustly(struct job *job, struct err *err)
{
    struct err first = {0};
    status rc = all_compare(job, "--find-renames", &first);

    if (rc == FAILED)
        return all_compare(job, "--find-renames=100%", err);
    if (rc != DONE && err != NULL)
        *err = first;
    return rc;
}

status git_changes_read(const struct git_changes_options *options, struct git_changes *changes_out, struct err *err)
{
    struct job job = {.options = options, .changes = changes_out};
    status rc;

    *changes_out = (struct git_changes){0};
    rc = git_commits_read(options->root, options->head, options->since, &changes_out->commits, err);
    if (rc != DONE || changes_out->commits.count == 0)
        return rc;
    changes_out->arena_count = thread_count();
    changes_out->arenas = memory_zero(changes_out->arena_count, sizeof(*changes_out->arenas));
    return changes_out->arenas != NULL ? compare_robustly(&job, err) : err_no_memory(err);
}

void git_changes_release(struct git_changes *changes)
{
    for (unsigned i = 0; changes->arenas != NULL && i < changes->arena_count; i++)
        arena_release(&changes->arenas[i]);
    free(changes->arenas);
    git_commits_release(&changes->commits);
    *changes = (struct git_changes){0};
}
