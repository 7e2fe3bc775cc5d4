/* What a refresh sees, and what it leaves alone. */
#include "catalogue/id_set.h"
#include "fixture.h"

#include <fcntl.h>
#include <time.h>
#include <utime.h>

static struct fixture f;

static int setup(void **state)
{
    (void)state;
    fixture_begin(&f);
    sandbox_git(&f.box, "", "init", "-q");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_end(&f);
    return 0;
}

/* Files that were written just now are racy, and looked at again; dated back they are not. The status change cannot be
 * dated back, so this waits for the clock of the file system to move on, and refreshes once. */
static void settle(void)
{
    struct timespec pause = {.tv_nsec = 30 * 1000000L};
    nanosleep(&pause, NULL);
    fixture_refresh(&f);
}

static void assert_result(struct catalogue_refresh r, size_t notes, size_t added, size_t changed, size_t removed)
{
    if (r.notes != notes || r.added != added || r.changed != changed || r.removed != removed)
        fail_msg("notes %zu, added %zu, changed %zu, removed %zu", r.notes, r.added, r.changed, r.removed);
}

static struct catalogue_state state_now(void)
{
    struct catalogue_state state;
    struct err err = {0};
    assert_done(catalogue_state(f.catalogue, &state, &err), &err);
    return state;
}

static void an_empty_vault(void **state)
{
    (void)state;
    assert_result(fixture_open(&f), 0, 0, 0, 0);
    size_t count = 7;
    struct err err = {0};
    assert_done(catalogue_count(f.catalogue, &count, &err), &err);
    assert_int_equal(count, 0);
    assert_string_equal(fixture_query(&f, ""), "");
}

static void notes_come_change_and_go(void **state)
{
    (void)state;
    fixture_write(&f, "a.md", "# A\n");
    fixture_write(&f, "d/b.md", "# B\n");
    assert_result(fixture_open(&f), 2, 2, 0, 0);
    int64_t a = fixture_id(&f, "a"), b = fixture_id(&f, "b");
    assert_string_equal(fixture_query(&f, ""), "a.md d/b.md");
    fixture_write(&f, "a.md", "# Another\n");
    fixture_write(&f, "c.markdown", "# C\n");
    assert_int_equal(unlink(sandbox_path(&f.box, "d/b.md")), 0);
    assert_result(fixture_refresh(&f), 2, 1, 1, 1);
    assert_int_equal(fixture_id(&f, "a"), a);
    assert_true(fixture_id(&f, "c") > b);
    assert_string_equal(fixture_query(&f, ""), "a.md c.markdown");
    /* a new process sees the same */
    assert_result(fixture_open(&f), 2, 0, 0, 0);
    assert_int_equal(fixture_id(&f, "a"), a);
    /* an id is never used again */
    fixture_write(&f, "d/b.md", "# B\n");
    fixture_refresh(&f);
    assert_true(fixture_id(&f, "b") > b);
}

/* In memory, a refresh is quick enough to come between two writes that the clock of the file system cannot tell apart.
 */
static void same_size_within_a_tick(void **state)
{
    (void)state;
    const char *elsewhere = sandbox_home(&f.box, "nowhere");
    fixture_close_catalogue(&f);
    unlink(sandbox_path(&f.box, ".git/chiron/catalogue.db"));
    assert_int_equal(symlink(elsewhere, sandbox_path(&f.box, ".git/chiron/catalogue.db")), 0);
    fixture_open(&f);
    for (int i = 0; i < 200; i++) {
        char text[32];
        snprintf(text, sizeof text, "# Title %03d\n", i);
        fixture_write(&f, "quick.md", text);
        fixture_refresh(&f);
        struct arena arena = {0};
        struct record record;
        struct err err = {0};
        assert_done(catalogue_record(f.catalogue, fixture_id(&f, "quick"), &arena, &record, &err), &err);
        snprintf(text, sizeof text, "Title %03d", i);
        assert_string_equal(record.title.ptr, text);
        arena_release(&arena);
    }
    assert_int_equal(unlink(sandbox_path(&f.box, "quick.md")), 0);
    fixture_close_catalogue(&f);
    assert_int_equal(unlink(sandbox_path(&f.box, ".git/chiron/catalogue.db")), 0);
}

static void an_older_date_is_a_change(void **state)
{
    (void)state;
    fixture_write(&f, "old.md", "# First\n");
    fixture_open(&f);
    settle();
    fixture_write(&f, "old.md", "# Other\n");
    struct utimbuf past = {1000000000, 1000000000};
    assert_int_equal(utime(sandbox_path(&f.box, "old.md"), &past), 0);
    assert_int_equal(fixture_refresh(&f).changed, 1);
    assert_int_equal(unlink(sandbox_path(&f.box, "old.md")), 0);
}

static int64_t written_at(void)
{
    struct stat st;
    assert_int_equal(stat(sandbox_path(&f.box, ".git/chiron/catalogue.db"), &st), 0);
    return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

static void nothing_new_writes_nothing(void **state)
{
    (void)state;
    fixture_write(&f, "still.md", "# Still\n");
    fixture_open(&f);
    settle();
    struct catalogue_state before = state_now();
    int64_t at = written_at();
    struct timespec pause = {.tv_nsec = 20 * 1000000L};
    nanosleep(&pause, NULL);
    fixture_refresh(&f);
    fixture_open(&f);
    assert_int_equal(written_at(), at);
    struct catalogue_state after = state_now();
    assert_string_equal(before.id, after.id);
    assert_int_equal(before.change, after.change);
}

/* Touched but the same: new stat data, no change for consumers. */
static void touched_is_not_changed(void **state)
{
    (void)state;
    fixture_open(&f);
    settle();
    struct catalogue_state before = state_now();
    struct utimbuf past = {1000000000, 1000000000};
    assert_int_equal(utime(sandbox_path(&f.box, "still.md"), &past), 0);
    assert_int_equal(fixture_refresh(&f).changed, 0);
    assert_int_equal(state_now().change, before.change);
    settle();
    int64_t at = written_at();
    fixture_refresh(&f);
    assert_int_equal(written_at(), at);
}

struct heard {
    struct buf out;
};

static status hear_change(void *payload, const struct record *record, struct err *err)
{
    struct heard *heard = payload;
    (void)err;
    buf_printf(&heard->out, "+%.*s ", SV_ARG(record->path));
    return DONE;
}

static status hear_removal(void *payload, int64_t id, struct sv path, struct err *err)
{
    struct heard *heard = payload;
    (void)err;
    assert_true(id > 0);
    buf_printf(&heard->out, "-%.*s ", SV_ARG(path));
    return DONE;
}

static void consumers_hear_of_changes(void **state)
{
    (void)state;
    struct err err = {0};
    fixture_write(&f, "k/one.md", "# 1\n");
    fixture_write(&f, "k/two.md", "# 2\n");
    fixture_open(&f);
    int64_t since = state_now().change;
    fixture_write(&f, "k/two.md", "# 2 again\n");
    fixture_write(&f, "k/three.md", "# 3\n");
    fixture_refresh(&f);
    assert_int_equal(unlink(sandbox_path(&f.box, "k/one.md")), 0);
    fixture_refresh(&f);
    struct heard heard = {0};
    assert_done(catalogue_changed(f.catalogue, since, hear_change, hear_removal, &heard, &err), &err);
    assert_string_equal(heard.out.ptr, "+k/two.md +k/three.md -k/one.md ");
    buf_clear(&heard.out);
    buf_put_c(&heard.out, "");
    assert_done(catalogue_changed(f.catalogue, state_now().change, hear_change, hear_removal, &heard, &err), &err);
    assert_string_equal(heard.out.ptr, "");
    buf_release(&heard.out);
}

static void assert_finding(const char *path, const char *rule)
{
    struct buf out = {0};
    char wanted[256];
    snprintf(wanted, sizeof wanted, "%s:0:0 ", path);
    fixture_findings(&f, &out);
    const char *at = strstr(out.ptr, wanted);
    if (!at || !strstr(at, rule) || strstr(at, rule) > strchr(at, '\n'))
        fail_msg("no '%s' for '%s' in:\n%s", rule, path, out.ptr);
    buf_release(&out);
}

static void what_cannot_be_read(void **state)
{
    (void)state;
    assert_int_equal(symlink("/etc/passwd", sandbox_path(&f.box, "evil.md")), 0);
    assert_int_equal(mkfifo(sandbox_path(&f.box, "pipe.md"), 0600), 0);
    fixture_write(&f, "large-one.md", "");
    assert_int_equal(truncate(sandbox_path(&f.box, "large-one.md"), 100 * 1024 * 1024), 0);
    fixture_open(&f);
    assert_finding("evil.md", "file-symlink");
    assert_finding("pipe.md", "file-special");
    assert_finding("large-one.md", "too-large");
    assert_string_equal(fixture_query(&f, "in:evil* OR in:pipe*"), "");
    assert_string_equal(fixture_query(&f, "in:large*"), "large-one.md");
    settle();
    int64_t at = written_at();
    fixture_open(&f);
    assert_int_equal(written_at(), at);
    /* a link becomes a note, a note a link */
    assert_int_equal(unlink(sandbox_path(&f.box, "evil.md")), 0);
    fixture_write(&f, "evil.md", "# Good\n");
    assert_int_equal(unlink(sandbox_path(&f.box, "large-one.md")), 0);
    assert_int_equal(symlink("evil.md", sandbox_path(&f.box, "large-one.md")), 0);
    struct catalogue_refresh r = fixture_refresh(&f);
    assert_int_equal(r.added, 1);
    assert_int_equal(r.removed, 1);
    assert_string_equal(fixture_query(&f, "in:evil* OR in:large*"), "evil.md");
    assert_finding("large-one.md", "file-symlink");
    assert_int_equal(unlink(sandbox_path(&f.box, "pipe.md")), 0);
}

/* A note type of the vault changes what every note of it means. */
static void types_change(void **state)
{
    (void)state;
    fixture_write(&f, "case.md", "---\ntype: casebook\n---\nText.\n");
    fixture_open(&f);
    assert_string_equal(fixture_query(&f, "type:casebook"), "case.md");
    assert_string_equal(fixture_query(&f, "type:note in:case"), "case.md");
    fixture_write(&f, ".chiron/templates/casebook/type.yaml",
                  "type: casebook\nlabel: {en: Casebook}\nplural: {en: Casebooks}\nsummary: {en: Cases.}\n"
                  "folder: cases\nfile: \"{{title}}\"\nvisibility: private\nfields: []\n");
    fixture_open(&f);
    assert_string_equal(fixture_query(&f, "type:casebook"), "case.md");
    assert_string_equal(fixture_query(&f, "type:note in:case"), "");
}

static void bytes_that_are_no_text(void **state)
{
    (void)state;
    sandbox_write_to(sandbox_path(&f.box, "bytes.md"), SV("# T\0\xff\n\nword [[a\0b]] #t\xc4g\n"));
    sandbox_write_to(sandbox_path(&f.box, "n\xffme.md"), SV("# Odd\n"));
    fixture_open(&f);
    assert_string_equal(fixture_query(&f, "in:bytes"), "bytes.md");
    struct buf out = {0};
    fixture_dump(&f, &out);
    assert_non_null(strstr(out.ptr, "bytes.md"));
    assert_non_null(strstr(out.ptr, "n\xffme.md"));
    buf_release(&out);
}

static void reading_what_changed_meanwhile(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct record record;
    struct buf bytes = {0};
    struct err err = {0};
    fixture_write(&f, "read.md", "# Read\n");
    fixture_open(&f);
    assert_done(catalogue_record(f.catalogue, fixture_id(&f, "read"), &arena, &record, &err), &err);
    assert_done(catalogue_read(f.catalogue, &record, &bytes, &err), &err);
    assert_sv(buf_view(&bytes), "# Read\n");
    fixture_write(&f, "read.md", "# Read more\n");
    /* As the catalogue saw it last. */
    buf_clear(&bytes);
    assert_done(catalogue_read(f.catalogue, &record, &bytes, &err), &err);
    assert_sv(buf_view(&bytes), "# Read\n");
    /* Without a refresh nobody knows whether what is kept is of today: the file is asked. */
    fixture_open_noting(&f, NULL);
    assert_int_equal(catalogue_read(f.catalogue, &record, &bytes, &err), CONFLICTED);
    assert_sv(buf_view(&bytes), "# Read\n");
    err_clear(&err);
    assert_int_equal(unlink(sandbox_path(&f.box, "read.md")), 0);
    assert_int_equal(catalogue_read(f.catalogue, &record, &bytes, &err), CONFLICTED);
    err_clear(&err);
    assert_int_equal(mkdir(sandbox_path(&f.box, "read.md"), 0700), 0);
    assert_int_equal(catalogue_read(f.catalogue, &record, &bytes, &err), CONFLICTED);
    assert_sv(buf_view(&bytes), "# Read\n");
    buf_release(&bytes);
    arena_release(&arena);
}

/* A peer's disk image must not take the search away from everybody. */
static void reading_what_has_no_content(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct record record;
    struct buf bytes = {0};
    struct err err = {0};
    fixture_write(&f, "huge.md", "# Huge\n");
    assert_int_equal(truncate(sandbox_path(&f.box, "huge.md"), NOTE_BYTES_MAX + 1), 0);
    fixture_open(&f);
    assert_done(catalogue_record(f.catalogue, fixture_id(&f, "huge"), &arena, &record, &err), &err);
    assert_done(catalogue_read(f.catalogue, &record, &bytes, &err), &err);
    assert_int_equal(bytes.len, 0);
    buf_release(&bytes);
    arena_release(&arena);
}

/* A paragraph that is one long line is shown in part: whole words, and a sign that there is more. */
static void what_is_shown_of_a_long_line(void **state)
{
    (void)state;
    struct buf text = {0};
    struct arena arena = {0};
    struct record record;
    struct err err = {0};
    for (int i = 0; i < 100; i++)
        buf_put_c(&text, "\xc5\xbc\xc3\xb3\xc5\x82w ");
    buf_char(&text, '\n');
    fixture_write(&f, "line.md", text.ptr);
    fixture_write(&f, "short.md", "A line.\nAnother.\n");
    fixture_open(&f);
    assert_done(catalogue_record(f.catalogue, fixture_id(&f, "line"), &arena, &record, &err), &err);
    assert_true(record.snippet.len > 100 && record.snippet.len < 200);
    assert_true(sv_starts(buf_view(&text), sv_sub(record.snippet, 0, record.snippet.len - 3)));
    assert_true(sv_ends(record.snippet, SV("w\xe2\x80\xa6")));
    assert_done(catalogue_record(f.catalogue, fixture_id(&f, "short"), &arena, &record, &err), &err);
    assert_sv(record.snippet, "A line.");
    buf_release(&text);
    arena_release(&arena);
}

/* By letters and numbers, whatever of that is stored. */
static void titles_in_order(void **state)
{
    (void)state;
    struct sort sort;
    struct buf out = {0};
    struct err err = {0};
    struct id_set set = {0};
    static const char *const titles[] = {"Zebra", "abc 10", "ABC 9", "\xc5\x81odz", "lodge", "M", "Abd"};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        char path[32], text[64];
        snprintf(path, sizeof path, "order/t%zu.md", i);
        snprintf(text, sizeof text, "# %s\n", titles[i]);
        fixture_write(&f, path, text);
    }
    fixture_open(&f);
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        char handle[16];
        snprintf(handle, sizeof handle, "t%zu", i);
        assert_done(id_set_add(&set, fixture_id(&f, handle), &err), &err);
    }
    id_set_sort(&set);
    sort_parse(SV("title"), &sort);
    assert_done(catalogue_each(f.catalogue, &set, &sort, 0, fixture_put_path, &out, &err), &err);
    assert_string_equal(out.ptr, "order/t2.md order/t1.md order/t6.md order/t4.md order/t3.md order/t5.md order/t0.md");
    id_set_release(&set);
    buf_release(&out);
}

/* Enough notes for several batches. */
static void many_notes(void **state)
{
    (void)state;
    char path[64], text[128];
    for (int i = 0; i < 1500; i++) {
        snprintf(path, sizeof path, "many/n%04d.md", i);
        snprintf(text, sizeof text, "---\ntags: [t%d]\n---\n# N %d\n[[n%04d]]\n", i % 10, i, (i + 1) % 1500);
        fixture_write(&f, path, text);
    }
    fixture_close_catalogue(&f);
    assert_int_equal(unlink(sandbox_path(&f.box, ".git/chiron/catalogue.db")), 0);
    struct catalogue_refresh r = fixture_open(&f);
    assert_true(r.notes >= 1500 && r.added == r.notes);
    assert_string_equal(fixture_query(&f, "tag:t3 link:n0014 in:many"), "many/n0013.md");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_vault),
        cmocka_unit_test(notes_come_change_and_go),
        cmocka_unit_test(same_size_within_a_tick),
        cmocka_unit_test(an_older_date_is_a_change),
        cmocka_unit_test(nothing_new_writes_nothing),
        cmocka_unit_test(touched_is_not_changed),
        cmocka_unit_test(consumers_hear_of_changes),
        cmocka_unit_test(what_cannot_be_read),
        cmocka_unit_test(types_change),
        cmocka_unit_test(bytes_that_are_no_text),
        cmocka_unit_test(reading_what_changed_meanwhile),
        cmocka_unit_test(reading_what_has_no_content),
        cmocka_unit_test(what_is_shown_of_a_long_line),
        cmocka_unit_test(titles_in_order),
        cmocka_unit_test(many_notes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
