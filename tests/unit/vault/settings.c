#include "vault/settings.h"
#include "sandbox.h"

static struct sandbox box;

static int setup(void **state)
{
    (void)state;
    sandbox_open(&box);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unsetenv("TEST_EDITOR");
    sandbox_close(&box);
    return 0;
}

static struct vault *open_vault(const char *shared, const char *user)
{
    struct vault *vault = NULL;
    struct err err = {0};

    sandbox_write(&box, ".chiron/config", shared);
    sandbox_write_to(sandbox_home(&box, ".config/chiron/config"), sv_of(user));
    assert_done(vault_open(box.dir, &vault, NULL, &err), &err);
    return vault;
}

static void the_user_wins_then_the_vault_then_the_table(void **state)
{
    struct vault *vault = open_vault("[vault]\nlang = pl\n[search]\nlimit = 7\n[folder]\nlog = shared\n",
                                     "[search]\nlimit = 3\n[commit]\nauto\n");

    (void)state;
    assert_sv(vault->lang, "pl");
    assert_int_equal(vault_setting_int(vault, "search.limit"), 3);
    assert_sv(vault_setting(vault, "folder.log"), "shared");
    assert_sv(vault_setting(vault, "folder.session"), "");
    assert_sv(vault_setting(vault, "color.ui"), "auto");
    assert_true(vault_setting_bool(vault, "commit.auto"));
    assert_false(vault_setting_bool(vault, "plugin.x.trust"));
    assert_int_equal(vault_setting_int(vault, "plugin.timeout"), 60);
    assert_sv(vault_setting(vault, "no.such"), "");
    vault_close(vault);
}

/* What a peer can push must not name a program, trust a plugin or say who one is. */
static void a_vault_cannot_say_what_is_the_users(void **state)
{
    static const char *const programs[] = {"TEST_EDITOR", NULL};
    struct vault *vault = open_vault("[core]\neditor = evil\npager = evil\n[plugin]\npath = /tmp\n"
                                     "[plugin \"x\"]\ntrust = true\ngrant = network\nweight = 3\n[me]\nhandle = eve\n",
                                     "");

    (void)state;
    assert_sv(vault_user_program(vault, programs, "core.editor", "vi"), "vi");
    assert_sv(vault_setting(vault, "core.pager"), "less -FRX");
    assert_sv(vault_setting(vault, "plugin.path"), "");
    assert_false(vault_setting_bool(vault, "plugin.x.trust"));
    assert_sv(vault_setting(vault, "plugin.x.grant"), "");
    assert_sv(vault_setting(vault, "me.handle"), "");
    assert_sv(vault_setting(vault, "plugin.x.weight"), "3");
    assert_null(config_get(&vault->config, SV("plugin.path")));
    vault_close(vault);
}

static void programs_come_from_the_environment_first(void **state)
{
    static const char *const programs[] = {"TEST_EDITOR", NULL};
    struct vault *vault = open_vault("", "[core]\neditor = mine\n");

    (void)state;
    assert_sv(vault_user_program(vault, programs, "core.editor", "vi"), "mine");
    setenv("TEST_EDITOR", "", 1);
    assert_sv(vault_user_program(vault, programs, "core.editor", "vi"), "mine");
    setenv("TEST_EDITOR", "theirs", 1);
    assert_sv(vault_user_program(vault, programs, "core.editor", "vi"), "theirs");
    vault_close(vault);
}

static void a_value_that_does_not_fit_is_as_none(void **state)
{
    struct vault *vault = open_vault("", "[search]\nlimit = many\n[color]\nui = sometimes\n[commit]\nauto = perhaps\n");

    (void)state;
    assert_int_equal(vault_setting_int(vault, "search.limit"), 20);
    assert_sv(vault_setting(vault, "color.ui"), "auto");
    assert_true(vault_setting_bool(vault, "commit.auto"));
    vault_close(vault);
}

static status note_problem(void *payload, const struct config_entry *entry, struct sv message, struct err *err)
{
    (void)err;
    buf_printf(payload, "%u:%u %.*s\n", entry->line, entry->column, SV_ARG(message));
    return DONE;
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
    struct vault *vault = open_vault("[vault]\n\tlang = pl\n\tlnag = pl\n[core]\n\teditor = evil\n"
                                     "[search]\n\tlimit = many\n[check]\n\tlinks = loud\n\tfront-matter = off\n",
                                     "[commit]\n\tauto = perhaps\n[core]\n\teditor = vi\n");
    struct buf text = {0};
    struct err err = {0};

    (void)state;
    assert_done(settings_check(&vault->shared, true, note_problem, &text, &err), &err);
    assert_string_equal(text.ptr, "3:2 unknown setting 'vault.lnag'\n"
                                  "5:2 'core.editor' counts in your own configuration only\n"
                                  "7:2 'many' is no number, as 'search.limit' wants\n"
                                  "9:2 'loud' is none of error|warning|style|off, as 'check.links' wants\n");
    buf_clear(&text);
    assert_done(settings_check(&vault->user, false, note_problem, &text, &err), &err);
    assert_string_equal(text.ptr, "2:2 'perhaps' is neither true nor false, as 'commit.auto' wants\n");
    buf_release(&text);
    vault_close(vault);
}

static void keys_are_found_by_pattern(void **state)
{
    struct buf key = {0};

    (void)state;
    assert_string_equal(setting_find(SV("plugin.org.example.x.trust"))->key, "plugin.*.trust");
    assert_string_equal(setting_find(SV("plugin.timeout"))->key, "plugin.timeout");
    assert_string_equal(setting_find(SV("plugin.x.timeout"))->key, "plugin.*.*");
    assert_null(setting_find(SV("folder.")));
    assert_null(setting_find(SV("folder")));
    assert_null(setting_find(SV("")));
    buf_put_c(&key, "plugin.");
    buf_fill(&key, '.', 1000000);
    assert_null(setting_find(buf_view(&key)));
    buf_release(&key);
}

/* The manual prints the table: a setting without words, or with a fallback that does not fit, would show. */
static void the_table_is_sound(void **state)
{
    (void)state;
    for (const struct setting *setting = settings; setting->key != NULL; setting++) {
        assert_non_null(setting->fallback);
        assert_non_null(setting->summary);
        assert_true((setting->kind == SETTING_ENUM) == (setting->values != NULL));
        assert_ptr_equal(setting_find(sv_of(setting->key)), setting);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_user_wins_then_the_vault_then_the_table, setup, teardown),
        cmocka_unit_test_setup_teardown(a_vault_cannot_say_what_is_the_users, setup, teardown),
        cmocka_unit_test_setup_teardown(programs_come_from_the_environment_first, setup, teardown),
        cmocka_unit_test_setup_teardown(a_value_that_does_not_fit_is_as_none, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_said_with_its_place, setup, teardown),
        cmocka_unit_test(keys_are_found_by_pattern),
        cmocka_unit_test(the_table_is_sound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
