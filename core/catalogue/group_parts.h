/* What the group_*.c files share. */
#ifndef CATALOGUE_GROUP_PARTS_H
#define CATALOGUE_GROUP_PARTS_H

#include "catalogue/field_values.h"
#include "catalogue/group.h"
#include "catalogue/query_field.h"

/* "date:month", taken apart. */
struct group_key {
    struct sv field; /* in lower case; "in" and "folder" are one */
    enum query_field_id id;
    bool by_date;
    enum date_part part;
    unsigned depth; /* parts of a tag or folder; 0: all */
};

/* One note in one group. */
struct membership {
    uint32_t note;  /* index into the ids */
    uint32_t group; /* index into the entries */
};

struct group_entry {
    struct sv identity; /* what makes values equal */
    struct sv shown;    /* as written; empty where only the note tells */
    int64_t first;      /* the first of its notes, by path: whose spelling counts */
    size_t first_rank;
    bool has_number;
    double number;
    size_t count;
    struct sv sort_key;
    struct figure *figures;
};

struct grouping {
    struct catalogue *catalogue;
    const struct group_request *request;
    const struct id_set *ids;
    struct arena *arena;
    struct group_key key;
    struct map index; /* identity -> position of the entry + 1 */
    struct group_entry *entries;
    size_t entry_count, entry_capacity;
    struct membership *members; /* by note, then group; each once */
    size_t member_count, member_capacity;
    struct buf scratch;
};

/* --- group_key.c --- */

status group_key_parse(struct sv text, struct arena *arena, struct group_key *key_out, struct err *err);
/* Whether notes say it themselves; their folder and space they do not. */
bool group_key_is_field(const struct group_key *key);
/* Fills entries and members. */
status group_collect(struct grouping *grouping, struct err *err);
/* Puts a note into the group of `identity`, which is made where it is new. `shown` may be empty. */
status group_add(struct grouping *grouping, int64_t note, int64_t speller, struct sv identity, struct sv shown,
                 struct err *err);
/* Forgets what was collected. */
void group_start_over(struct grouping *grouping);
/* Index of an id, SIZE_MAX when it is not among `ids`. */
size_t group_note_index(const struct id_set *ids, int64_t id);

/* --- group_person.c --- */

/* mentor, mentee: by the note, or by its charter, or by its session's. */
status group_collect_people(struct grouping *grouping, struct err *err);

/* --- group_figure.c --- */

/* Fills the figures of every entry. */
status group_measure(struct grouping *grouping, struct err *err);

/* --- group.c --- */

void group_warn(const struct group_request *request, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A line of warning where no note at all has the field. */
status group_warn_unknown(struct catalogue *catalogue, const struct group_request *request, struct sv field,
                          struct err *err);

#endif
