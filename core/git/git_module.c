/* The one door to libgit2: a module of its own, for loading libgit2 costs more than a query. It only reads. */
#include "base/date.h"
#include "base/i18n.h"
#include "git/module.h"

#include <git2.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TREE_DEPTH_MAX = 256, PATH_BYTES_MAX = 64 * 1024 };

struct git_store {
    git_repository *repo;
    char *root;
};

/* --- errors */

static const char *words(void)
{
    const git_error *error = git_error_last();

    return error != NULL && error->message != NULL ? error->message : _("libgit2 does not say why");
}

static int error_class(void)
{
    const git_error *error = git_error_last();

    return error != NULL ? error->klass : GIT_ERROR_NONE;
}

/* The one translator: called at once after the failure, on the same thread. */
static status translate(int code, const char *root, struct err *err)
{
    const char *text = words();

    if (error_class() == GIT_ERROR_NOMEMORY)
        return err_no_memory(err);
    if (code == GIT_EOWNER) {
        return err_set(err, REFUSED,
                       _("repository '%s' is owned by somebody else; if you trust it: "
                         "git config --global --add safe.directory '%s'"),
                       root, root);
    }
    if (strstr(text, "objectformat") != NULL) {
        return err_set(err, FAILED, _("repository '%s' names its objects by sha256, which this libgit2 cannot read"),
                       root);
    }
    if (strstr(text, "refstorage") != NULL) {
        return err_set(err, FAILED,
                       _("repository '%s' keeps its references in a reftable, which this libgit2 cannot read: "
                         "'git refs migrate --ref-format=files' converts it"),
                       root);
    }
    return err_set(err, FAILED, _("unable to read repository '%s': %s"), root, text);
}

static bool names_promisor(const char *key)
{
    size_t length = strlen(key), suffix = strlen(".promisor");

    return strcmp(key, "extensions.partialclone") == 0 ||
           (strncmp(key, "remote.", 7) == 0 && length > suffix && strcmp(key + length - suffix, ".promisor") == 0);
}

/* Entry by entry, for libgit2 1.5's own filter by pattern leaks with each. */
static bool is_partial(git_repository *repo)
{
    git_config *config = NULL;
    git_config_iterator *entries = NULL;
    git_config_entry *entry = NULL;
    bool partial = false;

    if (git_repository_config_snapshot(&config, repo) == 0 && git_config_iterator_new(&entries, config) == 0)
        while (!partial && git_config_next(&entry, entries) == 0)
            partial = names_promisor(entry->name);
    git_config_iterator_free(entries);
    git_config_free(config);
    return partial;
}

static status missing(struct git_store *store, const git_oid *id, struct sv what, struct err *err)
{
    char text[GIT_OID_HEXSZ + 1];

    git_oid_tostr(text, sizeof(text), id);
    if (is_partial(store->repo)) {
        return err_set(err, FAILED,
                       _("object %s of '%.*s' is not in '%s', a partial clone: 'git fetch --refetch' brings it"), text,
                       SV_ARG(what), store->root);
    }
    return err_set(err, FAILED, _("object %s of '%.*s' is missing from '%s': 'git fsck' says more"), text, SV_ARG(what),
                   store->root);
}

/* --- opening */

/* Hash checks are `doctor`'s: they cost a third of a sweep. The extensions named here change nothing for who only
 * reads; without them libgit2 refuses the whole repository. */
static int options_set(void)
{
    static const char *const extensions[] = {"partialclone", "worktreeconfig", "preciousobjects"};
    int code = git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);

    if (code == 0)
        code = git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 1);
    if (code == 0)
        code = git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, sizeof(extensions) / sizeof extensions[0]);
    return code;
}

/* libgit2 also tries `root` itself as a bare repository; that is data of the vault, not its repository. */
static status same_dir(git_repository *repo, const char *root, const char *git_dir, struct err *err)
{
    char *expected = realpath(git_dir, NULL);
    char *found = realpath(git_repository_path(repo), NULL);
    status rc = DONE;

    if (expected == NULL || found == NULL || strcmp(expected, found) != 0) {
        rc = err_set(err, REFUSED, _("unable to read repository '%s': '%s' is not its data folder"), root,
                     found != NULL ? found : git_dir);
    }
    free(found);
    free(expected);
    return rc;
}

/* The leak sanitizer's, there only in builds that have it. */
extern void __lsan_disable(void) __attribute__((weak));
extern void __lsan_enable(void) __attribute__((weak));

/* libgit2 1.5 loses some kilobytes in every opening (its PCRE2 match data): not ours to mend, and no news. */
static int open_without_leak_check(git_repository **repo, const char *root)
{
    int code;

    if (__lsan_disable != NULL)
        __lsan_disable();
    code = git_repository_open_ext(repo, root, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
    if (__lsan_enable != NULL)
        __lsan_enable();
    return code;
}

static status store_repository(struct git_store *store, const char *root, const char *git_dir, struct err *err)
{
    int code = open_without_leak_check(&store->repo, root);

    /* libgit2 1.5 says so, instead of GIT_EOWNER, where the owner is another and nothing is declared safe. */
    if (code == GIT_ENOTFOUND && strstr(words(), "safe.directory") != NULL)
        code = GIT_EOWNER;
    if (code == GIT_ENOTFOUND)
        return NOT_FOUND;
    if (code < 0)
        return translate(code, root, err);
    return same_dir(store->repo, root, git_dir, err);
}

static void store_close(struct git_store *store)
{
    if (store != NULL) {
        git_repository_free(store->repo);
        free(store->root);
        free(store);
        git_libgit2_shutdown();
    }
}

static status store_open(const char *root, const char *git_dir, struct git_store **store_out, struct err *err)
{
    struct git_store *store;
    status rc;
    int code = git_libgit2_init();

    *store_out = NULL;
    if (code < 0)
        return translate(code, root, err);
    store = calloc(1, sizeof(*store));
    if (store == NULL) {
        git_libgit2_shutdown();
        return err_no_memory(err);
    }
    store->root = strdup(root);
    code = options_set();
    if (store->root == NULL)
        rc = err_no_memory(err);
    else if (code < 0)
        rc = translate(code, root, err);
    else
        rc = store_repository(store, root, git_dir, err);
    if (rc != DONE) {
        store_close(store);
        return rc;
    }
    *store_out = store;
    return DONE;
}

/* --- revisions */

static status no_revision(struct git_store *store, struct sv revision, struct err *err)
{
    return err_set(err, NOT_FOUND, _("no revision '%.*s' in '%s'"), SV_ARG(revision), store->root);
}

static status commit_by_name(struct git_store *store, const char *name, struct sv revision, git_commit **commit_out,
                             struct err *err)
{
    git_object *object = NULL;
    int code = git_revparse_single(&object, store->repo, name);

    *commit_out = NULL;
    if (code == 0)
        code = git_object_peel((git_object **)commit_out, object, GIT_OBJECT_COMMIT);
    git_object_free(object);
    if (code == GIT_EAMBIGUOUS) {
        return err_set(err, FAILED, _("revision '%.*s' is ambiguous in '%s': write more of it"), SV_ARG(revision),
                       store->root);
    }
    if (code == GIT_ENOTFOUND || code == GIT_EINVALIDSPEC || code == GIT_EINVALID || code == GIT_EPEEL ||
        code == GIT_EUNBORNBRANCH)
        return no_revision(store, revision, err);
    return code < 0 ? translate(code, store->root, err) : DONE;
}

/* The first second after the day, in the local time zone. */
static time_t day_end(struct date day)
{
    struct tm tm = {.tm_year = day.year - 1900, .tm_mon = day.month - 1, .tm_mday = day.day + 1, .tm_isdst = -1};

    return mktime(&tm);
}

/* Walks the first parents back to the last commit of that day or before. */
static status commit_by_day(struct git_store *store, git_commit *from, struct date day, struct sv revision,
                            git_commit **commit_out, struct err *err)
{
    git_commit *commit = NULL, *parent = NULL;
    time_t end = day_end(day);
    int code = git_commit_dup(&commit, from);

    while (code == 0 && git_commit_time(commit) >= end) {
        code = git_commit_parent(&parent, commit, 0);
        git_commit_free(commit);
        commit = parent;
        parent = NULL;
    }
    if (code == GIT_ENOTFOUND)
        return no_revision(store, revision, err);
    if (code < 0)
        return translate(code, store->root, err);
    *commit_out = commit;
    return DONE;
}

/* "2026-01-31", "@{2026-01-31}", "main@{2026-01-31}": the day, and in `name_out` the revision to start from. False for
 * anything else. */
static bool day_split(struct sv revision, struct sv *name_out, struct date *day_out)
{
    struct sv text = revision;
    size_t at = sv_find(revision, SV("@{"));

    *name_out = (struct sv){0};
    if (at != SIZE_MAX && sv_ends(revision, SV("}"))) {
        *name_out = sv_sub(revision, 0, at);
        text = sv_sub(revision, at + 2, revision.len - at - 3);
    }
    return text.len == DATE_TEXT_SIZE - 1 && date_parse(text, day_out);
}

static char *name_copy(struct sv name)
{
    return name.len > 0 ? strndup(name.ptr, name.len) : strdup("HEAD");
}

static status store_resolve(struct git_store *store, struct sv revision, char id_out[GIT_MODULE_ID_SIZE],
                            struct err *err)
{
    git_commit *commit = NULL, *start = NULL;
    struct sv name = revision;
    struct date day = {0};
    bool by_day = day_split(revision, &name, &day);
    char *spec;
    status rc;

    if (revision.len == 0 || memchr(revision.ptr, '\0', revision.len) != NULL)
        return no_revision(store, revision, err);
    spec = name_copy(by_day ? name : revision);
    if (spec == NULL)
        return err_no_memory(err);
    rc = commit_by_name(store, spec, revision, by_day ? &start : &commit, err);
    if (rc == DONE && by_day)
        rc = commit_by_day(store, start, day, revision, &commit, err);
    if (rc == DONE)
        git_oid_tostr(id_out, GIT_MODULE_ID_SIZE, git_commit_id(commit));
    git_commit_free(commit);
    git_commit_free(start);
    free(spec);
    return rc;
}

/* --- trees and files */

static status commit_tree(struct git_store *store, const char *commit_text, git_tree **tree_out, struct err *err)
{
    git_commit *commit = NULL;
    git_oid id = {0};
    int code = git_oid_fromstr(&id, commit_text);

    *tree_out = NULL;
    if (code == 0)
        code = git_commit_lookup(&commit, store->repo, &id);
    if (code == 0) {
        git_oid_cpy(&id, git_commit_tree_id(commit));
        code = git_tree_lookup(tree_out, store->repo, &id);
    }
    git_commit_free(commit);
    if (code == GIT_ENOTFOUND)
        return missing(store, &id, sv_of(commit_text), err);
    return code < 0 ? translate(code, store->root, err) : DONE;
}

static status blob_read(struct git_store *store, const git_oid *id, struct sv path, size_t max, struct buf *into,
                        struct err *err)
{
    git_odb *odb = NULL;
    git_blob *blob = NULL;
    git_object_t type = GIT_OBJECT_INVALID;
    size_t size = 0;
    status rc = DONE;
    int code = git_repository_odb(&odb, store->repo);

    if (code == 0)
        code = git_odb_read_header(&size, &type, odb, id);
    if (code == 0 && size > max)
        rc = err_set(err, FAILED, _("'%.*s' has %zu bytes, more than the %zu that are read"), SV_ARG(path), size, max);
    else if (code == 0)
        code = git_blob_lookup(&blob, store->repo, id);
    if (code == GIT_ENOTFOUND) {
        rc = missing(store, id, path, err);
    } else if (code < 0) {
        rc = translate(code, store->root, err);
    } else if (rc == DONE) {
        buf_put(into, sv_make(git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob)));
        rc = buf_check(into, err);
    }
    git_blob_free(blob);
    git_odb_free(odb);
    return rc;
}

/* A path that is not in the tree and a folder of it whose object is missing have one code in libgit2. */
static status entry_find(struct git_store *store, git_tree *tree, struct sv path, git_tree_entry **entry_out,
                         struct err *err)
{
    char *name;
    int code;

    if (path.len == 0 || path.len > PATH_BYTES_MAX || memchr(path.ptr, '\0', path.len) != NULL)
        return NOT_FOUND;
    name = strndup(path.ptr, path.len);
    if (name == NULL)
        return err_no_memory(err);
    code = git_tree_entry_bypath(entry_out, tree, name);
    free(name);
    if (code == GIT_ENOTFOUND && error_class() != GIT_ERROR_ODB)
        return NOT_FOUND;
    return code < 0 ? translate(code, store->root, err) : DONE;
}

static status store_read(struct git_store *store, const char *commit, struct sv path, size_t max, struct buf *into,
                         struct err *err)
{
    git_tree *tree = NULL;
    git_tree_entry *entry = NULL;
    status rc = commit_tree(store, commit, &tree, err);

    if (rc == DONE)
        rc = entry_find(store, tree, path, &entry, err);
    if (rc == DONE) {
        bool is_file =
            git_tree_entry_type(entry) == GIT_OBJECT_BLOB && git_tree_entry_filemode(entry) != GIT_FILEMODE_LINK;

        rc = is_file ? blob_read(store, git_tree_entry_id(entry), path, max, into, err) : NOT_FOUND;
    }
    git_tree_entry_free(entry);
    git_tree_free(tree);
    return rc;
}

/* A walk over a commit's tree; `path` is the folder at hand, ending in "/" unless empty. */
struct tree_walk {
    struct git_store *store;
    git_module_file_fn fn;
    void *payload;
    struct buf path;
};

static status tree_walk(struct tree_walk *walk, const git_tree *tree, unsigned depth, struct err *err);

static status folder_walk(struct tree_walk *walk, const git_oid *id, unsigned depth, struct err *err)
{
    git_tree *tree = NULL;
    status rc;
    int code;

    if (depth >= TREE_DEPTH_MAX || walk->path.len > PATH_BYTES_MAX)
        return err_set(err, FAILED, _("the folders of '%s' are nested too deep"), walk->store->root);
    code = git_tree_lookup(&tree, walk->store->repo, id);
    if (code == GIT_ENOTFOUND)
        return missing(walk->store, id, buf_view(&walk->path), err);
    if (code < 0)
        return translate(code, walk->store->root, err);
    buf_char(&walk->path, '/');
    rc = tree_walk(walk, tree, depth + 1, err);
    git_tree_free(tree);
    return rc;
}

static status tree_walk(struct tree_walk *walk, const git_tree *tree, unsigned depth, struct err *err)
{
    size_t start = walk->path.len, count = git_tree_entrycount(tree);
    status rc = DONE;

    for (size_t i = 0; rc == DONE && i < count; i++) {
        const git_tree_entry *entry = git_tree_entry_byindex(tree, i);

        buf_put_c(&walk->path, git_tree_entry_name(entry));
        rc = buf_check(&walk->path, err);
        if (rc == DONE && git_tree_entry_type(entry) == GIT_OBJECT_TREE)
            rc = folder_walk(walk, git_tree_entry_id(entry), depth, err);
        else if (rc == DONE)
            rc = walk->fn(walk->payload, buf_view(&walk->path), git_tree_entry_filemode_raw(entry), err);
        buf_truncate(&walk->path, start);
    }
    return rc;
}

static status store_tree(struct git_store *store, const char *commit, git_module_file_fn fn, void *payload,
                         struct err *err)
{
    struct tree_walk walk = {.store = store, .fn = fn, .payload = payload};
    git_tree *tree = NULL;
    status rc = commit_tree(store, commit, &tree, err);

    if (rc == DONE)
        rc = tree_walk(&walk, tree, 0, err);
    git_tree_free(tree);
    buf_release(&walk.path);
    return rc;
}

extern const struct git_module chiron_git_module;

__attribute__((visibility("default"))) const struct git_module chiron_git_module = {
    .struct_size = sizeof(chiron_git_module),
    .version = GIT_MODULE_VERSION,
    .open = store_open,
    .close = store_close,
    .resolve = store_resolve,
    .read = store_read,
    .tree = store_tree,
};
