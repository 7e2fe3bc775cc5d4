#include "vault/walk.h"
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

static struct vault *open_vault(void)
{
    struct vault *vault = NULL;
    struct buf warning = {0};
    struct err err = {0};

    assert_done(vault_open(box.dir, &vault, &warning, &err), &err);
    assert_int_equal(warning.len, 0);
    buf_release(&warning);
    return vault;
}

/* Every note as "space:path", a line each; unreadable ones with their reason. */
static void list(struct vault *vault, struct buf *text, struct findings *findings)
{
    struct walk walk;
    struct err err = {0};

    buf_put_c(text, "");
    assert_done(walk_vault(vault, &walk, findings, &err), &err);
    for (size_t i = 0; i < walk.count; i++) {
        const struct walk_entry *entry = &walk.entries[i];

        assert_true(i == 0 || sv_cmp(entry[-1].path, entry->path) < 0);
        buf_printf(text, "%.*s:%.*s", SV_ARG(vault->spaces[entry->space].name), SV_ARG(entry->path));
        if (entry->unreadable != NULL)
            buf_printf(text, " (%s)", entry->unreadable);
        buf_char(text, '\n');
    }
    walk_release(&walk);
}

static void assert_notes(const char *expected)
{
    struct vault *vault = open_vault();
    struct buf text = {0};

    list(vault, &text, NULL);
    assert_string_equal(text.ptr != NULL ? text.ptr : "", expected);
    buf_release(&text);
    vault_close(vault);
}

static void notes_come_in_order_of_path(void **state)
{
    (void)state;
    sandbox_write(&box, "a/x.md", "");
    sandbox_write(&box, "a-b/x.md", "");
    sandbox_write(&box, "a.md", "");
    sandbox_write(&box, "a/.hidden.md", "");
    sandbox_write(&box, "B.MD", "");
    sandbox_write(&box, "c.markdown", "");
    sandbox_write(&box, "c.txt", "");
    sandbox_write(&box, "md", "");
    sandbox_write(&box, "new\nline.md", "");
    sandbox_write(&box, "\xff\xfe.md", "");
    sandbox_write(&box, "d.md/e.md", "");
    assert_notes(".:B.MD\n.:a-b/x.md\n.:a.md\n.:a/.hidden.md\n.:a/x.md\n.:c.markdown\n.:d.md/e.md\n.:new\nline.md\n"
                 ".:\xff\xfe.md\n");
}

static void stat_data_are_the_files(void **state)
{
    struct vault *vault;
    struct walk walk;
    struct err err = {0};
    struct stat info;

    (void)state;
    sandbox_write(&box, "a.md", "12345");
    assert_int_equal(stat(sandbox_path(&box, "a.md"), &info), 0);
    vault = open_vault();
    assert_done(walk_vault(vault, &walk, NULL, &err), &err);
    assert_int_equal(walk.count, 1);
    assert_int_equal(walk.entries[0].stamp.size, 5);
    assert_int_equal(walk.entries[0].stamp.inode, info.st_ino);
    assert_int_equal(walk.entries[0].stamp.mtime_ns, info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec);
    walk_release(&walk);
    walk_release(&walk);
    vault_close(vault);
}

static void tool_folders_and_ignored_ones_are_left_out(void **state)
{
    (void)state;
    sandbox_git(&box, "", "init", "-q");
    for (const char *const *name = (const char *const[]){".obsidian", ".zk", ".foam", ".trash", ".chiron",
                                                         "node_modules", "sub/node_modules", ".github", NULL};
         *name != NULL; name++) {
        char path[64];

        snprintf(path, sizeof(path), "%s/x.md", *name);
        sandbox_write(&box, path, "");
    }
    sandbox_write(&box, ".gitignore", "/build/\n*.draft.md\n!kept.draft.md\n");
    sandbox_write(&box, "build/x.md", "");
    sandbox_write(&box, "sub/build/x.md", "");
    sandbox_write(&box, "a.draft.md", "");
    sandbox_write(&box, "kept.draft.md", "");
    sandbox_write(&box, "sub/.gitignore", "/only.md\n!b.draft.md\n");
    sandbox_write(&box, "sub/only.md", "");
    sandbox_write(&box, "sub/b.draft.md", "");
    sandbox_write(&box, ".git/info/exclude", "excluded.md\n");
    sandbox_write(&box, "excluded.md", "");
    sandbox_write_to(sandbox_home(&box, ".config/git/ignore"), SV("mine.md\n"));
    sandbox_write(&box, "mine.md", "");
    assert_notes(".:.github/x.md\n.:kept.draft.md\n.:sub/b.draft.md\n.:sub/build/x.md\n");
    sandbox_write_to(sandbox_home(&box, ".gitconfig"), SV("[core]\n\texcludesFile = ~/other\n"));
    sandbox_write_to(sandbox_home(&box, "other"), SV("kept.*\n"));
    /* The file of the folder is asked before the user's own. */
    assert_notes(".:.github/x.md\n.:kept.draft.md\n.:mine.md\n.:sub/b.draft.md\n.:sub/build/x.md\n");
}

static void links_and_special_files_are_told_not_followed(void **state)
{
    (void)state;
    sandbox_write(&box, "real/a.md", "");
    assert_int_equal(symlink("/etc/passwd", sandbox_path(&box, "passwd.md")), 0);
    assert_int_equal(symlink("real", sandbox_path(&box, "folder")), 0);
    assert_int_equal(symlink("..", sandbox_path(&box, "real/up")), 0);
    assert_int_equal(symlink("/etc", sandbox_path(&box, "etc.md")), 0);
    assert_int_equal(mkfifo(sandbox_path(&box, "pipe.md"), 0600), 0);
    assert_notes(".:etc.md (a symbolic link, which is not followed)\n"
                 ".:passwd.md (a symbolic link, which is not followed)\n"
                 ".:pipe.md (not a regular file)\n"
                 ".:real/a.md\n");
}

static void spaces_hold_their_own_notes(void **state)
{
    (void)state;
    sandbox_git(&box, "", "init", "-q");
    sandbox_write(&box, ".gitignore", "/private/\n/pairs/\n/hidden/\n*.tmp.md\n");
    sandbox_write(&box, "a.md", "");
    sandbox_write(&box, "a.tmp.md", "");
    sandbox_git(&box, "", "init", "-q", "private");
    sandbox_write(&box, "private/p.md", "");
    sandbox_write(&box, "private/p.tmp.md", "");
    sandbox_write(&box, "private/.gitignore", "secret.md\n");
    sandbox_write(&box, "private/secret.md", "");
    sandbox_git(&box, "", "init", "-q", "pairs/anna");
    sandbox_write(&box, "pairs/anna/x.md", "");
    sandbox_write(&box, "pairs/loose.md", "");
    sandbox_git(&box, "", "init", "-q", "hidden/deep/space");
    sandbox_write(&box, "hidden/deep/space/y.md", "");
    sandbox_write(&box, "hidden/deep/z.md", "");
    assert_notes(".:a.md\npairs/anna:pairs/anna/x.md\nprivate:private/p.md\nprivate:private/p.tmp.md\n");
    sandbox_write(&box, ".git/chiron/spaces", "hidden/deep/space\n");
    assert_notes(".:a.md\nhidden/deep/space:hidden/deep/space/y.md\npairs/anna:pairs/anna/x.md\n"
                 "private:private/p.md\nprivate:private/p.tmp.md\n");
}

static void a_nested_repository_becomes_a_space(void **state)
{
    struct vault *vault;
    struct buf text = {0};

    (void)state;
    sandbox_git(&box, "", "init", "-q");
    sandbox_write(&box, ".gitignore", "vendor/\n*.tmp.md\n");
    sandbox_git(&box, "", "init", "-q", "team/sub");
    sandbox_write(&box, "team/sub/s.tmp.md", "");
    sandbox_write(&box, "team/t.md", "");
    sandbox_git(&box, "", "init", "-q", "vendor/lib");
    sandbox_write(&box, "vendor/lib/v.md", "");
    vault = open_vault();
    assert_int_equal(vault->space_count, 1);
    list(vault, &text, NULL);
    assert_string_equal(text.ptr, "team/sub:team/sub/s.tmp.md\n.:team/t.md\n");
    assert_int_equal(vault->space_count, 2);
    assert_int_equal(vault->spaces[1].visibility, VISIBILITY_PAIR);
    assert_false(vault->spaces[1].declared);
    vault_close(vault);

    /* Known at once the next time, though nothing but a walk finds it. */
    vault = open_vault();
    assert_int_equal(vault->space_count, 2);
    vault_close(vault);

    /* Once its parent ignores it, it is none. */
    sandbox_write(&box, ".gitignore", "vendor/\n/team/sub\n");
    assert_notes(".:team/t.md\n");
    vault = open_vault();
    assert_int_equal(vault->space_count, 1);
    vault_close(vault);
    buf_release(&text);
}

static void reading_writes_nothing_into_the_work_tree(void **state)
{
    (void)state;
    sandbox_git(&box, "", "init", "-q", "team");
    sandbox_write(&box, "team/t.md", "");
    sandbox_write(&box, "a.md", "");
    assert_notes(".:a.md\nteam:team/t.md\n");
    assert_string_equal(sandbox_run(&box, "",
                                    (const char *const[]){"find", ".", "-path", "./team/.git", "-prune", "-o", "-type",
                                                          "f", "-print", NULL}),
                        "./team/t.md\n./a.md\n");
}

static void what_cannot_be_read_is_said(void **state)
{
    struct arena arena = {0};
    struct findings findings = {.arena = &arena};
    struct vault *vault;
    struct buf text = {0}, path = {0};

    (void)state;
    buf_put_c(&path, "d");
    for (int i = 0; i < 70; i++)
        buf_put_c(&path, "/d");
    buf_put_c(&path, "/deep.md");
    sandbox_write(&box, path.ptr, "");
    sandbox_write(&box, "a.md", "");
    sandbox_write(&box, "sub/b.md", "");
    assert_int_equal(symlink("/etc/passwd", sandbox_path(&box, "sub/.gitignore")), 0);
    vault = open_vault();
    list(vault, &text, &findings);
    assert_string_equal(text.ptr, ".:a.md\n.:sub/b.md\n");
    assert_int_equal(findings.count, 2);
    assert_string_equal(findings.items[0].rule, "folder-deep");
    assert_string_equal(findings.items[1].rule, "ignore-unreadable");
    assert_true(sv_find(findings.items[1].message, SV("'sub'")) != SIZE_MAX);
    vault_close(vault);
    buf_release(&text);
    buf_release(&path);
    arena_release(&arena);
}

/* More notes in one folder than one worker stats. */
static void a_large_folder_is_whole(void **state)
{
    struct vault *vault;
    struct walk walk;
    struct err err = {0};
    char name[32];

    (void)state;
    for (int i = 0; i < 3000; i++) {
        FILE *file;

        snprintf(name, sizeof(name), "n%04d.md", i);
        file = fopen(sandbox_path(&box, name), "w");
        assert_non_null(file);
        fprintf(file, "%0*d", i % 7 + 1, 0);
        fclose(file);
    }
    vault = open_vault();
    assert_done(walk_vault(vault, &walk, NULL, &err), &err);
    assert_int_equal(walk.count, 3000);
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof(name), "n%04d.md", i);
        assert_true(sv_eq_c(walk.entries[i].path, name));
        assert_int_equal(walk.entries[i].stamp.size, i % 7 + 1);
    }
    walk_release(&walk);
    vault_close(vault);
}

/* Out of memory at every allocation: an error each time, never a note less without one. */
static void memory_may_run_out(void **state)
{
    struct vault *vault;
    struct walk walk;
    status rc = FAILED;

    (void)state;
    setenv("CHIRON_THREADS", "1", 1);
    sandbox_git(&box, "", "init", "-q");
    sandbox_write(&box, ".git/info/exclude", "x.md\n");
    sandbox_write_to(sandbox_home(&box, ".config/git/ignore"), SV("y.md\n"));
    sandbox_write(&box, ".gitignore", "z.md\n");
    for (const char *const *name = (const char *const[]){"a.md", "x.md", "y.md", "z.md", "sub/b.md", NULL};
         *name != NULL; name++)
        sandbox_write(&box, *name, "");
    sandbox_git(&box, "", "init", "-q", "pairs/anna");
    sandbox_write(&box, "pairs/anna/y.md", "");
    sandbox_write(&box, "pairs/anna/z.md", "");
    vault = open_vault();
    for (uint64_t n = 1; rc != DONE && n < 10000; n++) {
        struct err err = {0};

        memory_fail_at(n);
        rc = walk_vault(vault, &walk, NULL, &err);
        if (rc != DONE) {
            assert_int_equal(rc, NO_MEMORY);
            continue;
        }
        assert_int_equal(walk.count, 3);
        walk_release(&walk);
        if (memory_has_failed())
            rc = FAILED;
    }
    memory_fail_at(0);
    assert_int_equal(rc, DONE);
    unsetenv("CHIRON_THREADS");
    vault_close(vault);
}

/* --- against git itself: what it would add is what the walk finds --- */

static uint64_t seed;

static unsigned pick(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((seed >> 33) % below);
}

static void random_folder(struct buf *into)
{
    static const char *const names[] = {"a", "b", "ab", "a b", "x"};

    for (unsigned depth = pick(4); depth > 0; depth--) {
        buf_put_c(into, names[pick(sizeof(names) / sizeof(names[0]))]);
        buf_char(into, '/');
    }
}

static void random_tree(void)
{
    static const char *const files[] = {"a.md", "b.md", "ab.md", "x.md"};
    static const char *const rules[] = {"*.md", "!a.md",  "/a/",     "a/",     "!a/",     "b",         "**/b/*.md",
                                        "a/**", "!/a/b/", "/*/x.md", "a\\ b/", "[ab].md", "!**/ab.md", "x/**/a.md",
                                        "/*",   "!/a",    "!/x/",    "ab",     "#x",      "?.md"};
    struct buf path = {0}, text = {0};

    for (unsigned i = 10 + pick(30); i > 0; i--) {
        buf_clear(&path);
        random_folder(&path);
        buf_put_c(&path, files[pick(4)]);
        sandbox_write(&box, path.ptr, "x");
    }
    for (unsigned i = 1 + pick(4); i > 0; i--) {
        buf_clear(&path);
        buf_clear(&text);
        random_folder(&path);
        buf_put_c(&path, ".gitignore");
        for (unsigned j = 1 + pick(4); j > 0; j--) {
            buf_put_c(&text, rules[pick(sizeof(rules) / sizeof(rules[0]))]);
            buf_char(&text, '\n');
        }
        sandbox_write(&box, path.ptr, text.ptr);
    }
    buf_release(&path);
    buf_release(&text);
}

static void git_finds_the_same(void **state)
{
    static const char *const argv[] = {"git", "ls-files", "-z", "--others", "--exclude-standard", NULL};
    const char *rounds = getenv("CHIRON_TEST_ROUNDS");

    (void)state;
    for (int i = 0; i < (rounds != NULL ? atoi(rounds) : 40); i++) {
        struct buf output = {0}, expected = {0};
        const struct proc_options options = {.argv = argv, .dir = box.dir};
        struct sv rest, path;
        struct err err = {0};
        int exit_code;

        seed = (uint64_t)i + 1;
        sandbox_remove(box.dir);
        assert_int_equal(mkdir(box.dir, 0755), 0);
        sandbox_git(&box, "", "init", "-q");
        random_tree();
        assert_done(proc_run(&options, &output, NULL, &exit_code, &err), &err);
        rest = buf_view(&output);
        buf_put_c(&expected, "");
        while (rest.len > 0 && sv_next(&rest, '\0', &path)) {
            if (sv_ends(path, SV(".md")))
                buf_printf(&expected, ".:%.*s\n", SV_ARG(path));
        }
        assert_notes(expected.ptr != NULL ? expected.ptr : "");
        buf_release(&output);
        buf_release(&expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(notes_come_in_order_of_path, setup, teardown),
        cmocka_unit_test_setup_teardown(stat_data_are_the_files, setup, teardown),
        cmocka_unit_test_setup_teardown(tool_folders_and_ignored_ones_are_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(links_and_special_files_are_told_not_followed, setup, teardown),
        cmocka_unit_test_setup_teardown(spaces_hold_their_own_notes, setup, teardown),
        cmocka_unit_test_setup_teardown(a_nested_repository_becomes_a_space, setup, teardown),
        cmocka_unit_test_setup_teardown(reading_writes_nothing_into_the_work_tree, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(a_large_folder_is_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(memory_may_run_out, setup, teardown),
        cmocka_unit_test_setup_teardown(git_finds_the_same, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
