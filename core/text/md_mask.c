#include "text/md_mask.h"

#include <string.h>

static const bool special[256] = {
    ['*'] = true, ['_'] = true, ['['] = true,  [']'] = true, ['!'] = true,
    ['&'] = true, ['<'] = true, ['\\'] = true, ['`'] = true, ['^'] = true,
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

enum { MARKERS_MAX = 64, COLUMNS_MAX = 128, TAB_COLUMNS = 4 };

/* The length of the quote or list marker at `at`, with the blank that a list marker needs; 0 when there is none. */
static size_t marker_length(struct sv line, size_t at)
{
    size_t end = at;
    if (at < line.len && line.ptr[at] == '>')
        return 1;
    while (end < line.len && is_digit(line.ptr[end]))
        end++;
    if (end + 1 >= line.len || !is_blank(line.ptr[end + 1]))
        return 0;
    char c = line.ptr[end];
    bool mark = end > at ? c == '.' || c == ')' : c == '-' || c == '+' || c == '*';
    return mark ? end + 1 - at : 0;
}

size_t md_skip_markers(struct sv line)
{
    size_t at = 0, marker;
    do {
        while (at < line.len && is_blank(line.ptr[at]))
            at++;
        marker = marker_length(line, at);
        at += marker;
    } while (marker > 0);
    return at;
}

/* "- - - - -" is one rule, not many lists. */
static bool is_rule(struct sv line)
{
    struct sv text = sv_trim(line);
    size_t marks = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != text.ptr[0] && !is_blank(text.ptr[i]))
            return false;
        marks += !is_blank(text.ptr[i]);
    }
    return marks >= 3 && (text.ptr[0] == '-' || text.ptr[0] == '*');
}

bool md_is_too_deep(struct sv line)
{
    size_t skip = md_skip_markers(line), markers = 0, columns = 0;
    if (skip <= COLUMNS_MAX / TAB_COLUMNS)
        return false;
    for (size_t i = 0; i < skip; i++) {
        columns += line.ptr[i] == '\t' ? TAB_COLUMNS : 1;
        markers += !is_blank(line.ptr[i]) && !is_digit(line.ptr[i]);
    }
    return (markers > MARKERS_MAX || (markers > 0 && columns > COLUMNS_MAX)) && !is_rule(line);
}

/* Whether the line, from its first character that is no marker, may open a link reference definition. */
static bool may_define(struct sv content)
{
    if (content.len == 0 || content.ptr[0] != '[')
        return false;
    for (size_t i = 1; i < content.len; i++) {
        if (content.ptr[i] == '\\')
            i++;
        else if (content.ptr[i] == ']')
            return i + 1 < content.len && content.ptr[i + 1] == ':';
        else if (content.ptr[i] == '[')
            return false;
    }
    return true; /* the label goes on in the next line */
}

/* Rules of '*' or '_', and fences: both are told by the whole line. */
static bool is_kept(struct sv content)
{
    if (sv_starts(content, SV("```")))
        return true;
    char c = content.len > 0 ? content.ptr[0] : ' ';
    if (c != '*' && c != '_')
        return false;
    for (size_t i = 0; i < content.len; i++)
        if (content.ptr[i] != c && !is_blank(content.ptr[i]))
            return false;
    return true;
}

/* What ends an HTML block or escapes a cell's border counts for blocks too. */
static bool counts_for_blocks(struct sv rest)
{
    char c = rest.ptr[0], next = rest.len > 1 ? rest.ptr[1] : ' ', third = rest.len > 2 ? rest.ptr[2] : ' ';
    if (c == '<') /* </script>, </style>, </pre> */
        return next == '/' && ((third | 0x20) == 's' || (third | 0x20) == 'p');
    if (c == '\\')
        return next == '|';
    if (c == ']')
        return next == '>' || (next == ']' && third == '>');
    return false;
}

static void mask_line(struct sv content, char *into)
{
    for (size_t i = 0; i < content.len; i++)
        if (special[(unsigned char)content.ptr[i]] && !counts_for_blocks(sv_from(content, i)))
            into[i] = 'x';
}

/* A line that begins with '<' may be a tag alone, which opens an HTML block when it is a valid one: each cover is as
 * valid or invalid, in every place of a tag, as what it covers. For '_' there is none, so it stays. */
static char tag_cover(char c)
{
    return c == '_' ? '_' : c == '<' || c == '`' ? '=' : ',';
}

enum { OPENING_LEN = 9 }; /* of "<![CDATA[", the longest fixed beginning */

static void mask_html_line(struct sv content, char *into)
{
    bool fixed = content.len > 1 && (content.ptr[1] == '!' || content.ptr[1] == '?');
    for (size_t i = fixed ? OPENING_LEN : 1; i < content.len; i++)
        if (special[(unsigned char)content.ptr[i]] && !counts_for_blocks(sv_from(content, i)))
            into[i] = tag_cover(content.ptr[i]);
}

static size_t find_byte(struct sv source, size_t from, char c)
{
    const char *found = memchr(source.ptr + from, c, source.len - from);
    return found != NULL ? (size_t)(found - source.ptr) : source.len;
}

bool md_lines_next(struct md_lines *lines, struct sv *line_out)
{
    struct sv source = lines->source;
    size_t at = lines->next;
    if (at >= source.len)
        return false;
    if (lines->lf < at || at == 0)
        lines->lf = find_byte(source, at, '\n');
    if (lines->cr < at || at == 0)
        lines->cr = find_byte(source, at, '\r');
    size_t end = lines->cr < lines->lf ? lines->cr : lines->lf;
    bool crlf = end == lines->cr && end + 1 == lines->lf;
    *line_out = sv_sub(source, at, end - at);
    lines->next = end + 1 + crlf;
    return true;
}

static bool is_empty(struct sv content)
{
    for (size_t i = 0; i < content.len; i++)
        if (!is_blank(content.ptr[i]))
            return false;
    return true;
}

void md_mask(struct sv source, char *into)
{
    if (source.len > 0)
        memcpy(into, source.ptr, source.len);
    bool defining = false;
    struct md_lines lines = {.source = source};
    struct sv line;
    while (md_lines_next(&lines, &line)) {
        size_t skip = md_skip_markers(line);
        struct sv content = sv_from(line, skip);
        char *at = into + (content.ptr - source.ptr);
        defining = !is_empty(content) && (defining || may_define(content));
        if (!defining && content.len > 0 && content.ptr[0] == '<')
            mask_html_line(content, at);
        else if (!defining && !is_kept(content))
            mask_line(content, at);
    }
}
