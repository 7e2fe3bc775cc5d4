#include "test.h"

#include "base/buf.h"
#include "text/yaml.h"

#include <math.h>
#include <string.h>
#include <time.h>

static struct arena arena;

static struct value *parse(const char *text)
{
    struct value *root;
    struct err err = {0};
    arena_reset(&arena);
    assert_done(yaml_parse(sv_of(text), &yaml_limits_front_matter, 1, &arena, &root, &err), &err);
    return root;
}

static struct err refuse(struct sv text)
{
    struct value *root;
    struct err err = {0};
    arena_reset(&arena);
    assert_int_equal(yaml_parse(text, &yaml_limits_front_matter, 1, &arena, &root, &err), MALFORMED);
    assert_null(root);
    return err;
}

static void assert_refused(const char *text, unsigned line, unsigned column, const char *words)
{
    struct err err = refuse(sv_of(text));
    if (err.line != line || err.column != column || strstr(err.text, words) == NULL)
        print_error("%s: %u:%u %s\n", text, err.line, err.column, err.text);
    assert_int_equal(err.line, line);
    assert_int_equal(err.column, column);
    assert_non_null(strstr(err.text, words));
}

static const struct value *scalar(const char *text)
{
    static char source[600];
    snprintf(source, sizeof source, "k: %s\n", text);
    return value_get(parse(source), SV("k"));
}

static void assert_kind(const char *text, enum value_kind kind)
{
    const struct value *value = scalar(text);
    if (value->kind != kind)
        print_error("%s is of kind %d\n", text, value->kind);
    assert_int_equal(value->kind, kind);
}

static void scalars_follow_the_core_schema(void **state)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    static const char *const texts[] = {"nULL", "yes", "no",  "on",       "tRUE", "2026-01-31", "12:30", "1_000", "+",
                                        "-x",   ".",   "1e",  "0x",       "0xg",  "0o8",        "0b1",   "1.2.3", ".in",
                                        "e5",   "--1", "'1'", "\"true\"", "-0x1", "1 2",        "+.nan"};
    (void)state;
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
        assert_kind(nulls[i], VALUE_NULL);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_kind(texts[i], VALUE_TEXT);
    assert_true(scalar("True")->as.boolean);
    assert_false(scalar("FALSE")->as.boolean);
    assert_kind("false", VALUE_BOOL);
}

static void numbers_have_their_values(void **state)
{
    (void)state;
    assert_int_equal(scalar("-12")->as.integer, -12);
    assert_int_equal(scalar("+12")->as.integer, 12);
    assert_int_equal(scalar("007")->as.integer, 7);
    assert_int_equal(scalar("0x1F")->as.integer, 31);
    assert_int_equal(scalar("0o17")->as.integer, 15);
    assert_int_equal(scalar("9223372036854775807")->as.integer, INT64_MAX);
    assert_kind("9223372036854775808", VALUE_NUMBER);
    assert_true(scalar("1.5e3")->as.number > 1499.9 && scalar("1.5e3")->as.number < 1500.1);
    assert_true(scalar(".5")->as.number > 0.4 && scalar("5.")->as.number > 4.9);
    assert_true(isinf(scalar("-.Inf")->as.number) && scalar("-.Inf")->as.number < 0);
    assert_true(isnan(scalar(".NaN")->as.number));
    assert_sv(value_text(scalar("0x1F")), "0x1F");
}

static void assert_span(const char *source, const struct value *value, const char *bytes)
{
    struct sv span = sv_sub(sv_of(source), value->begin, value->end - value->begin);
    if (!sv_eq_c(span, bytes))
        print_error("'%.*s' is not '%s'\n", SV_ARG(span), bytes);
    assert_true(sv_eq_c(span, bytes));
}

static void places_are_bytes_and_characters(void **state)
{
    static const char source[] =
        "żółć: ąę # ć\nlist:\n  - \"ż x\"\n  - [a, ż, c]\nblock: |\n  one\n  two\n\nmap: {k: v}\n";
    (void)state;
    struct value *root = parse(source);
    const struct value *first = root->members[0].value;
    assert_span(source, first, "ąę");
    assert_int_equal(first->line, 1);
    assert_int_equal(first->column, 7);
    const struct value *list = value_get(root, SV("list"));
    assert_span(source, list, "- \"ż x\"\n  - [a, ż, c]");
    assert_span(source, list->members[0].value, "\"ż x\"");
    assert_span(source, list->members[1].value, "[a, ż, c]");
    assert_int_equal(list->members[1].value->members[2].value->column, 12);
    assert_span(source, value_get(root, SV("block")), "|\n  one\n  two");
    assert_span(source, value_get(root, SV("map")), "{k: v}");
    assert_int_equal(root->members[3].key_line, 9);
    assert_memory_equal(source + root->members[3].key_begin, "map", 3);
}

static void other_line_ends_are_no_lines(void **state)
{
    /* libyaml ends lines at NEL and LS too. */
    static const char source[] = "a: \"x\xc2\x85y\xe2\x80\xa8z\"\nb: 1\n";
    (void)state;
    const struct value *b = value_get(parse(source), SV("b"));
    assert_int_equal(b->line, 2);
    assert_int_equal(b->column, 4);
    assert_span(source, b, "1");
}

static void what_yaml_can_do_to_others_is_refused(void **state)
{
    (void)state;
    assert_refused("a: &x 1\n", 1, 4, "anchors");
    assert_refused("a: [&x 1]\n", 1, 5, "anchors");
    assert_refused("a: *x\n", 1, 4, "aliases");
    assert_refused("a: !!str x\n", 1, 4, "tags");
    assert_refused("a: !x [1]\n", 1, 4, "tags");
    assert_refused("%TAG ! tag:x,2000:\n---\na: 1\n", 1, 1, "tags");
    assert_refused("a: 1\nb: 2\nż: 3\na: 4\n", 4, 1, "line 1");
    assert_refused("m: {k: 1, k: 2}\n", 1, 11, "'k'");
    assert_refused("<<: {a: 1}\n", 1, 1, "merge");
    assert_refused("? [a]\n: 1\n", 1, 3, "plain text");
    assert_refused("? {a: b}\n: 1\n", 1, 3, "plain text");
    assert_refused("a: 1\n---\nb: 2\n", 2, 1, "more than one");
    assert_refused("a: [1\nb: 2\n", 2, 2, "invalid YAML");
    assert_refused("a: b: c\n", 1, 5, "invalid YAML");
    assert_refused("żż: \x01\n", 1, 5, "control characters");
    assert_refused("ab: \xff\n", 1, 5, "UTF-8");
}

static void duplicate_keys_are_found_among_many(void **state)
{
    (void)state;
    struct buf text = {0};
    for (int i = 0; i < 100; i++)
        buf_printf(&text, "key%d: x\n", i);
    buf_put_c(&text, "key50: y\nkey3: y\n");
    struct err err = refuse(buf_view(&text));
    assert_int_equal(err.line, 101);
    assert_non_null(strstr(err.text, "line 51"));
    buf_release(&text);
}

static void assert_quick(const char *unit, size_t count)
{
    struct buf text = {0};
    for (size_t i = 0; i < count; i++)
        buf_put_c(&text, unit);
    struct value *root;
    struct err err = {0};
    clock_t before = clock();
    arena_reset(&arena);
    yaml_parse(buf_view(&text), &yaml_limits_front_matter, 1, &arena, &root, &err);
    double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
    if (seconds > 0.5)
        print_error("%zu of '%s' take %.3f s\n", count, unit, seconds);
    assert_true(seconds < 0.5); /* 50 ms are promised; sanitizers and busy machines take their share */
    buf_release(&text);
}

static void hostile_sources_end_soon(void **state)
{
    static const char *const units[] = {"[",  "{",  "- ",  "? ",    "[a: ", "{\"a\":", "[\n", "a: [",   "a:\n", "-\n",
                                        "'",  "\"", "|\n", "#",     "!",    "&a ",     "*a ", "%a\n",   "\t",   " ",
                                        "\n", ":",  "? [", "- - [", "ż: ",  "[ż,",     "a,",  "\"\\x41"};
    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        assert_quick(units[i], 64 * 1024 / strlen(units[i]));
}

static void limits_are_named(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_fill(&text, 'x', 64 * 1024 + 1);
    assert_non_null(strstr(refuse(buf_view(&text)).text, "65536 bytes"));
    buf_clear(&text);
    for (int i = 0; i < 10001; i++)
        buf_put_c(&text, "- x\n");
    assert_non_null(strstr(refuse(buf_view(&text)).text, "10000 values"));
    assert_refused("a: [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]\n", 1, 19, "16 levels");
    buf_release(&text);
}

static void an_empty_source_is_null(void **state)
{
    (void)state;
    assert_int_equal(parse("")->kind, VALUE_NULL);
    assert_int_equal(parse("# only a comment\n")->kind, VALUE_NULL);
}

static void no_memory_is_an_error(void **state)
{
    (void)state;
    for (uint64_t n = 1; n < 40; n++) {
        struct arena own = {0};
        struct value *root;
        struct err err = {0};
        memory_fail_at(n);
        status s = yaml_parse(SV("a: [1, 2]\nb: {c: d}\n"), &yaml_limits_file, 1, &own, &root, &err);
        bool failed = memory_has_failed();
        memory_fail_at(0);
        assert_int_equal(s, failed ? NO_MEMORY : DONE);
        arena_release(&own);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_follow_the_core_schema),
        cmocka_unit_test(numbers_have_their_values),
        cmocka_unit_test(places_are_bytes_and_characters),
        cmocka_unit_test(other_line_ends_are_no_lines),
        cmocka_unit_test(what_yaml_can_do_to_others_is_refused),
        cmocka_unit_test(duplicate_keys_are_found_among_many),
        cmocka_unit_test(hostile_sources_end_soon),
        cmocka_unit_test(limits_are_named),
        cmocka_unit_test(an_empty_source_is_null),
        cmocka_unit_test(no_memory_is_an_error),
    };
    int failed = cmocka_run_group_tests_name("text/yaml", tests, NULL, NULL);
    arena_release(&arena);
    return failed;
}
