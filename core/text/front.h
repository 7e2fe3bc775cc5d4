/* Where front matter stands in a note, and what it says. */
#ifndef TEXT_FRONT_H
#define TEXT_FRONT_H

#include "text/value.h"

struct front {
    bool present;
    size_t begin, end;  /* the YAML between the fences, in bytes of the note */
    size_t body;        /* the first byte behind the closing fence's line (0, or behind a BOM, without front matter) */
    unsigned body_line; /* its line, from 1 */
    struct value *root; /* a map; NULL when absent or broken. Offsets are of the note, not of the YAML */
};

/* Front matter opens with a line "---" at the very start (a byte-order mark before it is skipped), closes with "---" or
 * "..."; white space behind a fence and CRLF are fine. In the first lines behind the opening one stands "key:", or
 * nothing stands between them: otherwise the fences are thematic breaks, and there is no front matter. Never closed,
 * but keys follow: no front matter, and MALFORMED is returned. Broken YAML, or no map: MALFORMED with `err` placed in
 * the note, `front` filled but for `root`. `root` is allocated in `arena` and holds no view of `note`. */
status front_parse(struct sv note, struct arena *arena, struct front *front_out, struct err *err);
/* The same without reading the YAML: where front matter stands and where the body begins. */
status front_find(struct sv note, struct front *front_out, struct err *err);

#endif
