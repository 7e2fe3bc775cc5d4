/* Words of a query as terms to look for. */
#ifndef SEARCH_PATTERN_H
#define SEARCH_PATTERN_H

#include "analyse.h"
#include "job.h"

/* Words that follow each other, each in any of several terms. */
struct places {
    const chiron_sv *terms;
    size_t count;
};
struct sequence {
    unsigned languages; /* bits, 1 << enum language: of the notes in which it counts */
    bool is_exact;      /* the words as they were typed */
    const struct places *places;
};

enum { PATTERN_WITHIN_MAX = 1000 }; /* other words between those that are near each other */

/* A word, prefix, phrase or words near each other: it matches where one of its sequences does. */
struct pattern {
    uint32_t scope; /* CHIRON_SCOPE_* */
    bool is_prefix; /* the terms of the last place are beginnings */
    /* The places in any order, within one text: the last at most `length` - 1 + `within` words behind the first. What
     * counts for the score are the places of the first word that have the others near. */
    bool is_near;
    uint32_t within;
    size_t length; /* of every sequence, from 1 */
    struct sequence sequences[1 + LANGUAGE_COUNT];
    size_t count;
};

/* That of a WORD, PREFIX, PHRASE or NEAR, for notes in any language, in scratch memory; NULL: there is no word in it.
 */
chiron_status pattern_make(const struct job *job, struct analyser *analyser, const chiron_search_node *source,
                           const struct pattern **out);
/* That of a text in one language, in any of its forms: only in notes of that language, and of none that is known. */
chiron_status pattern_make_foreign(const struct job *job, struct analyser *analyser, chiron_sv text,
                                   enum language language, uint32_t scope, const struct pattern **out);

#endif
