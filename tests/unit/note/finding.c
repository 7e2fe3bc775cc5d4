#include "note/fixture.h"

static void test_levels_have_stable_names(void **state)
{
    (void)state;
    assert_string_equal(finding_level_name(FINDING_ERROR), "error");
    assert_string_equal(finding_level_name(FINDING_WARNING), "warning");
    assert_string_equal(finding_level_name(FINDING_STYLE), "style");
}

static void test_a_message_is_one_line(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct findings findings = {.arena = &arena};
    finding_add(&findings, "rule", FINDING_ERROR, 3, 4, "'%s' is %d", "a\nb\x1b[31m\tc", 7);
    assert_int_equal(findings.count, 1);
    assert_sv(findings.items[0].message, "'a b [31m c' is 7");
    assert_int_equal(findings.items[0].line, 3);
    assert_int_equal(findings.items[0].column, 4);
    assert_false(findings.failed);
    arena_release(&arena);
}

static void test_many_are_kept_in_order(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct findings findings = {.arena = &arena};
    for (unsigned i = 0; i < 1000; i++)
        finding_add(&findings, "rule", FINDING_STYLE, i, 0, "number %u", i);
    assert_int_equal(findings.count, 1000);
    assert_sv(findings.items[999].message, "number 999");
    arena_release(&arena);
}

static void test_no_memory_is_remembered(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct findings findings = {.arena = &arena};
    memory_fail_at(1);
    finding_add(&findings, "rule", FINDING_ERROR, 1, 1, "lost");
    memory_fail_at(0);
    assert_true(findings.failed);
    assert_int_equal(findings.count, 0);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels_have_stable_names),
        cmocka_unit_test(test_a_message_is_one_line),
        cmocka_unit_test(test_many_are_kept_in_order),
        cmocka_unit_test(test_no_memory_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
