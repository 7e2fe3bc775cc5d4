#include "host/export_tree.h"

#include "base/file.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "host/export_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PENDING_MAX = 64 * 1024, PATH_BYTES_MAX = 1024, NAME_BYTES_MAX = 255, DEPTH_MAX = 32 };

/* --- paths --- */

/* A name that every system takes as a plain file: no "." and "..", no separators, nothing invisible. */
static bool is_plain_name(struct sv name)
{
    if (name.len == 0 || name.len > NAME_BYTES_MAX || sv_eq_c(name, ".") || sv_eq_c(name, "..") ||
        sv_eq_c(name, EXPORT_MARKER))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == 0x7f || name.ptr[i] == '\\')
            return false;
    return true;
}

static bool is_plain_path(struct sv path)
{
    struct sv rest = path, name;
    size_t depth = 0;
    if (path.len == 0 || path.len > PATH_BYTES_MAX || path.ptr[path.len - 1] == '/' || !utf8_is_valid(path))
        return false;
    while (sv_next(&rest, '/', &name))
        if (!is_plain_name(name) || ++depth > DEPTH_MAX)
            return false;
    return true;
}

/* --- writing --- */

static status flush(struct export_tree *tree)
{
    if (buf_check(&tree->pending, &tree->err) == DONE && tree->pending.len > 0)
        (void)fd_write_all(tree->fd, buf_view(&tree->pending), &tree->err);
    buf_clear(&tree->pending);
    return tree->err.code;
}

static status close_file(struct export_tree *tree)
{
    if (tree->fd < 0)
        return tree->err.code;
    (void)flush(tree);
    if (tree->fd != STDOUT_FILENO && close(tree->fd) != 0)
        err_errno(&tree->err, errno, _("unable to write '%s'"), tree->target);
    tree->fd = -1;
    return tree->err.code;
}

static status open_in_folder(struct export_tree *tree, struct sv path)
{
    struct sv folder = sv_dirname(path);
    status got = DONE;
    if (!is_plain_path(path))
        return err_set(&tree->err, REFUSED, _("it asked for a file with a name that is not plain"));
    if (folder.len > 0)
        got = dir_make_beneath(tree->dir_fd, folder, 0777, &tree->err);
    if (got == DONE)
        got =
            file_open_beneath(tree->dir_fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666, &tree->fd, &tree->err);
    if (got > 0)
        got = err_set(&tree->err, FAILED, _("unable to make the file '%.*s'"), SV_ARG(path));
    if (got == DONE) {
        buf_put(&tree->list, path);
        buf_char(&tree->list, '\n');
    }
    return got;
}

static status open_single(struct export_tree *tree, struct sv path)
{
    if (path.len > 0 || tree->files > 0)
        return err_set(&tree->err, REFUSED, _("it makes one file and asked for another"));
    if (strcmp(tree->target, "-") == 0) {
        tree->fd = STDOUT_FILENO;
        return DONE;
    }
    return export_place_file(tree->target, &tree->temporary, &tree->fd, &tree->err);
}

static chiron_status take_file(struct chiron_tree *lent, struct sv path)
{
    struct export_tree *tree = (struct export_tree *)lent;
    if (tree->err.code == DONE && close_file(tree) == DONE) {
        if ((tree->single ? open_single(tree, path) : open_in_folder(tree, path)) == DONE)
            tree->files++;
    }
    return tree->err.code == DONE ? CHIRON_OK : CHIRON_EFAILED;
}

static chiron_status take_bytes(struct chiron_tree *lent, struct sv bytes)
{
    struct export_tree *tree = (struct export_tree *)lent;
    if (tree->err.code == DONE && tree->fd < 0)
        err_set(&tree->err, FAILED, _("it wrote before it had asked for a file"));
    if (tree->err.code == DONE) {
        buf_put(&tree->pending, bytes);
        if (tree->pending.len >= PENDING_MAX || tree->pending.failed)
            (void)flush(tree);
    }
    return tree->err.code == DONE ? CHIRON_OK : CHIRON_EFAILED;
}

/* --- from open to commit --- */

status export_tree_open(struct export_tree *tree, const char *target, bool single, struct err *err)
{
    status got;
    *tree = (struct export_tree){
        .lent = {.file = take_file, .write = take_bytes}, .target = target, .single = single, .dir_fd = -1, .fd = -1};
    if (single)
        return strcmp(target, "-") == 0 ? DONE : export_place_check_file(target, err);
    if (strcmp(target, "-") == 0)
        return err_set(err, USAGE, _("this format makes a folder, and a folder cannot go to standard output"));
    got = export_place_check_folder(target, err);
    return got == DONE ? export_place_folder(target, &tree->temporary, &tree->dir_fd, err) : got;
}

static status write_marker(struct export_tree *tree)
{
    status got = buf_check(&tree->list, &tree->err);
    if (got == DONE)
        got = file_write_beneath(tree->dir_fd, SV(EXPORT_MARKER), buf_view(&tree->list), 0666, &tree->err);
    return got;
}

status export_tree_commit(struct export_tree *tree, struct err *err)
{
    bool to_stdout = tree->single && strcmp(tree->target, "-") == 0;
    status got = close_file(tree);
    if (got == DONE && tree->single && tree->files == 0)
        got = err_set(&tree->err, FAILED, _("it made no file"));
    if (got == DONE && !tree->single)
        got = write_marker(tree);
    if (got == DONE && !to_stdout)
        got = tree->single ? export_place_put_file(tree->temporary, tree->target, &tree->err)
                           : export_place_put_folder(tree->temporary, tree->target, &tree->err);
    if (got == DONE) {
        free(tree->temporary);
        tree->temporary = NULL;
    } else if (err != NULL && err->code == DONE) {
        *err = tree->err;
    }
    return got;
}

void export_tree_release(struct export_tree *tree)
{
    if (tree->fd >= 0 && tree->fd != STDOUT_FILENO)
        close(tree->fd);
    if (tree->dir_fd >= 0)
        close(tree->dir_fd);
    if (tree->temporary != NULL)
        export_place_remove(tree->temporary);
    free(tree->temporary);
    buf_release(&tree->pending);
    buf_release(&tree->list);
    tree->fd = tree->dir_fd = -1;
    tree->temporary = NULL;
}
