#include "note/ref.h"
#include "note/fixture.h"

static void test_forms_of_a_reference(void **state)
{
    (void)state;
    static const struct {
        const char *text, *target, *anchor, *label; /* target NULL: none */
    } cases[] = {
        {"anna-nowak", "anna-nowak", "", ""},
        {"  anna-nowak ", "anna-nowak", "", ""},
        {"people/anna", "people/anna", "", ""},
        {"[[anna]]", "anna", "", ""},
        {"[[ anna | Anna N. ]]", "anna", "", "Anna N."},
        {"[[people/anna#Goals|Anna]]", "people/anna", "Goals", "Anna"},
        {"[[anna#^b1]]", "anna", "^b1", ""},
        {"Łukasz Żak", "Łukasz Żak", "", ""},
        {"", NULL, NULL, NULL},
        {"[[]]", NULL, NULL, NULL},
        {"[[|x]]", NULL, NULL, NULL},
        {"[[#heading]]", NULL, NULL, NULL},
        {"[[a]] and [[b]]", NULL, NULL, NULL},
        {"[[a|b]] [[c|d]]", NULL, NULL, NULL},
        {"[Anna](anna.md)", NULL, NULL, NULL},
        {"a\nb", NULL, NULL, NULL},
        {"https://example.org", NULL, NULL, NULL},
        {"mailto:anna@example.org", NULL, NULL, NULL},
        {"[[https://example.org]]", NULL, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct ref ref;
        if (ref_parse(sv_of(cases[i].text), &ref) != (cases[i].target != NULL))
            fail_msg("'%s'", cases[i].text);
        if (cases[i].target == NULL)
            continue;
        assert_sv(ref.target, cases[i].target);
        assert_sv(ref.anchor, cases[i].anchor);
        assert_sv(ref.label, cases[i].label);
    }
}

/* The bytes that a rename would replace are those of the target, and no others. */
static void assert_link(const struct note *note, size_t n, const char *key, const char *target, const char *whole,
                        unsigned line, unsigned column)
{
    assert_true(n < note->field_link_count);
    const struct link *link = &note->field_links[n];
    assert_int_equal(link->kind, LINK_FIELD);
    assert_sv(link->key, key);
    assert_sv(link->target, target);
    assert_sv(sv_sub(note->bytes, link->at.begin, link->at.end - link->at.begin), whole);
    assert_sv(sv_sub(note->bytes, link->target_at.begin, link->target_at.end - link->target_at.begin), target);
    assert_int_equal(link->at.line, line);
    assert_int_equal(link->at.column, column);
}

static void test_declared_references(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct note note;
    struct types *types = fixture_types();
    fixture_parse("sessions/s.md",
                  "---\n"
                  "type: session\n"
                  "charter: \"[[charters/c1|Umowa]]\"\n"
                  "initiated_by: anna\n"
                  "agenda_by: [jan]\n"
                  "actions:\n"
                  "  - {id: a1, text: \"[[x]] and more\", owner: 'jan'}\n"
                  "  - id: a2\n"
                  "    owner: \"[[anna]]\"\n"
                  "---\n",
                  types, &arena, &note);
    assert_int_equal(note.field_link_count, 5);
    assert_link(&note, 0, "charter", "charters/c1", "[[charters/c1|Umowa]]", 3, 11);
    assert_sv(note.field_links[0].label, "Umowa");
    assert_int_equal(note.field_links[0].target_at.column, 13);
    assert_link(&note, 1, "initiated_by", "anna", "anna", 4, 15);
    assert_link(&note, 2, "agenda_by[0]", "jan", "jan", 5, 13);
    assert_link(&note, 3, "actions[0].owner", "jan", "jan", 7, 46);
    assert_link(&note, 4, "actions[1].owner", "anna", "[[anna]]", 9, 13);
    types_free(types);
    arena_release(&arena);
}

static void test_lists_maps_and_marks(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct note note;
    struct types *types = fixture_types();
    fixture_parse("c.md",
                  "\xef\xbb\xbf---\r\n"
                  "type: charter\r\n"
                  "mentor: [anna, \"[[łucja#x]]\", [[ewa]]]\r\n"
                  "mentee: jan\r\n"
                  "signed: {anna: 2026-01-01, \"jan\": 2026-01-02}\r\n"
                  "stakeholders: [\"[[zarząd]]\", someone]\r\n"
                  "---\r\n",
                  types, &arena, &note);
    assert_int_equal(note.field_link_count, 7);
    assert_link(&note, 0, "mentor[0]", "anna", "anna", 3, 10);
    assert_link(&note, 1, "mentor[1]", "łucja", "[[łucja#x]]", 3, 17);
    assert_sv(note.field_links[1].anchor, "x");
    assert_link(&note, 2, "mentor[2]", "ewa", "ewa", 3, 33);
    assert_link(&note, 3, "mentee", "jan", "jan", 4, 9);
    assert_link(&note, 4, "signed.anna", "anna", "anna", 5, 10);
    assert_link(&note, 5, "signed.jan", "jan", "jan", 5, 29);
    assert_link(&note, 6, "stakeholders[0]", "zarząd", "[[zarząd]]", 6, 17);
    types_free(types);
    arena_release(&arena);
}

static void test_undeclared_fields_need_brackets(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct note note;
    fixture_parse("n.md",
                  "---\n"
                  "related: [[x|X]]\n"
                  "up: \"[[y]]\"\n"
                  "plain: y\n"
                  "deep: {a: [\"[[z]]\", [q, r]]}\n"
                  "---\n",
                  NULL, &arena, &note);
    assert_int_equal(note.field_link_count, 3);
    assert_link(&note, 0, "related", "x", "[[x|X]]", 2, 10);
    assert_sv(note.field_links[0].label, "X");
    assert_link(&note, 1, "up", "y", "[[y]]", 3, 6);
    assert_link(&note, 2, "deep.a[0]", "z", "[[z]]", 5, 13);
    arena_release(&arena);
}

/* Where escapes or folding hide the bytes, the whole scalar stands for the target. */
static void test_escaped_references(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct note note;
    fixture_parse("n.md", "---\nup: \"[[\\x61nna]]\"\nfold: >-\n  [[jan]]\n---\n", NULL, &arena, &note);
    assert_int_equal(note.field_link_count, 2);
    const struct link *link = &note.field_links[0];
    assert_sv(link->target, "anna");
    assert_sv(sv_sub(note.bytes, link->target_at.begin, link->target_at.end - link->target_at.begin),
              "\"[[\\x61nna]]\"");
    assert_sv(note.field_links[1].target, "jan");
    assert_true(note.field_links[1].target_at.end <= note.front.end);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms_of_a_reference), cmocka_unit_test(test_declared_references),
        cmocka_unit_test(test_lists_maps_and_marks), cmocka_unit_test(test_undeclared_fields_need_brackets),
        cmocka_unit_test(test_escaped_references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
