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
    sandbox_close(&box);
    return 0;
}

static status find(const char *folder, struct buf *dir)
{
    struct err err = {0};

    buf_clear(dir);
    return git_dir_find(sandbox_path(&box, folder), dir, &err);
}

static void finds_a_folder_and_a_link(void **state)
{
    struct buf dir = {0}, common = {0};
    struct err err = {0};

    (void)state;
    sandbox_git(&box, "", "init", "-q", "main");
    sandbox_write(&box, "main/a.md", "a");
    sandbox_git(&box, "main", "add", ".");
    sandbox_git(&box, "main", "commit", "-qm", "one");
    sandbox_git(&box, "main", "worktree", "add", "-q", "../other");

    assert_int_equal(find("main", &dir), DONE);
    assert_string_equal(dir.ptr, sandbox_path(&box, "main/.git"));
    assert_done(git_dir_common(dir.ptr, &common, &err), &err);
    assert_string_equal(common.ptr, dir.ptr);

    assert_int_equal(find("other", &dir), DONE);
    assert_string_equal(dir.ptr, sandbox_path(&box, "main/.git/worktrees/other"));
    buf_clear(&common);
    assert_done(git_dir_common(dir.ptr, &common, &err), &err);
    assert_true(sv_starts(buf_view(&common), buf_view(&dir)));
    assert_string_equal(realpath(common.ptr, (char[PATH_MAX]){0}), sandbox_path(&box, "main/.git"));
    buf_release(&common);
    buf_release(&dir);
}

static void what_is_no_work_tree_is_not_found(void **state)
{
    struct buf dir = {0};

    (void)state;
    assert_int_equal(find("", &dir), NOT_FOUND);
    assert_int_equal(find("absent", &dir), NOT_FOUND);
    sandbox_git(&box, "", "init", "-q", "--bare", "bare");
    assert_int_equal(find("bare", &dir), NOT_FOUND);
    mkdir(sandbox_path(&box, ".git"), 0755);
    assert_int_equal(find("", &dir), NOT_FOUND);
    sandbox_write(&box, "gone/.git", "gitdir: ../nowhere\n");
    assert_int_equal(find("gone", &dir), NOT_FOUND);
    sandbox_write(&box, "text/.git", "hello\n");
    assert_int_equal(find("text", &dir), NOT_FOUND);
    buf_release(&dir);
}

static void assert_head(const char *folder)
{
    struct buf dir = {0};
    struct err err = {0};
    char id[41], expected[42];

    snprintf(expected, sizeof(expected), "%s", sandbox_git(&box, folder, "rev-parse", "HEAD"));
    expected[40] = '\0';
    assert_int_equal(find(folder, &dir), DONE);
    assert_done(git_head_read(dir.ptr, id, &err), &err);
    assert_string_equal(id, expected);
    buf_release(&dir);
}

static void head_is_read_from_every_place(void **state)
{
    struct buf dir = {0};
    struct err err = {0};
    char id[41] = "x";

    (void)state;
    sandbox_git(&box, "", "init", "-q", "r");
    assert_int_equal(find("r", &dir), DONE);
    assert_int_equal(git_head_read(dir.ptr, id, &err), NOT_FOUND);
    assert_string_equal(id, "");
    assert_int_equal(err.code, DONE);
    sandbox_git(&box, "r", "commit", "-qm", "one", "--allow-empty");
    assert_head("r");
    sandbox_git(&box, "r", "pack-refs", "--all");
    assert_head("r");
    sandbox_git(&box, "r", "commit", "-qm", "two", "--allow-empty");
    assert_head("r");
    sandbox_git(&box, "r", "worktree", "add", "-q", "../w");
    sandbox_git(&box, "w", "commit", "-qm", "three", "--allow-empty");
    assert_head("w");
    sandbox_git(&box, "r", "checkout", "-q", "--detach", "HEAD~1");
    assert_head("r");
    sandbox_git(&box, "r", "symbolic-ref", "refs/heads/alias", "refs/heads/main");
    sandbox_git(&box, "r", "symbolic-ref", "HEAD", "refs/heads/alias");
    assert_head("r");
    buf_release(&dir);
}

static status head_of(const char *head, struct err *err)
{
    char id[41];

    sandbox_write(&box, "git/HEAD", head);
    return git_head_read(sandbox_path(&box, "git"), id, err);
}

static void a_head_that_is_not_ours_to_read_is_named(void **state)
{
    struct err err = {0};

    (void)state;
    assert_int_equal(head_of("ref: refs/heads/.invalid\n", &err), FAILED);
    assert_non_null(strstr(err.text, "reftable"));
    err_clear(&err);
    assert_int_equal(head_of("0123456789012345678901234567890123456789012345678901234567890123\n", &err), FAILED);
    assert_non_null(strstr(err.text, "sha256"));
    err_clear(&err);
    assert_int_equal(head_of("ref: refs/../../../etc/passwd\n", &err), MALFORMED);
    err_clear(&err);
    assert_int_equal(head_of("ref: /etc/passwd\n", &err), MALFORMED);
    err_clear(&err);
    assert_int_equal(head_of("", &err), MALFORMED);
    err_clear(&err);
    sandbox_write(&box, "git/refs/heads/a", "ref: refs/heads/a\n");
    assert_int_equal(head_of("ref: refs/heads/a\n", &err), MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_a_folder_and_a_link, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_work_tree_is_not_found, setup, teardown),
        cmocka_unit_test_setup_teardown(head_is_read_from_every_place, setup, teardown),
        cmocka_unit_test_setup_teardown(a_head_that_is_not_ours_to_read_is_named, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
