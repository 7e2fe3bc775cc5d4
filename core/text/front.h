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
 * "..."; white space behind a fence and CRLF are fine. Never closed: no front matter, and MALFORMED is returned. Broken
 * YAML: MALFORMED with `err` placed in the note, `front` filled but for `root`. */
status front_parse(struct sv note, struct arena *arena, struct front *front_out, struct err *err);

#endif
