#include "test.h"

#include "base/arena.h"
#include "text/render.h"

#include <string.h>

/* Notes "a" and "dir/b" exist, "pic.png" too. */
static void link_to(void *payload, struct sv target, struct sv anchor, bool embed, struct sv *url, struct sv *label)
{
    (void)payload;
    (void)embed;
    if (sv_eq_c(target, "a"))
        *url = anchor.len > 0 ? SV("a.html#h") : SV("a.html");
    else if (sv_eq_c(target, "dir/b"))
        *url = SV("dir/b.html");
    else if (sv_eq_c(target, "pic.png"))
        *url = SV("pic.png");
    else if (sv_eq_c(target, "renamed"))
        *label = SV("other <name>");
    else if (sv_eq_c(target, "evil"))
        *url = SV("javascript:alert(1)");
}

static const struct render_options with_links = {.link_fn = link_to, .width = 40};
static struct buf out;

static const char *html(const char *body)
{
    struct err err = {0};
    buf_clear(&out);
    assert_done(render_html(sv_of(body), &with_links, &out, &err), &err);
    buf_char(&out, '\0');
    return out.ptr;
}

static const char *terminal(const char *body, bool color)
{
    struct err err = {0};
    struct render_options options = with_links;
    options.color = color;
    buf_clear(&out);
    assert_done(render_terminal(sv_of(body), &options, &out, &err), &err);
    buf_char(&out, '\0');
    return out.ptr;
}

static void assert_html(const char *body, const char *expected)
{
    assert_string_equal(html(body), expected);
}

static void assert_terminal(const char *body, const char *expected)
{
    assert_string_equal(terminal(body, false), expected);
}

/* --- HTML --- */

static void markdown_becomes_html(void **state)
{
    (void)state;
    assert_html("# A *b*\n\ntext **c** ~~d~~ `e<f`  \ng",
                "<h1 id=\"a-b\">A <em>b</em></h1>\n<p>text <strong>c</strong> "
                "<del>d</del> <code>e&lt;f</code><br>\ng</p>\n");
    assert_html("3. a\n4. b\n", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n");
    assert_html("- [ ] a\n- [x] b\n", "<ul>\n<li class=\"task\"><input type=\"checkbox\" disabled> a</li>\n"
                                      "<li class=\"task\"><input type=\"checkbox\" disabled checked> b</li>\n</ul>\n");
    assert_html("```c d\nx\n```\n", "<pre><code class=\"language-c\">x\n</code></pre>\n");
    assert_html("|a|\n|:-:|\n|b|\n", "<table>\n<thead>\n<tr><th class=\"align-center\">a</th></tr>\n</thead>\n<tbody>\n"
                                     "<tr><td class=\"align-center\">b</td></tr>\n</tbody>\n</table>\n");
    assert_html("> a\n\n***\n", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>\n");
}

static void marks_of_notes_become_html(void **state)
{
    (void)state;
    assert_html("[[a]] [[a#x|l]] [[no]] [[renamed]]\n",
                "<p><a href=\"a.html\">a</a> <a href=\"a.html#h\">l</a> no other &lt;name&gt;</p>\n");
    assert_html("![[a]] ![[pic.png|alt]]\n",
                "<p><a class=\"embed\" href=\"a.html\">a</a> <img src=\"pic.png\" alt=\"alt\"></p>\n");
    assert_html("==m *n*== #tag/x %%gone%% ^id\n", "<p><mark>m <em>n</em></mark> <span class=\"tag\">#tag/x</span>  "
                                                   "<span id=\"^id\"></span></p>\n");
    assert_html("`==a== [[a]] #b`\n", "<p><code>==a== [[a]] #b</code></p>\n");
    assert_html("# T [[a]] #t\n", "<h1 id=\"t-a-t\">T <a href=\"a.html\">a</a> <span class=\"tag\">#t</span></h1>\n");
}

static void relative_links_are_looked_up(void **state)
{
    (void)state;
    assert_html("[x](dir/b) [y](nowhere.md) [z](https://q/?a&b \"t\")\n",
                "<p><a href=\"dir/b.html\">x</a> y <a rel=\"noopener noreferrer\" href=\"https://q/?a&amp;b\" "
                "title=\"t\">z</a></p>\n");
    struct render_options none = {0};
    struct err err = {0};
    buf_clear(&out);
    assert_done(render_html(SV("[x](dir/b#c) [[a|l]]"), &none, &out, &err), &err);
    assert_sv(buf_view(&out), "<p><a href=\"dir/b#c\">x</a> l</p>\n");
}

static void callouts_have_titles(void **state)
{
    (void)state;
    assert_html(
        "> [!NOTE] Title *x*\n> body\n>\n> more\n",
        "<div class=\"callout callout-note\">\n<div class=\"callout-title\">Title <em>x</em></div>\n<p>body</p>\n"
        "<p>more</p>\n</div>\n");
    assert_html("> [!tip]-\n> body\n", "<div class=\"callout callout-tip\">\n<div class=\"callout-title\">Tip</div>\n"
                                       "<p>body</p>\n</div>\n");
    assert_html("> [!x]\n", "<div class=\"callout callout-x\">\n<div class=\"callout-title\">X</div>\n</div>\n");
    assert_html("> [!] x\n", "<blockquote>\n<p>[!] x</p>\n</blockquote>\n");
    assert_html("> > [!note] in\n",
                "<blockquote>\n<div class=\"callout callout-note\">\n<div class=\"callout-title\">in"
                "</div>\n</div>\n</blockquote>\n");
}

static void footnotes_stand_at_the_end(void **state)
{
    (void)state;
    assert_html("a[^x] b[^x]\n\n[^x]: c\n",
                "<p>a<sup><a href=\"#fn-1\" id=\"fnref-1\">1</a></sup> b<sup><a href=\"#fn-1\">1</a></sup></p>\n"
                "<div class=\"footnote\" id=\"fn-1\"><a href=\"#fnref-1\">1</a> <p>c</p>\n</div>\n");
}

static void nothing_of_the_note_runs(void **state)
{
    static const char *const bodies[] = {
        "<script>alert(1)</script>",
        "x <img src=x onerror=alert(1)> y",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](java&#10;script:alert(1))",
        "[a](&#1;javascript:alert(1))",
        "[a](vbscript:x)",
        "[a](file:///etc/passwd)",
        "[a](data:text/html,x)",
        "![a](data:image/svg+xml,x)",
        "<javascript:alert(1)>",
        "[[evil]]",
        "![[evil]]",
        "[a](<javascript:x>)",
        "[a]: javascript:x\n\n[a]",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        const char *text = html(bodies[i]);
        bool bad = strstr(text, "<script") != NULL || strstr(text, "href=") != NULL || strstr(text, "<img") != NULL;
        if (bad)
            print_error("%s -> %s\n", bodies[i], text);
        assert_false(bad);
    }
}

static void attributes_are_closed_by_us_alone(void **state)
{
    (void)state;
    assert_html("[a](https://b\"c \"d'e&quot;\")\n", "<p><a rel=\"noopener noreferrer\" href=\"https://b%22c\" "
                                                     "title=\"d&#39;e&quot;\">a</a></p>\n");
    assert_html("[a](<b\" c> 't\"')\n", "<p>a</p>\n");
    assert_html("![a\"b](data:image/png;base64,AA==)\n",
                "<p><img src=\"data:image/png;base64,AA==\" alt=\"a&quot;b\"></p>\n");
    assert_html("```\"><x\ny\n```\n", "<pre><code class=\"language-&quot;&gt;&lt;x\">y\n</code></pre>\n");
}

static void private_characters_are_no_tokens(void **state)
{
    (void)state;
    const char *text = html("\xee\x80\x80"
                            "0\xee\x80\x81 [[a]]");
    assert_string_equal(text, "<p>\xef\xbf\xbd"
                              "0\xef\xbf\xbd <a href=\"a.html\">a</a></p>\n");
}

static void what_is_too_hard_is_shown_as_it_is(void **state)
{
    struct buf deep = {0};
    (void)state;
    for (int i = 0; i < 200; i++)
        buf_put_c(&deep, "> ");
    buf_put_c(&deep, "<x>");
    buf_char(&deep, '\0');
    const char *text = html(deep.ptr);
    assert_memory_equal(text, "<pre>&gt; ", 10);
    assert_non_null(strstr(text, "&lt;x&gt;</pre>\n"));
    assert_memory_equal(terminal(deep.ptr, true), "> > ", 4);
    buf_release(&deep);
}

/* --- a terminal --- */

static void paragraphs_are_wrapped(void **state)
{
    (void)state;
    assert_terminal("one two three four five six seven eight nine\n",
                    "one two three four five six seven eight\nnine\n");
    assert_terminal("a  \nb\nc\n", "a\nb c\n");
    assert_terminal("> one two three four five six seven eight nine\n",
                    "│ one two three four five six seven\n│ eight nine\n");
}

static void blocks_are_set_apart(void **state)
{
    (void)state;
    assert_terminal("# H\n\na\n\n- b\n- c\n  - d\n\n2. e\n\n   f\n3. g\n",
                    "# H\n\na\n\n• b\n• c\n  • d\n\n2. e\n\n   f\n\n3. g\n");
    assert_terminal("- [ ] a\n- [x] b\n-\n", "• [ ] a\n• [x] b\n•\n");
    assert_terminal("```\nx  y\n\nz\n```\n", "    x  y\n\n    z\n");
    assert_terminal("> [!note] T\n> b\n", "┃ T\n┃ b\n");
    assert_terminal("a[^1]\n\n[^1]: b\n", "a[1]\n\n[1] b\n");
}

static void tables_stand_in_columns(void **state)
{
    (void)state;
    assert_terminal("|a|bb|\n|-|-:|\n|żó|c|\n|中|d|\n", "a  │ bb\n───┼───\nżó │  c\n中 │  d\n");
    const char *wide = terminal("|a|b|\n|-|-|\n|one two three four five six|seven eight nine ten eleven|\n", false);
    assert_string_equal(wide, "a                  │ b\n───────────────────┼───────────────────\n"
                              "one two three four │ seven eight nine\nfive six           │ ten eleven\n");
}

static void links_show_where_they_lead(void **state)
{
    (void)state;
    assert_terminal("[x](https://y.z) <https://y.z> [[a|l]] ![[pic.png]]\n",
                    "x <https://y.z> https://y.z l [image:\npic.png]\n");
    const char *text = terminal("[x](https://y.z)\n", true);
    assert_string_equal(text, "\x1b[4m\x1b]8;;https://y.z\x1b\\x\x1b[0m\x1b]8;;\x1b\\\n");
}

static void nothing_of_the_note_steers_the_terminal(void **state)
{
    (void)state;
    const char *text = terminal("a \x1b[31mb\x07 \xc2\x9b"
                                "31m \xe2\x80\xae \x7f \xff [x](https://y/\x1b]0;t\x07)\n"
                                "```\n\x1b]0;t\x07\n```\n",
                                false);
    for (const char *c = text; *c != '\0'; c++)
        assert_true((unsigned char)*c >= ' ' || *c == '\n');
    assert_null(strstr(text, "\xc2\x9b"));
    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_non_null(strstr(text, "\xef\xbf\xbd"));
    buf_clear(&out);
    render_safe_text(SV("a\tb\r\nc\rd\x1b"), &out);
    assert_sv(buf_view(&out), "a\tb\nc\xef\xbf\xbd"
                              "d\xef\xbf\xbd");
}

static void colours_are_asked_for(void **state)
{
    (void)state;
    assert_null(strchr(terminal("# a\n**b** `c` #d [e](https://f)\n\n> g\n\n    h\n", false), '\x1b'));
    const char *text = terminal("**b** x\n", true);
    assert_string_equal(text, "\x1b[1mb\x1b[0m x\n");
}

static void long_links_do_not_grow(void **state)
{
    struct buf body = {0};
    (void)state;
    buf_put_c(&body, "https://x/");
    buf_fill(&body, 'y', 100000);
    buf_char(&body, '\0');
    assert_true(strlen(terminal(body.ptr, true)) < 200000);
    buf_release(&body);
}

static void no_memory_is_an_error(void **state)
{
    static const char body[] =
        "# h [[a]]\n> [!n] t ==m==\n> b\n\n|a|\n|-|\n|b|\n\n- [ ] x [y](dir/b) ![p *q*](r.png)\n";
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        bool failed = true;
        for (uint64_t n = 1; failed; n++) {
            struct buf own = {0};
            struct err err = {0};
            memory_fail_at(n);
            status s = kind == 0 ? render_html(sv_of(body), &with_links, &own, &err)
                                 : render_terminal(sv_of(body), &with_links, &own, &err);
            failed = memory_has_failed();
            memory_fail_at(0);
            if (s != (failed ? NO_MEMORY : DONE))
                print_error("allocation %d of render %d\n", (int)n, kind);
            assert_int_equal(s, failed ? NO_MEMORY : DONE);
            buf_release(&own);
            assert_true(n < 2000);
        }
    }
}

static int release(void **state)
{
    (void)state;
    buf_release(&out);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markdown_becomes_html),
        cmocka_unit_test(marks_of_notes_become_html),
        cmocka_unit_test(relative_links_are_looked_up),
        cmocka_unit_test(callouts_have_titles),
        cmocka_unit_test(footnotes_stand_at_the_end),
        cmocka_unit_test(nothing_of_the_note_runs),
        cmocka_unit_test(attributes_are_closed_by_us_alone),
        cmocka_unit_test(private_characters_are_no_tokens),
        cmocka_unit_test(what_is_too_hard_is_shown_as_it_is),
        cmocka_unit_test(paragraphs_are_wrapped),
        cmocka_unit_test(blocks_are_set_apart),
        cmocka_unit_test(tables_stand_in_columns),
        cmocka_unit_test(links_show_where_they_lead),
        cmocka_unit_test(nothing_of_the_note_steers_the_terminal),
        cmocka_unit_test(colours_are_asked_for),
        cmocka_unit_test(long_links_do_not_grow),
        cmocka_unit_test(no_memory_is_an_error),
    };
    return cmocka_run_group_tests_name("text/render", tests, NULL, release);
}
