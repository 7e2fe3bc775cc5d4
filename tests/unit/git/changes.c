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

/* Changes as text: "A a.md", "R old > new", a line each. */
struct log {
    struct buf text;
    char last_commit[41];
    int64_t last_time;
    char last_author[128];
    size_t stop_after, calls;
};

static status note_change(void *payload, const struct git_change *change, struct err *err)
{
    struct log *log = payload;

    (void)err;
    assert_int_equal(change->commit.len, 40);
    if (log->stop_after > 0 && ++log->calls > log->stop_after)
        return STOP;
    snprintf(log->last_commit, sizeof(log->last_commit), "%.*s", SV_ARG(change->commit));
    snprintf(log->last_author, sizeof(log->last_author), "%.*s <%.*s>", SV_ARG(change->author_name),
             SV_ARG(change->author_email));
    log->last_time = change->time;
    buf_printf(&log->text, "%c ", change->kind);
    if (change->kind == 'R')
        buf_printf(&log->text, "%.*s > ", SV_ARG(change->old_path));
    buf_printf(&log->text, "%.*s\n", SV_ARG(change->path));
    return DONE;
}

static void commit_all(const char *message)
{
    sandbox_git(&box, "", "add", "-A");
    sandbox_git(&box, "", "commit", "-qm", message);
}

static void assert_changes_of(const char *folder, struct sv since, const char *expected, char head[41])
{
    struct log log = {0};
    struct err err = {0};

    buf_put_c(&log.text, "");
    assert_done(git_changes(sandbox_path(&box, folder), since, note_change, &log, head, &err), &err);
    assert_string_equal(log.text.ptr != NULL ? log.text.ptr : "", expected);
    buf_release(&log.text);
}

static void assert_changes(struct sv since, const char *expected, char head[41])
{
    assert_changes_of("", since, expected, head);
}

static void tells_every_change_oldest_first(void **state)
{
    char head[41], first[41];

    (void)state;
    sandbox_write(&box, "a.md", "one line that is long enough to be found again\nand another\n");
    sandbox_write(&box, "log/b.md", "b\n");
    commit_all("one");
    assert_changes((struct sv){0}, "A a.md\nA log/b.md\n", first);
    sandbox_write(&box, "log/b.md", "bb\n");
    commit_all("two");
    sandbox_git(&box, "", "mv", "a.md", "log/c.md");
    sandbox_git(&box, "", "rm", "-q", "log/b.md");
    commit_all("three");
    sandbox_git(&box, "", "commit", "-qm", "empty", "--allow-empty");
    assert_changes((struct sv){0}, "A a.md\nA log/b.md\nM log/b.md\nD log/b.md\nR a.md > log/c.md\n", head);
    assert_memory_equal(sandbox_git(&box, "", "rev-parse", "HEAD"), head, 40);
    assert_changes(sv_of(first), "M log/b.md\nD log/b.md\nR a.md > log/c.md\n", head);
    assert_changes(sv_of(head), "", head);
}

static void both_sides_of_a_merge_are_seen_once(void **state)
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
    assert_changes((struct sv){0}, "A a\nA main\nA side\n", head);
}

static void names_are_bytes(void **state)
{
    char head[41];

    (void)state;
    sandbox_write(&box, ":100644 x\ny", "1");
    sandbox_write(&box, "za\xff\xfe\xc5\xbc.md", "2");
    sandbox_write(&box, "0123456789012345678901234567890123456789\n1\nx", "3");
    commit_all("one");
    assert_changes((struct sv){0},
                   "A 0123456789012345678901234567890123456789\n1\nx\nA :100644 x\ny\nA za\xff\xfe\xc5\xbc.md\n", head);
}

static void the_author_is_told_as_written(void **state)
{
    struct log log = {0};
    struct err err = {0};
    char head[41];

    (void)state;
    sandbox_write(&box, ".mailmap", "Other <other@example.org> <ada@example.org>\n");
    sandbox_git(&box, "", "add", ".");
    sandbox_git(&box, "", "-c", "user.name=Ada \xc5\xbb", "commit", "-qm", "x", "--date=2026-01-31T12:00:00Z");
    assert_done(git_changes(box.dir, (struct sv){0}, note_change, &log, head, &err), &err);
    assert_string_equal(log.last_author, "Ada \xc5\xbb <ada@example.org>");
    assert_int_equal(log.last_time, 1769860800);
    assert_string_equal(log.last_commit, head);
    buf_release(&log.text);
}

static void without_a_commit_there_is_nothing(void **state)
{
    char head[41] = "x";
    struct err err = {0};
    struct log log = {0};

    (void)state;
    assert_changes((struct sv){0}, "", head);
    assert_string_equal(head, "");
    assert_int_equal(
        git_changes(box.dir, SV("0123456789012345678901234567890123456789"), note_change, &log, head, &err),
        CONFLICTED);
}

static void a_rewritten_history_conflicts(void **state)
{
    char old[41], head[41];
    struct err err = {0};
    struct log log = {0};

    (void)state;
    sandbox_write(&box, "a", "a\n");
    commit_all("one");
    assert_changes((struct sv){0}, "A a\n", old);
    sandbox_git(&box, "", "commit", "-q", "--amend", "-m", "other");
    assert_int_equal(git_changes(box.dir, sv_of(old), note_change, &log, head, &err), CONFLICTED);
    assert_string_equal(head, "");
    err_clear(&err);
    assert_int_equal(git_changes(box.dir, SV("--all"), note_change, &log, head, &err), CONFLICTED);
    err_clear(&err);
    assert_int_equal(
        git_changes(box.dir, SV("ffffffffffffffffffffffffffffffffffffffff"), note_change, &log, head, &err),
        CONFLICTED);
    assert_int_equal(log.text.len, 0);
}

static void stop_ends_it(void **state)
{
    struct log log = {.stop_after = 2};
    struct err err = {0};
    char head[41], name[32];

    (void)state;
    for (int i = 0; i < 5; i++) {
        snprintf(name, sizeof(name), "f%d", i);
        sandbox_write(&box, name, name);
        commit_all(name);
    }
    assert_int_equal(git_changes(box.dir, (struct sv){0}, note_change, &log, head, &err), STOP);
    assert_string_equal(log.text.ptr, "A f0\nA f1\n");
    buf_release(&log.text);
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
    assert_changes((struct sv){0}, "A keep\nA a\nD a\nA b\n", head);
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
    assert_changes((struct sv){0}, "A .gitattributes\nA trap\n", head);
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
    assert_changes_of("clone", (struct sv){0}, "A a\nA b\n", head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tells_every_change_oldest_first, setup, teardown),
        cmocka_unit_test_setup_teardown(both_sides_of_a_merge_are_seen_once, setup, teardown),
        cmocka_unit_test_setup_teardown(names_are_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(the_author_is_told_as_written, setup, teardown),
        cmocka_unit_test_setup_teardown(without_a_commit_there_is_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_rewritten_history_conflicts, setup, teardown),
        cmocka_unit_test_setup_teardown(stop_ends_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_blob_breaks_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_hostile_configuration_runs_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_shallow_clone_begins_where_it_is_cut, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
