#include "note/kind.h"
#include "note/fixture.h"
#include "text/yaml.h"

#include <math.h>

static const struct value *parse(struct arena *arena, const char *yaml)
{
    struct value *value;
    struct err err = {0};
    if (yaml_parse(sv_of(yaml), &yaml_limits_file, 1, arena, &value, &err) != DONE)
        fail_msg("%s: %s", yaml, err.text);
    return value;
}

static void test_what_each_kind_accepts(void **state)
{
    (void)state;
    static const struct {
        enum field_kind kind;
        const char *yaml;
        bool accepted;
    } cases[] = {
        {FIELD_TEXT, "2026", true},
        {FIELD_TEXT, "[a]", false},
        {FIELD_TEXT, "~", false},
        {FIELD_INT, "60", true},
        {FIELD_INT, "\"60\"", true},
        {FIELD_INT, "60.5", false},
        {FIELD_INT, "60 min", false},
        {FIELD_INT, "-2", true},
        {FIELD_NUMBER, "1.5", true},
        {FIELD_NUMBER, "3", true},
        {FIELD_NUMBER, ".nan", false},
        {FIELD_NUMBER, ".inf", false},
        {FIELD_NUMBER, "1,5", false},
        {FIELD_BOOL, "true", true},
        {FIELD_BOOL, "\"False\"", true},
        {FIELD_BOOL, "yes", false},
        {FIELD_BOOL, "1", false},
        {FIELD_DATE, "2026-01-31", true},
        {FIELD_DATE, "2026-01-31T10:00", true},
        {FIELD_DATE, "2026-02-30", false},
        {FIELD_DATE, "31.01.2026", false},
        {FIELD_DATETIME, "2026-01-31 10:00", true},
        {FIELD_DURATION, "P3W", true},
        {FIELD_DURATION, "3 weeks", false},
        {FIELD_REF, "anna-nowak", true},
        {FIELD_REF, "\"[[anna-nowak|Anna]]\"", true},
        {FIELD_REF, "\"[Anna](anna.md)\"", false},
        {FIELD_REF, "https://example.org/anna", false},
        {FIELD_EMAIL, "anna@example.org", true},
        {FIELD_EMAIL, "anna", false},
        {FIELD_EMAIL, "Anna <anna@example.org>", false},
        {FIELD_URL, "https://example.org/a?b#c", true},
        {FIELD_URL, "mailto:a@b", true},
        {FIELD_URL, "example.org", false},
        {FIELD_URL, "\"https: x\"", false},
        {FIELD_TIMEZONE, "Europe/Warsaw", true},
        {FIELD_TIMEZONE, "UTC", true},
        {FIELD_TIMEZONE, "Etc/GMT+1", true},
        {FIELD_TIMEZONE, "+01:00", false},
        {FIELD_TIMEZONE, "Europe//Warsaw", false},
        {FIELD_LANG, "pl", true},
        {FIELD_LANG, "en-GB", true},
        {FIELD_LANG, "no", true},
        {FIELD_LANG, "Polish", false},
        {FIELD_LANG, "e", false},
        {FIELD_LANG, "en-", false},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct scalar scalar;
        bool accepted = kind_read(cases[i].kind, parse(&arena, cases[i].yaml), &scalar);
        if (accepted != cases[i].accepted)
            fail_msg("%s as %s: %d", cases[i].yaml, field_kind_name(cases[i].kind), accepted);
    }
    arena_release(&arena);
}

static void test_numbers_that_order(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct scalar scalar;
    assert_true(kind_read(FIELD_DATE, parse(&arena, "1970-01-11"), &scalar));
    assert_true(scalar.number == 10);
    assert_true(kind_read(FIELD_INT, parse(&arena, "0x10"), &scalar));
    assert_int_equal(scalar.integer, 16);
    assert_true(kind_read(FIELD_TEXT, parse(&arena, "7"), &scalar));
    assert_true(isnan(scalar.number));
    /* What a kind refuses reads by the core schema. */
    assert_false(kind_read(FIELD_DATE, parse(&arena, "7"), &scalar));
    assert_int_equal(scalar.kind, FIELD_INT);
    arena_release(&arena);
}

static void test_guesses(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        enum field_kind kind;
    } cases[] = {
        {"true", FIELD_BOOL},
        {"7", FIELD_INT},
        {"1e3", FIELD_NUMBER},
        {"2026-01-31", FIELD_DATE},
        {"\"2026-01-31\"", FIELD_TEXT},
        {"2026", FIELD_INT},
        {"2026-01-31 to 2", FIELD_TEXT},
        {"\"7\"", FIELD_TEXT},
        {"yes", FIELD_TEXT},
        {".nan", FIELD_TEXT},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct scalar scalar;
        kind_guess(parse(&arena, cases[i].yaml), &scalar);
        if (scalar.kind != cases[i].kind)
            fail_msg("%s: %s", cases[i].yaml, field_kind_name(scalar.kind));
    }
    arena_release(&arena);
}

static void test_every_kind_has_a_name_and_words(void **state)
{
    (void)state;
    for (int kind = FIELD_TEXT; kind <= FIELD_MAP; kind++) {
        enum field_kind read;
        assert_true(field_kind_parse(sv_of(field_kind_name((enum field_kind)kind)), &read));
        assert_int_equal(read, kind);
        assert_non_null(kind_describe((enum field_kind)kind));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_each_kind_accepts),
        cmocka_unit_test(test_numbers_that_order),
        cmocka_unit_test(test_guesses),
        cmocka_unit_test(test_every_kind_has_a_name_and_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
