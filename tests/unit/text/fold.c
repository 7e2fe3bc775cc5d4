#include "test.h"

#include "text/fold.h"

#include <string.h>

static void assert_fold(void (*fold)(struct sv, struct buf *), const char *text, const char *expected)
{
    struct buf out = {0};
    fold(sv_of(text), &out);
    if (!sv_eq_c(buf_view(&out), expected))
        print_error("'%s' became '%.*s', not '%s'\n", text, SV_ARG(buf_view(&out)), expected);
    assert_true(sv_eq_c(buf_view(&out), expected));
    buf_release(&out);
}

static void case_is_folded(void **state)
{
    (void)state;
    assert_fold(fold_case, "ABC xyz-09", "abc xyz-09");
    assert_fold(fold_case, "ZAŻÓŁĆ GĘŚLĄ JAŹŃ", "zażółć gęślą jaźń");
    assert_fold(fold_case, "ÆØÅ Straße", "æøå strasse");
    assert_fold(fold_case, "ΣΊΣΥΦΟΣ", "σίσυφοσ");
    assert_fold(fold_case, "", "");
}

static void composed_and_decomposed_are_one(void **state)
{
    (void)state;
    assert_fold(fold_case, "Z\u0307o\u0301", "żó");
    assert_fold(fold_nfc, "Zo\u0301 e\u0302\u0323x", "Zó \u1ec7x");
    assert_fold(fold_nfc, "a\u030a", "å");
    assert_fold(fold_nfc, "\u1112\u1161\u11ab", "한");
}

static void marks_are_taken_off(void **state)
{
    (void)state;
    assert_fold(fold_plain, "Zażółć gęślą jaźń", "zazolc gesla jazn");
    assert_fold(fold_plain, "Møde Æble Åben", "mode aeble aben");
    assert_fold(fold_plain, "ßđþœ", "ssdthoe");
    assert_fold(fold_plain, "İstanbul", "istanbul");
    assert_fold(fold_plain, "한국어 가나다 が", "한국어 가나다 が");
    assert_fold(fold_plain, "क्षि", "क्षि");
}

static void danish_has_a_second_spelling(void **state)
{
    (void)state;
    assert_fold(fold_digraph, "Møde Æble Åben Zażółć", "moede aeble aaben zazolc");
    assert_fold(fold_digraph, "A\u030aben", "aaben");
}

static void invalid_bytes_stay(void **state)
{
    (void)state;
    assert_fold(fold_case, "A\xffZ", "a\xffz");
    assert_fold(fold_case, "\xc5", "\xc5");
    assert_fold(fold_plain, "Ż\xc5\xc5Ż\x80", "z\xc5\xc5z\x80");
    assert_fold(fold_nfc, "\xed\xa0\x80", "\xed\xa0\x80");
}

/* Runs are cut into pieces; no cut shows. */
static void long_runs_fold_as_short_ones(void **state)
{
    (void)state;
    struct buf text = {0}, expected = {0};
    for (int i = 0; i < 1000; i++) {
        buf_put_c(&text, "Żo\u0301");
        buf_put_c(&expected, "żó");
    }
    buf_char(&text, '\0');
    buf_char(&expected, '\0');
    assert_fold(fold_case, text.ptr, expected.ptr);
    buf_release(&text);
    buf_release(&expected);
}

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static void assert_order(const char *a, const char *b, int expected)
{
    if (sign(fold_cmp(sv_of(a), sv_of(b))) != expected)
        print_error("'%s' and '%s'\n", a, b);
    assert_int_equal(sign(fold_cmp(sv_of(a), sv_of(b))), expected);
    assert_int_equal(sign(fold_cmp(sv_of(b), sv_of(a))), -expected);
}

static void people_sort_by_letters_and_numbers(void **state)
{
    (void)state;
    assert_order("a", "B", -1);
    assert_order("łódka", "lodz", -1);
    assert_order("Zofia", "żaba", 1);
    assert_order("note 2", "note 10", -1);
    assert_order("note 02", "note 2", -1);
    assert_order("1.9", "1.10", -1);
    assert_order("a", "a b", -1);
    assert_order("same", "same", 0);
    assert_order("å", "a", 1);
    assert_order("ss", "ß", -1);
    assert_order("", "x", -1);
    assert_order("\xff", "z", 1);
    assert_order("99999999999999999999999", "100000000000000000000000", -1);
}

static void columns_are_counted(void **state)
{
    (void)state;
    assert_int_equal(text_width(SV("abc")), 3);
    assert_int_equal(text_width(SV("zażółć")), 6);
    assert_int_equal(text_width(SV("中文")), 4);
    assert_int_equal(text_width(SV("e\u0301\u0302")), 1);
    assert_int_equal(text_width(SV("a\xff\tb")), 3);
    assert_int_equal(text_width(SV("")), 0);
}

static void cutting_keeps_characters_whole(void **state)
{
    size_t width;
    (void)state;
    assert_sv(text_cut(SV("zażółć"), 4, &width), "zażó");
    assert_int_equal(width, 4);
    assert_sv(text_cut(SV("a中文"), 2, &width), "a");
    assert_int_equal(width, 1);
    assert_sv(text_cut(SV("e\u0301x"), 1, NULL), "e\u0301");
    assert_sv(text_cut(SV("abc"), 0, NULL), "");
    assert_sv(text_cut(SV("abc"), 99, NULL), "abc");
}

static void letters_of_any_script_make_words(void **state)
{
    (void)state;
    assert_true(rune_is_word('a') && rune_is_word('7') && rune_is_word(0x017c) && rune_is_word(0x4e2d) &&
                rune_is_word(0x0301));
    assert_false(rune_is_word('-') || rune_is_word('_') || rune_is_word(' ') || rune_is_word(0x2019) ||
                 rune_is_word(0x1f600));
    assert_true(rune_is_letter(0x0142) && !rune_is_letter('1') && !rune_is_letter('@') && !rune_is_letter('['));
    assert_int_equal(rune_lower(0x0141), 0x0142);
    assert_int_equal(rune_lower('Q'), 'q');
    assert_int_equal(rune_lower(0xdf), 0xdf);
}

static void assert_slug(const char *text, size_t max, const char *expected)
{
    struct buf out = {0};
    buf_put_c(&out, "x/");
    text_slug(sv_of(text), max, &out);
    assert_true(sv_starts(buf_view(&out), SV("x/")));
    if (!sv_eq_c(sv_from(buf_view(&out), 2), expected))
        print_error("'%s' became '%.*s'\n", text, SV_ARG(buf_view(&out)));
    assert_true(sv_eq_c(sv_from(buf_view(&out), 2), expected));
    buf_release(&out);
}

static void slugs_are_plain(void **state)
{
    (void)state;
    assert_slug("  Łódź & Møder: Æ/Å!  ", 100, "lodz-moder-ae-a");
    assert_slug("What's next?", 100, "whats-next");
    assert_slug("a---b__c", 100, "a-b-c");
    assert_slug("../../etc/passwd", 100, "etc-passwd");
    assert_slug("中文 title", 100, "中文-title");
    assert_slug("one two three", 8, "one-two");
    assert_slug("one two three", 9, "one-two-t");
    assert_slug("中文", 4, "中");
    assert_slug("!!!", 10, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_is_folded),
        cmocka_unit_test(composed_and_decomposed_are_one),
        cmocka_unit_test(marks_are_taken_off),
        cmocka_unit_test(danish_has_a_second_spelling),
        cmocka_unit_test(invalid_bytes_stay),
        cmocka_unit_test(long_runs_fold_as_short_ones),
        cmocka_unit_test(people_sort_by_letters_and_numbers),
        cmocka_unit_test(columns_are_counted),
        cmocka_unit_test(cutting_keeps_characters_whole),
        cmocka_unit_test(letters_of_any_script_make_words),
        cmocka_unit_test(slugs_are_plain),
    };
    return cmocka_run_group_tests_name("text/fold", tests, NULL, NULL);
}
