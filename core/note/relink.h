/* Links of a note, body and front matter alike, led to other targets. */
#ifndef NOTE_RELINK_H
#define NOTE_RELINK_H

#include "note/note.h"
#include "text/splice.h"

/* The new target of a link, decoded as link->target is ("dir/handle", "../dir/a b.md"), or an empty view: it stays. The
 * link's anchor, label and form stay in any case. Called in the order of the links, front matter first; of a reference
 * definition that many links use, once for each: the first answer that is not empty counts. */
typedef struct sv (*relink_fn)(const struct link *link, void *payload);

/* Adds the splices; their texts are of splices->arena. External links and those within the note are not asked for.
 * `note` as note_parse filled it, with the types that say which fields are references. */
status note_link_splices(const struct note *note, relink_fn fn, void *payload, struct splices *splices,
                         struct err *err);

/* The same, applied: appends the note to `out`, and says how many targets were replaced (0: `out` is the note as it
 * was). The result is read again: unless every link leads where it should and all else is as before, it is FAILED and
 * nothing is appended. REFUSED where a target cannot be written in a link of that form. */
status note_relink(const struct note *note, const struct types *types, relink_fn fn, void *payload, struct buf *out,
                   size_t *count_out, struct err *err);

#endif
