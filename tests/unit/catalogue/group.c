/* Groups and figures: what counts where, what is no value, and which way the answer stands. */
#include "catalogue/group.h"
#include "fixture.h"

#include "catalogue/id_set.h"

/* "name:count=figure,figure ..." in the order of the answer. */
static void put_figure(struct buf *out, const struct figure *figure)
{
    char duration[DURATION_TEXT_SIZE], date[DATE_TEXT_SIZE];
    if (figure->kind == FIGURE_NUMBER)
        buf_printf(out, "%g", figure->number);
    else if (figure->kind == FIGURE_DURATION)
        buf_put_c(out, duration_format(figure->duration, duration));
    else if (figure->kind == FIGURE_DATE)
        buf_put_c(out, date_format(figure->date, date));
    buf_printf(out, "/%zu", figure->n);
}

static const char *groups_of(struct fixture *f, struct group_request *request, const char *query)
{
    static struct buf out;
    struct arena arena = {0};
    struct query *parsed = NULL;
    struct id_set set = {0};
    struct group *groups = NULL;
    size_t count = 0;
    struct err err = {0};
    struct eval eval = {.catalogue = f->catalogue};
    buf_clear(&out);
    buf_put_c(&out, "");
    assert_done(query_parse(sv_of(query), date_today(), &arena, &parsed, &err), &err);
    assert_done(eval_set(&eval, parsed, &set, &err), &err);
    assert_done(catalogue_group(f->catalogue, &set, request, &arena, &groups, &count, &err), &err);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&out, "%s%.*s:%zu", i > 0 ? " " : "", SV_ARG(groups[i].text), groups[i].count);
        for (size_t m = 0; m < request->measure_count; m++) {
            buf_char(&out, m == 0 ? '=' : ',');
            put_figure(&out, &groups[i].figures[m]);
        }
    }
    id_set_release(&set);
    arena_release(&arena);
    return out.ptr;
}

static const char *by(struct fixture *f, const char *key, const char *query)
{
    struct group_request request = {.key = sv_of(key)};
    return groups_of(f, &request, query);
}

static void write_notes(struct fixture *f)
{
    fixture_write(f, "a/one.md",
                  "---\ndate: 2026-01-05\nstatus: Open\nminutes: 60\nspent: PT45M\ntags: [goals/x, goals/y, q]\n---\n");
    fixture_write(f, "a/b/two.md",
                  "---\ndate: 2026-01-31\nstatus: open\nminutes: 30\nspent: PT3H\ntags: [goals]\n---\n");
    fixture_write(f, "c/three.md",
                  "---\ndate: 2026-04-01\nstatus: done\nminutes: 45.5\nspent: P1DT2H\ndepth: 10\n---\n");
    fixture_write(f, "four.md", "---\ndate: 2027-01-01\nstatus: open\nminutes: many\ndepth: 9\n---\nspent:: PT15M\n");
    fixture_write(f, "five.md", "no front matter\n");
    fixture_open(f);
}

static void counts_by_value(void **state)
{
    struct fixture f;
    (void)state;
    fixture_begin(&f);
    write_notes(&f);
    /* Equal without regard to case, spelt as by the first of them; what has none comes last among equals. */
    assert_string_equal(by(&f, "status", ""), "open:3 done:1 :1");
    assert_string_equal(by(&f, "Status", "minutes:>=60"), "Open:1");
    /* Numbers stand in their order. */
    assert_string_equal(by(&f, "depth", "has:depth"), "9:1 10:1");
    assert_string_equal(by(&f, "tag", "has:tag"), "goals:1 goals/x:1 goals/y:1 q:1");
    assert_string_equal(by(&f, "tag:1", "has:tag"), "goals:2 q:1");
    assert_string_equal(by(&f, "folder", ""), ".:2 a:1 a/b:1 c:1");
    assert_string_equal(by(&f, "folder:1", ""), ".:2 a:2 c:1");
    assert_string_equal(by(&f, "space", ""), ".:5");
    assert_string_equal(by(&f, "type", ""), "note:5");
    fixture_end(&f);
}

static void counts_by_span(void **state)
{
    struct fixture f;
    (void)state;
    fixture_begin(&f);
    write_notes(&f);
    assert_string_equal(by(&f, "date:month", ""), "2026-01:2 2026-04:1 2027-01:1 :1");
    assert_string_equal(by(&f, "month", "has:date"), "2026-01:2 2026-04:1 2027-01:1");
    assert_string_equal(by(&f, "date:quarter", "has:date"), "2026-q1:2 2026-q2:1 2027-q1:1");
    assert_string_equal(by(&f, "date:week", "has:date"), "2026-w02:1 2026-w05:1 2026-w14:1 2026-w53:1");
    assert_string_equal(by(&f, "date:year", "has:date"), "2026:3 2027:1");
    assert_string_equal(by(&f, "status:month", "handle:one"), ":1");
    fixture_end(&f);
}

static void measures(void **state)
{
    struct fixture f;
    static const struct measure minutes[] = {
        {MEASURE_SUM, SV_INIT("minutes")}, {MEASURE_MEAN, SV_INIT("minutes")}, {MEASURE_MEDIAN, SV_INIT("minutes")}};
    static const struct measure spent[] = {{MEASURE_SUM, SV_INIT("spent")},
                                           {MEASURE_MEAN, SV_INIT("spent")},
                                           {MEASURE_MIN, SV_INIT("spent")},
                                           {MEASURE_MAX, SV_INIT("date")},
                                           {MEASURE_SUM, SV_INIT("date")}};
    struct buf warnings = {0};
    struct group_request request = {
        .key = SV("status"), .measures = minutes, .measure_count = 3, .warnings = &warnings};
    (void)state;
    fixture_begin(&f);
    write_notes(&f);
    /* "many" is no number and no zero. */
    assert_string_equal(groups_of(&f, &request, ""), "open:3=90/2,45/2,45/2 done:1=45.5/1,45.5/1,45.5/1 :1=/0,/0,/0");
    assert_non_null(strstr(warnings.ptr, "1 value of 'minutes' is no number"));
    request.key = (struct sv){0};
    assert_string_equal(groups_of(&f, &request, ""), ":5=135.5/3,45.1667/3,45.5/3");
    request.key = SV("status");
    request.measures = spent;
    request.measure_count = 5;
    assert_string_equal(groups_of(&f, &request, "has:status"), "open:3=PT4H/3,PT1H20M/3,PT15M/3,2027-01-01/3,/3 "
                                                               "done:1=P1DT2H/1,P1DT2H/1,P1DT2H/1,2026-04-01/1,/1");
    buf_release(&warnings);
    fixture_end(&f);
}

/* A list that says a number twice says it twice, also when it is changed. */
static void repeated_values_count(void **state)
{
    struct fixture f;
    static const struct measure gas[] = {
        {MEASURE_SUM, SV_INIT("goals.gas")}, {MEASURE_MEAN, SV_INIT("goals.gas")}, {MEASURE_SUM, SV_INIT("spent")}};
    struct group_request request = {.measures = gas, .measure_count = 3};
    (void)state;
    fixture_begin(&f);
    fixture_write(
        &f, "a.md",
        "---\ntype: charter\ngoals:\n  - {id: a, gas: 1}\n  - {id: b, gas: 1}\n  - {id: c, gas: 1}\n  - {id: d, "
        "gas: 2}\nspent: [PT15M, PT15M]\n---\n");
    fixture_write(&f, "b.md", "---\ntype: charter\ngoals:\n  - {id: a, gas: 1}\n---\n");
    fixture_open(&f);
    assert_string_equal(groups_of(&f, &request, ""), ":2=6/5,1.2/5,PT30M/2");
    fixture_write(&f, "a.md", "---\ntype: charter\ngoals:\n  - {id: a, gas: 1}\n  - {id: b, gas: 1}\n---\n");
    fixture_refresh(&f);
    assert_string_equal(groups_of(&f, &request, ""), ":2=3/3,1/3,/0");
    fixture_end(&f);
}

static void order_and_limit(void **state)
{
    struct fixture f;
    static const struct measure sum[] = {{MEASURE_SUM, SV_INIT("minutes")}};
    struct group_request request = {.key = SV("status"), .measures = sum, .measure_count = 1, .sort = SV("+count")};
    struct arena arena = {0};
    struct group *groups;
    size_t count;
    struct err err = {0};
    const struct id_set none = {0};
    (void)state;
    fixture_begin(&f);
    write_notes(&f);
    assert_string_equal(groups_of(&f, &request, ""), "done:1=45.5/1 :1=/0 open:3=90/2");
    request.sort = SV("group");
    assert_string_equal(groups_of(&f, &request, ""), "done:1=45.5/1 open:3=90/2 :1=/0");
    request.sort = SV("-group");
    assert_string_equal(groups_of(&f, &request, ""), "open:3=90/2 done:1=45.5/1 :1=/0");
    request.sort = SV("+sum.minutes");
    assert_string_equal(groups_of(&f, &request, ""), "done:1=45.5/1 open:3=90/2 :1=/0");
    request.sort = SV("sum");
    request.limit = 1;
    assert_string_equal(groups_of(&f, &request, ""), "open:3=90/2");
    request.sort = SV("mean");
    assert_int_equal(catalogue_group(f.catalogue, &none, &request, &arena, &groups, &count, &err), USAGE);
    arena_release(&arena);
    fixture_end(&f);
}

static void wrong_keys(void **state)
{
    static const char *const wrong[] = {"link", "before", ":month", "date:decade", "tag:0", "tag:x", "space:month"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = {0};
        assert_int_equal(group_key_check(sv_of(wrong[i]), &err), USAGE);
        assert_non_null(strstr(err.text, wrong[i]));
    }
    assert_int_equal(group_key_check(SV("any.key"), NULL), DONE);
}

/* As `mentor:` finds them, and from a charter that may be looked at alone. */
static void people(void **state)
{
    struct fixture f;
    struct id_set visible = {0};
    struct group_request request = {.key = SV("mentor")};
    struct err err = {0};
    (void)state;
    fixture_begin(&f);
    fixture_write(&f, "p/c.md", "---\ntype: charter\nmentor: Anna-Nowak\nmentee: jan\n---\n");
    fixture_write(&f, "p/s.md", "---\ntype: session\ncharter: c\n---\n");
    fixture_write(&f, "p/l.md", "---\ntype: log\nsession: '[[s]]'\n---\n");
    fixture_write(&f, "q/c.md", "---\ntype: charter\nmentor: ola\nmentee: jan\n---\n");
    fixture_write(&f, "q/s2.md", "---\ntype: session\ncharter: c\n---\n");
    fixture_write(&f, "q/s3.md", "---\ntype: session\ncharter: p/c\nmentor: piotr\n---\n");
    fixture_write(&f, "x.md", "# Nobody's\n");
    fixture_open(&f);
    assert_string_equal(groups_of(&f, &request, ""), "Anna-Nowak:3 ola:2 piotr:1 :1");
    assert_string_equal(fixture_query(&f, "mentor:anna-nowak"), "p/c.md p/l.md p/s.md");
    for (const char *const *path = (const char *const[]){"p/s.md", "p/l.md", "q/s3.md", NULL}; *path; path++)
        assert_done(id_set_add(&visible, fixture_id(&f, *path), &err), &err);
    id_set_sort(&visible);
    request.visible = &visible;
    assert_string_equal(groups_of(&f, &request, "type:session,log in:p OR handle:s3"), ":2 piotr:1");
    id_set_release(&visible);
    fixture_end(&f);
}

static void unknown_fields(void **state)
{
    struct fixture f;
    struct buf warnings = {0};
    static const struct measure sum[] = {{MEASURE_SUM, SV_INIT("hours")}};
    struct group_request request = {.key = SV("colour"), .measures = sum, .measure_count = 1, .warnings = &warnings};
    bool known = false;
    struct err err = {0};
    (void)state;
    fixture_begin(&f);
    write_notes(&f);
    assert_string_equal(groups_of(&f, &request, "status:done"), ":1=/0");
    assert_string_equal(warnings.ptr, "no note has a field 'colour'\nno note has a field 'hours'\n");
    assert_done(catalogue_knows_field(f.catalogue, SV("SPENT"), &known, &err), &err);
    assert_true(known);
    assert_done(catalogue_knows_field(f.catalogue, SV("spen"), &known, &err), &err);
    assert_false(known);
    buf_release(&warnings);
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_by_value), cmocka_unit_test(counts_by_span),
        cmocka_unit_test(measures),        cmocka_unit_test(order_and_limit),
        cmocka_unit_test(wrong_keys),      cmocka_unit_test(people),
        cmocka_unit_test(unknown_fields),  cmocka_unit_test(repeated_values_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
