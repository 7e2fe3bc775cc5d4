/* A body from anybody, rendered: HTML has known tags only, nested and closed, and harmless addresses; a terminal gets
 * no control character but those of our own sequences. */
#include "text/render.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void link_to(void *payload, struct sv target, struct sv anchor, bool embed, struct sv *url, struct sv *label)
{
    (void)payload;
    *url = target.len > 0 ? target : anchor;
    if (embed && target.len > 3)
        *label = SV("embedded");
}

enum { OPEN_MAX = 4096 };

static const char *const tags[] = {"a",      "blockquote", "code",  "del",   "div",  "em", "h1",    "h2",  "h3",
                                   "h4",     "h5",         "h6",    "li",    "mark", "ol", "p",     "pre", "span",
                                   "strong", "sup",        "table", "tbody", "td",   "th", "thead", "tr",  "ul"};
static const char *const void_tags[] = {"br", "hr", "img", "input"};
static const char *const schemes[] = {"http:", "https:", "mailto:", "tel:", "ftp:", "sms:",       "xmpp:",
                                      "irc:",  "ircs:",  "matrix:", "geo:", "sip:", "data:image/"};

static bool is_in(struct sv name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sv_eq_c(name, list[i]))
            return true;
    return false;
}

static void check_address(struct sv url)
{
    size_t end = 0;
    while (end < url.len && strchr(":/?#", url.ptr[end]) == NULL)
        end++;
    if (end == url.len || url.ptr[end] != ':')
        return;
    bool known = false;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        known = known || sv_eq_nocase(sv_sub(url, 0, strlen(schemes[i])), sv_of(schemes[i]));
    check(known);
}

static void check_attributes(struct sv tag)
{
    for (size_t at = 0; at < tag.len; at++) {
        struct sv rest = sv_from(tag, at);
        if (tag.ptr[at] != '"')
            continue;
        bool address = sv_ends(sv_sub(tag, 0, at), SV("href=")) || sv_ends(sv_sub(tag, 0, at), SV("src="));
        size_t close = sv_chr(sv_from(rest, 1), '"');
        check(close != SIZE_MAX);
        if (address)
            check_address(sv_sub(rest, 1, close));
        at += close + 1;
    }
}

static void check_html(struct sv html)
{
    static struct sv open[OPEN_MAX];
    size_t depth = 0;
    for (size_t at = 0; at < html.len; at++) {
        if (html.ptr[at] == '>')
            abort();
        if (html.ptr[at] != '<')
            continue;
        size_t end = sv_chr(sv_from(html, at), '>');
        check(end != SIZE_MAX);
        struct sv tag = sv_sub(html, at + 1, end - 1);
        bool closing = tag.len > 0 && tag.ptr[0] == '/';
        size_t name_end = closing;
        while (name_end < tag.len && tag.ptr[name_end] != ' ')
            name_end++;
        struct sv name = sv_sub(tag, closing, name_end - closing);
        check_attributes(tag);
        if (closing) {
            check(depth > 0 && sv_eq(open[--depth], name));
        } else if (!is_in(name, void_tags, sizeof void_tags / sizeof *void_tags)) {
            check(is_in(name, tags, sizeof tags / sizeof *tags) && depth < OPEN_MAX);
            open[depth++] = name;
        }
        at += end;
    }
    check(depth == 0);
}

/* Behind the sequence that begins with ESC at `at`. */
static size_t skip_sequence(struct sv s, size_t at)
{
    if (sv_starts(sv_from(s, at), SV("\x1b]8;;"))) {
        size_t end = sv_find(sv_from(s, at), SV("\x1b\\"));
        check(end != SIZE_MAX);
        for (size_t i = at + 5; i < at + end; i++)
            check(s.ptr[i] > ' ' && s.ptr[i] < 0x7f);
        return at + end + 2;
    }
    check(at + 3 < s.len && s.ptr[at + 1] == '[' && s.ptr[at + 2] >= '0' && s.ptr[at + 2] <= '9');
    at += 2;
    while (at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9')
        at++;
    check(at < s.len && s.ptr[at] == 'm');
    return at + 1;
}

static void check_terminal(struct sv s, bool color)
{
    for (size_t at = 0; at < s.len;) {
        if (s.ptr[at] == '\x1b') {
            check(color);
            at = skip_sequence(s, at);
            continue;
        }
        uint32_t rune = 0;
        size_t len = utf8_decode(s, at, &rune);
        check(len > 0 && (rune >= ' ' || rune == '\n' || rune == '\t') && (rune < 0x7f || rune > 0x9f));
        check(rune != 0x061c && rune != 0x200e && rune != 0x200f && (rune < 0x202a || rune > 0x202e) &&
              (rune < 0x2066 || rune > 0x2069));
        at += len;
    }
}

static void render(struct sv body, unsigned width, bool color, render_link_fn link_fn)
{
    struct render_options options = {.link_fn = link_fn, .width = width, .color = color};
    struct buf out = {0};
    struct err err = {0};
    check(render_html(body, &options, &out, &err) == DONE);
    check_html(buf_view(&out));
    check(utf8_is_valid(buf_view(&out)));
    buf_clear(&out);
    check(render_terminal(body, &options, &out, &err) == DONE);
    check_terminal(buf_view(&out), color);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv body = sv_make((const char *)data, size);
    render(body, 40, true, link_to);
    render(body, 0, false, NULL);
    return 0;
}
