#include "text/front_edit_parts.h"

#include "base/i18n.h"
#include "base/utf8.h"

/* Element by element a list is changed only by so many steps; each reads the front matter again. */
enum { LIST_STEPS_MAX = 100 };

/* --- set --- */

/* The value inside the maps and lists that the rest of the path asks for. */
static status wrap(struct editor *e, const struct trail *trail, size_t from, const struct value **value)
{
    for (size_t i = trail->count; i-- > from;) {
        const struct front_step *step = &trail->steps[i];
        if (step->kind == FRONT_INDEX && step->index > 0)
            return trail_beyond_end(e, trail, trail->nodes[trail->found]);
        struct value *outer = step->kind == FRONT_KEY ? yaml_map(e->arena, 1) : yaml_list(e->arena, 1);
        if (outer == NULL)
            return err_no_memory(e->err);
        outer->members[0] = (struct member){.key = step->key, .value = (struct value *)*value};
        *value = outer;
    }
    return DONE;
}

static size_t place_for_key(const struct value *map, const struct front_change *change)
{
    size_t after = change->after.len > 0 ? trail_key(map, change->after) : map->count;
    if (after < map->count)
        return after + 1;
    return change->before.len > 0 ? trail_key(map, change->before) : map->count;
}

static status put_at(struct editor *e, const struct trail *trail, const struct value *value)
{
    size_t depth = trail->found;
    struct edit edit = {.kind = EDIT_REPLACE};
    if (depth == trail->count || trail->nodes[depth]->kind == VALUE_NULL) {
        status s = wrap(e, trail, depth, &value);
        edit.at = trail->members[depth - 1];
        edit.value = value;
        return s == DONE ? trail_make(e, trail, depth - 1, &edit) : s;
    }
    const struct value *container = trail->nodes[depth];
    status s = wrap(e, trail, depth + 1, &value);
    if (s != DONE)
        return s;
    edit = (struct edit){.kind = EDIT_INSERT, .at = container->count, .key = trail->steps[depth].key, .value = value};
    if (container->kind == VALUE_MAP)
        edit.at = place_for_key(container, trail->change);
    if (container->count == 0 && depth > 0 && !trail->flow[depth])
        return edit_refused(e, container->line, container->column);
    return trail_make(e, trail, depth, &edit);
}

/* Deletes the last node of the trail. What would be left without a member is written as empty. */
static status cut_at(struct editor *e, const struct trail *trail)
{
    size_t depth = trail->count - 1;
    const struct value *container = trail->nodes[depth];
    struct edit edit = {.kind = EDIT_DELETE, .at = trail->members[depth]};
    if (container->count > 1 || trail->flow[depth] || depth == 0)
        return trail_make(e, trail, depth, &edit);
    struct value *empty = (container->kind == VALUE_LIST ? yaml_list(e->arena, 0) : yaml_map(e->arena, 0));
    if (empty == NULL)
        return err_no_memory(e->err);
    edit = (struct edit){.kind = EDIT_REPLACE, .at = trail->members[depth - 1], .value = empty};
    return trail_make(e, trail, depth - 1, &edit);
}

/* Which elements of `old` stay, in order, and how many steps lead from one list to the other. */
static size_t keep_in_order(const struct value *old, const struct value *new, bool *stays)
{
    size_t at = 0, kept = 0;
    for (size_t i = 0; i < new->count; i++) {
        size_t found = at;
        while (found < old->count && !yaml_same(old->members[found].value, new->members[i].value))
            found++;
        if (found == old->count)
            continue;
        stays[found] = true;
        at = found + 1;
        kept++;
    }
    return old->count + new->count - 2 * kept;
}

/* `trail` ends at the list. */
static status set_elements(struct editor *e, struct trail *trail, const struct value *new, const bool *stays)
{
    size_t depth = trail->found, count = trail->nodes[depth]->count;
    status s = DONE;
    for (size_t i = count; s == DONE && i-- > 0;)
        if (!stays[i]) {
            struct edit edit = {.kind = EDIT_DELETE, .at = i};
            s = trail_make(e, trail, depth, &edit);
            if (s == DONE)
                trail_follow(e, trail);
        }
    for (size_t i = 0; s == DONE && i < new->count; i++) {
        const struct value *list = trail->nodes[depth];
        if (i < list->count && yaml_same(list->members[i].value, new->members[i].value))
            continue;
        struct edit edit = {.kind = EDIT_INSERT, .at = i, .value = new->members[i].value};
        s = trail_make(e, trail, depth, &edit);
        if (s == DONE)
            trail_follow(e, trail);
    }
    return s;
}

static status set_list(struct editor *e, struct trail *trail, const struct value *new)
{
    const struct value *old = trail->nodes[trail->found];
    bool *stays = arena_array(e->arena, old->count, sizeof *stays);
    if (stays == NULL)
        return err_no_memory(e->err);
    size_t steps = keep_in_order(old, new, stays);
    bool any_stays = steps < old->count + new->count;
    if (!any_stays || steps > LIST_STEPS_MAX || trail->found == FRONT_STEPS_MAX)
        return put_at(e, trail, new);
    return set_elements(e, trail, new, stays);
}

static status set(struct editor *e, struct trail *trail, struct front_change *change)
{
    const struct value *value = change->value;
    const struct value *old = trail->found == trail->count ? trail->nodes[trail->found] : NULL;
    if (old != NULL && yaml_same(old, value))
        return DONE;
    change->changed = true;
    if (old != NULL && old->kind == VALUE_LIST && value->kind == VALUE_LIST)
        return set_list(e, trail, value);
    return put_at(e, trail, value);
}

/* --- the other actions --- */

static status unset(struct editor *e, const struct trail *trail, struct front_change *change)
{
    if (trail->found < trail->count)
        return DONE;
    change->changed = true;
    return cut_at(e, trail);
}

static bool is_meant(const struct front_change *change, const struct value *there)
{
    return change->same != NULL ? change->same(there, change->value, change->payload) : yaml_same(there, change->value);
}

static status add_to_single(struct editor *e, const struct trail *trail, const struct value *single)
{
    struct value *list = yaml_list(e->arena, 2);
    if (list == NULL)
        return err_no_memory(e->err);
    list->members[0].value = (struct value *)single;
    list->members[1].value = (struct value *)trail->change->value;
    return put_at(e, trail, list);
}

static status add(struct editor *e, struct trail *trail, struct front_change *change)
{
    const struct value *node = trail->found == trail->count ? trail->nodes[trail->found] : NULL;
    change->changed = true;
    if (node == NULL || node->kind == VALUE_NULL) {
        struct value *list = yaml_list(e->arena, 1);
        if (list == NULL)
            return err_no_memory(e->err);
        list->members[0].value = (struct value *)change->value;
        return put_at(e, trail, list);
    }
    if (node->kind == VALUE_MAP)
        return trail_wrong_kind(e, trail, node);
    for (size_t i = 0; i < value_count(node); i++)
        if (is_meant(change, value_nth(node, i))) {
            change->changed = false;
            return DONE;
        }
    if (node->kind != VALUE_LIST)
        return add_to_single(e, trail, node);
    struct edit edit = {.kind = EDIT_INSERT, .at = node->count, .value = change->value};
    return trail_make(e, trail, trail->found, &edit);
}

/* One element; called again until none is left. */
static status remove_one(struct editor *e, struct trail *trail, struct front_change *change, bool *found_out)
{
    const struct value *node = trail->nodes[trail->found];
    *found_out = false;
    for (size_t i = 0; trail->found == trail->count && i < value_count(node); i++) {
        if (!is_meant(change, value_nth(node, i)))
            continue;
        *found_out = change->changed = true;
        if (node->kind != VALUE_LIST)
            return cut_at(e, trail);
        if (trail->count == FRONT_STEPS_MAX)
            return trail_wrong_kind(e, trail, node);
        struct trail inner = *trail;
        inner.members[inner.count++] = i;
        inner.found++;
        inner.nodes[inner.found] = node->members[i].value;
        return cut_at(e, &inner);
    }
    if (trail->found == trail->count && node->kind == VALUE_MAP)
        return trail_wrong_kind(e, trail, node);
    return DONE;
}

static status remove_all(struct editor *e, struct front_change *change)
{
    bool found = true;
    status s = DONE;
    while (s == DONE && found) {
        struct trail trail;
        s = trail_find(e, change, &trail);
        if (s == DONE)
            s = remove_one(e, &trail, change, &found);
    }
    return s;
}

static status apply(struct editor *e, struct front_change *change)
{
    struct trail trail;
    change->changed = false;
    if (change->action == FRONT_REMOVE)
        return remove_all(e, change);
    status s = trail_find(e, change, &trail);
    if (s != DONE)
        return s;
    if (change->action == FRONT_SET)
        return set(e, &trail, change);
    return change->action == FRONT_UNSET ? unset(e, &trail, change) : add(e, &trail, change);
}

/* --- the whole note --- */

/* A note without front matter is edited as if it had an empty one; the line ends are those of its first line. */
static status open_head(struct editor *e, struct sv note)
{
    status s = front_parse(note, e->arena, &e->front, e->err);
    if (s != DONE)
        return s;
    e->head = sv_sub(note, 0, e->front.body);
    if (e->front.present)
        return DONE;
    const char *end = sv_eq(place_line_end(note, e->front.body), SV("\r\n")) ? "\r\n" : "\n";
    e->head = arena_printf(e->arena, "%.*s---%s---%s", SV_ARG(e->head), end, end);
    return e->head.ptr != NULL ? front_parse(e->head, e->arena, &e->front, e->err) : err_no_memory(e->err);
}

static status check_utf8(const struct value *value, struct err *err)
{
    if (value == NULL)
        return DONE;
    status s = utf8_is_valid(value->text) ? DONE : err_set(err, USAGE, _("a value must be valid UTF-8"));
    for (size_t i = 0; s == DONE && i < value->count; i++)
        s = check_utf8(value->members[i].value, err);
    return s;
}

status front_edit(struct sv note, struct front_change *changes, size_t count, struct buf *out, struct err *err)
{
    struct arena arena = {0};
    struct editor e = {.arena = &arena, .err = err};
    bool changed = false;
    status s = open_head(&e, note);
    size_t body = 0;
    if (s == DONE) {
        struct front front;
        s = front_find(note, &front, err);
        body = front.body;
    }
    for (size_t i = 0; s == DONE && i < count; i++) {
        s = check_utf8(changes[i].value, err);
        if (s == DONE)
            s = apply(&e, &changes[i]);
        changed = changed || changes[i].changed;
    }
    if (s == DONE) {
        buf_put(out, changed ? e.head : sv_sub(note, 0, body));
        buf_put(out, sv_from(note, body));
        s = buf_check(out, err);
    }
    buf_release(&e.text);
    arena_release(&arena);
    return s;
}
