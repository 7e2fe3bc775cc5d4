/* What git knows of notes: kept by path, across renames, spaces and rewritten history. */
#include "fixture.h"

static struct fixture f;

static int setup(void **state)
{
    (void)state;
    fixture_begin(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_end(&f);
    return 0;
}

static void commit_in(const char *folder, const char *who, const char *date)
{
    char author[128], when[64];
    snprintf(author, sizeof author, "%s <%s@example.org>", who, who);
    snprintf(when, sizeof when, "%sT12:00:00Z", date);
    setenv("GIT_COMMITTER_DATE", when, 1);
    sandbox_git(&f.box, folder, "add", "-A");
    sandbox_git(&f.box, folder, "commit", "-q", "--allow-empty", "-m", "x", "--author", author, "--date", when);
    unsetenv("GIT_COMMITTER_DATE");
}

static void build(void)
{
    struct err err = {0};
    fixture_open(&f);
    assert_done(catalogue_build_history(f.catalogue, &err), &err);
}

static void assert_past(const char *path, const char *date, const char *created, const char *modified,
                        const char *authors)
{
    struct arena arena = {0};
    struct record r;
    struct err err = {0};
    assert_done(catalogue_record(f.catalogue, fixture_id(&f, path), &arena, &r, &err), &err);
    assert_string_equal(r.date.ptr, date);
    assert_string_equal(r.created.ptr, created);
    assert_string_equal(r.modified.ptr, modified);
    assert_string_equal(r.authors.ptr, authors);
    arena_release(&arena);
}

static int64_t changes_of(const char *path)
{
    struct arena arena = {0};
    struct record r;
    struct err err = {0};
    assert_done(catalogue_record(f.catalogue, fixture_id(&f, path), &arena, &r, &err), &err);
    arena_release(&arena);
    return r.changes;
}

static void nothing_to_know(void **state)
{
    (void)state;
    fixture_write(&f, "a.md", "# A\n\nSome words that are long enough for git to see a rename.\n");
    build();
    assert_past("a.md", "", "", "", "");
    sandbox_git(&f.box, "", "init", "-q");
    build();
    assert_past("a.md", "", "", "", "");
}

static void commits(void **state)
{
    (void)state;
    fixture_write(&f, "b.md", "---\ndate: 2020-02-02\n---\n# B\n");
    fixture_write(&f, "photo.png", "no note");
    commit_in("", "Ada", "2026-01-10");
    build();
    assert_past("a.md", "2026-01-10", "2026-01-10", "2026-01-10", "[\"Ada\"]");
    assert_past("b.md", "2020-02-02", "2026-01-10", "2026-01-10", "[\"Ada\"]");
    fixture_write(&f, "b.md", "---\ndate: 2020-02-02\n---\n# B again\n");
    commit_in("", "Bo", "2026-02-20");
    build();
    assert_past("b.md", "2020-02-02", "2026-01-10", "2026-02-20", "[\"Ada\",\"Bo\"]");
    assert_past("a.md", "2026-01-10", "2026-01-10", "2026-01-10", "[\"Ada\"]");
    assert_int_equal(changes_of("b.md"), 2);
    assert_int_equal(changes_of("a.md"), 1);
}

static void a_rename(void **state)
{
    (void)state;
    assert_int_equal(mkdir(sandbox_path(&f.box, "d"), 0755), 0);
    assert_int_equal(rename(sandbox_path(&f.box, "a.md"), sandbox_path(&f.box, "d/a2.md")), 0);
    commit_in("", "Cy", "2026-03-03");
    build();
    assert_past("a2", "2026-01-10", "2026-01-10", "2026-03-03", "[\"Ada\",\"Cy\"]");
    /* the old name begins anew */
    fixture_write(&f, "a.md", "# Something else altogether\n");
    commit_in("", "Di", "2026-04-04");
    build();
    assert_past("a.md", "2026-04-04", "2026-04-04", "2026-04-04", "[\"Di\"]");
    assert_past("a2", "2026-01-10", "2026-01-10", "2026-03-03", "[\"Ada\",\"Cy\"]");
}

static void queries(void **state)
{
    (void)state;
    assert_string_equal(fixture_query(&f, "author:bo"), "b.md");
    assert_string_equal(fixture_query(&f, "author:ada@example.org"), "b.md d/a2.md");
    assert_string_equal(fixture_query(&f, "created:2026-01"), "b.md d/a2.md");
    assert_string_equal(fixture_query(&f, "modified:>=2026-03"), "a.md d/a2.md");
    assert_string_equal(fixture_query(&f, "after:2026-03"), "a.md");
    assert_string_equal(fixture_query(&f, "on:2020"), "b.md");
    /* any change counts, not the first and the last alone */
    assert_string_equal(fixture_query(&f, "changed:2026-01"), "b.md d/a2.md");
    assert_string_equal(fixture_query(&f, "changed:2026-03..2026-04"), "a.md d/a2.md");
    assert_string_equal(fixture_query(&f, "changed:<2026-01-10"), "");
    assert_string_equal(fixture_query(&f, "changes:>=2"), "b.md d/a2.md");
    assert_string_equal(fixture_query(&f, "changes:1"), "a.md");
    assert_string_equal(fixture_query(&f, "has:changed"), "a.md b.md d/a2.md");
    assert_string_equal(fixture_query(&f, "no:changes"), "");
}

/* Asking by date builds what it needs: the answer does not depend on what was asked before. */
static void dates_of_a_fresh_catalogue(void **state)
{
    (void)state;
    fixture_close_catalogue(&f);
    assert_int_equal(unlink(sandbox_path(&f.box, ".git/chiron/catalogue.db")), 0);
    fixture_open(&f);
    assert_string_equal(fixture_query(&f, "after:2026-03"), "a.md");
    fixture_close_catalogue(&f);
    assert_int_equal(unlink(sandbox_path(&f.box, ".git/chiron/catalogue.db")), 0);
    fixture_open(&f);
    struct sort sort;
    struct buf out = {0};
    struct err err = {0};
    sort_parse(SV("date"), &sort);
    assert_done(catalogue_each(f.catalogue, NULL, &sort, 0, fixture_put_path, &out, &err), &err);
    assert_string_equal(out.ptr, "a.md d/a2.md b.md");
    buf_release(&out);
}

static void a_space_of_its_own(void **state)
{
    (void)state;
    sandbox_git(&f.box, "", "init", "-q", "private");
    fixture_write(&f, "private/p.md", "# P\n");
    commit_in("private", "Ed", "2026-05-05");
    build();
    assert_past("p", "2026-05-05", "2026-05-05", "2026-05-05", "[\"Ed\"]");
    assert_past("b.md", "2020-02-02", "2026-01-10", "2026-02-20", "[\"Ada\",\"Bo\"]");
}

/* A history that was rewritten is read anew; other spaces keep theirs. */
static void rewritten(void **state)
{
    (void)state;
    sandbox_git(&f.box, "", "checkout", "-q", "--orphan", "fresh");
    fixture_write(&f, ".gitignore", "private/\n");
    commit_in("", "Fay", "2026-06-06");
    sandbox_git(&f.box, "", "reflog", "expire", "--expire=now", "--all");
    build();
    assert_past("b.md", "2020-02-02", "2026-06-06", "2026-06-06", "[\"Fay\"]");
    assert_past("p", "2026-05-05", "2026-05-05", "2026-05-05", "[\"Ed\"]");
}

static void removed_and_back(void **state)
{
    (void)state;
    assert_int_equal(unlink(sandbox_path(&f.box, "b.md")), 0);
    commit_in("", "Fay", "2026-07-07");
    fixture_write(&f, "b.md", "# Back\n");
    commit_in("", "Gus", "2026-08-08");
    build();
    assert_past("b.md", "2026-08-08", "2026-08-08", "2026-08-08", "[\"Gus\"]");
}

static void order_by_changes(void **state)
{
    (void)state;
    struct sort sort;
    struct buf out = {0};
    struct err err = {0};
    fixture_write(&f, "b.md", "# Back again\n");
    commit_in("", "Gus", "2026-08-09");
    build();
    sort_parse(SV("changes"), &sort);
    assert_done(catalogue_each(f.catalogue, NULL, &sort, 1, fixture_put_path, &out, &err), &err);
    assert_string_equal(out.ptr, "b.md");
    buf_release(&out);
}

/* An amended commit takes the place of the one it replaces. */
static void amended(void **state)
{
    (void)state;
    fixture_write(&f, "b.md", "# Back for good\n");
    sandbox_git(&f.box, "", "commit", "-qa", "--amend", "--no-edit", "--author=Hal <hal@example.org>",
                "--date=2026-08-10T12:00:00Z");
    build();
    assert_past("b.md", "2026-08-08", "2026-08-08", "2026-08-10", "[\"Gus\",\"Hal\"]");
    assert_int_equal(changes_of("b.md"), 2);
}

/* A branch that began before what is known comes in: what it changed is counted, under the name the note has now, and
 * the merge itself is no change. */
static void a_pull(void **state)
{
    (void)state;
    fixture_write(&f, "plan.md", "# Plan\n\none\ntwo\nthree\nfour\nfive\nsix\n");
    commit_in("", "Ada", "2026-09-01");
    sandbox_git(&f.box, "", "branch", "side");
    sandbox_git(&f.box, "", "mv", "plan.md", "the-plan.md");
    commit_in("", "Ada", "2026-09-02");
    build();
    sandbox_git(&f.box, "", "checkout", "-q", "side");
    fixture_write(&f, "plan.md", "# Plan\n\none\ntwo\nthree\nfour\nfive\nsix\nseven\n");
    commit_in("", "Bo", "2026-09-03");
    sandbox_git(&f.box, "", "checkout", "-q", "fresh");
    sandbox_git(&f.box, "", "merge", "-q", "--no-edit", "side");
    build();
    assert_past("the-plan", "2026-09-01", "2026-09-01", "2026-09-03", "[\"Ada\",\"Bo\"]");
    assert_int_equal(changes_of("the-plan"), 3);
}

/* HEAD goes back, and forward again. */
static status put_commit(void *payload, const struct note_commit *commit, struct err *err)
{
    char day[DATE_TEXT_SIZE];
    (void)err;
    assert_int_equal(commit->id.len, 40);
    buf_printf(payload, "%s %.*s <%.*s> %.*s\n", date_format(date_from_time((time_t)commit->time), day),
               SV_ARG(commit->author), SV_ARG(commit->address), SV_ARG(commit->path));
    return DONE;
}

static void assert_commits(const char *path, const char *expected)
{
    struct buf out = {0};
    struct err err = {0};
    assert_done(catalogue_note_commits(f.catalogue, fixture_id(&f, path), put_commit, &out, &err), &err);
    assert_string_equal(out.ptr, expected);
    buf_release(&out);
}

static void commits_of_one_note(void **state)
{
    (void)state;
    assert_commits("the-plan", "2026-09-03 Bo <Bo@example.org> plan.md\n2026-09-02 Ada <Ada@example.org> the-plan.md\n"
                               "2026-09-01 Ada <Ada@example.org> plan.md\n");
    assert_commits("private/p.md", "2026-05-05 Ed <Ed@example.org> private/p.md\n");
}

static void back_and_forth(void **state)
{
    (void)state;
    sandbox_git(&f.box, "", "reset", "-q", "--hard", "HEAD~1");
    build();
    assert_past("the-plan", "2026-09-01", "2026-09-01", "2026-09-02", "[\"Ada\"]");
    sandbox_git(&f.box, "", "reset", "-q", "--hard", "HEAD@{1}");
    build();
    assert_past("the-plan", "2026-09-01", "2026-09-01", "2026-09-03", "[\"Ada\",\"Bo\"]");
}

/* Both sides find the same news; whoever comes second takes what is there. */
static void two_at_once(void **state)
{
    struct fixture other = {.box = f.box};
    struct err err = {0};
    (void)state;
    fixture_open(&f);
    fixture_open(&other);
    fixture_write(&f, "b.md", "# Once more\n");
    commit_in("", "Ida", "2026-10-10");
    assert_done(catalogue_build_history(f.catalogue, &err), &err);
    assert_done(catalogue_build_history(other.catalogue, &err), &err);
    fixture_close_catalogue(&other);
    assert_past("b.md", "2026-08-08", "2026-08-08", "2026-10-10", "[\"Gus\",\"Hal\",\"Ida\"]");
    assert_int_equal(changes_of("b.md"), 3);
}

static void unborn(void **state)
{
    (void)state;
    sandbox_git(&f.box, "", "checkout", "-q", "--orphan", "nothing");
    build();
    assert_past("b.md", "", "", "", "");
    sandbox_git(&f.box, "", "checkout", "-q", "-f", "fresh");
    build();
    assert_int_equal(changes_of("b.md"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_to_know),
        cmocka_unit_test(commits),
        cmocka_unit_test(a_rename),
        cmocka_unit_test(queries),
        cmocka_unit_test(dates_of_a_fresh_catalogue),
        cmocka_unit_test(a_space_of_its_own),
        cmocka_unit_test(rewritten),
        cmocka_unit_test(removed_and_back),
        cmocka_unit_test(order_by_changes),
        cmocka_unit_test(amended),
        cmocka_unit_test(a_pull),
        cmocka_unit_test(commits_of_one_note),
        cmocka_unit_test(back_and_forth),
        cmocka_unit_test(two_at_once),
        cmocka_unit_test(unborn),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
