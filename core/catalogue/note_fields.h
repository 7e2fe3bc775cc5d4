/* The fields of one note as written: what the catalogue keeps folded, for comparing, read from the file for showing. */
#ifndef CATALOGUE_NOTE_FIELDS_H
#define CATALOGUE_NOTE_FIELDS_H

#include "catalogue/catalogue.h"

/* Front matter and inline fields of a note, as note_each_field has them; `key` ("goals[0].gas") matches `name`
 * ("goals.gas") by note_field_is. A note that is gone or was changed since has none. */
status catalogue_note_fields(struct catalogue *catalogue, const struct record *record, note_field_fn fn, void *payload,
                             struct err *err);
/* Whether a key with its indexes is the field that a user means by `name`. */
bool note_field_is(struct sv key, struct sv name);

#endif
