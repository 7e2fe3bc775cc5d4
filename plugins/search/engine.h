/* A full-text index on disk, behind one table of functions, so that engines can be exchanged and compared: the one of
 * segments answers, the one of SQLite's FTS5 (tests/fts5) is its oracle. */
#ifndef SEARCH_ENGINE_H
#define SEARCH_ENGINE_H

#include "hits.h"

struct engine; /* an open index; each implementation has its own */

/* Stands between texts whose words never follow each other: two headings, two aliases. */
#define ENGINE_BREAK '\x1e'

/* Places left free at a break, so that nothing is near over one. */
enum { ENGINE_GAP = PATTERN_WITHIN_MAX + 1 };

/* What is indexed of a note. Any bytes will do. */
struct engine_note {
    int64_t id;
    enum language language;
    chiron_sv titles; /* the title and the aliases, with breaks between them; so all but the body */
    chiron_sv headings;
    chiron_sv tags;
    chiron_sv body;
};

typedef chiron_status (*engine_term_fn)(void *payload, chiron_sv term, uint64_t notes);

/* Functions return CHIRON_OK, JOB_BROKEN (the files are damaged: no message; wipe, fill again), or the host's codes
 * after leaving a message. Between begin and commit or rollback only add and remove are called. Nobody else sees
 * anything of a round before its commit, and then all of it. */
struct engine_ops {
    const char *name;
    /* Opens the index in the folder `dir` (absolute, not NUL-terminated), making an empty one where there is none or
     * one of another version. The analyser outlives it. */
    chiron_status (*open)(const struct job *job, chiron_sv dir, struct analyser *analyser, struct engine **engine_out);
    void (*close)(struct engine *engine); /* NULL-safe; an open round is undone */
    /* Throws everything away and leaves an empty index, whatever was there. Other processes may have it open. */
    chiron_status (*wipe)(struct engine *engine, const struct job *job);

    /* That of the last commit, in scratch memory; empty: none, or so much of the index is waste that it should be
     * filled anew (`is_stale_out`). */
    chiron_status (*cursor)(struct engine *engine, const struct job *job, chiron_sv *cursor_out, bool *is_stale_out);
    chiron_status (*begin)(struct engine *engine, const struct job *job, bool reset);
    /* A note of the same id is replaced. */
    chiron_status (*add)(struct engine *engine, const struct job *job, const struct engine_note *note);
    /* Unknown ids are passed over. */
    chiron_status (*remove)(struct engine *engine, const struct job *job, int64_t id);
    chiron_status (*commit)(struct engine *engine, const struct job *job, chiron_sv cursor);
    void (*rollback)(struct engine *engine); /* without a round it does nothing */

    /* Notes that match, with scores, in any order: all of them, or at least the best `limit` when that is above 0.
     * JOB_BROKEN also where nothing was ever committed. */
    chiron_status (*search)(struct engine *engine, const struct job *job, const struct node *root, size_t limit,
                            struct hits *out);

    /* The terms of the index that begin with `prefix`, ascending by bytes, each with the number of notes that hold it.
     * The number may be too high: by what was changed or removed and is not cleared away yet. What `fn` returns that is
     * not CHIRON_OK ends it and is the answer. */
    chiron_status (*terms)(struct engine *engine, const struct job *job, chiron_sv prefix, engine_term_fn fn,
                           void *payload);
    /* The same number for each of `count` terms into `notes_out`, 0 for one that no note holds; and that of all notes.
     * The terms of a text: words_next and analyse_note. */
    chiron_status (*frequencies)(struct engine *engine, const struct job *job, const chiron_sv *terms, size_t count,
                                 uint64_t *notes_out, uint64_t *all_out);
};

extern const struct engine_ops engine_segments;

#endif
