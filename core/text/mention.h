/* Where a text names something: a person, a note by its title. */
#ifndef TEXT_MENTION_H
#define TEXT_MENTION_H

#include "text/outline.h"

struct mention {
    struct span at; /* of the note */
    struct sv name; /* which of the names */
    struct sv line; /* the line it begins in, without the line end */
};
typedef status (*mention_fn)(void *payload, const struct mention *mention, struct err *err);

/* Calls `fn` for each place in note[body..] where one of `names` stands as words of its own, without regard to case; a
 * space in a name is any white space. At one place the first name of the list counts, so the longest belong in front.
 * Links, tags, code and comments name nothing. What `fn` returns that is not DONE ends it and is the answer. */
status mention_each(struct sv note, size_t body, unsigned body_line, const struct sv *names, size_t count,
                    struct arena *arena, mention_fn fn, void *payload, struct err *err);

#endif
