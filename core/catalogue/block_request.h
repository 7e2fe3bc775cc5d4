/* What a query block asks for, in lines:
 *
 *     list type:session mentor:anna
 *       after:2026-06
 *     columns: date, title, minutes as Minutes spent
 *     sort: -date
 *     limit: 10
 *
 * The query first; an indented line goes on with the one above; '#' begins a comment. With `group:` come figures
 * instead of columns: `sum:`, `mean:`, `median:`, `min:`, `max:`. */
#ifndef CATALOGUE_BLOCK_REQUEST_H
#define CATALOGUE_BLOCK_REQUEST_H

#include "catalogue/group.h"

struct block_column {
    struct sv field; /* "title", "goals.gas" */
    struct sv label; /* behind "as"; empty: the field's own */
};

/* Views into the text. */
struct block_request {
    struct sv query; /* in one piece with its further lines; may be empty: all notes */
    struct block_column *columns;
    size_t column_count, column_capacity;
    struct sv sort, group;
    size_t limit; /* 0: none */
    struct measure *measures;
    size_t measure_count, measure_capacity;
};

enum { BLOCK_COLUMNS_MAX = 50, BLOCK_LIMIT_MAX = 100000 };

/* USAGE with line and column in `text`, both from 1. */
status block_request_parse(struct sv text, struct arena *arena, struct block_request *request_out, struct err *err);
/* Line and column in `text` of a character (`column`, from 1) of the query. */
void block_request_place(struct sv text, const struct block_request *request, unsigned column, unsigned *line_out,
                         unsigned *column_out);

#endif
