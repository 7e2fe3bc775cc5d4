#include "text/front_edit_parts.h"

/* In brackets: the member and one comma. */
static status cut_from_flow(struct editor *e, const struct edit *edit, struct splices *splices)
{
    const struct value *container = edit->container;
    const struct member *member = &container->members[edit->at];
    bool map = container->kind == VALUE_MAP;
    size_t begin = map ? member->key_begin : member->value->begin, end = member->value->end;
    if (container->count == 1) {
        splices_add(splices, container->begin + 1, container->end - 1, (struct sv){0});
        return DONE;
    }
    if (edit->at + 1 < container->count) {
        const struct member *next = member + 1;
        splices_add(splices, begin, map ? next->key_begin : next->value->begin, (struct sv){0});
        return DONE;
    }
    size_t before = member[-1].value->end;
    struct sv between = sv_sub(e->head, before, begin - before);
    size_t comma = sv_chr(between, ',');
    if (sv_chr(between, '#') == SIZE_MAX) {
        splices_add(splices, before, end, (struct sv){0});
    } else {
        splices_add(splices, before + comma, before + comma + 1, (struct sv){0});
        splices_add(splices, begin, end, (struct sv){0});
    }
    return DONE;
}

/* The first key of an element stands behind the dash: the next line's key takes its place. */
static status cut_behind_dash(struct editor *e, const struct edit *edit, struct splices *splices)
{
    const struct value *container = edit->container;
    size_t begin = container->begin, behind = place_behind(e->head, container, edit->at);
    if (edit->at != 0 || container->kind != VALUE_MAP) {
        const struct value *value = container->members[edit->at].value;
        return edit_refused(e, value->line, value->column);
    }
    while (behind < e->head.len && e->head.ptr[behind] == ' ')
        behind++;
    splices_add(splices, begin, behind, (struct sv){0});
    return DONE;
}

status edit_cut(struct editor *e, const struct edit *edit, struct splices *splices)
{
    const struct member *member = &edit->container->members[edit->at];
    if (edit->flow)
        return cut_from_flow(e, edit, splices);
    size_t begin = place_member(e->head, edit->container, edit->at);
    if (begin == SIZE_MAX)
        return edit_refused(e, member->value->line, member->value->column);
    if (!place_leads(e->head, begin))
        return cut_behind_dash(e, edit, splices);
    splices_add(splices, place_line(e->head, begin), place_behind(e->head, edit->container, edit->at), (struct sv){0});
    return DONE;
}
