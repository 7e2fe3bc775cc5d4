#include "test.h"

#include "base/arena.h"
#include "base/buf.h"

#include <string.h>

static void grows(void **state)
{
    struct buf buf = {0};

    (void)state;
    assert_sv(buf_view(&buf), "");
    for (int i = 0; i < 10000; i++)
        buf_printf(&buf, "%d,", i);
    assert_int_equal(buf.len, 48890);
    assert_int_equal(buf.ptr[buf.len], '\0');
    assert_sv(sv_sub(buf_view(&buf), 0, 6), "0,1,2,");
    assert_sv(sv_from(buf_view(&buf), buf.len - 5), "9999,");
    buf_clear(&buf);
    assert_sv(buf_view(&buf), "");
    buf_fill(&buf, '-', 1000);
    buf_truncate(&buf, 3);
    buf_truncate(&buf, 10);
    buf_char(&buf, '\0');
    buf_put_c(&buf, "x");
    buf_put_c(&buf, NULL);
    assert_sv(buf_view(&buf), "---\0x");
    buf_release(&buf);
    buf_release(&buf);
    buf_release(NULL);
}

/* A text longer than the room that is there is formatted again, with the same arguments. */
static void formats_long_texts(void **state)
{
    struct buf buf = {0};
    char many[5000];

    (void)state;
    memset(many, 'x', sizeof(many));
    buf_printf(&buf, "%d%.*s%s", 1, (int)sizeof(many), many, "end");
    assert_int_equal(buf.len, 5004);
    assert_sv(sv_from(buf_view(&buf), 5000), "xend");
    buf_release(&buf);
}

static void runes(void **state)
{
    struct buf buf = {0};
    static const uint32_t points[] = {'a', 0x7f, 0x80, 0x7ff, 0x800, 0xfffd, 0x10000, 0x10ffff, 0xd800, 0x110000};

    (void)state;
    for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
        buf_rune(&buf, points[i]);
    assert_sv(buf_view(&buf), "a\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbd\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"
                              "\xef\xbf\xbd\xef\xbf\xbd");
    buf_release(&buf);
}

static void taken(void **state)
{
    struct buf buf = {0};
    char *text;

    (void)state;
    assert_null(buf_take(&buf));
    buf_put(&buf, SV(""));
    text = buf_take(&buf);
    assert_string_equal(text, "");
    free(text);
    buf_put_c(&buf, "abc");
    text = buf_take(&buf);
    assert_string_equal(text, "abc");
    assert_sv(buf_view(&buf), "");
    free(text);
    assert_null(buf_take(&buf));
}

static void fill_it(struct buf *buf)
{
    for (int i = 0; i < 300; i++) {
        buf_put(buf, SV("some words"));
        buf_printf(buf, "%0100d", i);
        buf_rune(buf, 0x142);
        buf_fill(buf, ' ', 20);
    }
}

/* A failure sticks, what stands before it stays readable, and clearing forgets it. */
static void survives_no_memory(void **state)
{
    struct buf whole = {0};
    uint64_t n = 0;
    bool failed;

    (void)state;
    fill_it(&whole);
    do {
        struct buf buf = {0};
        struct err err = {0};

        memory_fail_at(++n);
        fill_it(&buf);
        failed = memory_has_failed();
        memory_fail_at(0);
        assert_int_equal(buf_check(&buf, &err), failed ? NO_MEMORY : DONE);
        assert_int_equal(err.code, failed ? NO_MEMORY : DONE);
        assert_true(sv_starts(buf_view(&whole), buf_view(&buf)));
        if (failed)
            assert_true(buf.len < whole.len);
        buf_clear(&buf);
        buf_put(&buf, SV("again"));
        assert_int_equal(buf_check(&buf, NULL), DONE);
        assert_sv(buf_view(&buf), "again");
        buf_release(&buf);
    } while (failed);
    assert_true(n > 5);
    buf_release(&whole);
}

static void sizes_that_overflow(void **state)
{
    struct buf buf = {0};
    size_t capacity = SIZE_MAX / 2;

    (void)state;
    buf_put_c(&buf, "abc");
    assert_false(buf_reserve(&buf, SIZE_MAX - 3));
    assert_int_equal(buf_check(&buf, NULL), NO_MEMORY);
    assert_null(buf_take(&buf));
    assert_null(array_grow(NULL, &capacity, capacity, 4));
}

static void arrays_grow(void **state)
{
    size_t capacity = 0;
    int *items = NULL;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        items = array_grow(items, &capacity, (size_t)i, sizeof(*items));
        assert_non_null(items);
        items[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    memory_fail_at(1);
    assert_null(array_grow(items, &capacity, capacity, sizeof(*items)));
    assert_int_equal(items[999], 999);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows),       cmocka_unit_test(formats_long_texts), cmocka_unit_test(runes),
        cmocka_unit_test(taken),       cmocka_unit_test(survives_no_memory), cmocka_unit_test(sizes_that_overflow),
        cmocka_unit_test(arrays_grow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
