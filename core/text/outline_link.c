#include "text/outline_scan.h"

#include <string.h>

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

void scan_wikilink(struct scan *s, size_t begin, const struct wikilink *w)
{
    struct link *link = add_link(s->o);
    if (link == NULL)
        return;
    link->at = scan_span(s, begin, w->end);
    link->target_at = scan_span(s, w->target_begin, w->target_begin + w->target.len);
    link->kind = s->text.ptr[begin] == '!' ? LINK_EMBED : LINK_WIKI;
    link->target = scan_part(s, w->target);
    link->anchor = scan_part(s, w->anchor);
    link->label = scan_part(s, w->label);
    link->external = inline_is_external(link->target);
    struct sv shown = w->label.len > 0 ? w->label : w->target.len > 0 ? w->target : w->anchor;
    scan_count_words(s, shown);
    scan_cut(s, begin, w->end, scan_part(s, shown));
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

void scan_open(struct scan *s, size_t at, bool image)
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
        return scan_part(s, text);
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

/* The '#' that begins the anchor: one that is not escaped. */
static size_t find_hash(struct sv raw)
{
    for (size_t i = 0; i < raw.len; i++)
        if (raw.ptr[i] == '\\')
            i++;
        else if (raw.ptr[i] == '#')
            return i;
    return SIZE_MAX;
}

/* Splits the destination at note offsets [begin, end) into target and anchor. */
static void set_target(struct outliner *o, struct link *link, size_t begin, size_t end)
{
    struct sv raw = sv_sub(o->note, begin, end - begin);
    link->external = inline_is_external(raw);
    size_t hash = link->external ? SIZE_MAX : find_hash(raw);
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
    link->at = scan_span(s, opener->at, end);
    link->kind = opener->image ? LINK_EMBED : LINK_MARKDOWN;
    link->label = joined(s, opener->text, close);
    set_target(s->o, link, target_begin, target_end);
    scan_cut(s, opener->at, opener->text, (struct sv){0});
    scan_cut(s, close, end, (struct sv){0});
}

/* The form that follows the ']' at `close`: inline, full, collapsed or shortcut. Returns the link's end, or 0. */
static size_t link_tail(struct scan *s, const struct opener *opener, size_t close, size_t *begin_out, size_t *end_out)
{
    struct destination d;
    size_t next = close + 1;
    if (next < s->text.len && s->text.ptr[next] == '(' && inline_resource(s->text, next, &d)) {
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

size_t scan_close(struct scan *s, size_t at)
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

void scan_address(struct scan *s, size_t begin, size_t end, bool angle)
{
    struct link *link = add_link(s->o);
    if (link == NULL)
        return;
    link->at = scan_span(s, begin, end);
    link->target_at = scan_span(s, begin + angle, end - angle);
    link->kind = LINK_MARKDOWN;
    link->external = true;
    link->target = scan_view(s, begin + angle, end - angle);
}
