#include "host/manifest.h"

#include "host/kind.h"
#include "test.h"

#include <string.h>

static const char good[] = "[plugin]\n"
                           "id = hello\nversion = 1.0.0\nabi = 1\nsummary = Greets\nlicense = MIT\n"
                           "kind = command\nkind = exporter\ncommand = hello\nformat = hello-txt\n"
                           "permission = notes:read\npermission = data\nthreads = any\nnew-key = of a later version\n";

static status parse(const char *text, struct arena *arena, struct manifest *manifest, struct err *err)
{
    return manifest_parse(sv_of(text), SV("hello"), arena, manifest, err);
}

static void test_all_keys(void **state)
{
    struct arena arena = {0};
    struct manifest manifest;
    struct err err = {0};
    (void)state;
    assert_done(parse(good, &arena, &manifest, &err), &err);
    assert_true(sv_eq_c(manifest.id, "hello"));
    assert_true(sv_eq_c(manifest.version, "1.0.0"));
    assert_true(sv_eq_c(manifest.format, "hello-txt"));
    assert_int_equal(manifest.kinds, PLUGIN_COMMAND | PLUGIN_EXPORTER);
    assert_int_equal(manifest.wants, GRANT_NOTES | GRANT_DATA);
    assert_int_equal(manifest.permission_count, 2);
    assert_true(manifest.any_thread);
    arena_release(&arena);
}

/* What a line of the good manifest becomes, and what must be said of it. */
static const struct {
    const char *from, *to, *words;
} refusals[] = {
    {"id = hello", "id = other", "not the name of its folder"},
    {"id = hello", "id = ../hello", "not made of"},
    {"id = hello", "id = Hello", "not made of"},
    {"id = hello", "; none", "has no id"},
    {"version = 1.0.0", "; none", "no version"},
    {"abi = 1", "abi = 2", "plugin ABI '2'"},
    {"abi = 1", "abi = one", "plugin ABI 'one'"},
    {"abi = 1", "; none", "does not say which plugin ABI"},
    {"kind = exporter", "kind = virus", "'virus'"},
    {"permission = data", "permission = root", "'root'"},
    {"command = hello", "; none", "no valid command"},
    {"command = hello", "command = ../ls", "no valid command"},
    {"format = hello-txt", "format = a/b", "no valid format"},
    {"summary = Greets", "summary = \"a\\tb\"", "control characters"},
};

static void test_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        const char *at = strstr(good, refusals[i].from);
        struct arena arena = {0};
        struct manifest manifest;
        struct err err = {0};
        struct buf text = {0};
        assert_non_null(at);
        buf_put(&text, sv_make(good, (size_t)(at - good)));
        buf_put_c(&text, refusals[i].to);
        buf_put_c(&text, at + strlen(refusals[i].from));
        assert_int_equal(parse(text.ptr, &arena, &manifest, &err), REFUSED);
        if (strstr(err.text, refusals[i].words) == NULL)
            fail_msg("'%s': %s", refusals[i].to, err.text);
        buf_release(&text);
        arena_release(&arena);
    }
}

/* The listing names a refused plugin, whichever line is wrong. */
static void test_keeps_what_it_read(void **state)
{
    struct arena arena = {0};
    struct manifest manifest;
    struct err err = {0};
    (void)state;
    assert_int_equal(parse("[plugin]\nkind = virus\nid = hello\nsummary = S\n", &arena, &manifest, &err), REFUSED);
    assert_true(sv_eq_c(manifest.id, "hello"));
    assert_true(sv_eq_c(manifest.summary, "S"));
    arena_release(&arena);
}

static void test_broken_syntax(void **state)
{
    struct arena arena = {0};
    struct manifest manifest;
    struct err err = {0};
    (void)state;
    assert_int_equal(parse("[plugin\nid = hello\n", &arena, &manifest, &err), MALFORMED);
    assert_int_equal(err.line, 1);
    arena_release(&arena);
}

static void test_no_memory(void **state)
{
    (void)state;
    for (uint64_t n = 1;; n++) {
        struct arena arena = {0};
        struct manifest manifest;
        struct err err = {0};
        memory_fail_at(n);
        status got = parse(good, &arena, &manifest, &err);
        bool failed = memory_has_failed();
        memory_fail_at(0);
        arena_release(&arena);
        if (!failed) {
            assert_int_equal(got, DONE);
            break;
        }
        assert_int_equal(got, NO_MEMORY);
    }
}

static void test_names(void **state)
{
    (void)state;
    assert_true(manifest_is_name(SV("a")));
    assert_true(manifest_is_name(SV("export-html5")));
    assert_false(manifest_is_name(SV("")));
    assert_false(manifest_is_name(SV("-a")));
    assert_false(manifest_is_name(SV("5a")));
    assert_false(manifest_is_name(SV("a_b")));
    assert_false(manifest_is_name(SV("a.b")));
    assert_false(manifest_is_name(SV("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_keys),           cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_keeps_what_it_read), cmocka_unit_test(test_broken_syntax),
        cmocka_unit_test(test_no_memory),          cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
