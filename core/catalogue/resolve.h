/* What a link leads to. Worked out when asked: what is stored of a note does not depend on which others there are.
 *
 * A target is tried, in this order, as a path from the note's folder, from the root of its space, from the vault's
 * root; then as the end of a path, so that a bare stem and "dir/stem" work; then the same without regard to case; then
 * as an alias. */
#ifndef CATALOGUE_RESOLVE_H
#define CATALOGUE_RESOLVE_H

#include "catalogue/internal.h"
#include "catalogue/link_pack.h"

/* Remembers names that were looked up. Good as long as the catalogue's rows are; between transactions of a reader. */
struct resolver {
    struct catalogue *catalogue;
    const struct space *only; /* resolver_candidates knows of no other; NULL: all */
    struct arena arena;
    struct buf scratch, key;
    struct map names;   /* folded name -> struct name_list */
    struct map answers; /* space and target -> struct resolution */
};

/* `row` NULL: nothing answers. */
struct resolution {
    const struct row *row;
    bool ambiguous;
};

void resolver_init(struct resolver *resolver, struct catalogue *catalogue);
void resolver_release(struct resolver *resolver);
/* Within a transaction. `from` NULL: as a user types it, from the vault's root. */
status resolver_find(struct resolver *resolver, const struct row *from, struct sv target,
                     struct resolution *resolution_out, struct err *err);
/* All notes that answer equally well by the first rule by which any does, for whoever must not guess. At most `max`
 * are given; the count is of all. */
status resolver_candidates(struct resolver *resolver, struct sv target, const struct row **rows, size_t max,
                           size_t *count_out, struct err *err);

/* Of notes of one person, in as many spaces. */
enum { PERSON_NOTES_MAX = 32 };
/* Whether these notes are one: a person's group note and what else is known of them in narrower spaces, which is read
 * together. All of type person, of one file name, no two in a space. More than PERSON_NOTES_MAX are not. */
bool rows_are_one_person(const struct catalogue *catalogue, const struct row *const *rows, size_t count);

struct found_link {
    const struct row *from, *to; /* `to` NULL: no note */
    struct sv attachment;        /* a file that is no note, from the vault's root; empty: none */
    bool ambiguous;
    struct stored_link link;
};
/* A note's links, resolved to notes, appended to an array of `arena`. Within a transaction. */
struct found_links {
    struct found_link *items;
    size_t count, capacity;
};
status resolver_links(struct resolver *resolver, const struct row *from, struct arena *arena, struct found_links *links,
                      struct err *err);
/* Looks for files where no note was found. Outside of transactions. */
status found_links_attach(struct catalogue *catalogue, struct found_links *links, struct err *err);
bool found_link_is_unresolved(const struct found_link *link);
/* Ids of notes with a link that may lead to the note: those that call for one of its names. */
status resolver_callers(struct resolver *resolver, int64_t id, struct id_set *ids, struct err *err);

#endif
