#include "note/type_read.h"
#include "note/fixture.h"
#include "text/yaml.h"

static status read_type(struct arena *arena, const char *yaml, struct note_type *type, struct buf *warnings,
                        struct err *err)
{
    struct value *root;
    bool has_visibility;
    if (yaml_parse(sv_of(yaml), &yaml_limits_file, 1, arena, &root, err) != DONE)
        fail_msg("%s: %s", yaml, err->text);
    struct type_reader reader = {.arena = arena, .path = SV("t/type.yaml"), .warnings = warnings, .err = err};
    return type_read(&reader, SV("t"), root, type, &has_visibility);
}

static void test_mistakes_are_named_and_placed(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        unsigned line, column;
        const char *words;
    } cases[] = {
        {"[]", 1, 1, "a type is a map"},
        {"label: x\n", 1, 1, "'type' is missing"},
        {"type: other\n", 1, 7, "both names must be the same"},
        {"type: t\nlabel: [a]\n", 2, 8, "'label' is neither"},
        {"type: t\nlabel: {en: [x]}\n", 2, 13, "'en' in 'label' is not a text"},
        {"type: t\nfolder: ../x\n", 2, 9, "leads out of the vault"},
        {"type: t\nfolder: /etc\n", 2, 9, "leads out of the vault"},
        {"type: t\nvisibility: public\n", 2, 13, "'public' is not a visibility"},
        {"type: t\nfields: {}\n", 2, 9, "'fields' is not a list"},
        {"type: t\nfields: [x]\n", 2, 10, "a field is a map"},
        {"type: t\nfields:\n  - kind: text\n", 3, 5, "a field has no 'name'"},
        {"type: t\nfields:\n  - name: a\n", 3, 5, "a field has no 'kind'"},
        {"type: t\nfields:\n  - name: A b\n    kind: text\n", 3, 11, "cannot be a field's name"},
        {"type: t\nfields:\n  - {name: a, kind: enmu}\n", 3, 21, "did you mean 'enum'"},
        {"type: t\nfields:\n  - {name: a, kind: enum}\n", 3, 5, "enum 'a' has no values"},
        {"type: t\nfields:\n  - {name: a, kind: enum, values: [x, x]}\n", 3, 39, "'x' stands twice"},
        {"type: t\nfields:\n  - {name: a, kind: enum, values: [x], default: y}\n", 3, 49, "the default of 'a'"},
        {"type: t\nfields:\n  - {name: a, kind: list}\n", 3, 5, "a field has no 'of'"},
        {"type: t\nfields:\n  - {name: a, kind: list, of: table}\n", 3, 5, "only scalars"},
        {"type: t\nfields:\n  - {name: a, kind: table}\n", 3, 5, "table 'a' has no fields"},
        {"type: t\nfields:\n  - {name: a, kind: table, key: z, fields: [{name: b, kind: int}]}\n", 3, 33,
         "'z' is not a field of table 'a'"},
        {"type: t\nfields:\n  - {name: a, kind: int, min: 3, max: 1}\n", 3, 5, "a min above its max"},
        {"type: t\nfields:\n  - {name: a, kind: int, min: x}\n", 3, 31, "'min' is not a number"},
        {"type: t\nfields:\n  - {name: a, kind: text, min: 1}\n", 3, 5, "is no number"},
        {"type: t\nfields:\n  - {name: a, kind: int, required: 1}\n", 3, 36, "neither true nor false"},
        {"type: t\nfields:\n  - {name: a, kind: int, merge: x}\n", 3, 33, "not a merge rule"},
        {"type: t\nfields:\n  - {name: a, kind: int}\n  - {name: a, kind: int}\n", 4, 5, "declared twice"},
        {"type: t\nmodels: x\n", 2, 9, "'models' is not a list"},
        {"type: t\nmodels: [{label: x}]\n", 2, 10, "cannot be a model's name"},
        {"type: t\nmodels: [{name: a}, {name: a}]\n", 2, 21, "declared twice"},
        {"type: t\nheadings: [x]\n", 2, 11, "'headings' is not a map"},
        {"type: t\nheadings: {en: [[x]]}\n", 2, 17, "a heading is not a text"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena arena = {0};
        struct note_type type;
        struct err err = {0};
        if (read_type(&arena, cases[i].yaml, &type, NULL, &err) != MALFORMED)
            fail_msg("accepted: %s", cases[i].yaml);
        assert_has(sv_of(err.text), cases[i].words);
        if (err.line != cases[i].line || err.column != cases[i].column)
            fail_msg("%u:%u: %s", err.line, err.column, cases[i].yaml);
        assert_string_equal(err.path, "t/type.yaml");
        arena_release(&arena);
    }
}

static void test_unknown_keys_are_warned_of(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buf warnings = {0};
    struct note_type type;
    struct err err = {0};
    assert_int_equal(read_type(&arena,
                               "type: t\nfeilds: []\nfields:\n  - {name: a, kind: int, requird: true}\nx-y: 1\n", &type,
                               &warnings, &err),
                     DONE);
    assert_has(buf_view(&warnings), "t/type.yaml:2:1: unknown key 'feilds' is ignored; did you mean 'fields'?\n");
    assert_has(buf_view(&warnings), "t/type.yaml:4:26: unknown key 'requird' is ignored; did you mean 'required'?\n");
    assert_has(buf_view(&warnings), "t/type.yaml:5:1: unknown key 'x-y' is ignored\n");
    buf_release(&warnings);
    arena_release(&arena);
}

/* A type is gone through for every value of every note, so its size is bounded. */
static void test_lists_without_end_are_refused(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buf text = {0};
    struct note_type type;
    struct err err = {0};
    buf_put_c(&text, "type: t\nfields:\n");
    for (int i = 0; i < 257; i++)
        buf_printf(&text, "  - {name: f%d, kind: int}\n", i);
    assert_int_equal(read_type(&arena, text.ptr, &type, NULL, &err), MALFORMED);
    assert_has(sv_of(err.text), "'fields' has more than 256 elements");
    buf_clear(&text);
    err_clear(&err);
    buf_put_c(&text, "type: t\nfields:\n  - {name: a, kind: enum, values: [");
    for (int i = 0; i < 1001; i++)
        buf_printf(&text, "v%d, ", i);
    buf_put_c(&text, "]}\n");
    assert_int_equal(read_type(&arena, text.ptr, &type, NULL, &err), MALFORMED);
    assert_has(sv_of(err.text), "'values' has more than 1000 elements");
    buf_release(&text);
    arena_release(&arena);
}

static void test_what_is_left_out(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct note_type type;
    struct err err = {0};
    assert_int_equal(
        read_type(&arena, "type: t\nfolder: ./a//b/\nfields:\n  - {name: zażółć, kind: text}\n", &type, NULL, &err),
        DONE);
    assert_sv(type.folder, "a/b");
    assert_int_equal(type.field_count, 1);
    assert_int_equal(type.visibility, VISIBILITY_GROUP);
    assert_int_equal(type.model_count, 0);
    assert_null(type.fields[0].fallback);
    assert_int_equal(type.fields[0].merge, MERGE_SCALAR);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mistakes_are_named_and_placed),
        cmocka_unit_test(test_unknown_keys_are_warned_of),
        cmocka_unit_test(test_lists_without_end_are_refused),
        cmocka_unit_test(test_what_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
