/* A link as an answer: for `links` and `graph`. */
#include "cli/link_shape.h"

const char *link_kind_name(enum link_kind kind)
{
    static const char *const names[] = {
        [LINK_WIKI] = "wikilink", [LINK_MARKDOWN] = "markdown", [LINK_EMBED] = "embed", [LINK_FIELD] = "field"};
    return names[kind];
}

void link_put(struct out *out, const struct link_record *link)
{
    out_begin_map(out);
    out_put(out, "from", link->from);
    out_put(out, "to", link->to);
    out_key(out, SV("target"));
    out_string(out, link->target);
    out_put(out, "kind", sv_of(link_kind_name(link->kind)));
    if (link->line > 0)
        out_put_int(out, "line", link->line);
    if (link->column > 0)
        out_put_int(out, "column", link->column);
    out_put(out, "anchor", link->anchor);
    out_put(out, "label", link->label);
    out_put(out, "field", link->key);
    if (link->external)
        out_put_bool(out, "external", true);
    if (link->ambiguous)
        out_put_bool(out, "ambiguous", true);
    out_end_map(out);
}
