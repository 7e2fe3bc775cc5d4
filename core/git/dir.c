#include "git/dir.h"

#include "base/file.h"
#include "base/i18n.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SMALL_FILE_MAX = 64 * 1024, PACKED_REFS_MAX = 256 * 1024 * 1024, SYMREF_DEPTH_MAX = 5, ID_LENGTH = 40 };

/* A folder named ".git" is a repository once it has a HEAD; git thinks so too. */
static status head_check(const char *dir, struct err *err)
{
    struct buf head = {0};
    struct stat info;
    status rc;

    path_join(&head, sv_of(dir), SV("HEAD"));
    rc = buf_check(&head, err);
    if (rc == DONE && lstat(head.ptr, &info) != 0)
        rc = NOT_FOUND;
    buf_release(&head);
    return rc;
}

static status folder_take(struct sv dir, struct buf *dir_out, struct err *err)
{
    buf_put(dir_out, dir);
    return buf_check(dir_out, err);
}

/* "gitdir: PATH", relative to the work tree's root. */
static status link_follow(const char *root, const char *link, struct buf *dir_out, struct err *err)
{
    struct buf text = {0}, joined = {0};
    struct sv target;
    char *real = NULL;
    status rc = file_read(link, SMALL_FILE_MAX, &text, err);

    if (rc != DONE)
        goto out;
    target = sv_trim_right(buf_view(&text));
    rc = NOT_FOUND;
    if (!sv_starts(target, SV("gitdir: ")) || memchr(target.ptr, '\0', target.len) != NULL)
        goto out;
    path_join(&joined, sv_of(root), sv_from(target, strlen("gitdir: ")));
    rc = buf_check(&joined, err);
    if (rc != DONE)
        goto out;
    real = realpath(joined.ptr, NULL);
    rc = real != NULL ? head_check(real, err) : NOT_FOUND;
    if (rc == DONE)
        rc = folder_take(sv_of(real), dir_out, err);
out:
    free(real);
    buf_release(&joined);
    buf_release(&text);
    return rc;
}

status git_dir_find(const char *root, struct buf *dir_out, struct err *err)
{
    struct buf path = {0};
    struct stat info;
    status rc;

    path_join(&path, sv_of(root), SV(".git"));
    rc = buf_check(&path, err);
    if (rc == DONE && stat(path.ptr, &info) != 0)
        rc = NOT_FOUND;
    if (rc == DONE && S_ISREG(info.st_mode)) {
        rc = link_follow(root, path.ptr, dir_out, err);
    } else if (rc == DONE) {
        rc = head_check(path.ptr, err);
        if (rc == DONE)
            rc = folder_take(buf_view(&path), dir_out, err);
    }
    buf_release(&path);
    return rc;
}

status git_dir_common(const char *git_dir, struct buf *dir_out, struct err *err)
{
    struct buf path = {0}, text = {0};
    status rc;

    path_join(&path, sv_of(git_dir), SV("commondir"));
    rc = buf_check(&path, err);
    if (rc == DONE)
        rc = file_read(path.ptr, SMALL_FILE_MAX, &text, err);
    if (rc == NOT_FOUND) {
        buf_put_c(dir_out, git_dir);
        rc = buf_check(dir_out, err);
    } else if (rc == DONE) {
        path_join(dir_out, sv_of(git_dir), sv_trim_right(buf_view(&text)));
        rc = buf_check(dir_out, err);
    }
    buf_release(&text);
    buf_release(&path);
    return rc;
}

static bool is_hex(struct sv s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    return s.len > 0;
}

static status id_take(struct sv text, char id_out[41], struct err *err)
{
    if (!is_hex(text))
        return err_set(err, MALFORMED, _("the repository's HEAD is damaged: 'git fsck' says more"));
    if (text.len != ID_LENGTH) {
        return err_set(err, FAILED,
                       _("the repository names its objects by sha256, which chiron cannot read: use one with sha1"));
    }
    memcpy(id_out, text.ptr, ID_LENGTH);
    id_out[ID_LENGTH] = '\0';
    return DONE;
}

/* A reference is a path under the git folder; nothing else may be read through it. */
static bool ref_is_safe(struct sv ref)
{
    return sv_starts(ref, SV("refs/")) && sv_find(ref, SV("..")) == SIZE_MAX && sv_chr(ref, '\0') == SIZE_MAX;
}

static status packed_find(const char *common, struct sv ref, char id_out[41], struct err *err)
{
    struct buf path = {0}, text = {0};
    struct sv rest, line;
    status rc;

    path_join(&path, sv_of(common), SV("packed-refs"));
    rc = buf_check(&path, err);
    if (rc == DONE)
        rc = file_read(path.ptr, PACKED_REFS_MAX, &text, err);
    if (rc == DONE) {
        rc = NOT_FOUND;
        rest = buf_view(&text);
        while (rc == NOT_FOUND && sv_next_line(&rest, &line)) {
            size_t space = sv_chr(line, ' ');

            if (space != SIZE_MAX && line.ptr[0] != '#' && sv_eq(sv_from(line, space + 1), ref))
                rc = id_take(sv_sub(line, 0, space), id_out, err);
        }
    }
    buf_release(&text);
    buf_release(&path);
    return rc;
}

static status file_under(const char *dir, struct sv name, struct buf *text, struct err *err)
{
    struct buf path = {0};
    status rc;

    path_join(&path, sv_of(dir), name);
    rc = buf_check(&path, err);
    if (rc == DONE) {
        buf_clear(text);
        rc = file_read(path.ptr, SMALL_FILE_MAX, text, err);
    }
    buf_release(&path);
    return rc;
}

/* What a reference file says: the next reference's name, or an id. */
static status ref_follow(const char *common, struct buf *text, char id_out[41], struct err *err)
{
    for (int depth = 0; depth < SYMREF_DEPTH_MAX; depth++) {
        struct sv value = sv_trim(buf_view(text));
        struct buf name = {0};
        status rc;

        if (!sv_starts(value, SV("ref:")))
            return id_take(value, id_out, err);
        value = sv_trim(sv_from(value, strlen("ref:")));
        if (sv_eq(value, SV("refs/heads/.invalid"))) {
            return err_set(err, FAILED,
                           _("the repository keeps its references in a reftable, which chiron cannot read: "
                             "'git refs migrate --ref-format=files' converts it"));
        }
        if (!ref_is_safe(value))
            return err_set(err, MALFORMED, _("the repository's HEAD is damaged: 'git fsck' says more"));
        buf_put(&name, value);
        rc = buf_check(&name, err);
        if (rc == DONE)
            rc = file_under(common, buf_view(&name), text, err);
        if (rc == NOT_FOUND) {
            rc = packed_find(common, buf_view(&name), id_out, err);
            buf_release(&name);
            return rc;
        }
        buf_release(&name);
        if (rc != DONE)
            return rc;
    }
    return err_set(err, MALFORMED, _("the repository's HEAD is a chain of references without end"));
}

status git_head_read(const char *git_dir, char id_out[41], struct err *err)
{
    struct buf common = {0}, text = {0};
    status rc;

    id_out[0] = '\0';
    rc = git_dir_common(git_dir, &common, err);
    if (rc == DONE)
        rc = file_under(git_dir, SV("HEAD"), &text, err);
    if (rc == DONE)
        rc = ref_follow(common.ptr, &text, id_out, err);
    buf_release(&text);
    buf_release(&common);
    return rc;
}
