#include "test.h"

#include "text/markdown.h"

#include "base/thread.h"
#include "text/md_mask.h"

#include <string.h>
#include <time.h>

/* Events as words: "+para", "-para", "text:x". */
static const char *const names[] = {"doc",     "quote", "list",  "item",  "codeblock", "htmlblock", "para",
                                    "heading", "rule",  "table", "thead", "row",       "cell",      "footnote",
                                    "text",    "soft",  "hard",  "code",  "html",      "emph",      "strong",
                                    "strike",  "link",  "image", "fnref"};

static status on_event(void *payload, const struct md_event *e, struct err *err)
{
    (void)err;
    buf_printf(payload, "%s%s", e->enter ? "+" : "-", names[e->kind]);
    if (e->text.len > 0)
        buf_printf(payload, ":%.*s", SV_ARG(e->text));
    if (e->url.len > 0)
        buf_printf(payload, "<%.*s>", SV_ARG(e->url));
    if (e->kind == MD_ITEM && e->task)
        buf_put_c(payload, e->checked ? "[x]" : "[ ]");
    if (e->kind == MD_TABLE_CELL && e->align != MD_ALIGN_NONE)
        buf_printf(payload, "%d", (int)e->align);
    if (e->kind == MD_HEADING)
        buf_printf(payload, "%u", e->level);
    buf_char(payload, ' ');
    return DONE;
}

static void assert_events(const char *source, const char *expected)
{
    struct buf out = {0};
    struct err err = {0};
    assert_done(md_walk(sv_of(source), on_event, &out, &err), &err);
    if (!sv_eq_c(buf_view(&out), expected))
        print_error("%.*s\n", SV_ARG(buf_view(&out)));
    assert_true(sv_eq_c(buf_view(&out), expected));
    buf_release(&out);
}

static void blocks_and_inlines(void **state)
{
    (void)state;
    assert_events("# a *b*\n", "+doc +heading1 +text:a  +emph +text:b -emph -heading1 -doc ");
    assert_events("x ~~y~~ `z`\\\n<b>",
                  "+doc +para +text:x  +strike +text:y -strike +text:  +code:z +hard +html:<b> -para -doc ");
    assert_events("[a](b \"c\") ![d](e)",
                  "+doc +para +link<b> +text:a -link<b> +text:  +image<e> +text:d -image<e> -para -doc ");
    assert_events("http://x.y", "+doc +para +link<http://x.y> +text:http://x.y -link<http://x.y> -para -doc ");
}

static void extensions_are_on(void **state)
{
    (void)state;
    assert_events("- [ ] a\n- [x] b\n",
                  "+doc +list +item[ ] +para +text:a -para -item[ ] +item[x] +para +text:b -para -item[x] -list -doc ");
    assert_events(
        "|a|b|\n|:-|-:|\n|c|d|\n",
        "+doc +table +thead +cell1 +text:a -cell1 +cell3 +text:b -cell3 -thead +row +cell1 +text:c -cell1 +cell3 "
        "+text:d -cell3 -row -table -doc ");
    assert_events("a[^1]\n\n[^1]: b\n",
                  "+doc +para +text:a +fnref:1 -para +footnote +para +text:b -para -footnote -doc ");
}

static void plain_text_has_no_markup(void **state)
{
    struct buf out = {0};
    struct err err = {0};
    (void)state;
    assert_done(md_plain(SV("1. *a* `b_c` &amp; \\*d\\* <i>e</i> f_g_h"), &out, &err), &err);
    assert_sv(buf_view(&out), "1. a b_c & *d* e f_g_h");
    buf_release(&out);
}

static status stop_at_heading(void *payload, const struct md_event *e, struct err *err)
{
    ++*(int *)payload;
    if (e->kind == MD_HEADING)
        return err_set(err, FAILED, "a heading");
    return e->kind == MD_RULE ? STOP : DONE;
}

static void a_callback_can_end_it(void **state)
{
    int count = 0;
    struct err err = {0};
    (void)state;
    assert_int_equal(md_walk(SV("# a\n"), stop_at_heading, &count, &err), FAILED);
    assert_int_equal(count, 2);
    assert_string_equal(err.text, "a heading");
    assert_int_equal(md_walk_blocks(SV("---\n\nx"), stop_at_heading, &count, NULL), STOP);
}

struct places {
    char text[512];
};

static status note_place(void *payload, const struct md_event *e, struct err *err)
{
    struct places *places = payload;
    size_t used = strlen(places->text);
    (void)err;
    if (e->enter && e->kind != MD_DOCUMENT)
        snprintf(places->text + used, sizeof places->text - used, "%s %u:%u ", names[e->kind], e->line, e->column);
    return DONE;
}

static void fast_reading_tells_blocks_only(void **state)
{
    struct places places = {{0}};
    struct err err = {0};
    (void)state;
    assert_done(md_walk_blocks(SV("# [a](b)\n\n> - *c*\n\n```\nx\n```\n<div>\n"), note_place, &places, &err), &err);
    assert_string_equal(places.text, "heading 1:1 quote 3:1 list 3:3 item 3:3 para 3:5 codeblock 5:1 htmlblock 8:1 ");
}

/* Readings of both kinds at once: cmark's extensions share tables, and one parse must not take another's away. */
static status read_some(void *payload, unsigned worker, size_t begin, size_t end, struct err *err)
{
    (void)payload;
    (void)worker;
    struct buf out = {0};
    status s = DONE;
    for (size_t i = begin; i < end && s == DONE; i++) {
        buf_clear(&out);
        if (i % 3 == 0) {
            s = md_walk(SV("~~a~~ www.b.c"), on_event, &out, err);
            if (s == DONE && (sv_find(buf_view(&out), SV("+strike")) == SIZE_MAX ||
                              sv_find(buf_view(&out), SV("+link<http://www.b.c>")) == SIZE_MAX))
                s = err_set(err, FAILED, "%.*s", SV_ARG(buf_view(&out)));
        } else {
            s = md_walk_blocks(SV("> ~a: w~\n\n| w |\n|---|\n"), on_event, &out, err);
            if (s == DONE && sv_find(buf_view(&out), SV("+table")) == SIZE_MAX)
                s = err_set(err, FAILED, "%.*s", SV_ARG(buf_view(&out)));
        }
    }
    buf_release(&out);
    return s;
}

static void readings_do_not_disturb_each_other(void **state)
{
    struct err err = {0};
    (void)state;
    assert_done(thread_each(3000, 10, 4, read_some, NULL, &err), &err);
}

/* --- the mask --- */

static void assert_mask(const char *source, const char *expected)
{
    char into[256] = {0};
    md_mask(sv_of(source), into);
    assert_string_equal(into, expected);
}

static void the_mask_covers_inlines_only(void **state)
{
    (void)state;
    assert_mask("a *b* [c](d)", "a xbx xcx(d)");
    assert_mask("* a\n* * *\n***\n_ _ _\n", "* a\n* * *\n***\n_ _ _\n");
    assert_mask("- **b**\n> [[w]]", "- xxbxx\n> xxwxx");
    assert_mask("``` `x\n`code`", "``` `x\nxcodex");
    assert_mask("[a]: *b*\n*c*\n\n*d*", "[a]: *b*\n*c*\n\nxdx");
    assert_mask("[a](b) *c*", "xax(b) xcx");
    assert_mask("|a\\|b|`c`|", "|a\\|b|xcx|");
    assert_mask("<a b_c=\"*\" *>", "<a b_c=\",\" ,>");
    assert_mask("x</script> ]]> y]]", "x</script> ]]> yxx");
    assert_mask("a\r*b*\r\n* c", "a\rxbx\r\n* c");
}

static void nesting_is_bounded(void **state)
{
    char line[400];
    struct err err = {0};
    (void)state;
    memset(line, '>', sizeof line);
    assert_true(md_is_too_deep(sv_make(line, sizeof line)));
    assert_false(md_is_too_deep(sv_make(line, 60)));
    memset(line, ' ', sizeof line);
    assert_false(md_is_too_deep(sv_make(line, sizeof line)));
    line[sizeof line - 3] = '-';
    assert_true(md_is_too_deep(sv_make(line, sizeof line)));
    for (size_t i = 0; i < sizeof line; i++)
        line[i] = i % 2 == 0 ? '-' : ' ';
    assert_false(md_is_too_deep(sv_make(line, sizeof line))); /* a rule */
    assert_int_equal(md_check(SV("a\0b"), &err), REFUSED);
    assert_non_null(strstr(err.text, "NUL"));
}

/* --- hostile sources: each of a megabyte is read or refused in time --- */

enum { LARGE = 1024 * 1024 };

static struct buf large;

static double seconds_of(struct sv source)
{
    struct buf out = {0};
    struct err err = {0};
    clock_t before = clock();
    (void)md_walk_blocks(source, on_event, &out, &err);
    buf_clear(&out);
    err_clear(&err);
    (void)md_walk(source, on_event, &out, &err);
    buf_release(&out);
    return (double)(clock() - before) / CLOCKS_PER_SEC;
}

static void assert_in_time(const char *what)
{
    double seconds = seconds_of(sv_sub(buf_view(&large), 0, LARGE));
    if (seconds > 6) /* 2 s are promised; sanitizers and busy machines take their share */
        print_error("'%s' takes %.1f s\n", what, seconds);
    assert_true(seconds <= 6);
    buf_clear(&large);
}

static void repeat(const char *unit, size_t bytes)
{
    for (size_t n = strlen(unit); n <= bytes; n += strlen(unit))
        buf_put_c(&large, unit);
}

static void repeated_pieces_are_in_time(void **state)
{
    static const char *const units[] = {
        "![[]()",    "> ", "<?",    "[a](",  "`a``", "*a **a ", "a@",   "[[a|",
        "http://a)", "\r", "|a|\n", "- a\n", "[a\n", "%%",      "a ^b", "]",
    };
    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        repeat(units[i], LARGE);
        assert_in_time(units[i]);
    }
}

static void nested_and_wide_sources_are_in_time(void **state)
{
    (void)state;
    repeat("- ", 120);
    buf_put_c(&large, "a\n");
    repeat("\n", LARGE);
    assert_in_time("lists and blank lines");
    buf_put_c(&large, "http://a");
    repeat(")", LARGE);
    assert_in_time("an address and brackets");
    repeat("|a", 100000);
    buf_char(&large, '\n');
    repeat("|-", 100000);
    buf_char(&large, '\n');
    repeat("|b\n", LARGE);
    assert_in_time("a wide table");
    repeat("[", LARGE / 2);
    repeat("]", LARGE);
    assert_in_time("brackets in brackets");
    for (size_t i = 1; large.len < LARGE; i++) {
        buf_char(&large, 'e');
        buf_fill(&large, '`', i);
    }
    assert_in_time("runs of ticks");
}

static int release(void **state)
{
    (void)state;
    buf_release(&large);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_and_inlines),
        cmocka_unit_test(extensions_are_on),
        cmocka_unit_test(plain_text_has_no_markup),
        cmocka_unit_test(a_callback_can_end_it),
        cmocka_unit_test(fast_reading_tells_blocks_only),
        cmocka_unit_test(readings_do_not_disturb_each_other),
        cmocka_unit_test(the_mask_covers_inlines_only),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(repeated_pieces_are_in_time),
        cmocka_unit_test(nested_and_wide_sources_are_in_time),
    };
    return cmocka_run_group_tests_name("text/markdown", tests, NULL, release);
}
