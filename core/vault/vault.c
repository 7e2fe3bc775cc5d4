#include "vault/vault.h"

#include "base/file.h"
#include "base/i18n.h"
#include "git/dir.h"
#include "note/note.h"
#include "vault/settings.h"
#include "vault/spaces.h"
#include "vault/xdg.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONFIG_BYTES_MAX = 1024 * 1024 };

static const char *template_dir_override;

/* --- finding the root --- */

enum mark { MARK_NONE, MARK_SPACE, MARK_VAULT };

/* What the folder's .chiron/ says: a vault of its own, or the space of one further up. */
static status mark_read(const char *dir, enum mark *mark_out, struct err *err)
{
    struct buf path = {0};
    struct stat info;
    status rc;

    *mark_out = MARK_NONE;
    path_join(&path, sv_of(dir), SV(".chiron"));
    if (!path.failed && lstat(path.ptr, &info) == 0 && S_ISDIR(info.st_mode)) {
        buf_put_c(&path, "/space");
        *mark_out = !path.failed && lstat(path.ptr, &info) == 0 ? MARK_SPACE : MARK_VAULT;
    }
    rc = buf_check(&path, err);
    buf_release(&path);
    return rc;
}

/* DONE where the folder is the root of one, NOT_FOUND where not. What cannot be looked into is none. */
static status work_tree_check(const char *dir, struct err *err)
{
    struct buf git_dir = {0};
    struct err ignored = {0};
    status rc = git_dir_find(dir, &git_dir, &ignored);

    buf_release(&git_dir);
    if (rc == NO_MEMORY)
        return err_no_memory(err);
    return rc == DONE ? DONE : NOT_FOUND;
}

/* Cuts the last component off; false at "/". */
static bool parent_of(char *dir)
{
    char *slash = strrchr(dir, '/');

    if (slash == NULL || dir[1] == '\0')
        return false;
    slash[slash == dir ? 1 : 0] = '\0';
    return true;
}

/* Lengths of the beginnings of `dir` that may be the root; 0: none. */
struct candidates {
    size_t vault, space, work_tree;
};

static status candidates_find(char *dir, struct candidates *found, struct err *err)
{
    *found = (struct candidates){0};
    do {
        enum mark mark;
        status rc = mark_read(dir, &mark, err);

        if (rc != DONE)
            return rc;
        if (mark == MARK_VAULT) {
            found->vault = strlen(dir);
            return DONE;
        }
        if (mark == MARK_SPACE && found->space == 0)
            found->space = strlen(dir);
        if (found->work_tree == 0) {
            rc = work_tree_check(dir, err);
            if (rc < 0)
                return rc;
            found->work_tree = rc == DONE ? strlen(dir) : 0;
        }
    } while (parent_of(dir));
    return DONE;
}

static status root_find(const char *start, struct arena *arena, const char **root_out, struct err *err)
{
    struct candidates found = {0};
    size_t length;
    char *climbing, *real = realpath(start != NULL ? start : ".", NULL);
    status rc;

    if (real == NULL)
        return err_errno(err, errno, _("unable to open the folder '%s'"), start != NULL ? start : ".");
    climbing = arena_cstr(arena, sv_of(real));
    rc = climbing != NULL ? candidates_find(climbing, &found, err) : err_no_memory(err);
    if (rc == DONE) {
        length = found.vault ? found.vault : found.space ? found.space : found.work_tree;
        *root_out = arena_cstr(arena, sv_make(real, length > 0 ? length : strlen(real)));
        rc = *root_out != NULL ? DONE : err_no_memory(err);
    }
    free(real);
    return rc;
}

/* --- configuration --- */

static status user_config_read(struct vault *vault, struct err *err)
{
    struct buf path = {0}, text = {0};
    status rc = DONE;

    if (xdg_config(&path, SV("chiron/config"))) {
        rc = buf_check(&path, err);
        if (rc == DONE)
            rc = file_read(path.ptr, CONFIG_BYTES_MAX, &text, err);
        if (rc == DONE)
            rc = config_parse(&vault->user, &vault->arena, buf_view(&path), buf_view(&text), err);
    }
    buf_release(&text);
    buf_release(&path);
    return rc < 0 ? rc : DONE;
}

static status shared_config_read(struct vault *vault, struct buf *warning, struct err *err)
{
    struct sv name = SV(".chiron/config");
    struct buf text = {0};
    struct err failure = {0};
    status rc = file_read_beneath(vault->root_fd, name, CONFIG_BYTES_MAX, &text, &failure);

    if (rc == DONE)
        rc = config_parse(&vault->shared, &vault->arena, name, buf_view(&text), &failure);
    buf_release(&text);
    if (rc >= 0)
        return DONE;
    err_place(&failure, name, 0, 0);
    if (rc != NO_MEMORY && warning != NULL) {
        char words[ERR_TEXT_MAX + ERR_PATH_MAX];

        err_format(&failure, words, sizeof(words));
        buf_printf(warning, "%s\n", words);
        return DONE;
    }
    if (err != NULL)
        *err = failure;
    return rc;
}

static bool may_share(const struct config_entry *entry)
{
    const struct setting *setting = setting_find(entry->key);

    return setting == NULL || setting->scope == SETTING_ANYWHERE;
}

/* A later entry wins: the vault's, then the user's. */
static status config_merge(struct vault *vault, struct err *err)
{
    size_t most = vault->shared.count + vault->user.count;
    struct config *config = &vault->config;

    config->entries = arena_array(&vault->arena, most, sizeof(*config->entries));
    if (config->entries == NULL)
        return err_no_memory(err);
    config->capacity = most;
    for (size_t i = 0; i < vault->shared.count; i++)
        if (may_share(&vault->shared.entries[i]))
            config->entries[config->count++] = vault->shared.entries[i];
    for (size_t i = 0; i < vault->user.count; i++)
        config->entries[config->count++] = vault->user.entries[i];
    return DONE;
}

static status configuration_read(struct vault *vault, struct buf *warning, struct err *err)
{
    status rc = user_config_read(vault, err);

    if (rc == DONE)
        rc = shared_config_read(vault, warning, err);
    if (rc == DONE)
        rc = config_merge(vault, err);
    if (rc == DONE)
        vault->lang = vault_setting(vault, "vault.lang");
    return rc;
}

/* --- derived data --- */

static bool is_ours_to_write(const char *dir)
{
    struct stat info;

    return stat(dir, &info) == 0 && info.st_uid == geteuid() && faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) == 0;
}

/* <git dir>/chiron; in a repository that is not ours to write, or without one, a folder of the cache named after the
 * root's path. Left NULL where there is no cache either. */
static status data_dir_choose(struct vault *vault, struct err *err)
{
    struct buf path = {0};
    status rc;

    if (vault->is_git && is_ours_to_write(vault->git_dir.ptr))
        path_join(&path, vault->git_dir, SV("chiron"));
    else if (xdg_cache(&path, SV("chiron/")))
        buf_printf(&path, "%016llx", (unsigned long long)sv_hash(sv_of(vault->root)));
    else
        return DONE;
    rc = buf_check(&path, err);
    if (rc == DONE) {
        vault->data_dir = arena_cstr(&vault->arena, buf_view(&path));
        rc = vault->data_dir != NULL ? DONE : err_no_memory(err);
    }
    buf_release(&path);
    return rc;
}

/* What stands there must be a folder of ours that nobody else can look into: the catalogue holds private notes. */
static status data_dir_check(const char *dir, struct err *err)
{
    struct stat info;

    if (lstat(dir, &info) != 0)
        return err_errno(err, errno, _("unable to open the folder '%s'"), dir);
    if (!S_ISDIR(info.st_mode) || info.st_uid != geteuid())
        return err_set(err, REFUSED, _("'%s' is not a folder of yours: move it away"), dir);
    if ((info.st_mode & 077) != 0 && chmod(dir, 0700) != 0)
        return err_errno(err, errno, _("unable to close the folder '%s' to others"), dir);
    return DONE;
}

status vault_data_dir(struct vault *vault, const char **dir_out, struct err *err)
{
    status rc;

    *dir_out = vault->data_dir;
    if (vault->data_dir == NULL)
        return err_set(err, FAILED, _("no folder for derived data: HOME is not set"));
    rc = dir_make(vault->data_dir, 0700, err);
    return rc == DONE ? data_dir_check(vault->data_dir, err) : rc;
}

/* --- opening --- */

static status root_open(struct vault *vault, const char *start, struct err *err)
{
    struct buf git_dir = {0};
    status rc = root_find(start, &vault->arena, &vault->root, err);

    if (rc == DONE)
        rc = dir_open(vault->root, &vault->root_fd, err);
    if (rc == NOT_FOUND)
        rc = err_set(err, FAILED, _("no folder '%s'"), vault->root);
    if (rc == DONE)
        rc = git_dir_find(vault->root, &git_dir, err);
    if (rc == DONE) {
        vault->is_git = true;
        vault->git_dir = arena_copy(&vault->arena, buf_view(&git_dir));
        rc = vault->git_dir.ptr != NULL ? DONE : err_no_memory(err);
    }
    buf_release(&git_dir);
    return rc < 0 ? rc : DONE;
}

status vault_open(const char *start, struct vault **vault_out, struct buf *warning, struct err *err)
{
    struct vault *vault = memory_zero(1, sizeof(*vault));
    status rc;

    *vault_out = NULL;
    if (vault == NULL)
        return err_no_memory(err);
    arena_init(&vault->arena);
    vault->root_fd = -1;
    rc = root_open(vault, start, err);
    if (rc == DONE)
        rc = configuration_read(vault, warning, err);
    if (rc == DONE)
        rc = data_dir_choose(vault, err);
    if (rc == DONE)
        rc = spaces_read(vault, warning, err);
    if (rc == DONE && warning != NULL)
        rc = buf_check(warning, err);
    if (rc != DONE) {
        vault_close(vault);
        return rc;
    }
    *vault_out = vault;
    return DONE;
}

void vault_close(struct vault *vault)
{
    if (vault == NULL)
        return;
    if (vault->root_fd >= 0)
        close(vault->root_fd);
    arena_release(&vault->arena);
    free(vault);
}

/* --- asking --- */

static bool lies_in(struct sv path, struct sv folder)
{
    return folder.len == 0 || (sv_starts(path, folder) && (path.len == folder.len || path.ptr[folder.len] == '/'));
}

const struct space *vault_space_of(const struct vault *vault, struct sv path)
{
    const struct space *best = &vault->spaces[0];

    for (size_t i = 1; i < vault->space_count; i++)
        if (vault->spaces[i].path.len > best->path.len && lies_in(path, vault->spaces[i].path))
            best = &vault->spaces[i];
    return best;
}

const struct space *vault_space(const struct vault *vault, struct sv name)
{
    for (size_t i = 0; i < vault->space_count; i++)
        if (sv_eq(vault->spaces[i].name, name))
            return &vault->spaces[i];
    return NULL;
}

void vault_template_dir_set(const char *dir)
{
    template_dir_override = dir;
}

static char template_dir[PATH_MAX]; /* empty: unknown */

static void template_dir_find(void)
{
    const char *bin = program_dir();
    int length = 0;

    if (bin != NULL)
        length =
            snprintf(template_dir, sizeof(template_dir), "%s/%s/%s", bin, CHIRON_PREFIX_FROM_BIN, CHIRON_TEMPLATE_DIR);
    if (length < 0 || (size_t)length >= sizeof(template_dir))
        template_dir[0] = '\0';
}

const char *vault_template_dir(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    if (template_dir_override != NULL)
        return template_dir_override;
    pthread_once(&once, template_dir_find);
    return template_dir[0] != '\0' ? template_dir : NULL;
}

status vault_types(const struct vault *vault, struct types **types_out, struct buf *warnings, struct err *err)
{
    const char *dir = vault_template_dir();

    if (dir == NULL)
        return err_set(err, FAILED, _("unable to find this program's own folder"));
    return types_load(dir, vault->root_fd, types_out, warnings, err);
}

status vault_template_read(const struct vault *vault, bool own, struct sv path, struct buf *into, struct err *err)
{
    const char *installed = vault_template_dir();
    int fd = -1;
    status rc = NOT_FOUND;

    if (own)
        rc = file_open_beneath(vault->root_fd, SV(".chiron/templates"), O_PATH | O_DIRECTORY, 0, &fd, err);
    else if (installed != NULL)
        rc = dir_open(installed, &fd, err);
    if (rc == DONE)
        rc = file_read_beneath(fd, path, TEMPLATE_FILE_MAX, into, err);
    if (fd >= 0)
        close(fd);
    return rc;
}

status vault_read(const struct vault *vault, struct sv path, struct buf *into, struct err *err)
{
    return file_read_beneath(vault->root_fd, path, NOTE_BYTES_MAX, into, err);
}
