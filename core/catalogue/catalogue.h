/* The derived index of a vault: every note's metadata, kept in SQLite, thrown away and rebuilt at will. */
#ifndef CATALOGUE_CATALOGUE_H
#define CATALOGUE_CATALOGUE_H

#include "base/progress.h"
#include "note/note.h"
#include "vault/vault.h"

struct catalogue;

struct watched;
struct catalogue_options {
    struct progress *progress; /* may be NULL */
    /* What the caller knows of changes, for the first refresh; NULL: a watcher is asked. An empty mark: nothing, and
     * nobody is asked. It must outlive that refresh. watched.h */
    const struct watched *watched;
};

/* Opens <data_dir>/catalogue.db, making it when missing and rebuilding it when corrupt or of another schema; what had
 * to be rebuilt and why is left in `note` (may be NULL). Where the file system is full or read-only it works in memory
 * for this process. One catalogue per thread. `vault` must outlive it. */
status catalogue_open(struct vault *vault, const struct catalogue_options *options, struct catalogue **catalogue_out,
                      struct buf *note, struct err *err);
void catalogue_close(struct catalogue *catalogue);

/* Brings it up to date with the files: stats all, reads and parses what changed over the cores, one transaction. Waits
 * for another process that is doing so (up to 60 s). */
struct catalogue_refresh {
    size_t notes, added, changed, removed;
    uint64_t walk_ms, parse_ms,
        write_ms; /* parse_ms: reading, parsing and writing notes, which overlap; write_ms: the rest */
};
status catalogue_refresh(struct catalogue *catalogue, struct catalogue_refresh *result_out, struct err *err);

/* The state that the last refresh of this process left or found, and the folders that it knows of; for a watcher.
 * `folders_fn` may be NULL. NOT_FOUND: its folders are not to be relied on, for the file system does not keep their
 * times. */
struct catalogue_mark;
status catalogue_mark(struct catalogue *catalogue, struct catalogue_mark *mark_out,
                      status (*folder_fn)(void *payload, struct sv path, struct err *err), void *payload,
                      struct err *err);

/* Learns from git when every note was made and changed, how often and by whom; after the first time from what is new
 * alone. Called by what needs it. */
status catalogue_build_history(struct catalogue *catalogue, struct err *err);
/* The same where it was called before, in whichever process, so that records do not show what was known then. That git
 * cannot be asked is no error. */
status catalogue_follow_history(struct catalogue *catalogue, struct err *err);

/* A commit that changed a note. */
struct note_commit {
    struct sv id;              /* 40 digits */
    int64_t time;              /* the author's, unix seconds; 0: not known */
    struct sv author, address; /* as the commit says; a claim */
    struct sv path;            /* the note's from this commit on, from the vault's root */
};
typedef status (*note_commit_fn)(void *payload, const struct note_commit *commit, struct err *err);
/* Every commit that changed the note, under whatever name, children before their parents; merges are none. Brings the
 * history up to date before. In a shallow clone as far as it is known. */
status catalogue_note_commits(struct catalogue *catalogue, int64_t id, note_commit_fn fn, void *payload,
                              struct err *err);

/* Whether any note says no date itself, so that only history can. Cheap. */
status catalogue_has_undated(struct catalogue *catalogue, bool *undated_out, struct err *err);

/* --- one note, as stored
 * ------------------------------------------------------------------------------------------------ */

/* Views live until the next step of the iteration that lent them (or the release of the arena they were copied to). */
struct record {
    int64_t id;             /* stable while the catalogue lives; a rebuild gives new ones */
    struct sv path, handle; /* handle: the stem */
    struct sv short_handle; /* the shortest suffix of the path (without .md) that no other note has; what is shown */
    struct sv space;
    enum visibility visibility; /* the space's, narrowed by the note */
    struct sv type, title, date, created, modified,
        lang;                /* dates as text; empty: absent. `date` falls back to created once history is built */
    struct sv tags, aliases; /* JSON arrays */
    struct sv fields;        /* JSON object */
    struct sv snippet;       /* first line of prose */
    int64_t words, size;
    struct sv authors; /* JSON array; empty: absent */
    int64_t changes;   /* commits that changed it, renames too; 0: not known */
};
typedef status (*record_fn)(void *payload, const struct record *record, struct err *err);

/* --- sets of notes
 * ----------------------------------------------------------------------------------------------------- */

/* Ids in ascending order, no doubles. */
struct id_set {
    int64_t *ids;
    size_t count, capacity;
};
void id_set_release(struct id_set *set);
bool id_set_has(const struct id_set *set, int64_t id);

enum sort_key {
    SORT_PATH,
    SORT_TITLE,
    SORT_DATE,
    SORT_CREATED,
    SORT_MODIFIED,
    SORT_CHANGES,
    SORT_WORDS,
    SORT_TYPE,
    SORT_FIELD
};
struct sort {
    enum sort_key key;
    struct sv field; /* SORT_FIELD */
    bool descending; /* notes without the key come last either way */
};
/* "date", "-date", "title", "created", any front matter key. Dates, words and changes sort newest and most first unless
 * prefixed with '+'. */
void sort_parse(struct sv text, struct sort *sort_out);

/* Records of `ids` (NULL: of all notes) in the order asked for, at most `limit` (0: no limit). */
status catalogue_each(struct catalogue *catalogue, const struct id_set *ids, const struct sort *sort, size_t limit,
                      record_fn fn, void *payload, struct err *err);
status catalogue_count(struct catalogue *catalogue, size_t *count_out, struct err *err);
/* Whether a front matter or inline field of this name (or one inside it) is in any note. Names that the query language
 * has itself are always known. */
status catalogue_knows_field(struct catalogue *catalogue, struct sv name, bool *known_out, struct err *err);
status catalogue_record(struct catalogue *catalogue, int64_t id, struct arena *arena, struct record *record_out,
                        struct err *err);

/* A handle as users type it: a path, a stem, "dir/stem", an alias, a wikilink with its brackets, or (when `prefix`) a
 * unique beginning of a stem. NOT_FOUND: FAILED with words and near names to try; several: FAILED with words that list
 * them. */
status catalogue_find(struct catalogue *catalogue, struct sv handle, bool prefix, int64_t *id_out, struct err *err);
/* The same as if there were only the notes of one space (NULL: all). */
status catalogue_find_in(struct catalogue *catalogue, const struct space *only, struct sv handle, bool prefix,
                         int64_t *id_out, struct err *err);

/* --- links, tags, tasks, findings
 * -------------------------------------------------------------------------------------- */

struct link_record {
    int64_t from_id, to_id; /* to_id 0: unresolved */
    struct sv from, to;     /* paths; `to` empty when unresolved */
    struct sv target, anchor, label, key;
    enum link_kind kind;
    bool external, ambiguous; /* ambiguous: several notes answer to the target; the first by the rules was taken */
    unsigned line, column;
};
typedef status (*link_fn)(void *payload, const struct link_record *link, struct err *err);
/* Of one note, outgoing or incoming, or of all with id 0; external ones only when asked. */
struct link_filter {
    int64_t note;
    bool back, external, unresolved_only;
};
status catalogue_links(struct catalogue *catalogue, const struct link_filter *filter, link_fn fn, void *payload,
                       struct err *err);
/* What a note's link with this target leads to, by the rules of design.md section 2 (read relative to the file, then to
 * the space: path, exact stem, case-folded stem, alias). */
status catalogue_resolve(struct catalogue *catalogue, int64_t from, struct sv target, int64_t *id_out, struct err *err);

typedef status (*tag_fn)(void *payload, struct sv tag, int64_t notes, struct err *err);
status catalogue_tags(struct catalogue *catalogue, const struct id_set *ids, bool by_count, tag_fn fn, void *payload,
                      struct err *err);

struct finding_record {
    struct sv path;
    int64_t id;
    struct sv rule;
    enum finding_level level;
    unsigned line, column;
    struct sv message;
    bool fix;
};
typedef status (*finding_record_fn)(void *payload, const struct finding_record *finding, struct err *err);
/* The reader's own findings, and those that need the whole vault: unresolved, ambiguous and broken-anchor links,
 * duplicate handles, references of the wrong type, names unsafe elsewhere, visibility wider than the space. Ordered by
 * path, line, column. */
status catalogue_findings(struct catalogue *catalogue, const struct id_set *ids, finding_record_fn fn, void *payload,
                          struct err *err);

typedef status (*heading_fn)(void *payload, struct sv text, struct sv anchor, unsigned level, unsigned line,
                             struct err *err);
status catalogue_headings(struct catalogue *catalogue, int64_t id, heading_fn fn, void *payload, struct err *err);
struct task_record {
    int64_t note;
    struct sv path, text, due;
    bool done;
    unsigned line, column;
};
typedef status (*task_fn)(void *payload, const struct task_record *task, struct err *err);
status catalogue_tasks(struct catalogue *catalogue, const struct id_set *ids, task_fn fn, void *payload,
                       struct err *err);

/* --- what changed, for consumers
 * --------------------------------------------------------------------------------------- */

/* A catalogue's identity (16 random bytes in hex, new at each rebuild) and the number of its last change. */
struct catalogue_state {
    char id[33];
    int64_t change;
};
status catalogue_state(struct catalogue *catalogue, struct catalogue_state *state_out, struct err *err);
/* Notes added or changed after change number `since`, in order of id; then the ids removed after it. */
status catalogue_changed(struct catalogue *catalogue, int64_t since, record_fn changed_fn,
                         status (*removed_fn)(void *payload, int64_t id, struct sv path, struct err *err),
                         void *payload, struct err *err);

/* The bytes of a note as the catalogue saw it last: from the content store where this process has refreshed, else from
 * the file (CONFLICTED when it is gone or changed since: the next refresh will tell). */
status catalogue_read(struct catalogue *catalogue, const struct record *record, struct buf *into, struct err *err);
struct vault *catalogue_vault(struct catalogue *catalogue);
/* Loaded at the first call. */
status catalogue_types(struct catalogue *catalogue, const struct types **types_out, struct err *err);

#endif
