/* What links lead to, and what handles name. */
#include "fixture.h"

static struct fixture f;

static int setup(void **state)
{
    (void)state;
    fixture_begin(&f);
    sandbox_git(&f.box, "", "init", "-q");
    fixture_write(&f, "README.md", "# Root\n[[anna]] [[people/anna]] [[work/anna]] [[ANNA]]\n");
    fixture_write(&f, "people/anna.md", "---\naliases: [Ania, TCP/IP]\n---\n# Anna\n\n## How it went\n\ntext ^b1\n");
    fixture_write(&f, "people/work/anna.md", "# Anna at work\n[[anna]] [up](../anna.md) [[#own]]\n");
    fixture_write(&f, "people/jan.md", "# Jan\n[[Ania]] [[tcp/ip]] [[Jan]] [[v1.2]] [gone](no.md) [[gone]]\n");
    fixture_write(&f, "notes/v1.2.md", "# V\n[[/README]] [r](/README.md) [x](../../../etc/passwd.md)\n");
    fixture_write(&f, "notes/\xc3\x98vels.md",
                  "# \xc3\x98\n[[\xc3\xb8vels]] [a b](a%20b.md) ![[pic.png]] [p](pic.png)\n");
    fixture_write(&f, "notes/a b.md",
                  "# Ab\n[[anna#how-it-went]] [[jan#nope]] [[people/anna#^b1]] <https://x.org> "
                  "[d](../files/) [w](https://x.org/a.md)\n");
    fixture_write(&f, "files/pic.png", "");
    fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_end(&f);
    return 0;
}

static status put_link(void *payload, const struct link_record *link, struct err *err)
{
    struct buf *out = payload;
    (void)err;
    buf_printf(out, "%.*s=%.*s%s ", SV_ARG(link->target), SV_ARG(link->to), link->ambiguous ? "?" : "");
    return DONE;
}

static status put_from(void *payload, const struct link_record *link, struct err *err)
{
    struct buf *out = payload;
    (void)err;
    buf_printf(out, "%.*s:%.*s ", SV_ARG(link->from), SV_ARG(link->target));
    return DONE;
}

static void assert_links(const char *path, const char *expected)
{
    struct buf out = {0};
    struct err err = {0};
    struct link_filter filter = {.note = fixture_id(&f, path)};
    buf_put_c(&out, "");
    assert_done(catalogue_links(f.catalogue, &filter, put_link, &out, &err), &err);
    assert_string_equal(out.ptr, expected);
    buf_release(&out);
}

static void assert_back(const char *path, const char *expected)
{
    struct buf out = {0};
    struct err err = {0};
    struct link_filter filter = {.note = fixture_id(&f, path), .back = true};
    buf_put_c(&out, "");
    assert_done(catalogue_links(f.catalogue, &filter, put_from, &out, &err), &err);
    assert_string_equal(out.ptr, expected);
    buf_release(&out);
}

static void rules(void **state)
{
    (void)state;
    /* a stem that two notes have: the one nearer to the root, marked; a path is exact */
    assert_links("README.md", "anna=people/anna.md? people/anna=people/anna.md work/anna=people/work/anna.md "
                              "ANNA=people/anna.md? ");
    /* beside the note comes first */
    assert_links("people/work/anna", "anna=people/work/anna.md ../anna.md=people/anna.md =people/work/anna.md ");
    assert_links("jan", "Ania=people/anna.md tcp/ip=people/anna.md Jan=people/jan.md v1.2=notes/v1.2.md no.md= gone= ");
    assert_links("v1.2", "/README=README.md /README.md=README.md ../../../etc/passwd.md= ");
    assert_links("notes/\xc3\x98vels", "\xc3\xb8vels=notes/\xc3\x98vels.md a b.md=notes/a b.md pic.png=files/pic.png "
                                       "pic.png= ");
    assert_links("a b", "anna=people/anna.md? jan=people/jan.md people/anna=people/anna.md ../files/=files ");
}

static void backwards(void **state)
{
    (void)state;
    assert_back("people/anna", "README.md:anna README.md:people/anna README.md:ANNA notes/a b.md:anna "
                               "notes/a b.md:people/anna people/jan.md:Ania people/jan.md:tcp/ip "
                               "people/work/anna.md:../anna.md ");
    assert_back("people/work/anna", "README.md:work/anna people/work/anna.md:anna ");
    assert_back("README.md", "notes/v1.2.md:/README notes/v1.2.md:/README.md ");
}

static void filters(void **state)
{
    (void)state;
    struct buf out = {0};
    struct err err = {0};
    struct link_filter unresolved = {.unresolved_only = true};
    assert_done(catalogue_links(f.catalogue, &unresolved, put_from, &out, &err), &err);
    assert_string_equal(out.ptr, "notes/v1.2.md:../../../etc/passwd.md notes/\xc3\x98vels.md:pic.png "
                                 "people/jan.md:no.md people/jan.md:gone ");
    buf_clear(&out);
    struct link_filter external = {.note = fixture_id(&f, "a b"), .external = true};
    assert_done(catalogue_links(f.catalogue, &external, put_from, &out, &err), &err);
    assert_non_null(strstr(out.ptr, "https://x.org/a.md"));
    buf_release(&out);
}

static void resolving(void **state)
{
    (void)state;
    struct err err = {0};
    int64_t id = 0, jan = fixture_id(&f, "jan");
    assert_done(catalogue_resolve(f.catalogue, jan, SV("anna"), &id, &err), &err);
    assert_int_equal(id, fixture_id(&f, "people/anna.md"));
    assert_int_equal(catalogue_resolve(f.catalogue, jan, SV("nobody"), &id, &err), NOT_FOUND);
    assert_int_equal(id, 0);
}

/* Names come and go, and links follow without their notes being read again. */
static void a_name_arrives(void **state)
{
    (void)state;
    fixture_write(&f, "later/gone.md", "# Here\n");
    fixture_refresh(&f);
    assert_back("later/gone", "people/jan.md:gone ");
    assert_int_equal(unlink(sandbox_path(&f.box, "later/gone.md")), 0);
    fixture_refresh(&f);
    struct buf out = {0};
    struct err err = {0};
    struct link_filter filter = {.note = fixture_id(&f, "jan")};
    assert_done(catalogue_links(f.catalogue, &filter, put_link, &out, &err), &err);
    assert_non_null(strstr(out.ptr, " gone= "));
    buf_release(&out);
}

static void assert_found(const char *handle, bool prefix, const char *path)
{
    int64_t id = 0;
    struct arena arena = {0};
    struct record record;
    struct err err = {0};
    assert_done(catalogue_find(f.catalogue, sv_of(handle), prefix, &id, &err), &err);
    assert_done(catalogue_record(f.catalogue, id, &arena, &record, &err), &err);
    assert_string_equal(record.path.ptr, path);
    arena_release(&arena);
}

static void assert_not_found(const char *handle, bool prefix, const char *words)
{
    int64_t id = 0;
    struct err err = {0};
    assert_int_equal(catalogue_find(f.catalogue, sv_of(handle), prefix, &id, &err), FAILED);
    if (!strstr(err.text, words))
        fail_msg("'%s': %s", handle, err.text);
}

static void finding(void **state)
{
    (void)state;
    assert_found("people/anna.md", false, "people/anna.md");
    assert_found("people/anna", false, "people/anna.md");
    assert_found("./people/anna.md", false, "people/anna.md");
    assert_found("work/anna", false, "people/work/anna.md");
    assert_found("[[work/anna|A]]", false, "people/work/anna.md");
    assert_found("ania", false, "people/anna.md");
    assert_found("JAN", false, "people/jan.md");
    assert_found("ja", true, "people/jan.md");
    assert_found("v1.2", false, "notes/v1.2.md");
    assert_found("v", true, "notes/v1.2.md");
    assert_found("readme", false, "README.md");
    assert_not_found("anna", false, "2 notes answer to 'anna': people/anna, work/anna");
    assert_not_found("ja", false, "there is no note 'ja'");
    assert_not_found("amna", true, "did you mean 'anna', 'ania'?");
    assert_not_found("zzzzzz", true, "there is no note 'zzzzzz'");
    assert_not_found("", true, "there is no note");
    assert_not_found("../..", true, "there is no note");
    assert_not_found("a", true, "notes answer");
}

static void short_handles(void **state)
{
    (void)state;
    struct fixture_dump dump = {f.catalogue, &(struct buf){0}};
    struct err err = {0};
    assert_done(catalogue_each(f.catalogue, NULL, NULL, 0, fixture_put_record, &dump, &err), &err);
    assert_non_null(strstr(dump.out->ptr, "people/anna.md|anna|people/anna|"));
    assert_non_null(strstr(dump.out->ptr, "people/work/anna.md|anna|work/anna|"));
    assert_non_null(strstr(dump.out->ptr, "people/jan.md|jan|jan|"));
    buf_release(dump.out);
    fixture_write(&f, "jan.md", "# The other\n");
    fixture_write(&f, "x/people/jan.md", "# A third\n");
    fixture_refresh(&f);
    dump.out = &(struct buf){0};
    assert_done(catalogue_each(f.catalogue, NULL, NULL, 0, fixture_put_record, &dump, &err), &err);
    assert_non_null(strstr(dump.out->ptr, "\njan.md|jan|jan|"));
    assert_non_null(strstr(dump.out->ptr, "\npeople/jan.md|jan|people/jan|"));
    assert_non_null(strstr(dump.out->ptr, "\nx/people/jan.md|jan|x/people/jan|"));
    buf_release(dump.out);
    /* what is shown is found */
    assert_found("jan", false, "jan.md");
    assert_found("people/jan", false, "people/jan.md");
    assert_int_equal(unlink(sandbox_path(&f.box, "jan.md")), 0);
    assert_int_equal(unlink(sandbox_path(&f.box, "x/people/jan.md")), 0);
    fixture_refresh(&f);
}

static void spaces(void **state)
{
    (void)state;
    sandbox_git(&f.box, "", "init", "-q", "private");
    fixture_write(&f, "private/.chiron/space", "[space]\n\tvisibility = private\n");
    fixture_write(&f, "private/anna.md", "# My Anna\n");
    fixture_write(&f, "private/diary.md", "---\nvisibility: group\n---\n[[anna]] [[people/anna]] [[jan]]\n");
    fixture_open(&f);
    assert_links("diary", "anna=private/anna.md people/anna=people/anna.md jan=people/jan.md ");
    assert_links("README.md", "anna=people/anna.md? people/anna=people/anna.md work/anna=people/work/anna.md "
                              "ANNA=people/anna.md? ");
    assert_string_equal(fixture_query(&f, "space:private visibility:private"), "private/anna.md private/diary.md");
    assert_string_equal(fixture_query(&f, "visibility:group space:private"), "");
}

static void what_is_wrong(void **state)
{
    (void)state;
    struct buf out = {0};
    fixture_write(&f, "cons/con.md", "# Device\n");
    fixture_write(&f, "cons/CASE.md", "---\nvisibility: private\n---\n# 1\n");
    fixture_write(&f, "cons/case.md", "---\ntype: session\ndate: 2026-01-01\ncharter: jan\n---\n# 2\n");
    fixture_write(&f, "cons/a:b.md", "# Colon\n");
    fixture_open(&f);
    fixture_findings(&f, &out);
    static const char *const wanted[] = {
        "people/jan.md:2:38 warning link-unresolved: there is no note 'no.md'",
        "README.md:2:1 warning link-ambiguous: several notes answer to 'anna'; 'people/anna.md' is taken",
        "notes/a b.md:2:22 warning link-anchor: 'people/jan.md' has no heading 'nope'",
        "people/anna.md:0:0 warning handle-duplicate: ",
        "cons/con.md:0:0 warning name-unsafe: ",
        "cons/a:b.md:0:0 warning name-unsafe: ",
        "cons/case.md:0:0 warning name-clash: ",
        "cons/CASE.md:0:0 error visibility: ",
        "private/diary.md:0:0 warning visibility: ",
        "cons/case.md:4:10 warning field-ref-type: 'people/jan.md' is a note, and 'charter' takes a charter",
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!strstr(out.ptr, wanted[i]))
            fail_msg("no '%s' in:\n%s", wanted[i], out.ptr);
    assert_null(strstr(out.ptr, "how-it-went"));
    assert_null(strstr(out.ptr, "'^b1'"));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules),         cmocka_unit_test(backwards),      cmocka_unit_test(filters),
        cmocka_unit_test(resolving),     cmocka_unit_test(a_name_arrives), cmocka_unit_test(finding),
        cmocka_unit_test(short_handles), cmocka_unit_test(spaces),         cmocka_unit_test(what_is_wrong),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
