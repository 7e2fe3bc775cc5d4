#include "text/render_table.h"

enum { COLUMN_MIN = 5 };

static const struct sv bar = SV_INIT(" │ "), cross = SV_INIT("─┼─"), line = SV_INIT("─");
enum { BAR_WIDTH = 3 };

void table_add_cell(struct table *table, struct sv text, enum md_align align)
{
    struct table_cell *grown =
        arena_grow(table->arena, table->cells, &table->capacity, table->count, sizeof(struct table_cell));
    struct sv copy = arena_copy(table->arena, text);
    if (grown == NULL || copy.ptr == NULL) {
        table->failed = true;
        return;
    }
    table->cells = grown;
    table->cells[table->count++] = (struct table_cell){.text = copy, .align = align};
}

void table_end_row(struct table *table)
{
    if (table->rows++ == 0)
        table->columns = table->count;
    /* cmark gives every row as many cells as the head has; should it not, rows still line up. */
    while (!table->failed && table->count < table->rows * table->columns)
        table_add_cell(table, (struct sv){0}, MD_ALIGN_NONE);
    table->count = table->rows * table->columns;
}

struct layout {
    const struct table *table;
    size_t *widths;
    const struct styled_links *links;
    table_line_fn fn;
    void *payload;
    struct buf out; /* of one line */
    bool failed;
    struct arena arena; /* of one row */
};

static size_t sum_capped(const struct layout *l, size_t cap)
{
    size_t sum = 0;
    for (size_t i = 0; i < l->table->columns; i++)
        sum += l->widths[i] < cap ? l->widths[i] : cap;
    return sum;
}

/* Narrows the widest columns, all to one measure, until the table fits. */
static void fit(struct layout *l, size_t width)
{
    size_t bars = BAR_WIDTH * (l->table->columns - 1), low = COLUMN_MIN, high = 0;
    for (size_t i = 0; i < l->table->columns; i++)
        high = l->widths[i] > high ? l->widths[i] : high;
    if (width == 0 || sum_capped(l, high) + bars <= width)
        return;
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;
        if (sum_capped(l, middle) + bars <= width)
            low = middle;
        else
            high = middle - 1;
    }
    for (size_t i = 0; i < l->table->columns; i++)
        l->widths[i] = l->widths[i] < low ? l->widths[i] : low;
}

static void measure(struct layout *l)
{
    for (size_t i = 0; i < l->table->count; i++) {
        size_t width = styled_width(l->table->cells[i].text), *column = &l->widths[i % l->table->columns];
        *column = width > *column ? width : *column;
    }
}

static void put_cell(struct layout *l, const struct styled_lines *lines, size_t row, size_t width, enum md_align align)
{
    size_t used = row < lines->count ? lines->items[row].width : 0;
    size_t rest = width > used ? width - used : 0;
    size_t left = align == MD_ALIGN_RIGHT ? rest : align == MD_ALIGN_CENTER ? rest / 2 : 0;
    buf_fill(&l->out, ' ', left);
    if (row < lines->count)
        styled_print(&lines->items[row], l->links, &l->out);
    buf_fill(&l->out, ' ', rest - left);
}

static void end_line(struct layout *l)
{
    while (l->out.len > 0 && l->out.ptr[l->out.len - 1] == ' ')
        buf_truncate(&l->out, l->out.len - 1);
    l->failed = l->failed || l->out.failed;
    l->fn(l->payload, buf_view(&l->out));
    buf_clear(&l->out);
}

/* False: no memory. */
static bool put_row(struct layout *l, size_t row)
{
    const struct table *table = l->table;
    const struct table_cell *cells = &table->cells[row * table->columns];
    struct styled_lines *lines = arena_array(&l->arena, table->columns, sizeof *lines);
    if (lines == NULL)
        return false;
    size_t height = 1;
    for (size_t i = 0; i < table->columns; i++) {
        lines[i].arena = &l->arena;
        styled_wrap(cells[i].text, l->widths[i], &lines[i]);
        if (lines[i].failed)
            return false;
        height = lines[i].count > height ? lines[i].count : height;
    }
    for (size_t k = 0; k < height; k++) {
        for (size_t i = 0; i < table->columns; i++) {
            if (i > 0)
                buf_put(&l->out, bar);
            put_cell(l, &lines[i], k, l->widths[i], cells[i].align);
        }
        end_line(l);
    }
    arena_reset(&l->arena);
    return true;
}

static void put_rule(struct layout *l)
{
    for (size_t i = 0; i < l->table->columns; i++) {
        if (i > 0)
            buf_put(&l->out, cross);
        for (size_t n = 0; n < l->widths[i]; n++)
            buf_put(&l->out, line);
    }
    end_line(l);
}

static bool put_table(struct layout *l, size_t width)
{
    l->widths = arena_array(l->table->arena, l->table->columns, sizeof *l->widths);
    if (l->widths == NULL)
        return false;
    measure(l);
    fit(l, width);
    for (size_t row = 0; row < l->table->rows; row++) {
        if (!put_row(l, row))
            return false;
        if (row == 0)
            put_rule(l);
    }
    return !l->failed;
}

bool table_print(const struct table *table, size_t width, const struct styled_links *links, table_line_fn fn,
                 void *payload)
{
    if (table->failed)
        return false;
    if (table->columns == 0)
        return true;
    struct layout l = {.table = table, .links = links, .fn = fn, .payload = payload};
    bool done = put_table(&l, width);
    buf_release(&l.out);
    arena_release(&l.arena);
    return done;
}
