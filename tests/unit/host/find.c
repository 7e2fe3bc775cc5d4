/* Finding plugins: what is there, in which order, and that running out of memory is told. The refusals are tested with
 * the whole program, tests/abi/misbehave.bats. */
#include "host/host.h"

#include "sandbox.h"

static struct sandbox box;

static int open_box(void **state)
{
    (void)state;
    sandbox_open(&box);
    setenv("CHIRON_PLUGIN_PATH", sandbox_path(&box, ""), 1);
    return 0;
}

static int close_box(void **state)
{
    (void)state;
    unsetenv("CHIRON_PLUGIN_PATH");
    sandbox_close(&box);
    return 0;
}

static void make_plugin(const char *folder, const char *id, const char *kind)
{
    char path[PATH_MAX], text[1024];
    snprintf(path, sizeof(path), "%s/plugin.conf", folder);
    snprintf(text, sizeof(text),
             "[plugin]\nid = %s\nversion = 1\nabi = 1\nkind = %s\npermission = notes:read\npermission = data\n", id,
             kind);
    sandbox_write(&box, path, text);
    snprintf(path, sizeof(path), "%s/%s.so", folder, id);
    sandbox_write(&box, path, "no object");
}

static void test_finds_in_order(void **state)
{
    struct plugins *plugins;
    struct plugin *picked = NULL;
    const struct plugin_info *info;
    struct err err = {0};
    (void)state;
    make_plugin("zebra", "zebra", "kpi");
    make_plugin("ape", "ape", "kpi");
    make_plugin("bear", "wrong", "kpi");
    sandbox_write(&box, "no-plugin/file", "");
    assert_done(plugins_find(NULL, &plugins, &err), &err);
    assert_int_equal(plugins_count(plugins), 3);
    info = plugin_info(plugins_nth(plugins, 0));
    assert_true(sv_eq_c(info->id, "ape"));
    assert_int_equal(info->state, PLUGIN_AVAILABLE);
    assert_false(info->bundled);
    assert_true(info->granted[0]);
    assert_false(info->granted[1]);
    info = plugin_info(plugins_nth(plugins, 1));
    assert_int_equal(info->state, PLUGIN_REFUSED);
    assert_true(info->reason.len > 0);
    assert_null(plugins_nth(plugins, 3));
    assert_null(plugins_get(plugins, SV("nobody")));
    assert_done(plugins_pick(plugins, PLUGIN_KPI, (struct sv){0}, &picked, &err), &err);
    assert_true(sv_eq_c(plugin_info(picked)->id, "ape"));
    assert_done(plugins_pick(plugins, PLUGIN_KPI, SV("zebra"), &picked, &err), &err);
    assert_true(sv_eq_c(plugin_info(picked)->id, "zebra"));
    assert_int_equal(plugins_pick(plugins, PLUGIN_KPI, SV("nobody"), &picked, &err), NOT_FOUND);
    err_clear(&err);
    assert_int_equal(plugins_pick(plugins, PLUGIN_MATCHER, SV("zebra"), &picked, &err), NOT_FOUND);
    err_clear(&err);
    assert_int_equal(plugins_pick(plugins, PLUGIN_MATCHER, (struct sv){0}, &picked, &err), NOT_FOUND);
    plugins_free(plugins);
}

/* The words when there is none name those that were refused, and why. */
static void test_says_what_was_refused(void **state)
{
    struct plugins *plugins;
    struct plugin *picked = NULL;
    struct err err = {0};
    (void)state;
    make_plugin("bear", "bear", "matcher");
    assert_int_equal(chmod(sandbox_path(&box, "bear/bear.so"), 0666), 0);
    assert_done(plugins_find(NULL, &plugins, &err), &err);
    assert_int_equal(plugins_pick(plugins, PLUGIN_MATCHER, (struct sv){0}, &picked, &err), NOT_FOUND);
    assert_non_null(strstr(err.text, "'bear'"));
    assert_non_null(strstr(err.text, "bear.so"));
    plugins_free(plugins);
}

/* A plugin's own folder may be named too. */
static void test_one_folder(void **state)
{
    struct plugins *plugins;
    struct err err = {0};
    (void)state;
    make_plugin("ape", "ape", "kpi");
    setenv("CHIRON_PLUGIN_PATH", sandbox_path(&box, "ape"), 1);
    assert_done(plugins_find(NULL, &plugins, &err), &err);
    assert_int_equal(plugins_count(plugins), 1);
    assert_int_equal(plugin_info(plugins_nth(plugins, 0))->state, PLUGIN_AVAILABLE);
    plugins_free(plugins);
}

static void test_nothing_there(void **state)
{
    struct plugins *plugins;
    struct err err = {0};
    (void)state;
    setenv("CHIRON_PLUGIN_PATH", "/nowhere/at/all::/", 1);
    assert_done(plugins_find(NULL, &plugins, &err), &err);
    assert_int_equal(plugins_count(plugins), 0);
    plugins_free(plugins);
    plugins_free(NULL);
}

static void test_no_memory(void **state)
{
    (void)state;
    make_plugin("ape", "ape", "kpi");
    make_plugin("bear", "wrong", "kpi");
    for (uint64_t n = 1;; n++) {
        struct plugins *plugins = NULL;
        struct err err = {0};
        memory_fail_at(n);
        status got = plugins_find(NULL, &plugins, &err);
        bool failed = memory_has_failed();
        memory_fail_at(0);
        if (got == DONE)
            assert_int_equal(plugins_count(plugins), 2);
        else
            assert_int_equal(got, NO_MEMORY);
        plugins_free(plugins);
        if (!failed)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_finds_in_order, open_box, close_box),
        cmocka_unit_test_setup_teardown(test_says_what_was_refused, open_box, close_box),
        cmocka_unit_test_setup_teardown(test_one_folder, open_box, close_box),
        cmocka_unit_test_setup_teardown(test_nothing_there, open_box, close_box),
        cmocka_unit_test_setup_teardown(test_no_memory, open_box, close_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
