#include "vault/change.h"

#include "base/file.h"
#include "base/i18n.h"
#include "vault/change_commit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAIT_MS = 60000 };

static const char lock_name[] = "change.lock", plan_name[] = "plan", mark_name[] = "committing";
static const size_t plan_max = SIZE_MAX / 4;

struct change {
    struct vault *vault;
    struct arena arena;
    struct change_plan plan;
    int dir_fd, lock_fd; /* of the data folder */
    bool git_died;       /* somebody's commit was not finished */
};

/* --- the mark: a commit is on --- */

/* Not synchronised: after a power cut no git of ours can be alive, nor any lock that a later one would not overwrite.
 */
static void mark_set(struct change *change)
{
    int fd = openat(change->dir_fd, mark_name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd >= 0)
        close(fd);
}

static bool mark_is_set(const struct change *change)
{
    struct stat info;

    return fstatat(change->dir_fd, mark_name, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

static void mark_clear(struct change *change)
{
    unlinkat(change->dir_fd, mark_name, 0);
    change->git_died = false;
}

static status commit(struct change *change, const struct change_plan *plan, struct err *err)
{
    status rc;

    mark_set(change);
    rc = plan_commit(change->vault, plan, &change->git_died, err);
    /* Where a git was killed it stays marked, for what it locked may be locked still. */
    if (rc == DONE || (rc != CANCELLED && !change->git_died))
        mark_clear(change);
    return rc;
}

/* --- the plan's file --- */

static status plan_write(const struct change *change, struct err *err)
{
    struct buf text = {0};
    status rc;

    plan_print(&change->plan, &text);
    rc = buf_check(&text, err);
    if (rc == DONE)
        rc = file_write_beneath(change->dir_fd, sv_of(plan_name), buf_view(&text), 0600, err);
    buf_release(&text);
    return rc;
}

static status plan_remove(const struct change *change, struct err *err)
{
    if ((unlinkat(change->dir_fd, plan_name, 0) != 0 && errno != ENOENT) || fsync(change->dir_fd) != 0)
        return err_errno(err, errno, _("unable to remove '%s'"), plan_name);
    return DONE;
}

/* --- what another one left --- */

static void say(struct buf *report, const char *format, struct sv path)
{
    if (report != NULL)
        buf_printf(report, format, SV_ARG(path));
}

static status op_finish(const struct change *change, const struct change_op *op, struct buf *report, struct err *err)
{
    enum op_state state = OP_DONE;
    status rc = op_look(change->vault, op, &state, err);

    if (rc == DONE && state == OP_TO_DO)
        rc = op_do(change->vault, op, err);
    if (rc == DONE && state == OP_OVERTAKEN)
        say(report, _("'%.*s' was changed since, and stays as it is\n"), op->path);
    return rc;
}

static status plan_finish(struct change *change, const struct change_plan *plan, struct buf *report, struct err *err)
{
    struct sv first = plan->message;
    status rc = DONE;

    sv_next_line(&(struct sv){first.ptr, first.len}, &first);
    say(report, _("finished what was interrupted: %.*s\n"), first);
    for (size_t i = 0; rc == DONE && i < plan->count; i++)
        rc = op_finish(change, &plan->ops[i], report, err);
    return rc == DONE ? commit(change, plan, err) : rc;
}

/* A plan is there whole or not at all; what is neither is no plan of ours and goes. */
static status recover(struct change *change, struct buf *report, struct err *err)
{
    struct buf text = {0};
    struct arena arena;
    struct change_plan plan;
    status rc = file_read_beneath(change->dir_fd, sv_of(plan_name), plan_max, &text, err);

    if (rc == NOT_FOUND)
        return DONE;
    arena_init(&arena);
    if (rc == DONE && plan_parse(buf_view(&text), &arena, &plan)) {
        struct sv message = arena_copy(&arena, plan.message);

        plan.message = message; /* NUL-terminated, for git */
        rc = message.ptr != NULL ? plan_finish(change, &plan, report, err) : err_no_memory(err);
    }
    if (rc == DONE)
        rc = plan_remove(change, err);
    arena_release(&arena);
    buf_release(&text);
    return rc;
}

/* --- a change --- */

static status lock(struct change *change, struct err *err)
{
    const char *dir;
    status rc = vault_data_dir(change->vault, &dir, err);

    if (rc == DONE)
        rc = dir_open(dir, &change->dir_fd, err);
    if (rc != DONE)
        return rc;
    change->lock_fd = openat(change->dir_fd, lock_name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (change->lock_fd < 0)
        return err_errno(err, errno, _("unable to write '%s'"), lock_name);
    return fd_lock(change->lock_fd, true, WAIT_MS, err);
}

status change_begin(struct vault *vault, struct change **change_out, struct buf *report, struct err *err)
{
    struct change *change = memory_alloc(sizeof(*change));
    status rc;

    if (change == NULL)
        return err_no_memory(err);
    *change = (struct change){.vault = vault, .dir_fd = -1, .lock_fd = -1};
    arena_init(&change->arena);
    rc = lock(change, err);
    if (rc == DONE) {
        change->git_died = mark_is_set(change);
        rc = recover(change, report, err);
    }
    if (rc != DONE) {
        change_end(change);
        return rc;
    }
    *change_out = change;
    return DONE;
}

void change_end(struct change *change)
{
    if (change == NULL)
        return;
    arena_release(&change->arena);
    if (change->lock_fd >= 0)
        close(change->lock_fd);
    if (change->dir_fd >= 0)
        close(change->dir_fd);
    free(change);
}

static status op_add(struct change *change, const struct change_op *op, struct err *err)
{
    struct change_op copy = {.path = arena_copy(&change->arena, op->path),
                             .before = arena_copy(&change->arena, op->before),
                             .bytes = arena_copy(&change->arena, op->bytes),
                             .existed = op->existed,
                             .removes = op->removes};

    if (copy.path.ptr == NULL || copy.before.ptr == NULL || copy.bytes.ptr == NULL)
        return err_no_memory(err);
    return plan_add(&change->plan, &change->arena, &copy, err);
}

status change_write(struct change *change, struct sv path, const struct sv *before, struct sv bytes, struct err *err)
{
    const struct change_op op = {
        .path = path, .existed = before != NULL, .before = before != NULL ? *before : (struct sv){0}, .bytes = bytes};

    return op_add(change, &op, err);
}

status change_remove(struct change *change, struct sv path, struct sv before, struct err *err)
{
    const struct change_op op = {.path = path, .existed = true, .removes = true, .before = before};

    return op_add(change, &op, err);
}

/* All are what they were thought to be, or nothing is begun. */
static status check_unchanged(const struct change *change, struct err *err)
{
    for (size_t i = 0; i < change->plan.count; i++) {
        const struct change_op *op = &change->plan.ops[i];
        enum op_state state = OP_TO_DO;
        status rc = op_look(change->vault, op, &state, err);

        if (rc != DONE)
            return rc;
        if (state == OP_OVERTAKEN)
            return err_at(err, CONFLICTED, op->path, 0, 0, "%s",
                          op->existed ? _("the file was changed meanwhile; nothing was written, try again")
                                      : _("a file of that name is there already"));
    }
    return DONE;
}

/* Where that fails too, the plan stays, and the next change finishes it. */
static void take_back(const struct change *change, size_t done)
{
    struct err ignored = {0};
    status rc = DONE;

    while (rc == DONE && done-- > 0)
        rc = op_take_back(change->vault, &change->plan.ops[done], &ignored);
    if (rc == DONE)
        plan_remove(change, &ignored);
}

static status do_all(const struct change *change, struct err *err)
{
    for (size_t i = 0; i < change->plan.count; i++) {
        status rc = op_do(change->vault, &change->plan.ops[i], err);

        if (rc != DONE) {
            take_back(change, i);
            return rc;
        }
    }
    return DONE;
}

status change_apply(struct change *change, struct sv message, struct err *err)
{
    bool planned = change->plan.count > 1;
    status rc = check_unchanged(change, err);

    change->plan.message = arena_copy(&change->arena, message);
    if (rc == DONE && change->plan.message.ptr == NULL)
        rc = err_no_memory(err);
    if (rc == DONE && planned)
        rc = plan_write(change, err);
    if (rc == DONE)
        rc = do_all(change, err);
    if (rc != DONE)
        return rc;
    rc = commit(change, &change->plan, err);
    if (rc != DONE)
        err_context(err, "%s", _("written, but not committed"));
    /* Done or not, nothing is left for another process: what is not committed is the user's to see to. */
    if (planned && rc != CANCELLED) {
        struct err ignored = {0};
        status removed = plan_remove(change, rc == DONE ? err : &ignored);
        rc = rc == DONE ? removed : rc;
    }
    return rc;
}
