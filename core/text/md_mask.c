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

size_t md_skip_markers(struct sv line)
{
    size_t at = 0;
    for (;;) {
        while (at < line.len && is_blank(line.ptr[at]))
            at++;
        size_t marker = at;
        while (marker < line.len && is_digit(line.ptr[marker]))
            marker++;
        bool number = marker > at;
        if (marker >= line.len)
            return at;
        char c = line.ptr[marker];
        if (c == '>' && !number) {
            at = marker + 1;
            continue;
        }
        bool marks = number ? c == '.' || c == ')' : c == '-' || c == '+' || c == '*';
        if (!marks || marker + 1 >= line.len || !is_blank(line.ptr[marker + 1]))
            return at;
        at = marker + 1;
    }
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

/* Fences, HTML, and rules of '*' or '_', read whole by cmark. */
static bool is_kept(struct sv content)
{
    char c = content.len > 0 ? content.ptr[0] : ' ';
    if (c == '`' || c == '<')
        return true;
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
    char c = rest.ptr[0], next = rest.len > 1 ? rest.ptr[1] : ' ';
    if (c == '<')
        return next == '/';
    if (c == '\\')
        return next == '|';
    if (c == ']')
        return next == '>' || next == ']';
    return false;
}

static void mask_line(struct sv content, char *into)
{
    for (size_t i = 0; i < content.len; i++)
        if (special[(unsigned char)content.ptr[i]] && !counts_for_blocks(sv_from(content, i)))
            into[i] = 'x';
}

/* As cmark: LF, CRLF and a lone CR. */
static size_t line_end(struct sv source, size_t at)
{
    const char *lf = memchr(source.ptr + at, '\n', source.len - at);
    size_t end = lf != NULL ? (size_t)(lf - source.ptr) : source.len;
    const char *cr = memchr(source.ptr + at, '\r', end - at);
    return cr != NULL ? (size_t)(cr - source.ptr) : end;
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
    for (size_t at = 0; at < source.len;) {
        size_t end = line_end(source, at);
        struct sv line = sv_sub(source, at, end - at);
        size_t skip = md_skip_markers(line);
        struct sv content = sv_from(line, skip);
        bool crlf = end < source.len && source.ptr[end] == '\r' && end + 1 < source.len && source.ptr[end + 1] == '\n';
        defining = !is_empty(content) && (defining || may_define(content));
        if (!defining && !is_kept(content))
            mask_line(content, into + at + skip);
        at = end + 1 + crlf;
    }
}
