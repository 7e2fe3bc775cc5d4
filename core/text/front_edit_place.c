#include "text/front_edit_parts.h"

#include <string.h>

size_t place_line(struct sv head, size_t at)
{
    while (at > 0 && head.ptr[at - 1] != '\n')
        at--;
    return at;
}

size_t place_next(struct sv head, size_t at)
{
    const char *lf = at < head.len ? memchr(head.ptr + at, '\n', head.len - at) : NULL;
    return lf != NULL ? (size_t)(lf - head.ptr) + 1 : head.len;
}

size_t place_stop(struct sv head, size_t at)
{
    size_t stop = place_next(head, at);
    if (stop > at && head.ptr[stop - 1] == '\n')
        stop--;
    if (stop > at && head.ptr[stop - 1] == '\r')
        stop--;
    return stop;
}

struct sv place_line_end(struct sv head, size_t at)
{
    size_t next = place_next(head, at);
    if (next == 0 || head.ptr[next - 1] != '\n')
        next = place_line(head, at);
    return next > 1 && head.ptr[next - 2] == '\r' ? SV("\r\n") : SV("\n");
}

size_t place_column(struct sv head, size_t at)
{
    return at - place_line(head, at);
}

bool place_leads(struct sv head, size_t at)
{
    for (size_t i = place_line(head, at); i < at; i++)
        if (head.ptr[i] != ' ')
            return false;
    return true;
}

bool place_trails(struct sv head, size_t at, bool comment_allowed)
{
    struct sv rest = sv_sub(head, at, place_stop(head, at) - at), trimmed = sv_trim_left(rest);
    return trimmed.len == 0 || (comment_allowed && trimmed.len < rest.len && trimmed.ptr[0] == '#');
}

bool value_is_collection(const struct value *value)
{
    return value->kind == VALUE_LIST || value->kind == VALUE_MAP;
}

bool value_is_block(struct sv head, const struct value *value)
{
    return value_is_collection(value) && value->count > 0 && head.ptr[value->begin] != '[' &&
           head.ptr[value->begin] != '{';
}

size_t place_colon(struct sv head, const struct member *member)
{
    size_t at = member->key_end;
    while (at < head.len && (head.ptr[at] == ' ' || head.ptr[at] == '\t'))
        at++;
    return at < head.len && head.ptr[at] == ':' ? at + 1 : SIZE_MAX;
}

/* An element may begin on a later line than its dash: the dash is looked for upwards, in the list's column. */
size_t place_dash(struct sv head, const struct value *list, size_t nth)
{
    if (nth == 0)
        return head.ptr[list->begin] == '-' ? list->begin : SIZE_MAX;
    size_t column = place_column(head, list->begin), above = list->members[nth - 1].value->begin;
    for (size_t line = place_line(head, list->members[nth].value->begin); line > above;
         line = place_line(head, line - 1)) {
        size_t dash = line + column;
        if (dash < head.len && head.ptr[dash] == '-' && place_leads(head, dash))
            return dash;
    }
    return SIZE_MAX;
}

size_t place_member(struct sv head, const struct value *container, size_t nth)
{
    return container->kind == VALUE_MAP ? container->members[nth].key_begin : place_dash(head, container, nth);
}

/* "|+" and ">+" keep the blank lines below them. */
static bool keeps_blank_lines(struct sv head, const struct value *value)
{
    while (value_is_block(head, value))
        value = value->members[value->count - 1].value;
    if (yaml_style_of(sv_from(head, value->begin)) != YAML_STYLE_BLOCK)
        return false;
    for (size_t at = value->begin + 1; at < value->begin + 3 && at < value->end; at++)
        if (head.ptr[at] == '+')
            return true;
    return false;
}

static bool is_blank_line(struct sv head, size_t line)
{
    return line < head.len && place_trails(head, line, false);
}

bool place_is_inner_comment(struct sv head, size_t line, size_t column)
{
    size_t at = line;
    while (at < head.len && head.ptr[at] == ' ')
        at++;
    return at < head.len && head.ptr[at] == '#' && at - line > column;
}

size_t place_behind(struct sv head, const struct value *container, size_t nth)
{
    const struct value *value = container->members[nth].value;
    size_t behind = place_next(head, value->end);
    while (keeps_blank_lines(head, value) && is_blank_line(head, behind))
        behind = place_next(head, behind);
    while (place_is_inner_comment(head, behind, place_column(head, container->begin)))
        behind = place_next(head, behind);
    return behind;
}
