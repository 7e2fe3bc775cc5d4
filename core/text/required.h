/* What a text must have for a regular expression to match: literals, read off the pattern. */
#ifndef TEXT_REQUIRED_H
#define TEXT_REQUIRED_H

#include "base/arena.h"
#include "base/err.h"

enum { REQUIRED_MAX = 16 };

/* Every match of `pattern`, which PCRE2 must have accepted, has at least one of the literals in it; none: nothing is
 * known. With `fold` (case is ignored) they are in lower case, of characters that needle.h folds. Views into the
 * pattern and the arena. */
struct required {
    struct sv items[REQUIRED_MAX];
    size_t count;
};
status required_of(struct sv pattern, bool fold, struct arena *arena, struct required *required_out, struct err *err);

#endif
