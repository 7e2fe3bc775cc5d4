/* Text for people: records as a table of aligned columns, or lines drawn by the command itself. */
#include "base/arena.h"
#include "base/i18n.h"
#include "out/format.h"
#include "text/fold.h"
#include "text/render.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const style_codes[] = {
    [STYLE_NONE] = "",
    [STYLE_TITLE] = "\033[1m",
    [STYLE_PATH] = "\033[36m",
    [STYLE_DIM] = "\033[2m",
    [STYLE_MATCH] = "\033[1;33m",
    [STYLE_ERROR] = "\033[31m",
    [STYLE_WARNING] = "\033[33m",
    [STYLE_GOOD] = "\033[32m",
    [STYLE_TAG] = "\033[35m",
};

void out_table(struct out *out, bool on)
{
    out->table = on;
}

void out_raw(struct out *out, struct sv text)
{
    if (out_is_text(out))
        out_write(out, text);
}

void out_bytes(struct out *out, struct sv bytes)
{
    /* Only a terminal has a width. */
    if (out->options.width > 0)
        out_text(out, STYLE_NONE, bytes);
    else
        out_raw(out, bytes);
}

void out_text(struct out *out, enum out_style style, struct sv text)
{
    struct buf safe = {0};
    if (!out_is_text(out) || text.len == 0)
        return;
    bool colored = out->options.color && style != STYLE_NONE;
    if (colored)
        buf_put_c(&safe, style_codes[style]);
    render_safe_text(text, &safe);
    if (colored)
        buf_put_c(&safe, "\033[0m");
    if (safe.failed)
        out_fail(out, NO_MEMORY, _("out of memory"));
    out_write(out, buf_view(&safe));
    buf_release(&safe);
}

void out_textf(struct out *out, enum out_style style, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    if (!out_is_text(out))
        return;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    if (text.failed)
        out_fail(out, NO_MEMORY, _("out of memory"));
    out_text(out, style, buf_view(&text));
    buf_release(&text);
}

void out_newline(struct out *out)
{
    if (out_is_text(out))
        out_write(out, SV("\n"));
}

void out_counted(struct out *out)
{
    out->count++;
}

/* --- the table ----------------------------------------------------------------------------------------------- */

static void text_begin(struct out *out)
{
    (void)out;
}

static void text_record(struct out *out)
{
    if (!out->table)
        return;
    out_settle_columns(out);
    struct buf *grown =
        array_grow(out->rows, &out->row_capacity, (out->row_count + 1) * out->column_count, sizeof *grown);
    if (!grown) {
        out_fail(out, NO_MEMORY, _("out of memory"));
        return;
    }
    out->rows = grown;
    for (size_t c = 0; c < out->column_count; c++) {
        const struct cell *cell = out_cell(out, out->columns[c].key);
        struct buf *row = &out->rows[out->row_count * out->column_count + c];
        *row = (struct buf){0};
        if (cell && !cell->nested)
            render_safe_text(buf_view(&cell->text), row);
        for (size_t i = 0; i < row->len; i++)
            if (row->ptr[i] == '\n' || row->ptr[i] == '\t')
                row->ptr[i] = ' ';
    }
    out->row_count++;
}

static size_t *measure(const struct out *out)
{
    size_t *widths = memory_zero(out->column_count, sizeof *widths);
    for (size_t c = 0; widths && c < out->column_count; c++) {
        widths[c] = text_width(out->columns[c].label);
        for (size_t r = 0; r < out->row_count; r++) {
            size_t width = text_width(buf_view(&out->rows[r * out->column_count + c]));
            if (width > widths[c])
                widths[c] = width;
        }
    }
    return widths;
}

/* The widest column gives way until the table fits; no column below 8. */
static void fit(const struct out *out, size_t *widths)
{
    enum { LEAST = 8 };
    for (;;) {
        size_t total = 2 * (out->column_count - 1), widest = 0;
        for (size_t c = 0; c < out->column_count; c++) {
            total += widths[c];
            if (widths[c] > widths[widest])
                widest = c;
        }
        if (out->options.width == 0 || total <= out->options.width || widths[widest] <= LEAST)
            return;
        size_t over = total - out->options.width;
        widths[widest] = widths[widest] - LEAST > over ? widths[widest] - over : LEAST;
    }
}

/* `pad` columns are owed from the cells before: empty cells at the end of a row leave no trailing spaces. */
static void put_padded(struct out *out, struct sv text, size_t width, size_t *pad, enum out_style style)
{
    struct buf spaces = {0};
    size_t used = 0;
    struct sv shown = text_cut(text, width, &used);
    if (text.len > 0) {
        buf_fill(&spaces, ' ', *pad);
        out_write(out, buf_view(&spaces));
        buf_release(&spaces);
        *pad = 0;
    }
    if (shown.len < text.len && width > 1) {
        shown = text_cut(text, width - 1, &used);
        used++;
        out_text(out, style, shown);
        out_text(out, style, SV("…"));
    } else {
        out_text(out, style, shown);
    }
    *pad += width - used + 2;
}

static void put_row(struct out *out, const size_t *widths, const struct buf *cells, enum out_style style)
{
    size_t pad = 0;
    for (size_t c = 0; c < out->column_count; c++)
        put_padded(out, cells ? buf_view(&cells[c]) : out->columns[c].label, widths[c], &pad, style);
    out_write(out, SV("\n"));
}

static void text_end(struct out *out)
{
    if (out->row_count == 0 || out->column_count == 0)
        return;
    size_t *widths = measure(out);
    if (!widths) {
        out_fail(out, NO_MEMORY, _("out of memory"));
        return;
    }
    fit(out, widths);
    put_row(out, widths, NULL, STYLE_DIM);
    for (size_t r = 0; r < out->row_count; r++)
        put_row(out, widths, &out->rows[r * out->column_count], STYLE_NONE);
    free(widths);
}

const struct format format_text = {"text", NEED_CELLS, text_begin, text_record, text_end};
