/* The lines of a note that show why it was found. */
#ifndef SEARCH_SNIPPET_H
#define SEARCH_SNIPPET_H

#include "query.h"

enum { SNIPPETS_MAX = 3 };

struct snippets; /* what a query looks for, ready to look */

/* In scratch memory. */
chiron_status snippets_begin(const struct job *job, struct analyser *analyser, const struct node *root,
                             struct snippets **out);

/* Up to SNIPPETS_MAX lines in the order of the body; `first_line` is its first line's number in the file. A match in
 * the title alone has none. In scratch memory. */
chiron_status snippets_of(struct snippets *snippets, chiron_sv body, uint32_t first_line, enum language language,
                          const chiron_snippet *const **list_out, size_t *count_out);

#endif
