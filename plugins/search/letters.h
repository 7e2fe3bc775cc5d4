/* Characters: what words are made of, and their other spellings. The one door to utf8proc. */
#ifndef SEARCH_LETTERS_H
#define SEARCH_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the character at `text[at]`; its length in bytes, or 0 where there is no valid UTF-8. `at` is below `len`. */
size_t letters_decode(const char *text, size_t len, size_t at, int32_t *rune_out);
/* Writes 1 to 4 bytes. */
size_t letters_encode(int32_t rune, char *out);

enum letter_class {
    LETTER_NONE,  /* stands between words */
    LETTER_WORD,  /* a letter or a digit */
    LETTER_MARK,  /* goes on with a word, begins none: combining marks, soft hyphens, joiners */
    LETTER_SYMBOL /* a word by itself: the scripts that write no spaces, character by character */
};
enum letter_class letters_class(int32_t rune);

/* NFC and lower case into `out`, at most `room` bytes (whole characters); returns the length. Marks that nobody sees
 * (soft hyphens, joiners) are dropped. */
size_t letters_lower(const char *text, size_t len, char *out, size_t room);

/* Of a lower-case NFC word: without marks, and what has no decomposition by its plain letters (ł l, ø o, æ ae, å a). */
size_t letters_plain(const char *text, size_t len, char *out, size_t room);
/* The same but å aa and ø oe, as people type who have no such keys. */
size_t letters_digraph(const char *text, size_t len, char *out, size_t room);

/* Names the version of the tables behind these functions: an index made with others is made anew. */
const char *letters_version(void);

#endif
