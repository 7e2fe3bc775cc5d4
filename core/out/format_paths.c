/* The `path` of each record, ended by a line feed or by NUL (for xargs -0), each path once in a row. */
#include "base/i18n.h"
#include "out/format.h"

static void record(struct out *out, struct sv end)
{
    const struct cell *cell = out_cell(out, SV("path"));
    if (!cell)
        cell = out_cell(out, SV("from"));
    if (!cell) {
        out_fail(out, USAGE, _("this answer has no paths: choose another --format"));
        return;
    }
    if (out->count > 0 && sv_eq(buf_view(&out->record), buf_view(&cell->text)))
        return;
    buf_clear(&out->record);
    buf_put(&out->record, buf_view(&cell->text));
    out_write(out, buf_view(&cell->text));
    out_write(out, end);
}

static void lines(struct out *out)
{
    record(out, SV("\n"));
}

static void zeros(struct out *out)
{
    record(out, (struct sv){.ptr = "", .len = 1});
}

static void nothing(struct out *out)
{
    (void)out;
}

const struct format format_paths = {"paths", NEED_PLAIN_CELLS, nothing, lines, nothing};
const struct format format_paths0 = {"paths0", NEED_PLAIN_CELLS, nothing, zeros, nothing};
