/* Edits of front matter by path, as splices: comments, order, quotes, line ends and indentation stay.
 *
 * A path is keys and indexes: "status", "goals[0].gas", "signed.anna"; "goals[+]" is an element to be added. Maps and
 * lists on the way that are missing are made; so is the front matter of a note without any.
 *
 * What is written keeps to what stands there: the quotes of the old value where the new one allows them, a comment
 * behind it, a list in brackets or in lines, the indentation and the line ends of the neighbours. A text that YAML
 * would read as something else is put in quotes. Removing takes the lines of the value and the comments in them;
 * comments on lines of their own above it stay, for nobody but their author knows what they belong to. A list that
 * loses its last element stays as "[]", a map as "{}".
 *
 * Nothing is guessed: front matter that does not parse (anchors, tags, duplicate keys), or has forms that cannot be
 * edited safely ("? key"), is MALFORMED or REFUSED with line and column. After each change the result is read again:
 * unless the value reads as asked and all else as before, it is FAILED and nothing is returned. */
#ifndef TEXT_FRONT_EDIT_H
#define TEXT_FRONT_EDIT_H

#include "base/buf.h"
#include "text/value.h"

enum front_action {
    FRONT_SET,   /* the value at the path is `value`; of a list, elements that stay keep their lines */
    FRONT_UNSET, /* there is nothing at the path */
    FRONT_ADD,   /* the list at the path has the element `value`: put at its end unless it is there. What is missing or
                    null becomes a list of one, a single value a list of two */
    FRONT_REMOVE /* no element of the list at the path is `value`; a single value that is, is unset */
};

/* Whether an element that is there is the one meant; for handles, which stand bare or in brackets. */
typedef bool (*front_same_fn)(const struct value *there, const struct value *meant, void *payload);

struct front_change {
    enum front_action action;
    struct sv path;
    const struct value *value; /* yaml_text, yaml_plain, yaml_list, yaml_map of text/yaml_write.h; NULL for UNSET */
    /* Where a key goes that is missing in its map: behind `after` where the map has that key, else in front of
     * `before`, else at the end. May be empty. */
    struct sv after, before;
    front_same_fn same; /* for ADD and REMOVE; NULL: yaml_same */
    void *payload;
    bool changed; /* out: false where the note said so already */
};

/* Makes the changes in their order and appends the whole edited note to `out`. On failure nothing is appended; an
 * error that a path causes is USAGE, and names it. The changed front matter must keep the limits of front_parse.
 * Any thread. */
status front_edit(struct sv note, struct front_change *changes, size_t count, struct buf *out, struct err *err);

enum { FRONT_STEPS_MAX = 16 };

/* "goals[0].gas" as its steps. */
struct front_step {
    struct sv key;
    size_t index;
    enum { FRONT_KEY, FRONT_INDEX, FRONT_NEW } kind;
};
/* USAGE with words when it is no path; the views are of `path`. */
status front_path_parse(struct sv path, struct front_step steps[FRONT_STEPS_MAX], size_t *count_out, struct err *err);

#endif
