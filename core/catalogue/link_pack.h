/* A note's links, headings and block ids as the catalogue keeps them. */
#ifndef CATALOGUE_LINK_PACK_H
#define CATALOGUE_LINK_PACK_H

#include "catalogue/pack.h"
#include "text/outline.h"

struct stored_link {
    enum link_kind kind;
    bool external;
    struct sv target, anchor, label, key;
    unsigned line, column;
};
void pack_link(struct buf *out, const struct link *link);
/* False at the end, or (with in->failed) where the bytes do not add up. Views into what is read. */
bool unpack_link(struct unpack *in, struct stored_link *link_out);

struct stored_heading {
    unsigned level, line;
    struct sv text, anchor;
};
/* `scratch` is written over. */
void pack_heading(struct buf *out, const struct heading *heading, struct buf *scratch);
/* The anchor is in `scratch`, until the next. False also without memory: scratch->failed. */
bool unpack_heading(struct unpack *in, struct buf *scratch, struct stored_heading *heading_out);

#endif
