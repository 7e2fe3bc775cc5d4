#include "test.h"

#include "base/utf8.h"

#include <errno.h>
#include <string.h>

static void first_error_stays(void **state)
{
    struct err err = {0};

    (void)state;
    assert_int_equal(err_set(&err, REFUSED, "first '%s'", "x"), REFUSED);
    assert_int_equal(err_set(&err, FAILED, "second"), FAILED);
    assert_int_equal(err_errno(&err, EIO, "third"), FAILED);
    assert_int_equal(err_no_memory(&err), NO_MEMORY);
    assert_int_equal(err.code, REFUSED);
    assert_string_equal(err.text, "first 'x'");
    err_clear(&err);
    assert_int_equal(err.code, DONE);
    assert_int_equal(err_set(NULL, USAGE, "no one listens"), USAGE);
}

static void names_the_reason(void **state)
{
    struct err err = {0};

    (void)state;
    assert_int_equal(err_errno(&err, EACCES, "unable to open '%s'", "x"), FAILED);
    assert_string_equal(err.text, "unable to open 'x': permission denied");
    err_clear(&err);
    assert_int_equal(err_errno(&err, ENOMEM, "reading"), NO_MEMORY);
    assert_int_equal(err.code, NO_MEMORY);
}

/* However long the subject is, the reason is still there, and no character is cut in two. */
static void cuts_long_texts(void **state)
{
    char many[2001], formatted[20];
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i + 1 < sizeof(many); i += 2)
        memcpy(many + i, "ż", 2);
    many[2000] = '\0';
    err_errno(&err, ENOSPC, "x '%s'", many);
    assert_true(utf8_is_valid(sv_of(err.text)));
    assert_true(sv_ends(sv_of(err.text), SV(": no space left on the device")));
    err_context(&err, "%s", many);
    assert_true(utf8_is_valid(sv_of(err.text)) && strlen(err.text) > ERR_TEXT_MAX - 3);
    err_place(&err, sv_of(many), 1, 2);
    assert_true(utf8_is_valid(sv_of(err.path)) && strlen(err.path) > ERR_PATH_MAX - 3);
    err_format(&err, formatted, sizeof(formatted));
    assert_true(utf8_is_valid(sv_of(formatted)) && strlen(formatted) > sizeof(formatted) - 3);
}

static void context_and_place(void **state)
{
    struct err err = {0};
    char text[100];

    (void)state;
    err_context(&err, "nothing to add to");
    err_place(&err, SV("x"), 1, 1);
    assert_string_equal(err.text, "");
    err_at(&err, MALFORMED, SV("a.md"), 3, 0, "bad");
    err_context(&err, "reading '%s'", "a");
    err_place(&err, SV("other.md"), 9, 9);
    err_format(&err, text, sizeof(text));
    assert_string_equal(text, "a.md:3: reading 'a': bad");
    err_clear(&err);
    err_set(&err, MALFORMED, "bad");
    err_format(&err, text, sizeof(text));
    assert_string_equal(text, "bad");
    err_place(&err, SV("b.md"), 4, 5);
    err_format(&err, text, sizeof(text));
    assert_string_equal(text, "b.md:4:5: bad");
    err_format(&err, text, 1);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_error_stays),
        cmocka_unit_test(names_the_reason),
        cmocka_unit_test(cuts_long_texts),
        cmocka_unit_test(context_and_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
