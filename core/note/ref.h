/* References: front matter that points at notes. */
#ifndef NOTE_REF_H
#define NOTE_REF_H

#include "note/note.h"

/* Views into the text. */
struct ref {
    struct sv target, anchor, label;
    bool bracketed; /* "[[...]]", not a bare handle */
};

/* Reads "handle", "[[handle]]", "[[handle#anchor|label]]". False when it is none: empty, several lines, stray
 * brackets, an address. */
bool ref_parse(struct sv text, struct ref *ref_out);
/* Collects note->field_links: declared references, keys of maps (they are handles), and "[[...]]" standing alone in any
 * other field. */
status ref_collect(struct note *note, const struct types *types, struct arena *arena, struct err *err);

#endif
