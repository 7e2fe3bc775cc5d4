/* YAML to a value tree, by libyaml's events, within bounds. The one door to libyaml. */
#ifndef TEXT_YAML_H
#define TEXT_YAML_H

#include "text/value.h"

struct yaml_limits {
    size_t bytes; /* refuse more */
    unsigned depth;
    size_t values; /* in all */
};

/* Front matter from anybody: 64 KiB, depth 16. */
extern const struct yaml_limits yaml_limits_front_matter;
/* Files of the program's own and of vault templates: 1 MiB, depth 32. */
extern const struct yaml_limits yaml_limits_file;

/* One document. Anchors, aliases, tags, duplicate keys, merge keys, keys that are no scalars, more than one document
 * and anything over the limits are MALFORMED with line and column (lines counted from `first_line`). An empty source
 * gives a null value. Everything is allocated in `arena`, the texts too: `source` may go. Any thread. */
status yaml_parse(struct sv source, const struct yaml_limits *limits, unsigned first_line, struct arena *arena,
                  struct value **root_out, struct err *err);

/* Sets kind and number of a scalar by the core schema, from its text and `quoted`. */
void yaml_type_scalar(struct value *value);

#endif
