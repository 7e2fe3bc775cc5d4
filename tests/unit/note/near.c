#include "note/near.h"
#include "note/fixture.h"

static void test_distance(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        unsigned max, expected;
    } cases[] = {
        {"held", "held", 2, 0},    {"hold", "held", 2, 1},      {"hedl", "held", 2, 1}, {"heldd", "held", 2, 1},
        {"hld", "held", 2, 1},     {"HELD", "held", 2, 0},      {"", "held", 9, 4},     {"", "", 2, 0},
        {"planned", "held", 2, 3}, {"kitten", "sitting", 5, 3}, {"ab", "ba", 2, 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        assert_int_equal(near_distance(sv_of(cases[i].a), sv_of(cases[i].b), cases[i].max), cases[i].expected);
}

static void test_only_what_can_be_meant(void **state)
{
    (void)state;
    const struct sv words[] = {SV("planned"), SV("held"), SV("cancelled"), SV("no-show")};
    assert_sv(near_word(SV("hold"), words, 4), "held");
    assert_sv(near_word(SV("canceled"), words, 4), "cancelled");
    assert_sv(near_word(SV("Planned"), words, 4), "planned");
    assert_sv(near_word(SV("noshow"), words, 4), "no-show");
    assert_sv(near_word(SV("hard"), words, 4), "");
    assert_sv(near_word(SV("x"), words, 4), "");
    assert_sv(near_word(SV(""), words, 4), "");
}

static void test_long_words_are_left_alone(void **state)
{
    (void)state;
    char word[1000];
    memset(word, 'a', sizeof(word));
    struct sv words[] = {sv_make(word, sizeof(word))};
    assert_sv(near_word(words[0], words, 1), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_only_what_can_be_meant),
        cmocka_unit_test(test_long_words_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
