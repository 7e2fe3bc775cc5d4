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

void pack_heading(struct buf *out, const struct heading *heading)
{
    pack_number(out, heading->level);
    pack_number(out, heading->at.line);
    pack_text(out, heading->text);
    pack_text(out, heading->anchor);
}

bool unpack_heading(struct unpack *in, struct stored_heading *heading_out)
{
    if (!unpack_more(in))
        return false;
    heading_out->level = (unsigned)unpack_number(in);
    heading_out->line = (unsigned)unpack_number(in);
    heading_out->text = unpack_text(in);
    heading_out->anchor = unpack_text(in);
    return !in->failed;
}
