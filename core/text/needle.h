/* Whether a text has a literal: the quick look before a slow one. Many bytes at a time; what it says is exact. */
#ifndef TEXT_NEEDLE_H
#define TEXT_NEEDLE_H

#include "base/sv.h"

struct needle {
    struct sv text; /* in lower case and ASCII when `fold` */
    bool fold;
    size_t begin, end;            /* of the piece in `text` that has one form of each length only */
    size_t first, second;         /* the two places in the piece that are compared at once */
    unsigned char a, b;           /* the bytes there */
    unsigned char a_fold, b_fold; /* 0x20 where case is ignored */
};

/* The view must outlive the needle. `fold` ignores the case of ASCII letters, and knows that U+017F is an 's' and
 * U+212A a 'k' to whom ignores case. False: nothing in the text can be looked for (it is empty, or with `fold` all 's'
 * and 'k', or not ASCII). */
bool needle_init(struct needle *needle, struct sv text, bool fold);
bool needle_in(const struct needle *needle, struct sv subject);

#endif
