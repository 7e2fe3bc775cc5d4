/* Making a vault, or completing one. Everything that speaks against it is found before anything is written. */
#include "base/file.h"
#include "base/i18n.h"
#include "git/dir.h"
#include "git/program.h"
#include "vault/ignore.h"
#include "vault/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SMALL_FILE_MAX = 1024 * 1024 };

#define CONFIG_FILE ".chiron/config"
#define SPACE_FILE  ".chiron/space"
#define IGNORE_FILE ".gitignore"
#define PRIVATE_DIR "private"

struct making {
    const struct vault_init_options *options;
    struct buf *report;
    char *root, *private_root; /* absolute */
    int root_fd, private_fd;
    bool commit_ignore;     /* .gitignore holds nobody else's pending changes */
    const char *pending[3]; /* files of the root to commit, then NULL */
    size_t pending_count;
};

static void say(struct making *making, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct making *making, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    buf_vprintf(making->report, format, args);
    va_end(args);
    buf_char(making->report, '\n');
}

/* --- what speaks against it --- */

/* "pl", "pt-BR". */
static bool is_language(struct sv text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!letter && !(c == '-' && i >= 2 && i + 1 < text.len))
            return false;
    }
    return text.len >= 2 && text.len <= 11;
}

/* Absent, or the real thing of its kind. */
static status place_check(const struct making *making, const char *name, mode_t kind, struct err *err)
{
    struct stat info;

    if (fstatat(making->root_fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? DONE : err_errno(err, errno, _("unable to read '%s'"), name);
    if (S_ISLNK(info.st_mode))
        return err_set(err, REFUSED, _("'%s' is a symbolic link: a vault does not lead out of its folder"), name);
    if ((info.st_mode & S_IFMT) != kind)
        return err_set(err, REFUSED, _("'%s' stands in the way: move it first"), name);
    return DONE;
}

static bool is_repository(const char *root)
{
    struct buf dir = {0};
    struct err ignored = {0};
    bool is = git_dir_find(root, &dir, &ignored) == DONE;

    buf_release(&dir);
    return is;
}

/* Whether the repository at `root` has files below `path`. */
static status tracks(const char *root, const char *path, bool *yes_out, struct err *err)
{
    const char *const args[] = {"ls-files", "-z", "--", path, NULL};
    struct buf files = {0};
    status rc = git_run(root, args, &files, err);

    *yes_out = files.len > 0;
    buf_release(&files);
    return rc;
}

/* A folder of a repository further up is that one's business, unless it holds none of its files. */
static status outer_check(const struct making *making, struct err *err)
{
    char *outer = strdup(making->root), *slash;
    bool tracked = false;
    status rc = DONE;

    if (outer == NULL)
        return err_no_memory(err);
    while ((slash = strrchr(outer, '/')) != NULL && slash != outer) {
        *slash = '\0';
        if (!is_repository(outer))
            continue;
        rc = tracks(outer, making->root, &tracked, err);
        if (rc == DONE && tracked)
            rc = err_set(err, REFUSED, _("'%s' belongs to the repository '%s': make that one a vault"), making->root,
                         outer);
        break;
    }
    free(outer);
    return rc;
}

static status repository_check(const struct making *making, struct err *err)
{
    bool tracked = false;
    status rc;

    if (!is_repository(making->root))
        return outer_check(making, err);
    rc = tracks(making->root, PRIVATE_DIR, &tracked, err);
    if (rc == DONE && tracked)
        rc = err_set(err, REFUSED,
                     _("'%s' has files in 'private/', and who can read the one can read the other: "
                       "move them to another folder first"),
                     making->root);
    return rc;
}

static status check_all(const struct making *making, struct err *err)
{
    static const struct {
        const char *name;
        mode_t kind;
    } places[] = {{".chiron", S_IFDIR},
                  {CONFIG_FILE, S_IFREG},
                  {IGNORE_FILE, S_IFREG},
                  {PRIVATE_DIR, S_IFDIR},
                  {PRIVATE_DIR "/.chiron", S_IFDIR},
                  {PRIVATE_DIR "/" SPACE_FILE, S_IFREG}};
    const char *lang = making->options->lang;
    status rc = DONE;

    if (lang != NULL && !is_language(sv_of(lang)))
        return err_set(err, USAGE, _("'%s' is no language: write 'en', 'pl' or 'da'"), lang);
    for (size_t i = 0; rc == DONE && i < sizeof(places) / sizeof(places[0]); i++)
        rc = place_check(making, places[i].name, places[i].kind, err);
    return rc == DONE ? repository_check(making, err) : rc;
}

/* --- git --- */

static status repository_make(struct making *making, const char *root, const char *name, struct err *err)
{
    status rc;

    if (is_repository(root))
        return DONE;
    rc = git_init(root, err);
    if (rc == DONE)
        say(making, _("made a git repository in '%s'"), name);
    return rc;
}

/* The two letters of `git status` for one file; "  " when nothing is pending. */
static status pending_letters(const char *root, const char *file, char letters[3], struct err *err)
{
    const char *const args[] = {
        "status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignored=traditional", "--", file, NULL};
    struct buf output = {0};
    status rc = git_run(root, args, &output, err);

    memcpy(letters, "  ", 3);
    if (rc == DONE && output.len >= 2)
        memcpy(letters, output.ptr, 2);
    buf_release(&output);
    return rc;
}

/* Adds and commits these files and no other, whatever else is staged. */
static status commit(const char *root, const char *const *files, size_t count, const char *message, struct err *err)
{
    const char *add[8] = {"add", "--force", "--"};
    const char *commit_args[10] = {"commit", "--quiet", "-m", message, "--"};
    status rc;

    for (size_t i = 0; i < count; i++) {
        add[3 + i] = files[i];
        commit_args[5 + i] = files[i];
    }
    rc = git_run(root, add, NULL, err);
    return rc == DONE ? git_run(root, commit_args, NULL, err) : rc;
}

/* --- the root's files --- */

static status config_write(struct making *making, struct err *err)
{
    struct buf text = {0}, present = {0};
    const char *lang = making->options->lang;
    status rc = file_read_beneath(making->root_fd, SV(CONFIG_FILE), SMALL_FILE_MAX, &present, err);

    if (rc == NOT_FOUND) {
        buf_put_c(&text, _("# What everybody who shares this vault has in common.\n"));
        buf_printf(&text, "[vault]\n\tlang = %s\n", lang != NULL ? lang : "en");
        rc = buf_check(&text, err);
        if (rc == DONE)
            rc = dir_make_beneath(making->root_fd, SV(".chiron"), 0755, err);
        if (rc == DONE)
            rc = file_write_beneath(making->root_fd, SV(CONFIG_FILE), buf_view(&text), 0644, err);
        if (rc == DONE)
            say(making, _("made '%s'"), CONFIG_FILE);
    } else if (rc == DONE && lang != NULL) {
        say(making, _("left '%s' as it is: a language is set there"), CONFIG_FILE);
    }
    buf_release(&present);
    buf_release(&text);
    return rc;
}

static status is_ignored(struct sv rules, const char *folder, bool *ignored_out, struct err *err)
{
    struct ignore ignore;
    struct arena arena = {0};
    status rc = ignore_parse(rules, (struct sv){0}, NULL, &arena, &ignore, err);

    *ignored_out = rc == DONE && ignore_matches(&ignore, sv_of(folder), true);
    arena_release(&arena);
    return rc;
}

/* `before` and what is missing in it, with its own kind of line end. Nothing else changes. */
static status ignore_amend(struct sv before, struct buf *after, struct err *err)
{
    const char *line_end = sv_find(before, SV("\r\n")) != SIZE_MAX ? "\r\n" : "\n";
    bool private_ignored = false, pairs_ignored = false;
    status rc = is_ignored(before, PRIVATE_DIR, &private_ignored, err);

    if (rc == DONE)
        rc = is_ignored(before, "pairs", &pairs_ignored, err);
    buf_put(after, before);
    if (before.len > 0 && !sv_ends(before, SV("\n")) && !(private_ignored && pairs_ignored))
        buf_put_c(after, line_end);
    if (!private_ignored)
        buf_printf(after, "/private/%s", line_end);
    if (!pairs_ignored)
        buf_printf(after, "/pairs/%s", line_end);
    return rc == DONE ? buf_check(after, err) : rc;
}

/* The file as HEAD has it; empty where it has none. */
static status ignore_in_head(const char *root, struct buf *text, struct err *err)
{
    static const char *const args[] = {"cat-file", "blob", "HEAD:" IGNORE_FILE, NULL};
    int exit_code = 0;
    status rc = git_try(root, args, text, NULL, &exit_code, err);

    if (rc == DONE && exit_code != 0)
        buf_clear(text);
    return rc;
}

/* Whether what is pending in .gitignore is chiron's alone: then it may be committed. That is so when nothing was
 * pending, or when the file is HEAD's with our lines added (an earlier attempt) and nothing else is staged. */
static status ignore_is_ours(struct making *making, struct sv now, bool *ours_out, struct err *err)
{
    struct buf head = {0}, amended = {0};
    char letters[3];
    status rc = pending_letters(making->root, IGNORE_FILE, letters, err);

    *ours_out = rc == DONE && memcmp(letters, "  ", 2) == 0;
    if (rc == DONE && !*ours_out && (letters[0] == ' ' || letters[1] == ' ' || letters[0] == '?')) {
        rc = ignore_in_head(making->root, &head, err);
        if (rc == DONE)
            rc = ignore_amend(buf_view(&head), &amended, err);
        *ours_out = rc == DONE && sv_eq(buf_view(&amended), now);
    }
    buf_release(&amended);
    buf_release(&head);
    return rc;
}

static status ignore_write(struct making *making, struct err *err)
{
    struct buf before = {0}, after = {0};
    status rc = file_read_beneath(making->root_fd, SV(IGNORE_FILE), SMALL_FILE_MAX, &before, err);

    if (rc >= 0)
        rc = ignore_is_ours(making, buf_view(&before), &making->commit_ignore, err);
    if (rc == DONE)
        rc = ignore_amend(buf_view(&before), &after, err);
    if (rc == DONE && after.len > before.len) {
        rc = file_write_beneath(making->root_fd, SV(IGNORE_FILE), buf_view(&after), 0644, err);
        if (rc == DONE)
            say(making, _("added private/ and pairs/ to '%s'"), IGNORE_FILE);
    }
    buf_release(&after);
    buf_release(&before);
    return rc;
}

static void pending_add(struct making *making, const char *file)
{
    making->pending[making->pending_count++] = file;
}

/* The configuration is committed when it is new; changes to it are their author's to commit. */
static status root_commit(struct making *making, struct err *err)
{
    char config[3] = "", ignore[3] = "";
    status rc = pending_letters(making->root, CONFIG_FILE, config, err);

    if (rc == DONE)
        rc = pending_letters(making->root, IGNORE_FILE, ignore, err);
    if (rc != DONE)
        return rc;
    if (config[0] == '?' || config[0] == '!' || config[0] == 'A')
        pending_add(making, CONFIG_FILE);
    if (memcmp(ignore, "  ", 2) != 0 && making->commit_ignore)
        pending_add(making, IGNORE_FILE);
    else if (memcmp(ignore, "  ", 2) != 0)
        say(making, _("left '%s' uncommitted: changes of yours are pending there"), IGNORE_FILE);
    if (making->pending_count == 0)
        return DONE;
    rc = commit(making->root, making->pending, making->pending_count, "Make this a chiron vault", err);
    if (rc == DONE)
        say(making, _("committed what was made in '%s'"), ".");
    return rc;
}

/* --- private/ --- */

static status private_open(struct making *making, struct err *err)
{
    struct stat info;
    bool absent = fstatat(making->root_fd, PRIVATE_DIR, &info, AT_SYMLINK_NOFOLLOW) != 0;
    status rc = dir_make_beneath(making->root_fd, SV(PRIVATE_DIR), 0700, err);

    if (rc == DONE)
        rc = file_open_beneath(making->root_fd, SV(PRIVATE_DIR), O_RDONLY | O_DIRECTORY, 0, &making->private_fd, err);
    if (rc == DONE && absent)
        say(making, _("made 'private/', for what nobody else is to read"));
    return rc;
}

static status space_write(struct making *making, struct err *err)
{
    static const char text[] = "[space]\n\tvisibility = private\n";
    struct buf present = {0};
    status rc = file_read_beneath(making->private_fd, SV(SPACE_FILE), SMALL_FILE_MAX, &present, err);

    if (rc == NOT_FOUND)
        rc = dir_make_beneath(making->private_fd, SV(".chiron"), 0700, err);
    if (rc == DONE && present.len == 0)
        rc = file_write_beneath(making->private_fd, SV(SPACE_FILE), sv_of(text), 0600, err);
    buf_release(&present);
    return rc;
}

static status private_make(struct making *making, struct err *err)
{
    static const char *const files[] = {SPACE_FILE};
    char letters[3] = "  ";
    status rc = private_open(making, err);

    if (rc == DONE)
        rc = repository_make(making, making->private_root, PRIVATE_DIR, err);
    if (rc == DONE)
        rc = space_write(making, err);
    if (rc == DONE)
        rc = pending_letters(making->private_root, SPACE_FILE, letters, err);
    if (rc == DONE && (letters[0] == '?' || letters[0] == '!' || letters[0] == 'A')) {
        rc = commit(making->private_root, files, 1, "Make this a private space", err);
        if (rc == DONE)
            say(making, _("committed what was made in '%s'"), PRIVATE_DIR);
    }
    return rc;
}

/* --- all of it --- */

static status making_open(struct making *making, struct err *err)
{
    struct buf private_root = {0};
    status rc = dir_make(making->options->dir, 0777, err);

    if (rc != DONE)
        return rc;
    making->root = realpath(making->options->dir, NULL);
    if (making->root == NULL)
        return err_errno(err, errno, _("unable to open the folder '%s'"), making->options->dir);
    path_join(&private_root, sv_of(making->root), SV(PRIVATE_DIR));
    rc = buf_check(&private_root, err);
    making->private_root = buf_take(&private_root);
    return rc == DONE ? dir_open(making->root, &making->root_fd, err) : rc;
}

static void making_release(struct making *making)
{
    if (making->private_fd >= 0)
        close(making->private_fd);
    if (making->root_fd >= 0)
        close(making->root_fd);
    free(making->private_root);
    free(making->root);
}

/* The root ignores private/ before there is one: at no instant can `git add` take it in. Files first, commits last, so
 * that a commit that fails leaves a whole vault. */
static status make_all(struct making *making, struct err *err)
{
    status rc = repository_make(making, making->root, ".", err);

    if (rc == DONE)
        rc = ignore_write(making, err);
    if (rc == DONE)
        rc = config_write(making, err);
    if (rc == DONE)
        rc = private_make(making, err);
    if (rc == DONE)
        rc = root_commit(making, err);
    return rc == DONE ? buf_check(making->report, err) : rc;
}

status vault_init(const struct vault_init_options *options, struct buf *report, struct err *err)
{
    struct making making = {.options = options, .report = report, .root_fd = -1, .private_fd = -1};
    status rc = making_open(&making, err);

    if (rc == DONE)
        rc = check_all(&making, err);
    if (rc == DONE)
        rc = make_all(&making, err);
    making_release(&making);
    return rc;
}
