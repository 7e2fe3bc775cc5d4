/* What the files of this room share about an open catalogue. */
#ifndef CATALOGUE_INTERNAL_H
#define CATALOGUE_INTERNAL_H

#include "base/map.h"
#include "catalogue/catalogue.h"
#include "catalogue/content.h"
#include "catalogue/db.h"
#include "catalogue/digest.h"
#include "catalogue/rows_file.h"
#include "catalogue/sweep.h"
#include "catalogue/watched.h"

struct catalogue {
    struct vault *vault;
    struct progress *progress; /* may be NULL */
    struct db *db;
    bool in_memory;
    struct types *types;
    struct rows rows;   /* as of the last refresh, or loaded when first needed */
    struct rows mapped; /* as an earlier process kept them, until a refresh takes them over; see catalogue_sweep */
    struct rows_state mapped_state;
    struct sweep *sweep; /* of them, on; or NULL */
    int64_t sweep_ns;
    const struct watched *given; /* by the caller, who then is the watcher; or NULL */
    struct watched watched;      /* where `is_watched`: what the mapped rows are known by, instead of a sweep */
    struct arena watched_arena;
    bool is_watched;
    struct catalogue_mark mark;      /* of `rows` */
    struct findings skipped;         /* folders that the last refresh could not read */
    struct arena skipped_arena;      /* of `skipped` */
    struct attachments *attachments; /* see attachment.h */
    struct rows *retired;            /* rows that a reader may still point into, see catalogue_set_rows */
    size_t retired_count, retired_capacity;
    struct content *content;      /* the store that `rows` speak of; NULL: none. kept.h */
    struct content_window window; /* of catalogue_read */
    bool swept;                   /* `rows` were compared with the files by this process */
    bool refreshing;              /* a refresh is on: it takes the file as it is */
    bool mending;                 /* a refresh that no caller asked for */
    bool history_current;         /* built by this process already */
    char id[33];
    unsigned char digest_key[DIGEST_KEY_SIZE];
};

/* Runs `fn` within a read transaction. Where it meets a damaged file the catalogue is made anew from the notes, with
 * the ids they had in this process, and `fn` runs once more: so it starts by clearing what it collected. It calls
 * nobody outside the room: what it found is handed on after the transaction, lest a slow reader keep writers waiting.
 */
typedef status (*transaction_fn)(struct catalogue *catalogue, void *payload, struct err *err);
status catalogue_reading(struct catalogue *catalogue, transaction_fn fn, void *payload, struct err *err);
/* The same for a write transaction: all or nothing. On a full disk it runs once more in memory. */
status catalogue_writing(struct catalogue *catalogue, transaction_fn fn, void *payload, struct err *err);
/* For the refresh, which fills an emptied catalogue itself: no refresh between the two runs of `fn`. */
status catalogue_refreshing(struct catalogue *catalogue, transaction_fn fn, void *payload, struct err *err);

/* Takes over the id and key that the file has now. Within a transaction. */
status catalogue_read_identity(struct catalogue *catalogue, struct err *err);

/* Maps the rows that an earlier process kept and begins to ask whether they still hold; the next refresh takes both. */
status catalogue_sweep(struct catalogue *catalogue, struct err *err);
void catalogue_sweep_end(struct catalogue *catalogue);
/* Where they are kept. */
status catalogue_rows_file(struct catalogue *catalogue, struct buf *path, struct err *err);

/* The rows, loaded when they are not yet. */
status catalogue_rows(struct catalogue *catalogue, const struct rows **rows_out, struct err *err);
/* Takes over rows that a refresh made, and forgets what was derived from the old ones. Where a damaged file is mended
 * in the middle of reading, the old rows stay until the catalogue is closed. */
status catalogue_set_rows(struct catalogue *catalogue, struct rows *rows, struct err *err);
/* The rows as stored, within a transaction. */
status rows_load(struct db *db, struct rows *rows_out, struct err *err);

/* The space's, narrowed by the note. */
enum visibility row_visibility(const struct catalogue *catalogue, const struct row *row);

#endif
