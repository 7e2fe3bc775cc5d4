/* Every allocation fails once, everywhere: a clean error, nothing leaked, and the right answer afterwards. */
#include "fixture.h"

#include "catalogue/audience.h"
#include "catalogue/group.h"

static struct fixture f;

static int setup(void **state)
{
    (void)state;
    fixture_begin(&f);
    setenv("CHIRON_THREADS", "1", 1); /* failures are of this thread */
    sandbox_git(&f.box, "", "init", "-q");
    fixture_write(&f, "a.md",
                  "---\ntitle: A\ntags: [x, y/z]\naliases: [First]\ndate: 2026-01-01\nmentor: b\n---\n# One\n"
                  "[[b#Two]] [[gone]] [p](pic.png) - text\n\n- [ ] do it\n");
    fixture_write(&f, "b.md", "# Two\n[[First]] [[a]]\n");
    fixture_write(&f, "d/b.md", "---\ntype: charter\nmentor: b\n---\n# Three\n[[../a]]\n");
    sandbox_git(&f.box, "", "add", "-A");
    sandbox_git(&f.box, "", "commit", "-qm", "x");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_end(&f);
    return 0;
}

static status ignore_link(void *payload, const struct link_record *link, struct err *err)
{
    (void)payload;
    (void)link;
    (void)err;
    return DONE;
}

static status ignore_record(void *payload, const struct record *record, struct err *err)
{
    (void)payload;
    (void)record;
    (void)err;
    return DONE;
}

static status ignore_finding(void *payload, const struct finding_record *finding, struct err *err)
{
    (void)payload;
    (void)finding;
    (void)err;
    return DONE;
}

static status ignore_hit(void *payload, const struct search_hit *hit, struct err *err)
{
    (void)payload;
    (void)hit;
    (void)err;
    return DONE;
}

static status open_and_refresh(struct err *err)
{
    status s = vault_open(f.box.dir, &f.vault, NULL, err);
    if (s == DONE)
        s = catalogue_open(f.vault, NULL, &f.catalogue, NULL, err);
    return s == DONE ? catalogue_refresh(f.catalogue, NULL, err) : s;
}

/* What every note holds, and what a pattern's groups took of it. */
static status read_record(void *payload, const struct record *record, struct err *err)
{
    struct arena arena = {0};
    struct buf bytes = {0};
    struct sv *values;
    status s = catalogue_read(f.catalogue, record, &bytes, err);
    if (s == DONE)
        s = eval_groups_of(payload, record, &arena, &values, err);
    buf_release(&bytes);
    arena_release(&arena);
    return s;
}

static status ask_groups(struct err *err)
{
    struct arena arena = {0};
    struct query *query = NULL;
    struct eval_groups *groups = NULL;
    status s = query_parse(SV("/(?<a>t)(?<b>w|h)/ /(?<b>.)/"), date_today(), &arena, &query, err);
    if (s == DONE)
        s = eval_groups_open(f.catalogue, query, &groups, err);
    if (s == DONE)
        s = catalogue_each(f.catalogue, NULL, NULL, 0, read_record, groups, err);
    eval_groups_close(groups);
    arena_release(&arena);
    return s;
}

/* In groups by values, by people, by place and by history, with figures; and as others see it. */
static status group(struct err *err)
{
    static const char *const keys[] = {"tag:1", "mentor", "folder", "date:month", "author", "title2", ""};
    static const struct measure measures[] = {{MEASURE_MEDIAN, SV_INIT("words")}, {MEASURE_SUM, SV_INIT("mentor")}};
    struct arena arena = {0};
    struct query *query = NULL;
    struct id_set set = {0};
    struct audience audience = {0};
    struct buf warnings = {0};
    struct eval eval = {.catalogue = f.catalogue, .visible = &audience.visible};
    status s = audience_of(f.catalogue, &f.vault->spaces[0], &audience, err);
    if (s == DONE)
        s = query_parse(SV("mentor:b OR type:note"), date_today(), &arena, &query, err);
    if (s == DONE)
        s = eval_set(&eval, query, &set, err);
    for (size_t i = 0; s == DONE && i < sizeof keys / sizeof *keys; i++) {
        struct group *groups;
        size_t count;
        struct group_request request = {.key = sv_of(keys[i]),
                                        .measures = measures,
                                        .measure_count = 2,
                                        .visible = &audience.visible,
                                        .warnings = &warnings};
        s = catalogue_group(f.catalogue, &set, &request, &arena, &groups, &count, err);
    }
    audience_release(&audience);
    id_set_release(&set);
    buf_release(&warnings);
    arena_release(&arena);
    return s;
}

static status ask(struct err *err)
{
    static const char text[] = "(tag:x OR mentor:b OR link:a OR linked:a OR has:linked OR author:ada OR in:d -/x/) "
                               "OR date:2026 OR task:open OR title2:x OR handle:b* OR changed:2020..2030 "
                               "OR changes:>9 OR created:2020";
    struct arena arena = {0};
    struct query *query = NULL;
    struct id_set set = {0};
    struct buf warnings = {0};
    struct link_filter filter = {0};
    int64_t id;
    struct sort sort;
    struct eval eval = {.catalogue = f.catalogue, .warnings = &warnings};
    sort_parse(SV("title"), &sort);
    status s = query_parse(sv_of(text), date_today(), &arena, &query, err);
    if (s == DONE)
        s = eval_set(&eval, query, &set, err);
    if (s == DONE)
        s = eval_search(&eval, query, 2, ignore_hit, NULL, err);
    if (s == DONE)
        s = catalogue_each(f.catalogue, &set, &sort, 0, ignore_record, NULL, err);
    if (s == DONE)
        s = catalogue_links(f.catalogue, &filter, ignore_link, NULL, err);
    if (s == DONE)
        s = catalogue_findings(f.catalogue, NULL, ignore_finding, NULL, err);
    if (s == DONE)
        s = catalogue_find(f.catalogue, SV("a"), true, &id, err);
    id_set_release(&set);
    buf_release(&warnings);
    arena_release(&arena);
    return s;
}

static status learn_history(struct err *err)
{
    status s = open_and_refresh(err);
    return s == DONE ? catalogue_build_history(f.catalogue, err) : s;
}

enum before { NOTHING, REOPEN, REBUILD, MOVE };

/* To the news of a merge, whose branch began before what is known. */
static void move_head(void)
{
    struct err err = {0};
    sandbox_git(&f.box, "", "reset", "-q", "--hard", "one");
    assert_done(learn_history(&err), &err);
    fixture_close_catalogue(&f);
    sandbox_git(&f.box, "", "reset", "-q", "--hard", "both");
}

/* Runs `fn` with the n-th allocation failing, for every n. */
static void fail_each(status (*fn)(struct err *), enum before before, uint64_t step)
{
    for (uint64_t n = 1;; n += n < 200 ? 1 : step) {
        struct err err = {0};
        if (before != NOTHING) {
            fixture_close_catalogue(&f);
            if (before == REBUILD)
                unlink(sandbox_path(&f.box, ".git/chiron/catalogue.db"));
            if (before == MOVE)
                move_head();
        }
        memory_fail_at(n);
        status s = fn(&err);
        bool fired = memory_has_failed();
        memory_fail_at(0);
        if (!fired)
            assert_done(s, &err);
        else if (s != NO_MEMORY && s != DONE)
            fail_msg("allocation %d: status %d: %s", (int)n, s, err.text);
        else if (s == NO_MEMORY)
            assert_int_equal(err.code, NO_MEMORY);
        if (!fired)
            break;
    }
}

static void opening(void **state)
{
    (void)state;
    fail_each(open_and_refresh, REBUILD, 3);
    fail_each(open_and_refresh, REOPEN, 1);
    fixture_open(&f);
    assert_string_equal(fixture_query(&f, "tag:y"), "a.md");
}

static void asking(void **state)
{
    (void)state;
    struct buf before = {0}, after = {0};
    fixture_open(&f);
    struct err err = {0};
    assert_done(catalogue_build_history(f.catalogue, &err), &err);
    fixture_dump(&f, &before);
    fail_each(ask, NOTHING, 3);
    fail_each(ask_groups, NOTHING, 1);
    fail_each(group, NOTHING, 3);
    fixture_dump(&f, &after);
    assert_string_equal(before.ptr, after.ptr);
    buf_release(&before);
    buf_release(&after);
}

static void make_branches(void)
{
    sandbox_git(&f.box, "", "branch", "side");
    sandbox_git(&f.box, "", "mv", "b.md", "e.md");
    fixture_write(&f, "a.md", "# One\n");
    sandbox_git(&f.box, "", "rm", "-q", "d/b.md");
    sandbox_git(&f.box, "", "commit", "-qam", "y");
    sandbox_git(&f.box, "", "branch", "one");
    sandbox_git(&f.box, "", "checkout", "-q", "side");
    sandbox_git(&f.box, "", "mv", "b.md", "e.md");
    fixture_write(&f, "g.md", "# Another\n");
    sandbox_git(&f.box, "", "add", "-A");
    sandbox_git(&f.box, "", "commit", "-qam", "z");
    sandbox_git(&f.box, "", "merge", "-q", "--no-edit", "one");
    sandbox_git(&f.box, "", "branch", "both");
}

static void learning(void **state)
{
    (void)state;
    struct buf before = {0}, after = {0};
    struct err err = {0};
    make_branches();
    fail_each(learn_history, REBUILD, 9);
    fixture_dump(&f, &before);
    fail_each(learn_history, MOVE, 9);
    fixture_dump(&f, &after);
    assert_string_equal(before.ptr, after.ptr);
    assert_done(catalogue_build_history(f.catalogue, &err), &err);
    buf_release(&before);
    buf_release(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(opening), cmocka_unit_test(asking), cmocka_unit_test(learning)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
