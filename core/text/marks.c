#include "text/marks.h"

#include "base/utf8.h"
#include "text/fold.h"

#include <string.h>

enum {
    KEY_MAX = 80,    /* bytes of an inline field's key */
    VALUE_MAX = 1000 /* and of its value in brackets; bounds keep hostile lines linear */
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

size_t line_end_at(struct sv s, size_t at)
{
    while (at < s.len && s.ptr[at] != '\n' && s.ptr[at] != '\r')
        at++;
    return at;
}

/* Where `part`, a view into `s`, begins. */
static size_t offset_in(struct sv s, struct sv part)
{
    return (size_t)(part.ptr - s.ptr);
}

static void split_wikilink(struct sv s, struct sv inside, struct wikilink *link)
{
    size_t bar = sv_chr(inside, '|');
    struct sv path = bar == SIZE_MAX ? inside : sv_sub(inside, 0, bar);
    if (bar != SIZE_MAX) {
        link->label = sv_trim(sv_from(inside, bar + 1));
        if (path.len > 0 && path.ptr[path.len - 1] == '\\')
            path.len--;
    }
    size_t hash = sv_chr(path, '#');
    if (hash != SIZE_MAX)
        link->anchor = sv_trim(sv_from(path, hash + 1));
    struct sv target = hash == SIZE_MAX ? path : sv_sub(path, 0, hash);
    link->target = sv_trim(target);
    link->target_begin = offset_in(s, link->target.len > 0 ? link->target : target);
}

bool wikilink_at(struct sv s, size_t at, struct wikilink *link_out)
{
    size_t begin = at + 2, end = begin;
    if (begin > s.len || s.ptr[at] != '[' || s.ptr[at + 1] != '[')
        return false;
    for (;; end++) {
        if (end + 1 >= s.len || s.ptr[end] == '\n' || s.ptr[end] == '\r' || s.ptr[end] == '[')
            return false;
        if (s.ptr[end] == ']') {
            if (s.ptr[end + 1] == ']')
                break;
            return false;
        }
    }
    struct sv inside = sv_sub(s, begin, end - begin);
    if (sv_trim(inside).len == 0)
        return false;
    *link_out = (struct wikilink){.end = end + 2};
    split_wikilink(s, inside, link_out);
    return link_out->target.len > 0 || link_out->anchor.len > 0;
}

/* Whether a tag may begin behind what ends at `at`. */
static bool tag_may_follow(struct sv s, size_t at)
{
    if (at == 0)
        return true;
    unsigned char c = (unsigned char)s.ptr[at - 1];
    if (c < 0x80)
        return is_space((char)c) || strchr("({\"'*_~|,;:>", c) != NULL;
    size_t begin = at - 1;
    while (begin > 0 && ((unsigned char)s.ptr[begin] & 0xc0) == 0x80)
        begin--;
    uint32_t rune = 0;
    return utf8_decode(s, begin, &rune) == at - begin && !rune_is_word(rune);
}

size_t tag_at(struct sv s, size_t at)
{
    size_t end = at + 1;
    bool non_digit = false, word = false;
    while (end < s.len) {
        unsigned char c = (unsigned char)s.ptr[end];
        uint32_t rune = c;
        size_t len = c < 0x80 ? 1 : utf8_decode(s, end, &rune);
        if (len == 0 || (c != '_' && c != '-' && c != '/' && !rune_is_word(rune)))
            break;
        non_digit = non_digit || ((c < '0' || c > '9') && c != '/');
        word = word || (c != '-' && c != '/');
        end += len;
    }
    while (end > at + 1 && s.ptr[end - 1] == '/')
        end--;
    if (!non_digit || !word || s.ptr[at + 1] == '/' || !tag_may_follow(s, at))
        return 0;
    return end - at;
}

static bool is_id_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

size_t block_id_at(struct sv s, size_t at)
{
    if (at > 0 && !is_space(s.ptr[at - 1]))
        return 0;
    size_t end = at + 1;
    while (end < s.len && is_id_char(s.ptr[end]))
        end++;
    if (end == at + 1)
        return 0;
    size_t rest = end;
    while (rest < s.len && (s.ptr[rest] == ' ' || s.ptr[rest] == '\t'))
        rest++;
    return rest == s.len || s.ptr[rest] == '\n' || s.ptr[rest] == '\r' ? end - at : 0;
}

/* "key::" at `at`, with white space or the line's end behind it; returns the offset behind "::", or 0. */
static size_t field_key(struct sv s, size_t at, struct sv *key_out)
{
    size_t end = at;
    while (end < s.len && end - at <= KEY_MAX) {
        unsigned char c = (unsigned char)s.ptr[end];
        uint32_t rune = c;
        size_t len = c < 0x80 ? 1 : utf8_decode(s, end, &rune);
        if (len == 0 || (c != '_' && c != '-' && c != ' ' && !rune_is_word(rune)))
            break;
        end += len;
    }
    *key_out = sv_trim(sv_sub(s, at, end - at));
    if (key_out->len == 0 || end - at > KEY_MAX || end + 1 >= s.len || s.ptr[end] != ':' || s.ptr[end + 1] != ':')
        return 0;
    end += 2;
    return end == s.len || is_space(s.ptr[end]) ? end : 0;
}

bool bracket_field_at(struct sv s, size_t at, struct field_mark *field_out)
{
    char open = s.ptr[at], close = open == '[' ? ']' : ')';
    size_t begin = field_key(s, at + 1, &field_out->key);
    if (begin == 0)
        return false;
    unsigned depth = 1;
    for (size_t end = begin; end < s.len && end - begin <= VALUE_MAX; end++) {
        char c = s.ptr[end];
        if (c == '\n' || c == '\r')
            return false;
        depth += c == open;
        if (c == close && --depth == 0) {
            field_out->value = sv_trim(sv_sub(s, begin, end - begin));
            field_out->end = end + 1;
            return true;
        }
    }
    return false;
}

bool line_field_at(struct sv s, size_t at, struct field_mark *field_out)
{
    size_t begin = field_key(s, at, &field_out->key);
    if (begin == 0)
        return false;
    field_out->end = line_end_at(s, begin);
    field_out->value = sv_trim(sv_sub(s, begin, field_out->end - begin));
    return true;
}

size_t comment_end(struct sv s, size_t at)
{
    size_t found = sv_find(sv_from(s, at + 2), SV("%%"));
    return found == SIZE_MAX ? 0 : at + 2 + found + 2;
}
