#include "note/names.h"
#include "note/fixture.h"

static void test_case_makes_no_second_name(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct names names = {.arena = &arena};
    static const char *const written[] = {"Trust", "trust", "ZAUFANIE", "Łódź", "łódź",
                                          "",      "łodź",  "TRUST",    "a/B",  "A/b"};
    for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++)
        names_add(&names, sv_of(written[i]));
    assert_false(names.failed);
    assert_int_equal(names.count, 5);
    assert_sv(names.items[0], "Trust");
    assert_sv(names.items[1], "ZAUFANIE");
    assert_sv(names.items[2], "Łódź");
    assert_sv(names.items[3], "łodź");
    assert_sv(names.items[4], "a/B");
    names_release(&names);
    arena_release(&arena);
}

static void test_thousands_of_names(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct names names = {.arena = &arena};
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 5000; i++)
            names_add(&names, arena_printf(&arena, "%s%d", round == 0 ? "Tag" : "tAG", i));
    assert_int_equal(names.count, 5000);
    assert_sv(names.items[4999], "Tag4999");
    names_release(&names);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_case_makes_no_second_name),
        cmocka_unit_test(test_thousands_of_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
