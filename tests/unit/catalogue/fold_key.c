#include "catalogue/fold_key.h"

#include "test.h"
#include "text/fold.h"

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static int compare_by_key(const char *a, const char *b)
{
    struct buf left = {0}, right = {0};
    fold_sort_key(sv_of(a), &left);
    fold_sort_key(sv_of(b), &right);
    int order = sv_cmp(buf_view(&left), buf_view(&right));
    buf_release(&left);
    buf_release(&right);
    return order;
}

/* The keys sort as fold_cmp does, but for what it decides by bytes in the end. */
static void sort_keys(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "a",
                                        "A",
                                        "\xc3\xa1",
                                        "\xc4\x85",
                                        "b",
                                        "chapter 2",
                                        "Chapter 10",
                                        "chapter 010",
                                        "chapter 2b",
                                        "2",
                                        "10",
                                        "1e3",
                                        "\xc5\x82uk",
                                        "luk",
                                        "zebra",
                                        "\xc3\xb8re",
                                        "-",
                                        "a b",
                                        "ab",
                                        "0",
                                        "00",
                                        "chapter 99999999999999999999"};
    size_t count = sizeof texts / sizeof *texts;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            int by_key = sign(compare_by_key(texts[i], texts[j]));
            int by_text = sign(fold_cmp(sv_of(texts[i]), sv_of(texts[j])));
            if (by_key != 0 && by_key != by_text)
                fail_msg("'%s' and '%s': %d by key, %d by text", texts[i], texts[j], by_key, by_text);
        }
    assert_true(compare_by_key("chapter 2", "Chapter 10") < 0);
    assert_int_equal(compare_by_key("\xc3\xa1", "A"), 0);
}

static void names(void **state)
{
    (void)state;
    assert_sv(without_note_suffix(SV("d/a.md")), "d/a");
    assert_sv(without_note_suffix(SV("d/a.Markdown")), "d/a");
    assert_sv(without_note_suffix(SV("v1.2")), "v1.2");
    assert_sv(without_note_suffix(SV(".md")), ".md");
    assert_sv(bare_target(SV(" [[a b#c|d]] ")), "a b");
    assert_sv(bare_target(SV("[[a|b#c]]")), "a");
    assert_sv(bare_target(SV("a#b")), "a#b");
    assert_sv(bare_target(SV("[[]]")), "");
    assert_sv(bare_target(SV("[]]")), "[]]");
}

static void folding(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buf scratch = {0};
    assert_sv(fold_reference(&arena, &scratch, SV("[[people/Anna.md|A]]")), "anna");
    assert_sv(fold_reference(&arena, &scratch, SV("Anna")), "anna");
    assert_sv(fold_field_key(&arena, &scratch, SV("Goals[0].Gas")), "goals.gas");
    assert_sv(fold_field_key(&arena, &scratch, SV("a[b")), "a[b");
    assert_sv(fold_copy(&arena, &scratch, SV("CAFE\xcc\x81")), "caf\xc3\xa9");
    assert_true(name_hash(SV("a")) != name_hash(SV("b")));
    buf_release(&scratch);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sort_keys), cmocka_unit_test(names), cmocka_unit_test(folding)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
