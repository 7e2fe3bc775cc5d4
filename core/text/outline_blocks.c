#include "text/outline_parts.h"

#include "text/markdown.h"
#include "text/md_mask.h"

#include <string.h>

enum { QUOTES_MAX = 255 };

enum { LEAVES_MAX = 1000000 };

void *outline_grow(struct outliner *o, void *items, size_t *capacity, size_t count, size_t size)
{
    if (count >= OUTLINE_MAX) {
        o->out->full = true;
        return NULL;
    }
    void *grown = arena_grow(o->arena, items, capacity, count, size);
    if (grown == NULL)
        o->failed = true;
    return grown;
}

/* A lone CR ends a line of cmark's, but none of an editor's. */
static bool ends_line(struct sv body, size_t at)
{
    return body.ptr[at] == '\n' || (at + 1 < body.len && body.ptr[at + 1] != '\n');
}

/* The first CR or LF at or behind `at`. */
static const char *find_line_end(struct sv body, size_t at, bool has_cr)
{
    if (!has_cr)
        return at < body.len ? memchr(body.ptr + at, '\n', body.len - at) : NULL;
    while (at < body.len && body.ptr[at] != '\n' && body.ptr[at] != '\r')
        at++;
    return at < body.len ? body.ptr + at : NULL;
}

/* Writes the lines to `lines`, unless it is NULL; returns how many there are. */
static size_t list_lines(struct sv body, bool has_cr, struct line *lines)
{
    size_t count = 0, number = 0;
    if (lines != NULL)
        lines[count] = (struct line){0};
    count++;
    const char *end = find_line_end(body, 0, has_cr);
    for (; end != NULL; end = find_line_end(body, (size_t)(end - body.ptr) + 1, has_cr)) {
        size_t at = (size_t)(end - body.ptr);
        number += *end == '\n';
        if (!ends_line(body, at))
            continue;
        if (lines != NULL)
            lines[count] = (struct line){.begin = (uint32_t)(at + 1), .number = (uint32_t)number};
        count++;
    }
    return count;
}

static void find_lines(struct outliner *o)
{
    struct sv body = sv_from(o->note, o->body);
    bool has_cr = body.len > 0 && memchr(body.ptr, '\r', body.len) != NULL;
    o->line_count = list_lines(body, has_cr, NULL);
    o->lines = arena_array(o->arena, o->line_count, sizeof(struct line));
    o->failed = o->lines == NULL;
    if (!o->failed)
        list_lines(body, has_cr, o->lines);
}

size_t outline_line_end(const struct outliner *o, size_t line)
{
    size_t begin = o->body + o->lines[line].begin;
    size_t end = line + 1 < o->line_count ? o->body + o->lines[line + 1].begin : o->note.len;
    while (end > begin && (o->note.ptr[end - 1] == '\n' || o->note.ptr[end - 1] == '\r'))
        end--;
    return end;
}

struct leaf *outline_add_leaf(struct outliner *o, enum leaf_kind kind)
{
    if (o->leaf_count >= LEAVES_MAX) {
        o->out->full = true;
        return NULL;
    }
    struct leaf *grown = arena_grow(o->arena, o->leaves, &o->leaf_capacity, o->leaf_count, sizeof(struct leaf));
    if (grown == NULL) {
        o->failed = true;
        return NULL;
    }
    o->leaves = grown;
    struct leaf *leaf = &o->leaves[o->leaf_count++];
    *leaf = (struct leaf){.kind = kind};
    return leaf;
}

/* --- from cmark's events --- */

struct block_reader {
    struct outliner *o;
    unsigned quotes;
    bool item_opened;   /* and nothing has stood in it yet */
    bool above_table;   /* a paragraph without a place was seen: the lines in front of the next table's head */
    bool above_in_item; /* its `first_of_item` */
};

static size_t clamp_line(const struct outliner *o, unsigned line)
{
    size_t index = line > 0 ? line - 1 : 0;
    return index < o->line_count ? index : o->line_count - 1;
}

static struct leaf *add_block(struct block_reader *r, enum leaf_kind kind, const struct md_event *e)
{
    struct outliner *o = r->o;
    struct leaf *leaf = outline_add_leaf(o, kind);
    if (leaf == NULL)
        return NULL;
    leaf->quotes = (uint8_t)(r->quotes < QUOTES_MAX ? r->quotes : QUOTES_MAX);
    leaf->level = (uint8_t)e->level;
    leaf->first_of_item = r->item_opened;
    leaf->first_line = (uint32_t)clamp_line(o, e->line);
    leaf->last_line = (uint32_t)clamp_line(o, e->end_line);
    if (leaf->last_line < leaf->first_line)
        leaf->last_line = leaf->first_line;
    size_t line_begin = o->body + o->lines[leaf->first_line].begin, line_end = outline_line_end(o, leaf->first_line);
    leaf->begin = line_begin + (e->column > 0 ? e->column - 1 : 0);
    if (leaf->begin > line_end)
        leaf->begin = line_end;
    leaf->end = outline_line_end(o, leaf->last_line);
    return leaf;
}

/* "## text ##": the text alone. False for a heading that is underlined. */
static bool trim_atx(const struct outliner *o, struct leaf *leaf)
{
    const char *p = o->note.ptr;
    size_t begin = leaf->begin, end = outline_line_end(o, leaf->first_line);
    while (begin < end && (p[begin] == ' ' || p[begin] == '\t'))
        begin++;
    size_t mark = begin;
    while (mark < end && p[mark] == '#')
        mark++;
    if (mark == begin || (mark < end && p[mark] != ' ' && p[mark] != '\t'))
        return false;
    struct sv text = sv_trim_right(sv_sub(o->note, mark, end - mark));
    size_t close = text.len;
    while (close > 0 && text.ptr[close - 1] == '#')
        close--;
    if (close < text.len && (close == 0 || text.ptr[close - 1] == ' ' || text.ptr[close - 1] == '\t'))
        text = sv_trim_right(sv_sub(text, 0, close));
    size_t left = text.len - sv_trim_left(text).len;
    leaf->begin = mark + left;
    leaf->end = mark + text.len;
    return true;
}

/* Quote markers and white space that a line begins with. */
static size_t skip_prefix(struct sv line, unsigned quotes)
{
    size_t at = 0;
    while (at < line.len) {
        char c = line.ptr[at];
        if (c == '>' && quotes > 0)
            quotes--;
        else if (c != ' ' && c != '\t')
            break;
        at++;
    }
    return at;
}

static struct sv line_text(const struct outliner *o, size_t line)
{
    size_t begin = o->body + o->lines[line].begin;
    return sv_sub(o->note, begin, outline_line_end(o, line) - begin);
}

static bool is_underline(struct sv line, unsigned quotes)
{
    struct sv text = sv_trim_right(sv_from(line, skip_prefix(line, quotes)));
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != text.ptr[0] || (text.ptr[i] != '=' && text.ptr[i] != '-'))
            return false;
    return text.len > 0;
}

static void trim_heading(const struct outliner *o, struct leaf *leaf)
{
    if (trim_atx(o, leaf))
        return;
    for (size_t line = (size_t)leaf->first_line + 1; line <= leaf->last_line; line++)
        if (is_underline(line_text(o, line), leaf->quotes)) {
            leaf->last_line = (uint32_t)line;
            leaf->end = outline_line_end(o, line - 1);
        }
    while (leaf->end > leaf->begin && strchr(" \t\r\n", o->note.ptr[leaf->end - 1]) != NULL)
        leaf->end--;
}

static void add_heading(struct block_reader *r, const struct md_event *e)
{
    struct leaf *leaf = add_block(r, LEAF_HEADING, e);
    if (leaf != NULL)
        trim_heading(r->o, leaf);
}

static void add_cell(struct block_reader *r, size_t line, size_t begin, size_t end)
{
    struct leaf *leaf = outline_add_leaf(r->o, LEAF_CELL);
    if (leaf == NULL)
        return;
    leaf->first_line = leaf->last_line = (uint32_t)line;
    leaf->begin = begin;
    leaf->end = end;
}

static bool is_delimiter_row(struct sv row)
{
    bool dash = false;
    for (size_t i = 0; i < row.len; i++) {
        if (strchr("|:- \t", row.ptr[i]) == NULL)
            return false;
        dash = dash || row.ptr[i] == '-';
    }
    return dash;
}

/* cmark gives a table the first line of the paragraph whose last line is its head. */
static size_t head_line(const struct block_reader *r, const struct md_event *e)
{
    const struct outliner *o = r->o;
    size_t line = clamp_line(o, e->line);
    for (size_t i = line; i + 1 < o->line_count; i++) {
        struct sv below = line_text(o, i + 1);
        if (is_delimiter_row(sv_from(below, skip_prefix(below, r->quotes))))
            return i;
    }
    return line;
}

/* Cells are parted by every '|' that has no backslash in front, in code spans too. */
static void add_row(struct block_reader *r, size_t line_number)
{
    struct outliner *o = r->o;
    struct sv line = line_text(o, line_number);
    size_t line_begin = o->body + o->lines[line_number].begin;
    size_t at = skip_prefix(line, r->quotes);
    at += md_skip_markers(sv_from(line, at)); /* a head may stand right behind a list marker */
    for (size_t begin = at; at <= line.len; at++) {
        if (at < line.len && line.ptr[at] == '\\') {
            at++;
            continue;
        }
        if (at < line.len && line.ptr[at] != '|')
            continue;
        if (at > begin)
            add_cell(r, line_number, line_begin + begin, line_begin + at);
        begin = at + 1;
    }
}

static void add_table_head(struct block_reader *r, const struct md_event *e)
{
    size_t head = head_line(r, e);
    if (r->above_table && head > clamp_line(r->o, e->line)) {
        struct md_event above = *e;
        above.end_line = (unsigned)head;
        r->item_opened = r->above_in_item;
        add_block(r, LEAF_PARAGRAPH, &above);
    }
    r->above_table = false;
    add_row(r, head);
}

static void add_paragraph(struct block_reader *r, const struct md_event *e)
{
    if (e->line > 0) {
        add_block(r, LEAF_PARAGRAPH, e);
        return;
    }
    r->above_table = true;
    r->above_in_item = r->item_opened;
}

static status on_block(void *payload, const struct md_event *e, struct err *err)
{
    struct block_reader *r = payload;
    if (e->kind == MD_QUOTE)
        r->quotes += e->enter ? 1U : -1U;
    if (e->kind == MD_ITEM) {
        r->item_opened = e->enter;
        return DONE;
    }
    if (!e->enter)
        return DONE;
    if (e->kind == MD_PARAGRAPH)
        add_paragraph(r, e);
    else if (e->kind == MD_HEADING)
        add_heading(r, e);
    else if (e->kind == MD_CODE_BLOCK || e->kind == MD_HTML_BLOCK)
        add_block(r, LEAF_SKIPPED, e);
    else if (e->kind == MD_TABLE_HEAD)
        add_table_head(r, e);
    else if (e->kind == MD_TABLE_ROW)
        add_row(r, clamp_line(r->o, e->line));
    r->item_opened = false;
    return r->o->failed ? err_no_memory(err) : DONE;
}

/* --- by lines alone, for what cmark cannot be trusted with --- */

static size_t fence_length(struct sv text)
{
    char c = text.len > 0 ? text.ptr[0] : ' ';
    size_t n = 0;
    while ((c == '`' || c == '~') && n < text.len && text.ptr[n] == c)
        n++;
    return n >= 3 ? n : 0;
}

static unsigned atx_level(struct sv text)
{
    unsigned level = 0;
    while (level < text.len && text.ptr[level] == '#')
        level++;
    bool closed = level == text.len || text.ptr[level] == ' ' || text.ptr[level] == '\t';
    return level >= 1 && level <= 6 && closed ? level : 0;
}

static void add_plain_line(struct outliner *o, size_t line)
{
    struct sv text = line_text(o, line);
    size_t skip = md_skip_markers(text);
    struct sv content = sv_from(text, skip);
    if (sv_trim(content).len == 0)
        return;
    unsigned level = atx_level(content);
    struct leaf *leaf = outline_add_leaf(o, level > 0 ? LEAF_HEADING : LEAF_PARAGRAPH);
    if (leaf == NULL)
        return;
    leaf->level = (uint8_t)level;
    leaf->first_line = leaf->last_line = (uint32_t)line;
    leaf->begin = o->body + o->lines[line].begin + skip;
    leaf->end = outline_line_end(o, line);
    leaf->first_of_item = skip > 0 && content.ptr[0] == '[';
    if (level > 0)
        trim_atx(o, leaf);
}

static void find_plain_leaves(struct outliner *o)
{
    size_t fence = 0;
    char fence_char = ' ';
    for (size_t line = 0; line < o->line_count && !o->failed; line++) {
        struct sv text = sv_trim(line_text(o, line));
        size_t length = fence_length(text);
        if (fence > 0) {
            if (length >= fence && text.ptr[0] == fence_char && length == text.len)
                fence = 0;
        } else if (length > 0) {
            fence = length;
            fence_char = text.ptr[0];
        } else {
            add_plain_line(o, line);
        }
    }
}

status outline_find_leaves(struct outliner *o)
{
    find_lines(o);
    if (o->failed)
        return err_no_memory(o->err);
    struct block_reader reader = {.o = o};
    status s = md_walk_blocks(sv_from(o->note, o->body), on_block, &reader, o->err);
    if (s == REFUSED) {
        o->out->plain = true;
        o->leaf_count = 0;
        find_plain_leaves(o);
        s = o->failed ? NO_MEMORY : DONE;
    }
    return s;
}

struct sv outline_leaf_text(struct outliner *o, const struct leaf *leaf)
{
    struct sv text = sv_sub(o->note, leaf->begin, leaf->end - leaf->begin);
    if (leaf->quotes == 0 || leaf->first_line == leaf->last_line)
        return text;
    char *into = arena_alloc(o->arena, text.len);
    if (into == NULL) {
        o->failed = true;
        return (struct sv){0};
    }
    memcpy(into, text.ptr, text.len);
    for (size_t line = (size_t)leaf->first_line + 1; line <= leaf->last_line; line++) {
        size_t begin = o->body + o->lines[line].begin;
        if (begin >= leaf->end)
            break;
        struct sv rest = sv_sub(o->note, begin, leaf->end - begin);
        memset(into + (begin - leaf->begin), ' ', skip_prefix(rest, leaf->quotes));
    }
    return sv_make(into, text.len);
}
