/* Tags of a note, renamed wherever they stand. */
#ifndef NOTE_RETAG_H
#define NOTE_RETAG_H

#include "note/note.h"

/* Renames the tag `from`, and those nested below it ("from/x"), to `to`: in the body ("#from"), and in the front
 * matter's `tags`, `tag` and `keywords`, whether they are lists or texts with commas or blanks. Letters compare by
 * folded case. An element of a list that says `to` already is taken out instead of said twice. Both names may begin
 * with '#'; USAGE when one is no tag. Appends the note to `out` and says how many places changed (0: `out` is the note
 * as it was). MALFORMED or REFUSED as front_edit is. */
status note_retag(const struct note *note, struct sv from, struct sv to, struct buf *out, size_t *count_out,
                  struct err *err);

/* Without '#' and blanks around it; false when it is none: letters, digits, '_', '-', '/', one of them no digit. */
bool tag_name_parse(struct sv text, struct sv *name_out);

/* The next of the names in a text that stands for a list of tags, as "a, b" or "a #b": its bytes with the '#', behind
 * `*at`, which starts at 0. False: no more. Blanks part names unless the text is a list of keywords with commas. */
bool tag_text_next(struct sv text, bool keywords, size_t *at, struct sv *piece_out);

#endif
