/* Query blocks and their tables: what is one, where it ends, what a hand changed, and that nothing else is touched. */
#include "text/query_block.h"

#include "test.h"
#include "text/outline.h"

#include <string.h>

static const char *const states[] = {"bare", "table", "nested", "unclosed", "no-end", "stray", "lone-end"};

/* "state@line:text" of each block, '+' for a line end. */
static const char *blocks_of(const char *note)
{
    static struct buf out;
    struct arena arena = {0};
    struct query_blocks blocks;
    struct err err = {0};
    buf_clear(&out);
    buf_put_c(&out, "");
    assert_done(query_blocks_find(sv_of(note), 0, 1, &arena, &blocks, &err), &err);
    for (size_t i = 0; i < blocks.count; i++) {
        const struct query_block *b = &blocks.items[i];
        buf_printf(&out, "%s%s@%u:%.*s", i > 0 ? " " : "", states[b->state],
                   b->state < BLOCK_NO_END ? b->line : b->table_line,
                   SV_ARG(sv_sub(sv_of(note), b->text_begin, b->text_end - b->text_begin)));
        if (b->state == BLOCK_TABLE)
            buf_printf(&out, "=%.*s[%.*s]", SV_ARG(b->stamp),
                       SV_ARG(sv_sub(sv_of(note), b->inner_begin, b->inner_end - b->inner_begin)));
    }
    for (size_t i = 0; i < out.len; i++)
        if (out.ptr[i] == '\n')
            out.ptr[i] = '+';
    arena_release(&arena);
    return out.ptr;
}

#define BEGIN "<!-- chiron:begin 12 -->\n"
#define END   "<!-- chiron:end -->\n"

static void blocks_are_found(void **state)
{
    (void)state;
    assert_string_equal(blocks_of("about chiron\n"), "");
    assert_string_equal(blocks_of("a\n```chiron\nlist x\n```\nb\n"), "bare@2:list x+");
    assert_string_equal(blocks_of("~~~~ chiron here\nlist\n\nlimit: 1\n~~~~"), "bare@1:list++limit: 1+");
    assert_string_equal(blocks_of("```chiron\n```\n"), "bare@1:");
    assert_string_equal(blocks_of("```chironic\n```\n\n    ```chiron\n    ```\n\n``` python\n```chiron\n```\n"), "");
    assert_string_equal(blocks_of("- a\n\n  ```chiron\n  list\n  ```\n> ```chiron\n> list\n> ```\n"),
                        "nested@3:  list+ nested@6:> list+");
    assert_string_equal(blocks_of("```chiron\nlist\n"), "unclosed@1:");
    assert_string_equal(blocks_of("```chiron\r\nlist\r\n```\r\n"), "bare@1:list\r+");
}

static void tables_are_found(void **state)
{
    (void)state;
    assert_string_equal(blocks_of("```chiron\nlist\n```\n\n" BEGIN "| a |\n" END "rest\n"), "table@1:list+=12[| a |+]");
    assert_string_equal(blocks_of("```chiron\nlist\n```\n" BEGIN END), "table@1:list+=12[]");
    assert_string_equal(blocks_of("```chiron\n```\n<!-- chiron:begin -->\nx\n" END), "table@1:=[x+]");
    assert_string_equal(blocks_of("```chiron\n```\nwords\n" BEGIN "x\n" END), "bare@1: stray@4:");
    assert_string_equal(blocks_of("```chiron\n```\n" BEGIN "x\n"), "no-end@3:");
    assert_string_equal(blocks_of("```chiron\n```\n" BEGIN "x\n```chiron\n```\n" BEGIN END), "no-end@3: table@5:=12[]");
    assert_string_equal(blocks_of("```chiron\n```\n" BEGIN BEGIN END END), "no-end@3: stray@4: lone-end@6:");
    assert_string_equal(blocks_of(BEGIN END), "stray@1:");
    assert_string_equal(blocks_of("chiron\n" END), "lone-end@2:");
    /* In code a marker is an example; beside other words it is none. */
    assert_string_equal(blocks_of("```\n" BEGIN "```\nsee " END), "");
    assert_string_equal(blocks_of("```chiron\n```\n" BEGIN "```\n" END "```\n" END), "table@1:=12[```+"
                                                                                     "<!-- chiron:end -->+```+]");
}

static void put(const char *note, const char *inner, struct buf *out)
{
    struct arena arena = {0};
    struct query_blocks blocks;
    struct err err = {0};
    size_t copied = 0;
    assert_done(query_blocks_find(sv_of(note), 0, 1, &arena, &blocks, &err), &err);
    for (size_t i = 0; i < blocks.count; i++)
        if (blocks.items[i].state <= BLOCK_TABLE)
            block_put(sv_of(note), &blocks.items[i], sv_of(inner), &copied, out);
    buf_put(out, sv_from(sv_of(note), copied));
    assert_done(buf_check(out, &err), &err);
    arena_release(&arena);
}

/* Once more makes no difference. */
static void assert_put(const char *note, const char *inner, const char *expected)
{
    struct buf first = {0}, second = {0};
    put(note, inner, &first);
    assert_string_equal(first.ptr, expected);
    put(first.ptr, inner, &second);
    assert_string_equal(second.ptr, expected);
    buf_release(&first);
    buf_release(&second);
}

static void tables_are_put(void **state)
{
    char stamp[BLOCK_STAMP_SIZE], expected[512];
    (void)state;
    block_stamp(SV("| a |\n"), stamp);
    snprintf(expected, sizeof expected, "x\n```chiron\n```\n\n<!-- chiron:begin %s -->\n| a |\n" END "\nrest", stamp);
    assert_put("x\n```chiron\n```\nrest", "| a |\n", expected);
    assert_put("x\n```chiron\n```\n\n" BEGIN "old\n" END "\nrest", "| a |\n", expected);
    snprintf(expected, sizeof expected, "```chiron\n```\n\n<!-- chiron:begin %s -->\n| a |\n" END, stamp);
    assert_put("```chiron\n```", "| a |\n", expected);
    snprintf(expected, sizeof expected,
             "```chiron\r\n```\r\n\r\n<!-- chiron:begin %s -->\r\n| a |\r\n<!-- chiron:end -->\r\n\r\nx  \r\n", stamp);
    assert_put("```chiron\r\n```\r\nx  \r\n", "| a |\r\n", expected);
}

static void stamps_see_words_alone(void **state)
{
    char one[BLOCK_STAMP_SIZE], other[BLOCK_STAMP_SIZE];
    (void)state;
    block_stamp(SV("| a | b |\n| --- | ---: |\n"), one);
    assert_int_equal(strlen(one), 16);
    block_stamp(SV("|  a |   b |\r\n|----|-----:|\r\n"), other);
    assert_string_equal(one, other);
    block_stamp(SV("| a | c |\n| --- | ---: |\n"), other);
    assert_string_not_equal(one, other);
}

static void assert_cell(const char *text, const char *expected)
{
    struct buf out = {0};
    buf_put_c(&out, "");
    cell_put_text(sv_of(text), &out);
    assert_string_equal(out.ptr, expected);
    buf_release(&out);
}

static void assert_link(const char *handle, const char *label, const char *expected)
{
    struct buf out = {0};
    buf_put_c(&out, "");
    bool linked = cell_put_link(sv_of(handle), sv_of(label), &out);
    assert_string_equal(out.ptr, expected);
    assert_int_equal(linked, expected[0] != '\0');
    buf_release(&out);
}

static void cells_hold_no_markup(void **state)
{
    (void)state;
    assert_cell(" two\r\n lines\t", "two lines");
    assert_cell("a|b `c` *d* [[e]] <f> \\", "a\\|b \\`c\\` \\*d\\* \\[\\[e\\]\\] \\<f\\> \\\\");
    assert_cell("snake_case _em_ C# #tag 5% %%gone%% a=b ==h== R&D &amp;",
                "snake_case \\_em\\_ C# \\#tag 5% \\%\\%gone\\%\\% a=b \\=\\=h\\=\\= R\\&D \\&amp;");
    assert_cell("<!-- chiron:end -->", "\\<!-- chiron:end --\\>");
    assert_cell("zażółć \xff", "zażółć \xef\xbf\xbd");
    assert_link("dir/a", "", "[[dir/a]]");
    assert_link("a", "a", "[[a]]");
    assert_link("a", "A title", "[[a\\|A title]]");
    assert_link("a", "A|b [c]", "[[a]] A\\|b \\[c\\]");
    assert_link("a", "100% of x=y", "[[a\\|100% of x=y]]");
    assert_link("a", "%%gone%%", "[[a]] \\%\\%gone\\%\\%");
    assert_link("a|b", "t", "");
    assert_link("a]]", "t", "");
}

/* What is derived is no part of the note: not its links, tags, tasks, headings, fields or words. */
static void tables_do_not_count(void **state)
{
    struct arena arena = {0};
    struct outline outline;
    struct err err = {0};
    static const char note[] =
        "# One\n\n```chiron\nlist\n```\n\n" BEGIN
        "\n| [[a]] #tag word |\n| --- |\n| [b](b.md) |\n\n- [ ] task\n\n## Two\n\nkey:: value\n\n" END
        "\nafter [[c]]\n";
    char covered[sizeof note];
    (void)state;
    assert_done(outline_parse(sv_of(note), 0, 1, &arena, &outline, &err), &err);
    assert_int_equal(outline.link_count, 1);
    assert_true(sv_eq_c(outline.links[0].target, "c"));
    assert_int_equal(outline.links[0].at.line, 21);
    assert_int_equal(outline.heading_count, 1);
    assert_int_equal(outline.tag_count + outline.task_count + outline.field_count, 0);
    assert_int_equal(outline.words, 3);
    memcpy(covered, note, sizeof note);
    query_blocks_cover(covered, sizeof note - 1);
    assert_null(strstr(covered, "word"));
    assert_non_null(strstr(covered, "\nafter [[c]]\n"));
    assert_null(strstr(covered, "list"));
    /* Without its end nothing is derived. */
    assert_done(outline_parse(SV("```chiron\n```\n" BEGIN "[[a]]\n"), 0, 1, &arena, &outline, &err), &err);
    assert_int_equal(outline.link_count, 1);
    arena_release(&arena);
}

static void memory_runs_out(void **state)
{
    static const char note[] = "```chiron\nlist\n```\n" BEGIN "x\n" END "```chiron\n```\n";
    (void)state;
    for (uint64_t n = 1; n < 200; n++) {
        struct arena arena = {0};
        struct query_blocks blocks;
        struct err err = {0};
        memory_fail_at(n);
        status s = query_blocks_find(sv_of(note), 0, 1, &arena, &blocks, &err);
        bool failed = memory_has_failed();
        memory_fail_at(0);
        assert_int_equal(s, failed ? NO_MEMORY : DONE);
        arena_release(&arena);
        if (!failed)
            return;
    }
    fail_msg("no end to the allocations");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_found),     cmocka_unit_test(tables_are_found),
        cmocka_unit_test(tables_are_put),       cmocka_unit_test(stamps_see_words_alone),
        cmocka_unit_test(cells_hold_no_markup), cmocka_unit_test(tables_do_not_count),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
