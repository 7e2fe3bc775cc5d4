#include "text/render_parts.h"
#include "text/render_styled.h"
#include "text/render_table.h"

#include "base/i18n.h"
#include "text/fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEPTH_MAX = 256, /* of quotes, items and the like; md_check allows fewer */
    WIDTH_MIN = 20,  /* columns that text keeps however deep it stands */
    RULE_WIDTH = 40,
    PREFIX_MAX = 24
};

/* What each line of an element begins with. */
struct indent {
    char first[PREFIX_MAX], rest[PREFIX_MAX];
    bool started; /* `first` was printed */
    bool accent;
    bool ordered; /* a list's frame */
    unsigned next;
};

struct terminal {
    const struct render_options *options;
    struct buf *out;
    struct arena arena;
    struct styled_links links;
    struct styled styled;
    struct styled_lines lines;
    struct table table;
    struct indent indents[DEPTH_MAX];
    size_t depth;
    unsigned lists[DEPTH_MAX]; /* next number of each open list; 0: bullets */
    size_t list_depth;
    bool blank; /* a blank line comes before the next block */
    bool any;   /* something was printed */
    bool failed, too_deep;
    unsigned bold, italic, underline, strike, accent, reverse; /* how often each is open */
    unsigned link;
    struct buf link_text; /* of an external link: shown with its address when they differ */
    struct sv link_url;
    bool in_link;
};

/* --- lines --- */

static void put_accented(struct terminal *t, const char *text, bool accent)
{
    accent = accent && t->options->color;
    if (accent)
        buf_put_c(t->out, "\x1b[36m");
    buf_put_c(t->out, text);
    if (accent)
        buf_put_c(t->out, "\x1b[0m");
}

static void put_prefix(struct terminal *t)
{
    for (size_t i = 0; i < t->depth; i++) {
        struct indent *indent = &t->indents[i];
        put_accented(t, indent->started ? indent->rest : indent->first, indent->accent);
        indent->started = true;
    }
}

static size_t prefix_width(const struct terminal *t)
{
    size_t width = 0;
    for (size_t i = 0; i < t->depth; i++)
        width += text_width(sv_of(t->indents[i].rest));
    return width;
}

/* Columns left for text; 0: no limit. */
static size_t room(const struct terminal *t)
{
    size_t prefix = prefix_width(t);
    if (t->options->width == 0)
        return 0;
    return t->options->width > prefix + WIDTH_MIN ? t->options->width - prefix : WIDTH_MIN;
}

static void trim_line(struct terminal *t)
{
    while (t->out->len > 0 && t->out->ptr[t->out->len - 1] == ' ')
        buf_truncate(t->out, t->out->len - 1);
    buf_char(t->out, '\n');
}

/* A blank line keeps the bars of the quotes that have begun. */
static void put_blank(struct terminal *t)
{
    for (size_t i = 0; i < t->depth && t->indents[i].started; i++)
        put_accented(t, t->indents[i].rest, t->indents[i].accent);
    trim_line(t);
}

static void begin_block(struct terminal *t)
{
    if (t->blank && t->any)
        put_blank(t);
    t->blank = false;
    t->any = true;
}

static void put_line(void *payload, struct sv line)
{
    struct terminal *t = payload;
    put_prefix(t);
    buf_put(t->out, line);
    trim_line(t);
}

static void put_styled(struct terminal *t)
{
    t->lines.count = 0;
    styled_wrap(buf_view(&t->styled.text), room(t), &t->lines);
    t->failed = t->failed || t->lines.failed || t->styled.text.failed;
    for (size_t i = 0; i < t->lines.count; i++) {
        put_prefix(t);
        styled_print(&t->lines.items[i], &t->links, t->out);
        trim_line(t);
    }
    styled_clear(&t->styled);
}

/* Prints what was gathered as a block of its own. */
static void flush_block(struct terminal *t)
{
    if (t->styled.text.len == 0)
        return;
    begin_block(t);
    put_styled(t);
}

static struct indent *push_indent(struct terminal *t)
{
    if (t->depth == DEPTH_MAX) {
        t->too_deep = true;
        t->depth--;
    }
    t->indents[t->depth] = (struct indent){0};
    return &t->indents[t->depth++];
}

static void pop_indent(struct terminal *t)
{
    if (t->depth == 0)
        return;
    if (!t->indents[t->depth - 1].started) {
        begin_block(t);
        put_line(t, (struct sv){0});
    }
    t->depth--;
}

/* --- styles --- */

static void restyle(struct terminal *t)
{
    struct style style = {.link = t->link};
    style.bits = (t->bold > 0 ? STYLE_BOLD : 0U) | (t->italic > 0 ? STYLE_ITALIC : 0U) |
                 (t->underline > 0 ? STYLE_UNDERLINE : 0U) | (t->strike > 0 ? STYLE_STRIKE : 0U) |
                 (t->accent > 0 ? STYLE_ACCENT : 0U) | (t->reverse > 0 ? STYLE_REVERSE : 0U);
    styled_set(&t->styled, style);
}

static void style(struct terminal *t, unsigned *count, bool enter)
{
    if (enter)
        ++*count;
    else if (*count > 0)
        --*count;
    restyle(t);
}

/* Without colours a few marks of Markdown say what a style would. */
static void style_or_mark(struct terminal *t, unsigned *count, bool enter, const char *mark)
{
    if (t->options->color)
        style(t, count, enter);
    else
        styled_put(&t->styled, sv_of(mark));
}

static void put_text(struct terminal *t, struct sv text)
{
    styled_put(&t->styled, text);
    if (t->in_link)
        buf_put(&t->link_text, text);
}

static void put_accent(struct terminal *t, struct sv text)
{
    style(t, &t->accent, true);
    put_text(t, text);
    style(t, &t->accent, false);
}

/* --- links --- */

static void enter_link(struct terminal *t, const struct render_event *e)
{
    t->in_link = true;
    buf_clear(&t->link_text);
    t->link_url = e->external ? arena_copy(&t->arena, e->url) : (struct sv){0};
    t->failed = t->failed || (e->external && t->link_url.ptr == NULL);
    if (t->options->color && e->external)
        t->link = styled_link(&t->links, e->url);
    style(t, &t->underline, true);
}

/* Where the terminal cannot carry the address, it stands behind the text. */
static void leave_link(struct terminal *t)
{
    t->in_link = false;
    t->link = 0;
    style(t, &t->underline, false);
    struct sv url = t->link_url, shown = buf_view(&t->link_text);
    if (t->options->color || url.len == 0 || sv_ends(url, shown))
        return;
    styled_put(&t->styled, SV(" <"));
    styled_put(&t->styled, url);
    styled_put(&t->styled, SV(">"));
}

static void put_image(struct terminal *t, const struct render_event *e)
{
    styled_put(&t->styled, SV("["));
    styled_put(&t->styled, sv_of(_("image")));
    if (e->text.len > 0)
        styled_put(&t->styled, SV(": "));
    put_text(t, e->text);
    styled_put(&t->styled, SV("]"));
}

static void on_inline(struct terminal *t, const struct render_event *e)
{
    char number[PREFIX_MAX];
    switch (e->kind) {
    case MD_TEXT:
    case MD_HTML:
        put_text(t, e->text);
        break;
    case MD_SOFT_BREAK:
        put_text(t, SV(" "));
        break;
    case MD_HARD_BREAK:
        styled_break(&t->styled);
        break;
    case MD_CODE:
        style_or_mark(t, &t->accent, true, "`");
        put_text(t, e->text);
        style_or_mark(t, &t->accent, false, "`");
        break;
    case MD_EMPH:
        style(t, &t->italic, e->enter);
        break;
    case MD_STRONG:
        style(t, &t->bold, e->enter);
        break;
    case MD_STRIKE:
        style_or_mark(t, &t->strike, e->enter, "~~");
        break;
    case RENDER_MARK:
        style_or_mark(t, &t->reverse, e->enter, "==");
        break;
    case MD_LINK:
        if (e->enter)
            enter_link(t, e);
        else
            leave_link(t);
        break;
    case MD_IMAGE:
        put_image(t, e);
        break;
    case MD_FOOTNOTE_REF:
        snprintf(number, sizeof number, "[%u]", e->level);
        put_text(t, sv_of(number));
        break;
    case RENDER_TAG:
        put_accent(t, e->text);
        break;
    default:
        break;
    }
}

/* --- blocks --- */

static void on_heading(struct terminal *t, const struct render_event *e)
{
    if (!e->enter) {
        flush_block(t);
        t->bold = t->accent = 0;
        t->blank = true;
        return;
    }
    if (t->options->color) {
        t->bold = 1;
        t->accent = e->level <= 2;
        restyle(t);
    } else {
        for (unsigned i = 0; i < e->level; i++)
            styled_put(&t->styled, SV("#"));
        styled_put(&t->styled, SV(" "));
    }
}

static void on_paragraph(struct terminal *t, const struct render_event *e)
{
    flush_block(t);
    if (!e->enter)
        t->blank = !e->tight;
}

static void on_list(struct terminal *t, const struct render_event *e)
{
    flush_block(t);
    if (e->enter) {
        if (t->list_depth < DEPTH_MAX)
            t->lists[t->list_depth] = e->ordered ? e->start + 1 : 0;
        t->list_depth++;
    } else {
        t->list_depth--;
        t->blank = true;
    }
}

static void enter_item(struct terminal *t, const struct render_event *e)
{
    struct indent *indent = push_indent(t);
    const char *box = !e->task ? "" : e->checked ? "[x] " : "[ ] ";
    unsigned *number = t->list_depth > 0 && t->list_depth <= DEPTH_MAX ? &t->lists[t->list_depth - 1] : NULL;
    size_t width = 2;
    if (number != NULL && *number > 0) {
        int length = snprintf(indent->first, sizeof indent->first, "%u. %s", *number - 1, box);
        width = length > 0 ? (size_t)length - strlen(box) : width;
        ++*number;
    } else {
        snprintf(indent->first, sizeof indent->first, "• %s", box);
    }
    snprintf(indent->rest, sizeof indent->rest, "%*s", (int)(width + strlen(box)), "");
}

static void on_item(struct terminal *t, const struct render_event *e)
{
    flush_block(t);
    if (e->enter)
        enter_item(t, e);
    else
        pop_indent(t);
}

static void on_quote(struct terminal *t, const struct render_event *e, const char *bar)
{
    flush_block(t);
    if (e->enter) {
        struct indent *indent = push_indent(t);
        snprintf(indent->first, sizeof indent->first, "%s", bar);
        snprintf(indent->rest, sizeof indent->rest, "%s", bar);
        indent->accent = true;
        return;
    }
    pop_indent(t);
    t->blank = true;
}

static void on_callout_title(struct terminal *t, const struct render_event *e)
{
    if (e->enter) {
        t->bold++;
        restyle(t);
        return;
    }
    flush_block(t);
    t->bold = 0;
}

static void on_footnote(struct terminal *t, const struct render_event *e)
{
    flush_block(t);
    if (e->enter) {
        struct indent *indent = push_indent(t);
        int length = snprintf(indent->first, sizeof indent->first, "[%u] ", e->level);
        snprintf(indent->rest, sizeof indent->rest, "%*s", length, "");
        return;
    }
    pop_indent(t);
    t->blank = true;
}

/* Line by line and never wrapped: code is copied out of terminals. */
static void put_verbatim(struct terminal *t, struct sv text, const char *indent, bool accent)
{
    begin_block(t);
    struct sv line;
    bool color = accent && t->options->color;
    while (sv_next_line(&text, &line)) {
        put_prefix(t);
        buf_put_c(t->out, indent);
        if (color && line.len > 0)
            buf_put_c(t->out, "\x1b[36m");
        render_safe_text(line, t->out);
        if (color && line.len > 0)
            buf_put_c(t->out, "\x1b[0m");
        trim_line(t);
    }
    t->blank = true;
}

static void on_rule(struct terminal *t)
{
    begin_block(t);
    size_t width = room(t);
    struct buf line = {0};
    for (size_t i = 0; i < (width > 0 && width < RULE_WIDTH ? width : RULE_WIDTH); i++)
        buf_put_c(&line, "─");
    put_line(t, buf_view(&line));
    t->failed = t->failed || line.failed;
    buf_release(&line);
    t->blank = true;
}

static void on_table(struct terminal *t, const struct render_event *e)
{
    switch (e->kind) {
    case MD_TABLE:
        flush_block(t);
        if (e->enter) {
            t->table = (struct table){.arena = &t->arena};
            break;
        }
        begin_block(t);
        t->failed = !table_print(&t->table, room(t), &t->links, put_line, t) || t->failed;
        t->blank = true;
        break;
    case MD_TABLE_CELL:
        if (e->enter) {
            t->bold = t->table.rows == 0;
            restyle(t);
        } else {
            table_add_cell(&t->table, sv_trim(buf_view(&t->styled.text)), e->align);
            styled_clear(&t->styled);
            t->bold = 0;
        }
        break;
    default:
        if (!e->enter)
            table_end_row(&t->table);
    }
}

static void on_block(struct terminal *t, const struct render_event *e)
{
    switch (e->kind) {
    case MD_HEADING:
        on_heading(t, e);
        break;
    case MD_PARAGRAPH:
        on_paragraph(t, e);
        break;
    case MD_LIST:
        on_list(t, e);
        break;
    case MD_ITEM:
        on_item(t, e);
        break;
    case MD_QUOTE:
        on_quote(t, e, "│ ");
        break;
    case RENDER_CALLOUT:
        on_quote(t, e, "┃ ");
        break;
    case RENDER_CALLOUT_TITLE:
        on_callout_title(t, e);
        break;
    case MD_FOOTNOTE:
        on_footnote(t, e);
        break;
    case MD_CODE_BLOCK:
        flush_block(t);
        put_verbatim(t, e->text, "    ", true);
        break;
    case MD_HTML_BLOCK:
        flush_block(t);
        put_verbatim(t, e->text, "", false);
        break;
    case MD_RULE:
        flush_block(t);
        on_rule(t);
        break;
    case MD_TABLE:
    case MD_TABLE_HEAD:
    case MD_TABLE_ROW:
    case MD_TABLE_CELL:
        on_table(t, e);
        break;
    default:
        on_inline(t, e);
    }
}

static status on_event(void *payload, const struct render_event *e, struct err *err)
{
    struct terminal *t = payload;
    on_block(t, e);
    if (t->too_deep)
        return err_set(err, REFUSED, "%s", _("nested too deep"));
    if (t->failed || t->links.failed || t->link_text.failed || t->styled.text.failed)
        return err_no_memory(err);
    return buf_check(t->out, err);
}

static void terminal_free(struct terminal *t)
{
    styled_release(&t->styled);
    buf_release(&t->link_text);
    arena_release(&t->arena);
    free(t);
}

status render_terminal(struct sv body, const struct render_options *options, struct buf *out, struct err *err)
{
    size_t begin = out->len;
    struct terminal *t = memory_zero(1, sizeof *t);
    if (t == NULL)
        return err_no_memory(err);
    t->options = options;
    t->out = out;
    t->styled.color = options->color;
    t->links.arena = t->lines.arena = &t->arena;
    status s = render_stream(body, options, on_event, t, err);
    terminal_free(t);
    if (s != REFUSED)
        return s;
    err_clear(err);
    buf_truncate(out, begin);
    render_safe_text(body, out);
    return buf_check(out, err);
}
