/* What a query block asks for, and where a mistake in it stands. */
#include "catalogue/block_request.h"
#include "test.h"

#include <string.h>

static const char *request_of(const char *text)
{
    static struct buf out;
    struct arena arena = {0};
    struct block_request r;
    struct err err = {0};
    buf_clear(&out);
    assert_done(block_request_parse(sv_of(text), &arena, &r, &err), &err);
    buf_printf(&out, "%.*s|", SV_ARG(r.query));
    for (size_t i = 0; i < r.column_count; i++)
        buf_printf(&out, "%s%.*s=%.*s", i > 0 ? "," : "", SV_ARG(r.columns[i].field), SV_ARG(r.columns[i].label));
    buf_printf(&out, "|%.*s|%.*s|%zu|", SV_ARG(r.sort), SV_ARG(r.group), r.limit);
    for (size_t i = 0; i < r.measure_count; i++)
        buf_printf(&out, "%s%s.%.*s", i > 0 ? "," : "", measure_names[r.measures[i].kind], SV_ARG(r.measures[i].field));
    arena_release(&arena);
    return out.ptr;
}

static void statements(void **state)
{
    (void)state;
    assert_string_equal(request_of("list"), "||||0|");
    assert_string_equal(request_of("\n# all of them\nlist type:session  \n"), "type:session||||0|");
    assert_string_equal(request_of("list type:session\n  mentor:anna\n\tafter:2026\nlimit: 10\n"),
                        "type:session\n  mentor:anna\n\tafter:2026||||10|");
    assert_string_equal(request_of("list x\r\ncolumns: date, title as What, goals.gas as  G \r\nsort: -date\r\n"),
                        "x|date=,title=What,goals.gas=G|-date||0|");
    assert_string_equal(request_of("list\ngroup: date:month\nsum: minutes, words\nmean: minutes\n"),
                        "|||date:month|0|sum.minutes,sum.words,mean.minutes");
    assert_string_equal(request_of("list\ncolumns: alias, basis,\n  last\n"), "|alias=,basis=,last=|||0|");
}

static void assert_mistake(const char *text, unsigned line, unsigned column, const char *words)
{
    struct arena arena = {0};
    struct block_request request;
    struct err err = {0};
    status s = block_request_parse(sv_of(text), &arena, &request, &err);
    if (s != USAGE || err.line != line || err.column != column || !strstr(err.text, words))
        fail_msg("'%s': status %d, %u:%u: %s", text, s, err.line, err.column, err.text);
    arena_release(&arena);
}

static void mistakes(void **state)
{
    (void)state;
    assert_mistake("", 1, 1, "begins with 'list'");
    assert_mistake("# only\n", 1, 1, "begins with 'list'");
    assert_mistake("\n type:session\n", 2, 2, "begins with 'list'");
    assert_mistake("listing x\n", 1, 1, "begins with 'list'");
    assert_mistake("list x\nsort -date\n", 2, 1, "':'");
    assert_mistake("list x\ncolums: date\n", 2, 1, "columns, sort");
    assert_mistake("list x\nsort:\n", 2, 1, "needs a value");
    assert_mistake("list x\nlimit: many\n", 2, 8, "whole number");
    assert_mistake("list x\nlimit: 0\n", 2, 8, "whole number");
    assert_mistake("list \xc4\x85\ncolumns: \xc4\x85, ,b\n", 2, 12, "name of a field");
    assert_mistake("list x\ncolumns: two words\n", 2, 10, "field as Label");
    assert_mistake("list x\ngroup: date:decade\n", 2, 8, "decade");
    assert_mistake("list x\ncolumns: date\ngroup: type\n", 2, 10, "leave columns out");
}

static void places_in_the_query(void **state)
{
    static const char text[] = "# c\nlist \xc4\x85 b\n  (c\n";
    struct arena arena = {0};
    struct block_request request;
    struct err err = {0};
    unsigned line, column;
    (void)state;
    assert_done(block_request_parse(sv_of(text), &arena, &request, &err), &err);
    block_request_place(sv_of(text), &request, 1, &line, &column);
    assert_true(line == 2 && column == 6);
    block_request_place(sv_of(text), &request, 3, &line, &column);
    assert_true(line == 2 && column == 8);
    block_request_place(sv_of(text), &request, 7, &line, &column);
    assert_true(line == 3 && column == 3);
    arena_release(&arena);
}

static void there_is_an_end(void **state)
{
    struct arena arena = {0};
    struct block_request request;
    struct buf text = {0};
    struct err err = {0};
    (void)state;
    buf_put_c(&text, "list\ncolumns: a");
    for (int i = 0; i < BLOCK_COLUMNS_MAX; i++)
        buf_put_c(&text, ", a");
    assert_int_equal(block_request_parse(buf_view(&text), &arena, &request, &err), USAGE);
    buf_release(&text);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(places_in_the_query),
        cmocka_unit_test(there_is_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
