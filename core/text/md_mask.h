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

#endif
