/* The words of a text, in lower case, with their places. */
#ifndef SEARCH_WORDS_H
#define SEARCH_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* A longer word is known by its first characters, so that a line of base64 costs no more than a word. */
enum { WORD_RUNES = 64, WORD_BYTES = 4 * WORD_RUNES };

struct word {
    size_t begin, end; /* in the text: bytes of the word as it is written */
    char text[WORD_BYTES];
    size_t len; /* of text: NFC, lower case, not 0 */
    bool is_ascii;
};

/* Where reading stands; begin with {text, len, 0}. */
struct words {
    const char *text;
    size_t len;
    size_t at;
};

/* The next word; false at the end. Bytes that are not UTF-8 stand between words, and so does NUL. */
bool words_next(struct words *words, struct word *word_out);

#endif
