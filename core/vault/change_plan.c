#include "vault/change_plan.h"

#include "base/checksum.h"
#include "base/file.h"
#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A plan holds notes and what stands beside them: pictures, recordings. */
static const size_t file_max = 1024u * 1024 * 1024;

status plan_add(struct change_plan *plan, struct arena *arena, const struct change_op *op, struct err *err)
{
    struct change_op *ops = arena_grow(arena, plan->ops, &plan->capacity, plan->count, sizeof(*ops));

    if (ops == NULL)
        return err_no_memory(err);
    plan->ops = ops;
    ops[plan->count++] = *op;
    return DONE;
}

/* --- as a file ---
 *
 *   chiron-plan 1 LF
 *   LENGTH LF message LF
 *   { "op" SP EXISTED SP REMOVES SP LENGTH SP LENGTH SP LENGTH LF path LF before LF bytes LF }
 *   "end" SP checksum of all above LF
 */

static const char first_line[] = "chiron-plan 1\n";

void plan_print(const struct change_plan *plan, struct buf *text)
{
    buf_printf(text, "%s%zu\n", first_line, plan->message.len);
    buf_put(text, plan->message);
    for (size_t i = 0; i < plan->count; i++) {
        const struct change_op *op = &plan->ops[i];

        buf_printf(text, "\nop %d %d %zu %zu %zu\n", op->existed, op->removes, op->path.len, op->before.len,
                   op->bytes.len);
        buf_put(text, op->path);
        buf_char(text, '\n');
        buf_put(text, op->before);
        buf_char(text, '\n');
        buf_put(text, op->bytes);
    }
    if (!text->failed)
        buf_printf(text, "\nend %016" PRIx64 "\n", checksum(buf_view(text)));
}

static bool take_number(struct sv *line, size_t *number_out)
{
    struct sv word;
    int64_t number;

    if (!sv_next(line, ' ', &word) || !sv_to_i64(word, &number) || number < 0)
        return false;
    *number_out = (size_t)number;
    return true;
}

/* The next `length` bytes, and the line end behind them. */
static bool take_bytes(struct sv *rest, size_t length, struct sv *bytes_out)
{
    if (rest->len <= length || rest->ptr[length] != '\n')
        return false;
    *bytes_out = sv_sub(*rest, 0, length);
    *rest = sv_from(*rest, length + 1);
    return true;
}

static bool take_op(struct sv *rest, struct sv line, struct change_op *op)
{
    size_t existed, removes, path, before, bytes;

    if (!take_number(&line, &existed) || !take_number(&line, &removes) || !take_number(&line, &path) ||
        !take_number(&line, &before) || !take_number(&line, &bytes))
        return false;
    op->existed = existed != 0;
    op->removes = removes != 0;
    return take_bytes(rest, path, &op->path) && take_bytes(rest, before, &op->before) &&
           take_bytes(rest, bytes, &op->bytes);
}

/* The checksum is of all that stands before the last line, with its line end. */
static bool is_whole(struct sv *text)
{
    enum { LAST_LINE = sizeof("\nend 0123456789abcdef\n") - 1 };
    char last[LAST_LINE + 1];
    size_t before;

    if (text->len < LAST_LINE)
        return false;
    before = text->len - LAST_LINE;
    snprintf(last, sizeof(last), "\nend %016" PRIx64 "\n", checksum(sv_sub(*text, 0, before)));
    if (!sv_eq_c(sv_from(*text, before), last))
        return false;
    text->len = before + 1;
    return true;
}

bool plan_parse(struct sv text, struct arena *arena, struct change_plan *plan_out)
{
    struct err ignored = {0};
    struct sv line;
    size_t length;

    *plan_out = (struct change_plan){0};
    if (!is_whole(&text) || !sv_starts(text, sv_of(first_line)))
        return false;
    text = sv_from(text, sizeof(first_line) - 1);
    if (!sv_next(&text, '\n', &line) || !take_number(&line, &length) || !take_bytes(&text, length, &plan_out->message))
        return false;
    while (text.len > 0) {
        struct change_op op = {0};

        if (!sv_next(&text, '\n', &line) || !sv_starts(line, SV("op ")) || !take_op(&text, sv_from(line, 3), &op) ||
            plan_add(plan_out, arena, &op, &ignored) != DONE)
            return false;
    }
    return true;
}

/* --- doing it --- */

status op_look(const struct vault *vault, const struct change_op *op, enum op_state *state_out, struct err *err)
{
    struct buf now = {0};
    status rc = file_read_beneath(vault->root_fd, op->path, file_max, &now, err);
    bool exists = rc == DONE;

    if (rc >= DONE) {
        bool is_after = op->removes ? !exists : exists && sv_eq(buf_view(&now), op->bytes);
        bool is_before = op->existed ? exists && sv_eq(buf_view(&now), op->before) : !exists;

        *state_out = is_after ? OP_DONE : is_before ? OP_TO_DO : OP_OVERTAKEN;
        rc = DONE;
    }
    buf_release(&now);
    return rc;
}

/* Folders that are empty now go, too: git has none. */
static void folders_remove(const struct vault *vault, struct sv path)
{
    struct err ignored = {0};

    for (struct sv folder = sv_dirname(path); folder.len > 0; folder = sv_dirname(folder)) {
        int fd;
        char name[NAME_MAX + 1];
        struct sv last = sv_basename(folder);

        if (last.len > NAME_MAX ||
            file_open_beneath(vault->root_fd, sv_dirname(folder), O_RDONLY | O_DIRECTORY, 0, &fd, &ignored) != DONE)
            return;
        memcpy(name, last.ptr, last.len);
        name[last.len] = '\0';
        int failed = unlinkat(fd, name, AT_REMOVEDIR);
        close(fd);
        if (failed != 0)
            return;
    }
}

static status file_remove(const struct vault *vault, struct sv path, struct err *err)
{
    struct sv name = sv_basename(path);
    char base[NAME_MAX + 1];
    int fd;
    status rc;

    if (name.len > NAME_MAX)
        return err_errno(err, ENAMETOOLONG, _("unable to remove '%.*s'"), SV_ARG(path));
    memcpy(base, name.ptr, name.len);
    base[name.len] = '\0';
    rc = file_open_beneath(vault->root_fd, sv_dirname(path), O_RDONLY | O_DIRECTORY, 0, &fd, err);
    if (rc != DONE)
        return rc == NOT_FOUND ? DONE : rc;
    if ((unlinkat(fd, base, 0) != 0 && errno != ENOENT) || fsync(fd) != 0)
        rc = err_errno(err, errno, _("unable to remove '%.*s'"), SV_ARG(path));
    close(fd);
    if (rc == DONE)
        folders_remove(vault, path);
    return rc;
}

/* What is private is read by nobody else, whatever the umask says. */
static mode_t mode_for(const struct vault *vault, struct sv path, bool folder)
{
    bool is_private = vault_space_of(vault, path)->visibility == VISIBILITY_PRIVATE;

    return folder ? (is_private ? 0700 : 0777) : (is_private ? 0600 : 0666);
}

static status put_file(const struct vault *vault, struct sv path, struct sv bytes, struct err *err)
{
    struct sv folder = sv_dirname(path);
    status rc = folder.len > 0 ? dir_make_beneath(vault->root_fd, folder, mode_for(vault, path, true), err) : DONE;

    if (rc != DONE)
        return rc;
    return file_write_beneath(vault->root_fd, path, bytes, mode_for(vault, path, false), err);
}

status op_do(const struct vault *vault, const struct change_op *op, struct err *err)
{
    return op->removes ? file_remove(vault, op->path, err) : put_file(vault, op->path, op->bytes, err);
}

status op_take_back(const struct vault *vault, const struct change_op *op, struct err *err)
{
    return op->existed ? put_file(vault, op->path, op->before, err) : file_remove(vault, op->path, err);
}
