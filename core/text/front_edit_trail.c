#include "text/front_edit_parts.h"

#include "base/i18n.h"

#include <string.h>

status edit_refused(struct editor *e, unsigned line, unsigned column)
{
    return err_at(e->err, REFUSED, (struct sv){0}, line, column,
                  _("this form of YAML cannot be edited without a risk to what stands around it; edit it by hand"));
}

/* --- where a path leads --- */

status trail_wrong_kind(struct editor *e, const struct trail *trail, const struct value *node)
{
    const char *what = node->kind == VALUE_LIST  ? _("a list of values")
                       : node->kind == VALUE_MAP ? _("a map of keys and values")
                                                 : _("a single value");
    return err_at(e->err, USAGE, (struct sv){0}, node->line, node->column,
                  _("the path '%.*s' does not fit the note: there is %s"), SV_ARG(trail->change->path), what);
}

status trail_beyond_end(struct editor *e, const struct trail *trail, const struct value *list)
{
    return err_at(e->err, USAGE, (struct sv){0}, list->line, list->column,
                  Q_("the path '%.*s' leads past the end: the list has %zu element, counted from 0; [+] adds one",
                     "the path '%.*s' leads past the end: the list has %zu elements, counted from 0; [+] adds one",
                     list->count),
                  SV_ARG(trail->change->path), list->count);
}

size_t trail_key(const struct value *map, struct sv key)
{
    size_t i = 0;
    while (i < map->count && !sv_eq(map->members[i].key, key))
        i++;
    return i;
}

/* The member that the step means; NOT_FOUND where it would have to be made. */
static status take_step(struct editor *e, const struct trail *trail, const struct value *node,
                        const struct front_step *step, size_t *nth_out)
{
    bool adds = trail->change->action == FRONT_SET || trail->change->action == FRONT_ADD;
    if (node->kind == VALUE_NULL)
        return NOT_FOUND;
    if (node->kind != (step->kind == FRONT_KEY ? VALUE_MAP : VALUE_LIST))
        return trail_wrong_kind(e, trail, node);
    *nth_out = step->kind == FRONT_KEY     ? trail_key(node, step->key)
               : step->kind == FRONT_INDEX ? step->index
                                           : node->count;
    if (step->kind == FRONT_INDEX && adds && step->index >= node->count)
        return trail_beyond_end(e, trail, node);
    return *nth_out < node->count ? DONE : NOT_FOUND;
}

static bool opens_flow(const struct editor *e, const struct value *node)
{
    return value_is_collection(node) && node->begin < e->head.len &&
           (e->head.ptr[node->begin] == '[' || e->head.ptr[node->begin] == '{');
}

status trail_find(struct editor *e, const struct front_change *change, struct trail *trail)
{
    *trail = (struct trail){.change = change};
    status s = front_path_parse(change->path, trail->steps, &trail->count, e->err);
    if (s != DONE)
        return s;
    trail->nodes[0] = e->front.root;
    for (; trail->found < trail->count; trail->found++) {
        size_t i = trail->found;
        const struct value *node = trail->nodes[i];
        s = take_step(e, trail, node, &trail->steps[i], &trail->members[i]);
        if (s != DONE)
            return s == NOT_FOUND ? DONE : s;
        const struct value *child = node->members[trail->members[i]].value;
        trail->nodes[i + 1] = child;
        trail->flow[i + 1] = trail->flow[i] || opens_flow(e, child);
    }
    return DONE;
}

/* --- one primitive edit, applied and proved --- */

static struct value *copy_with_room(struct editor *e, const struct value *node, size_t count)
{
    struct value *copy = node->kind == VALUE_LIST ? yaml_list(e->arena, count) : yaml_map(e->arena, count);
    return copy;
}

/* The container as it must read afterwards. */
static const struct value *expected_container(struct editor *e, const struct edit *edit)
{
    const struct value *from = edit->container;
    size_t count = from->count + (edit->kind == EDIT_INSERT) - (edit->kind == EDIT_DELETE), n = 0;
    struct value *to = copy_with_room(e, from, count);
    if (to == NULL)
        return NULL;
    for (size_t i = 0; i <= from->count; i++) {
        if (i == edit->at && edit->kind == EDIT_INSERT)
            to->members[n++] = (struct member){.key = edit->key, .value = (struct value *)edit->value};
        if (i == from->count || (i == edit->at && edit->kind == EDIT_DELETE))
            continue;
        to->members[n] = from->members[i];
        if (i == edit->at && edit->kind == EDIT_REPLACE)
            to->members[n].value = (struct value *)edit->value;
        n++;
    }
    return to;
}

/* The whole tree as it must read afterwards; what the edit does not touch is shared. */
static const struct value *expected_root(struct editor *e, const struct trail *trail, size_t depth,
                                         const struct edit *edit)
{
    const struct value *child = expected_container(e, edit);
    for (size_t i = depth; child != NULL && i-- > 0;) {
        const struct value *node = trail->nodes[i];
        struct value *copy = copy_with_room(e, node, node->count);
        if (copy == NULL)
            return NULL;
        if (node->count > 0)
            memcpy(copy->members, node->members, node->count * sizeof *node->members);
        copy->members[trail->members[i]].value = (struct value *)child;
        child = copy;
    }
    return child;
}

static status unproved(struct editor *e, const struct trail *trail)
{
    const struct value *node = trail->nodes[trail->found];
    return err_at(e->err, FAILED, (struct sv){0}, node->line, node->column,
                  _("internal error: changing '%.*s' would have changed more of the front matter than that; the note "
                    "was left as it is"),
                  SV_ARG(trail->change->path));
}

/* Reads what the splices made. Only values as expected may come of it. */
static status prove(struct editor *e, const struct trail *trail, struct sv head, const struct value *expected)
{
    struct front front;
    struct err err = {0};
    const struct value *node = trail->nodes[trail->found];
    status s = front_parse(head, e->arena, &front, &err);
    if (s == NO_MEMORY)
        return err_no_memory(e->err);
    if (s == DONE && !front.present)
        return err_at(e->err, REFUSED, (struct sv){0}, node->line, node->column,
                      _("without '%.*s' the front matter would be taken for text of the note: none of its first lines "
                        "would begin with a key and ':'"),
                      SV_ARG(trail->change->path));
    if (s != DONE || front.body != head.len || !yaml_same(front.root, expected))
        return unproved(e, trail);
    e->head = head;
    e->front = front;
    return DONE;
}

/* `depth`: of the container among the trail's nodes. */
status trail_make(struct editor *e, const struct trail *trail, size_t depth, struct edit *edit)
{
    struct splices splices = {.arena = e->arena};
    edit->container = trail->nodes[depth];
    edit->flow = trail->flow[depth];
    if (depth > 0 && !edit->flow && !value_is_block(e->head, edit->container))
        return edit_refused(e, edit->container->line, edit->container->column);
    status s = edit->kind == EDIT_DELETE ? edit_cut(e, edit, &splices) : edit_put(e, edit, &splices);
    if (s != DONE)
        return s;
    const struct value *expected = expected_root(e, trail, depth, edit);
    struct buf text = {0};
    if (expected == NULL)
        s = err_no_memory(e->err);
    else
        s = splices_apply(&splices, e->head, &text, e->err);
    struct sv head = s == DONE ? arena_copy(e->arena, buf_view(&text)) : (struct sv){0};
    buf_release(&text);
    if (s == DONE && head.ptr == NULL)
        return err_no_memory(e->err);
    return s == DONE ? prove(e, trail, head, expected) : s;
}

/* Follows the trail again, in the tree that an edit made. */
void trail_follow(const struct editor *e, struct trail *trail)
{
    trail->nodes[0] = e->front.root;
    for (size_t i = 0; i < trail->found; i++)
        trail->nodes[i + 1] = trail->nodes[i]->members[trail->members[i]].value;
}
