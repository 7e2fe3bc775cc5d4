/* What a format is, inside this room: how finished records become bytes. */
#ifndef OUT_FORMAT_H
#define OUT_FORMAT_H

#include "base/arena.h"
#include "out/mustache.h"
#include "out/out.h"

/* One key of the current record: a scalar as text, a list joined with ';', or something nested that only JSON can show.
 */
struct cell {
    struct sv key;
    struct buf text;
    bool set, nested, number, list;
    size_t elements;
};

struct column {
    struct sv key, label;
};

/* A format needs its records as JSON text, as cells, or as cells without those that are put as finished JSON: of a path
 * there is no such form, and taking fields and tags apart costs more than all the rest. */
enum record_need { NEED_JSON, NEED_CELLS, NEED_PLAIN_CELLS };

struct out;
struct format {
    const char *name;
    enum record_need need;
    void (*begin)(struct out *out);
    void (*record)(struct out *out);
    void (*end)(struct out *out);
};

extern const struct format format_json, format_jsonl, format_csv, format_paths, format_paths0, format_template,
    format_text;

struct out {
    struct out_options options;
    const struct format *format;
    struct err err;     /* the first failure; everything after is ignored */
    struct buf pending; /* bytes on their way to the descriptor */
    struct buf record;  /* NEED_JSON: the current record */
    struct arena names; /* keys and labels */
    struct cell *cells; /* NEED_CELLS: the current record, keys in order of first use */
    size_t cell_count, cell_capacity;
    struct cell *current; /* the cell that values go to */
    struct column *columns;
    size_t column_count, column_capacity;
    bool columns_settled;
    unsigned depth; /* 0 outside of a record */
    bool comma;     /* JSON: a value stands before this one */
    size_t count;
    bool table;       /* text: records become a table */
    struct buf *rows; /* text table: cells of all rows, column by column, kept until the widths are known */
    size_t row_count, row_capacity;
    struct mustache *template;
};

/* Appends to the answer, flushing now and then. */
void out_write(struct out *out, struct sv bytes);
void out_fail(struct out *out, status code, const char *message);
/* The cell of a key, or NULL. */
const struct cell *out_cell(const struct out *out, struct sv key);
/* Fixes the columns at the first record where none were declared; `nested` keeps keys that have no text form out. */
void out_settle_columns(struct out *out);

#endif
