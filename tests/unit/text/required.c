#include "test.h"

#include "text/needle.h"
#include "text/regex.h"
#include "text/required.h"

#include "base/buf.h"

#include <string.h>

/* The literals with '|' between; "" for none. */
static const char *literals(const char *pattern, bool fold)
{
    static char answer[1024];
    struct arena arena = {0};
    struct required required;
    struct err err = {0};
    assert_done(required_of(sv_of(pattern), fold, &arena, &required, &err), &err);
    answer[0] = '\0';
    for (size_t i = 0; i < required.count; i++)
        snprintf(answer + strlen(answer), sizeof answer - strlen(answer), "%s%.*s", i ? "|" : "",
                 SV_ARG(required.items[i]));
    arena_release(&arena);
    return answer;
}

static void literals_are_read_off(void **state)
{
    (void)state;
    assert_string_equal(literals("feedback", true), "feedback");
    assert_string_equal(literals("Feedback", true), "feedback");
    assert_string_equal(literals("Feedback", false), "Feedback");
    assert_string_equal(literals("\\bfeedback\\b", true), "feedback");
    assert_string_equal(literals("feedb[aä]ck", true), "feedb");
    assert_string_equal(literals("\\w+ing\\b", true), "ing");
    assert_string_equal(literals("mood: (?<mood>\\w+)", true), "mood: ");
    assert_string_equal(literals("a\\.b\\/c", true), "a.b/c");
    assert_string_equal(literals("zażółć", false), "zażółć");
    assert_string_equal(literals("zażółć", true), "zażółć");
    /* The other case of these letters has another length, or is none. */
    assert_string_equal(literals("straßen", true), "stra");
    assert_string_equal(literals("ab\u03c9cde", true), "cde");
}

static void repetition_counts(void **state)
{
    (void)state;
    assert_string_equal(literals("abc?de", true), "ab");
    assert_string_equal(literals("abc*def", true), "def");
    assert_string_equal(literals("abc+def", true), "cdef");
    assert_string_equal(literals("abcd+?ef", true), "abcd");
    assert_string_equal(literals("abc{2}xy", true), "abc");
    assert_string_equal(literals("abc{0,3}x", true), "ab");
    assert_string_equal(literals("abc{0}x", true), "ab");
    assert_string_equal(literals("ab(cd)?ef", true), "ab");
    assert_string_equal(literals("ab(cd)+ef", true), "abcd");
    assert_string_equal(literals("x(foo|bar)*y", true), "x");
    assert_string_equal(literals("ab.*xyz", true), "xyz");
}

static void groups_and_alternatives(void **state)
{
    (void)state;
    assert_string_equal(literals("foo|barn|x", true), "foo|barn|x");
    assert_string_equal(literals("(?:foo|bar)x", true), "foo|bar");
    assert_string_equal(literals("(foo|bar)quux", true), "quux");
    assert_string_equal(literals("a(?>b)(?<n>c)(?'m'd)(?P<o>e)f", true), "abcdef");
    assert_string_equal(literals("foo|\\d+", true), "");
    assert_string_equal(literals("foo|", true), "");
    assert_string_equal(literals("(foo|)bar?", true), "ba");
    assert_string_equal(literals("(?=lookahead)ab", true), "ab");
    assert_string_equal(literals("ab(?<!behind)c", true), "ab");
    assert_string_equal(literals("(?!never)", true), "");
    assert_string_equal(literals("a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q", true), "");
}

static void classes_and_escapes_are_stepped_over(void **state)
{
    (void)state;
    assert_string_equal(literals("[]abc]x", true), "x");
    assert_string_equal(literals("[^]abc]x", true), "x");
    assert_string_equal(literals("[a\\]bc]x", true), "x");
    assert_string_equal(literals("[[:alpha:]bcd]x", true), "x");
    assert_string_equal(literals("[(|]x", true), "x");
    assert_string_equal(literals("\\pLxyz", true), "xyz");
    assert_string_equal(literals("\\p{Lu}xy", true), "xy");
}

/* Where it is not certain nothing is required. */
static void in_doubt_nothing_is_required(void **state)
{
    static const char *const patterns[] = {
        "(?i)abc",      "(?i:abc)",  "(?x) a b c", "\\Qabc\\E",  "[\\Qa]b\\E]c",  "\\x41bcd",   "\\x{41}bcd",
        "\\o{101}bcd",  "\\101bcd",  "(a)\\1bcd",  "\\g{1}(a)b", "\\k<n>(?<n>a)", "(?(1)a|b)c", "(?R)?abc",
        "abc(*ACCEPT)", "(*UTF)abc", "(?#abc)d",   "\\N{U+41}b", "\\cAbcd",       "ab{,3}c",    "ab{x}c",
        "a{2}{0}bc",    "[[.a.]b]",  "(?C1)abc",   "(?P=n)abc",  "(?P>n)abc",     "(?1)(abc)",  "",
        ".*",           "abc(?-i)d", "(?^)abc",    "\\Eabc",     "a**b",          "[a[:]b:]c",  "(?J)abc",
    };
    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        if (*literals(patterns[i], true) || *literals(patterns[i], false))
            fail_msg("'%s' requires '%s'", patterns[i], literals(patterns[i], false));
}

/* --- against PCRE2 --- */

static void put_rune(char *into, uint32_t rune)
{
    struct buf one = {0};
    buf_rune(&one, rune);
    strcat(into, one.ptr);
    buf_release(&one);
}

/* What differs in case alone is as the needle has it, for each letter that it folds, among all letters. */
static void cases_are_those_of_pcre2(void **state)
{
    (void)state;
    size_t folding = 0;
    for (uint32_t rune = 'a'; rune < 0x250; rune++) {
        char pattern[8] = "";
        struct buf all = {0};
        struct regex *regex;
        struct regex_run *run;
        struct needle needle;
        struct err err = {0};
        put_rune(pattern, rune);
        if (!needle_folds(rune) || (rune < 0x80 && strchr("[\\]^{|}", (int)rune)) ||
            !needle_init(&needle, sv_of(pattern), true))
            continue;
        folding++;
        assert_done(regex_compile(sv_of(pattern), &regex, &err), &err);
        assert_done(regex_run_new(regex, &run, &err), &err);
        for (uint32_t other = 1; other < 0x1e944; other += other == 0xd7ff ? 0x2801 : other == 0x3000 ? 0x7000 : 1) {
            struct regex_match match;
            buf_clear(&all);
            buf_rune(&all, other);
            bool there = regex_find(regex, run, buf_view(&all), 0, &match, &err) == DONE;
            if (there != needle_in(&needle, buf_view(&all)))
                fail_msg("U+%04X and U+%04X", (unsigned)rune, (unsigned)other);
        }
        buf_release(&all);
        regex_run_free(run);
        regex_free(regex);
    }
    assert_true(folding > 100);
}

static const char *const pieces[] = {
    "ł",   "å",   "ż",    "a",           "b",         "ab",    "k",   "s",     "K",     "é",    "\\.",   "\\/",
    "\\w", "\\b", "[ab]", "[^a]",        "[]k]",      "(",     "(?:", "(?<n>", ")",     ")",    ")",     "|",
    "|",   "*",   "+",    "?",           "{2}",       "{0,1}", "{0}", "(?=",   "(?!",   "(?<=", "(?i)",  "(?>",
    ".",   "^",   "$",    "\\d",         "\\pL",      "{,2}",  "\\Q", "\\E",   "\\x61", "\\1",  "(?|",   "(?x)",
    "#",   " ",   "\\K",  "[[:alpha:]]", "(*ACCEPT)", "\\n",   "-",   "??",    "*+",    "+?",   "\\141",
};
static const char *const texts[] = {"ł", "Ł", "å", "Å", "\xe2\x84\xab", "ż", "Ż", "a", "b",  "k",   "s", "A", "K",
                                    "S", "é", "É", "ſ", "\xe2\x84\xaa", ".", "/", " ", "\n", "\xff"};
enum { PIECES = sizeof pieces / sizeof *pieces, TEXTS = sizeof texts / sizeof *texts };

static void compare(struct regex *regex, const char *pattern, unsigned seed, size_t *refused)
{
    struct regex_run *run;
    struct regex_match match;
    struct err err = {0};
    assert_done(regex_run_new(regex, &run, &err), &err);
    for (int round = 0; round < 20; round++) {
        char text[256] = "";
        for (int i = rand() % 40; i > 0; i--)
            strcat(text, texts[rand() % TEXTS]);
        if (regex_may_match(regex, sv_of(text)))
            continue;
        ++*refused;
        if (regex_find(regex, run, sv_of(text), 0, &match, &err) == DONE)
            fail_msg("seed %u: /%s/ is in '%s'", seed, pattern, text);
    }
    regex_run_free(run);
}

/* What is refused at the first look has no match. */
static void nothing_that_matches_is_refused(void **state)
{
    (void)state;
    size_t patterns = 0, refused = 0;
    for (unsigned seed = 1; seed <= 30000; seed++) {
        char pattern[200] = "";
        struct regex *regex;
        struct err err = {0};
        srand(seed);
        for (int i = 1 + rand() % 8; i > 0; i--)
            strcat(pattern, pieces[rand() % PIECES]);
        if (regex_compile(sv_of(pattern), &regex, &err) != DONE)
            continue;
        patterns++;
        compare(regex, pattern, seed, &refused);
        regex_free(regex);
    }
    assert_true(patterns > 3000);
    assert_true(refused > 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_are_read_off),           cmocka_unit_test(repetition_counts),
        cmocka_unit_test(groups_and_alternatives),         cmocka_unit_test(classes_and_escapes_are_stepped_over),
        cmocka_unit_test(in_doubt_nothing_is_required),    cmocka_unit_test(cases_are_those_of_pcre2),
        cmocka_unit_test(nothing_that_matches_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
