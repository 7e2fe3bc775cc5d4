#include "text/outline_parts.h"

#include "text/fold.h"
#include "text/md_mask.h"

#include <stdlib.h>

enum { DEFINITION_LINES = 8 }; /* a definition goes on for at most so many lines */

/* Labels match by folded case and with white space collapsed. A view of `scratch`. */
static struct sv normalise(struct outliner *o, struct sv label)
{
    buf_clear(&o->scratch);
    fold_case(sv_trim(label), &o->scratch);
    if (o->scratch.failed) {
        o->failed = true;
        return (struct sv){0};
    }
    size_t n = 0;
    for (size_t i = 0; i < o->scratch.len; i++) {
        char c = o->scratch.ptr[i];
        bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!space || (n > 0 && o->scratch.ptr[n - 1] != ' '))
            o->scratch.ptr[n++] = space ? ' ' : c;
    }
    buf_truncate(&o->scratch, n);
    return buf_view(&o->scratch);
}

const struct definition *outline_definition(struct outliner *o, struct sv label)
{
    if (o->definitions.count == 0)
        return NULL;
    struct map_entry *entry = map_get(&o->definitions, normalise(o, label));
    return entry != NULL ? &o->definition_list[entry->value.number - 1] : NULL;
}

static void remember(struct outliner *o, struct sv label, struct definition definition)
{
    struct sv key = normalise(o, label);
    if (o->failed || key.len == 0 || map_get(&o->definitions, key) != NULL)
        return; /* the first one wins */
    key = arena_copy(o->arena, key);
    struct definition *grown =
        outline_grow(o, o->definition_list, &o->definition_capacity, o->definition_count, sizeof(struct definition));
    if (grown == NULL)
        return;
    struct map_entry *entry = key.ptr != NULL ? map_put(&o->definitions, key, NULL) : NULL;
    if (entry == NULL) {
        o->failed = true;
        return;
    }
    o->definition_list = grown;
    o->definition_list[o->definition_count++] = definition;
    entry->value.number = o->definition_count;
}

/* The offset behind the line end, where only white space stands in front of it; 0 otherwise. */
static size_t behind_line(struct sv s, size_t at)
{
    while (at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\t'))
        at++;
    if (at < s.len && s.ptr[at] == '\r')
        at++;
    if (at < s.len && s.ptr[at] == '\n')
        return at + 1;
    return at == s.len || s.ptr[at - (at > 0)] == '\r' ? at : 0;
}

/* "[label]: destination "title"" at `at`: the offset behind it, or 0. `base` is the note's offset of `s`. */
static size_t take_definition(struct outliner *o, struct sv s, size_t at, size_t base)
{
    while (at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\t'))
        at++;
    size_t label = inline_label(s, at);
    if (label == 0 || label >= s.len || s.ptr[label] != ':' || s.ptr[at + 1] == '^')
        return 0;
    struct destination d;
    size_t begin = inline_skip_space(s, label + 1);
    if (begin >= s.len || !inline_destination(s, begin, &d) || (d.end == d.begin && s.ptr[begin] != '<'))
        return 0;
    size_t end = behind_line(s, d.next), space = inline_skip_space(s, d.next);
    if (space > d.next) {
        size_t title = inline_title(s, space), behind = title > 0 ? behind_line(s, title) : 0;
        end = behind > 0 ? behind : end;
    }
    if (end > 0)
        remember(o, sv_sub(s, at + 1, label - at - 2), (struct definition){base + d.begin, base + d.end});
    return end;
}

static void take_from_paragraph(struct outliner *o, struct leaf *leaf)
{
    if (leaf->begin >= leaf->end || o->note.ptr[leaf->begin] != '[')
        return;
    struct sv text = outline_leaf_text(o, leaf);
    size_t at = 0, end;
    while (at < text.len && !o->failed && (end = take_definition(o, text, at, leaf->begin)) > 0)
        at = end;
    if (at == 0)
        return;
    leaf->begin += at;
    while (leaf->first_line < leaf->last_line && o->body + o->lines[leaf->first_line + 1].begin <= leaf->begin)
        leaf->first_line++;
}

/* "[^1]: text" of one word is a definition to cmark, which knows no footnotes here: its text is prose. */
static void add_footnote(struct outliner *o, size_t line, size_t begin)
{
    size_t end = outline_line_end(o, line), label = inline_label(sv_sub(o->note, 0, end), begin);
    if (label == 0 || label >= end || o->note.ptr[label] != ':')
        return;
    struct leaf *leaf = outline_add_leaf(o, LEAF_PARAGRAPH);
    if (leaf == NULL)
        return;
    leaf->first_line = leaf->last_line = (uint32_t)line;
    leaf->begin = label + 1;
    leaf->end = end;
}

/* Lines that belong to no leaf: cmark has swallowed them as definitions, or they are blank, rules, markers. */
static void take_from_gap(struct outliner *o, size_t first_line, size_t last_line)
{
    for (size_t line = first_line; line <= last_line && !o->failed; line++) {
        size_t begin = o->body + o->lines[line].begin;
        begin += md_skip_markers(sv_sub(o->note, begin, outline_line_end(o, line) - begin));
        if (begin >= o->note.len || o->note.ptr[begin] != '[')
            continue;
        if (begin + 1 < o->note.len && o->note.ptr[begin + 1] == '^') {
            add_footnote(o, line, begin);
            continue;
        }
        size_t last = line + DEFINITION_LINES < last_line ? line + DEFINITION_LINES : last_line;
        struct leaf gap = {.quotes = 255,
                           .first_line = (uint32_t)line,
                           .last_line = (uint32_t)last,
                           .begin = begin,
                           .end = outline_line_end(o, last)};
        struct sv text = outline_leaf_text(o, &gap);
        size_t end = text.ptr != NULL ? take_definition(o, text, 0, begin) : 0;
        while (line < last && o->body + o->lines[line + 1].begin < begin + end)
            line++;
    }
}

static int leaf_cmp(const void *left, const void *right)
{
    const struct leaf *a = left, *b = right;
    return a->begin < b->begin ? -1 : a->begin > b->begin;
}

void outline_find_definitions(struct outliner *o)
{
    if (sv_find(sv_from(o->note, o->body), SV("]:")) == SIZE_MAX)
        return;
    size_t next = 0; /* the first line not yet seen */
    size_t count = o->leaf_count;
    for (size_t i = 0; i < count && !o->failed; i++) {
        struct leaf leaf = o->leaves[i];
        if (leaf.first_line > next)
            take_from_gap(o, next, leaf.first_line - 1);
        if (leaf.last_line + 1 > next)
            next = (size_t)leaf.last_line + 1;
        bool underlined = leaf.kind == LEAF_HEADING && leaf.last_line > leaf.first_line;
        if (leaf.kind == LEAF_PARAGRAPH || underlined)
            take_from_paragraph(o, &o->leaves[i]);
    }
    if (next < o->line_count && !o->failed)
        take_from_gap(o, next, o->line_count - 1);
    if (o->leaf_count > count)
        qsort(o->leaves, o->leaf_count, sizeof(struct leaf), leaf_cmp);
}
