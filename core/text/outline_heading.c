#include "text/outline_parts.h"

#include "base/utf8.h"
#include "text/fold.h"
#include "text/markdown.h"

#include <stdlib.h>
#include <string.h>

static int cut_cmp(const void *left, const void *right)
{
    const struct cut *a = left, *b = right;
    return a->begin < b->begin ? -1 : a->begin > b->begin;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Each run of white space as one space. */
static void collapse(struct buf *text)
{
    size_t n = 0;
    for (size_t i = 0; i < text->len; i++) {
        bool blank = is_blank(text->ptr[i]);
        if (!blank || n == 0 || text->ptr[n - 1] != ' ')
            text->ptr[n++] = blank ? ' ' : text->ptr[i];
    }
    buf_truncate(text, n);
}

/* The leaf's text with links replaced by their labels and comments gone, in one line. */
static void put_without_cuts(struct outliner *o, const struct leaf *leaf, struct sv text, struct buf *out)
{
    if (o->cut_count > 1)
        qsort(o->cuts, o->cut_count, sizeof(struct cut), cut_cmp);
    size_t at = 0;
    for (size_t i = 0; i < o->cut_count; i++) {
        const struct cut *cut = &o->cuts[i];
        if (cut->begin - leaf->begin < at)
            continue;
        buf_put(out, sv_sub(text, at, cut->begin - leaf->begin - at));
        buf_put(out, cut->instead);
        at = cut->end - leaf->begin;
    }
    buf_put(out, sv_from(text, at));
    if (!out->failed)
        collapse(out);
}

static bool has_markup(struct sv s)
{
    for (size_t i = 0; i < s.len; i++)
        if (strchr("*_`<&\\", s.ptr[i]) != NULL)
            return true;
    return false;
}

/* Without "==" of highlights and "~~" of strikethrough, which CommonMark leaves alone. */
static void drop_pairs(struct buf *text)
{
    size_t n = 0;
    for (size_t i = 0; i < text->len; i++) {
        char c = text->ptr[i];
        if ((c == '=' || c == '~') && i + 1 < text->len && text->ptr[i + 1] == c)
            i++;
        else
            text->ptr[n++] = c;
    }
    buf_truncate(text, n);
}

static struct sv heading_text(struct outliner *o, const struct leaf *leaf, struct sv source)
{
    struct buf raw = {0}, plain = {0};
    put_without_cuts(o, leaf, source, &raw);
    struct buf *text = &raw;
    if (!raw.failed && has_markup(buf_view(&raw))) {
        status s = md_plain(sv_trim(buf_view(&raw)), &plain, NULL);
        o->failed = o->failed || s == NO_MEMORY;
        if (s == DONE)
            text = &plain; /* else the markup stays */
    }
    if (!text->failed)
        drop_pairs(text);
    struct sv kept = arena_copy(o->arena, sv_trim(buf_view(text)));
    o->failed = o->failed || raw.failed || plain.failed || kept.ptr == NULL;
    buf_release(&raw);
    buf_release(&plain);
    return kept;
}

void heading_anchor(struct sv text, struct buf *out)
{
    if (!buf_reserve(out, text.len))
        return;
    for (size_t at = 0; at < text.len;) {
        uint32_t rune = (unsigned char)text.ptr[at];
        size_t len = rune < 0x80 ? 1 : utf8_decode(text, at, &rune);
        if (len > 0 && (rune_is_word(rune) || rune == '_' || rune == '-'))
            rune < 0x80 ? buf_char(out, (char)rune_lower(rune)) : buf_rune(out, rune_lower(rune));
        else if (len > 0 && rune == ' ')
            buf_char(out, '-');
        at += len > 0 ? len : 1;
    }
}

static struct map_entry *count_anchor(struct outliner *o, struct sv anchor)
{
    struct map_entry *entry = map_put(&o->anchors, anchor, NULL);
    o->failed = o->failed || entry == NULL;
    return entry;
}

/* The first is "a", the next "a-1", "a-2"; one that is taken already is passed over. */
static struct sv unique_anchor(struct outliner *o, struct sv text)
{
    buf_clear(&o->scratch);
    heading_anchor(text, &o->scratch);
    struct sv base = arena_copy(o->arena, buf_view(&o->scratch));
    if (o->scratch.failed || base.ptr == NULL) {
        o->failed = true;
        return base;
    }
    struct sv anchor = base;
    struct map_entry *taken = map_get(&o->anchors, base);
    while (taken != NULL && map_get(&o->anchors, anchor) != NULL) {
        anchor = arena_printf(o->arena, "%.*s-%u", SV_ARG(base), (unsigned)++taken->value.number);
        if (anchor.ptr == NULL)
            o->failed = true;
        if (o->failed)
            return anchor;
    }
    count_anchor(o, anchor);
    return anchor;
}

void outline_heading(struct outliner *o, const struct leaf *leaf, struct sv source)
{
    struct outline *out = o->out;
    struct heading *grown =
        outline_grow(o, out->headings, &out->heading_capacity, out->heading_count, sizeof(struct heading));
    if (grown == NULL)
        return;
    out->headings = grown;
    struct sv text = heading_text(o, leaf, source);
    struct sv anchor = o->failed ? (struct sv){0} : unique_anchor(o, text);
    out->headings[out->heading_count++] = (struct heading){
        .at = {.begin = leaf->begin, .end = leaf->end}, .level = leaf->level, .text = text, .anchor = anchor};
}
