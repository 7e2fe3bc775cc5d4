/* CSV by RFC 4180: a header, LF line ends, quotes where needed. A text that a spreadsheet would take for a formula gets
 * an apostrophe in front. */
#include "base/i18n.h"
#include "base/utf8.h"
#include "out/format.h"

#include <string.h>

static void put_field(struct buf *line, struct sv text, bool number)
{
    bool formula = !number && text.len > 0 && memchr("=+-@\t\r", text.ptr[0], 6) != NULL;
    bool quote = formula;
    for (size_t i = 0; i < text.len && !quote; i++)
        quote = memchr(",\"\n\r;", text.ptr[i], 5) != NULL;
    quote = quote || (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' '));
    if (quote)
        buf_char(line, '"');
    if (formula)
        buf_char(line, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            buf_char(line, '"');
        buf_char(line, text.ptr[i]);
    }
    if (quote)
        buf_char(line, '"');
}

static void end_line(struct out *out, struct buf *line)
{
    struct buf valid = {0};
    buf_char(line, '\n');
    /* A CSV file has one encoding: a path that is no UTF-8 must not spoil the rest. */
    utf8_put_valid(&valid, buf_view(line));
    if (line->failed || valid.failed)
        out_fail(out, NO_MEMORY, _("out of memory"));
    out_write(out, buf_view(&valid));
    buf_release(&valid);
    buf_release(line);
}

static void header(struct out *out)
{
    struct buf line = {0};
    out_settle_columns(out);
    for (size_t i = 0; i < out->column_count; i++) {
        if (i > 0)
            buf_char(&line, ',');
        put_field(&line, out->columns[i].key, true);
    }
    if (out->column_count > 0)
        end_line(out, &line);
}

static void csv_record(struct out *out)
{
    struct buf line = {0};
    if (out->count == 0)
        header(out);
    for (size_t i = 0; i < out->column_count; i++) {
        const struct cell *cell = out_cell(out, out->columns[i].key);
        if (i > 0)
            buf_char(&line, ',');
        if (cell && !cell->nested)
            put_field(&line, buf_view(&cell->text), cell->number && !cell->list);
    }
    end_line(out, &line);
}

static void csv_begin(struct out *out)
{
    (void)out;
}

/* An answer without records still has its header, so that a reader finds its columns. */
static void csv_end(struct out *out)
{
    if (out->count == 0)
        header(out);
}

const struct format format_csv = {"csv", NEED_CELLS, csv_begin, csv_record, csv_end};
