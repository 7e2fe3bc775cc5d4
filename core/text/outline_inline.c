#include "text/outline_parts.h"

#include <string.h>

/* Pieces of CommonMark 0.29's inlines. Each reads on from one place; what could be searched again and again without
 * success is bounded or remembered, so that a leaf is read in linear time. */
enum {
    LABEL_MAX = 999,
    PARENS_MAX = 32,
    TAG_MAX = 4096, /* bytes of one HTML tag */
    SCHEME_MIN = 2,
    SCHEME_MAX = 32
};

static char byte_at(struct sv s, size_t at)
{
    return at < s.len ? s.ptr[at] : '\0';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_alnum(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

static bool is_punct(char c)
{
    return c > ' ' && c < 0x7f && !is_alnum(c);
}

size_t inline_skip_space(struct sv s, size_t at)
{
    bool line_end = false;
    while (at < s.len && is_space(s.ptr[at])) {
        if (s.ptr[at] == '\n') {
            if (line_end)
                break;
            line_end = true;
        }
        at++;
    }
    return at;
}

static bool angle_destination(struct sv s, size_t at, struct destination *out)
{
    for (size_t i = at + 1; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '>') {
            *out = (struct destination){.begin = at + 1, .end = i, .next = i + 1};
            return true;
        }
        if (c == '\n' || c == '\r' || c == '<')
            return false;
        if (c == '\\' && is_punct(byte_at(s, i + 1)))
            i++;
    }
    return false;
}

bool inline_destination(struct sv s, size_t at, struct destination *out)
{
    if (byte_at(s, at) == '<')
        return angle_destination(s, at, out);
    unsigned depth = 0;
    size_t i = at;
    for (; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '\\' && is_punct(byte_at(s, i + 1))) {
            i++;
        } else if (c == '(') {
            if (++depth > PARENS_MAX)
                return false;
        } else if (c == ')') {
            if (depth == 0)
                break;
            depth--;
        } else if (is_space(c) || (unsigned char)c < ' ') {
            break;
        }
    }
    *out = (struct destination){.begin = at, .end = i, .next = i};
    return depth == 0;
}

size_t inline_title(struct sv s, size_t at)
{
    char open = byte_at(s, at), close = open == '(' ? ')' : open;
    if (open != '"' && open != '\'' && open != '(')
        return 0;
    for (size_t i = at + 1; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '\\')
            i++;
        else if (c == close)
            return i + 1;
        else if (c == '(' && open == '(')
            return 0;
    }
    return 0;
}

size_t inline_label(struct sv s, size_t at)
{
    if (byte_at(s, at) != '[')
        return 0;
    for (size_t i = at + 1; i < s.len && i - at <= LABEL_MAX + 1; i++) {
        char c = s.ptr[i];
        if (c == ']')
            return i + 1;
        if (c == '[')
            return 0;
        if (c == '\\' && is_punct(byte_at(s, i + 1)))
            i++;
    }
    return 0;
}

bool inline_resource(struct sv s, size_t at, struct destination *out)
{
    size_t i = inline_skip_space(s, at + 1);
    struct destination d = {.begin = i, .end = i, .next = i};
    if (byte_at(s, i) != ')' && !inline_destination(s, i, &d))
        return false;
    i = inline_skip_space(s, d.next);
    if (i > d.next) {
        size_t title = inline_title(s, i);
        if (title > 0)
            i = inline_skip_space(s, title);
    }
    if (byte_at(s, i) != ')')
        return false;
    *out = d;
    out->next = i + 1;
    return true;
}

/* --- HTML --- */

static size_t find_end(struct sv s, size_t at, struct sv end, bool *missing)
{
    if (*missing)
        return 0;
    size_t found = sv_find(sv_from(s, at), end);
    *missing = found == SIZE_MAX;
    return *missing ? 0 : at + found + end.len;
}

static size_t tag_name(struct sv s, size_t at)
{
    if (!is_letter(byte_at(s, at)))
        return at;
    while (is_alnum(byte_at(s, at)) || byte_at(s, at) == '-')
        at++;
    return at;
}

static size_t skip_spaces(struct sv s, size_t at)
{
    while (at < s.len && is_space(s.ptr[at]))
        at++;
    return at;
}

static size_t attribute_value(struct sv s, size_t at)
{
    char quote = byte_at(s, at);
    if (quote == '"' || quote == '\'') {
        const char *close = at + 1 < s.len ? memchr(s.ptr + at + 1, quote, s.len - at - 1) : NULL;
        return close != NULL ? (size_t)(close - s.ptr) + 1 : 0;
    }
    size_t end = at;
    while (end < s.len && !is_space(s.ptr[end]) && strchr("\"'=<>`", s.ptr[end]) == NULL)
        end++;
    return end > at ? end : 0;
}

/* " name = value" or " name"; `at` itself when there is none, 0 when it is broken. */
static size_t attribute(struct sv s, size_t at)
{
    size_t name = skip_spaces(s, at);
    char c = byte_at(s, name);
    if (name == at || (!is_letter(c) && c != '_' && c != ':'))
        return at;
    size_t end = name;
    while (is_alnum(byte_at(s, end)) || (byte_at(s, end) != '\0' && strchr("_:.-", byte_at(s, end)) != NULL))
        end++;
    size_t equals = skip_spaces(s, end);
    if (byte_at(s, equals) != '=')
        return end;
    return attribute_value(s, skip_spaces(s, equals + 1));
}

static size_t html_tag(struct sv s, size_t at)
{
    s = sv_sub(s, 0, at + TAG_MAX);
    bool closing = byte_at(s, at + 1) == '/';
    size_t begin = at + 1 + closing, end = tag_name(s, begin);
    if (end == begin)
        return 0;
    while (!closing) {
        size_t next = attribute(s, end);
        if (next == 0)
            return 0;
        if (next == end)
            break;
        end = next;
    }
    end = skip_spaces(s, end);
    if (!closing && byte_at(s, end) == '/')
        end++;
    return byte_at(s, end) == '>' ? end + 1 : 0;
}

size_t inline_html(struct sv s, size_t at, struct html_memo *memo)
{
    struct sv rest = sv_from(s, at);
    if (sv_starts(rest, SV("<!--"))) {
        bool empty = sv_starts(rest, SV("<!-->")) || sv_starts(rest, SV("<!--->"));
        return empty ? 0 : find_end(s, at + 4, SV("-->"), &memo->no_comment_end);
    }
    if (sv_starts(rest, SV("<?")))
        return find_end(s, at + 2, SV("?>"), &memo->no_instruction_end);
    if (sv_starts(rest, SV("<![CDATA[")))
        return find_end(s, at + 9, SV("]]>"), &memo->no_cdata_end);
    if (sv_starts(rest, SV("<!")) && is_letter(byte_at(s, at + 2)))
        return find_end(s, at + 2, SV(">"), &memo->no_declaration_end);
    return html_tag(s, at);
}

/* --- addresses --- */

/* The length of "scheme:" that `s` begins with, or 0. */
static size_t scheme_length(struct sv s)
{
    if (s.len == 0 || !is_letter(s.ptr[0]))
        return 0;
    size_t i = 1;
    while (i < s.len && i <= SCHEME_MAX &&
           (is_alnum(s.ptr[i]) || s.ptr[i] == '+' || s.ptr[i] == '.' || s.ptr[i] == '-'))
        i++;
    return i >= SCHEME_MIN && i <= SCHEME_MAX && byte_at(s, i) == ':' ? i + 1 : 0;
}

bool inline_is_external(struct sv destination)
{
    return scheme_length(destination) > 0 || sv_starts(destination, SV("//"));
}

static size_t mail_autolink(struct sv s, size_t at)
{
    size_t i = at + 1;
    while (is_alnum(byte_at(s, i)) || (byte_at(s, i) != '\0' && strchr(".!#$%&'*+/=?^_`{|}~-", byte_at(s, i)) != NULL))
        i++;
    if (i == at + 1 || byte_at(s, i) != '@')
        return 0;
    size_t host = ++i;
    while (is_alnum(byte_at(s, i)) || byte_at(s, i) == '-' || byte_at(s, i) == '.')
        i++;
    return i > host && byte_at(s, i) == '>' ? i + 1 : 0;
}

size_t inline_autolink(struct sv s, size_t at)
{
    size_t scheme = scheme_length(sv_from(s, at + 1));
    if (scheme == 0)
        return mail_autolink(s, at);
    for (size_t i = at + 1 + scheme; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '>')
            return i + 1;
        if (c <= ' ' || c == '<')
            return 0;
    }
    return 0;
}

/* GitHub's rule: no closing punctuation, no unmatched ')', no entity at the end. */
static size_t trim_url(struct sv s, size_t begin, size_t end)
{
    size_t open = 0, close = 0;
    for (size_t i = begin; i < end; i++) {
        open += s.ptr[i] == '(';
        close += s.ptr[i] == ')';
    }
    while (end > begin) {
        char c = s.ptr[end - 1];
        if (c == ')' && close > open) {
            close--;
        } else if (c == ';') {
            size_t amp = end - 1;
            while (amp > begin && is_alnum(s.ptr[amp - 1]))
                amp--;
            if (amp > begin && s.ptr[amp - 1] == '&' && amp < end - 1)
                end = amp;
        } else if (c == ')' || strchr("?!.,:*_~'\"]", c) == NULL) {
            break;
        }
        end--;
    }
    return end;
}

size_t inline_bare_url(struct sv s, size_t at, bool in_brackets)
{
    static const char *const starts[] = {"https://", "http://", "ftp://", "www."};
    struct sv rest = sv_from(s, at);
    size_t skip = 0;
    for (size_t i = 0; i < sizeof starts / sizeof *starts && skip == 0; i++) {
        struct sv start = sv_of(starts[i]);
        if (sv_eq_nocase(sv_sub(rest, 0, start.len), start))
            skip = start.len;
    }
    if (skip == 0)
        return 0;
    size_t end = at + skip;
    while (end < s.len && !is_space(s.ptr[end]) && s.ptr[end] != '<' && !(in_brackets && s.ptr[end] == ']'))
        end++;
    end = trim_url(s, at + skip, end);
    unsigned char first = (unsigned char)byte_at(s, at + skip);
    return end > at + skip && (is_alnum((char)first) || first >= 0x80) ? end : 0;
}
