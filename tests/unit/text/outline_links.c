/* Links by a scanner of our own, held to what cmark makes of the same text. */
#include "test.h"

#include "base/buf.h"
#include "text/markdown.h"
#include "text/outline.h"

/* What cmark says of inline links is what the scanner finds, on the hard cases of CommonMark's specification. */
static const char *const hard_links[] = {
    "[link](/uri \"title\")",
    "[link]()",
    "[link](<>)",
    "[link](/my uri)",
    "[link](</my uri>)",
    "[link](foo\nbar)",
    "[a](<b)c>)",
    "[link](<foo\\>)",
    "[a](<b)c\n[a](<b)c>\n[a](<b>c)",
    "[link](\\(foo\\))",
    "[link](foo(and(bar)))",
    "[link](foo\\(and\\(bar\\))",
    "[link](<foo(and(bar)>)",
    "[link](foo\\)\\:)",
    "[link](foo\\bar)",
    "[link](foo(and(bar))",
    "[link](\"title\")",
    "[link](/url \"title \\\"&quot;\")",
    "[link](/url \"title \"and\" title\")",
    "[link](/url 'title \"and\" title')",
    "[link](   /uri\n  \"title\"  )",
    "[link] (/uri)",
    "[link [foo [bar]]](/uri)",
    "[link] bar](/uri)",
    "[link [bar](/uri)",
    "[link \\[bar](/uri)",
    "[link *foo **bar** `#`*](/uri)",
    "[![moon](moon.jpg)](/uri)",
    "[foo [bar](/uri)](/uri)",
    "[foo *[bar [baz](/uri)](/uri)*](/uri)",
    "![[[foo](uri1)](uri2)](uri3)",
    "*[foo*](/uri)",
    "[foo *bar](baz*)",
    "*foo [bar* baz]",
    "[foo <bar attr=\"](baz)\">",
    "[foo`](/uri)`",
    "[foo](bar \"a\nb\")",
    "[foo](bar \"a\n\nb\")",
    "[a](b) ](c)",
    "[[a](b)](c)",
    "[a][b](c)",
    "[a]](b)",
    "[a](b\\\\)",
    "[a](b`c`)",
    "`[a](b`)",
    "[a](<b`c>)`",
    "[a](b 'c\\'d')",
    "[a](b (c))",
    "[a](b (c(d)))",
    "[a](b (c\\)d))",
    "\\[a](b)",
    "\\\\[a](b)",
    "!\\[a](b)",
    "!![a](b)",
    "[a](b)[c](d)",
    "[a\n](b)",
    "[\na](b)",
    "<a [b](c)>",
    "<!-- [a](b) -->",
    "<? [a](b) ?>x",
    "x <? [a](b) ?>",
    "x <!A [a](b)>",
    "x <![CDATA[ [a](b) ]]>",
    "x </a [b](c)>",
    "x <a b='[c](d)'>",
    "[foo]: /url \"title\"\n\n[foo]",
    "   [foo]: \n      /url  \n           'the title'  \n\n[foo]",
    "[Foo*bar\\]]:my_(url) 'title'\n\n[Foo*bar\\]]",
    "[Foo bar]:\n<my url>\n'title'\n\n[Foo bar]",
    "[foo]: /url '\ntitle\nline1\n'\n\n[foo]",
    "[foo]: /url 'title\n\nwith blank line'\n\n[foo]",
    "[foo]:\n/url\n\n[foo]",
    "[foo]:\n\n[foo]",
    "[foo]: <>\n\n[foo]",
    "[foo]: <bar>(baz)\n\n[foo]",
    "[foo]\n\n[foo]: url",
    "[foo]\n\n[foo]: first\n[foo]: second",
    "[FOO]: /url\n\n[Foo]",
    "[ΑΓΩ]: /φου\n\n[αγω]",
    "[foo]: /url \"title\" ok\n\n[foo]",
    "[foo]: /url\n\"title\" ok\n\n[foo]",
    "    [foo]: /url\n\n[foo]",
    "```\n[foo]: /url\n```\n\n[foo]",
    "Foo\n[bar]: /baz\n\n[bar]",
    "# [Foo]\n[foo]: /url\n> bar",
    "[foo]: /url\nbar\n===\n[foo]",
    "[foo]: /url\n===\n[foo]",
    "[foo]: /foo \"foo\"\n[bar]: /bar\n\n[foo], [bar]",
    "[foo]\n\n> [foo]: /url",
    "[foo][bar]\n\n[bar]: /url",
    "[link \\[bar][ref]\n\n[ref]: /uri",
    "[foo [bar](/uri)][ref]\n\n[ref]: /uri",
    "[foo *bar [baz][ref]*][ref]\n\n[ref]: /uri",
    "[foo *bar][ref]\n\n[ref]: /uri",
    "[foo <bar attr=\"][ref]\">\n\n[ref]: /uri",
    "[foo`][ref]`\n\n[ref]: /uri",
    "[foo][BaR]\n\n[bar]: /url",
    "[Foo\n  bar]: /url\n\n[Baz][Foo bar]",
    "[foo] [bar]\n\n[bar]: /url",
    "[foo]\n[bar]\n\n[bar]: /url",
    "[bar][foo\\!]\n\n[foo!]: /url",
    "[foo][ref[]\n\n[ref[]: /uri",
    "[foo][ref[bar]]\n\n[ref[bar]]: /uri",

    "[foo][ref\\[]\n\n[ref\\[]: /uri",
    "[bar\\\\]: /uri\n\n[bar\\\\]",
    "[]\n\n[]: /uri",
    "[\n ]\n\n[\n ]: /uri",
    "[foo][]\n\n[foo]: /url",
    "[*foo* bar][]\n\n[*foo* bar]: /url",
    "[foo] \n[]\n\n[foo]: /url",
    "[foo] bar\n\n[foo]: /url",
    "\\[foo]\n\n[foo]: /url",
    "*[foo*]\n\n[foo*]: /url",
    "[foo][bar]\n\n[foo]: /url1\n[bar]: /url2",
    "[foo][]\n\n[foo]: /url1",
    "[foo]()\n\n[foo]: /url1",
    "[foo](not a link)\n\n[foo]: /url1",
    "[foo][bar][baz]\n\n[baz]: /url",
    "[foo][bar][baz]\n\n[baz]: /url1\n[bar]: /url2",
    "[foo][bar][baz]\n\n[baz]: /url1\n[foo]: /url2",
    "![foo *bar*]\n\n[foo *bar*]: train.jpg",
    "![foo] \n[]\n\n[foo]: /url",
    "!\\[foo]\n\n[foo]: /url",
    "\\![foo]\n\n[foo]: /url",
    "- [foo]: /url\n- [foo]",
    "> [foo]: /url\n> 'title'\n\n[foo]",
};

static status list_url(void *payload, const struct md_event *e, struct err *err)
{
    (void)err;
    if ((e->kind == MD_LINK || e->kind == MD_IMAGE) && e->enter)
        buf_printf(payload, "%s%.*s\n", e->kind == MD_IMAGE ? "!" : "", SV_ARG(e->url));
    return DONE;
}

static void links_agree_with_cmark(void **state)
{
    (void)state;
    struct buf theirs = {0}, ours = {0};
    struct arena arena = {0};
    int bad = 0;
    for (size_t i = 0; i < sizeof hard_links / sizeof *hard_links; i++) {
        struct err err = {0};
        struct outline o;
        arena_reset(&arena);
        buf_clear(&theirs);
        buf_clear(&ours);
        assert_done(md_walk(sv_of(hard_links[i]), list_url, &theirs, &err), &err);
        assert_done(outline_parse(sv_of(hard_links[i]), 0, 1, &arena, &o, &err), &err);
        for (size_t j = 0; j < o.link_count; j++)
            buf_printf(&ours, "%s%.*s%s%.*s\n", o.links[j].kind == LINK_EMBED ? "!" : "", SV_ARG(o.links[j].target),
                       o.links[j].anchor.len > 0 ? "#" : "", SV_ARG(o.links[j].anchor));
        if (!sv_eq(buf_view(&theirs), buf_view(&ours)))
            print_error("%s\ncmark: %.*s\nours: %.*s\n", hard_links[i], SV_ARG(buf_view(&theirs)),
                        SV_ARG(buf_view(&ours)));
        bad += !sv_eq(buf_view(&theirs), buf_view(&ours));
    }
    assert_int_equal(bad, 0);
    buf_release(&theirs);
    buf_release(&ours);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_agree_with_cmark),
    };
    return cmocka_run_group_tests_name("text/outline_links", tests, NULL, NULL);
}
