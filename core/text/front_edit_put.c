#include "text/front_edit_parts.h"

enum { STEP_DEFAULT = 2 };

void edit_splice(struct editor *e, struct splices *splices, size_t begin, size_t end)
{
    struct sv text = arena_copy(e->arena, buf_view(&e->text));
    splices->failed = splices->failed || e->text.failed || text.ptr == NULL;
    buf_clear(&e->text);
    splices_add(splices, begin, end, text);
}

/* How much deeper than their keys this note's lists stand: as the first one does. */
static size_t list_step(const struct editor *e)
{
    const struct value *root = e->front.root;
    for (size_t i = 0; i < root->count; i++) {
        const struct value *value = root->members[i].value;
        size_t key = place_column(e->head, root->members[i].key_begin);
        if (value->kind == VALUE_LIST && value_is_block(e->head, value))
            return place_column(e->head, value->begin) - key;
    }
    return STEP_DEFAULT;
}

static struct yaml_form form_at(const struct editor *e, size_t at, size_t indent)
{
    return (struct yaml_form){.indent = indent, .list_step = list_step(e), .line_end = place_line_end(e->head, at)};
}

/* A new text among elements is quoted as the last one is; a date or a number is not. */
static enum yaml_style style_of_neighbours(const struct editor *e, const struct edit *edit)
{
    const struct value *list = edit->container;
    const struct value *last =
        list->kind == VALUE_LIST && list->count > 0 ? list->members[list->count - 1].value : NULL;
    bool text = edit->value->kind == VALUE_TEXT && edit->value->quoted;
    if (last == NULL || value_is_collection(last) || !text)
        return YAML_STYLE_PLAIN;
    enum yaml_style style = yaml_style_of(sv_from(e->head, last->begin));
    return style == YAML_STYLE_BLOCK ? YAML_STYLE_PLAIN : style;
}

/* --- insertion --- */

static void put_flow_member(struct editor *e, const struct edit *edit)
{
    struct yaml_form form = {.flow = true, .style = style_of_neighbours(e, edit)};
    if (edit->container->kind == VALUE_MAP) {
        yaml_put_key(&e->text, edit->key);
        buf_put_c(&e->text, ": ");
    }
    yaml_put_inline(&e->text, edit->value, &form);
}

static status insert_in_flow(struct editor *e, const struct edit *edit, struct splices *splices)
{
    const struct value *container = edit->container;
    if (container->count == 0) {
        size_t begin = container->begin + 1;
        struct sv between = sv_sub(e->head, begin, container->end - 1 - begin);
        put_flow_member(e, edit);
        /* Blanks go, a comment stays. */
        edit_splice(e, splices, begin, sv_trim(between).len == 0 ? begin + between.len : begin);
        return DONE;
    }
    const struct member *next = edit->at < container->count ? &container->members[edit->at] : NULL;
    if (next != NULL) {
        put_flow_member(e, edit);
        buf_put_c(&e->text, ", ");
        size_t at = container->kind == VALUE_MAP ? next->key_begin : next->value->begin;
        edit_splice(e, splices, at, at);
        return DONE;
    }
    size_t end = container->members[container->count - 1].value->end;
    buf_put_c(&e->text, ", ");
    put_flow_member(e, edit);
    edit_splice(e, splices, end, end);
    return DONE;
}

/* What stands between a list's dashes and its elements. */
static struct sv gap_of(struct sv head, const struct value *list)
{
    size_t from = list->begin + 1, to = list->count > 0 ? list->members[0].value->begin : from;
    struct sv gap = sv_sub(head, from, to > from ? to - from : 0);
    for (size_t i = 0; i < gap.len; i++)
        if (gap.ptr[i] != ' ')
            return SV(" ");
    return gap.len > 0 ? gap : SV(" ");
}

static status insert_in_block(struct editor *e, const struct edit *edit, struct splices *splices)
{
    const struct value *container = edit->container;
    const struct member *first = &container->members[0];
    size_t indent = place_column(e->head, container->begin), at;
    if (edit->at > 0) {
        at = place_behind(e->head, container, edit->at - 1);
    } else {
        at = container->begin;
        if (!place_leads(e->head, at))
            return edit_refused(e, first->value->line, first->value->column);
        at -= indent;
    }
    struct yaml_form form = form_at(e, at > 0 ? at - 1 : 0, indent);
    form.style = style_of_neighbours(e, edit);
    buf_fill(&e->text, ' ', indent);
    if (container->kind == VALUE_MAP)
        yaml_put_member(&e->text, edit->key, edit->value, &form);
    else
        yaml_put_item(&e->text, gap_of(e->head, container), edit->value, &form);
    edit_splice(e, splices, at, at);
    return DONE;
}

/* Front matter without keys: in front of the closing fence, behind its comments. */
static status insert_first(struct editor *e, const struct edit *edit, struct splices *splices)
{
    struct yaml_form form = form_at(e, e->front.begin - 1, 0);
    yaml_put_member(&e->text, edit->key, edit->value, &form);
    edit_splice(e, splices, e->front.end, e->front.end);
    return DONE;
}

/* --- replacement --- */

/* The comment in the first line of a block scalar ("| # why"), with the blank in front of it. */
static struct sv header_comment(struct sv head, const struct value *value)
{
    struct sv header = sv_sub(head, value->begin, place_stop(head, value->begin) - value->begin);
    if (value->kind == VALUE_NULL || yaml_style_of(header) != YAML_STYLE_BLOCK)
        return (struct sv){0};
    size_t comment = sv_find(header, SV(" #"));
    return comment != SIZE_MAX ? sv_from(header, comment) : (struct sv){0};
}

/* Whether a block could go where something ends at `at`: what follows in the line, and a comment below that stands
 * deeper than the key, would become part of its text. */
static bool may_put_block(const struct editor *e, const struct edit *edit, size_t at)
{
    size_t below = place_next(e->head, at);
    if (place_stop(e->head, at) != at)
        return false;
    while (below < e->head.len && place_trails(e->head, below, false))
        below = place_next(e->head, below);
    return !place_is_inner_comment(e->head, below, place_column(e->head, edit->container->begin));
}

/* The new value in place of one that is in one piece: a scalar, or something in brackets. */
static void replace_piece(struct editor *e, const struct edit *edit, const struct value *old, struct splices *splices)
{
    size_t column = place_column(e->head, edit->container->begin);
    struct yaml_form form = form_at(e, old->begin, column + STEP_DEFAULT);
    struct sv comment = header_comment(e->head, old);
    bool scalar = !value_is_collection(old) && !value_is_collection(edit->value);
    form.flow = edit->flow;
    form.one_line = comment.len > 0 || !may_put_block(e, edit, old->end);
    form.style =
        scalar && old->begin < old->end ? yaml_style_of(sv_from(e->head, old->begin)) : style_of_neighbours(e, edit);
    size_t begin = old->begin;
    if (old->begin == old->end) {
        bool blank = begin < e->head.len && e->head.ptr[begin] == ' ' && place_trails(e->head, begin, false);
        begin += blank;
        if (e->head.ptr[begin - 1] != ' ')
            buf_char(&e->text, ' ');
    }
    yaml_put_inline(&e->text, edit->value, &form);
    buf_put(&e->text, comment);
    edit_splice(e, splices, begin, begin > old->end ? begin : old->end);
}

/* Lines below the key in place of one piece; a comment behind it stays where it is. */
static status replace_piece_by_block(struct editor *e, const struct edit *edit, const struct value *old,
                                     struct splices *splices)
{
    size_t colon = place_colon(e->head, &edit->container->members[edit->at]);
    size_t indent = place_column(e->head, edit->container->begin), below = place_next(e->head, old->end);
    struct yaml_form form = form_at(e, old->begin, indent);
    form.indent += edit->value->kind == VALUE_LIST ? form.list_step : STEP_DEFAULT;
    buf_put(&e->text, header_comment(e->head, old));
    edit_splice(e, splices, colon, old->end > colon ? old->end : colon);
    yaml_put_block(&e->text, edit->value, &form);
    edit_splice(e, splices, below, below);
    return DONE;
}

/* Where the lines of a block value begin, and where a value in one piece goes instead: behind the colon or dash. */
static status replace_block(struct editor *e, const struct edit *edit, const struct value *old, struct splices *splices)
{
    struct sv head = e->head;
    size_t mark = edit->container->kind == VALUE_MAP ? place_colon(head, &edit->container->members[edit->at])
                                                     : place_dash(head, edit->container, edit->at) + 1;
    size_t stop = place_stop(head, old->end);
    struct yaml_form form = form_at(e, old->begin, place_column(head, old->begin));
    bool block = value_is_collection(edit->value) && edit->value->count > 0 && edit->container->kind == VALUE_MAP;
    if (block) {
        if (form.indent == place_column(head, edit->container->begin) && edit->value->kind == VALUE_MAP)
            form.indent += STEP_DEFAULT;
        yaml_put_block(&e->text, edit->value, &form);
        edit_splice(e, splices, place_line(head, old->begin), place_next(head, old->end));
        return DONE;
    }
    form.flow = true;
    if (place_line(head, old->begin) == place_line(head, mark)) {
        yaml_put_inline(&e->text, edit->value, &form);
        edit_splice(e, splices, old->begin, stop);
        return DONE;
    }
    buf_char(&e->text, ' ');
    yaml_put_inline(&e->text, edit->value, &form);
    edit_splice(e, splices, mark, mark);
    edit_splice(e, splices, place_line(head, old->begin), place_next(head, old->end));
    return DONE;
}

static status replace(struct editor *e, const struct edit *edit, struct splices *splices)
{
    const struct member *member = &edit->container->members[edit->at];
    const struct value *old = member->value;
    bool in_map = edit->container->kind == VALUE_MAP;
    if (in_map && place_colon(e->head, member) == SIZE_MAX)
        return edit_refused(e, member->key_line, member->key_column);
    if (!in_map && !edit->flow && place_dash(e->head, edit->container, edit->at) == SIZE_MAX)
        return edit_refused(e, old->line, old->column);
    if (!edit->flow && value_is_block(e->head, old))
        return replace_block(e, edit, old, splices);
    bool block = in_map && !edit->flow && value_is_collection(edit->value) && edit->value->count > 0;
    if (block && (old->kind != edit->value->kind || !value_is_collection(old)))
        return replace_piece_by_block(e, edit, old, splices);
    replace_piece(e, edit, old, splices);
    return DONE;
}

status edit_put(struct editor *e, const struct edit *edit, struct splices *splices)
{
    if (edit->kind == EDIT_REPLACE)
        return replace(e, edit, splices);
    if (edit->flow)
        return insert_in_flow(e, edit, splices);
    if (edit->container->count == 0)
        return insert_first(e, edit, splices);
    return insert_in_block(e, edit, splices);
}
