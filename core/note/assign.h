/* "status=active", "tags+=x", "goals[0].gas=1": words of a command line as changes of front matter, checked against the
 * type's declaration. */
#ifndef NOTE_ASSIGN_H
#define NOTE_ASSIGN_H

#include "note/type.h"
#include "text/front_edit.h"

/* Dates in words ("friday", "-2w"). False when it is none. */
typedef bool (*assign_date_fn)(struct sv words, struct date *date_out, void *payload);

struct assign_context {
    const struct types *types;
    const struct note_type *type; /* of the note */
    const struct value *root;     /* its front matter as it stands; NULL: none yet */
    assign_date_fn date;          /* NULL: only "2026-01-31" */
    void *payload;
    struct arena *arena; /* of what is made */
};

/* Ready for front_edit, in order. Zero-initialise. */
struct assignments {
    struct front_change *items;
    size_t count, capacity;
};

/* Adds what "path=value", "path+=value" or "path-=value" asks for.
 * - A value is read by the declared kind: numbers, booleans, dates and durations stand without quotes, everything else
 *   as text; what is not declared is guessed as the core schema would. An unknown word of an enum is USAGE and lists
 *   the words; so are a wrong kind, a number out of range, a handle that is none, a path that the declaration
 *   contradicts, and an empty value.
 * - "=" takes a list with commas ("tags=a, b"; "\," is a comma in an element), where the field may hold several; "+="
 *   and "-=" take one element, commas and all, and only where it may.
 * - A handle is written in brackets ("[[x]]") where the old value or the list's first one is; "+=" and "-=" take
 *   "x" and "[[x]]" for the same.
 * - Tags go without '#'. Where tags stand as a text ("tags: a, b"), they stay one.
 * - A key that is missing goes where the type's order of fields suggests.
 * Each is checked against the front matter as `root` has it, not as the ones before will leave it. */
status assign_parse(const struct assign_context *context, struct sv words, struct assignments *out, struct err *err);
/* Adds the removal of what stands at `path`. */
status assign_unset(const struct assign_context *context, struct sv path, struct assignments *out, struct err *err);

#endif
