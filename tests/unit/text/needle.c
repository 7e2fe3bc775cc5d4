#include "test.h"

#include "text/needle.h"

#include <string.h>

static bool in(const char *literal, bool fold, struct sv subject)
{
    struct needle needle;
    assert_true(needle_init(&needle, sv_of(literal), fold));
    return needle_in(&needle, subject);
}

static void it_finds_a_literal_wherever_it_stands(void **state)
{
    (void)state;
    char text[200];
    for (size_t length = 6; length < sizeof text; length++)
        for (size_t at = 0; at + 6 <= length; at++) {
            memset(text, 'n', sizeof text);
            memcpy(text + at, "needle", 6);
            assert_true(in("needle", false, sv_make(text, length)));
            assert_true(in("needle", true, sv_make(text, length)));
            /* Its end lies behind the text's. */
            assert_false(in("needle", false, sv_make(text, at + 5)));
            text[at + 3] = 'D';
            assert_false(in("needle", false, sv_make(text, length)));
            assert_true(in("needle", true, sv_make(text, length)));
            text[at + 3] = '$'; /* differs from 'd' by the bit of case, and by another */
            assert_false(in("needle", true, sv_make(text, length)));
        }
}

static void case_is_that_of_letters_alone(void **state)
{
    (void)state;
    assert_true(in("a-1@x", true, SV("...........................A-1@X...")));
    /* '@' and '`', '[' and '{' differ in the bit that makes a letter lower-case. */
    assert_false(in("a@b", true, SV("...........................a`b...")));
    assert_false(in("{x", true, SV("[x[x[x[x[x[x[x[x[x[x[x[x[x[x[x[x")));
    assert_false(in("x\r", true, SV("x-x-x-x-x-x-x-x-x-x-x-x-x-x-x-x-")));
}

/* Two letters have a second form, of other bytes, that differs in case alone. */
static void long_s_and_kelvin_are_letters(void **state)
{
    (void)state;
    assert_true(in("session", true, SV("ſeſſion")));
    assert_true(in("session", true, SV("SEſsION")));
    assert_true(in("risk", true, SV("a RIS\xe2\x84\xaa, a risk")));
    assert_true(in("skill", true, SV("the ſ\xe2\x84\xaaill")));
    assert_false(in("session", true, SV("seſſio")));
    assert_false(in("session", true, SV("eſſion")));
    assert_false(in("session", false, SV("ſeſſion")));
}

static void what_cannot_be_looked_for_is_told(void **state)
{
    struct needle needle;
    (void)state;
    assert_false(needle_init(&needle, SV(""), false));
    assert_false(needle_init(&needle, SV("skks"), true));
    assert_false(needle_init(&needle, SV("straße"), true));
    assert_false(needle_init(&needle, SV("Żół"), true));
    assert_false(needle_init(&needle, SV("å"), true));
    assert_false(needle_init(&needle, SV("a\xff"), true));
    assert_true(needle_init(&needle, SV("a\xff"), false));
    assert_true(needle_init(&needle, SV("żół"), false));
    assert_true(needle_in(&needle, SV("zażółć gęślą jaźń, a to już koniec")));
    assert_false(needle_in(&needle, SV("zażÓłć gęślą jaźń, a to już koniec")));
}

static void letters_of_two_bytes(void **state)
{
    (void)state;
    assert_true(in("żółć", true, SV("............ŻÓŁĆ")));
    assert_true(in("żółć", true, SV("............żÓłĆ............")));
    assert_true(in("źdźbło", true, SV("Źdźbło, a ................")));
    assert_true(in("ość", true, SV("ŻYCZLIWOŚĆ............")));
    assert_true(in("æble", true, SV("............Æble")));
    assert_true(in("ål på", true, SV("en \xe2\x84\xabL PÅ landet....")));
    assert_false(in("żółć", true, SV("............żóść............")));
    /* The bytes of a letter are not those of two others. */
    assert_false(in("ł", true, SV("\xc5\x80\xc4\x82\xc5\x84\xc5\x83\xc3\x82\xc5\x86\xc5\x80\xc5\x80")));
}

/* --- against a slow one --- */

static size_t letter_at(struct sv text, char c, bool fold)
{
    if (text.len > 0 && (text.ptr[0] == c || (fold && c >= 'a' && c <= 'z' && text.ptr[0] == (c & ~0x20))))
        return 1;
    if (fold && c == 's' && sv_starts(text, SV("\xc5\xbf")))
        return 2;
    return fold && c == 'k' && sv_starts(text, SV("\xe2\x84\xaa")) ? 3 : 0;
}

static bool slowly(struct sv literal, bool fold, struct sv subject)
{
    for (size_t begin = 0; begin < subject.len; begin++) {
        size_t at = begin, i = 0, length = 1;
        for (; i < literal.len && length > 0; i++, at += length)
            length = letter_at(sv_from(subject, at), literal.ptr[i], fold);
        if (i == literal.len && length > 0)
            return true;
    }
    return false;
}

static void random_literals_in_random_texts(void **state)
{
    static const char *const pieces[] = {
        "a", "b", "s", "k", "A", "S", "K", "n", "\n", "@", "\xc5\xbf", "\xe2\x84\xaa", "\xc5\x82", "e"};
    (void)state;
    size_t found = 0;
    for (unsigned seed = 1; seed <= 20000; seed++) {
        char literal[8] = "", text[400] = "";
        bool fold = seed % 2;
        srand(seed);
        for (int i = 1 + rand() % 5; i > 0; i--)
            strcat(literal, (const char *[]){"a", "b", "s", "k", "n", "@"}[rand() % 6]);
        for (int i = rand() % 90; i > 0; i--)
            strcat(text, pieces[rand() % 14]);
        struct needle needle;
        if (!needle_init(&needle, sv_of(literal), fold))
            continue;
        bool there = slowly(sv_of(literal), fold, sv_of(text));
        found += there;
        if (needle_in(&needle, sv_of(text)) != there)
            fail_msg("seed %u: '%s' in '%s'", seed, literal, text);
    }
    assert_true(found > 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_finds_a_literal_wherever_it_stands), cmocka_unit_test(case_is_that_of_letters_alone),
        cmocka_unit_test(long_s_and_kelvin_are_letters),         cmocka_unit_test(letters_of_two_bytes),
        cmocka_unit_test(what_cannot_be_looked_for_is_told),     cmocka_unit_test(random_literals_in_random_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
