#include "note/type.h"
#include "base/file.h"
#include "note/fixture.h"

#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

/* A vault of its own for each test, beneath a folder that the teardown removes. */
struct sandbox {
    char dir[64];
    int fd;
};

static int sandbox_open(void **state)
{
    struct sandbox *box = calloc(1, sizeof(*box));
    snprintf(box->dir, sizeof(box->dir), "/tmp/chiron-type-XXXXXX");
    assert_non_null(mkdtemp(box->dir));
    box->fd = open(box->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *state = box;
    return 0;
}

static int remove_one(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
    (void)stat, (void)flag, (void)ftw;
    return remove(path);
}

static int sandbox_close(void **state)
{
    struct sandbox *box = *state;
    close(box->fd);
    nftw(box->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(box);
    return 0;
}

static void put(const struct sandbox *box, const char *path, const char *text)
{
    struct err err = {0};
    if (dir_make_beneath(box->fd, sv_dirname(sv_of(path)), 0755, &err) != DONE ||
        file_write_beneath(box->fd, sv_of(path), sv_of(text), 0644, &err) != DONE)
        fail_msg("%s: %s", path, err.text);
}

static struct types *load(const struct sandbox *box, struct buf *warnings)
{
    struct err err = {0};
    struct types *types;
    if (types_load(fixture_template_dir(), box->fd, &types, warnings, &err) != DONE)
        fail_msg("%s: %s", err.path, err.text);
    return types;
}

static void test_the_ten_types(void **state)
{
    (void)state;
    static const char *const names[] = {"charter", "cpd",       "feedback", "log",     "note",
                                        "person",  "programme", "resource", "session", "supervision"};
    struct types *types = fixture_types();
    assert_int_equal(types_count(types), 10);
    for (size_t i = 0; i < 10; i++) {
        const struct note_type *type = types_nth(types, i);
        assert_sv(type->name, names[i]);
        assert_ptr_equal(types_get(types, sv_of(names[i])), type);
        assert_false(type->from_vault);
        assert_true(type->folder.len > 0 && type->file.len > 0);
    }
    assert_null(types_nth(types, 10));
    assert_null(types_get(types, SV("diary")));
    assert_sv(types_for(types, SV("diary"))->name, "note");
    types_free(types);
}

static void assert_labels(const struct note_type *type, const struct field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (int lang = 0; lang < LANG_COUNT; lang++)
            if (fields[i].label.text[lang].len == 0)
                fail_msg("%.*s.%.*s has no label %d", SV_ARG(type->name), SV_ARG(fields[i].name), lang);
        assert_labels(type, fields[i].fields, fields[i].field_count);
    }
}

static void test_labels_in_three_languages(void **state)
{
    (void)state;
    struct types *types = fixture_types();
    for (size_t i = 0; i < types_count(types); i++) {
        const struct note_type *type = types_nth(types, i);
        for (int lang = 0; lang < LANG_COUNT; lang++)
            assert_true(type->label.text[lang].len > 0 && type->plural.text[lang].len > 0 &&
                        type->summary.text[lang].len > 0);
        assert_labels(type, type->fields, type->field_count);
        for (size_t j = 0; j < type->model_count; j++)
            assert_true(type->models[j].label.text[LANG_PL].len > 0);
    }
    types_free(types);
}

static void test_declarations(void **state)
{
    (void)state;
    struct types *types = fixture_types();
    const struct note_type *charter = types_get(types, SV("charter"));
    const struct field *goals = type_field(types, charter, SV("goals"));
    assert_int_equal(goals->kind, FIELD_TABLE);
    assert_int_equal(goals->merge, MERGE_TABLE);
    assert_sv(goals->key, "id");
    bool gas = false;
    for (size_t i = 0; i < goals->field_count; i++)
        if (sv_eq_c(goals->fields[i].name, "gas")) {
            gas = true;
            assert_true(goals->fields[i].has_min && goals->fields[i].min == -2 && goals->fields[i].max == 2);
        }
    assert_true(gas);
    const struct field *mentor = type_field(types, charter, SV("mentor"));
    assert_true(mentor->many && mentor->required && mentor->kind == FIELD_REF && mentor->to_count == 1);
    assert_sv(mentor->to[0], "person");
    const struct field *signed_by = type_field(types, charter, SV("signed"));
    assert_true(signed_by->kind == FIELD_MAP && signed_by->of == FIELD_DATE && signed_by->merge == MERGE_MAP);
    assert_sv(value_text(type_field(types, charter, SV("form"))->fallback), "classic");
    /* A common field is every type's. */
    assert_int_equal(type_field(types, charter, SV("tags"))->merge, MERGE_SET);
    assert_null(type_field(types, charter, SV("nonsense")));
    assert_int_equal(types_get(types, SV("log"))->visibility, VISIBILITY_PRIVATE);
    assert_true(types_get(types, SV("log"))->model_count >= 7);
    types_free(types);
}

static void test_a_vault_adds_a_type(void **state)
{
    struct buf warnings = {0};
    put(*state, ".chiron/templates/circle/type.yaml",
        "type: circle\nlabel: Circle\nfields:\n  - {name: members, kind: list, of: ref, to: [person, circle]}\n");
    struct types *types = load(*state, &warnings);
    const struct note_type *circle = types_get(types, SV("circle"));
    assert_int_equal(types_count(types), 11);
    assert_true(circle->from_vault);
    assert_sv(circle->path, ".chiron/templates/circle/type.yaml");
    assert_sv(label_text(&circle->label, SV("da"), circle->name), "Circle");
    assert_int_equal(warnings.len, 0);
    types_free(types);
    buf_release(&warnings);
}

static void test_a_vault_cannot_widen(void **state)
{
    struct buf warnings = {0};
    put(*state, ".chiron/templates/log/type.yaml", "type: log\nlabel: Diary\nvisibility: group\n");
    put(*state, ".chiron/templates/cpd/type.yaml", "type: cpd\nvisibility: private\n");
    put(*state, ".chiron/templates/supervision/type.yaml", "type: supervision\n");
    struct types *types = load(*state, &warnings);
    assert_int_equal(types_count(types), 10);
    assert_int_equal(types_get(types, SV("log"))->visibility, VISIBILITY_PRIVATE);
    assert_sv(types_get(types, SV("log"))->label.text[LANG_EN], "Diary");
    assert_int_equal(types_get(types, SV("cpd"))->visibility, VISIBILITY_PRIVATE);
    assert_int_equal(types_get(types, SV("supervision"))->visibility, VISIBILITY_PRIVATE);
    assert_has(buf_view(&warnings),
               ".chiron/templates/log/type.yaml:3:13: a vault cannot widen the visibility of 'log'");
    types_free(types);
    buf_release(&warnings);
}

static void test_a_broken_file_of_a_vault_is_skipped(void **state)
{
    const struct sandbox *box = *state;
    struct buf warnings = {0};
    put(box, ".chiron/templates/log/type.yaml", "type: log\nfields:\n  - name: date\n    kind: dat\n");
    put(box, ".chiron/templates/bad/type.yaml", "type: [bad\n");
    put(box, ".chiron/templates/lost/type.yaml", "type: lost\nfields: [{name: x, kind: ref, to: nobody}]\n");
    put(box, ".chiron/templates/empty/readme.txt", "no type here\n");
    put(box, ".chiron/templates/good/type.yaml", "type: good\n");
    struct types *types = load(box, &warnings);
    assert_false(types_get(types, SV("log"))->from_vault);
    assert_null(types_get(types, SV("bad")));
    assert_null(types_get(types, SV("empty")));
    assert_non_null(types_get(types, SV("good")));
    assert_has(buf_view(&warnings), ".chiron/templates/log/type.yaml:4:11: ");
    assert_has(buf_view(&warnings), "'dat' is not a kind of field; did you mean 'date'?");
    assert_has(buf_view(&warnings), ".chiron/templates/bad/type.yaml:");
    assert_has(buf_view(&warnings), "field 'x' refers to 'nobody', which is not a type");
    types_free(types);
    buf_release(&warnings);
}

static void test_what_a_vault_may_cost(void **state)
{
    const struct sandbox *box = *state;
    struct buf warnings = {0}, big = {0};
    char path[64];
    for (int i = 0; i < 70; i++) {
        char text[32];
        snprintf(path, sizeof(path), ".chiron/templates/t%02d/type.yaml", i);
        snprintf(text, sizeof(text), "type: t%02d\n", i);
        put(box, path, text);
    }
    buf_put_c(&big, "type: t00\n#");
    buf_fill(&big, 'x', 64 * 1024);
    put(box, ".chiron/templates/t00/type.yaml", big.ptr);
    struct types *types = load(box, &warnings);
    assert_int_equal(types_count(types), 10 + 63);
    assert_has(buf_view(&warnings), "t00/type.yaml");
    assert_has(buf_view(&warnings), "more than 64 types");
    types_free(types);
    buf_release(&warnings);
    buf_release(&big);
}

static void test_links_of_a_vault_are_not_followed(void **state)
{
    const struct sandbox *box = *state;
    struct buf warnings = {0};
    put(box, "elsewhere/type.yaml", "type: linked\n");
    put(box, ".chiron/templates/good/type.yaml", "type: good\n");
    assert_int_equal(symlinkat("../../elsewhere", box->fd, ".chiron/templates/linked"), 0);
    struct types *types = load(box, &warnings);
    assert_null(types_get(types, SV("linked")));
    assert_non_null(types_get(types, SV("good")));
    assert_has(buf_view(&warnings), "linked/type.yaml");
    types_free(types);
    buf_release(&warnings);
}

static void test_a_broken_installation_is_an_error(void **state)
{
    const struct sandbox *box = *state;
    struct types *types;
    struct err err = {0};
    assert_int_equal(types_load("/nonexistent/chiron", -1, &types, NULL, &err), FAILED);
    assert_null(types);
    err_clear(&err);
    assert_int_equal(types_load(box->dir, -1, &types, NULL, &err), FAILED);
    assert_has(sv_of(err.text), "'note' is missing");
    err_clear(&err);
    put(box, "note/type.yaml", "type: note\nfields:\n  - {name: x, kind: ref, to: nobody}\n");
    assert_int_equal(types_load(box->dir, -1, &types, NULL, &err), MALFORMED);
    err_clear(&err);
    put(box, "note/type.yaml", "type: note\nfields: 7\n");
    assert_int_equal(types_load(box->dir, -1, &types, NULL, &err), MALFORMED);
    assert_int_equal(err.line, 2);
    assert_int_equal(err.column, 9);
    assert_has(sv_of(err.path), "note/type.yaml");
}

static void test_without_memory(void **state)
{
    (void)state;
    bool failed = true;
    for (uint64_t n = 1; failed; n += n < 200 ? 1 : 37) {
        struct types *types;
        struct err err = {0};
        memory_fail_at(n);
        status s = types_load(fixture_template_dir(), -1, &types, NULL, &err);
        failed = memory_has_failed();
        memory_fail_at(0);
        assert_int_equal(s, failed ? NO_MEMORY : DONE);
        types_free(types);
    }
}

static void test_labels_fall_back(void **state)
{
    (void)state;
    struct label label = {{SV("Log"), SV("Dziennik"), {0}}};
    struct label none = {0};
    assert_sv(label_text(&label, SV("pl"), SV("log")), "Dziennik");
    assert_sv(label_text(&label, SV("pl-PL"), SV("log")), "Dziennik");
    assert_sv(label_text(&label, SV("da"), SV("log")), "Log");
    assert_sv(label_text(&label, SV("plx"), SV("log")), "Log");
    assert_sv(label_text(&none, SV("pl"), SV("log")), "log");
}

static void test_visibilities(void **state)
{
    (void)state;
    enum visibility visibility;
    assert_true(visibility_parse(SV("pair"), &visibility));
    assert_int_equal(visibility, VISIBILITY_PAIR);
    assert_false(visibility_parse(SV("public"), &visibility));
    assert_false(visibility_parse(SV(""), &visibility));
    assert_string_equal(visibility_name(VISIBILITY_PRIVATE), "private");
    assert_true(VISIBILITY_PRIVATE < VISIBILITY_PAIR && VISIBILITY_PAIR < VISIBILITY_GROUP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_ten_types),
        cmocka_unit_test(test_labels_in_three_languages),
        cmocka_unit_test(test_declarations),
        cmocka_unit_test_setup_teardown(test_a_vault_adds_a_type, sandbox_open, sandbox_close),
        cmocka_unit_test_setup_teardown(test_a_vault_cannot_widen, sandbox_open, sandbox_close),
        cmocka_unit_test_setup_teardown(test_a_broken_file_of_a_vault_is_skipped, sandbox_open, sandbox_close),
        cmocka_unit_test_setup_teardown(test_what_a_vault_may_cost, sandbox_open, sandbox_close),
        cmocka_unit_test_setup_teardown(test_links_of_a_vault_are_not_followed, sandbox_open, sandbox_close),
        cmocka_unit_test_setup_teardown(test_a_broken_installation_is_an_error, sandbox_open, sandbox_close),
        cmocka_unit_test(test_without_memory),
        cmocka_unit_test(test_labels_fall_back),
        cmocka_unit_test(test_visibilities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
