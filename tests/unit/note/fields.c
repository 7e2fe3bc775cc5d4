#include "note/fixture.h"

#include <math.h>

static void assert_json(const char *path, const char *text, const struct types *types, const char *expected)
{
    struct arena arena = {0};
    struct buf out = {0};
    struct note note;
    struct err err = {0};
    fixture_parse(path, text, types, &arena, &note);
    assert_int_equal(note_fields_json(&note, types, &out, &err), DONE);
    assert_sv(buf_view(&out), expected);
    buf_release(&out);
    arena_release(&arena);
}

static void test_json_by_the_core_schema(void **state)
{
    (void)state;
    assert_json("n.md", "text\n", NULL, "{}");
    assert_json("n.md", "---\n---\ntext\n", NULL, "{}");
    assert_json("n.md", "---\na: [1\n---\ntext\n", NULL, "{}");
    assert_json("n.md", "---\na: 1\nb: 1.5\nc: true\nd: x\ne: \"1\"\nf: 2026-01-31\ng:\nh: ~\ni: yes\nj: 0x1F\n---\n",
                NULL,
                "{\"a\":1,\"b\":1.5,\"c\":true,\"d\":\"x\",\"e\":\"1\",\"f\":\"2026-01-31\",\"i\":\"yes\",\"j\":31}");
    assert_json("n.md", "---\nl: [1, ~, [x], {k: ~, m: 2}]\nm: {}\ne: []\nnan: .nan\n---\n", NULL,
                "{\"l\":[1,[\"x\"],{\"m\":2}],\"m\":{},\"e\":[],\"nan\":\".nan\"}");
    assert_json("n.md", "---\nquote: \"a \\\"b\\\" \\\\ \\t ł\"\n---\n", NULL,
                "{\"quote\":\"a \\\"b\\\" \\\\ \\t ł\"}");
}

static void test_json_by_declaration(void **state)
{
    (void)state;
    struct types *types = fixture_types();
    assert_json(
        "s.md",
        "---\ntype: session\ncharter: \"[[charters/c1|C]]\"\ndate: 2026-01-31\nminutes: \"60\"\npaid: \"true\"\n"
        "goals: g1\ninitiated_by: [[anna]]\nstatus: 7\n"
        "actions:\n  - {id: 1, owner: \"[[jan]]\", done: ~, mine: 2}\n---\n",
        types,
        "{\"type\":\"session\",\"charter\":\"charters/c1\",\"date\":\"2026-01-31\",\"minutes\":60,\"paid\":true,"
        "\"goals\":[\"g1\"],\"initiated_by\":\"anna\",\"status\":\"7\","
        "\"actions\":[{\"id\":\"1\",\"owner\":\"jan\",\"mine\":2}]}");
    assert_json("c.md",
                "---\ntype: charter\nmentor: anna\nmentee: [\"[[jan]]\", ~, ewa]\nsigned: {anna: 2026-01-01, jan: ~}\n"
                "goals: {id: g1, gas: \"-1\"}\nminutes: an hour\ntitle: 2026\n---\n",
                types,
                "{\"type\":\"charter\",\"mentor\":[\"anna\"],\"mentee\":[\"jan\",\"ewa\"],"
                "\"signed\":{\"anna\":\"2026-01-01\"},\"goals\":[{\"id\":\"g1\",\"gas\":-1}],\"minutes\":\"an hour\","
                "\"title\":\"2026\"}");
    types_free(types);
}

static status append(void *payload, struct sv key, struct sv text, enum field_kind kind, double number, struct err *err)
{
    (void)err;
    struct buf *out = payload;
    buf_printf(out, "%.*s=%.*s (%s", SV_ARG(key), SV_ARG(text), field_kind_name(kind));
    if (!isnan(number))
        buf_printf(out, " %g", number);
    buf_put_c(out, ")\n");
    return DONE;
}

static void assert_flat(const char *text, const struct types *types, const char *expected)
{
    struct arena arena = {0};
    struct buf out = {0};
    struct note note;
    struct err err = {0};
    fixture_parse("n.md", text, types, &arena, &note);
    assert_int_equal(note_each_field(&note, types, append, &out, &err), DONE);
    assert_sv(buf_view(&out), expected);
    buf_release(&out);
    arena_release(&arena);
}

static void test_flat_by_declaration(void **state)
{
    (void)state;
    struct types *types = fixture_types();
    assert_flat("---\ntype: charter\nmentor: [\"[[anna]]\", jan]\nstart: 1970-01-03\ncadence: P3W\nsigned: {anna: "
                "1970-01-02}\ngoals:\n  - {id: g1, gas: 1, notes: [a, b]}\n  - {id: 2, weight: 0.5}\nend: soon\nother: "
                "~\n---\n",
                types,
                "type=charter (text)\n"
                "mentor=anna (ref)\n"
                "mentor=jan (ref)\n"
                "start=1970-01-03 (date 2)\n"
                "cadence=P3W (duration)\n"
                "signed.anna=1970-01-02 (date 1)\n"
                "goals[0].id=g1 (text)\n"
                "goals[0].gas=1 (int 1)\n"
                "goals[0].notes=a (text)\n"
                "goals[0].notes=b (text)\n"
                "goals[1].id=2 (text)\n"
                "goals[1].weight=0.5 (number 0.5)\n"
                "end=soon (text)\n");
    types_free(types);
}

static void test_flat_by_the_core_schema(void **state)
{
    (void)state;
    assert_flat("---\na: 7\nb: [x, [y], {k: 1}]\nc: {d: {e: true}}\nf: 1970-01-02\n---\n", NULL,
                "a=7 (int 7)\nb=x (text)\nb=y (text)\nb[2].k=1 (int 1)\nc.d.e=true (bool 1)\nf=1970-01-02 (date 1)\n");
    assert_flat("text\n", NULL, "");
}

static void test_inline_fields_come_after(void **state)
{
    (void)state;
    struct types *types = fixture_types();
    assert_flat("---\ntype: session\nminutes: 30\n---\nminutes:: 60\n\nmood:: fine\n\n- level:: 3\n\nagenda_by:: "
                "[[jan]]\n\nnext:: 1970-01-02\n",
                types,
                "type=session (text)\nminutes=30 (int 30)\nmood=fine (text)\nlevel=3 (int 3)\nagenda_by=jan "
                "(ref)\nnext=1970-01-02 (date 1)\n");
    types_free(types);
}

static status stop_at_once(void *payload, struct sv key, struct sv text, enum field_kind kind, double number,
                           struct err *err)
{
    (void)key, (void)text, (void)kind, (void)number, (void)err;
    ++*(int *)payload;
    return STOP;
}

static void test_a_callback_may_stop(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct note note;
    struct err err = {0};
    int calls = 0;
    fixture_parse("n.md", "---\na: [1, 2]\nb: 3\n---\nc:: 4\n", NULL, &arena, &note);
    assert_int_equal(note_each_field(&note, NULL, stop_at_once, &calls, &err), STOP);
    assert_int_equal(calls, 1);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_by_the_core_schema),  cmocka_unit_test(test_json_by_declaration),
        cmocka_unit_test(test_flat_by_declaration),      cmocka_unit_test(test_flat_by_the_core_schema),
        cmocka_unit_test(test_inline_fields_come_after), cmocka_unit_test(test_a_callback_may_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
