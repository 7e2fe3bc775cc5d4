/* Notes in groups by a field, counted, with figures over other fields: `list --group`. */
#ifndef CATALOGUE_GROUP_H
#define CATALOGUE_GROUP_H

#include "catalogue/catalogue.h"

enum measure_kind { MEASURE_SUM, MEASURE_MEAN, MEASURE_MIN, MEASURE_MAX, MEASURE_MEDIAN, MEASURE_KINDS };
/* "sum", "mean", ... */
extern const char *const measure_names[MEASURE_KINDS];

struct measure {
    enum measure_kind kind;
    struct sv field;
};

enum figure_kind { FIGURE_NONE, FIGURE_NUMBER, FIGURE_DURATION, FIGURE_DATE };
/* One measure of one group. Values that are missing are not zero: they do not count at all. */
struct figure {
    enum figure_kind kind; /* NONE: no value had one */
    size_t n;              /* values that counted; a list gives each of its elements */
    double number;
    struct duration duration;
    struct date date; /* of min and max alone */
};

struct group {
    struct sv text; /* as the first of its notes (by path) has it; empty: the notes that have no such field */
    bool is_number, is_bool;
    double number;
    size_t count;           /* notes; one with several values is in several groups */
    struct figure *figures; /* one for each measure asked for */
};

struct group_request {
    struct sv key; /* see group_key_check; empty: all notes make one group */
    const struct measure *measures;
    size_t measure_count;
    struct sv sort; /* "group", "count", "sum", "sum.minutes", with + or -; empty: dates and numbers in their
                       order, all else by count */
    size_t limit;   /* 0: all */
    const struct id_set *visible; /* nothing is learnt from other notes; NULL: all may be looked at */
    struct buf *warnings;         /* fields that no note has, values that are none; lines; may be NULL */
};

/* A key is a field of the query language that a note has, or of front matter; with ":day", ":week", ":month",
 * ":quarter", ":year" the span that its date lies in; "tag:1", "folder:2": so many parts of it. USAGE says what else a
 * key may be. */
status group_key_check(struct sv key, struct err *err);
/* The groups of `ids`, in order, in `arena`. USAGE for a key, a sort or a measure that is none. */
status catalogue_group(struct catalogue *catalogue, const struct id_set *ids, const struct group_request *request,
                       struct arena *arena, struct group **groups_out, size_t *count_out, struct err *err);

#endif
