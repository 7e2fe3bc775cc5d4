/* A note's fields in little room: front matter as the JSON object that records have, taken apart, with short forms for
 * usual keys and for what other columns of the note say already; and the flat rows that fields are found by, where
 * they do not follow from it. */
#ifndef CATALOGUE_FIELD_PACK_H
#define CATALOGUE_FIELD_PACK_H

#include "base/arena.h"
#include "catalogue/pack.h"

/* A value under its key ("goals.gas"), both folded. */
struct field_row {
    struct sv key, value;
};

/* Columns that fields often repeat; to unpack, the same are needed again. */
struct field_context {
    struct sv title, date, lang, type;
    struct sv tags; /* a packed list */
};

/* `json` as note_fields_json writes it, `rows` in the order of note_each_field. Appends. Any object comes back to the
 * byte, and any rows; what they are like decides only how much room they take. What is needed in between is left in
 * the arena. */
status field_pack(struct buf *out, const struct field_context *context, struct sv json, const struct field_row *rows,
                  size_t count, struct arena *arena, struct err *err);
/* Appends the object. False: the bytes do not add up. */
bool field_unpack_json(struct sv packed, const struct field_context *context, struct buf *out);
/* Calls `fn` with each row, those of one key in their order; views into the arena or what was given. STOP: the bytes
 * do not add up. */
typedef status (*field_row_fn)(void *payload, const struct field_row *row, struct err *err);
status field_unpack_rows(struct sv packed, const struct field_context *context, struct arena *arena,
                         struct buf *scratch, field_row_fn fn, void *payload, struct err *err);

#endif
