#include "text/outline_scan.h"

#include "base/utf8.h"
#include "text/fold.h"

#include <string.h>

/* What a byte can begin: nothing, a word, a character to be decoded, a mark. */
enum byte_kind { O, W, HIGH, S };

static const unsigned char ascii_kinds[128] = {
    /* clang-format off */
    O, O, O, O, O, O, O, O, O, O, S, O, O, O, O, O,
    O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
    O, S, O, S, O, S, O, W, S, O, O, O, O, W, O, O, /*   ! " # $ % & ' ( ) * + , - . / */
    W, W, W, W, W, W, W, W, W, W, O, O, S, S, O, O, /* 0 to 9 : ; < = > ? */
    O, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, S, S, S, S, O, /* P to Z [ \ ] ^ _ */
    S, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* ` a to o */
    W, W, W, W, W, W, W, W, W, W, W, O, O, O, O, O,
    /* clang-format on */
};

static enum byte_kind kind_of(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte < 0x80 ? (enum byte_kind)ascii_kinds[byte] : HIGH;
}

static char byte_at(struct sv s, size_t at)
{
    return at < s.len ? s.ptr[at] : '\0';
}

struct span scan_span(const struct scan *s, size_t begin, size_t end)
{
    return (struct span){.begin = s->base + begin, .end = s->base + end};
}

/* --- words --- */

/* Behind the run of word characters at `at`; counts it when there is a letter or digit in it. */
static size_t scan_word(struct scan *s, size_t at)
{
    const struct sv text = s->text;
    bool counts = false;
    for (;;) {
        size_t from = at;
        while (at < text.len && kind_of(text.ptr[at]) == W)
            at++;
        for (; !counts && from < at; from++)
            counts = text.ptr[from] != '-' && text.ptr[from] != '\'';
        if (at == text.len || kind_of(text.ptr[at]) != HIGH)
            break;
        uint32_t rune = 0;
        size_t len = utf8_decode(text, at, &rune);
        if (len == 0 || (rune != 0x2019 && !rune_is_word(rune)))
            break;
        counts = counts || rune != 0x2019;
        at += len;
    }
    s->o->out->words += counts;
    return at;
}

static size_t skip_rune(const struct scan *s, size_t at)
{
    uint32_t rune;
    size_t len = utf8_decode(s->text, at, &rune);
    return at + (len > 0 ? len : 1);
}

void scan_count_words(struct scan *s, struct sv part)
{
    struct sv whole = s->text;
    s->text = part;
    for (size_t at = 0; at < part.len;) {
        enum byte_kind kind = kind_of(part.ptr[at]);
        size_t next = kind == W || kind == HIGH ? scan_word(s, at) : at;
        at = next > at ? next : skip_rune(s, at);
    }
    s->text = whole;
}

/* --- recording --- */

static struct cut *add_cut(struct outliner *o)
{
    struct cut *grown = outline_grow(o, o->cuts, &o->cut_capacity, o->cut_count, sizeof(struct cut));
    if (grown == NULL)
        return NULL;
    o->cuts = grown;
    struct cut *cut = &o->cuts[o->cut_count++];
    memset(cut, 0, sizeof *cut);
    return cut;
}

void scan_cut(struct scan *s, size_t begin, size_t end, struct sv instead)
{
    struct cut *cut = s->leaf->kind == LEAF_HEADING ? add_cut(s->o) : NULL;
    if (cut != NULL)
        *cut = (struct cut){.begin = s->base + begin, .end = s->base + end, .instead = instead};
}

struct sv scan_view(const struct scan *s, size_t begin, size_t end)
{
    return sv_sub(s->o->note, s->base + begin, end - begin);
}

struct sv scan_part(const struct scan *s, struct sv part)
{
    return part.len > 0 ? scan_view(s, (size_t)(part.ptr - s->text.ptr), (size_t)(part.ptr - s->text.ptr) + part.len)
                        : part;
}

static void record_tag(struct scan *s, size_t at, size_t len)
{
    struct outline *out = s->o->out;
    struct tag *grown = outline_grow(s->o, out->tags, &out->tag_capacity, out->tag_count, sizeof(struct tag));
    if (grown == NULL)
        return;
    out->tags = grown;
    out->tags[out->tag_count++] =
        (struct tag){.at = scan_span(s, at, at + len), .name = scan_view(s, at + 1, at + len)};
}

static void record_block_id(struct scan *s, size_t at, size_t len)
{
    struct outline *out = s->o->out;
    struct block_id *grown =
        outline_grow(s->o, out->block_ids, &out->block_id_capacity, out->block_id_count, sizeof(struct block_id));
    if (grown == NULL)
        return;
    out->block_ids = grown;
    out->block_ids[out->block_id_count++] =
        (struct block_id){.at = scan_span(s, at, at + len), .id = scan_view(s, at + 1, at + len)};
}

static void record_field(struct scan *s, size_t begin, size_t end, const struct field_mark *mark)
{
    struct outline *out = s->o->out;
    struct inline_field *grown =
        outline_grow(s->o, out->fields, &out->field_capacity, out->field_count, sizeof(struct inline_field));
    if (grown == NULL)
        return;
    out->fields = grown;
    out->fields[out->field_count++] = (struct inline_field){
        .at = scan_span(s, begin, end), .key = scan_part(s, mark->key), .value = scan_part(s, mark->value)};
}

/* --- the marks one by one; each returns the offset to go on from --- */

static size_t scan_ticks(struct scan *s, size_t at)
{
    size_t n = 0;
    while (byte_at(s->text, at + n) == '`')
        n++;
    if (n > TICKS_MAX || s->no_ticks[n])
        return at + n;
    for (size_t i = at + n; i < s->text.len;) {
        const char *tick = memchr(s->text.ptr + i, '`', s->text.len - i);
        if (tick == NULL)
            break;
        i = (size_t)(tick - s->text.ptr);
        size_t m = 0;
        while (byte_at(s->text, i + m) == '`')
            m++;
        i += m;
        if (m == n)
            return i;
    }
    s->no_ticks[n] = true;
    return at + n;
}

static size_t scan_angle(struct scan *s, size_t at)
{
    size_t end = inline_autolink(s->text, at);
    if (end > 0) {
        scan_address(s, at, end, true);
        return end;
    }
    end = inline_html(s->text, at, &s->html);
    if (end == 0)
        return at + 1;
    return end;
}

static size_t scan_bracket(struct scan *s, size_t at, bool image)
{
    size_t open = at + image;
    struct wikilink w;
    if (byte_at(s->text, open + 1) == '[' && wikilink_at(s->text, open, &w)) {
        scan_wikilink(s, at, &w);
        return w.end;
    }
    struct field_mark field;
    if (!image && bracket_field_at(s->text, open, &field)) {
        record_field(s, open, field.end, &field);
        return open + 1; /* links in its value count */
    }
    if (byte_at(s->text, open + 1) == '^' && !image) {
        size_t end = inline_label(s->text, open);
        return end > 0 ? end : open + 1; /* a footnote's mark */
    }
    scan_open(s, at, image);
    return open + 1;
}

static size_t scan_paren(struct scan *s, size_t at)
{
    struct field_mark field;
    if (bracket_field_at(s->text, at, &field))
        record_field(s, at, field.end, &field);
    return at + 1;
}

static bool at_line_start(const struct scan *s, size_t at)
{
    while (at > 0 && (s->text.ptr[at - 1] == ' ' || s->text.ptr[at - 1] == '\t'))
        at--;
    return at == 0 || s->text.ptr[at - 1] == '\n' || s->text.ptr[at - 1] == '\r';
}

static void record_span(struct scan *s, struct span **spans, size_t *count, size_t *capacity, size_t begin, size_t end)
{
    struct span *grown = outline_grow(s->o, *spans, capacity, *count, sizeof(struct span));
    if (grown == NULL)
        return;
    *spans = grown;
    grown[(*count)++] = scan_span(s, begin, end);
}

static void record_comment(struct scan *s, size_t begin, size_t end)
{
    struct outline *out = s->o->out;
    record_span(s, &out->comments, &out->comment_count, &out->comment_capacity, begin, end);
}

static bool is_blank_at(const struct scan *s, size_t at)
{
    return at >= s->text.len || strchr(" \t\r\n", s->text.ptr[at]) != NULL;
}

/* "==" opens in front of a character and closes behind one. */
static size_t scan_highlight(struct scan *s, size_t at)
{
    size_t n = 1;
    while (byte_at(s->text, at + n) == '=')
        n++;
    if (n != 2)
        return at + n;
    struct outline *out = s->o->out;
    if (s->highlight > 0 && !is_blank_at(s, at - 1)) {
        record_span(s, &out->highlights, &out->highlight_count, &out->highlight_capacity, s->highlight - 1, at + 2);
        s->highlight = 0;
    } else if (!is_blank_at(s, at + 2)) {
        s->highlight = at + 1;
    }
    return at + 2;
}

/* A comment closes in its own block, or, when it begins a line, anywhere later. */
static size_t scan_comment(struct scan *s, size_t at)
{
    if (byte_at(s->text, at + 1) != '%')
        return at + 1;
    size_t end = comment_end(s->text, at);
    if (end > 0) {
        scan_cut(s, at, end, (struct sv){0});
        record_comment(s, at, end);
        return end;
    }
    if (s->o->comment_open_failed || s->leaf->kind != LEAF_PARAGRAPH || !at_line_start(s, at))
        return at + 2;
    end = comment_end(s->o->note, s->leaf->end - 2 > s->base + at ? s->leaf->end - 2 : s->base + at);
    if (end == 0) {
        s->o->comment_open_failed = true;
        return at + 2;
    }
    s->o->comment_until = end;
    record_comment(s, at, end - s->base);
    return s->text.len;
}

static size_t scan_block_id(struct scan *s, size_t at)
{
    size_t len = s->leaf->kind != LEAF_CELL ? block_id_at(s->text, at) : 0;
    if (len == 0)
        return at + 1;
    record_block_id(s, at, len);
    scan_cut(s, at, at + len, (struct sv){0});
    return at + len;
}

static size_t scan_tag(struct scan *s, size_t at)
{
    size_t len = tag_at(s->text, at);
    if (len == 0) {
        while (byte_at(s->text, at) == '#')
            at++;
        return at;
    }
    record_tag(s, at, len);
    scan_count_words(s, sv_sub(s->text, at + 1, len - 1));
    return at + len;
}

static size_t scan_line_start(struct scan *s, size_t at)
{
    while (byte_at(s->text, at) == ' ' || byte_at(s->text, at) == '\t')
        at++;
    struct field_mark field;
    if (s->leaf->kind == LEAF_PARAGRAPH && line_field_at(s->text, at, &field))
        record_field(s, at, field.end, &field);
    return at;
}

static size_t scan_special(struct scan *s, size_t at)
{
    switch (s->text.ptr[at]) {
    case '\n':
        return scan_line_start(s, at + 1);
    case '\\':
        return at + (byte_at(s->text, at + 1) == '\n' ? 1 : 2);
    case '`':
        return scan_ticks(s, at);
    case '<':
        return scan_angle(s, at);
    case '[':
        return scan_bracket(s, at, false);
    case '!':
        return byte_at(s->text, at + 1) == '[' ? scan_bracket(s, at, true) : at + 1;
    case ']':
        return scan_close(s, at);
    case '(':
        return scan_paren(s, at);
    case '#':
        return scan_tag(s, at);
    case '%':
        return scan_comment(s, at);
    case '=':
        return scan_highlight(s, at);
    default:
        return scan_block_id(s, at);
    }
}

/* "www." is an address only at the start of a word; the schemes need no such help. */
static bool www_may_follow(const struct scan *s, size_t at)
{
    return at == 0 || strchr(" \t\r\n*_~([\"'", s->text.ptr[at - 1]) != NULL;
}

static size_t scan_text(struct scan *s, size_t at)
{
    char c = (char)(s->text.ptr[at] | 0x20);
    if (c == 'h' || c == 'f' || (c == 'w' && www_may_follow(s, at))) {
        size_t end = inline_bare_url(s->text, at, s->opener_count > 0);
        if (end > 0) {
            scan_address(s, at, end, false);
            return end;
        }
    }
    size_t end = scan_word(s, at);
    return end > at ? end : skip_rune(s, at);
}

static void scan_from(struct scan *s, size_t at)
{
    while (at < s->text.len && !s->o->failed) {
        switch (kind_of(s->text.ptr[at])) {
        case O:
            at++;
            break;
        case S:
            at = scan_special(s, at);
            break;
        default:
            at = scan_text(s, at);
        }
    }
}

static void scan_leaf(struct scan *s, const struct leaf *leaf)
{
    struct outliner *o = s->o;
    s->leaf = leaf;
    s->base = leaf->begin;
    s->text = outline_leaf_text(o, leaf);
    s->opener_count = s->highlight = 0;
    memset(s->no_ticks, 0, sizeof s->no_ticks);
    memset(&s->html, 0, sizeof s->html);
    size_t at = 0;
    if (leaf->begin < o->comment_until)
        at = o->comment_until - leaf->begin;
    else if (leaf->kind == LEAF_PARAGRAPH && leaf->first_of_item)
        at = outline_task(o, leaf, s->text);
    o->cut_count = 0;
    scan_from(s, at == 0 ? scan_line_start(s, 0) : at);
    if (leaf->kind == LEAF_HEADING && !o->failed)
        outline_heading(o, leaf, s->text);
}

/* Whether a leaf stands in a table that was made from a query. Leaves come in order. */
static bool is_derived(struct outliner *o, const struct leaf *leaf)
{
    const struct query_blocks *blocks = &o->blocks;
    while (o->next_block < blocks->count && blocks->items[o->next_block].table_end <= leaf->begin)
        o->next_block++;
    return o->next_block < blocks->count && blocks->items[o->next_block].inner_begin <= leaf->begin &&
           leaf->begin < blocks->items[o->next_block].inner_end;
}

void outline_scan(struct outliner *o)
{
    struct scan s;
    s.o = o;
    for (size_t i = 0; i < o->leaf_count && !o->failed; i++) {
        const struct leaf *leaf = &o->leaves[i];
        bool empty = leaf->begin >= leaf->end && leaf->kind != LEAF_HEADING;
        if (leaf->kind == LEAF_SKIPPED || leaf->end <= o->comment_until || empty || is_derived(o, leaf))
            continue;
        if (leaf->kind == LEAF_PARAGRAPH && o->out->first_line.len == 0 && leaf->begin >= o->comment_until)
            o->out->first_line = sv_trim(sv_sub(o->note, leaf->begin, line_end_at(o->note, leaf->begin) - leaf->begin));
        scan_leaf(&s, leaf);
    }
}
