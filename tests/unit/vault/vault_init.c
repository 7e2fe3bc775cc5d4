#include "sandbox.h"
#include "vault/vault.h"

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
    sandbox_close(&box);
    return 0;
}

static status init(const char *folder, const char *lang, struct buf *report, struct err *err)
{
    const struct vault_init_options options = {.dir = sandbox_path(&box, folder), .lang = lang};

    buf_clear(report);
    return vault_init(&options, report, err);
}

static void assert_init(const char *folder, const char *lang)
{
    struct buf report = {0};
    struct err err = {0};

    assert_done(init(folder, lang, &report, &err), &err);
    buf_release(&report);
}

static void assert_refused(const char *folder, const char *words)
{
    struct buf report = {0};
    struct err err = {0};

    assert_int_equal(init(folder, NULL, &report, &err), REFUSED);
    if (strstr(err.text, words) == NULL)
        fail_msg("'%s' does not say '%s'", err.text, words);
    buf_release(&report);
}

static void assert_file(const char *path, const char *expected)
{
    struct buf text = {0};
    struct err err = {0};

    assert_done(file_read(sandbox_path(&box, path), 65536, &text, &err), &err);
    assert_string_equal(text.ptr, expected);
    buf_release(&text);
}

static bool exists(const char *path)
{
    struct stat info;

    return lstat(sandbox_path(&box, path), &info) == 0;
}

static void a_new_vault_is_whole_and_committed(void **state)
{
    struct vault *vault = NULL;
    struct err err = {0};
    struct stat info;

    (void)state;
    assert_init("new/vault", "pl");
    assert_string_equal(sandbox_git(&box, "new/vault", "status", "--porcelain", "--untracked-files=all"), "");
    assert_string_equal(sandbox_git(&box, "new/vault", "ls-files"), ".chiron/config\n.gitignore\n");
    assert_string_equal(sandbox_git(&box, "new/vault/private", "status", "--porcelain"), "");
    assert_string_equal(sandbox_git(&box, "new/vault/private", "ls-files"), ".chiron/space\n");
    assert_string_equal(sandbox_git(&box, "new/vault/private", "remote"), "");
    assert_int_equal(stat(sandbox_path(&box, "new/vault/private"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_file("new/vault/.gitignore", "/private/\n/pairs/\n");
    assert_done(vault_open(sandbox_path(&box, "new/vault"), &vault, NULL, &err), &err);
    assert_sv(vault->lang, "pl");
    assert_int_equal(vault->space_count, 2);
    assert_int_equal(vault->spaces[1].visibility, VISIBILITY_PRIVATE);
    vault_close(vault);
}

/* A second time there is nothing to do, and nothing is done. */
static void it_may_be_said_twice(void **state)
{
    struct buf report = {0};
    struct err err = {0};
    char head[42];

    (void)state;
    assert_init("v", NULL);
    snprintf(head, sizeof(head), "%s", sandbox_git(&box, "v", "rev-parse", "HEAD"));
    sandbox_write(&box, "v/private/p.md", "mine");
    assert_done(init("v", NULL, &report, &err), &err);
    assert_int_equal(report.len, 0);
    assert_string_equal(sandbox_git(&box, "v", "rev-parse", "HEAD"), head);
    assert_string_equal(sandbox_git(&box, "v/private", "status", "--porcelain"), "?? p.md\n");
    buf_release(&report);
}

static void a_repository_is_adopted_and_nothing_else_committed(void **state)
{
    (void)state;
    sandbox_git(&box, "", "init", "-q", "r");
    sandbox_write(&box, "r/.gitignore", "*.tmp\r\nbuild/");
    sandbox_write(&box, "r/a.md", "1");
    sandbox_git(&box, "r", "add", ".");
    sandbox_git(&box, "r", "commit", "-qm", "one");
    sandbox_write(&box, "r/a.md", "2");
    sandbox_write(&box, "r/staged.md", "1");
    sandbox_write(&box, "r/loose.md", "1");
    sandbox_git(&box, "r", "add", "staged.md");
    assert_init("r", NULL);
    assert_file("r/.gitignore", "*.tmp\r\nbuild/\r\n/private/\r\n/pairs/\r\n");
    assert_string_equal(sandbox_git(&box, "r", "status", "--porcelain"), " M a.md\nA  staged.md\n?? loose.md\n");
    assert_string_equal(sandbox_git(&box, "r", "show", "--format=", "--name-only"), ".chiron/config\n.gitignore\n");
}

static void what_ignores_them_already_is_left(void **state)
{
    (void)state;
    sandbox_write(&box, "r/.gitignore", "private\npair*\n");
    assert_init("r", NULL);
    assert_file("r/.gitignore", "private\npair*\n");
    sandbox_write(&box, "s/.gitignore", "/private/\n!private/\n");
    assert_init("s", NULL);
    assert_file("s/.gitignore", "/private/\n!private/\n/private/\n/pairs/\n");
}

/* Somebody's own pending work on .gitignore is not committed in their name, but private/ is ignored all the same. */
static void pending_changes_stay_theirs(void **state)
{
    struct buf report = {0};
    struct err err = {0};

    (void)state;
    sandbox_git(&box, "", "init", "-q", "r");
    sandbox_write(&box, "r/.gitignore", "a\n");
    sandbox_git(&box, "r", "add", ".");
    sandbox_git(&box, "r", "commit", "-qm", "one");
    sandbox_write(&box, "r/.gitignore", "a\nmine\n");
    sandbox_git(&box, "r", "add", ".");
    assert_done(init("r", NULL, &report, &err), &err);
    assert_non_null(strstr(report.ptr, "changes of yours are pending there"));
    assert_file("r/.gitignore", "a\nmine\n/private/\n/pairs/\n");
    assert_string_equal(sandbox_git(&box, "r", "show", "HEAD:.gitignore"), "a\n");
    assert_string_equal(sandbox_git(&box, "r", "show", ":.gitignore"), "a\nmine\n");
    assert_string_equal(sandbox_git(&box, "r", "show", "--format=", "--name-only"), ".chiron/config\n");
    buf_release(&report);
}

/* Without an identity everything is in its place; once it is set, the next call commits. */
static void without_an_identity_the_files_stay(void **state)
{
    struct buf report = {0};
    struct err err = {0};

    (void)state;
    sandbox_write_to(sandbox_home(&box, ".gitconfig"), SV("[user]\n\tuseConfigOnly = true\n"));
    assert_int_equal(init("v", NULL, &report, &err), FAILED);
    assert_non_null(strstr(err.text, "user.email"));
    assert_true(exists("v/.chiron/config") && exists("v/.gitignore") && exists("v/private/.chiron/space"));
    sandbox_write_to(sandbox_home(&box, ".gitconfig"), SV("[user]\n\tname = A\n\temail = a@example.org\n"));
    assert_init("v", NULL);
    assert_string_equal(sandbox_git(&box, "v", "status", "--porcelain", "--untracked-files=all"), "");
    assert_string_equal(sandbox_git(&box, "v", "ls-files"), ".chiron/config\n.gitignore\n");
    assert_string_equal(sandbox_git(&box, "v/private", "ls-files"), ".chiron/space\n");
    buf_release(&report);
}

static void links_in_the_way_are_refused_before_anything_is_written(void **state)
{
    static const char *const names[] = {"private", ".chiron", ".gitignore"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[64];

        snprintf(path, sizeof(path), "v%zu/%s", i, names[i]);
        sandbox_write(&box, "elsewhere/x", "");
        snprintf(path, sizeof(path), "v%zu", i);
        mkdir(sandbox_path(&box, path), 0755);
        snprintf(path, sizeof(path), "v%zu/%s", i, names[i]);
        assert_int_equal(symlink("../elsewhere", sandbox_path(&box, path)), 0);
        snprintf(path, sizeof(path), "v%zu", i);
        assert_refused(path, "symbolic link");
        snprintf(path, sizeof(path), "v%zu/.git", i);
        assert_false(exists(path));
    }
    assert_false(exists("elsewhere/.git"));
    sandbox_write(&box, "f/private", "a file");
    assert_refused("f", "stands in the way");
}

/* Files that the shared repository has in private/ are everybody's; a private space around them would lie. */
static void a_shared_private_folder_is_refused(void **state)
{
    (void)state;
    sandbox_git(&box, "", "init", "-q", "r");
    sandbox_write(&box, "r/private/a.md", "");
    sandbox_git(&box, "r", "add", ".");
    assert_refused("r", "move them to another folder first");
    assert_false(exists("r/.chiron"));
}

static void a_folder_of_another_repository_is_refused(void **state)
{
    (void)state;
    sandbox_git(&box, "", "init", "-q", "r");
    sandbox_write(&box, "r/notes/a.md", "");
    sandbox_git(&box, "r", "add", ".");
    assert_refused("r/notes", "belongs to the repository");
    assert_false(exists("r/notes/.git"));
    /* One that holds none of its files is free. */
    assert_init("r/free", NULL);
    assert_true(exists("r/free/.git"));
}

static void a_language_is_one(void **state)
{
    struct buf report = {0};
    struct err err = {0};

    (void)state;
    assert_int_equal(init("v", "x\n[core]", &report, &err), USAGE);
    assert_false(exists("v/.git"));
    buf_release(&report);
}

/* Whatever the user's own configuration ignores, the vault's files are committed. */
static void a_global_ignore_does_not_hide_the_vault(void **state)
{
    (void)state;
    sandbox_write_to(sandbox_home(&box, ".config/git/ignore"), SV(".*\nprivate\n"));
    assert_init("v", NULL);
    assert_string_equal(sandbox_git(&box, "v", "ls-files"), ".chiron/config\n.gitignore\n");
    assert_string_equal(sandbox_git(&box, "v/private", "ls-files"), ".chiron/space\n");
    assert_file("v/.gitignore", "/private/\n/pairs/\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_vault_is_whole_and_committed, setup, teardown),
        cmocka_unit_test_setup_teardown(it_may_be_said_twice, setup, teardown),
        cmocka_unit_test_setup_teardown(a_repository_is_adopted_and_nothing_else_committed, setup, teardown),
        cmocka_unit_test_setup_teardown(what_ignores_them_already_is_left, setup, teardown),
        cmocka_unit_test_setup_teardown(pending_changes_stay_theirs, setup, teardown),
        cmocka_unit_test_setup_teardown(without_an_identity_the_files_stay, setup, teardown),
        cmocka_unit_test_setup_teardown(links_in_the_way_are_refused_before_anything_is_written, setup, teardown),
        cmocka_unit_test_setup_teardown(a_shared_private_folder_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_folder_of_another_repository_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_language_is_one, setup, teardown),
        cmocka_unit_test_setup_teardown(a_global_ignore_does_not_hide_the_vault, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
