#include "test.h"

#include "text/regex.h"

#include "base/buf.h"

#include <string.h>
#include <time.h>

/* "begin-end" of the first match, "none", or the error's words. */
static const char *find(const char *pattern, struct sv subject, size_t from)
{
    static char answer[1024];
    struct regex *regex;
    struct regex_run *run = NULL;
    struct regex_match match;
    struct err err = {0};
    status s = regex_compile(sv_of(pattern), &regex, &err);
    if (s == DONE)
        s = regex_run_new(regex, &run, &err);
    if (s == DONE)
        s = regex_find(regex, run, subject, from, &match, &err);
    if (s == DONE)
        snprintf(answer, sizeof answer, "%zu-%zu", match.begin, match.end);
    else
        snprintf(answer, sizeof answer, "%s", s == NOT_FOUND ? "none" : err.text);
    regex_run_free(run);
    regex_free(regex);
    return answer;
}

static void it_finds_the_first_match(void **state)
{
    (void)state;
    assert_string_equal(find("b+", SV("abbc"), 0), "1-3");
    assert_string_equal(find("b+", SV("abbcb"), 3), "4-5");
    assert_string_equal(find("x", SV("abc"), 0), "none");
    assert_string_equal(find("a", SV("abc"), 99), "none");
    assert_string_equal(find("^b$", SV("a\nb\nc"), 0), "2-3");
    assert_string_equal(find("", (struct sv){0}, 0), "0-0");
}

static void case_is_smart(void **state)
{
    (void)state;
    assert_string_equal(find("żół", SV("ŻÓŁ"), 0), "0-6");
    assert_string_equal(find("abc", SV("xABC"), 0), "1-4");
    assert_string_equal(find("Abc", SV("xabc"), 0), "none");
    assert_string_equal(find("Żół", SV("żół"), 0), "none");
    /* Escapes are no upper-case letters. */
    assert_string_equal(find("\\Sbc\\b", SV("ABC"), 0), "0-3");
    assert_string_equal(find("\\p{Lu}bc", SV("ABC"), 0), "0-3");
    assert_string_equal(find("(?<Name>bc)", SV("ABC"), 0), "1-3");
}

static void classes_know_all_letters(void **state)
{
    (void)state;
    assert_string_equal(find("\\w+", SV("zażółć!"), 0), "0-10");
    assert_string_equal(find("\\bjaźń\\b", SV("a jaźń."), 0), "2-8");
    assert_string_equal(find("[[:alpha:]]+", SV("1łł"), 0), "1-5");
    assert_string_equal(find("feedb[aä]ck", SV("FeedbÄck"), 0), "0-9");
}

static void invalid_bytes_are_stepped_over(void **state)
{
    (void)state;
    assert_string_equal(find("b", SV("a\xff\xfe b"), 0), "4-5");
    assert_string_equal(find("a.b",
                             SV("a\xff"
                                "b"),
                             0),
                        "none");
}

static void mistakes_point_at_their_character(void **state)
{
    struct regex *regex;
    struct err err = {0};
    (void)state;
    assert_int_equal(regex_compile(SV("żó(a"), &regex, &err), USAGE);
    assert_null(regex);
    assert_int_equal(err.column, 5);
    assert_non_null(strstr(err.text, "'żó(a'"));
    err_clear(&err);
    assert_int_equal(regex_compile(SV("[z-a]"), &regex, &err), USAGE);
    err_clear(&err);
    assert_int_equal(regex_compile(SV("\\C"), &regex, &err), USAGE);
    regex_free(NULL);
    regex_run_free(NULL);
}

static void one_search_has_a_limit(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_fill(&text, 'a', 5000);
    buf_char(&text, 'b');
    clock_t before = clock();
    assert_non_null(strstr(find("(a+)+$", buf_view(&text), 0), "limit"));
    assert_non_null(strstr(find("(?:(?:a|aa)+)+c|x", buf_view(&text), 0), "limit"));
    assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 4);
    buf_release(&text);
}

/* Slow on every note, below the limit on each. */
static void a_run_has_a_limit(void **state)
{
    struct regex *regex;
    struct regex_run *run;
    struct regex_match match;
    struct err err = {0};
    (void)state;
    assert_done(regex_compile(SV("(a+)+$"), &regex, &err), &err);
    assert_done(regex_run_new(regex, &run, &err), &err);
    clock_t before = clock();
    status s = NOT_FOUND;
    for (int i = 0; i < 10000 && s == NOT_FOUND; i++)
        s = regex_find(regex, run, SV("aaaaaaaaaaaaaaaaab"), 0, &match, &err);
    assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 6);
    if (s != NOT_FOUND) {
        assert_int_equal(s, FAILED);
        assert_non_null(strstr(err.text, "time limit"));
    }
    regex_run_free(run);
    regex_free(regex);
}

static void deep_recursion_goes_on_in_the_interpreter(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_fill(&text, '(', 200000);
    const char *answer = find("(\\((?1)*\\))", buf_view(&text), 0);
    assert_true(strcmp(answer, "none") == 0 || strstr(answer, "limit") != NULL);
    buf_release(&text);
}

/* "name=value ..." of the first match's named groups. */
static const char *named(const char *pattern, const char *subject)
{
    static char answer[256];
    struct regex *regex;
    struct regex_run *run = NULL;
    struct regex_match match;
    struct err err = {0};
    assert_done(regex_compile(sv_of(pattern), &regex, &err), &err);
    assert_done(regex_run_new(regex, &run, &err), &err);
    assert_done(regex_find(regex, run, sv_of(subject), 0, &match, &err), &err);
    answer[0] = '\0';
    for (size_t i = 0; i < regex_name_count(regex); i++)
        if (regex_named(regex, run, i, &match))
            snprintf(answer + strlen(answer), sizeof answer - strlen(answer), "%.*s=%.*s;",
                     SV_ARG(regex_name(regex, i)), (int)(match.end - match.begin), subject + match.begin);
    regex_run_free(run);
    regex_free(regex);
    return answer;
}

static void groups_have_names(void **state)
{
    (void)state;
    assert_string_equal(named("(?<y>\\d+)-(?<m>\\d+)", "on 2026-11"), "y=2026;m=11;");
    /* By their place in the pattern, not by their letters. */
    assert_string_equal(named("(?<z>.)(?<a>.)", "12"), "z=1;a=2;");
    assert_string_equal(named("(?<a>x)|(?<b>y)", "y"), "b=y;");
    assert_string_equal(named("(?J)(?:(?<n>a)|(?<n>b))c", "bc"), "n=b;");
    assert_string_equal(named("(?<e>)x", "x"), "e=;");
    assert_string_equal(named("(x)", "x"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_finds_the_first_match),
        cmocka_unit_test(case_is_smart),
        cmocka_unit_test(classes_know_all_letters),
        cmocka_unit_test(invalid_bytes_are_stepped_over),
        cmocka_unit_test(mistakes_point_at_their_character),
        cmocka_unit_test(one_search_has_a_limit),
        cmocka_unit_test(a_run_has_a_limit),
        cmocka_unit_test(deep_recursion_goes_on_in_the_interpreter),
        cmocka_unit_test(groups_have_names),
    };
    return cmocka_run_group_tests_name("text/regex", tests, NULL, NULL);
}
