#include "vault/vault.h"
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
    sandbox_close(&box);
    return 0;
}

static struct vault *open_at(const char *folder)
{
    struct vault *vault = NULL;
    struct err err = {0};

    assert_done(vault_open(sandbox_path(&box, folder), &vault, NULL, &err), &err);
    return vault;
}

static void assert_root(const char *start, const char *root)
{
    struct vault *vault = open_at(start);

    assert_string_equal(vault->root, sandbox_path(&box, root));
    vault_close(vault);
}

static void the_root_is_found_from_below(void **state)
{
    (void)state;
    mkdir(sandbox_path(&box, "plain"), 0755);
    assert_root("plain", "plain");
    sandbox_git(&box, "", "init", "-q", "repo");
    sandbox_write(&box, "repo/a/b/x.md", "");
    assert_root("repo/a/b", "repo");
    sandbox_write(&box, "repo/.chiron/config", "");
    sandbox_git(&box, "", "init", "-q", "repo/pairs/anna");
    assert_root("repo/pairs/anna", "repo");
    sandbox_write(&box, "repo/pairs/anna/.chiron/space", "");
    sandbox_write(&box, "repo/pairs/anna/x.md", "");
    assert_root("repo/pairs/anna", "repo");
    /* A vault of its own inside another's folder. */
    sandbox_write(&box, "repo/a/.chiron/config", "");
    assert_root("repo/a/b", "repo/a");
    /* A space that stands alone. */
    sandbox_git(&box, "", "init", "-q", "alone");
    sandbox_write(&box, "alone/.chiron/space", "[space]\nvisibility = private\n");
    sandbox_write(&box, "alone/sub/x.md", "");
    assert_root("alone/sub", "alone");
    struct vault *vault = open_at("alone");
    assert_int_equal(vault->spaces[0].visibility, VISIBILITY_PRIVATE);
    vault_close(vault);
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    struct vault *vault = NULL;
    struct err err = {0};

    (void)state;
    assert_true(vault_open(sandbox_path(&box, "absent"), &vault, NULL, &err) < 0);
    assert_null(vault);
    assert_non_null(strstr(err.text, "absent"));
    vault_close(NULL);
}

static const struct space *space_of(const struct vault *vault, const char *path)
{
    return vault_space_of(vault, sv_of(path));
}

static void spaces_are_who_can_read(void **state)
{
    struct vault *vault;

    (void)state;
    sandbox_git(&box, "", "init", "-q");
    sandbox_git(&box, "", "init", "-q", "private");
    sandbox_git(&box, "", "init", "-q", "pairs/zoe");
    sandbox_git(&box, "", "init", "-q", "pairs/anna");
    sandbox_git(&box, "", "init", "-q", "else/where");
    sandbox_write(&box, "pairs/none/x.md", "");
    sandbox_write(&box, "private/.chiron/space", "[space]\nvisibility = group\n");
    sandbox_write(&box, "pairs/zoe/.chiron/space", "[space]\nvisibility = private\nmember = zoe\nmember = jan\n");
    sandbox_write(&box, ".git/chiron/spaces", "else/where\r\n\n");
    vault = open_at("");
    assert_int_equal(vault->space_count, 5);
    assert_sv(vault->spaces[0].name, ".");
    assert_int_equal(vault->spaces[0].visibility, VISIBILITY_GROUP);
    assert_sv(vault->spaces[1].name, "private");
    /* A space cannot widen itself. */
    assert_int_equal(vault->spaces[1].visibility, VISIBILITY_PRIVATE);
    assert_sv(vault->spaces[2].name, "pairs/anna");
    assert_int_equal(vault->spaces[2].visibility, VISIBILITY_PAIR);
    assert_sv(vault->spaces[3].name, "pairs/zoe");
    assert_int_equal(vault->spaces[3].visibility, VISIBILITY_PRIVATE);
    assert_int_equal(vault->spaces[3].member_count, 2);
    assert_sv(vault->spaces[3].members[1], "jan");
    assert_sv(vault->spaces[4].name, "else/where");
    assert_true(vault->spaces[4].declared && vault->spaces[4].is_git);
    assert_sv(space_of(vault, "a.md")->name, ".");
    assert_sv(space_of(vault, "private/a.md")->name, "private");
    assert_sv(space_of(vault, "private.md")->name, ".");
    assert_sv(space_of(vault, "pairs/anna/sub/a.md")->name, "pairs/anna");
    assert_sv(space_of(vault, "pairs/anna2/a.md")->name, ".");
    assert_sv(space_of(vault, "pairs/none/x.md")->name, ".");
    assert_ptr_equal(vault_space(vault, SV("private")), &vault->spaces[1]);
    assert_null(vault_space(vault, SV("pairs/none")));
    vault_close(vault);
}

static void a_space_behind_a_link_is_none(void **state)
{
    struct vault *vault;
    char target[PATH_MAX];

    (void)state;
    snprintf(target, sizeof(target), "%s", sandbox_home(&box, "outside"));
    sandbox_git(&box, "", "init", "-q", target);
    sandbox_git(&box, "", "init", "-q");
    assert_int_equal(symlink(target, sandbox_path(&box, "private")), 0);
    assert_int_equal(mkdir(sandbox_path(&box, "pairs"), 0755), 0);
    assert_int_equal(symlink(target, sandbox_path(&box, "pairs/x")), 0);
    sandbox_write(&box, ".git/chiron/spaces", "../home/outside\n/etc\nprivate\n");
    vault = open_at("");
    assert_int_equal(vault->space_count, 1);
    vault_close(vault);
}

/* A mistake in the file that says who may read must not show anything to anybody. */
static void a_broken_space_file_makes_it_private(void **state)
{
    struct vault *vault = NULL;
    struct buf warning = {0};
    struct err err = {0};

    (void)state;
    sandbox_git(&box, "", "init", "-q");
    sandbox_git(&box, "", "init", "-q", "pairs/a");
    sandbox_git(&box, "", "init", "-q", "pairs/b");
    sandbox_write(&box, "pairs/a/.chiron/space", "[space\n");
    sandbox_write(&box, "pairs/b/.chiron/space", "[space]\n\tvisibility = everybody\n");
    assert_int_equal(vault_open(box.dir, &vault, NULL, &err), MALFORMED);
    err_clear(&err);
    assert_done(vault_open(box.dir, &vault, &warning, &err), &err);
    assert_int_equal(vault->space_count, 3);
    assert_int_equal(vault->spaces[1].visibility, VISIBILITY_PRIVATE);
    assert_int_equal(vault->spaces[2].visibility, VISIBILITY_PRIVATE);
    assert_non_null(strstr(warning.ptr, "pairs/a/.chiron/space:1:"));
    assert_non_null(strstr(warning.ptr, "pairs/b/.chiron/space:2:"));
    buf_release(&warning);
    vault_close(vault);
}

static void a_broken_configuration_has_its_place(void **state)
{
    struct vault *vault = NULL;
    struct buf warning = {0};
    struct err err = {0};

    (void)state;
    sandbox_write(&box, ".chiron/config", "[vault]\n\tlang = da\n[broken\n");
    assert_int_equal(vault_open(box.dir, &vault, NULL, &err), MALFORMED);
    assert_string_equal(err.path, ".chiron/config");
    assert_int_equal(err.line, 3);
    err_clear(&err);
    assert_done(vault_open(box.dir, &vault, &warning, &err), &err);
    assert_sv(vault->lang, "da");
    assert_non_null(strstr(warning.ptr, ".chiron/config:3:"));
    vault_close(vault);
    /* The user's own is never passed over. */
    sandbox_write_to(sandbox_home(&box, ".config/chiron/config"), SV("[x\n"));
    assert_int_equal(vault_open(box.dir, &vault, &warning, &err), MALFORMED);
    buf_release(&warning);
}

static void derived_data_go_where_they_can(void **state)
{
    struct vault *vault;
    struct err err = {0};
    const char *dir = NULL;
    struct stat info;

    (void)state;
    sandbox_git(&box, "", "init", "-q", "repo");
    vault = open_at("repo");
    assert_int_equal(stat(sandbox_path(&box, "repo/.git/chiron"), &info), -1);
    assert_done(vault_data_dir(vault, &dir, &err), &err);
    assert_string_equal(dir, sandbox_path(&box, "repo/.git/chiron"));
    assert_int_equal(stat(dir, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_int_equal(chmod(dir, 0755), 0);
    assert_done(vault_data_dir(vault, &dir, &err), &err);
    assert_int_equal(stat(dir, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_int_equal(rmdir(dir), 0);
    assert_int_equal(symlink("/tmp", dir), 0);
    assert_int_equal(vault_data_dir(vault, &dir, &err), REFUSED);
    vault_close(vault);

    err_clear(&err);
    mkdir(sandbox_path(&box, "plain"), 0755);
    vault = open_at("plain");
    assert_done(vault_data_dir(vault, &dir, &err), &err);
    assert_true(sv_starts(sv_of(dir), sv_of(sandbox_home(&box, ".cache/chiron/"))));
    vault_close(vault);
}

static void notes_are_read_beneath_the_root_only(void **state)
{
    struct vault *vault;
    struct buf text = {0};
    struct err err = {0};

    (void)state;
    sandbox_write(&box, "v/.chiron/config", "");
    sandbox_write(&box, "v/a.md", "text");
    sandbox_write(&box, "out.md", "secret");
    assert_int_equal(symlink("../out.md", sandbox_path(&box, "v/link.md")), 0);
    vault = open_at("v");
    assert_done(vault_read(vault, SV("a.md"), &text, &err), &err);
    assert_sv(buf_view(&text), "text");
    assert_int_equal(vault_read(vault, SV("absent.md"), &text, &err), NOT_FOUND);
    assert_int_equal(vault_read(vault, SV("../out.md"), &text, &err), REFUSED);
    err_clear(&err);
    assert_int_equal(vault_read(vault, SV("link.md"), &text, &err), REFUSED);
    assert_sv(buf_view(&text), "text");
    vault_close(vault);
    buf_release(&text);
}

static void types_come_from_the_installation_and_the_vault(void **state)
{
    struct vault *vault;
    struct types *types = NULL;
    struct err err = {0};
    char dir[PATH_MAX];

    (void)state;
    snprintf(dir, sizeof(dir), "%s/templates", getenv("CHIRON_TEST_SOURCE") ? getenv("CHIRON_TEST_SOURCE") : "../..");
    vault_template_dir_set(dir);
    sandbox_write(
        &box, ".chiron/templates/recipe/type.yaml",
        "type: recipe\nlabel: {en: Recipe, pl: Przepis, da: Opskrift}\nplural: {en: Recipes, pl: Przepisy, da: "
        "Opskrifter}\nsummary: {en: Food, pl: Jedzenie, da: Mad}\nfolder: recipes\nfile: '{{title}}'\nvisibility: "
        "group\nfields: []\n");
    vault = open_at("");
    assert_done(vault_types(vault, &types, NULL, &err), &err);
    assert_non_null(types_get(types, SV("log")));
    assert_non_null(types_get(types, SV("recipe")));
    types_free(types);
    struct buf text = {0};
    assert_done(vault_template_read(vault, false, SV("log/type.yaml"), &text, &err), &err);
    buf_clear(&text);
    assert_int_equal(vault_template_read(vault, false, SV("recipe/type.yaml"), &text, &err), NOT_FOUND);
    assert_done(vault_template_read(vault, true, SV("recipe/type.yaml"), &text, &err), &err);
    assert_true(text.len > 0);
    assert_int_equal(vault_template_read(vault, true, SV("../../x"), &text, &err), REFUSED);
    buf_release(&text);
    vault_close(vault);
    vault_template_dir_set(NULL);
}

/* Out of memory at every allocation of an opening: an error each time, nothing lost, and in the end it works. */
static void memory_may_run_out(void **state)
{
    struct vault *vault = NULL;
    status rc = FAILED;

    (void)state;
    sandbox_git(&box, "", "init", "-q");
    sandbox_git(&box, "", "init", "-q", "pairs/a");
    sandbox_write(&box, "pairs/a/.chiron/space", "[space]\nmember = a\n");
    sandbox_write(&box, ".chiron/config", "[vault]\nlang = pl\n");
    for (uint64_t n = 1; rc != DONE && n < 10000; n++) {
        struct err err = {0};

        memory_fail_at(n);
        rc = vault_open(box.dir, &vault, NULL, &err);
        if (rc != DONE) {
            assert_int_equal(rc, NO_MEMORY);
            assert_null(vault);
        } else if (memory_has_failed()) {
            assert_int_equal(vault->space_count, 2);
            vault_close(vault);
            rc = FAILED;
        }
    }
    memory_fail_at(0);
    assert_int_equal(rc, DONE);
    vault_close(vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_root_is_found_from_below, setup, teardown),
        cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_is_an_error, setup, teardown),
        cmocka_unit_test_setup_teardown(spaces_are_who_can_read, setup, teardown),
        cmocka_unit_test_setup_teardown(a_space_behind_a_link_is_none, setup, teardown),
        cmocka_unit_test_setup_teardown(a_broken_space_file_makes_it_private, setup, teardown),
        cmocka_unit_test_setup_teardown(a_broken_configuration_has_its_place, setup, teardown),
        cmocka_unit_test_setup_teardown(derived_data_go_where_they_can, setup, teardown),
        cmocka_unit_test_setup_teardown(notes_are_read_beneath_the_root_only, setup, teardown),
        cmocka_unit_test_setup_teardown(types_come_from_the_installation_and_the_vault, setup, teardown),
        cmocka_unit_test_setup_teardown(memory_may_run_out, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
