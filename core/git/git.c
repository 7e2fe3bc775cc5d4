#include "git/git.h"

#include "base/arena.h"
#include "base/dl.h"
#include "base/file.h"
#include "base/i18n.h"
#include "git/dir.h"
#include "git/module.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

static_assert((int)GIT_ID_TEXT_SIZE == (int)GIT_MODULE_ID_SIZE, "git.h and module.h speak of one thing");

struct git_repo {
    const struct git_module *module;
    struct git_store *store;
};

static const char *module_path_override;
/* Loaded once and never unloaded; git_open is not for two threads at once. */
static const struct git_module *module_loaded;

void git_module_path_set(const char *path)
{
    module_path_override = path;
}

static status module_path(struct buf *path, struct err *err)
{
    const char *bin = program_dir();

    if (module_path_override != NULL)
        buf_put_c(path, module_path_override);
    else if (bin != NULL)
        path_join(path, sv_of(bin), SV(CHIRON_PREFIX_FROM_BIN "/" CHIRON_MODULE_DIR "/git.so"));
    else
        return err_set(err, FAILED, _("unable to find this program's own folder"));
    return buf_check(path, err);
}

static status module_check(const struct git_module *module, const char *path, struct err *err)
{
    if (module->struct_size != sizeof(*module) || module->version != GIT_MODULE_VERSION)
        return err_set(err, REFUSED, _("'%s' belongs to another version of chiron: install both from one build"), path);
    return DONE;
}

static status module_load_from(const char *path, struct err *err)
{
    void *library = NULL;
    const void *symbol = NULL;
    const char *why = NULL;
    status rc;

    if (access(path, F_OK) != 0)
        return err_set(err, FAILED, _("the git module '%s' is missing: install chiron again, with libgit2"), path);
    if (!file_is_trusted(path, &why))
        return err_set(err, REFUSED, _("the git module '%s' is not loaded: %s"), path, why);
    rc = dl_open(path, &library, err);
    if (rc != DONE) {
        err_context(err, _("loading the git module (is libgit2 installed?)"));
        return rc;
    }
    rc = dl_data(library, GIT_MODULE_SYMBOL, &symbol);
    if (rc != DONE)
        return err_set(err, REFUSED, _("'%s' is not chiron's git module"), path);
    rc = module_check(symbol, path, err);
    if (rc == DONE)
        module_loaded = symbol;
    return rc;
}

static status module_load(struct err *err)
{
    struct buf path = {0};
    status rc;

    if (module_loaded != NULL)
        return DONE;
    rc = module_path(&path, err);
    if (rc == DONE)
        rc = module_load_from(path.ptr, err);
    buf_release(&path);
    return rc;
}

status git_open(const char *root, struct git_repo **repo_out, struct err *err)
{
    struct git_repo *repo = NULL;
    struct buf git_dir = {0};
    status rc;

    *repo_out = NULL;
    rc = git_dir_find(root, &git_dir, err);
    if (rc == DONE)
        rc = module_load(err);
    if (rc != DONE)
        goto out;
    repo = memory_zero(1, sizeof(*repo));
    if (repo == NULL) {
        rc = err_no_memory(err);
        goto out;
    }
    repo->module = module_loaded;
    rc = repo->module->open(root, git_dir.ptr, &repo->store, err);
    if (rc != DONE) {
        free(repo);
        goto out;
    }
    *repo_out = repo;
out:
    buf_release(&git_dir);
    return rc;
}

void git_close(struct git_repo *repo)
{
    if (repo != NULL) {
        repo->module->close(repo->store);
        free(repo);
    }
}

status git_resolve(struct git_repo *repo, struct sv revision, char id_out[GIT_ID_TEXT_SIZE], struct err *err)
{
    return repo->module->resolve(repo->store, revision, id_out, err);
}

status git_read(struct git_repo *repo, const char *commit, struct sv path, size_t max, struct buf *into,
                struct err *err)
{
    return repo->module->read(repo->store, commit, path, max, into, err);
}

status git_tree(struct git_repo *repo, const char *commit, git_tree_fn fn, void *payload, struct err *err)
{
    return repo->module->tree(repo->store, commit, fn, payload, err);
}
