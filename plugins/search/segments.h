/* The engine on segments of its own: what its files share.
 *
 * The data folder holds
 *     manifest     which segments there are (manifest.h)
 *     *.seg        segments (segment.h)
 *     lock         held by who writes
 *
 * A query works on documents of all segments, numbered on from one segment to the next. */
#ifndef SEARCH_SEGMENTS_H
#define SEARCH_SEGMENTS_H

#include "engine.h"
#include "id_set.h"
#include "manifest.h"
#include "segment.h"
#include "workers.h"

struct engine {
    char *path; /* of the manifest, for messages */
    int dir;
    struct analyser *analyser;

    /* The state that is in use, and its segments, open. */
    struct manifest manifest;
    struct segment **segments;
    size_t segment_count;

    /* The round. */
    int lock;            /* -1: none */
    struct id_set told;  /* notes added or removed and not yet in the manifest */
    struct build *build; /* while there is little */
    struct workers *workers;
    size_t text_size; /* given to `build` */
};

/* segments.c: 0, an errno, SEALED_BROKEN or MANIFEST_* as a status: JOB_BROKEN without, others with a message. */
chiron_status segments_status(const struct engine *engine, const struct job *job, int error);
const char *segments_format(char *out, size_t size);
/* Reads the newest manifest and opens what it names; a manifest that is missing is an empty one. What was checked
 * before is checked again when it is read. */
chiron_status segments_load(struct engine *engine, const struct job *job);
/* The same, for an answer: JOB_BROKEN where nothing was ever committed. */
chiron_status segments_load_for_reading(struct engine *engine, const struct job *job);
/* Opens what the manifest in use names, closes the rest. 0, an errno, or SEALED_BROKEN. */
int segments_open_all(struct engine *engine);
void segments_unload(struct engine *engine);

/* segments_write.c */
chiron_status segments_wipe(struct engine *engine, const struct job *job);
chiron_status segments_begin(struct engine *engine, const struct job *job, bool reset);
chiron_status segments_add(struct engine *engine, const struct job *job, const struct engine_note *note);
chiron_status segments_remove(struct engine *engine, const struct job *job, int64_t id);
chiron_status segments_commit(struct engine *engine, const struct job *job, chiron_sv cursor);
void segments_rollback(struct engine *engine);

/* segments_search.c */
chiron_status segments_search(struct engine *engine, const struct job *job, const struct node *root, size_t limit,
                              struct hits *out);

/* segments_terms.c */
chiron_status segments_terms(struct engine *engine, const struct job *job, chiron_sv prefix, engine_term_fn fn,
                             void *payload);
chiron_status segments_frequencies(struct engine *engine, const struct job *job, const chiron_sv *terms, size_t count,
                                   uint64_t *notes_out, uint64_t *all_out);

#endif
