/* How front_edit is put together; for the front_edit*.c files alone.
 *
 * 1. front_edit.c turns a change into primitive edits: of one container, one member is replaced, inserted or deleted.
 * 2. front_edit_put.c and front_edit_cut.c say by which splices; front_edit_place.c where lines and members end.
 * 3. front_edit_trail.c follows paths; it applies the splices, reads the result, and compares it with the tree that
 *    was expected. */
#ifndef TEXT_FRONT_EDIT_PARTS_H
#define TEXT_FRONT_EDIT_PARTS_H

#include "text/front.h"
#include "text/front_edit.h"
#include "text/splice.h"
#include "text/yaml_write.h"

enum edit_kind { EDIT_REPLACE, EDIT_INSERT, EDIT_DELETE };

/* One member of one map or list. */
struct edit {
    enum edit_kind kind;
    const struct value *container;
    bool flow;                 /* the container stands in brackets, or in something that does */
    size_t at;                 /* which member; of an insertion: in front of it, `count` being the end */
    struct sv key;             /* INSERT into a map */
    const struct value *value; /* REPLACE, INSERT */
};

/* The front matter as it stands after the changes so far. */
struct editor {
    struct arena *arena;
    struct err *err;
    struct sv head; /* the note up to the body: a byte-order mark, the fences and what is between */
    struct front front;
    struct buf text; /* where replacements are built; each is copied into the arena */
};

/* The way of a path through the tree as far as it exists. */
struct trail {
    const struct front_change *change;
    struct front_step steps[FRONT_STEPS_MAX];
    size_t count;                                   /* of steps */
    size_t found;                                   /* of them, lead somewhere */
    const struct value *nodes[FRONT_STEPS_MAX + 1]; /* nodes[0] is the root, nodes[i + 1] where step i leads */
    size_t members[FRONT_STEPS_MAX];                /* which member of nodes[i] that is */
    bool flow[FRONT_STEPS_MAX + 1];                 /* nodes[i] stands in brackets */
};

/* Follows the change's path. DONE also where it leads nowhere yet: `found` says how far. */
status trail_find(struct editor *e, const struct front_change *change, struct trail *trail);
/* The same way again, in the tree that an edit made. */
void trail_follow(const struct editor *e, struct trail *trail);
/* Makes an edit of the container nodes[depth], which this fills in, and proves it. */
status trail_make(struct editor *e, const struct trail *trail, size_t depth, struct edit *edit);
/* Which member of the map has the key; `count` when none has. */
size_t trail_key(const struct value *map, struct sv key);
status trail_wrong_kind(struct editor *e, const struct trail *trail, const struct value *node);
status trail_beyond_end(struct editor *e, const struct trail *trail, const struct value *list);

/* By which splices the edit is made. REFUSED with line and column where the form is not one that can be edited. */
status edit_put(struct editor *e, const struct edit *edit, struct splices *splices);
status edit_cut(struct editor *e, const struct edit *edit, struct splices *splices);

status edit_refused(struct editor *e, unsigned line, unsigned column);
/* The text built in e->text, as a copy in the arena; e->text is empty after. */
void edit_splice(struct editor *e, struct splices *splices, size_t begin, size_t end);

/* --- places; offsets of e->head --- */

size_t place_line(struct sv head, size_t at); /* where the line of `at` begins */
size_t place_next(struct sv head, size_t at); /* where the next one does */
size_t place_stop(struct sv head, size_t at); /* the line's end, its line end left out */
/* "\r\n" or "\n": of the line of `at`, or of the one before. */
struct sv place_line_end(struct sv head, size_t at);
/* Bytes from the line's beginning. */
size_t place_column(struct sv head, size_t at);
/* Only spaces stand between the line's beginning and `at`. */
bool place_leads(struct sv head, size_t at);
/* Nothing but blanks, or blanks and a comment, stands between `at` and the line's end. */
bool place_trails(struct sv head, size_t at, bool comment_allowed);

/* The line is a comment that stands deeper than `column`. */
bool place_is_inner_comment(struct sv head, size_t line, size_t column);

bool value_is_collection(const struct value *value);
/* A collection with members that is written in lines. */
bool value_is_block(struct sv head, const struct value *value);
/* Behind the key's ':', or SIZE_MAX ("? key"). */
size_t place_colon(struct sv head, const struct member *member);
/* The dash of the list's nth element, or SIZE_MAX. */
size_t place_dash(struct sv head, const struct value *list, size_t nth);
/* Where the nth member of a block begins: its key or its dash. */
size_t place_member(struct sv head, const struct value *container, size_t nth);
/* Where the lines that belong to the nth member of a block end. */
size_t place_behind(struct sv head, const struct value *container, size_t nth);

#endif
