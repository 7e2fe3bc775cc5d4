/* Words that mean the same: templates/thesaurus.yaml, and the vault's own. */
#ifndef SEARCH_THESAURUS_H
#define SEARCH_THESAURUS_H

#include "analyse.h"
#include "job.h"

/* One way to say it. */
struct entry {
    chiron_sv text; /* one word or several */
    enum language language;
    uint32_t group; /* entries of one group mean the same */
};

/* In scratch memory. A group's entries stand side by side. */
struct thesaurus {
    struct entry *entries;
    size_t count, room;
};

/* Empty where there is none, or where the user has switched it off. Lines that make no sense are passed over: a file
 * that a colleague has shared ends nobody's search. */
chiron_status thesaurus_read(const struct job *job, struct thesaurus *out);

/* What else is said for a text: entries of all groups that one of `from` words and no more belongs to. */
struct synonyms {
    const struct entry **entries;
    size_t count;
    size_t words; /* of the query that they stand for, from its first on; 0: none were found */
};
/* The longest beginning of `words` (at least one) that an entry has in any form; only beginnings that end where `ends`
 * is true. */
chiron_status thesaurus_find(const struct job *job, const struct thesaurus *thesaurus, struct analyser *analyser,
                             const struct word *words, const bool *ends, size_t count, struct synonyms *out);

#endif
