/* What a table's columns are called. */
#ifndef CLI_BLOCK_LABELS_H
#define CLI_BLOCK_LABELS_H

#include "note/type.h"

/* In a note's language, not the user's: whoever renders a note renders the same. What is here, else what the type
 * declares that most of the notes have, else any other, else the name itself. */
struct sv block_label(const struct types *types, struct sv type, struct sv field, struct sv lang);
/* "sum", "mean", ...; "count". */
struct sv block_word(struct sv word, struct sv lang);

#endif
