#include "test.h"

#include "text/front.h"
#include "text/outline.h"

#include "base/buf.h"
#include "base/thread.h"

#include <string.h>

static struct arena arena;
static struct outline o;
static struct sv source;

static void parse(const char *text)
{
    struct err err = {0};
    source = sv_of(text);
    arena_reset(&arena);
    assert_done(outline_parse(source, 0, 1, &arena, &o, &err), &err);
}

static struct sv at(const struct span *span)
{
    return sv_sub(source, span->begin, span->end - span->begin);
}

static void assert_link(size_t i, enum link_kind kind, const char *construct, const char *target, const char *anchor,
                        const char *label)
{
    assert_true(i < o.link_count);
    const struct link *link = &o.links[i];
    if (!sv_eq_c(at(&link->at), construct) || !sv_eq_c(link->target, target) || !sv_eq_c(link->anchor, anchor) ||
        !sv_eq_c(link->label, label))
        print_error("%zu: '%.*s' -> '%.*s' # '%.*s' | '%.*s'\n", i, SV_ARG(at(&link->at)), SV_ARG(link->target),
                    SV_ARG(link->anchor), SV_ARG(link->label));
    assert_int_equal(link->kind, kind);
    assert_true(sv_eq_c(at(&link->at), construct));
    assert_true(sv_eq_c(link->target, target));
    assert_true(sv_eq_c(link->anchor, anchor));
    assert_true(sv_eq_c(link->label, label));
}

static void assert_place(const struct span *span, unsigned line, unsigned column)
{
    assert_int_equal(span->line, line);
    assert_int_equal(span->column, column);
}

/* --- links --- */

static void wikilinks_and_embeds(void **state)
{
    (void)state;
    parse("ż [[a]] and [[dir/b#h|l]]\n> ![[c.png|100]]\n");
    assert_int_equal(o.link_count, 3);
    assert_link(0, LINK_WIKI, "[[a]]", "a", "", "");
    assert_place(&o.links[0].at, 1, 3);
    assert_link(1, LINK_WIKI, "[[dir/b#h|l]]", "dir/b", "h", "l");
    assert_true(sv_eq_c(at(&o.links[1].target_at), "dir/b"));
    assert_link(2, LINK_EMBED, "![[c.png|100]]", "c.png", "", "100");
    assert_place(&o.links[2].at, 2, 3);
}

static void inline_links_in_all_forms(void **state)
{
    (void)state;
    parse("[a](b.md) [c](<d e.md>) [f](g%20h.md#i%20j \"t [x](y)\")\n[k](l(m).md) [n]() [o](#p) ![q](r.png)\n"
          "[s\nt](u\n  'v')\n");
    assert_int_equal(o.link_count, 8);
    assert_link(0, LINK_MARKDOWN, "[a](b.md)", "b.md", "", "a");
    assert_link(1, LINK_MARKDOWN, "[c](<d e.md>)", "d e.md", "", "c");
    assert_true(sv_eq_c(at(&o.links[1].target_at), "d e.md"));
    assert_link(2, LINK_MARKDOWN, "[f](g%20h.md#i%20j \"t [x](y)\")", "g h.md", "i j", "f");
    assert_true(sv_eq_c(at(&o.links[2].target_at), "g%20h.md"));
    assert_link(3, LINK_MARKDOWN, "[k](l(m).md)", "l(m).md", "", "k");
    assert_link(4, LINK_MARKDOWN, "[n]()", "", "", "n");
    assert_link(5, LINK_MARKDOWN, "[o](#p)", "", "p", "o");
    assert_link(6, LINK_EMBED, "![q](r.png)", "r.png", "", "q");
    assert_link(7, LINK_MARKDOWN, "[s\nt](u\n  'v')", "u", "", "s t");
    assert_place(&o.links[7].target_at, 4, 4);
}

static void reference_links_point_at_their_definition(void **state)
{
    (void)state;
    parse("[full][The Ref] [the ref][] [the\nREF] [missing] [no][missing] ![i][the ref]\n\n> [the ref]: <x y.md#z> "
          "\"t\"\n");
    assert_int_equal(o.link_count, 4);
    assert_link(0, LINK_MARKDOWN, "[full][The Ref]", "x y.md", "z", "full");
    assert_link(1, LINK_MARKDOWN, "[the ref][]", "x y.md", "z", "the ref");
    assert_link(2, LINK_MARKDOWN, "[the\nREF]", "x y.md", "z", "the REF");
    assert_link(3, LINK_EMBED, "![i][the ref]", "x y.md", "z", "i");
    for (size_t i = 0; i < 4; i++) {
        assert_true(sv_eq_c(at(&o.links[i].target_at), "x y.md"));
        assert_place(&o.links[i].target_at, 4, 15);
    }
}

static void the_first_definition_wins(void **state)
{
    (void)state;
    parse("[a]: one\n[a]: two\ntext [a]\n\n- [b]: three\n\n[b]\n");
    assert_int_equal(o.link_count, 2);
    assert_link(0, LINK_MARKDOWN, "[a]", "one", "", "a");
    assert_link(1, LINK_MARKDOWN, "[b]", "three", "", "b");
    assert_sv(o.first_line, "text [a]");
}

static void addresses_are_external(void **state)
{
    (void)state;
    parse("<https://a.b/c> <x@y.z> see https://d.e/f_g. (www.h.i) [l](mailto:j@k) [p](//q/r#s) nothttp://x www.\n");
    assert_int_equal(o.link_count, 6);
    assert_link(0, LINK_MARKDOWN, "<https://a.b/c>", "https://a.b/c", "", "");
    assert_link(1, LINK_MARKDOWN, "<x@y.z>", "x@y.z", "", "");
    assert_link(2, LINK_MARKDOWN, "https://d.e/f_g", "https://d.e/f_g", "", "");
    assert_link(3, LINK_MARKDOWN, "www.h.i", "www.h.i", "", "");
    assert_link(4, LINK_MARKDOWN, "[l](mailto:j@k)", "mailto:j@k", "", "l");
    assert_link(5, LINK_MARKDOWN, "[p](//q/r#s)", "//q/r#s", "", "p");
    for (size_t i = 0; i < o.link_count; i++)
        assert_true(o.links[i].external);
}

static void links_hold_no_links_but_images(void **state)
{
    (void)state;
    parse("[a [b](c) d](e) [![f](g)](h) [https://i.j](https://i.j) ![k [l](m)](n)\n");
    assert_int_equal(o.link_count, 6);
    assert_link(0, LINK_MARKDOWN, "[b](c)", "c", "", "b");
    assert_link(1, LINK_MARKDOWN, "[![f](g)](h)", "h", "", "![f](g)");
    assert_link(2, LINK_EMBED, "![f](g)", "g", "", "f");
    assert_link(3, LINK_MARKDOWN, "[https://i.j](https://i.j)", "https://i.j", "", "https://i.j");
    assert_link(4, LINK_EMBED, "![k [l](m)](n)", "n", "", "k [l](m)");
    assert_link(5, LINK_MARKDOWN, "[l](m)", "m", "", "l");
}

static void what_is_no_link(void **state)
{
    static const char *const texts[] = {
        "`[[a]]`",
        "``[a](b)` [[c]]``",
        "    [[indented]]",
        "```\n[[a]]\n[b](c)\n```",
        "<div>\n[[a]]\n</div>",
        "<!-- [[a]] -->",
        "x <!-- [[a]] --> y",
        "<a title=\"[[b]]\">",
        "\\[[a]\\]",
        "[a]\\(b)",
        "\\[a](b)",
        "[a](b c)",
        "[a](<b\nc>)",
        "[a] (b)",
        "[^1]",
        "[ ] x",
        "![a] (b)",
        "%%[[a]]%%",
        "~~~\n[a](b)",
        "$a$",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        parse(texts[i]);
        if (o.link_count > 0)
            print_error("%s\n", texts[i]);
        assert_int_equal(o.link_count, 0);
    }
}

static void tables_have_links_too(void **state)
{
    (void)state;
    parse("text [[z]]\n| h [[a\\|b]] | [c](d) |\n|---|:-:|\n| `x \\| [[no]]` | [[e]] #t |\n| | [f](g\\|h) |\n");
    assert_int_equal(o.link_count, 5);
    assert_link(0, LINK_WIKI, "[[z]]", "z", "", "");
    assert_link(1, LINK_WIKI, "[[a\\|b]]", "a", "", "b");
    assert_link(2, LINK_MARKDOWN, "[c](d)", "d", "", "c");
    assert_link(3, LINK_WIKI, "[[e]]", "e", "", "");
    assert_link(4, LINK_MARKDOWN, "[f](g\\|h)", "g|h", "", "f");
    assert_int_equal(o.tag_count, 1);
    assert_place(&o.tags[0].at, 4, 25);
}

static void containers_are_seen_through(void **state)
{
    (void)state;
    parse("> - [a\n>   b](c) `x\n>   [[no]]` [[d]]\nlazy [[e]]\n\n1. x\n\n   > [[f]]\n");
    assert_int_equal(o.link_count, 4);
    assert_link(0, LINK_MARKDOWN, "[a\n>   b](c)", "c", "", "a b");
    assert_link(1, LINK_WIKI, "[[d]]", "d", "", "");
    assert_link(2, LINK_WIKI, "[[e]]", "e", "", "");
    assert_place(&o.links[3].at, 8, 6);
}

/* --- headings --- */

static void assert_heading(size_t i, unsigned level, const char *text, const char *anchor)
{
    assert_true(i < o.heading_count);
    if (!sv_eq_c(o.headings[i].text, text) || !sv_eq_c(o.headings[i].anchor, anchor))
        print_error("'%.*s' #%.*s\n", SV_ARG(o.headings[i].text), SV_ARG(o.headings[i].anchor));
    assert_int_equal(o.headings[i].level, level);
    assert_true(sv_eq_c(o.headings[i].text, text));
    assert_true(sv_eq_c(o.headings[i].anchor, anchor));
}

static void headings_are_plain_text(void **state)
{
    (void)state;
    parse("## A [[b|c]] *d* ##\n# `code` & <b>x</b> \\*y\\*\nsnake_case & ==mark== %%no%%\n***\n[l](m) ![n](o) "
          "^id\n===\n#\n"
          "> ### In a quote\n# [1.0] - x\n\n[1.0]: y\n");
    assert_int_equal(o.heading_count, 6);
    assert_heading(0, 2, "A c d", "a-c-d");
    assert_heading(1, 1, "code & x *y*", "code--x-y");
    assert_heading(2, 1, "l n", "l-n");
    assert_heading(3, 1, "", "");
    assert_heading(4, 3, "In a quote", "in-a-quote");
    assert_heading(5, 1, "1.0 - x", "10---x");
    assert_place(&o.headings[0].at, 1, 4);
    assert_sv(at(&o.headings[0].at), "A [[b|c]] *d*");
}

static void anchors_are_unique(void **state)
{
    (void)state;
    parse("# A\n# a\n# a-1\n# A\n# Zażółć GĘŚLĄ!\n# a-1\n");
    assert_heading(0, 1, "A", "a");
    assert_heading(1, 1, "a", "a-1");
    assert_heading(2, 1, "a-1", "a-1-1");
    assert_heading(3, 1, "A", "a-2");
    assert_heading(4, 1, "Zażółć GĘŚLĄ!", "zażółć-gęślą");
    assert_heading(5, 1, "a-1", "a-1-2");
}

static void underlined_headings_may_have_lines(void **state)
{
    (void)state;
    parse("> one *two*\n> three #tag\n> ---\n> text\n\nfour\n==\n");
    assert_int_equal(o.heading_count, 2);
    assert_heading(0, 2, "one two three #tag", "one-two-three-tag");
}

/* --- tags, tasks, block ids, fields --- */

static void tags_have_places(void **state)
{
    (void)state;
    parse("#a ż #b/c\n- #d, (#e) *#f*\n# h #g\n`#no` https://x/#no [l](#no) \\#no #1 x#no\n");
    static const char *const names[] = {"a", "b/c", "d", "e", "f", "g"};
    assert_int_equal(o.tag_count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_true(sv_eq_c(o.tags[i].name, names[i]));
    assert_place(&o.tags[1].at, 1, 6);
    assert_sv(at(&o.tags[1].at), "#b/c");
}

static void tasks_have_marks_and_dates(void **state)
{
    (void)state;
    parse("- [ ] open 📅 2026-01-31 now\n- [x] done [due:: 2026-02-01]\n1. [X] *also* (due:: 2026-03-01) x\n- [-] gone\n"
          "> * [ ]\tquoted\n- [ ]no\n- x [ ] no\n- [ ](no)\n\n[ ] no\n");
    assert_int_equal(o.task_count, 5);
    assert_sv(o.tasks[0].text, "open now");
    assert_sv(at(&o.tasks[0].at), "open 📅 2026-01-31 now");
    assert_int_equal(o.tasks[0].due.month, 1);
    assert_int_equal(o.tasks[0].mark, 3);
    assert_false(o.tasks[0].done);
    assert_sv(o.tasks[1].text, "done");
    assert_true(o.tasks[1].done);
    assert_int_equal(o.tasks[1].due.day, 1);
    assert_sv(o.tasks[2].text, "*also* x");
    assert_int_equal(o.tasks[2].due.month, 3);
    assert_false(o.tasks[3].done);
    assert_false(date_is_set(o.tasks[3].due));
    assert_sv(o.tasks[4].text, "quoted");
    assert_place(&o.tasks[4].at, 5, 9);
}

static void block_ids_are_found(void **state)
{
    (void)state;
    parse("para ^one\n\n- item ^two\n\n^three\n\n`^no`\nx ^no y\n| a ^no |\n|---|\n");
    assert_int_equal(o.block_id_count, 3);
    assert_sv(o.block_ids[0].id, "one");
    assert_sv(o.block_ids[1].id, "two");
    assert_sv(o.block_ids[2].id, "three");
    assert_place(&o.block_ids[0].at, 1, 6);
}

static void fields_are_found(void **state)
{
    (void)state;
    parse("rating:: 5\n- mood:: good [[x]]\ntext (a:: b) [c:: d]\n# no:: heading\nstd::string x\n`e:: f`\n");
    assert_int_equal(o.field_count, 4);
    assert_sv(o.fields[0].key, "rating");
    assert_sv(o.fields[0].value, "5");
    assert_sv(o.fields[1].value, "good [[x]]");
    assert_sv(o.fields[2].key, "a");
    assert_sv(at(&o.fields[3].at), "[c:: d]");
    assert_int_equal(o.link_count, 1);
}

static void comments_hide_what_they_hold(void **state)
{
    (void)state;
    parse("a %%[[no]] #no%% [[yes]]\n\n%%\n# no\n\n- [ ] no #no\n%% [[also]]\n\n100%% sure [[b]]\n");
    assert_int_equal(o.link_count, 3);
    assert_link(0, LINK_WIKI, "[[yes]]", "yes", "", "");
    assert_link(1, LINK_WIKI, "[[also]]", "also", "", "");
    assert_int_equal(o.heading_count, 0);
    assert_int_equal(o.task_count, 0);
    assert_int_equal(o.tag_count, 0);
    assert_int_equal(o.comment_count, 2);
}

static void an_open_comment_hides_nothing(void **state)
{
    (void)state;
    parse("%%\n[[a]]\n\n[[b]]\n");
    assert_int_equal(o.link_count, 2);
}

/* --- words and lines --- */

static void words_are_counted(void **state)
{
    (void)state;
    parse("# Two words\nIt's a well-known żółć — don’t 42 `not code` https://not.url\n```\nnot this\n```\n"
          "[[target|two words]] [label](not.md) **bold** - -- '\n%%not this%%\n<b>tag</b>\n");
    assert_int_equal(o.words, 2 + 6 + 2 + 1 + 1 + 1);
}

static void the_first_line_is_of_a_paragraph(void **state)
{
    (void)state;
    parse("# h\n```\ncode\n```\n\n> quoted *line*  \n> two\n");
    assert_sv(o.first_line, "quoted *line*");
    parse("# h\n");
    assert_sv(o.first_line, "");
}

static void places_count_front_matter(void **state)
{
    (void)state;
    static const char note[] = "\xef\xbb\xbf---\r\ntitle: x\r\n---\r\nż [[a]]\r\n\r\n#t\r\n";
    struct front front;
    struct err err = {0};
    source = sv_of(note);
    arena_reset(&arena);
    assert_done(front_parse(source, &arena, &front, &err), &err);
    assert_done(outline_parse(source, front.body, front.body_line, &arena, &o, &err), &err);
    assert_link(0, LINK_WIKI, "[[a]]", "a", "", "");
    assert_place(&o.links[0].at, 4, 3);
    assert_place(&o.tags[0].at, 6, 1);
    assert_sv(o.first_line, "ż [[a]]");
}

/* --- hard cases --- */

static void what_cmark_refuses_is_read_by_lines(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_put_c(&text, "# Title\n[[a]] #t\n- [ ] task\n```\n[[no]]\n```\n");
    for (int i = 0; i < 200; i++)
        buf_put_c(&text, "> ");
    buf_put_c(&text, "deep\n");
    struct err err = {0};
    source = buf_view(&text);
    arena_reset(&arena);
    assert_done(outline_parse(source, 0, 1, &arena, &o, &err), &err);
    assert_true(o.plain);
    assert_non_null(strstr(err.text, "deep"));
    assert_heading(0, 1, "Title", "title");
    assert_int_equal(o.link_count, 1);
    assert_int_equal(o.tag_count, 1);
    assert_int_equal(o.task_count, 1);
    buf_release(&text);
}

static void what_it_records_is_bounded(void **state)
{
    (void)state;
    struct buf text = {0};
    for (int i = 0; i < 150000; i++)
        buf_put_c(&text, "[[a]] ");
    buf_char(&text, '\0');
    parse(text.ptr);
    assert_int_equal(o.link_count, OUTLINE_MAX);
    assert_true(o.full);
    buf_release(&text);
    parse("[[a]]");
    assert_false(o.full);
}

static void nul_and_invalid_bytes_are_survived(void **state)
{
    struct err err = {0};
    (void)state;
    source = SV("[[a\0b]] \xff [[c]]\n#d\xff\n");
    arena_reset(&arena);
    assert_done(outline_parse(source, 0, 1, &arena, &o, &err), &err);
    assert_true(o.plain);
    assert_int_equal(o.link_count, 2);
    parse("\xff [[c]]\n#d\xff\n");
    assert_false(o.plain);
    assert_int_equal(o.link_count, 1);
    assert_place(&o.links[0].at, 1, 3);
    assert_sv(o.tags[0].name, "d");
    parse("");
    assert_int_equal(o.words, 0);
}

static void no_memory_is_an_error(void **state)
{
    static const char text[] =
        "# h *e*\n[a](b%20c) [d] [[e]] #f\n- [ ] g 📅 2026-01-01 h\n> [i\n> j](k)\nl:: m ^n\n\n[d]: o\n";
    (void)state;
    bool failed = true;
    for (uint64_t n = 1; failed; n++) {
        struct arena own = {0};
        struct outline outline;
        struct err err = {0};
        memory_fail_at(n);
        status s = outline_parse(sv_of(text), 0, 1, &own, &outline, &err);
        failed = memory_has_failed();
        memory_fail_at(0);
        assert_int_equal(s, failed ? NO_MEMORY : DONE);
        arena_release(&own);
        assert_true(n < 1000);
    }
}

static status parse_some(void *payload, unsigned worker, size_t begin, size_t end, struct err *err)
{
    static const char text[] = "# A *b*\n~~c~~ [[d]] [e](f) https://g.h\n\n| i | j |\n|---|---|\n| [[k]] | l |\n";
    (void)payload;
    (void)worker;
    for (size_t i = begin; i < end; i++) {
        struct arena own = {0};
        struct outline outline;
        status s = outline_parse(sv_of(text), 0, 1, &own, &outline, err);
        if (s == DONE && (outline.link_count != 4 || !sv_eq_c(outline.headings[0].text, "A b")))
            s = err_set(err, FAILED, "item %zu has %zu links", i, outline.link_count);
        arena_release(&own);
        if (s != DONE)
            return s;
    }
    return DONE;
}

static void threads_do_not_disturb_each_other(void **state)
{
    struct err err = {0};
    (void)state;
    assert_done(thread_each(2000, 10, 4, parse_some, NULL, &err), &err);
}

static int release(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wikilinks_and_embeds),
        cmocka_unit_test(inline_links_in_all_forms),
        cmocka_unit_test(reference_links_point_at_their_definition),
        cmocka_unit_test(the_first_definition_wins),
        cmocka_unit_test(addresses_are_external),
        cmocka_unit_test(links_hold_no_links_but_images),
        cmocka_unit_test(what_is_no_link),
        cmocka_unit_test(tables_have_links_too),
        cmocka_unit_test(containers_are_seen_through),
        cmocka_unit_test(headings_are_plain_text),
        cmocka_unit_test(anchors_are_unique),
        cmocka_unit_test(underlined_headings_may_have_lines),
        cmocka_unit_test(tags_have_places),
        cmocka_unit_test(tasks_have_marks_and_dates),
        cmocka_unit_test(block_ids_are_found),
        cmocka_unit_test(fields_are_found),
        cmocka_unit_test(comments_hide_what_they_hold),
        cmocka_unit_test(an_open_comment_hides_nothing),
        cmocka_unit_test(words_are_counted),
        cmocka_unit_test(the_first_line_is_of_a_paragraph),
        cmocka_unit_test(places_count_front_matter),
        cmocka_unit_test(what_cmark_refuses_is_read_by_lines),
        cmocka_unit_test(what_it_records_is_bounded),
        cmocka_unit_test(nul_and_invalid_bytes_are_survived),
        cmocka_unit_test(no_memory_is_an_error),
        cmocka_unit_test(threads_do_not_disturb_each_other),
    };
    return cmocka_run_group_tests_name("text/outline", tests, NULL, release);
}
