#include "test.h"

#include "base/arena.h"
#include "base/utf8.h"

#include <string.h>

/* Every scalar value survives the way out and back; every surrogate and overlong form is refused. */
static void every_code_point(void **state)
{
    struct buf buf = {0};
    uint32_t back;

    (void)state;
    for (uint32_t rune = 0; rune <= 0x10ffff; rune++) {
        if (rune >= 0xd800 && rune <= 0xdfff)
            continue;
        buf_clear(&buf);
        buf_rune(&buf, rune);
        assert_int_equal(utf8_decode(buf_view(&buf), 0, &back), buf.len);
        assert_int_equal(back, rune);
    }
    buf_release(&buf);
}

static void refuses_the_rest(void **state)
{
    static const char *const bad[] = {"\x80",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",
                                      "\xed\xbf\xbf",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80",
                                      "\xff",
                                      "\xc2",
                                      "\xe2\x82",
                                      "\xf0\x9f\x98",
                                      "\xc2\x41",
                                      "\xe2\x82\x41",
                                      "\xfe\xbf\xbf\xbf\xbf\xbf"};
    uint32_t rune;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(utf8_decode(sv_of(bad[i]), 0, &rune), 0);
        assert_int_equal(utf8_first_invalid(sv_of(bad[i])), 0);
    }
    assert_int_equal(utf8_first_invalid(SV("twelve ascii\xff")), 12);
    assert_int_equal(utf8_first_invalid(SV("zażółć\xc5")), 10);
    assert_true(utf8_is_valid(SV("zażółć gęślą 😀")));
    assert_true(utf8_is_valid((struct sv){0}));
}

static void counts_and_mends(void **state)
{
    struct buf buf = {0};

    (void)state;
    assert_int_equal(utf8_count(SV("zażółć")), 6);
    assert_int_equal(utf8_count(SV("long enough for a word of eight, żółć")), 37);
    assert_int_equal(utf8_count(SV("a\xff\xe2\x82z")), 5);
    utf8_put_valid(&buf, SV("a\xff\xe2\x82z"));
    assert_sv(buf_view(&buf), "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz");
    buf_release(&buf);
}

static void cuts_between_characters(void **state)
{
    (void)state;
    assert_sv(utf8_cut(SV("żółć"), 8), "żółć");
    assert_sv(utf8_cut(SV("żółć"), 7), "żół");
    assert_sv(utf8_cut(SV("żółć"), 1), "");
    assert_sv(utf8_cut(SV("😀x"), 3), "");
    assert_sv(utf8_cut(SV("😀x"), 4), "😀");
    assert_sv(utf8_cut(SV("abc"), 0), "");
    assert_sv(utf8_cut(SV("a\x80\x80\x80\x80"), 3), "a\x80\x80");
}

static void where(const struct line_index *index, struct sv text, size_t offset, unsigned line, unsigned column)
{
    unsigned got_line, got_column;

    line_index_find(index, text, offset, &got_line, &got_column);
    assert_int_equal(got_line, line);
    assert_int_equal(got_column, column);
}

static void lines_and_columns(void **state)
{
    struct arena arena = {0};
    struct line_index index;
    struct sv text = SV("ab\n\nżółw\r\n");

    (void)state;
    assert_true(line_index_build(&index, text, &arena));
    where(&index, text, 0, 1, 1);
    where(&index, text, 2, 1, 3);
    where(&index, text, 3, 2, 1);
    where(&index, text, 4, 3, 1);
    where(&index, text, 6, 3, 2);
    where(&index, text, text.len, 4, 1);
    where(&index, text, 1000, 4, 1);
    assert_true(line_index_build(&index, (struct sv){0}, &arena));
    where(&index, (struct sv){0}, 0, 1, 1);
    arena_release(&arena);
}

/* In one line of a megabyte, every offset has the column that counting from its start gives; and asking for all of
 * them does not take the square of its length. */
static void one_long_line(void **state)
{
    enum { SIZE = 1 << 20 };
    struct arena arena = {0};
    struct line_index index;
    struct buf buf = {0};
    struct sv text;
    unsigned line, column;
    size_t runes = 0, at = 0;
    uint32_t rune;

    (void)state;
    buf_put_c(&buf, "short\n");
    while (buf.len < SIZE)
        buf_put(&buf, SV("ascii żółć \xff😀 "));
    text = buf_view(&buf);
    assert_true(line_index_build(&index, text, &arena));
    for (at = 6; at < text.len; runes++) {
        size_t len = utf8_decode(text, at, &rune);

        line_index_find(&index, text, at, &line, &column);
        if (line != 2 || column != runes + 1)
            fail_msg("offset %zu: line %u, column %u, not %zu", at, line, column, runes + 1);
        at += len ? len : 1;
    }
    buf_release(&buf);
    arena_release(&arena);
}

static void survives_no_memory(void **state)
{
    struct arena arena = {0};
    struct line_index index;

    (void)state;
    memory_fail_at(1);
    assert_false(line_index_build(&index, SV("a\nb"), &arena));
    memory_fail_at(0);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point),   cmocka_unit_test(refuses_the_rest),
        cmocka_unit_test(counts_and_mends),   cmocka_unit_test(cuts_between_characters),
        cmocka_unit_test(lines_and_columns),  cmocka_unit_test(one_long_line),
        cmocka_unit_test(survives_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
