#include "text/render_styled.h"

#include "base/utf8.h"
#include "text/fold.h"
#include "text/render.h"
#include "text/render_parts.h"

/* MARK, a byte of style bits, four bytes of the link's number, six bits each. */
enum { MARK = 0x0e, MARK_LEN = 6, MARK_BASE = 0x40, MARK_BITS = 6, LINKS_MAX = 1 << 24 };

/* Of an address in a terminal's sequence, which each line of a long link repeats; terminals take no longer ones. */
enum { URL_MAX = 2000 };

static bool is_bidi(uint32_t rune)
{
    return rune == 0x061c || rune == 0x200e || rune == 0x200f || (rune >= 0x202a && rune <= 0x202e) ||
           (rune >= 0x2066 && rune <= 0x2069);
}

static bool is_safe(uint32_t rune)
{
    if (rune < 0x20)
        return rune == '\t' || rune == '\n';
    return !(rune >= 0x7f && rune <= 0x9f) && !is_bidi(rune);
}

void render_safe_text(struct sv s, struct buf *out)
{
    size_t plain = 0;
    for (size_t at = 0; at < s.len;) {
        uint32_t rune = (unsigned char)s.ptr[at];
        size_t len = rune < 0x80 ? 1 : utf8_decode(s, at, &rune);
        if (len > 0 && is_safe(rune)) {
            at += len;
            continue;
        }
        buf_put(out, sv_sub(s, plain, at - plain));
        at += len > 0 ? len : 1;
        plain = at;
        bool line_end = rune == '\r' && at < s.len && s.ptr[at] == '\n';
        if (!line_end)
            buf_rune(out, 0xfffd);
    }
    buf_put(out, sv_from(s, plain));
}

void styled_release(struct styled *styled)
{
    buf_release(&styled->text);
}

void styled_clear(struct styled *styled)
{
    buf_clear(&styled->text);
    styled->now = (struct style){0};
}

void styled_put(struct styled *styled, struct sv text)
{
    size_t begin = styled->text.len;
    render_safe_text(text, &styled->text);
    for (size_t i = begin; i < styled->text.len; i++)
        if (styled->text.ptr[i] == '\n' || styled->text.ptr[i] == '\t')
            styled->text.ptr[i] = ' ';
}

void styled_break(struct styled *styled)
{
    buf_char(&styled->text, '\n');
}

void styled_set(struct styled *styled, struct style style)
{
    if (!styled->color)
        return;
    styled->now = style;
    buf_char(&styled->text, MARK);
    buf_char(&styled->text, (char)(MARK_BASE | style.bits));
    for (unsigned shift = 0; shift < 4 * MARK_BITS; shift += MARK_BITS)
        buf_char(&styled->text, (char)(MARK_BASE | (style.link >> shift & (MARK_BASE - 1))));
}

static struct style read_mark(struct sv text, size_t at)
{
    struct style style = {.bits = (unsigned char)text.ptr[at + 1] & (MARK_BASE - 1)};
    for (unsigned i = 0; i < 4; i++)
        style.link |= ((unsigned)(unsigned char)text.ptr[at + 2 + i] & (MARK_BASE - 1)) << (i * MARK_BITS);
    return style;
}

/* Behind the character or mark at `at`; its columns and the style from there on. */
static size_t step(struct sv text, size_t at, size_t *width_out, struct style *style)
{
    *width_out = 0;
    if (text.ptr[at] == MARK && at + MARK_LEN <= text.len) {
        *style = read_mark(text, at);
        return at + MARK_LEN;
    }
    uint32_t rune;
    size_t len = (unsigned char)text.ptr[at] < 0x80 ? 1 : utf8_decode(text, at, &rune);
    len = len > 0 ? len : 1;
    *width_out = text_width(sv_sub(text, at, len));
    return at + len;
}

size_t styled_width(struct sv text)
{
    size_t width = 0, w;
    struct style style = {0};
    for (size_t at = 0; at < text.len;) {
        at = step(text, at, &w, &style);
        width += w;
    }
    return width;
}

static void add_line(struct styled_lines *lines, struct sv text, struct style begin, size_t width)
{
    struct styled_line *grown =
        arena_grow(lines->arena, lines->items, &lines->capacity, lines->count, sizeof(struct styled_line));
    if (grown == NULL) {
        lines->failed = true;
        return;
    }
    lines->items = grown;
    lines->items[lines->count++] = (struct styled_line){.text = text, .begin = begin, .width = width};
}

/* A place where the line could end: the space at `at`. */
struct gap {
    bool set;
    size_t at, width;
    struct style style;
};

/* Adds one line from `at`; returns where the next one begins. */
static size_t wrap_line(struct sv text, size_t at, size_t limit, struct style *style, struct styled_lines *lines)
{
    struct style begin = *style, now = *style;
    struct gap gap = {0};
    size_t width = 0, end = at;
    while (end < text.len && text.ptr[end] != '\n') {
        size_t w;
        if (text.ptr[end] == ' ')
            gap = (struct gap){.set = end > at, .at = end, .width = width, .style = now};
        size_t next = step(text, end, &w, &now);
        if (limit > 0 && width + w > limit && end > at) {
            if (!gap.set)
                gap = (struct gap){.at = end, .width = width, .style = now};
            add_line(lines, sv_sub(text, at, gap.at - at), begin, gap.width);
            *style = gap.style;
            end = gap.at;
            while (end < text.len && text.ptr[end] == ' ')
                end++;
            return end;
        }
        width += w;
        end = next;
    }
    add_line(lines, sv_sub(text, at, end - at), begin, width);
    *style = now;
    return end + 1;
}

void styled_wrap(struct sv text, size_t width, struct styled_lines *lines)
{
    struct style style = {0};
    size_t at = 0;
    while (at < text.len && !lines->failed)
        at = wrap_line(text, at, width, &style, lines);
}

/* --- printing --- */

static void put_bits(unsigned bits, struct buf *out)
{
    static const struct {
        unsigned bit;
        const char *sequence;
    } sequences[] = {{STYLE_BOLD, "\x1b[1m"},   {STYLE_ITALIC, "\x1b[3m"},  {STYLE_UNDERLINE, "\x1b[4m"},
                     {STYLE_STRIKE, "\x1b[9m"}, {STYLE_ACCENT, "\x1b[36m"}, {STYLE_REVERSE, "\x1b[7m"}};
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
        if ((bits & sequences[i].bit) != 0)
            buf_put_c(out, sequences[i].sequence);
}

static void change(struct style from, struct style to, const struct styled_links *links, struct buf *out)
{
    if (from.bits != to.bits) {
        if ((from.bits & ~to.bits) != 0) {
            buf_put_c(out, "\x1b[0m");
            from.bits = 0;
        }
        put_bits(to.bits & ~from.bits, out);
    }
    if (from.link == to.link)
        return;
    buf_put_c(out, "\x1b]8;;");
    if (to.link > 0 && to.link <= links->count)
        buf_put(out, links->urls[to.link - 1]);
    buf_put_c(out, "\x1b\\");
}

void styled_print(const struct styled_line *line, const struct styled_links *links, struct buf *out)
{
    struct style now = {0};
    change(now, line->begin, links, out);
    now = line->begin;
    for (size_t at = 0; at < line->text.len;) {
        struct style next = now;
        size_t width, end = step(line->text, at, &width, &next);
        if (line->text.ptr[at] == MARK)
            change(now, next, links, out);
        else
            buf_put(out, sv_sub(line->text, at, end - at));
        now = next;
        at = end;
    }
    change(now, (struct style){0}, links, out);
}

unsigned styled_link(struct styled_links *links, struct sv url)
{
    if (url.len > URL_MAX)
        return 0;
    if (links->count >= LINKS_MAX - 1)
        return 0;
    struct buf encoded = {0};
    render_put_url(url, &encoded);
    struct sv copy = encoded.failed ? (struct sv){0} : arena_copy(links->arena, buf_view(&encoded));
    buf_release(&encoded);
    struct sv *grown = arena_grow(links->arena, links->urls, &links->capacity, links->count, sizeof(struct sv));
    if (copy.ptr == NULL || grown == NULL) {
        links->failed = true;
        return 0;
    }
    links->urls = grown;
    links->urls[links->count++] = copy;
    return (unsigned)links->count;
}
