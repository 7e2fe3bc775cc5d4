#include "vault/change_commit.h"

#include "base/file.h"
#include "base/i18n.h"
#include "base/progress.h"
#include "git/dir.h"
#include "git/program.h"
#include "vault/change.h"
#include "vault/settings.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DEATHS_MAX = 3, WAIT_MS = 10000, PAUSE_MS = 50, LAST_BYTES_MAX = 64 * 1024 };

static const char last_name[] = "last-commits";

/* One space's part of a plan. */
struct committing {
    struct vault *vault;
    const struct space *space;
    const struct change_plan *plan;
    struct buf root; /* of the space, absolute */
    bool *git_died;
    struct buf written, removed; /* paths from the space's root, each with a NUL behind it */
    bool is_touched;
};

/* --- locks of the dead --- */

static bool has_prefix(const char *text, size_t length, const char *prefix)
{
    size_t size = strlen(prefix);

    return length >= size && memcmp(text, prefix, size) == 0;
}

/* Whether the process is a git at work on this repository: one that stands in its work tree or names its data. */
static bool is_git_at(const char *pid, const char *root, const char *git_dir)
{
    char path[64], text[PATH_MAX + 1];
    ssize_t length;
    int fd;
    bool named;

    snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    length = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
    if (fd >= 0)
        close(fd);
    if (length < 3 || !has_prefix(text, (size_t)length, "git"))
        return false;
    snprintf(path, sizeof(path), "/proc/%.20s/cwd", pid);
    length = readlink(path, text, sizeof(text) - 1);
    /* Somebody else's process does not tell: it may be at work here. */
    if (length < 0 || has_prefix(text, (size_t)length, root))
        return true;
    snprintf(path, sizeof(path), "/proc/%.20s/cmdline", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    length = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
    if (fd >= 0)
        close(fd);
    named = length > 0 && memmem(text, (size_t)length, git_dir, strlen(git_dir)) != NULL;
    return length < 0 || named;
}

static bool is_any_git_at(const char *root, const char *git_dir)
{
    DIR *processes = opendir("/proc");
    const struct dirent *entry;
    bool found = processes == NULL;

    while (!found && (entry = readdir(processes)) != NULL)
        found = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && is_git_at(entry->d_name, root, git_dir);
    if (processes != NULL)
        closedir(processes);
    return found;
}

static void lock_remove(const char *git_dir, const char *name)
{
    struct buf path = {0};

    buf_printf(&path, "%s/%s.lock", git_dir, name);
    if (!path.failed)
        unlink(path.ptr);
    buf_release(&path);
}

/* "refs/heads/main", from HEAD as it is written. */
static void branch_read(const char *git_dir, struct buf *branch)
{
    struct buf path = {0}, head = {0};
    struct err ignored = {0};

    buf_printf(&path, "%s/HEAD", git_dir);
    if (!path.failed && file_read(path.ptr, PATH_MAX, &head, &ignored) == DONE &&
        sv_starts(buf_view(&head), SV("ref: ")))
        buf_put(branch, sv_trim(sv_from(buf_view(&head), 5)));
    buf_release(&head);
    buf_release(&path);
}

/* A git of ours was killed, and no other is at work here: what it locked is nobody's any more. */
static void locks_clear(const struct committing *committing)
{
    static const char *const names[] = {"index", "HEAD", "packed-refs", "config"};
    char git_dir[PATH_MAX];
    struct buf branch = {0};

    snprintf(git_dir, sizeof(git_dir), "%.*s", SV_ARG(committing->space->git_dir));
    if (is_any_git_at(committing->root.ptr, git_dir))
        return;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        lock_remove(git_dir, names[i]);
    branch_read(git_dir, &branch);
    if (branch.len > 0 && sv_starts(buf_view(&branch), SV("refs/")))
        lock_remove(git_dir, branch.ptr);
    buf_release(&branch);
}

/* --- git --- */

/* Again while another git holds a lock, and when ours was killed. */
static status git_patiently(struct committing *committing, const char *const *args, struct sv input, struct buf *output,
                            int *exit_code, struct buf *errors, struct err *err)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    uint64_t begin = clock_ms();

    for (int deaths = 0;;) {
        struct err busy = {0};
        status rc;

        buf_clear(errors);
        buf_clear(output);
        rc = git_feed(committing->root.ptr, args, input, output, errors, exit_code, err);
        if (rc != DONE || *exit_code == 0)
            return rc;
        rc = git_complain(committing->root.ptr, args[0], *exit_code, errors, &busy);
        if (*exit_code > 128) {
            *committing->git_died = true;
            deaths++;
        }
        if ((rc != CONFLICTED && *exit_code <= 128) || deaths == DEATHS_MAX || clock_ms() - begin > WAIT_MS ||
            cancel_requested())
            return DONE;
        if (*committing->git_died)
            locks_clear(committing);
        nanosleep(&pause, NULL);
    }
}

static status git_must(struct committing *committing, const char *const *args, struct sv input, struct err *err)
{
    struct buf output = {0}, errors = {0};
    int exit_code = 0;
    status rc = git_patiently(committing, args, input, &output, &exit_code, &errors, err);

    if (rc == DONE && exit_code != 0)
        rc = git_complain(committing->root.ptr, args[0], exit_code, &errors, err);
    buf_release(&errors);
    buf_release(&output);
    return rc;
}

/* Of the removed files only those that git knows can be committed. */
static status removed_keep_known(struct committing *committing, struct err *err)
{
    static const char *const args[] = {"ls-files", "-z", NULL};
    struct buf known = {0}, kept = {0};
    struct sv rest = buf_view(&committing->removed), path;
    status rc;

    if (rest.len == 0)
        return DONE;
    rc = git_run(committing->root.ptr, args, &known, err);
    while (rc == DONE && rest.len > 0 && sv_next(&rest, '\0', &path)) {
        struct sv all = buf_view(&known), one;
        bool found = false;

        while (!found && all.len > 0 && sv_next(&all, '\0', &one))
            found = sv_eq(one, path);
        if (found) {
            buf_put(&kept, path);
            buf_char(&kept, '\0');
        }
    }
    if (rc == DONE)
        rc = buf_check(&kept, err);
    buf_release(&known);
    buf_release(&committing->removed);
    committing->removed = kept;
    return rc;
}

static bool is_among(struct sv paths, struct sv path)
{
    struct sv one;

    while (paths.len > 0 && sv_next(&paths, '\0', &one))
        if (sv_eq(one, path))
            return true;
    return false;
}

/* Whether one of the paths still differs from HEAD. */
static status is_pending(struct committing *committing, struct sv paths, bool *pending_out, struct err *err)
{
    static const char *const args[] = {"status", "--porcelain=v1", "-z", "--no-renames", NULL};
    struct buf output = {0};
    struct sv rest, entry;
    status rc = git_run(committing->root.ptr, args, &output, err);

    *pending_out = false;
    rest = buf_view(&output);
    while (rc == DONE && rest.len > 0 && sv_next(&rest, '\0', &entry))
        *pending_out = *pending_out || is_among(paths, sv_from(entry, 3));
    buf_release(&output);
    return rc;
}

/* git ends with 1 and without a word where HEAD has these bytes already. */
static status commit_paths(struct committing *committing, struct sv paths, struct err *err)
{
    const char *const args[] = {"commit",
                                "--quiet",
                                "--only",
                                "-m",
                                committing->plan->message.ptr,
                                "--pathspec-from-file=-",
                                "--pathspec-file-nul",
                                NULL};
    struct buf output = {0}, errors = {0};
    int exit_code = 0;
    bool pending = true;
    status rc = git_patiently(committing, args, paths, &output, &exit_code, &errors, err);

    if (rc == DONE && exit_code == 1 && errors.len == 0)
        rc = is_pending(committing, paths, &pending, err);
    if (rc == DONE && exit_code != 0 && pending)
        rc = git_complain(committing->root.ptr, args[0], exit_code, &errors, err);
    buf_release(&errors);
    buf_release(&output);
    return rc;
}

/* A git that was killed may have committed already, and not come to write the index: then that is all there is to do.
 */
static status index_mend(struct committing *committing, struct sv paths, bool *pending_out, struct err *err)
{
    static const char *const forget[] = {
        "rm", "--quiet", "--cached", "--ignore-unmatch", "--pathspec-from-file=-", "--pathspec-file-nul", NULL};
    status rc = DONE;

    if (committing->removed.len > 0)
        rc = git_must(committing, forget, buf_view(&committing->removed), err);
    return rc == DONE ? is_pending(committing, paths, pending_out, err) : rc;
}

static status space_commit(struct committing *committing, struct err *err)
{
    static const char *const add[] = {"add", "--pathspec-from-file=-", "--pathspec-file-nul", NULL};
    struct buf paths = {0};
    bool pending = true;
    status rc = removed_keep_known(committing, err);

    if (rc == DONE && committing->written.len > 0)
        rc = git_must(committing, add, buf_view(&committing->written), err);
    buf_put(&paths, buf_view(&committing->written));
    buf_put(&paths, buf_view(&committing->removed));
    if (rc == DONE)
        rc = buf_check(&paths, err);
    if (rc == DONE && *committing->git_died)
        rc = index_mend(committing, buf_view(&paths), &pending, err);
    if (rc == DONE && pending && paths.len > 0)
        rc = commit_paths(committing, buf_view(&paths), err);
    buf_release(&paths);
    return rc;
}

/* --- the last commits --- */

/* A line a change: "ID SPACE NUL" for each of its commits, then LF; the newest first. */
static status last_path(const struct vault *vault, struct buf *path, struct err *err)
{
    path_join(path, sv_of(vault->data_dir), sv_of(last_name));
    return buf_check(path, err);
}

static status last_read(const struct vault *vault, struct buf *text, struct err *err)
{
    struct buf path = {0};
    struct err ignored = {0};
    status rc = last_path(vault, &path, err);

    if (rc == DONE && file_read(path.ptr, LAST_BYTES_MAX * 2, text, &ignored) == NO_MEMORY)
        rc = err_no_memory(err);
    buf_release(&path);
    return rc;
}

static status last_write(const struct vault *vault, struct sv text, struct err *err)
{
    struct buf path = {0};
    status rc = last_path(vault, &path, err);

    if (rc == DONE)
        rc = file_write(path.ptr, text, 0600, err);
    buf_release(&path);
    return rc;
}

/* Where its first line ends. A space's name may hold a line end, but not behind a NUL. */
static size_t first_line_length(struct sv text)
{
    for (size_t i = 1; i < text.len; i++)
        if (text.ptr[i] == '\n' && text.ptr[i - 1] == '\0')
            return i + 1;
    return text.len;
}

static status last_put(struct vault *vault, struct sv line, struct err *err)
{
    struct buf text = {0};
    status rc;

    buf_put(&text, line);
    buf_char(&text, '\n');
    rc = last_read(vault, &text, err);
    if (text.len > LAST_BYTES_MAX)
        buf_truncate(&text, line.len + 1);
    if (rc == DONE)
        rc = buf_check(&text, err);
    if (rc == DONE)
        rc = last_write(vault, buf_view(&text), err);
    buf_release(&text);
    return rc;
}

status change_last(struct vault *vault, struct arena *arena, struct change_commit **commits_out, size_t *count_out,
                   struct err *err)
{
    enum { ID = 40 };
    struct buf text = {0};
    struct sv rest, one;
    size_t capacity = 0;
    status rc = last_read(vault, &text, err);

    *commits_out = NULL;
    *count_out = 0;
    rest = arena_copy(arena, sv_sub(buf_view(&text), 0, first_line_length(buf_view(&text))));
    buf_release(&text);
    if (rc == DONE && rest.ptr == NULL)
        rc = err_no_memory(err);
    while (rc == DONE && rest.len > 1 && sv_next(&rest, '\0', &one) && one.len > ID && one.ptr[ID] == ' ') {
        struct change_commit *commits = arena_grow(arena, *commits_out, &capacity, *count_out, sizeof(*commits));

        if (commits == NULL)
            return err_no_memory(err);
        *commits_out = commits;
        commits[(*count_out)++] = (struct change_commit){.space = sv_from(one, ID + 1), .commit = sv_sub(one, 0, ID)};
    }
    return rc == DONE && *count_out == 0 ? NOT_FOUND : rc;
}

status change_forget_last(struct vault *vault, struct err *err)
{
    struct buf text = {0};
    status rc = last_read(vault, &text, err);

    if (rc == DONE)
        rc = last_write(vault, sv_from(buf_view(&text), first_line_length(buf_view(&text))), err);
    buf_release(&text);
    return rc;
}

/* --- the plan --- */

static status gather(struct committing *committing, struct err *err)
{
    size_t before = committing->space->path.len > 0 ? committing->space->path.len + 1 : 0;

    for (size_t i = 0; i < committing->plan->count; i++) {
        const struct change_op *op = &committing->plan->ops[i];
        struct buf *paths = op->removes ? &committing->removed : &committing->written;

        if (vault_space_of(committing->vault, op->path) != committing->space)
            continue;
        committing->is_touched = true;
        buf_put(paths, sv_from(op->path, before));
        buf_char(paths, '\0');
    }
    path_join(&committing->root, sv_of(committing->vault->root), committing->space->path);
    if (buf_check(&committing->root, err) != DONE || buf_check(&committing->written, err) != DONE)
        return NO_MEMORY;
    return buf_check(&committing->removed, err);
}

/* Nothing new in HEAD is nothing to take back. */
static status note_commit(struct committing *committing, const char before[41], struct buf *line, struct err *err)
{
    char after[41] = "", git_dir[PATH_MAX];
    status rc;

    snprintf(git_dir, sizeof(git_dir), "%.*s", SV_ARG(committing->space->git_dir));
    rc = git_head_read(git_dir, after, err);
    if (rc == DONE && strcmp(before, after) != 0)
        buf_printf(line, "%s %.*s%c", after, SV_ARG(committing->space->name), '\0');
    return rc == NOT_FOUND ? DONE : rc;
}

static status space_do(struct committing *committing, struct buf *line, struct err *err)
{
    char before[41] = "", git_dir[PATH_MAX];
    struct err ignored = {0};
    status rc = gather(committing, err);

    if (rc != DONE || !committing->is_touched)
        return rc;
    snprintf(git_dir, sizeof(git_dir), "%.*s", SV_ARG(committing->space->git_dir));
    git_head_read(git_dir, before, &ignored);
    if (*committing->git_died)
        locks_clear(committing);
    rc = space_commit(committing, err);
    return rc == DONE ? note_commit(committing, before, line, err) : rc;
}

status plan_commit(struct vault *vault, const struct change_plan *plan, bool *git_died, struct err *err)
{
    struct buf line = {0};
    status rc = DONE;

    if (!vault_setting_bool(vault, "commit.auto"))
        return DONE;
    for (size_t i = 0; rc == DONE && i < vault->space_count; i++) {
        struct committing committing = {.vault = vault, .space = &vault->spaces[i], .plan = plan, .git_died = git_died};

        if (committing.space->is_git)
            rc = space_do(&committing, &line, err);
        buf_release(&committing.root);
        buf_release(&committing.written);
        buf_release(&committing.removed);
    }
    if (rc == DONE)
        rc = buf_check(&line, err);
    if (rc == DONE && line.len > 0)
        rc = last_put(vault, buf_view(&line), err);
    buf_release(&line);
    return rc;
}
