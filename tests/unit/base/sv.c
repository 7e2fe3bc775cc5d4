#include "test.h"

#include <string.h>

static void compares(void **state)
{
    (void)state;
    assert_true(sv_eq((struct sv){0}, SV("")));
    assert_true(sv_eq_c(SV("abc"), "abc"));
    assert_false(sv_eq_c(SV("abc"), "abcd"));
    assert_true(sv_eq_c(SV(""), NULL));
    assert_true(sv_eq_nocase(SV("Zażółć"), SV("zAżółć")));
    assert_false(sv_eq_nocase(SV("Ż"), SV("ż")));
    assert_false(sv_eq_nocase(SV("@"), SV("`")));
    assert_true(sv_cmp(SV("a"), SV("ab")) < 0);
    assert_true(sv_cmp(SV("\xff"), SV("a")) > 0);
    assert_int_equal(sv_cmp(SV("x"), SV("x")), 0);
    assert_true(sv_starts(SV("abc"), SV("ab")) && sv_starts(SV("abc"), SV("")) && !sv_starts(SV("a"), SV("ab")));
    assert_true(sv_ends(SV("abc"), SV("bc")) && sv_ends((struct sv){0}, SV("")) && !sv_ends(SV("c"), SV("bc")));
}

static void searches(void **state)
{
    (void)state;
    assert_int_equal(sv_chr(SV("a/b/c"), '/'), 1);
    assert_int_equal(sv_rchr(SV("a/b/c"), '/'), 3);
    assert_true(sv_chr((struct sv){0}, 'x') == SIZE_MAX);
    assert_int_equal(sv_find(SV("hay needle"), SV("needle")), 4);
    assert_int_equal(sv_find(SV("x"), SV("")), 0);
    assert_true(sv_find(SV("ab"), SV("abc")) == SIZE_MAX);
}

static void cuts(void **state)
{
    (void)state;
    assert_sv(sv_from(SV("abc"), 1), "bc");
    assert_sv(sv_from(SV("abc"), 9), "");
    assert_sv(sv_sub(SV("abcdef"), 2, 3), "cde");
    assert_sv(sv_sub(SV("abc"), 1, SIZE_MAX), "bc");
    assert_sv(sv_sub((struct sv){0}, 1, 1), "");
    assert_sv(sv_trim(SV(" \t\r\n\v\fx y \n")), "x y");
    assert_sv(sv_trim(SV(" \n ")), "");
    assert_sv(sv_trim_left(SV(" x ")), "x ");
    assert_sv(sv_trim_right(SV(" x ")), " x");
}

static void pieces(void **state)
{
    struct sv rest = SV("a,,b,"), piece;

    (void)state;
    assert_true(sv_next(&rest, ',', &piece));
    assert_sv(piece, "a");
    assert_true(sv_next(&rest, ',', &piece));
    assert_sv(piece, "");
    assert_true(sv_next(&rest, ',', &piece));
    assert_sv(piece, "b");
    assert_true(sv_next(&rest, ',', &piece));
    assert_sv(piece, "");
    assert_false(sv_next(&rest, ',', &piece));
    rest = (struct sv){0};
    assert_false(sv_next(&rest, ',', &piece));
}

static void lines(void **state)
{
    struct sv rest = SV("one\r\n\ntwo\rhalf\nlast\r"), line;

    (void)state;
    assert_true(sv_next_line(&rest, &line));
    assert_sv(line, "one");
    assert_true(sv_next_line(&rest, &line));
    assert_sv(line, "");
    assert_true(sv_next_line(&rest, &line));
    assert_sv(line, "two\rhalf");
    assert_true(sv_next_line(&rest, &line));
    assert_sv(line, "last\r");
    assert_false(sv_next_line(&rest, &line));
}

static void whole_numbers(void **state)
{
    static const char *const none[] = {"",    "-",  "+", "1a", " 1", "9223372036854775808", "-9223372036854775809",
                                       "0x1", "--1"};
    int64_t number = 7;

    (void)state;
    assert_true(sv_to_i64(SV("-9223372036854775808"), &number) && number == INT64_MIN);
    assert_true(sv_to_i64(SV("9223372036854775807"), &number) && number == INT64_MAX);
    assert_true(sv_to_i64(SV("+007"), &number) && number == 7);
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_false(sv_to_i64(sv_of(none[i]), &number));
    assert_int_equal(number, 7);
}

static void fractions(void **state)
{
    static const char *const none[] = {"", ".", "-", "1e", "e5", "0x1p3", "inf", "nan", "1,5", "1 ", "1e999", "1.5.2"};
    double number;

    (void)state;
    assert_true(sv_to_double(SV("-1.5e3"), &number) && number == -1500.0);
    assert_true(sv_to_double(SV(".5"), &number) && number == 0.5);
    assert_true(sv_to_double(SV("5."), &number) && number == 5.0);
    assert_true(sv_to_double(SV("1e-400"), &number) && number == 0.0);
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_false(sv_to_double(sv_of(none[i]), &number));
}

static void paths(void **state)
{
    (void)state;
    assert_sv(sv_basename(SV("a/b.md")), "b.md");
    assert_sv(sv_basename(SV("b.md")), "b.md");
    assert_sv(sv_dirname(SV("a/b.md")), "a");
    assert_sv(sv_dirname(SV("b.md")), "");
    assert_sv(sv_dirname(SV("/b")), "/");
    assert_sv(sv_dirname(SV("a//b")), "a");
    assert_sv(sv_stem(SV("a/b.c.md")), "b.c");
    assert_sv(sv_stem(SV("a.b/c")), "c");
    assert_sv(sv_stem(SV(".hidden")), ".hidden");
}

/* Every length up to some blocks, and inputs that differ in one bit only: no two alike. */
static void hash_spreads(void **state)
{
    enum { LENGTHS = 70 };
    static uint64_t seen[LENGTHS + LENGTHS * 8];
    char bytes[LENGTHS] = {0};
    size_t count = 0;

    (void)state;
    for (size_t len = 0; len < LENGTHS; len++)
        seen[count++] = sv_hash(sv_make(bytes, len));
    for (size_t bit = 0; bit < LENGTHS * 8; bit++) {
        bytes[bit / 8] = (char)(1u << bit % 8);
        seen[count++] = sv_hash(sv_make(bytes, LENGTHS));
        bytes[bit / 8] = 0;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            assert_true(seen[i] != seen[k] && (uint32_t)seen[i] != (uint32_t)seen[k]);
    assert_true(sv_hash((struct sv){0}) == sv_hash(SV("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares),  cmocka_unit_test(searches), cmocka_unit_test(cuts),
        cmocka_unit_test(pieces),    cmocka_unit_test(lines),    cmocka_unit_test(whole_numbers),
        cmocka_unit_test(fractions), cmocka_unit_test(paths),    cmocka_unit_test(hash_spreads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
