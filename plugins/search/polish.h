/* The stem of a Polish word. */
#ifndef SEARCH_POLISH_H
#define SEARCH_POLISH_H

#include <stddef.h>

/* `word` in lower case and NFC. Its first two characters stay; what is no UTF-8 is left alone. `out` has room for `len`
 * bytes, which is never exceeded; returns the length of the stem. */
size_t polish_stem(const char *word, size_t len, char *out);

#endif
