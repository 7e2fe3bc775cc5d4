/* A link as an answer: for `links` and `graph`. */
#ifndef CLI_LINK_SHAPE_H
#define CLI_LINK_SHAPE_H

#include "catalogue/catalogue.h"
#include "out/out.h"

/* "wikilink", "markdown", "embed", "field": never translated. */
const char *link_kind_name(enum link_kind kind);
/* One object of design.md section 9. */
void link_put(struct out *out, const struct link_record *link);

#endif
