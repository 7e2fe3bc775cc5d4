#include "git/changes.h"
#include "sandbox.h"

static struct sandbox box;

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
    sandbox_close(&box);
    return 0;
}

static bool all_wanted(struct sv path)
{
    (void)path;
    return true;
}

static bool notes_wanted(struct sv path)
{
    return sv_ends(path, SV(".md"));
}

static status read_changes(const char *folder, const char *since, git_path_fn wanted, struct git_changes *changes,
                           char head[41], struct err *err)
{
    uint64_t shallow;
    struct git_changes_options options = {
        .root = sandbox_path(&box, folder), .head = head, .since = since, .wanted = wanted};

    assert_done(git_tip_read(options.root, head, &shallow, err), err);
    return git_changes_read(&options, changes, err);
}

/* Changes as text, a line each: "A a.md", "R old > new"; beside the second parent of a merge "2A a.md". */
static void write_changes(const struct git_changes *changes, struct buf *text)
{
    buf_put_c(text, "");
    for (size_t i = 0; i < changes->commits.count; i++)
        for (uint32_t side = 0; side < changes->commits.items[i].side_count; side++)
            for (uint32_t j = 0; j < changes->commits.items[i].sides[side].count; j++) {
                const struct git_change *change = &changes->commits.items[i].sides[side].changes[j];

                if (changes->commits.items[i].side_count > 1)
                    buf_printf(text, "%u", side + 1);
                buf_printf(text, "%c ", change->kind);
                if (change->kind == 'R')
                    buf_printf(text, "%.*s > ", SV_ARG(change->old_path));
                buf_printf(text, "%.*s\n", SV_ARG(change->path));
            }
}

static void commit_all(const char *message)
{
    sandbox_git(&box, "", "add", "-A");
    sandbox_git(&box, "", "commit", "-qm", message);
}

static void assert_changes_of(const char *folder, const char *since, git_path_fn wanted, const char *expected,
                              char head[41])
{
    struct git_changes changes = {0};
    struct buf text = {0};
    struct err err = {0};

    assert_done(read_changes(folder, since, wanted, &changes, head, &err), &err);
    write_changes(&changes, &text);
    assert_string_equal(text.ptr, expected);
    buf_release(&text);
    git_changes_release(&changes);
}

static void assert_changes(const char *since, const char *expected, char head[41])
{
    assert_changes_of("", since, all_wanted, expected, head);
}

static void tells_every_change_oldest_first(void **state)
{
    char head[41], first[41];

    (void)state;
    sandbox_write(&box, "a.md", "one line that is long enough to be found again\nand another\n");
    sandbox_write(&box, "log/b.md", "b\n");
    commit_all("one");
    assert_changes(NULL, "A a.md\nA log/b.md\n", first);
    sandbox_write(&box, "log/b.md", "bb\n");
    commit_all("two");
    sandbox_git(&box, "", "mv", "a.md", "log/c.md");
    sandbox_git(&box, "", "rm", "-q", "log/b.md");
    commit_all("three");
    sandbox_git(&box, "", "commit", "-qm", "empty", "--allow-empty");
    assert_changes(NULL, "A a.md\nA log/b.md\nM log/b.md\nD log/b.md\nR a.md > log/c.md\n", head);
    assert_memory_equal(sandbox_git(&box, "", "rev-parse", "HEAD"), head, 40);
    assert_changes(first, "M log/b.md\nD log/b.md\nR a.md > log/c.md\n", head);
    snprintf(first, sizeof(first), "%s", head);
    assert_changes(first, "", head);
}

static void a_merge_is_seen_from_each_side(void **state)
{
    char head[41];

    (void)state;
    sandbox_write(&box, "a", "a\n");
    commit_all("one");
    sandbox_git(&box, "", "checkout", "-qb", "side");
    sandbox_write(&box, "side", "s\n");
    commit_all("side");
    sandbox_git(&box, "", "checkout", "-q", "main");
    sandbox_write(&box, "main", "m\n");
    commit_all("main");
    sandbox_git(&box, "", "merge", "-q", "--no-edit", "side");
    assert_changes(NULL, "A a\nA main\nA side\n1A side\n2A main\n", head);
}

static void names_are_bytes(void **state)
{
    char head[41];

    (void)state;
    sandbox_write(&box, ":100644 x\ny", "1");
    sandbox_write(&box, "za\xff\xfe\xc5\xbc.md", "2");
    sandbox_write(&box, "0123456789012345678901234567890123456789\n1\nx", "3");
    commit_all("one");
    assert_changes(NULL, "A 0123456789012345678901234567890123456789\n1\nx\nA :100644 x\ny\nA za\xff\xfe\xc5\xbc.md\n",
                   head);
}

/* What moves in from among other files begins there, and what moves out ends. */
static void only_wanted_paths_are_told(void **state)
{
    const char *words = "some lines\nof text\nto be found\nagain\n";
    char head[41];

    (void)state;
    sandbox_write(&box, "a.txt", words);
    sandbox_write(&box, "b.png", "b");
    commit_all("one");
    sandbox_git(&box, "", "mv", "a.txt", "a.md");
    commit_all("two");
    sandbox_git(&box, "", "mv", "a.md", "c.md");
    commit_all("three");
    sandbox_git(&box, "", "mv", "c.md", "a.txt");
    commit_all("four");
    assert_changes_of("", NULL, notes_wanted, "A a.md\nR a.md > c.md\nD c.md\n", head);
}

static void the_author_is_told_as_written(void **state)
{
    struct git_changes changes = {0};
    struct err err = {0};
    char head[41], id[41];

    (void)state;
    sandbox_write(&box, ".mailmap", "Other <other@example.org> <ada@example.org>\n");
    sandbox_git(&box, "", "add", ".");
    sandbox_git(&box, "", "-c", "user.name=Ada \xc5\xbb", "commit", "-qm", "x", "--date=2026-01-31T12:00:00Z");
    assert_done(read_changes("", NULL, all_wanted, &changes, head, &err), &err);
    assert_int_equal(changes.commits.count, 1);
    const struct git_commit *commit = &changes.commits.items[0];
    const struct git_person *author = &changes.commits.people[commit->author];
    assert_true(sv_eq_c(author->name, "Ada \xc5\xbb"));
    assert_true(sv_eq_c(author->address, "ada@example.org"));
    assert_int_equal(commit->time, 1769860800);
    git_id_format(&commit->id, id);
    assert_string_equal(id, head);
    git_changes_release(&changes);
}

static void without_a_commit_there_is_nothing(void **state)
{
    char head[41] = "x";
    uint64_t shallow = 1;
    struct err err = {0};

    (void)state;
    assert_done(git_tip_read(box.dir, head, &shallow, &err), &err);
    assert_string_equal(head, "");
    assert_int_equal(shallow, 0);
}

/* A commit that is no more conflicts; one that is only no ancestor is gone round. */
static void a_rewritten_history_is_told(void **state)
{
    struct git_changes changes = {0};
    char first[41], old[41], head[41], id[41];
    struct err err = {0};

    (void)state;
    sandbox_write(&box, "a", "a\n");
    commit_all("one");
    assert_changes(NULL, "A a\n", first);
    sandbox_write(&box, "b", "b\n");
    commit_all("two");
    assert_changes(first, "A b\n", old);
    sandbox_git(&box, "", "commit", "-q", "--amend", "-m", "other");
    assert_done(read_changes("", old, all_wanted, &changes, head, &err), &err);
    assert_int_equal(changes.commits.count, 1);
    assert_int_equal(changes.commits.outside_count, 1);
    git_id_format(&changes.commits.outside[0], id);
    assert_string_equal(id, first);
    git_changes_release(&changes);
    assert_int_equal(read_changes("", "ffffffffffffffffffffffffffffffffffffffff", all_wanted, &changes, head, &err),
                     CONFLICTED);
    git_changes_release(&changes);
}

/* A long history is compared in pieces, by as many processes as there are cores. */
static void pieces_make_one_whole(void **state)
{
    enum { COMMITS = 1700 };
    static const char *const argv[] = {"git", "fast-import", "--quiet", NULL};
    struct buf input = {0}, expected = {0};
    struct err err = {0};
    char head[41];
    int exit_code = 0;

    (void)state;
    for (int i = 0; i < COMMITS; i++) {
        buf_printf(&input,
                   "commit refs/heads/main\ncommitter A <a@b> %d +0000\ndata 0\nM 100644 inline f%d\ndata 1\n%d\n",
                   1700000000 + i, i % 7, i % 10);
        buf_printf(&expected, "%s f%d\n", i < 7 ? "A" : "M", i % 7);
    }
    const struct proc_options options = {.argv = argv, .dir = box.dir, .input = buf_view(&input)};
    assert_done(proc_run(&options, NULL, NULL, &exit_code, &err), &err);
    assert_int_equal(exit_code, 0);
    setenv("CHIRON_THREADS", "3", 1);
    assert_changes(NULL, expected.ptr, head);
    unsetenv("CHIRON_THREADS");
    buf_release(&input);
    buf_release(&expected);
}

/* Renames cannot be told where a content is missing; nothing is told twice, and nothing is lost. */
static void a_missing_blob_breaks_nothing(void **state)
{
    char head[41], id[42], object[128];

    (void)state;
    sandbox_write(&box, "keep", "k\n");
    commit_all("one");
    sandbox_write(&box, "a", "some lines\nof text\nto be found\nagain\n");
    commit_all("two");
    sandbox_git(&box, "", "mv", "a", "b");
    sandbox_write(&box, "b", "some lines\nof text\nto be found\nagain!\n");
    commit_all("three");
    snprintf(id, sizeof(id), "%s", sandbox_git(&box, "", "rev-parse", "HEAD:b"));
    snprintf(object, sizeof(object), ".git/objects/%.2s/%.38s", id, id + 2);
    assert_int_equal(unlink(sandbox_path(&box, object)), 0);
    assert_changes(NULL, "A keep\nA a\nD a\nA b\n", head);
    assert_int_equal(strlen(head), 40);
}

/* Gives HEAD a signature, so that showing it would run the program that checks signatures. */
static void sign_head(void)
{
    static const char *const argv[] = {"git", "hash-object", "-t", "commit", "-w", "--stdin", NULL};
    const char *plain = sandbox_git(&box, "", "cat-file", "commit", "HEAD"), *blank = strstr(plain, "\n\n");
    struct buf text = {0}, id = {0};
    struct err err = {0};
    int exit_code = 0;

    assert_non_null(blank);
    buf_put(&text, sv_make(plain, (size_t)(blank - plain)));
    buf_put_c(&text, "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----");
    buf_put_c(&text, blank);
    const struct proc_options options = {.argv = argv, .dir = box.dir, .input = buf_view(&text)};
    assert_done(proc_run(&options, &id, NULL, &exit_code, &err), &err);
    assert_int_equal(exit_code, 0);
    buf_truncate(&id, 40);
    sandbox_git(&box, "", "update-ref", "HEAD", id.ptr);
    buf_release(&id);
    buf_release(&text);
}

/* A repository's configuration names commands in many places; reading its history runs none of them. */
static void a_hostile_configuration_runs_nothing(void **state)
{
    char head[41], text[8192];
    int exit_code;
    char trap[256], sprung[256];

    (void)state;
    assert_true(snprintf(trap, sizeof(trap), "%s/trap", box.dir) < (int)sizeof(trap));
    assert_true(snprintf(sprung, sizeof(sprung), "%s/sprung", box.dir) < (int)sizeof(sprung));
    snprintf(text, sizeof(text), "#!/bin/sh\ntouch '%s'\ncat\n", sprung);
    sandbox_write(&box, "trap", text);
    chmod(trap, 0755);
    snprintf(text, sizeof(text), "* diff=evil filter=evil\n");
    sandbox_write(&box, ".gitattributes", text);
    commit_all("one");
    sign_head();
    snprintf(
        text, sizeof(text),
        "\n[core]\n\tpager = %s\n\tfsmonitor = %s\n\teditor = %s\n\thooksPath = %s\n\tsshCommand = %s\n"
        "[diff]\n\texternal = %s\n[diff \"evil\"]\n\ttextconv = %s\n\tcommand = %s\n[gpg]\n\tprogram = %s\n"
        "[log]\n\tshowSignature = true\n\tshowRoot = false\n[pager]\n\tlog = %s\n[alias]\n\tlog = !%s\n"
        "[filter \"evil\"]\n\tsmudge = %s\n\tclean = %s\n[color]\n\tui = always\n[diff]\n\torderFile = /nonexistent\n"
        "[remote \"origin\"]\n\tpromisor = true\n\turl = ext::%s\n[extensions]\n\tpartialClone = origin\n",
        trap, trap, trap, box.dir, trap, trap, trap, trap, trap, trap, trap, trap, trap, trap);
    struct buf config = {0};
    struct err err = {0};

    assert_done(file_read(sandbox_path(&box, ".git/config"), 65536, &config, &err), &err);
    buf_put_c(&config, text);
    sandbox_write(&box, ".git/config", config.ptr);
    buf_release(&config);
    assert_changes(NULL, "A .gitattributes\nA trap\n", head);
    assert_int_not_equal(access(sprung, F_OK), 0);
    /* The trap is a good one: a plain look at the history springs it. */
    sandbox_try(&box, "", (const char *const[]){"git", "log", "-p", NULL}, &exit_code);
    assert_int_equal(access(sprung, F_OK), 0);
}

static void a_shallow_clone_begins_where_it_is_cut(void **state)
{
    char head[41], url[PATH_MAX + 8];

    (void)state;
    sandbox_write(&box, "a", "a\n");
    commit_all("one");
    sandbox_write(&box, "b", "b\n");
    commit_all("two");
    snprintf(url, sizeof(url), "file://%s", box.dir);
    sandbox_git(&box, "", "clone", "-q", "--depth=1", url, "clone");
    assert_changes_of("clone", NULL, all_wanted, "A a\nA b\n", head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tells_every_change_oldest_first, setup, teardown),
        cmocka_unit_test_setup_teardown(a_merge_is_seen_from_each_side, setup, teardown),
        cmocka_unit_test_setup_teardown(names_are_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(only_wanted_paths_are_told, setup, teardown),
        cmocka_unit_test_setup_teardown(the_author_is_told_as_written, setup, teardown),
        cmocka_unit_test_setup_teardown(without_a_commit_there_is_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_rewritten_history_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(pieces_make_one_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_blob_breaks_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_hostile_configuration_runs_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_shallow_clone_begins_where_it_is_cut, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
