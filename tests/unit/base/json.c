#include "test.h"

#include "base/json.h"

#include <math.h>
#include <string.h>

static void check_text(struct sv text, const char *expected, const char *file, int line)
{
    struct buf buf = {0};

    json_put_text(&buf, text);
    test_sv(buf_view(&buf), expected, strlen(expected), file, line);
    buf_release(&buf);
}

#define assert_text(text, expected) check_text((text), (expected), __FILE__, __LINE__)

static void texts(void **state)
{
    (void)state;
    assert_text(SV(""), "\"\"");
    assert_text((struct sv){0}, "\"\"");
    assert_text(SV("zażółć 😀"), "\"zażółć 😀\"");
    assert_text(SV("a\"b\\c\n\r\t\b\f\x01"), "\"a\\\"b\\\\c\\n\\r\\t\\b\\f\\u0001\"");
    assert_text(SV("a\0b"), "\"a\\u0000b\"");
    assert_text(SV("x\xff\xc2"), "\"x\xef\xbf\xbd\xef\xbf\xbd\"");
    /* What would steer a terminal: ESC, C1 CSI, a right-to-left override. */
    assert_text(SV("\x1b[2J\x7f\xc2\x9b\xe2\x80\xae"), "\"\\u001b[2J\\u007f\\u009b\\u202e\"");
}

static void check_number(double number, const char *expected, const char *file, int line)
{
    struct buf buf = {0};

    json_put_number(&buf, number);
    test_sv(buf_view(&buf), expected, strlen(expected), file, line);
    buf_release(&buf);
}

#define assert_number(number, expected) check_number((number), (expected), __FILE__, __LINE__)

static void numbers(void **state)
{
    uint64_t bits = 88172645463325252u;
    struct buf buf = {0};

    (void)state;
    assert_number(0.1, "0.1");
    assert_number(3, "3");
    assert_number(-2.5, "-2.5");
    assert_number(1.0 / 3, "0.3333333333333333");
    assert_number(0.1 + 0.2, "0.30000000000000004");
    assert_number(1e300, "1e+300");
    assert_number((double)NAN, "null");
    assert_number((double)-INFINITY, "null");
    for (int i = 0; i < 20000; i++) {
        double number;

        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        memcpy(&number, &bits, sizeof(number));
        if (!isfinite(number))
            continue;
        buf_clear(&buf);
        json_put_number(&buf, number);
        assert_true(strtod(buf.ptr, NULL) == number);
    }
    buf_clear(&buf);
    json_put_int(&buf, INT64_MIN);
    json_put_bool(&buf, true);
    json_put_bool(&buf, false);
    assert_sv(buf_view(&buf), "-9223372036854775808truefalse");
    buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
