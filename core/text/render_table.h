/* A table in columns on a terminal. For render_terminal.c. */
#ifndef TEXT_RENDER_TABLE_H
#define TEXT_RENDER_TABLE_H

#include "text/markdown.h"
#include "text/render_styled.h"

struct table_cell {
    struct sv text; /* styled */
    enum md_align align;
};

/* Zero-initialise, with `arena`. */
struct table {
    struct arena *arena;
    struct table_cell *cells; /* row by row */
    size_t count, capacity;
    size_t columns, rows; /* the first row is the head */
    bool failed;
};

void table_add_cell(struct table *table, struct sv text, enum md_align align);
void table_end_row(struct table *table);

/* Each line of the table, ready for the terminal. */
typedef void (*table_line_fn)(void *payload, struct sv line);
/* False: no memory. */
bool table_print(const struct table *table, size_t width, const struct styled_links *links, table_line_fn fn,
                 void *payload);

#endif
