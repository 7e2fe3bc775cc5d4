/* A Mustache template applied to each record. A template that does not end a line gets one after each record. */
#include "out/format.h"

static void template_record(struct out *out)
{
    static const struct mustache_options plain = {.escape = MUSTACHE_NONE};
    struct buf text = {0};
    struct err err = {0};
    if (mustache_render(out->template, buf_view(&out->record), &plain, &text, &err) != DONE) {
        out_fail(out, err.code, err.text);
    } else {
        out_write(out, buf_view(&text));
        if (!sv_ends(out->options.template, SV("\n")))
            out_write(out, SV("\n"));
    }
    buf_release(&text);
}

static void nothing(struct out *out)
{
    (void)out;
}

const struct format format_template = {"template", NEED_JSON, nothing, template_record, nothing};
