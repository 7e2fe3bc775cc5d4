/* An export is there as a whole or not at all, and replaces nothing that is not its own. */
#include "host/export_tree.h"

#include "host/export_place.h"
#include "sandbox.h"

static struct sandbox box;

static int open_box(void **state)
{
    (void)state;
    sandbox_open(&box);
    return 0;
}

static int close_box(void **state)
{
    (void)state;
    sandbox_close(&box);
    return 0;
}

static bool exists(const char *path)
{
    return access(sandbox_path(&box, path), F_OK) == 0;
}

static void assert_content(const char *path, const char *text)
{
    struct buf bytes = {0};
    struct err err = {0};
    assert_done(file_read(sandbox_path(&box, path), 1 << 20, &bytes, &err), &err);
    assert_true(sv_eq_c(buf_view(&bytes), text));
    buf_release(&bytes);
}

/* How many entries the box has: nothing temporary may stay. */
static void assert_entries(const char *listing)
{
    const char *const argv[] = {"ls", "-A", NULL};
    assert_string_equal(sandbox_run(&box, "", argv), listing);
}

static status export(const char *target, bool single, const char *const *paths, struct err *err)
{
    struct export_tree tree;
    char absolute[PATH_MAX];
    status got;
    snprintf(absolute, sizeof(absolute), "%s", sandbox_path(&box, target));
    got = export_tree_open(&tree, absolute, single, err);
    for (size_t i = 0; got == DONE && paths[i] != NULL; i++) {
        if (tree.lent.file(&tree.lent, sv_of(paths[i])) != CHIRON_OK ||
            tree.lent.write(&tree.lent, SV("bytes")) != CHIRON_OK)
            break;
    }
    if (got == DONE)
        got = export_tree_commit(&tree, err);
    export_tree_release(&tree);
    return got;
}

static void test_folder(void **state)
{
    struct err err = {0};
    (void)state;
    assert_done(export("out", false, (const char *const[]){"a.html", "notes/deep/b.html", "ż.html", NULL}, &err), &err);
    assert_content("out/notes/deep/b.html", "bytes");
    assert_content("out/.chiron-export", "a.html\nnotes/deep/b.html\nż.html\n");
    /* Once more: the old files are gone, the new ones are there. */
    assert_done(export("out", false, (const char *const[]){"c.html", NULL}, &err), &err);
    assert_false(exists("out/a.html"));
    assert_content("out/c.html", "bytes");
    assert_entries("out\n");
}

static void test_single(void **state)
{
    struct err err = {0};
    (void)state;
    sandbox_write(&box, "list.csv", "old");
    assert_done(export("list.csv", true, (const char *const[]){"", NULL}, &err), &err);
    assert_content("list.csv", "bytes");
    assert_int_equal(export("list.csv", true, (const char *const[]){"", "", NULL}, &err), REFUSED);
    assert_content("list.csv", "bytes");
    err_clear(&err);
    assert_int_equal(export("list.csv", true, (const char *const[]){NULL}, &err), FAILED);
    assert_content("list.csv", "bytes");
    assert_entries("list.csv\n");
}

static void test_bad_paths(void **state)
{
    static const char *const bad[] = {
        "",
        "/etc/x",
        "..",
        "../x",
        "a/../b",
        "a/..",
        ".",
        "./a",
        "a/./b",
        "a//b",
        "a/",
        "a\nb",
        "a\\b",
        "\x7f",
        "\xff",
        "a\x1b",
        "/",
        "a/b/../..",
        ".chiron-export",
        "x/.chiron-export",
        "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct err err = {0};
        if (export("out", false, (const char *const[]){"good", bad[i], NULL}, &err) != REFUSED)
            fail_msg("'%s' was taken: %s", bad[i], err.text);
        assert_entries("");
    }
}

static void test_clashes(void **state)
{
    struct err err = {0};
    (void)state;
    assert_true(export("out", false, (const char *const[]){"a", "a", NULL}, &err) < 0);
    err_clear(&err);
    assert_true(export("out", false, (const char *const[]){"a", "a/b", NULL}, &err) < 0);
    err_clear(&err);
    assert_true(export("out", false, (const char *const[]){"a/b", "a", NULL}, &err) < 0);
    assert_entries("");
}

static void test_what_is_not_ours(void **state)
{
    static const char *const files[] = {"a", NULL};
    struct err err = {0};
    (void)state;
    /* A folder with something of the user's. */
    sandbox_write(&box, "mine/file", "mine");
    assert_int_equal(export("mine", false, files, &err), REFUSED);
    assert_non_null(strstr(err.text, "'file'"));
    /* An export into which the user put something, deep down. */
    err_clear(&err);
    assert_done(export("out", false, (const char *const[]){"x/y/z", NULL}, &err), &err);
    sandbox_write(&box, "out/x/y/mine", "mine");
    assert_int_equal(export("out", false, files, &err), REFUSED);
    assert_content("out/x/y/mine", "mine");
    /* A file, a link. */
    err_clear(&err);
    assert_int_equal(export("mine/file", false, files, &err), REFUSED);
    assert_int_equal(symlink("mine", sandbox_path(&box, "link")), 0);
    err_clear(&err);
    assert_int_equal(export("link", false, files, &err), REFUSED);
    err_clear(&err);
    assert_int_equal(export("link", true, (const char *const[]){"", NULL}, &err), REFUSED);
    assert_content("mine/file", "mine");
    assert_entries("link\nmine\nout\n");
}

static void test_no_folder_to_write_to(void **state)
{
    struct err err = {0};
    (void)state;
    assert_true(export("nowhere/out", false, (const char *const[]){"a", NULL}, &err) < 0);
    err_clear(&err);
    assert_true(export("nowhere/out", true, (const char *const[]){"", NULL}, &err) < 0);
    assert_entries("");
}

static void test_writes_before_a_file(void **state)
{
    struct export_tree tree;
    struct err err = {0};
    (void)state;
    assert_done(export_tree_open(&tree, sandbox_path(&box, "out"), false, &err), &err);
    assert_int_equal(tree.lent.write(&tree.lent, SV("x")), CHIRON_EFAILED);
    assert_int_equal(export_tree_commit(&tree, &err), FAILED);
    export_tree_release(&tree);
    assert_entries("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_folder, open_box, close_box),
        cmocka_unit_test_setup_teardown(test_single, open_box, close_box),
        cmocka_unit_test_setup_teardown(test_bad_paths, open_box, close_box),
        cmocka_unit_test_setup_teardown(test_clashes, open_box, close_box),
        cmocka_unit_test_setup_teardown(test_what_is_not_ours, open_box, close_box),
        cmocka_unit_test_setup_teardown(test_no_folder_to_write_to, open_box, close_box),
        cmocka_unit_test_setup_teardown(test_writes_before_a_file, open_box, close_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
