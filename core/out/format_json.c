/* JSON: one array (or the one object of a `single` answer); JSON Lines: an object a line. */
#include "out/format.h"

static void json_begin(struct out *out)
{
    if (!out->options.single)
        out_write(out, SV("["));
}

static void json_record(struct out *out)
{
    if (!out->options.single)
        out_write(out, out->count > 0 ? SV(",\n ") : SV("\n "));
    out_write(out, buf_view(&out->record));
}

static void json_end(struct out *out)
{
    if (out->options.single)
        out_write(out, out->count > 0 ? SV("\n") : SV("{}\n"));
    else
        out_write(out, out->count > 0 ? SV("\n]\n") : SV("]\n"));
}

static void lines_record(struct out *out)
{
    out_write(out, buf_view(&out->record));
    out_write(out, SV("\n"));
}

static void nothing(struct out *out)
{
    (void)out;
}

const struct format format_json = {"json", NEED_JSON, json_begin, json_record, json_end};
const struct format format_jsonl = {"jsonl", NEED_JSON, nothing, lines_record, nothing};
