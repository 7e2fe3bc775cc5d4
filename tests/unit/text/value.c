#include "test.h"

#include "text/value.h"
#include "text/yaml.h"

struct fixture {
    struct arena arena;
    struct value *root;
};

static int open_fixture(void **state)
{
    static const char text[] =
        "a: 1\nlist: [x, y]\ngoals:\n  - gas: 2\n  - gas: -1\n    deep: {k: v}\nempty:\nnone: []\n";
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct err err = {0};
    assert_done(yaml_parse(sv_of(text), &yaml_limits_file, 1, &fixture->arena, &fixture->root, &err), &err);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    arena_release(&fixture->arena);
    free(fixture);
    return 0;
}

static const struct value *at(void **state, const char *path)
{
    return value_at(((struct fixture *)*state)->root, sv_of(path));
}

static void paths_lead_to_values(void **state)
{
    assert_sv(value_text(at(state, "a")), "1");
    assert_sv(value_text(at(state, "list[1]")), "y");
    assert_int_equal(at(state, "goals[1].gas")->as.integer, -1);
    assert_sv(value_text(at(state, "goals[1].deep.k")), "v");
    assert_ptr_equal(at(state, ""), ((struct fixture *)*state)->root);
}

static void wrong_paths_lead_nowhere(void **state)
{
    static const char *const paths[] = {
        "b",      "a.b",  "list[2]",        "list[x]", "list[-1]", "list[1",
        "list.0", "a[0]", "goals[0].gas.x", "[0]",     "list[1]x", "goals[99999999999999999999]"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_null(at(state, paths[i]));
    assert_null(value_at(NULL, SV("a")));
}

static void one_or_many_read_the_same(void **state)
{
    assert_int_equal(value_count(at(state, "list")), 2);
    assert_int_equal(value_count(at(state, "a")), 1);
    assert_int_equal(value_count(at(state, "empty")), 0);
    assert_int_equal(value_count(at(state, "none")), 0);
    assert_int_equal(value_count(NULL), 0);
    assert_sv(value_text(value_nth(at(state, "list"), 0)), "x");
    assert_sv(value_text(value_nth(at(state, "a"), 0)), "1");
    assert_null(value_nth(at(state, "a"), 1));
    assert_null(value_nth(at(state, "empty"), 0));
}

static void only_scalars_have_text(void **state)
{
    assert_sv(value_text(at(state, "list")), "");
    assert_sv(value_text(NULL), "");
    assert_null(value_get(at(state, "a"), SV("x")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(paths_lead_to_values, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(wrong_paths_lead_nowhere, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(one_or_many_read_the_same, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(only_scalars_have_text, open_fixture, close_fixture),
    };
    return cmocka_run_group_tests_name("text/value", tests, NULL, NULL);
}
