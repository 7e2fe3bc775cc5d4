#include "git/git.h"
#include "git/module.h"
#include "sandbox.h"

#include <glob.h>
#include <time.h>

static struct sandbox box;
static glob_t found;

/* The build's own module: where the library folder is named lib, lib64 or lib/<architecture>. */
static int find_module(void **state)
{
    static const char *const patterns[] = {"lib*/chiron/git.so", "lib*/*/chiron/git.so"};
    const char *stage = getenv("CHIRON_TEST_STAGE");
    char pattern[PATH_MAX];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        snprintf(pattern, sizeof(pattern), "%s/%s", stage != NULL ? stage : "", patterns[i]);
        if (glob(pattern, 0, NULL, &found) == 0) {
            git_module_path_set(found.gl_pathv[0]);
            return 0;
        }
        globfree(&found);
    }
    print_error("no git.so below '%s'\n", stage != NULL ? stage : "CHIRON_TEST_STAGE");
    return -1;
}

static int forget_module(void **state)
{
    (void)state;
    globfree(&found);
    return 0;
}

static int setup(void **state)
{
    (void)state;
    sandbox_open(&box);
    sandbox_git(&box, "", "init", "-q");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unsetenv("GIT_COMMITTER_DATE");
    sandbox_close(&box);
    return 0;
}

static void commit_file(const char *path, const char *text, const char *date)
{
    sandbox_write(&box, path, text);
    setenv("GIT_COMMITTER_DATE", date, 1);
    sandbox_git(&box, "", "add", "-A");
    sandbox_git(&box, "", "commit", "-qm", path);
}

static struct git_repo *open_box(void)
{
    struct git_repo *repo = NULL;
    struct err err = {0};

    assert_done(git_open(box.dir, &repo, &err), &err);
    return repo;
}

static void assert_revision(struct git_repo *repo, const char *revision, const char *as_git_says)
{
    struct err err = {0};
    char id[GIT_ID_TEXT_SIZE];

    assert_done(git_resolve(repo, sv_of(revision), id, &err), &err);
    assert_memory_equal(id, sandbox_git(&box, "", "rev-parse", as_git_says), 40);
}

static void revisions_and_dates_resolve(void **state)
{
    static const char *const absent[] = {"absent", "2025-12-31", "@{2025-01-01}", "HEAD~9",
                                         "",       "HEAD:a.md",  "2026-13-01",    "absent@{2026-01-31}"};
    struct git_repo *repo;

    (void)state;
    setenv("TZ", "Europe/Warsaw", 1);
    tzset();
    commit_file("a.md", "1", "2026-01-31T23:30:00+01:00");
    commit_file("a.md", "2", "2026-02-01T00:30:00+01:00");
    sandbox_git(&box, "", "checkout", "-qb", "side");
    commit_file("b.md", "3", "2026-02-02T12:00:00+01:00");
    sandbox_git(&box, "", "checkout", "-q", "main");
    setenv("GIT_COMMITTER_DATE", "2026-02-03T12:00:00+01:00", 1);
    sandbox_git(&box, "", "merge", "-q", "--no-ff", "-m", "m", "side");
    sandbox_git(&box, "", "tag", "-a", "-m", "t", "v1");
    repo = open_box();
    assert_revision(repo, "HEAD", "HEAD");
    assert_revision(repo, "main~2", "main~2");
    assert_revision(repo, "v1", "HEAD");
    assert_revision(repo, "2026-01-31", "HEAD~2");
    assert_revision(repo, "@{2026-01-31}", "HEAD~2");
    assert_revision(repo, "2026-02-01", "HEAD~1");
    assert_revision(repo, "2026-02-02", "HEAD~1");
    assert_revision(repo, "side@{2026-02-02}", "side");
    assert_revision(repo, "2030-01-01", "HEAD");
    for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++) {
        struct err err = {0};
        char id[GIT_ID_TEXT_SIZE];

        assert_int_equal(git_resolve(repo, sv_of(absent[i]), id, &err), NOT_FOUND);
        assert_non_null(strstr(err.text, "no revision"));
    }
    git_close(repo);
}

static status read_at_head(struct git_repo *repo, const char *path, size_t max, struct buf *into, struct err *err)
{
    char id[GIT_ID_TEXT_SIZE];

    assert_done(git_resolve(repo, SV("HEAD"), id, err), err);
    return git_read(repo, id, sv_of(path), max, into, err);
}

static void files_are_read_as_committed(void **state)
{
    struct git_repo *repo;
    struct buf text = {0};
    struct err err = {0};

    (void)state;
    sandbox_write(&box, "log/\xc5\xbc.md", "caf\xff\r\n");
    assert_int_equal(symlink("/etc/passwd", sandbox_path(&box, "link.md")), 0);
    commit_file("a.md", "1", "2026-01-01T00:00:00Z");
    sandbox_write(&box, "a.md", "changed meanwhile");
    repo = open_box();
    assert_done(read_at_head(repo, "log/\xc5\xbc.md", 100, &text, &err), &err);
    assert_sv(buf_view(&text), "caf\xff\r\n");
    buf_clear(&text);
    assert_done(read_at_head(repo, "a.md", 1, &text, &err), &err);
    assert_sv(buf_view(&text), "1");
    assert_int_equal(read_at_head(repo, "log/\xc5\xbc.md", 5, &text, &err), FAILED);
    assert_non_null(strstr(err.text, "6 bytes"));
    err_clear(&err);
    assert_int_equal(read_at_head(repo, "absent.md", 100, &text, &err), NOT_FOUND);
    assert_int_equal(read_at_head(repo, "log", 100, &text, &err), NOT_FOUND);
    assert_int_equal(read_at_head(repo, "link.md", 100, &text, &err), NOT_FOUND);
    assert_int_equal(read_at_head(repo, "", 100, &text, &err), NOT_FOUND);
    assert_int_equal(read_at_head(repo, "../box/a.md", 100, &text, &err), NOT_FOUND);
    assert_int_equal(err.code, DONE);
    git_close(repo);
    buf_release(&text);
}

static status collect(void *payload, struct sv path, unsigned mode, struct err *err)
{
    (void)err;
    buf_printf(payload, "%o %.*s\n", mode, SV_ARG(path));
    return DONE;
}

static void the_tree_is_walked_in_gits_order(void **state)
{
    struct git_repo *repo;
    struct buf files = {0};
    struct err err = {0};
    char id[GIT_ID_TEXT_SIZE];

    (void)state;
    sandbox_write(&box, "a/b/c.md", "1");
    sandbox_write(&box, "a-b.md", "2");
    sandbox_write(&box, "a/z.md", "3");
    assert_int_equal(symlink("x", sandbox_path(&box, "link")), 0);
    commit_file("run.sh", "4", "2026-01-01T00:00:00Z");
    repo = open_box();
    assert_done(git_resolve(repo, SV("HEAD"), id, &err), &err);
    assert_done(git_tree(repo, id, collect, &files, &err), &err);
    assert_sv(buf_view(&files), "100644 a-b.md\n100644 a/b/c.md\n100644 a/z.md\n120000 link\n100644 run.sh\n");
    git_close(repo);
    buf_release(&files);
}

static void a_missing_object_is_named(void **state)
{
    struct git_repo *repo;
    struct buf text = {0};
    struct err err = {0};
    char id[42], object[128];

    (void)state;
    commit_file("a.md", "text", "2026-01-01T00:00:00Z");
    snprintf(id, sizeof(id), "%.40s", sandbox_git(&box, "", "rev-parse", "HEAD:a.md"));
    snprintf(object, sizeof(object), ".git/objects/%.2s/%.38s", id, id + 2);
    assert_int_equal(unlink(sandbox_path(&box, object)), 0);
    repo = open_box();
    assert_int_equal(read_at_head(repo, "a.md", 100, &text, &err), FAILED);
    assert_non_null(strstr(err.text, id));
    assert_non_null(strstr(err.text, "git fsck"));
    git_close(repo);
    err_clear(&err);
    sandbox_git(&box, "", "config", "core.repositoryFormatVersion", "1");
    sandbox_git(&box, "", "config", "extensions.partialClone", "origin");
    repo = open_box();
    assert_int_equal(read_at_head(repo, "a.md", 100, &text, &err), FAILED);
    assert_non_null(strstr(err.text, "partial clone"));
    git_close(repo);
    buf_release(&text);
}

static status open_folder(const char *folder, struct err *err)
{
    struct git_repo *repo = NULL;
    status rc;

    err_clear(err);
    rc = git_open(sandbox_path(&box, folder), &repo, err);
    git_close(repo);
    assert_true(rc == DONE || repo == NULL);
    return rc;
}

static void only_the_root_itself_is_opened(void **state)
{
    struct err err = {0};

    (void)state;
    sandbox_write(&box, "sub/a.md", "1");
    assert_int_equal(open_folder("sub", &err), NOT_FOUND);
    assert_int_equal(err.code, DONE);
    sandbox_git(&box, "", "init", "-q", "--bare", "bare");
    assert_int_equal(open_folder("bare", &err), NOT_FOUND);
    assert_int_equal(open_folder("absent", &err), NOT_FOUND);
    /* A bare repository whose ".git" is no repository. */
    mkdir(sandbox_path(&box, "bare/.git"), 0755);
    sandbox_write(&box, "bare/.git/HEAD", "junk");
    assert_int_not_equal(open_folder("bare", &err), DONE);
    commit_file("a.md", "1", "2026-01-01T00:00:00Z");
    sandbox_git(&box, "", "worktree", "add", "-q", "tree");
    assert_int_equal(open_folder("tree", &err), DONE);
}

static void repositories_of_other_kinds_are_named(void **state)
{
    struct err err = {0};

    (void)state;
    sandbox_git(&box, "", "init", "-q", "--object-format=sha256", "s");
    assert_int_equal(open_folder("s", &err), FAILED);
    assert_non_null(strstr(err.text, "sha256"));
    sandbox_git(&box, "", "init", "-q", "r");
    sandbox_git(&box, "r", "config", "core.repositoryFormatVersion", "1");
    sandbox_git(&box, "r", "config", "extensions.refStorage", "reftable");
    assert_int_equal(open_folder("r", &err), FAILED);
    assert_non_null(strstr(err.text, "reftable"));
}

static void anothers_repository_is_refused(void **state)
{
    struct err err = {0};

    (void)state;
    if (geteuid() != 0)
        skip();
    sandbox_git(&box, "", "init", "-q", "other");
    unsetenv("SUDO_UID");
    assert_int_equal(chown(sandbox_path(&box, "other/.git"), 12345, 12345), 0);
    assert_int_equal(chown(sandbox_path(&box, "other"), 12345, 12345), 0);
    assert_int_equal(open_folder("other", &err), REFUSED);
    assert_non_null(strstr(err.text, "safe.directory"));
}

static void a_repository_without_commits_has_no_revision(void **state)
{
    struct git_repo *repo = open_box();
    struct err err = {0};
    char id[GIT_ID_TEXT_SIZE];

    (void)state;
    assert_int_equal(git_resolve(repo, SV("HEAD"), id, &err), NOT_FOUND);
    err_clear(&err);
    assert_int_equal(git_resolve(repo, SV("2026-01-31"), id, &err), NOT_FOUND);
    git_close(repo);
    git_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(revisions_and_dates_resolve, setup, teardown),
        cmocka_unit_test_setup_teardown(files_are_read_as_committed, setup, teardown),
        cmocka_unit_test_setup_teardown(the_tree_is_walked_in_gits_order, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_object_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(only_the_root_itself_is_opened, setup, teardown),
        cmocka_unit_test_setup_teardown(repositories_of_other_kinds_are_named, setup, teardown),
        cmocka_unit_test_setup_teardown(anothers_repository_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_repository_without_commits_has_no_revision, setup, teardown),
    };

    return cmocka_run_group_tests(tests, find_module, forget_module);
}
