/* From a word to the terms it is indexed and found by. README.md says which, and why.
 *
 * A term is a word in one of three name spaces, told apart by its first byte:
 *     møder     the word itself: NFC, lower case
 *     ~moder    folded: without marks; also "~moeder"
 *     ^mød      the stem by the note's language; also folded: "^mod", "^moed"
 * A term that would only repeat the word itself is left out, so most English words have one or two. */
#ifndef SEARCH_ANALYSE_H
#define SEARCH_ANALYSE_H

#include "chiron/plugin.h"
#include "words.h"

enum language { LANGUAGE_OTHER, LANGUAGE_EN, LANGUAGE_DA, LANGUAGE_PL, LANGUAGE_COUNT };

enum { TERM_BYTES = 1 + WORD_BYTES, TERMS_MAX = 16 };

/* Terms of one word at one place, without repetition, one behind the other; the first is the word itself. */
struct terms {
    size_t count;
    uint16_t ends[TERMS_MAX]; /* in bytes */
    char bytes[TERMS_MAX * TERM_BYTES];
};
chiron_sv terms_nth(const struct terms *terms, size_t n);

struct analyser;

/* NULL: no memory. Stemmers are made when a language is first met. */
struct analyser *analyser_new(void);
void analyser_free(struct analyser *analyser);

/* "da", "da-DK" and "DA" are LANGUAGE_DA; what has no stemmer is LANGUAGE_OTHER. */
enum language language_of(chiron_sv tag);

/* The terms that a note of `language` is indexed by for `word`: at most 6. False: no memory. */
bool analyse_note(struct analyser *analyser, const struct word *word, enum language language, struct terms *terms_out);
/* The terms that find `word` in notes of `language`. False: no memory. */
bool analyse_query(struct analyser *analyser, const struct word *word, enum language language, struct terms *terms_out);
/* The terms that begin the terms of every word that begins with `word`, in any language. */
void analyse_prefix(const struct word *word, struct terms *terms_out);

/* What of a word a term is: the word itself, a stem, or else a folded form. */
bool analyse_is_word(chiron_sv term);
bool analyse_is_stem(chiron_sv term);

/* Changes with whatever changes terms: an index made under another name is made anew. */
const char *analyser_version(void);

#endif
