/* The tables of the catalogue. What is stored of a note depends on that note alone; whatever concerns several (what a
 * link leads to, which handles are unique) is worked out when asked, so that a change touches the rows of its own note
 * and no others. */
#ifndef CATALOGUE_SCHEMA_H
#define CATALOGUE_SCHEMA_H

#include "catalogue/db.h"

/* To be raised with every change of tables or of what is written into them: an older or newer file is made anew. */
enum { SCHEMA_VERSION = 8 };

/* DONE: the file has our tables. NOT_FOUND: it is empty. STOP: it has those of another version or program. */
status schema_check(struct db *db, struct err *err);
/* Within a write transaction, on an empty file. */
status schema_make(struct db *db, struct err *err);
/* Named values. Absent: NOT_FOUND; the text is appended. */
status meta_get(struct db *db, struct sv key, struct buf *value, struct err *err);
status meta_get_i64(struct db *db, struct sv key, int64_t *value_out, struct err *err);
status meta_set(struct db *db, struct sv key, struct sv value, struct err *err);
status meta_set_i64(struct db *db, struct sv key, int64_t value, struct err *err);

#endif
