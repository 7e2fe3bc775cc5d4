/* Writing parsed notes into the tables, within a write transaction. */
#ifndef CATALOGUE_STORE_H
#define CATALOGUE_STORE_H

#include "catalogue/db.h"
#include "catalogue/parsed.h"

/* `fresh`: no row of this id is there yet. */
status store_note(struct db *db, int64_t id, const struct parsed *parsed, int64_t change, bool fresh, struct err *err);
status store_file(struct db *db, struct sv path, int64_t id, const struct facts *facts, struct err *err);
/* All that is known of a note but its file row. */
status store_remove_note(struct db *db, int64_t id, struct err *err);
status store_remove_file(struct db *db, struct sv path, struct err *err);
/* All notes, before each is written again. */
status store_clear(struct db *db, struct err *err);
/* Remembers for consumers that the note went away. */
status store_tombstone(struct db *db, int64_t id, struct sv path, int64_t change, struct err *err);

#endif
