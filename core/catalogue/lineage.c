#include "catalogue/lineage.h"

#include "catalogue/db.h"

#include <stdlib.h>

/* What is where at a commit: `map` over what is below. The layers below are shared by the lines that fork from there,
 * and change no more until one of these is left alone with them. */
struct layer {
    struct layer *below, *next;
    struct map map; /* path -> struct step *, NULL: no such note */
    unsigned users; /* layers above and states */
    bool unrelated; /* the lowest of a line that began with no parent: what is stored is none of it */
};

/* Of a commit, until its last child has been seen. */
struct state {
    struct layer *layer;
    uint32_t waiting;
};

struct edit {
    struct sv path;
    struct step *step;
};

struct step *lineage_step(struct lineage *lineage, uint32_t commit, struct sv path, struct step *before)
{
    struct step *step = arena_alloc(&lineage->arena, sizeof *step);
    if (step)
        *step = (struct step){.before = before,
                              .birth = before ? before->birth : step,
                              .fused = before && before->fused,
                              .item = {.commit = commit, .path = path}};
    return step;
}

/* --- layers --- */

static struct layer *new_layer(struct lineage *lineage, struct layer *below)
{
    struct layer *layer = arena_alloc(&lineage->arena, sizeof *layer);
    if (!layer)
        return NULL;
    *layer = (struct layer){.below = below, .next = lineage->layers, .users = 1};
    lineage->layers = layer;
    return layer;
}

static void drop_layer(struct layer *layer)
{
    while (layer && --layer->users == 0) {
        map_release(&layer->map);
        layer = layer->below;
    }
}

static status look_up(struct lineage *lineage, const struct layer *layer, struct sv path, struct step **out,
                      struct err *err)
{
    bool unrelated = false;
    *out = NULL;
    for (; layer; layer = layer->below) {
        struct map_entry *entry = map_get(&layer->map, path);
        if (entry) {
            *out = entry->value.ptr;
            return DONE;
        }
        unrelated = layer->unrelated;
    }
    return lineage->stored && !unrelated ? lineage->stored(lineage->payload, path, out, err) : DONE;
}

static status set(struct layer *layer, struct sv path, struct step *step, struct err *err)
{
    struct map_entry *entry = map_put(&layer->map, path, NULL);
    if (!entry)
        return err_no_memory(err);
    entry->value.ptr = step;
    return DONE;
}

/* Where nobody else stands on the layer below any more, the two become one: chains stay as short as there are forks. */
static status settle(struct layer **layer, struct err *err)
{
    struct layer *top = *layer, *below;
    status s = DONE;
    while (s == DONE && (below = top->below) && below->users == 1) {
        for (size_t i = 0; s == DONE && i < top->map.count; i++)
            s = set(below, top->map.entries[i].key, top->map.entries[i].value.ptr, err);
        map_release(&top->map);
        top = below;
    }
    *layer = top;
    return s;
}

static struct state *state_of(struct lineage *lineage, uint32_t parent)
{
    return &lineage->states[parent >= GIT_OUTSIDE ? lineage->commits->count + (parent - GIT_OUTSIDE) : parent];
}

/* A layer that one child may change: the parent's own for the last of them, else a new one upon it. */
static status take(struct lineage *lineage, uint32_t parent, struct layer **out, struct err *err)
{
    if (parent == GIT_NO_PARENT) {
        *out = new_layer(lineage, NULL);
        if (!*out)
            return err_no_memory(err);
        (*out)->unrelated = true;
        return DONE;
    }
    struct state *state = state_of(lineage, parent);
    struct layer *layer = state->layer;
    bool last = --state->waiting == 0;
    if (last)
        state->layer = NULL;
    if (!last || layer->users > 1) {
        layer->users += !last;
        layer = new_layer(lineage, layer);
        if (!layer)
            return err_no_memory(err);
    }
    *out = layer;
    return settle(out, err);
}

/* --- a commit with one parent, or none --- */

static status add_edit(struct lineage *lineage, struct sv path, struct step *step, struct err *err)
{
    struct edit *edits = array_grow(lineage->edits, &lineage->edit_capacity, lineage->edit_count, sizeof *edits);
    if (!edits)
        return err_no_memory(err);
    lineage->edits = edits;
    edits[lineage->edit_count++] = (struct edit){path, step};
    return DONE;
}

/* All at once, for a commit may swap two names; what goes first, for its name may be taken again. */
static status apply_edits(struct lineage *lineage, struct layer *layer, struct err *err)
{
    status s = DONE;
    for (int taken = 0; taken < 2; taken++)
        for (size_t i = 0; s == DONE && i < lineage->edit_count; i++)
            if ((lineage->edits[i].step != NULL) == (taken == 1))
                s = set(layer, lineage->edits[i].path, lineage->edits[i].step, err);
    lineage->edit_count = 0;
    return s;
}

static status die(struct lineage *lineage, uint32_t commit, struct sv path, struct step *before, bool silent,
                  struct err *err)
{
    struct step *step = lineage_step(lineage, commit, path, before);
    struct map_entry *entry = step ? map_put(&lineage->deaths, path, NULL) : NULL;
    if (!entry)
        return err_no_memory(err);
    step->item.silent = silent;
    step->beside = entry->value.ptr;
    entry->value.ptr = step;
    return DONE;
}

static status follow_change(struct lineage *lineage, const struct layer *layer, uint32_t commit,
                            const struct git_change *change, struct err *err)
{
    bool renamed = change->kind == 'R';
    struct step *before = NULL;
    status s = DONE;
    if (change->kind != 'A')
        s = look_up(lineage, layer, renamed ? change->old_path : change->path, &before, err);
    if (s == DONE && change->kind == 'D') {
        if (before)
            s = die(lineage, commit, change->path, before, false, err);
        return s == DONE ? add_edit(lineage, change->path, NULL, err) : s;
    }
    if (s == DONE && renamed)
        s = add_edit(lineage, change->old_path, NULL, err);
    if (s != DONE)
        return s;
    struct step *step = lineage_step(lineage, commit, change->path, before);
    return step ? add_edit(lineage, change->path, step, err) : err_no_memory(err);
}

static status follow(struct lineage *lineage, uint32_t commit, const struct git_side *side, struct layer **out,
                     struct err *err)
{
    status s = take(lineage, side->parent, out, err);
    for (uint32_t i = 0; s == DONE && i < side->count; i++)
        s = follow_change(lineage, *out, commit, &side->changes[i], err);
    return s == DONE ? apply_edits(lineage, *out, err) : s;
}

/* --- a merge --- */

struct merge {
    struct lineage *lineage;
    const struct git_commit *commit;
    uint32_t number;
    struct layer **layers; /* one a side */
    struct map *changes;   /* one a side: path -> struct git_change *, also under the former name of a rename */
    struct map paths;      /* looked at already */
};

static status put_change(struct map *map, struct sv path, const struct git_change *change, struct err *err)
{
    struct map_entry *entry = map_put(map, path, NULL);
    if (!entry)
        return err_no_memory(err);
    entry->value.ptr = (void *)change;
    return DONE;
}

/* A name that is left and taken again is taken. */
static status index_changes(const struct git_side *side, struct map *map, struct err *err)
{
    status s = DONE;
    for (uint32_t i = 0; s == DONE && i < side->count; i++)
        if (side->changes[i].kind == 'R')
            s = put_change(map, side->changes[i].old_path, &side->changes[i], err);
    for (uint32_t i = 0; s == DONE && i < side->count; i++)
        s = put_change(map, side->changes[i].path, &side->changes[i], err);
    return s;
}

/* How a side has the note that the merge calls `path`; in `*here_out` whether the merge has one, where the side's
 * changes tell. */
static status view(struct merge *merge, uint32_t side, struct sv path, struct step **out, int *here_out,
                   struct err *err)
{
    struct map_entry *entry = map_get(&merge->changes[side], path);
    const struct git_change *change = entry ? entry->value.ptr : NULL;
    *out = NULL;
    if (change) {
        *here_out = change->kind != 'D' && sv_eq(change->path, path);
        if (!*here_out || change->kind == 'A')
            return DONE;
        if (change->kind == 'R')
            path = change->old_path;
    }
    return look_up(merge->lineage, merge->layers[side], path, out, err);
}

/* How many merges deep one line is looked for behind another; what is not found is noted twice, and counted once. */
enum { DEPTH = 4 };

/* What a commit made of a path is one step, however often it was read. */
static bool same_step(const struct step *a, const struct step *b)
{
    return a->item.commit == b->item.commit && a->item.silent == b->item.silent && sv_eq(a->item.path, b->item.path);
}

/* Whether `step` has `older` behind it. */
static bool descends(const struct step *step, const struct step *older, unsigned depth)
{
    while (step && step->item.commit >= older->item.commit) {
        if (same_step(step, older))
            return true;
        if (step->beside && depth > 0 && descends(step->beside, older, depth - 1))
            return true;
        step = step->before;
    }
    return false;
}

/* A side that has nothing new adds nothing. What two sides have is noted as a silent step, so that a later look at this
 * point finds it. */
status lineage_unite(struct lineage *lineage, uint32_t commit, struct sv path, struct step *a, struct step *b,
                     struct step **out, struct err *err)
{
    if (a && b && descends(b, a, DEPTH)) {
        struct step *newer = b;
        b = a;
        a = newer;
    }
    *out = a ? a : b;
    if (!a || !b || descends(a, b, DEPTH))
        return DONE;
    *out = lineage_step(lineage, commit, path, a);
    if (!*out)
        return err_no_memory(err);
    (*out)->beside = b;
    (*out)->item.silent = true;
    (*out)->fused = a->fused || b->fused || !same_step(a->birth, b->birth);
    return DONE;
}

static status unite(struct merge *merge, struct sv path, struct step *a, struct step *b, struct step **out,
                    struct err *err)
{
    return lineage_unite(merge->lineage, merge->number, path, a, b, out, err);
}

/* A name that only the merge gives is noted, too. */
static status name_it(struct merge *merge, struct sv path, struct step **step, struct err *err)
{
    bool added = !*step;
    if (!added && sv_eq((*step)->item.path, path))
        return DONE;
    *step = lineage_step(merge->lineage, merge->number, path, *step);
    if (!*step)
        return err_no_memory(err);
    (*step)->item.silent = !added;
    return DONE;
}

/* From this side the note went on under another name. */
static bool is_moved(const struct merge *merge, uint32_t side, struct sv path)
{
    struct map_entry *entry = map_get(&merge->changes[side], path);
    const struct git_change *change = entry ? entry->value.ptr : NULL;
    return change && change->kind == 'R' && !sv_eq(change->path, path);
}

/* The merge has no such note. What a side still had ends here, for that side: silently, for it was removed by another
 * or goes on under another's name. */
static status merge_gone(struct merge *merge, struct sv path, struct err *err)
{
    struct lineage *lineage = merge->lineage;
    struct step *last = NULL, *seen;
    status s = DONE;
    for (uint32_t i = 0; s == DONE && i < merge->commit->side_count; i++) {
        if (is_moved(merge, i, path))
            continue;
        s = look_up(lineage, merge->layers[i], path, &seen, err);
        if (s == DONE)
            s = unite(merge, path, last, seen, &last, err);
    }
    if (s == DONE && last)
        s = die(lineage, merge->number, path, last, true, err);
    return s == DONE ? add_edit(lineage, path, NULL, err) : s;
}

static status merge_path(struct merge *merge, struct sv path, struct err *err)
{
    struct step *step = NULL, *seen;
    bool added = false;
    int here = -1;
    status s = map_put(&merge->paths, path, &added) ? DONE : err_no_memory(err);
    if (s != DONE || !added)
        return s;
    for (uint32_t i = 0; s == DONE && i < merge->commit->side_count; i++) {
        s = view(merge, i, path, &seen, &here, err);
        if (s == DONE)
            s = unite(merge, path, step, seen, &step, err);
    }
    if (s != DONE)
        return s;
    if (here == 0 || (here < 0 && !step))
        return merge_gone(merge, path, err);
    s = name_it(merge, path, &step, err);
    return s == DONE ? add_edit(merge->lineage, path, step, err) : s;
}

static status merge_map(struct merge *merge, const struct map *map, struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < map->count; i++)
        s = merge_path(merge, map->entries[i].key, err);
    return s;
}

static bool stands_on(const struct layer *layer, const struct layer *base)
{
    while (layer && layer != base)
        layer = layer->below;
    return layer != NULL;
}

/* What may differ between the sides stands in the changes and in the layers that they do not have in common. */
static status merge_side(struct merge *merge, uint32_t side, struct err *err)
{
    status s = merge_map(merge, &merge->changes[side], err);
    for (const struct layer *layer = merge->layers[side]; s == DONE && layer; layer = layer->below) {
        bool common = true;
        for (uint32_t i = 0; i < merge->commit->side_count; i++)
            common = common && stands_on(merge->layers[i], layer);
        if (common)
            break;
        s = merge_map(merge, &layer->map, err);
    }
    return s;
}

static bool is_unrelated(const struct layer *layer)
{
    while (layer->below)
        layer = layer->below;
    return layer->unrelated;
}

/* The merge goes on from a side that what is stored belongs to: that cannot be gone through path by path. */
static void choose_base(struct merge *merge)
{
    uint32_t base = 0;
    while (base < merge->commit->side_count && is_unrelated(merge->layers[base]))
        base++;
    if (base == 0 || base == merge->commit->side_count)
        return;
    struct layer *layer = merge->layers[base];
    merge->layers[base] = merge->layers[0];
    merge->layers[0] = layer;
}

static status merge_sides(struct merge *merge, struct err *err)
{
    const struct git_commit *commit = merge->commit;
    status s = DONE;
    for (uint32_t i = 0; s == DONE && i < commit->side_count; i++) {
        s = take(merge->lineage, commit->sides[i].parent, &merge->layers[i], err);
        if (s == DONE)
            s = index_changes(&commit->sides[i], &merge->changes[i], err);
    }
    for (uint32_t i = 0; s == DONE && i < commit->side_count; i++)
        s = merge_side(merge, i, err);
    if (s != DONE)
        return s;
    choose_base(merge);
    return apply_edits(merge->lineage, merge->layers[0], err);
}

static status follow_merge(struct lineage *lineage, uint32_t number, const struct git_commit *commit,
                           struct layer **out, struct err *err)
{
    struct merge merge = {.lineage = lineage, .commit = commit, .number = number};
    struct arena arena = {0};
    merge.layers = arena_array(&arena, commit->side_count, sizeof *merge.layers);
    merge.changes = arena_array(&arena, commit->side_count, sizeof *merge.changes);
    status s = merge.layers && merge.changes ? merge_sides(&merge, err) : err_no_memory(err);
    for (uint32_t i = 1; s == DONE && i < commit->side_count; i++)
        drop_layer(merge.layers[i]);
    if (s == DONE)
        *out = merge.layers[0];
    for (uint32_t i = 0; merge.changes && i < commit->side_count; i++)
        map_release(&merge.changes[i]);
    map_release(&merge.paths);
    arena_release(&arena);
    return s;
}

/* --- all of them --- */

/* Outside commits stand on one common layer, that of what is stored. */
static status prepare(struct lineage *lineage, struct err *err)
{
    const struct git_commits *commits = lineage->commits;
    size_t outside = lineage->outside_count;
    struct layer *bottom = new_layer(lineage, NULL);
    lineage->states = arena_array(&lineage->arena, commits->count + outside, sizeof *lineage->states);
    if (!lineage->states || !bottom)
        return err_no_memory(err);
    for (size_t i = 0; i < outside; i++) {
        struct layer *layer = new_layer(lineage, bottom);
        if (!layer)
            return err_no_memory(err);
        bottom->users++;
        layer->map = lineage->outside[i];
        lineage->outside[i] = (struct map){0};
        lineage->states[commits->count + i].layer = layer;
    }
    drop_layer(bottom);
    for (size_t i = 0; i < commits->count; i++)
        for (uint32_t side = 0; side < commits->items[i].side_count; side++)
            if (commits->items[i].sides[side].parent != GIT_NO_PARENT)
                state_of(lineage, commits->items[i].sides[side].parent)->waiting++;
    state_of(lineage, commits->count > 0 ? (uint32_t)commits->count - 1 : GIT_OUTSIDE)->waiting++;
    return DONE;
}

status lineage_run(struct lineage *lineage, struct err *err)
{
    const struct git_commits *commits = lineage->commits;
    struct layer *last = NULL;
    status s = prepare(lineage, err);
    for (size_t i = 0; s == DONE && i < commits->count; i++) {
        const struct git_commit *commit = &commits->items[i];
        uint32_t number = lineage->first + (uint32_t)i;
        struct state *state = &lineage->states[i];
        s = commit->side_count > 1 ? follow_merge(lineage, number, commit, &state->layer, err)
                                   : follow(lineage, number, &commit->sides[0], &state->layer, err);
    }
    if (s == DONE)
        s = take(lineage, commits->count > 0 ? (uint32_t)commits->count - 1 : GIT_OUTSIDE, &last, err);
    if (s == DONE)
        lineage->now = &last->map;
    return s;
}

void lineage_release(struct lineage *lineage)
{
    for (struct layer *layer = lineage->layers; layer; layer = layer->next)
        map_release(&layer->map);
    for (size_t i = 0; i < lineage->outside_count; i++)
        map_release(&lineage->outside[i]);
    map_release(&lineage->deaths);
    free(lineage->edits);
    arena_release(&lineage->arena);
}

/* --- what is behind a step --- */

status lineage_chain(struct lineage *lineage, const struct past *past, struct step **out, struct err *err)
{
    struct step **end = out, *birth = NULL;
    struct past_walk walk;
    *out = NULL;
    past_walk_begin(past, &walk);
    while (past_walk_next(&walk, &lineage->arena)) {
        *end = birth = lineage_step(lineage, walk.item.commit, walk.item.path, NULL);
        if (!birth)
            return err_no_memory(err);
        birth->item.silent = walk.item.silent;
        end = &birth->before;
    }
    for (struct step *step = *out; step; step = step->before) {
        step->birth = birth;
        step->fused = past->fused;
    }
    return walk.in.failed ? err_set(err, DB_DAMAGED, "damaged history") : DONE;
}

static int newest_first(const void *left, const void *right)
{
    const struct past_item *a = left, *b = right;
    if (a->commit != b->commit)
        return a->commit > b->commit ? -1 : 1;
    return (int)a->silent - (int)b->silent;
}

status lineage_items(struct lineage *lineage, struct step *step, struct arena *arena, struct past_item **items_out,
                     size_t *count_out, struct err *err)
{
    struct past_item *items = NULL;
    struct step **open = NULL;
    size_t count = 0, capacity = 0, open_count = 0, open_capacity = 0, kept = 0;
    bool sorted = true;
    lineage->marks++;
    while (step || open_count > 0) {
        step = step ? step : open[--open_count];
        if (step->mark == lineage->marks) {
            step = NULL;
            continue;
        }
        step->mark = lineage->marks;
        items = arena_grow(arena, items, &capacity, count, sizeof *items);
        if (step->beside)
            open = arena_grow(arena, open, &open_capacity, open_count, sizeof *open);
        if (!items || (step->beside && !open))
            return err_no_memory(err);
        sorted = sorted && (count == 0 || items[count - 1].commit > step->item.commit);
        items[count++] = step->item;
        if (step->beside)
            open[open_count++] = step->beside;
        step = step->before;
    }
    if (!sorted)
        qsort(items, count, sizeof *items, newest_first);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || items[i].commit != items[kept - 1].commit)
            items[kept++] = items[i];
    *items_out = items;
    *count_out = kept;
    return DONE;
}
