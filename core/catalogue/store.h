/* Writing parsed notes into the tables, within a write transaction. */
#ifndef CATALOGUE_STORE_H
#define CATALOGUE_STORE_H

#include "catalogue/parsed.h"
#include "catalogue/posting.h"

/* What one transaction writes. Postings are gathered, and written at its end. */
struct store {
    struct db *db;
    int64_t change; /* its number */
    struct postings postings;
    struct arena arena; /* of one note */
    struct buf scratch;
};
/* Whatever an earlier transaction left in it is forgotten. */
status store_begin(struct store *store, struct db *db, int64_t change, struct err *err);
status store_finish(struct store *store, struct err *err);
void store_release(struct store *store);

/* `fresh`: no row of this id is there yet. */
status store_note(struct store *store, int64_t id, const struct parsed *parsed, bool fresh, struct err *err);
/* All that is known of a note but its file row; and remembers for consumers that it went away. */
status store_remove_note(struct store *store, int64_t id, struct sv path, struct err *err);
/* All notes, before each is written again. */
status store_clear(struct store *store, struct err *err);

status store_file(struct db *db, struct sv path, int64_t id, const struct facts *facts, struct err *err);
status store_remove_file(struct db *db, struct sv path, struct err *err);

#endif
