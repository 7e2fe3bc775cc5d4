#include "text/outline_parts.h"

#include "base/utf8.h"
#include "text/fold.h"
#include "text/marks.h"

#include <string.h>

enum {
    OPENERS_MAX = 256, /* brackets open at once; of more, the outermost are forgotten */
    TICKS_MAX = 80     /* of a code span */
};

/* What a byte can begin: nothing, a word, a character to be decoded, a mark. */
enum class { O, W, HIGH, S };

static const unsigned char ascii_classes[128] = {
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

static enum class class_of(char c) {
    unsigned char byte = (unsigned char)c; return byte < 0x80 ? (enum class)ascii_classes[byte] : HIGH;
}

struct opener {
    size_t at; /* of '[', or of '!' in front of it */
    size_t text;
    size_t first_link; /* links recorded since stand inside */
    bool image, inactive;
    bool bracket_after; /* another '[' follows: no shortcut reference */
};

/* Reading one leaf after the other. Offsets are of `text`; `base` makes them offsets of the note. */
struct scan {
    struct outliner *o;
    const struct leaf *leaf;
    struct sv text;
    size_t base;
    size_t highlight;             /* where "==" opened, + 1; 0: nowhere */
    size_t opener_count;          /* may exceed OPENERS_MAX: the array is a ring */
    bool no_ticks[TICKS_MAX + 1]; /* no closing run of that length follows */
    struct html_memo html;
    struct opener openers[OPENERS_MAX];
};

static char byte_at(struct sv s, size_t at)
{
    return at < s.len ? s.ptr[at] : '\0';
}

static struct span span_of(const struct scan *s, size_t begin, size_t end)
{
    return (struct span){.begin = s->base + begin, .end = s->base + end};
}

/* --- words --- */

/* Behind the run of word characters at `at`; counts it when there is a letter or digit in it. */
static size_t scan_word(struct scan *s, size_t at)
{
    bool counts = false;
    while (at < s->text.len) {
        char c = s->text.ptr[at];
        enum class class = class_of(c);
        if (class == W) {
            counts = counts || (c != '-' && c != '\'');
            at++;
        } else if (class == HIGH) {
            uint32_t rune = 0;
            size_t len = utf8_decode(s->text, at, &rune);
            if (len == 0 || (rune != 0x2019 && !rune_is_word(rune)))
                break;
            counts = counts || rune != 0x2019;
            at += len;
        } else {
            break;
        }
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

static void count_words(struct scan *s, struct sv part)
{
    struct sv whole = s->text;
    s->text = part;
    for (size_t at = 0; at < part.len;) {
        enum class class = class_of(part.ptr[at]);
        size_t next = class == W || class == HIGH ? scan_word(s, at) : at;
        at = next > at ? next : skip_rune(s, at);
    }
    s->text = whole;
}

/* --- recording --- */

static struct link *add_link(struct outliner *o)
{
    struct outline *out = o->out;
    struct link *grown = outline_grow(o, out->links, &out->link_capacity, out->link_count, sizeof(struct link));
    if (grown == NULL)
        return NULL;
    out->links = grown;
    struct link *link = &out->links[out->link_count++];
    memset(link, 0, sizeof *link);
    return link;
}

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

static void cut_out(struct scan *s, size_t begin, size_t end, struct sv instead)
{
    struct cut *cut = s->leaf->kind == LEAF_HEADING ? add_cut(s->o) : NULL;
    if (cut != NULL)
        *cut = (struct cut){.begin = s->base + begin, .end = s->base + end, .instead = instead};
}

/* The note's own bytes of a piece of `text`, whose copy may be short-lived. */
static struct sv note_view(const struct scan *s, size_t begin, size_t end)
{
    return sv_sub(s->o->note, s->base + begin, end - begin);
}

static struct sv note_part(const struct scan *s, struct sv part)
{
    return part.len > 0 ? note_view(s, (size_t)(part.ptr - s->text.ptr), (size_t)(part.ptr - s->text.ptr) + part.len)
                        : part;
}

static void record_tag(struct scan *s, size_t at, size_t len)
{
    struct outline *out = s->o->out;
    struct tag *grown = outline_grow(s->o, out->tags, &out->tag_capacity, out->tag_count, sizeof(struct tag));
    if (grown == NULL)
        return;
    out->tags = grown;
    out->tags[out->tag_count++] = (struct tag){.at = span_of(s, at, at + len), .name = note_view(s, at + 1, at + len)};
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
        (struct block_id){.at = span_of(s, at, at + len), .id = note_view(s, at + 1, at + len)};
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
        .at = span_of(s, begin, end), .key = note_part(s, mark->key), .value = note_part(s, mark->value)};
}

static void record_wikilink(struct scan *s, size_t begin, const struct wikilink *w)
{
    struct link *link = add_link(s->o);
    if (link == NULL)
        return;
    link->at = span_of(s, begin, w->end);
    link->target_at = span_of(s, w->target_begin, w->target_begin + w->target.len);
    link->kind = s->text.ptr[begin] == '!' ? LINK_EMBED : LINK_WIKI;
    link->target = note_part(s, w->target);
    link->anchor = note_part(s, w->anchor);
    link->label = note_part(s, w->label);
    link->external = inline_is_external(link->target);
    struct sv shown = w->label.len > 0 ? w->label : w->target.len > 0 ? w->target : w->anchor;
    count_words(s, shown);
    cut_out(s, begin, w->end, note_part(s, shown));
}

/* --- Markdown links --- */

static struct opener *top_opener(struct scan *s)
{
    return s->opener_count > 0 ? &s->openers[(s->opener_count - 1) % OPENERS_MAX] : NULL;
}

/* The ring forgets what it has written over. */
static void pop_opener(struct scan *s)
{
    s->opener_count--;
    if (s->opener_count > 0 &&
        s->openers[(s->opener_count - 1) % OPENERS_MAX].at >= s->openers[s->opener_count % OPENERS_MAX].at)
        s->opener_count = 0;
}

static void push_opener(struct scan *s, size_t at, bool image)
{
    struct opener *top = top_opener(s);
    if (top != NULL)
        top->bracket_after = true;
    s->openers[s->opener_count++ % OPENERS_MAX] =
        (struct opener){.at = at, .text = at + 1 + image, .first_link = s->o->out->link_count, .image = image};
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The byte that "%XX" at `at` stands for, or -1; never NUL. */
static int percent_byte(struct sv s, size_t at)
{
    int high = at + 2 < s.len ? hex_digit(s.ptr[at + 1]) : -1, low = high >= 0 ? hex_digit(s.ptr[at + 2]) : -1;
    return low >= 0 && high + low > 0 ? high * 16 + low : -1;
}

/* A view in which escapes and %XX are undone: `raw` itself where there are none. */
static struct sv decode(struct outliner *o, struct sv raw, bool percent)
{
    if (sv_chr(raw, '\\') == SIZE_MAX && sv_chr(raw, '%') == SIZE_MAX && sv_chr(raw, '&') == SIZE_MAX)
        return raw;
    char *into = arena_alloc(o->arena, raw.len + 1);
    if (into == NULL) {
        o->failed = true;
        return raw;
    }
    size_t n = 0;
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        int byte = percent && c == '%' ? percent_byte(raw, i) : -1;
        if (c == '\\' && i + 1 < raw.len && strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", raw.ptr[i + 1]) != NULL) {
            c = raw.ptr[++i];
        } else if (c == '&' && sv_starts(sv_from(raw, i), SV("&amp;"))) {
            i += 4;
        } else if (byte > 0) {
            c = (char)byte;
            i += 2;
        }
        into[n++] = c;
    }
    return sv_make(into, n);
}

/* Several lines of a label as one. */
static struct sv joined(struct scan *s, size_t begin, size_t end)
{
    struct sv text = sv_trim(sv_sub(s->text, begin, end - begin));
    if (sv_chr(text, '\n') == SIZE_MAX && sv_chr(text, '\r') == SIZE_MAX)
        return note_part(s, text);
    char *into = arena_alloc(s->o->arena, text.len);
    if (into == NULL) {
        s->o->failed = true;
        return text;
    }
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!space || into[n - 1] != ' ')
            into[n++] = space ? ' ' : c;
    }
    return sv_make(into, n);
}

/* Splits the destination at note offsets [begin, end) into target and anchor. */
static void set_target(struct outliner *o, struct link *link, size_t begin, size_t end)
{
    struct sv raw = sv_sub(o->note, begin, end - begin);
    link->external = inline_is_external(raw);
    size_t hash = link->external ? SIZE_MAX : sv_chr(raw, '#');
    struct sv target = hash == SIZE_MAX ? raw : sv_sub(raw, 0, hash);
    link->target_at = (struct span){.begin = begin, .end = begin + target.len};
    link->target = decode(o, target, !link->external);
    if (hash != SIZE_MAX)
        link->anchor = decode(o, sv_from(raw, hash + 1), true);
}

static void record_markdown(struct scan *s, const struct opener *opener, size_t close, size_t end, size_t target_begin,
                            size_t target_end)
{
    struct outline *out = s->o->out;
    /* An address inside a link's text is no link of its own. */
    while (out->link_count > opener->first_link && out->links[out->link_count - 1].external &&
           out->links[out->link_count - 1].kind == LINK_MARKDOWN)
        out->link_count--;
    struct link *link = add_link(s->o);
    if (link == NULL)
        return;
    link->at = span_of(s, opener->at, end);
    link->kind = opener->image ? LINK_EMBED : LINK_MARKDOWN;
    link->label = joined(s, opener->text, close);
    set_target(s->o, link, target_begin, target_end);
    cut_out(s, opener->at, opener->text, (struct sv){0});
    cut_out(s, close, end, (struct sv){0});
}

/* The form that follows the ']' at `close`: inline, full, collapsed or shortcut. Returns the link's end, or 0. */
static size_t link_tail(struct scan *s, const struct opener *opener, size_t close, size_t *begin_out, size_t *end_out)
{
    struct destination d;
    size_t next = close + 1;
    if (byte_at(s->text, next) == '(' && inline_resource(s->text, next, &d)) {
        *begin_out = s->base + d.begin;
        *end_out = s->base + d.end;
        return d.next;
    }
    if (s->o->definitions.count == 0)
        return 0;
    size_t label_end = inline_label(s->text, next), end = label_end > 0 ? label_end : next;
    struct sv label = label_end > next + 2 ? sv_sub(s->text, next + 1, label_end - next - 2)
                                           : sv_sub(s->text, opener->text, close - opener->text);
    if (label_end <= next + 2 && opener->bracket_after)
        return 0;
    const struct definition *definition = outline_definition(s->o, label);
    if (definition == NULL)
        return 0;
    *begin_out = definition->begin;
    *end_out = definition->end;
    return end;
}

static size_t scan_close(struct scan *s, size_t at)
{
    struct opener *top = top_opener(s);
    if (top == NULL)
        return at + 1;
    struct opener opener = *top;
    pop_opener(s);
    size_t target_begin = 0, target_end = 0;
    size_t end = opener.inactive ? 0 : link_tail(s, &opener, at, &target_begin, &target_end);
    if (end == 0)
        return at + 1;
    record_markdown(s, &opener, at, end, target_begin, target_end);
    size_t kept = s->opener_count < OPENERS_MAX ? s->opener_count : OPENERS_MAX;
    for (size_t i = 1; !opener.image && i <= kept; i++) {
        /* Links hold no links. */
        struct opener *outer = &s->openers[(s->opener_count - i) % OPENERS_MAX];
        outer->inactive = outer->inactive || !outer->image;
    }
    return end;
}

static void record_address(struct scan *s, size_t begin, size_t end, bool angle)
{
    struct link *link = add_link(s->o);
    if (link == NULL)
        return;
    link->at = span_of(s, begin, end);
    link->target_at = span_of(s, begin + angle, end - angle);
    link->kind = LINK_MARKDOWN;
    link->external = true;
    link->target = note_view(s, begin + angle, end - angle);
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
        record_address(s, at, end, true);
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
        record_wikilink(s, at, &w);
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
    push_opener(s, at, image);
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
    grown[(*count)++] = span_of(s, begin, end);
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
        cut_out(s, at, end, (struct sv){0});
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
    cut_out(s, at, at + len, (struct sv){0});
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
    count_words(s, sv_sub(s->text, at + 1, len - 1));
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
            record_address(s, at, end, false);
            return end;
        }
    }
    size_t end = scan_word(s, at);
    return end > at ? end : skip_rune(s, at);
}

static void scan_from(struct scan *s, size_t at)
{
    while (at < s->text.len && !s->o->failed) {
        switch (class_of(s->text.ptr[at])) {
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
        outline_heading(o, leaf);
}

void outline_scan(struct outliner *o)
{
    struct scan s;
    s.o = o;
    for (size_t i = 0; i < o->leaf_count && !o->failed; i++) {
        const struct leaf *leaf = &o->leaves[i];
        if (leaf->kind == LEAF_SKIPPED || leaf->end <= o->comment_until || leaf->begin >= leaf->end)
            continue;
        if (leaf->kind == LEAF_PARAGRAPH && o->out->first_line.len == 0 && leaf->begin >= o->comment_until)
            o->out->first_line = sv_trim(sv_sub(o->note, leaf->begin, line_end_at(o->note, leaf->begin) - leaf->begin));
        scan_leaf(&s, leaf);
    }
}
