/* New targets of links, written as the old ones were. */
#ifndef TEXT_LINK_WRITE_H
#define TEXT_LINK_WRITE_H

#include "base/buf.h"
#include "text/outline.h"

/* Appends what goes in place of link->target_at so that the link of a body (LINK_WIKI, LINK_MARKDOWN, LINK_EMBED, a
 * reference by its definition) has the target `target`, decoded as struct link has it. A wikilink takes it as it is; in
 * Markdown angle brackets stay, and %XX stands for what must not be there, for blanks where there are no brackets, and
 * for letters beyond ASCII where the old target had them so. REFUSED for a target that such a link cannot have: line
 * ends; in a wikilink also "[", "]", "|", "#", blanks at an end, and what begins like an address ("ab:"). */
status link_put_target(struct buf *out, struct sv note, const struct link *link, struct sv target, struct err *err);

#endif
