#include "note/marker.h"
#include "note/fixture.h"

static void test_where_markers_count(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t body;
        unsigned line; /* 0: none */
    } cases[] = {
        {"text\n<<<<<<< HEAD\nmine\n=======\nyours\n>>>>>>> x\n", 0, 2},
        {"<<<<<<<", 0, 1},
        {"<<<<<<<\r\n", 0, 1},
        {"a <<<<<<< HEAD\n", 0, 0},
        {"<<<<<<<<\n", 0, 0},
        {"<<<<<<<x\n", 0, 0},
        {"```\n<<<<<<< HEAD\n```\n", 0, 0},
        {"```\n<<<<<<< HEAD\n```\n<<<<<<< HEAD\n", 0, 4},
        {"~~~~ diff\n```\n<<<<<<< HEAD\n~~~\n<<<<<<< a\n~~~~\n", 0, 0},
        {"``` a`b\n<<<<<<< HEAD\n", 0, 2},                /* no fence: its info holds a backtick */
        {"    ```\n<<<<<<< HEAD\n", 0, 2},                /* indented code, and no fence */
        {"---\nk: |\n  ```\n<<<<<<< HEAD\n---\n", 40, 4}, /* front matter has no code */
        {"", 0, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct marker marker = {0};
        bool found = marker_find(sv_of(cases[i].text), cases[i].body, &marker);
        if (found != (cases[i].line > 0) || marker.line != cases[i].line)
            fail_msg("%zu: line %u", i, marker.line);
        if (found)
            assert_memory_equal(cases[i].text + marker.offset, "<<<<<<<", 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_where_markers_count)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
