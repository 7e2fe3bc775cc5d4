/* Which commits a note has behind it, through renames, branches and merges.
 *
 * What a note is at a commit follows from what it is at the commit's parents: it has their steps behind it, under the
 * name it had there, and this commit's if that changed it. A merge unites the steps of its sides. It is no change of
 * its own, since what it brings together is counted where it was made, unless it adds a note that no side has. */
#ifndef CATALOGUE_LINEAGE_H
#define CATALOGUE_LINEAGE_H

#include "base/map.h"
#include "catalogue/past.h"
#include "git/changes.h"

struct step {
    struct step *before, *beside; /* NULL: it began here; `beside`: the other line that ends at this merge */
    struct step *birth;           /* where it began, by `before` */
    struct past_item item;
    bool fused; /* lines that began apart have met in it */
    uint32_t mark;
};

/* What is known already of a path, at the commit up to which everything is; NULL in `*out`: nothing. */
typedef status (*lineage_stored_fn)(void *payload, struct sv path, struct step **out, struct err *err);

/* Zero-initialise; fill the first group, then run it. */
struct lineage {
    const struct git_commits *commits;
    uint32_t first;           /* number of the first of them */
    lineage_stored_fn stored; /* NULL: nothing is known yet */
    void *payload;
    struct map *outside; /* for each commit of commits->outside, or for HEAD where there are no commits: path ->
                          * struct step *, where it is not as stored; NULL in the map: no such note there */
    size_t outside_count;

    struct arena arena;
    struct map *now;      /* after the run: path -> struct step *, or NULL for a note that is no more; at HEAD, of all
                           * paths that were looked at */
    struct map deaths;    /* path -> struct step *: its removals, one after the other through `beside` */
    struct layer *layers; /* all of them, to be released */
    struct state *states;
    struct edit *edits;
    size_t edit_count, edit_capacity;
    uint32_t marks;
};

status lineage_run(struct lineage *lineage, struct err *err);
void lineage_release(struct lineage *lineage);

/* A step in the lineage's arena; NULL: no memory. */
struct step *lineage_step(struct lineage *lineage, uint32_t commit, struct sv path, struct step *before);
/* The steps of a past as they were packed, one behind the other; views into the past. */
status lineage_chain(struct lineage *lineage, const struct past *past, struct step **out, struct err *err);
/* One step for two that are the same note at a commit, from what is known of either. NULL is nothing. */
status lineage_unite(struct lineage *lineage, uint32_t commit, struct sv path, struct step *a, struct step *b,
                     struct step **out, struct err *err);
/* All items behind a step, newest first, each commit once. */
status lineage_items(struct lineage *lineage, struct step *step, struct arena *arena, struct past_item **items_out,
                     size_t *count_out, struct err *err);

#endif
