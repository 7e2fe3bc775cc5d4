#include "git/program.h"
#include "git/dir.h"
#include "sandbox.h"

static struct sandbox box;

static int setup(void **state)
{
    (void)state;
    sandbox_open(&box);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unsetenv("GIT_DIR");
    unsetenv("GIT_CONFIG_COUNT");
    unsetenv("GIT_AUTHOR_NAME");
    sandbox_close(&box);
    return 0;
}

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void init_takes_the_users_branch_or_main(void **state)
{
    struct err err = {0};
    struct buf out = {0};
    char config[PATH_MAX];

    (void)state;
    mkdir(sandbox_path(&box, "a"), 0755);
    mkdir(sandbox_path(&box, "b"), 0755);
    snprintf(config, sizeof(config), "%s/.gitconfig", box.home);
    sandbox_write_to(config, SV("[init]\n\tdefaultBranch = trunk\n"));
    assert_done(git_init(sandbox_path(&box, "a"), &err), &err);
    assert_done(git_run(sandbox_path(&box, "a"), ARGS("symbolic-ref", "HEAD"), &out, &err), &err);
    assert_string_equal(out.ptr, "refs/heads/trunk\n");
    unlink(config);
    assert_done(git_init(sandbox_path(&box, "b"), &err), &err);
    buf_clear(&out);
    assert_done(git_run(sandbox_path(&box, "b"), ARGS("symbolic-ref", "HEAD"), &out, &err), &err);
    assert_string_equal(out.ptr, "refs/heads/main\n");
    buf_clear(&out);
    assert_int_equal(git_run(sandbox_path(&box, "b"), ARGS("config", "core.worktree"), &out, &err), FAILED);
    buf_release(&out);
}

/* What the caller's environment says of another repository must not count. */
static void the_environment_is_scrubbed(void **state)
{
    struct err err = {0};
    struct buf out = {0};

    (void)state;
    sandbox_git(&box, "", "init", "-q", "a");
    sandbox_git(&box, "", "init", "-q", "b");
    setenv("GIT_DIR", sandbox_path(&box, "b/.git"), 1);
    setenv("GIT_CONFIG_COUNT", "1", 1);
    setenv("GIT_CONFIG_KEY_0", "user.name", 1);
    setenv("GIT_CONFIG_VALUE_0", "Eve", 1);
    setenv("GIT_AUTHOR_NAME", "Jan", 1);
    assert_done(git_run(sandbox_path(&box, "a"), ARGS("rev-parse", "--absolute-git-dir"), &out, &err), &err);
    assert_true(sv_ends(buf_view(&out), SV("/a/.git\n")));
    buf_clear(&out);
    assert_done(git_run(sandbox_path(&box, "a"), ARGS("config", "user.name"), &out, &err), &err);
    assert_string_equal(out.ptr, "Ada\n");
    buf_clear(&out);
    assert_done(git_run(sandbox_path(&box, "a"), ARGS("var", "GIT_AUTHOR_IDENT"), &out, &err), &err);
    assert_true(sv_starts(buf_view(&out), SV("Jan <ada@example.org>")));
    buf_release(&out);
}

static void path_arguments_are_literal(void **state)
{
    struct err err = {0};
    struct buf out = {0};

    (void)state;
    sandbox_git(&box, "", "init", "-q");
    sandbox_write(&box, "*.md", "1");
    sandbox_write(&box, "a.md", "2");
    assert_done(git_run(box.dir, ARGS("add", "--", "*.md"), NULL, &err), &err);
    assert_done(git_run(box.dir, ARGS("ls-files"), &out, &err), &err);
    assert_string_equal(out.ptr, "*.md\n");
    buf_release(&out);
}

static void failures_have_gits_last_words(void **state)
{
    struct err err = {0};
    int exit_code = 0;

    (void)state;
    assert_int_equal(git_run(box.dir, ARGS("status"), NULL, &err), FAILED);
    assert_non_null(strstr(err.text, "is not the root of a git work tree"));
    err_clear(&err);
    sandbox_git(&box, "", "init", "-q");
    assert_int_equal(git_run(box.dir, ARGS("checkout", "absent"), NULL, &err), FAILED);
    assert_non_null(strstr(err.text, "'git checkout' failed"));
    assert_non_null(strstr(err.text, "pathspec 'absent' did not match any file(s) known to git"));
    err_clear(&err);
    assert_done(git_try(box.dir, ARGS("config", "no.such"), NULL, NULL, &exit_code, &err), &err);
    assert_int_equal(exit_code, 1);
}

static void no_identity_says_what_to_set(void **state)
{
    struct err err = {0};
    char config[PATH_MAX];

    (void)state;
    sandbox_git(&box, "", "init", "-q");
    snprintf(config, sizeof(config), "%s/.gitconfig", box.home);
    sandbox_write_to(config, SV("[user]\n\tuseConfigOnly = true\n"));
    assert_int_equal(git_run(box.dir, ARGS("commit", "--allow-empty", "-m", "x"), NULL, &err), FAILED);
    assert_non_null(strstr(err.text, "git config --global user.email"));
}

static void anothers_lock_is_a_conflict(void **state)
{
    struct err err = {0};

    (void)state;
    sandbox_git(&box, "", "init", "-q");
    sandbox_write(&box, "a", "a");
    sandbox_write(&box, ".git/index.lock", "");
    assert_int_equal(git_run(box.dir, ARGS("add", "a"), NULL, &err), CONFLICTED);
    assert_non_null(strstr(err.text, "index.lock"));
}

/* With --git-dir given git does not ask whose a repository is; chiron has to. */
static void anothers_repository_is_refused(void **state)
{
    struct err err = {0};
    char config[PATH_MAX], text[PATH_MAX + 64];

    (void)state;
    if (geteuid() != 0)
        skip();
    sandbox_git(&box, "", "init", "-q");
    unsetenv("SUDO_UID");
    assert_int_equal(chown(sandbox_path(&box, ".git"), 12345, 12345), 0);
    assert_int_equal(chown(box.dir, 12345, 12345), 0);
    assert_int_equal(git_run(box.dir, ARGS("status"), NULL, &err), REFUSED);
    assert_non_null(strstr(err.text, "safe.directory"));
    err_clear(&err);
    snprintf(config, sizeof(config), "%s/.gitconfig", box.home);
    snprintf(text, sizeof(text), "[safe]\n\tdirectory = %s\n", box.dir);
    sandbox_write_to(config, sv_of(text));
    assert_done(git_run(box.dir, ARGS("status"), NULL, &err), &err);
}

/* A partial clone fetches what is missing by what its configuration says: a command that reads must not. */
static void reading_fetches_nothing(void **state)
{
    struct err err = {0};
    struct buf out = {0};
    char url[PATH_MAX + 8], id[41];

    (void)state;
    sandbox_git(&box, "", "init", "-q", "a");
    sandbox_git(&box, "a", "config", "uploadpack.allowFilter", "true");
    sandbox_git(&box, "a", "config", "uploadpack.allowAnySHA1InWant", "true");
    sandbox_write(&box, "a/x", "text");
    sandbox_git(&box, "a", "add", "x");
    sandbox_git(&box, "a", "commit", "-qm", "x");
    snprintf(id, sizeof(id), "%s", sandbox_git(&box, "a", "rev-parse", "HEAD:x"));
    snprintf(url, sizeof(url), "file://%s", sandbox_path(&box, "a"));
    sandbox_git(&box, "", "clone", "-q", "--no-checkout", "--filter=blob:none", url, "b");
    assert_int_equal(git_run(sandbox_path(&box, "b"), ARGS("cat-file", "blob", id), NULL, &err), FAILED);
    assert_string_equal(sandbox_git(&box, "b", "cat-file", "blob", id), "text");
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(init_takes_the_users_branch_or_main, setup, teardown),
        cmocka_unit_test_setup_teardown(the_environment_is_scrubbed, setup, teardown),
        cmocka_unit_test_setup_teardown(path_arguments_are_literal, setup, teardown),
        cmocka_unit_test_setup_teardown(failures_have_gits_last_words, setup, teardown),
        cmocka_unit_test_setup_teardown(no_identity_says_what_to_set, setup, teardown),
        cmocka_unit_test_setup_teardown(anothers_lock_is_a_conflict, setup, teardown),
        cmocka_unit_test_setup_teardown(anothers_repository_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(reading_fetches_nothing, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
