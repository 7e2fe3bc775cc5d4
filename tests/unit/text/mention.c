/* Where a text names something, and where it does not. */
#include "test.h"

#include "base/buf.h"
#include "text/mention.h"

#include <string.h>

static status put(void *payload, const struct mention *mention, struct err *err)
{
    (void)err;
    buf_printf(payload, "%u:%u %.*s|", mention->at.line, mention->at.column, SV_ARG(mention->name));
    return DONE;
}

static void assert_mentions(const char *text, const char *expected)
{
    static const struct sv names[] = {SV_INIT("Marta Zieli\xc5\x84ska"), SV_INIT("empty chair"), SV_INIT("Marta")};
    struct arena arena = {0};
    struct buf found = {0};
    struct err err = {0};
    buf_put_c(&found, "");
    assert_done(mention_each(sv_of(text), 0, 1, names, 3, &arena, put, &found, &err), &err);
    assert_string_equal(found.len > 0 ? found.ptr : "", expected);
    buf_release(&found);
    arena_release(&arena);
}

static void words_of_their_own(void **state)
{
    (void)state;
    assert_mentions("Marta, marta; MARTA.", "1:1 Marta|1:8 Marta|1:15 Marta|");
    assert_mentions("Martas amarta marta2 \xc5\x82marta", "");
    assert_mentions("MARTA ZIELI\xc5\x83SKA and Marta", "1:1 Marta Zieli\xc5\x84ska|1:21 Marta|");
    assert_mentions("\xc5\xbc the empty\n  chair", "1:7 empty chair|");
    assert_mentions("one\r\ntwo Marta\n\nMarta", "2:5 Marta|4:1 Marta|");
    assert_mentions("Mart", "");
    assert_mentions("", "");
}

static void what_names_nothing(void **state)
{
    (void)state;
    assert_mentions("[[marta]] [Marta](x.md) ![[Marta]] but Marta", "1:40 Marta|");
    assert_mentions("#Marta %%Marta%% `Marta` ``a`Marta`` ` Marta", "1:40 Marta|");
    assert_mentions("```\nMarta\n```\nMarta\n~~~ x\nMarta\n", "4:1 Marta|");
    assert_mentions("````\n```\nMarta\n````\nMarta", "5:1 Marta|");
    assert_mentions("<https://example.org/Marta> Marta", "1:29 Marta|");
}

static void any_bytes(void **state)
{
    (void)state;
    assert_mentions("\xff\xfeMarta\xc5", "1:3 Marta|");
    assert_mentions("`Marta", "1:2 Marta|");
    assert_mentions("[[Marta", "1:3 Marta|");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_their_own),
        cmocka_unit_test(what_names_nothing),
        cmocka_unit_test(any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
