#include "fixture.h"

#include "note/retag.h"

static struct buf out;
static size_t count;

static status retag(const char *text, const char *from, const char *to, struct err *err)
{
    struct arena arena = {0};
    struct note note;
    fixture_parse("a.md", text, NULL, &arena, &note);
    buf_clear(&out);
    status s = note_retag(&note, sv_of(from), sv_of(to), &out, &count, err);
    arena_release(&arena);
    return s;
}

static void check(int line, const char *text, const char *from, const char *to, const char *expected, size_t places)
{
    struct err err = {0};
    status s = retag(text, from, to, &err);
    if (s != DONE || !sv_eq_c(buf_view(&out), expected) || count != places)
        fail_msg("line %d: status %d: %s\n%zu places:\n%.*s", line, s, err.text, count, SV_ARG(buf_view(&out)));
}

#define RETAG(text, from, to, expected, places) check(__LINE__, text, from, to, expected, places)

static void tags_of_the_body_are_renamed_with_what_is_below(void **state)
{
    (void)state;
    RETAG("#a, #a/b/c #ab `#a` #A/x #x/a\r\n# a\n", "a", "q/w", "#q/w, #q/w/b/c #ab `#a` #q/w/x #x/a\r\n# a\n", 3);
    RETAG("#a/b #a/bc #a/B/c #a", "#a/b", "#z", "#z #a/bc #z/c #a", 2);
    RETAG("#Łódź x \xff", "łódź", "miasto", "#miasto x \xff", 1);
    RETAG("#b", "a", "c", "#b", 0);
}

static void tags_of_the_front_matter_are_renamed_in_every_form(void **state)
{
    (void)state;
    RETAG("---\ntags:\n  - a # c\n  - 'a/b'\n  - ab\n---\n#a\n", "a", "q",
          "---\ntags:\n  - q # c\n  - 'q/b'\n  - ab\n---\n#q\n", 3);
    RETAG("---\ntags: [\"#a\", b]\n---\n", "a", "q", "---\ntags: [\"#q\", b]\n---\n", 1);
    RETAG("---\ntags: x, a, a/y # c\n---\n", "a", "q", "---\ntags: x, q, q/y # c\n---\n", 1);
    RETAG("---\ntag: \"#x #a\"\n---\n", "a", "q", "---\ntag: \"#x #q\"\n---\n", 1);
    RETAG("---\nkeywords: a b, a\n---\n", "a", "q", "---\nkeywords: a b, q\n---\n", 1);
    RETAG("---\ntags:\n  - a\n  - q\n  - b\n---\n", "a", "q", "---\ntags:\n  - q\n  - b\n---\n", 1);
    RETAG("---\ntags: [a, q, a/b]\n---\n", "a", "q", "---\ntags: [q, q/b]\n---\n", 2);
    RETAG("---\ntags: [a, b]\n---\n", "a", "no", "---\ntags: [\"no\", b]\n---\n", 1);
    RETAG("---\ntitle: a\ntags:\n---\n", "a", "q", "---\ntitle: a\ntags:\n---\n", 0);
}

static void what_is_no_tag_is_refused(void **state)
{
    struct err err = {0};
    (void)state;
    assert_int_equal(retag("#a", "a", "b c", &err), USAGE);
    assert_non_null(strstr(err.text, "'b c'"));
    err = (struct err){0};
    assert_int_equal(retag("#a", "12", "b", &err), USAGE);
    err = (struct err){0};
    assert_int_equal(retag("#a", "", "b", &err), USAGE);
    err = (struct err){0};
    assert_int_equal(retag("---\ntags: [a\n---\n#a", "a", "b", &err), MALFORMED);
    assert_int_equal(out.len, 0);
    err = (struct err){0};
    assert_int_equal(retag("---\ntags: [a\n---\n#z", "a", "b", &err), DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_of_the_body_are_renamed_with_what_is_below),
        cmocka_unit_test(tags_of_the_front_matter_are_renamed_in_every_form),
        cmocka_unit_test(what_is_no_tag_is_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buf_release(&out);
    return failed;
}
