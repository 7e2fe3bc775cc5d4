/* Whether a text has a literal: the quick look before a slow one. Many bytes at a time; what it says is exact. */
#ifndef TEXT_NEEDLE_H
#define TEXT_NEEDLE_H

#include "base/sv.h"

struct needle {
    struct sv text; /* in lower case when `fold` */
    bool fold;
    size_t begin, end;            /* of the piece in `text` whose letters have forms of one length only */
    size_t first, second;         /* the two places in the piece that are compared at once */
    unsigned char a, b;           /* the bytes there, with the bits set in which cases differ */
    unsigned char a_fold, b_fold; /* those bits */
};

/* Whether case can be ignored in looking for it: ASCII, and the lower-case letters of Latin-1 and Latin Extended-A that
 * have one upper-case form. */
bool needle_folds(uint32_t rune);
/* The view must outlive the needle. `fold` ignores case as PCRE2 does. False: the text cannot be looked for (it is
 * empty; or, with `fold`, not all of it folds, or each letter of it has forms of several lengths). */
bool needle_init(struct needle *needle, struct sv text, bool fold);
bool needle_in(const struct needle *needle, struct sv subject);

#endif
