#include "text/render_parts.h"

#include "base/utf8.h"

#include <string.h>

struct html {
    struct buf *out;
    bool head;          /* in a table's head */
    bool body;          /* <tbody> is open */
    unsigned footnotes; /* the highest number that a mark has shown: its first one gets the id */
};

void html_escape(struct sv s, struct buf *out)
{
    size_t plain = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char *entity = NULL;
        switch (s.ptr[i]) {
        case '&':
            entity = "&amp;";
            break;
        case '<':
            entity = "&lt;";
            break;
        case '>':
            entity = "&gt;";
            break;
        case '"':
            entity = "&quot;";
            break;
        case '\'':
            entity = "&#39;";
            break;
        default:
            continue;
        }
        utf8_put_valid(out, sv_sub(s, plain, i - plain));
        buf_put_c(out, entity);
        plain = i + 1;
    }
    utf8_put_valid(out, sv_from(s, plain));
}

static void put_attribute(struct buf *out, const char *name, struct sv value)
{
    if (value.len == 0)
        return;
    buf_printf(out, " %s=\"", name);
    html_escape(value, out);
    buf_char(out, '"');
}

static void put_url(struct buf *out, const char *name, struct sv url)
{
    struct buf encoded = {0};
    render_put_url(url, &encoded);
    put_attribute(out, name, buf_view(&encoded));
    out->failed = out->failed || encoded.failed;
    buf_release(&encoded);
}

static void put_tag(struct buf *out, const char *name, bool enter)
{
    buf_printf(out, enter ? "<%s>" : "</%s>", name);
}

static void put_block(struct buf *out, const char *name, bool enter)
{
    put_tag(out, name, enter);
    if (!enter)
        buf_char(out, '\n');
}

static void start_line(struct buf *out)
{
    if (out->len > 0 && out->ptr[out->len - 1] != '\n')
        buf_char(out, '\n');
}

static void put_heading(struct buf *out, const struct render_event *e)
{
    unsigned level = e->level >= 1 && e->level <= 6 ? e->level : 6;
    if (!e->enter) {
        buf_printf(out, "</h%u>\n", level);
        return;
    }
    buf_printf(out, "<h%u", level);
    put_attribute(out, "id", e->text);
    buf_char(out, '>');
}

static void put_list(struct buf *out, const struct render_event *e)
{
    start_line(out);
    if (e->enter && e->ordered && e->start != 1)
        buf_printf(out, "<ol start=\"%u\">\n", e->start);
    else if (e->enter)
        buf_put_c(out, e->ordered ? "<ol>\n" : "<ul>\n");
    else
        buf_put_c(out, e->ordered ? "</ol>\n" : "</ul>\n");
}

static void put_item(struct buf *out, const struct render_event *e)
{
    if (!e->enter)
        buf_put_c(out, "</li>\n");
    else if (e->task)
        buf_printf(out, "<li class=\"task\"><input type=\"checkbox\" disabled%s> ", e->checked ? " checked" : "");
    else
        buf_put_c(out, "<li>");
}

static void put_code_block(struct buf *out, const struct render_event *e)
{
    size_t end = 0;
    while (end < e->info.len && e->info.ptr[end] != ' ' && e->info.ptr[end] != '\t')
        end++;
    struct sv language = sv_sub(e->info, 0, end);
    buf_put_c(out, "<pre><code");
    if (language.len > 0) {
        buf_put_c(out, " class=\"language-");
        html_escape(language, out);
        buf_char(out, '"');
    }
    buf_char(out, '>');
    html_escape(e->text, out);
    buf_put_c(out, "</code></pre>\n");
}

static void put_cell(const struct html *h, const struct render_event *e)
{
    static const char *const aligns[] = {"", "left", "center", "right"};
    if (!e->enter) {
        buf_put_c(h->out, h->head ? "</th>" : "</td>");
        return;
    }
    buf_put_c(h->out, h->head ? "<th" : "<td");
    if (e->align != MD_ALIGN_NONE)
        buf_printf(h->out, " class=\"align-%s\"", aligns[e->align]);
    buf_char(h->out, '>');
}

static void put_table(struct html *h, const struct render_event *e)
{
    switch (e->kind) {
    case MD_TABLE:
        if (!e->enter && h->body)
            buf_put_c(h->out, "</tbody>\n");
        h->body = false;
        buf_put_c(h->out, e->enter ? "<table>\n" : "</table>\n");
        break;
    case MD_TABLE_HEAD:
        h->head = e->enter;
        buf_put_c(h->out, e->enter ? "<thead>\n<tr>" : "</tr>\n</thead>\n");
        break;
    default:
        if (e->enter && !h->body)
            buf_put_c(h->out, "<tbody>\n");
        h->body = true;
        buf_put_c(h->out, e->enter ? "<tr>" : "</tr>\n");
    }
}

static void put_link(struct buf *out, const struct render_event *e)
{
    if (!e->enter) {
        buf_put_c(out, "</a>");
        return;
    }
    buf_put_c(out, e->embed ? "<a class=\"embed\"" : e->external ? "<a rel=\"noopener noreferrer\"" : "<a");
    put_url(out, "href", e->url);
    put_attribute(out, "title", e->title);
    buf_char(out, '>');
}

static void put_image(struct buf *out, const struct render_event *e)
{
    buf_put_c(out, "<img");
    put_url(out, "src", e->url);
    buf_put_c(out, " alt=\"");
    html_escape(e->text, out);
    buf_char(out, '"');
    put_attribute(out, "title", e->title);
    buf_char(out, '>');
}

static void put_callout(struct buf *out, const struct render_event *e)
{
    if (e->enter)
        buf_printf(out, "<div class=\"callout callout-%.*s\">\n", SV_ARG(e->text)); /* letters only */
    else
        buf_put_c(out, "</div>\n");
}

static void put_footnote(struct buf *out, const struct render_event *e)
{
    if (e->enter)
        buf_printf(out, "<div class=\"footnote\" id=\"fn-%u\"><a href=\"#fnref-%u\">%u</a> ", e->level, e->level,
                   e->level);
    else
        buf_put_c(out, "</div>\n");
}

static void put_text_element(struct buf *out, const char *open, struct sv text, const char *close)
{
    buf_put_c(out, open);
    html_escape(text, out);
    buf_put_c(out, close);
}

static void put_inline(struct buf *out, const struct render_event *e)
{
    switch (e->kind) {
    case MD_TEXT:
    case MD_HTML:
        html_escape(e->text, out);
        break;
    case MD_SOFT_BREAK:
        buf_char(out, '\n');
        break;
    case MD_HARD_BREAK:
        buf_put_c(out, "<br>\n");
        break;
    case MD_CODE:
        put_text_element(out, "<code>", e->text, "</code>");
        break;
    case MD_EMPH:
        put_tag(out, "em", e->enter);
        break;
    case MD_STRONG:
        put_tag(out, "strong", e->enter);
        break;
    case MD_STRIKE:
        put_tag(out, "del", e->enter);
        break;
    case RENDER_MARK:
        put_tag(out, "mark", e->enter);
        break;
    case MD_LINK:
        put_link(out, e);
        break;
    case MD_IMAGE:
        put_image(out, e);
        break;
    case RENDER_TAG:
        put_text_element(out, "<span class=\"tag\">", e->text, "</span>");
        break;
    case RENDER_BLOCK_ID:
        put_text_element(out, "<span id=\"^", e->text, "\"></span>");
        break;
    default:
        break;
    }
}

static void put_footnote_mark(struct html *h, const struct render_event *e)
{
    buf_printf(h->out, "<sup><a href=\"#fn-%u\"", e->level);
    if (e->level > h->footnotes)
        buf_printf(h->out, " id=\"fnref-%u\"", h->footnotes = e->level);
    buf_printf(h->out, ">%u</a></sup>", e->level);
}

static status on_event(void *payload, const struct render_event *e, struct err *err)
{
    struct html *h = payload;
    struct buf *out = h->out;
    switch (e->kind) {
    case MD_QUOTE:
        put_block(out, "blockquote", e->enter);
        start_line(out);
        break;
    case MD_LIST:
        put_list(out, e);
        break;
    case MD_ITEM:
        put_item(out, e);
        break;
    case MD_CODE_BLOCK:
        put_code_block(out, e);
        break;
    case MD_HTML_BLOCK:
        put_text_element(out, "<pre class=\"html\">", e->text, "</pre>\n");
        break;
    case MD_PARAGRAPH:
        if (!e->tight)
            put_block(out, "p", e->enter);
        break;
    case MD_HEADING:
        put_heading(out, e);
        break;
    case MD_RULE:
        buf_put_c(out, "<hr>\n");
        break;
    case MD_TABLE:
    case MD_TABLE_HEAD:
    case MD_TABLE_ROW:
        put_table(h, e);
        break;
    case MD_TABLE_CELL:
        put_cell(h, e);
        break;
    case MD_FOOTNOTE:
        put_footnote(out, e);
        break;
    case MD_FOOTNOTE_REF:
        put_footnote_mark(h, e);
        break;
    case RENDER_CALLOUT:
        put_callout(out, e);
        break;
    case RENDER_CALLOUT_TITLE:
        buf_put_c(out, e->enter ? "<div class=\"callout-title\">" : "</div>\n");
        break;
    default:
        put_inline(out, e);
    }
    return buf_check(out, err);
}

status render_html(struct sv body, const struct render_options *options, struct buf *out, struct err *err)
{
    struct html h = {.out = out};
    size_t begin = out->len;
    status s = render_stream(body, options, on_event, &h, err);
    if (s != REFUSED)
        return s;
    err_clear(err);
    buf_truncate(out, begin);
    put_text_element(out, "<pre>", body, "</pre>\n");
    return buf_check(out, err);
}
