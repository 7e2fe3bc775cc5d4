#include "catalogue/history_back.h"

#include <string.h>

/* What was there is what is behind a note now and was reached then, under the name that the newest of that gave. This
 * holds for a note that began once and has stayed one; of any other it is not kept which of its commits belonged to
 * which of the notes it was. */
struct back {
    uint32_t at;
    const bool *reached;
    uint32_t count;
    struct lineage *lineage;
    struct map *map;
    struct map births;    /* number and path of the first commit -> struct born */
    struct arena scratch; /* for one past */
    struct claim *claims;
    bool unclear;
};

/* What is known there of notes that began as one. */
struct born {
    struct sv name;     /* empty: none is there */
    bool dead, claimed; /* one was removed by then; one has gone on since */
};

struct claim {
    struct claim *next;
    struct sv path;
    struct step *step;
};

/* A past, as seen from there. */
struct look {
    bool all, any;         /* of its commits are reached */
    bool dead;             /* removed already */
    struct past_item last; /* reached */
    struct past_item birth;
};

static status damaged(struct err *err)
{
    return err_set(err, DB_DAMAGED, "damaged history");
}

static status look_at(struct back *back, const struct past *past, struct look *look, struct err *err)
{
    struct past_walk walk;
    *look = (struct look){.all = true};
    arena_reset(&back->scratch);
    past_walk_begin(past, &walk);
    for (bool first = true; past_walk_next(&walk, &back->scratch); first = false) {
        if (walk.item.commit >= back->count)
            return damaged(err);
        bool reached = back->reached[walk.item.commit];
        look->dead = look->dead || (first && past->gone && reached);
        if (reached && !look->any)
            look->last = walk.item;
        look->any = look->any || reached;
        look->all = look->all && reached;
        look->birth = walk.item;
    }
    return walk.in.failed ? damaged(err) : DONE;
}

static status born_of(struct back *back, const struct look *look, struct born **out, struct err *err)
{
    struct arena *arena = &back->lineage->arena;
    struct sv key = arena_printf(&back->scratch, "%u %.*s", look->birth.commit, SV_ARG(look->birth.path));
    struct map_entry *entry = key.ptr ? map_get(&back->births, key) : NULL;
    if (!entry) {
        struct born *born = arena_alloc(arena, sizeof *born);
        key = arena_copy(arena, key);
        entry = born && key.ptr ? map_put(&back->births, key, NULL) : NULL;
        if (!entry)
            return err_no_memory(err);
        entry->value.ptr = born;
    }
    *out = entry->value.ptr;
    return DONE;
}

/* Two names there for what began as one note: it has parted, and one of the two was not there yet. The same where a
 * part of it was removed by then, and what is kept of another does not say whether it was that part. */
static status check_birth(struct back *back, const struct look *look, struct err *err)
{
    struct born *born = NULL;
    status s = born_of(back, look, &born, err);
    if (s != DONE)
        return s;
    born->dead = born->dead || look->dead;
    born->claimed = born->claimed || !look->all;
    back->unclear = born->dead && born->claimed;
    if (look->dead)
        return DONE;
    back->unclear = back->unclear || (born->name.len > 0 && !sv_eq(born->name, look->last.path));
    born->name = arena_copy(&back->lineage->arena, look->last.path);
    return born->name.ptr ? DONE : err_no_memory(err);
}

/* The steps that were there: mostly those behind the newest few, which then serve as they are. */
static status filter_chain(struct back *back, struct step *step, struct step **out, struct err *err)
{
    struct step **end = out, *whole;
    while (step && !back->reached[step->item.commit])
        step = step->before;
    *out = whole = step;
    while (step && back->reached[step->item.commit])
        step = step->before;
    if (!step)
        return DONE;
    for (step = whole; step; step = step->before) {
        if (!back->reached[step->item.commit])
            continue;
        *end = lineage_step(back->lineage, step->item.commit, step->item.path, NULL);
        if (!*end)
            return err_no_memory(err);
        (*end)->birth = whole->birth;
        (*end)->item.silent = step->item.silent;
        end = &(*end)->before;
    }
    return DONE;
}

static status add_claim(struct back *back, struct sv path, struct step *step, struct err *err)
{
    struct claim *claim = arena_alloc(&back->lineage->arena, sizeof *claim);
    if (!claim)
        return err_no_memory(err);
    *claim = (struct claim){back->claims, path, step};
    back->claims = claim;
    return DONE;
}

static status claim_past(struct back *back, const struct past *past, const struct look *look, struct err *err)
{
    struct lineage *lineage = back->lineage;
    struct past kept = *past;
    struct step *chain, *was = NULL;
    kept.path = arena_copy(&lineage->arena, past->path);
    if (!kept.path.ptr)
        return err_no_memory(err);
    status s = past->gone ? DONE : add_claim(back, kept.path, NULL, err);
    if (s != DONE || !look->any)
        return s;
    if (past->gone)
        kept.items = arena_copy(&lineage->arena, past->items);
    if (past->gone)
        s = kept.items.ptr ? lineage_chain(lineage, &kept, &chain, err) : err_no_memory(err);
    else
        s = lineage->stored(lineage->payload, kept.path, &chain, err);
    if (s == DONE)
        s = filter_chain(back, chain, &was, err);
    return s == DONE && was ? add_claim(back, was->item.path, was, err) : s;
}

static status take_past(void *payload, const struct past_block *at, struct err *err)
{
    struct back *back = payload;
    struct look look;
    status s = look_at(back, &at->past, &look, err);
    if (s != DONE)
        return s;
    back->unclear = at->past.fused && !look.all;
    if (look.any && !back->unclear)
        s = check_birth(back, &look, err);
    if (s != DONE || back->unclear)
        return s == DONE ? STOP : s;
    return look.all || look.dead ? DONE : claim_past(back, &at->past, &look, err);
}

/* Where nobody has said anything of the path, what is there now was there then. */
static status settle_claim(struct back *back, const struct claim *claim, struct err *err)
{
    struct lineage *lineage = back->lineage;
    struct step *there, *both;
    bool added;
    struct map_entry *entry = map_put(back->map, claim->path, &added);
    if (!entry)
        return err_no_memory(err);
    there = entry->value.ptr;
    status s = added ? lineage->stored(lineage->payload, claim->path, &there, err) : DONE;
    if (s == DONE)
        s = lineage_unite(lineage, back->at, claim->path, there, claim->step, &both, err);
    if (s != DONE)
        return s;
    entry->value.ptr = both;
    return both->fused ? NOT_FOUND : DONE;
}

/* Names that were left go first: another note may have had one of them. */
static status settle_claims(struct back *back, struct err *err)
{
    status s = DONE;
    for (const struct claim *claim = back->claims; s == DONE && claim; claim = claim->next)
        if (!claim->step && !map_put(back->map, claim->path, NULL))
            s = err_no_memory(err);
    for (const struct claim *claim = back->claims; s == DONE && claim; claim = claim->next)
        if (claim->step)
            s = settle_claim(back, claim, err);
    return s;
}

status history_back(struct db *db, int64_t space, uint32_t at, const bool *reached, uint32_t count,
                    struct lineage *lineage, struct map *map, struct err *err)
{
    struct back back = {.at = at, .reached = reached, .count = count, .lineage = lineage, .map = map};
    status s = history_each_past(db, space, take_past, &back, err);
    if (s == DONE)
        s = back.unclear ? NOT_FOUND : settle_claims(&back, err);
    map_release(&back.births);
    arena_release(&back.scratch);
    return s;
}
