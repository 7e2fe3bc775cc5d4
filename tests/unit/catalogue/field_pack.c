/* Fields in little room come back as they were, whatever they are. */
#include "catalogue/field_pack.h"
#include "test.h"

#include <string.h>

static const struct field_context context = {SV_INIT("Trust \xc5\xbc"), SV_INIT("2026-11-24"), SV_INIT("pl"),
                                             SV_INIT("session"), SV_INIT("\1a\3b/c")};

struct heard {
    struct buf out;
};

static status hear(void *payload, const struct field_row *row, struct err *err)
{
    struct heard *heard = payload;
    (void)err;
    buf_printf(&heard->out, "%.*s=%.*s;", SV_ARG(row->key), SV_ARG(row->value));
    return DONE;
}

static struct sv pack(const char *json, const struct field_row *rows, size_t count, struct arena *arena)
{
    struct buf out = {0};
    struct err err = {0};
    assert_done(field_pack(&out, &context, sv_of(json), rows, count, arena, &err), &err);
    struct sv packed = arena_copy(arena, buf_view(&out));
    buf_release(&out);
    return packed;
}

/* Any rows come back: those that follow from the object, in their order, and then the others. */
static size_t assert_packs(const char *json, const struct field_row *rows, size_t count, const char *wanted)
{
    struct arena arena = {0};
    struct buf out = {0}, scratch = {0};
    struct heard heard = {0};
    struct err err = {0};
    struct sv packed = pack(json, rows, count, &arena);
    assert_true(field_unpack_json(packed, &context, &out));
    assert_string_equal(out.ptr, json);
    buf_put_c(&heard.out, "");
    assert_done(field_unpack_rows(packed, &context, &arena, &scratch, hear, &heard, &err), &err);
    assert_string_equal(heard.out.ptr, wanted);
    buf_release(&out);
    buf_release(&scratch);
    buf_release(&heard.out);
    arena_release(&arena);
    return packed.len;
}

static void what_is_usual_is_short(void **state)
{
    (void)state;
    static const struct field_row rows[] = {
        {SV_INIT("type"), SV_INIT("session")},    {SV_INIT("title"), SV_INIT("trust \xc5\xbc")},
        {SV_INIT("date"), SV_INIT("2026-11-24")}, {SV_INIT("tags"), SV_INIT("a")},
        {SV_INIT("tags"), SV_INIT("b/c")},        {SV_INIT("depth"), SV_INIT("3")}};
    size_t length = assert_packs("{\"type\":\"session\",\"title\":\"Trust \xc5\xbc\",\"date\":\"2026-11-24\","
                                 "\"tags\":[\"a\",\"b/c\"],\"depth\":3}",
                                 rows, 6, "type=session;title=trust \xc5\xbc;date=2026-11-24;tags=a;tags=b/c;depth=3;");
    assert_true(length <= 12);
}

static void what_is_not(void **state)
{
    (void)state;
    static const struct field_row rows[] = {
        {SV_INIT("strange key"), SV_INIT("x\"y")}, {SV_INIT("goals.gas"), SV_INIT("1")},
        {SV_INIT("goals.gas"), SV_INIT("2")},      {SV_INIT("number"), SV_INIT("007")},
        {SV_INIT("mentor"), SV_INIT("anna")},      {SV_INIT("inline"), SV_INIT("value")}};
    assert_packs("{\"Strange key\":\"X\\\"y\",\"goals\":[{\"gas\":1,\"x\":\"}]\\\\\"},{\"gas\":2}],\"number\":7,"
                 "\"mentor\":[\"Anna\"],\"none\":[],\"empty\":\"\"}",
                 rows, 6, "mentor=anna;strange key=x\"y;goals.gas=1;goals.gas=2;number=007;inline=value;");
}

static void no_fields(void **state)
{
    (void)state;
    static const struct field_row rows[] = {{SV_INIT("inline"), SV_INIT("value")}};
    assert_int_equal(assert_packs("{}", NULL, 0, ""), 0);
    assert_packs("{}", rows, 1, "inline=value;");
}

/* A key twice by its folded form, tags that are not the note's, a title that only looks like it. */
static void what_looks_alike(void **state)
{
    (void)state;
    static const struct field_row rows[] = {{SV_INIT("status"), SV_INIT("a")},
                                            {SV_INIT("status"), SV_INIT("b")},
                                            {SV_INIT("tags"), SV_INIT("a")},
                                            {SV_INIT("tags"), SV_INIT("b")},
                                            {SV_INIT("title"), SV_INIT("trust")}};
    assert_packs("{\"status\":\"a\",\"Status\":\"b\",\"tags\":[\"a\",\"b\"],\"title\":\"Trust\",\"b\":true}", rows, 5,
                 "tags=a;tags=b;title=trust;status=a;status=b;");
    assert_packs("{\"tags\":[\"a\",\"b/c\",\"d\"],\"lang\":[\"pl\",1,true]}", NULL, 0, "");
}

static status count_row(void *payload, const struct field_row *row, struct err *err)
{
    size_t *count = payload;
    (void)err;
    *count += row->key.len + row->value.len;
    return DONE;
}

/* Cut at every byte, or with any byte changed: never outside, and an end. */
static void bytes_that_do_not_add_up(void **state)
{
    (void)state;
    static const struct field_row rows[] = {{SV_INIT("inline"), SV_INIT("value")}};
    struct arena arena = {0}, more = {0};
    struct buf out = {0}, scratch = {0};
    struct err err = {0};
    struct sv packed = pack(
        "{\"own\":\"text\",\"tags\":[\"a\",\"b/c\"],\"list\":[\"x\",2],\"title\":\"Trust \xc5\xbc\"}", rows, 1, &arena);
    for (size_t length = 0; length <= packed.len; length++) {
        char *copy = malloc(length + 1);
        memcpy(copy, packed.ptr, length);
        for (size_t i = 0; i <= length; i++) {
            size_t count = 0;
            if (i < length)
                copy[i] = (char)(copy[i] ^ 0xff);
            buf_clear(&out);
            field_unpack_json(sv_make(copy, length), &context, &out);
            status s = field_unpack_rows(sv_make(copy, length), &context, &more, &scratch, count_row, &count, &err);
            assert_true(s == DONE || s == STOP);
            if (i < length)
                copy[i] = (char)(copy[i] ^ 0xff);
        }
        free(copy);
    }
    buf_release(&out);
    buf_release(&scratch);
    arena_release(&arena);
    arena_release(&more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_usual_is_short),
        cmocka_unit_test(what_is_not),
        cmocka_unit_test(no_fields),
        cmocka_unit_test(what_looks_alike),
        cmocka_unit_test(bytes_that_do_not_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
