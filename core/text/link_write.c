#include "text/link_write.h"

#include "base/i18n.h"
#include "text/outline_parts.h"

#include <string.h>

static bool has_any(struct sv s, const char *bytes)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != '\0' && strchr(bytes, s.ptr[i]) != NULL)
            return true;
    return false;
}

static bool has_control(struct sv s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return true;
    return false;
}

static status refused(const struct link *link, struct sv target, struct err *err)
{
    return err_at(err, REFUSED, (struct sv){0}, link->at.line, link->at.column,
                  _("a link here cannot lead to '%.*s': the name has characters "
                    "that would end it"),
                  SV_ARG(target));
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* How a destination is written. */
struct manner {
    bool angle;   /* in "<>" */
    bool blanks;  /* %20 also where a blank may stand */
    bool letters; /* %XX for what is beyond ASCII */
    bool parens;  /* do not pair */
};

static bool parens_pair(struct sv s)
{
    unsigned depth = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == ')' && depth-- == 0)
            return false;
        depth += s.ptr[i] == '(';
    }
    return depth == 0;
}

static struct manner manner_of(struct sv note, const struct link *link, struct sv target)
{
    size_t begin = link->target_at.begin;
    struct sv old = sv_sub(note, begin, link->target_at.end - begin);
    struct manner manner = {.angle = begin > 0 && note.ptr[begin - 1] == '<', .parens = !parens_pair(target)};
    for (size_t i = 0; i + 2 < old.len; i++)
        if (old.ptr[i] == '%' && is_hex(old.ptr[i + 1]) && is_hex(old.ptr[i + 2])) {
            manner.blanks = true;
            manner.letters = manner.letters || old.ptr[i + 1] >= '8';
        }
    return manner;
}

/* Whether the byte would be read as something else than itself. */
static bool needs_percent(const struct manner *manner, struct sv target, size_t at)
{
    char c = target.ptr[at];
    switch (c) {
    case ' ':
        return !manner->angle || manner->blanks;
    case '(':
    case ')':
        return !manner->angle && manner->parens;
    case '<':
    case '>':
    case '\\':
    case '#':
    case '|': /* ends a table's cell */
    case '`':
        return true;
    case '%':
        return at + 2 < target.len && is_hex(target.ptr[at + 1]) && is_hex(target.ptr[at + 2]);
    case '&':
        return sv_chr(sv_from(target, at), ';') != SIZE_MAX;
    case ':': /* "a:b" is a scheme, "./a:b" is not */
        return sv_chr(sv_sub(target, 0, at), '/') == SIZE_MAX;
    case '/':
        return at == 0 && target.len > 1 && target.ptr[1] == '/';
    default:
        return manner->letters && (unsigned char)c >= 0x80;
    }
}

status link_put_target(struct buf *out, struct sv note, const struct link *link, struct sv target, struct err *err)
{
    struct sv from = sv_from(note, link->at.begin);
    bool wiki = link->kind == LINK_WIKI || (link->kind == LINK_EMBED && sv_starts(from, SV("![[")));
    if (target.len == 0 || has_control(target) ||
        (wiki && (has_any(target, "[]|#") || inline_is_external(target) || sv_trim(target).len < target.len)))
        return refused(link, target, err);
    if (wiki) {
        buf_put(out, target);
        return buf_check(out, err);
    }
    struct manner manner = manner_of(note, link, target);
    for (size_t i = 0; i < target.len; i++)
        if (needs_percent(&manner, target, i))
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)target.ptr[i]);
        else
            buf_char(out, target.ptr[i]);
    return buf_check(out, err);
}
