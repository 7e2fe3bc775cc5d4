#include "catalogue/link_pack.h"

enum { EXTERNAL_BIT = 8, KIND_MASK = 7 };

void pack_link(struct buf *out, const struct link *link)
{
    pack_number(out, (uint64_t)link->kind | (link->external ? EXTERNAL_BIT : 0));
    pack_text(out, link->target);
    pack_text(out, link->anchor);
    pack_text(out, link->label);
    pack_text(out, link->key);
    pack_number(out, link->at.line);
    pack_number(out, link->at.column);
}

bool unpack_link(struct unpack *in, struct stored_link *link_out)
{
    if (!unpack_more(in))
        return false;
    uint64_t kind = unpack_number(in);
    link_out->kind = (enum link_kind)(kind & KIND_MASK);
    link_out->external = kind & EXTERNAL_BIT;
    link_out->target = unpack_text(in);
    link_out->anchor = unpack_text(in);
    link_out->label = unpack_text(in);
    link_out->key = unpack_text(in);
    link_out->line = (unsigned)unpack_number(in);
    link_out->column = (unsigned)unpack_number(in);
    return !in->failed;
}

/* Most anchors follow from the text: those have no bytes. Of one that does not, the length and one more. */
void pack_heading(struct buf *out, const struct heading *heading, struct buf *scratch)
{
    pack_number(out, heading->level);
    pack_number(out, heading->at.line);
    pack_text(out, heading->text);
    buf_clear(scratch);
    heading_anchor(heading->text, scratch);
    out->failed = out->failed || scratch->failed;
    bool follows = sv_eq(buf_view(scratch), heading->anchor);
    pack_number(out, follows ? 0 : (uint64_t)heading->anchor.len + 1);
    if (!follows)
        buf_put(out, heading->anchor);
}

bool unpack_heading(struct unpack *in, struct buf *scratch, struct stored_heading *heading_out)
{
    if (!unpack_more(in))
        return false;
    heading_out->level = (unsigned)unpack_number(in);
    heading_out->line = (unsigned)unpack_number(in);
    heading_out->text = unpack_text(in);
    uint64_t length = unpack_number(in);
    in->failed = in->failed || length > (uint64_t)in->rest.len + 1;
    if (in->failed)
        return false;
    buf_clear(scratch);
    if (length == 0)
        heading_anchor(heading_out->text, scratch);
    else
        buf_put(scratch, sv_sub(in->rest, 0, (size_t)length - 1));
    in->rest = sv_from(in->rest, length == 0 ? 0 : (size_t)length - 1);
    heading_out->anchor = buf_view(scratch);
    return !scratch->failed;
}
