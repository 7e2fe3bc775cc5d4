#include "note/fixture.h"

struct expected {
    const char *front; /* between the fences, from line 2 on */
    const char *rule;  /* NULL: nothing is wrong */
    enum finding_level level;
    unsigned line, column;
    const char *words;
};

static void run(const struct expected *cases, size_t count)
{
    struct types *types = fixture_types();
    for (size_t i = 0; i < count; i++) {
        struct arena arena = {0};
        struct note note;
        char text[1024];
        snprintf(text, sizeof(text), "---\n%s---\n", cases[i].front);
        fixture_parse("x.md", text, types, &arena, &note);
        if (cases[i].rule == NULL && note.findings.count > 0)
            fail_msg("%s: %.*s", cases[i].front, SV_ARG(note.findings.items[0].message));
        if (cases[i].rule == NULL) {
            arena_release(&arena);
            continue;
        }
        const struct finding *finding = fixture_finding(&note.findings, cases[i].rule);
        if (finding == NULL || note.findings.count != 1)
            fail_msg("%zu findings: %s", note.findings.count, cases[i].front);
        assert_has(finding->message, cases[i].words);
        if (finding->line != cases[i].line || finding->column != cases[i].column)
            fail_msg("%u:%u: %s", finding->line, finding->column, cases[i].front);
        assert_int_equal(finding->level, cases[i].level);
        assert_false(finding->fix);
        arena_release(&arena);
    }
    types_free(types);
}

#define SESSION "type: session\ncharter: c1\ndate: 2026-01-31\n"

static void test_typed_notes(void **state)
{
    (void)state;
    static const struct expected cases[] = {
        {SESSION "status: held\nminutes: 60\nmode: remote\npaid: true\nown_field: [1, x]\n", NULL, 0, 0, 0, NULL},
        {SESSION "status: hold\n", "field-enum", FINDING_ERROR, 5, 9,
         "'status' is 'hold', not one of planned, held, cancelled, no-show, rescheduled; did you mean 'held'?"},
        {SESSION "status: gone\n", "field-enum", FINDING_ERROR, 5, 9,
         "'status' is 'gone', not one of planned, held, cancelled, no-show, rescheduled"},
        {SESSION "status: [held]\n", "field-kind", FINDING_ERROR, 5, 9, "'status' is a list"},
        {SESSION "minutes: one hour\n", "field-kind", FINDING_ERROR, 5, 10,
         "'minutes' is 'one hour', not a whole number"},
        {SESSION "minutes: -5\n", "field-range", FINDING_ERROR, 5, 10, "'minutes' is -5, not from 0 to 1440"},
        {SESSION "minutes:\n", NULL, 0, 0, 0, NULL},
        {SESSION "paid: yes\n", "field-kind", FINDING_ERROR, 5, 7, "'paid' is 'yes', not true or false"},
        {SESSION "initiated_by: \"[Anna](anna.md)\"\n", "field-ref", FINDING_ERROR, 5, 15,
         "'initiated_by' is '[Anna](anna.md)', not the handle of a note"},
        {SESSION "initiated_by: {a: b}\n", "field-kind", FINDING_ERROR, 5, 15, "'initiated_by' is a map"},
        {SESSION "goals: g1\n", NULL, 0, 0, 0, NULL},
        {SESSION "actions:\n  - {id: a, text: x, due: soon}\n", "field-kind", FINDING_ERROR, 6, 27,
         "'actions[0].due' is 'soon', not a date such as 2026-01-31"},
        {SESSION "actions:\n  - {id: a, text: x}\n  - {id: b}\n", "field-required", FINDING_ERROR, 7, 5,
         "'actions[1].text' is missing"},
        {SESSION "actions: [call Anna]\n", "field-kind", FINDING_ERROR, 5, 11, "'actions[0]' is 'call Anna'"},
        {SESSION "actions: {id: a, text: one row}\n", NULL, 0, 0, 0, NULL},
        {SESSION "stauts: held\n", "field-unknown", FINDING_STYLE, 5, 1,
         "'stauts' is not a field of type 'session'; did you mean 'status'?"},
        {SESSION "tag: x\nalias: y\nkeywords: z\n", NULL, 0, 0, 0, NULL},
        {"type: session\ncharter: c1\n", "field-required", FINDING_ERROR, 2, 7,
         "'date' is missing: a note of type 'session' needs it"},
        {"type: session\ncharter: \"\"\ndate: 2026-01-31\n", "field-required", FINDING_ERROR, 2, 7,
         "'charter' is missing"},
        {"type: session\ncharter: c1\ndate: 31.01.2026\n", "field-kind", FINDING_ERROR, 4, 7,
         "'date' is '31.01.2026', not a date such as 2026-01-31"},
        {"type: log\ndate: 2026-01-31\ndepth: 7\n", "field-range", FINDING_ERROR, 4, 8,
         "'depth' is 7, not from 1 to 4"},
        {"type: log\ndate: 2026-01-31\ncompetences: [self, contrakt]\n", "field-enum", FINDING_ERROR, 4, 21,
         "did you mean 'contract'?"},
        {"type: log\ndate: 2026-01-31\nvisibility: public\n", "field-enum", FINDING_ERROR, 4, 13,
         "the note is treated as private"},
        {"type: cpd\ndate: 2026-01-31\nhours: -1\n", "field-range", FINDING_ERROR, 4, 8, "'hours' is -1, less than 0"},
        {"type: person\ntitle: Anna\nlanguages: [pl, Danish]\n", "field-kind", FINDING_ERROR, 4, 17,
         "a language such as"},
        {"type: person\ntitle: Anna\nconflicts: [[jan]]\n", NULL, 0, 0, 0, NULL},
        {"type: charter\nform: classic\nmentor: [a, b]\nmentee: c\nstatus: active\nstart: 2026-01-01\n"
         "signed: {a: never}\n",
         "field-kind", FINDING_ERROR, 8, 13, "'signed.a' is 'never', not a date"},
        {"type: charter\nform: classic\nmentor: a\nmentee: c\nstatus: active\nstart: 2026-01-01\nsigned: yes\n",
         "field-kind", FINDING_ERROR, 8, 9, "'signed' is 'yes', not a map"},
        {"type: charter\nform: classic\nmentor: a\nmentee: c\nstatus: active\nstart: 2026-01-01\ncadence: 3 weeks\n",
         "field-kind", FINDING_ERROR, 8, 10, "a duration such as P3W"},
    };
    run(cases, sizeof(cases) / sizeof(*cases));
}

static void test_plain_notes_are_welcome(void **state)
{
    (void)state;
    static const struct expected cases[] = {
        {"layout: post\ntitle: 2026\ntags: a b\nstauts: x\npublished: yes\n", NULL, 0, 0, 0, NULL},
        {"type: post\n", "type-unknown", FINDING_STYLE, 2, 7, "'post' is not a type; it is read as a plain note"},
        {"type: sesion\n", "type-unknown", FINDING_STYLE, 2, 7, "did you mean 'session'?"},
        {"type: Log\n", "type-unknown", FINDING_STYLE, 2, 7, "did you mean 'log'?"},
        {"type: [a]\n", "field-kind", FINDING_WARNING, 2, 7, "'type' is a list"},
        {"type:\n", NULL, 0, 0, 0, NULL},
        {"type: note\n", NULL, 0, 0, 0, NULL},
        {"title: [a]\n", "field-kind", FINDING_WARNING, 2, 8, "'title' is a list, not"},
        {"date: yesterday\n", "field-kind", FINDING_WARNING, 2, 7, "'date' is 'yesterday'"},
        {"visibility: public\n", "field-enum", FINDING_WARNING, 2, 13, "treated as private"},
        {"visibility:\n", NULL, 0, 0, 0, NULL},
        {"tags: {a: b}\n", "field-kind", FINDING_WARNING, 2, 7, "'tags' is a map of keys and values"},
    };
    run(cases, sizeof(cases) / sizeof(*cases));
}

static void test_name_and_heading_say_it_too(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct note note;
    struct types *types = fixture_types();
    fixture_parse("logs/2026-01-31-x.md", "---\ntype: log\n---\n", types, &arena, &note);
    assert_int_equal(note.findings.count, 0);
    fixture_parse("people/anna.md", "---\ntype: person\n---\n# Anna Nowak\n", types, &arena, &note);
    assert_int_equal(note.findings.count, 0);
    fixture_parse("people/anna.md", "---\ntype: person\n---\nAnna Nowak\n", types, &arena, &note);
    assert_non_null(fixture_finding(&note.findings, "field-required"));
    types_free(types);
    arena_release(&arena);
}

static void test_thousands_of_mistakes_are_bounded(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buf text = {0};
    struct note note;
    struct types *types = fixture_types();
    buf_put_c(&text, "---\n" SESSION "actions: [");
    for (int i = 0; i < 4000; i++)
        buf_put_c(&text, "x, ");
    buf_put_c(&text, "y]\n---\n");
    fixture_parse("s.md", text.ptr, types, &arena, &note);
    assert_int_equal(note.findings.count, 101);
    assert_string_equal(note.findings.items[100].rule, "too-many");
    types_free(types);
    buf_release(&text);
    arena_release(&arena);
}

static void test_long_values_are_cut(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buf text = {0};
    struct note note;
    struct types *types = fixture_types();
    buf_put_c(&text, "---\n" SESSION "status: ");
    buf_fill(&text, 'x', 5000);
    buf_put_c(&text, "\n---\n");
    fixture_parse("s.md", text.ptr, types, &arena, &note);
    assert_int_equal(note.findings.count, 1);
    assert_true(note.findings.items[0].message.len < 300);
    assert_has(note.findings.items[0].message, "xxx...'");
    types_free(types);
    buf_release(&text);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_typed_notes),
        cmocka_unit_test(test_plain_notes_are_welcome),
        cmocka_unit_test(test_name_and_heading_say_it_too),
        cmocka_unit_test(test_thousands_of_mistakes_are_bounded),
        cmocka_unit_test(test_long_values_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
