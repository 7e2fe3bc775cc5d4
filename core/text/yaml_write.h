/* Values as YAML text, such that every reader of YAML 1.1 and 1.2 takes a text for a text. */
#ifndef TEXT_YAML_WRITE_H
#define TEXT_YAML_WRITE_H

#include "base/buf.h"
#include "text/value.h"

/* --- values to write; NULL: no memory. The views must outlive them. --- */

/* A text, whatever it looks like: "yes", "2026-01-31", "1e3" and "" are put in quotes. */
struct value *yaml_text(struct arena *arena, struct sv text);
/* A scalar that stands without quotes, as numbers, booleans and dates do; typed by the core schema. */
struct value *yaml_plain(struct arena *arena, struct sv text);
/* A list with room for `count` elements, or a map for as many members, which the caller fills in. */
struct value *yaml_list(struct arena *arena, size_t count);
struct value *yaml_map(struct arena *arena, size_t count);

/* Kind and meaning are the same, member for member, in order; quotes, and how a number is written, do not count. */
bool yaml_same(const struct value *a, const struct value *b);

/* --- writing --- */

enum yaml_style { YAML_STYLE_PLAIN, YAML_STYLE_SINGLE, YAML_STYLE_DOUBLE, YAML_STYLE_BLOCK };

struct yaml_form {
    enum yaml_style style; /* of scalars, as far as the text allows */
    bool flow;             /* inside brackets, where more is a mark */
    bool one_line;         /* no blocks: a comment follows */
    size_t indent;         /* of the lines of a block: spaces */
    size_t list_step;      /* how much deeper than its key a list stands */
    struct sv line_end;
};

/* Whether a text can stand without quotes, inside brackets too, and is read as itself. */
bool yaml_is_plain(struct sv text);
/* The style that the scalar written as `source` has. */
enum yaml_style yaml_style_of(struct sv source);
/* Without a line end behind it; collections in flow form. A text with several lines becomes a block ("|")
 * where it can, whose lines stand at `indent`. */
void yaml_put_inline(struct buf *out, const struct value *value, const struct yaml_form *form);
void yaml_put_key(struct buf *out, struct sv key);
/* "key: value" and a line end, with all lines of the value; begins at the key, not at its indentation. */
void yaml_put_member(struct buf *out, struct sv key, const struct value *value, const struct yaml_form *form);
/* The lines of a list or a map that is not empty, each at `indent` and with a line end. */
void yaml_put_block(struct buf *out, const struct value *value, const struct yaml_form *form);
/* "- value" and a line end, `gap` being what stands behind the dash; begins at the dash, which is at `indent`. */
void yaml_put_item(struct buf *out, struct sv gap, const struct value *value, const struct yaml_form *form);

#endif
