/* One line of a note for a reader: without most of its markup, cut around what was found. */
#ifndef SEARCH_EXCERPT_H
#define SEARCH_EXCERPT_H

#include "job.h"

/* A found word: bytes [begin, end) of the text at hand. */
struct span {
    size_t begin, end;
};

/* At most about 160 characters of the line [begin, end) of `body`, beginning shortly before the first of `spans`
 * (ascending, inside the line, at least one), with as many of them marked as stand in it. UTF-8 without control
 * characters; "…" where something was cut. In scratch memory. */
chiron_status excerpt_make(const struct job *job, chiron_sv body, struct span line, const struct span *spans,
                           size_t count, chiron_snippet *out);

#endif
