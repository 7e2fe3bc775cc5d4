/* Covers the characters that make inlines, for a parse that wants to know the blocks only. */
#ifndef TEXT_MD_MASK_H
#define TEXT_MD_MASK_H

#include "base/sv.h"

/* Writes `source` to `into` (as many bytes) with '*', '_', '[' and the like replaced by a letter, wherever that cannot
 * change where blocks begin and end, nor the cells of tables. cmark then finds no inlines to parse, which is most of
 * its work. Left as they are: what begins a line (markers, rules, fences, HTML, tables), what ends an HTML block, and
 * what may be a link reference definition, up to the next blank line. */
void md_mask(struct sv source, char *into);

/* Bytes of white space, quote and list markers that `line` begins with. */
size_t md_skip_markers(struct sv line);
/* Whether a line's markers open more containers than cmark can be trusted with: it looks at each open one again in
 * every line. */
bool md_is_too_deep(struct sv line);
/* Walks lines as cmark sees them: they end at LF, CRLF or a lone CR. Zero-initialise with `source`. */
struct md_lines {
    struct sv source;
    size_t next;   /* where the next line begins */
    size_t lf, cr; /* the first ones at or behind `next`, or the source's length; 0: not yet looked for */
};
/* The next line's bytes without its line end; false at the end. */
bool md_lines_next(struct md_lines *lines, struct sv *line_out);

#endif
