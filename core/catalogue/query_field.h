/* The built-in fields of the query language: one table for the parser, for evaluation and for the manual. */
#ifndef CATALOGUE_QUERY_FIELD_H
#define CATALOGUE_QUERY_FIELD_H

#include "base/sv.h"

enum query_field_id {
    QUERY_FIELD_KEY, /* none of the built-in ones: a front matter key */
    QUERY_FIELD_TYPE,
    QUERY_FIELD_TAG,
    QUERY_FIELD_IN,
    QUERY_FIELD_SPACE,
    QUERY_FIELD_TITLE,
    QUERY_FIELD_HEADING,
    QUERY_FIELD_MENTOR,
    QUERY_FIELD_MENTEE,
    QUERY_FIELD_LINK,
    QUERY_FIELD_LINKED,
    QUERY_FIELD_BEFORE,
    QUERY_FIELD_AFTER,
    QUERY_FIELD_ON,
    QUERY_FIELD_DATE,
    QUERY_FIELD_CREATED,
    QUERY_FIELD_MODIFIED,
    QUERY_FIELD_CHANGED,
    QUERY_FIELD_CHANGES,
    QUERY_FIELD_AUTHOR,
    QUERY_FIELD_LANG,
    QUERY_FIELD_HANDLE,
    QUERY_FIELD_ALIAS,
    QUERY_FIELD_TASK,
    QUERY_FIELD_VISIBILITY,
    QUERY_FIELD_WORDS
};

/* What may stand behind the colon. */
enum query_takes {
    QUERY_TAKES_TEXT,       /* text as it is: no operator, no range */
    QUERY_TAKES_DAY,        /* a date or span of days, without an operator */
    QUERY_TAKES_DATES,      /* the same with operators and ranges */
    QUERY_TAKES_NUMBER,     /* numbers with operators and ranges */
    QUERY_TAKES_VISIBILITY, /* private, pair, group */
    QUERY_TAKES_TASK,       /* open, done, any; or when it is due, as DATES */
    QUERY_TAKES_ANY         /* a front matter key's value: anything, with operators and ranges */
};

struct query_field {
    const char *name;
    enum query_field_id id;
    enum query_takes takes;
    const char *summary; /* marked with N_() */
};

/* Ends with a NULL name. */
extern const struct query_field query_fields[];
/* `name` in lower case. Never NULL: what is not in the table is a front matter key (its `name` NULL). */
const struct query_field *query_field_find(struct sv name);

#endif
