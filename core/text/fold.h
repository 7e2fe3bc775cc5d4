/* Letters without their differences: for resolving handles, comparing words, sorting, columns. The one door to
 * utf8proc. */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

#include "base/buf.h"

/* NFC and lower case (full case folding; the key of a case-insensitive look-up). Invalid bytes stay as they are. */
void fold_case(struct sv s, struct buf *out);
/* fold_case, then without marks: NFD stripped of combining marks, and what has no decomposition by domain.md 9: ł l, ø
 * o, æ ae, å a, ß ss, đ d, þ th. */
void fold_plain(struct sv s, struct buf *out);
/* The second spelling that people type for Danish letters: å aa, ø oe, æ ae; the rest as fold_plain. */
void fold_digraph(struct sv s, struct buf *out);
/* NFC only. */
void fold_nfc(struct sv s, struct buf *out);
/* Order for people: by folded letters, then by bytes; digits by value ("2" before "10"). */
int fold_cmp(struct sv a, struct sv b);
/* Columns on a terminal (wide characters 2, marks 0). */
size_t text_width(struct sv s);
/* The longest front part of at most `columns`; its width through `width_out` (may be NULL). */
struct sv text_cut(struct sv s, size_t columns, size_t *width_out);
/* A letter, digit or mark: what words are made of. */
bool rune_is_word(uint32_t rune);
bool rune_is_letter(uint32_t rune);
/* The lower-case letter, one for one: lighter than folding (ß stays). */
uint32_t rune_lower(uint32_t rune);
/* A file-name slug: folded plain, words joined by '-', at most `max` bytes. */
void text_slug(struct sv s, size_t max, struct buf *out);

#endif
