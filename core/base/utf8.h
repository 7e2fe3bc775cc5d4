/* UTF-8 by the letter of RFC 3629: no surrogates, no overlong forms. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/buf.h"
#include "base/sv.h"

/* Decodes one code point at `at` (< s.len); returns its length 1..4, or 0 for an invalid byte. */
size_t utf8_decode(struct sv s, size_t at, uint32_t *rune_out);
/* Offset of the first invalid byte, or SIZE_MAX. */
size_t utf8_first_invalid(struct sv s);
bool utf8_is_valid(struct sv s);
/* How many code points; an invalid byte counts as one. */
size_t utf8_count(struct sv s);
/* At most `max` bytes of `s`, not ending inside a character. */
struct sv utf8_cut(struct sv s, size_t max);
/* Appends `s` with each invalid byte as U+FFFD. */
void utf8_put_valid(struct buf *out, struct sv s);

/* Line and column (both from 1; the column in code points) of a byte offset, and a table for many lookups. */
struct line_mark {
    uint32_t offset, runes; /* code points before the offset */
};
struct line_index {
    uint32_t *starts; /* offset of each line */
    size_t count;
    struct line_mark *marks; /* only where the text has a very long line; private */
};
struct arena;
/* Lines end at LF. False: no memory, or a text of 4 GiB. The index lives as long as the arena's contents. */
bool line_index_build(struct line_index *index, struct sv text, struct arena *arena);
/* An offset past the end means the end. A logarithm of the lines, and a bounded stretch of the line. */
void line_index_find(const struct line_index *index, struct sv text, size_t offset, unsigned *line_out,
                     unsigned *column_out);

#endif
