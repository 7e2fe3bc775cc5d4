/* The small marks that notes have and Markdown does not know: wikilinks, tags, block ids, inline fields, comments.
 * Each function looks at one place of a view and allocates nothing; offsets are of the view. */
#ifndef TEXT_MARKS_H
#define TEXT_MARKS_H

#include "base/sv.h"

struct wikilink {
    size_t end;          /* behind "]]" */
    struct sv target;    /* trimmed, without anchor */
    struct sv anchor;    /* behind '#' */
    struct sv label;     /* behind '|' */
    size_t target_begin; /* of `target`, also where it is empty */
};

/* "[[target#anchor|label]]" in one line; `at` is its first '['. "\|" parts the label too, as tables need it. */
bool wikilink_at(struct sv s, size_t at, struct wikilink *link_out);

/* The length of the tag with its '#' that begins at `at`, or 0: letters, digits, '_', '-', '/', one of them no digit,
 * with no word, '/', '#', '&', '[' or the like in front. */
size_t tag_at(struct sv s, size_t at);

/* The length of the block id with its '^' at `at`, or 0: letters, digits and '-', white space or a line's start in
 * front, only white space behind up to the line's end. */
size_t block_id_at(struct sv s, size_t at);

struct field_mark {
    size_t end; /* behind the construct */
    struct sv key, value;
};

/* "[key:: value]" or "(key:: value)" in one line; `at` is the bracket. */
bool bracket_field_at(struct sv s, size_t at, struct field_mark *field_out);
/* "key:: value" from `at` to the line's end. */
bool line_field_at(struct sv s, size_t at, struct field_mark *field_out);

/* Behind the "%%" that closes the comment which `at` opens; 0 when none does. */
size_t comment_end(struct sv s, size_t at);

/* The end of the line that `at` stands in: its CR or LF, or the end of the view. */
size_t line_end_at(struct sv s, size_t at);

#endif
