/* The engine on SQLite's FTS5: what its files share. sqlite3.h is included behind this header only.
 *
 * search.db holds
 *     meta    one row: format, the cursor, whether anything was committed, how many documents and how many of them live
 *     docs    the table of docs.h in rows of 256
 *     words   the FTS5 index, without a copy of the text (content='') and without sizes of columns (docs has lengths)
 */
#ifndef SEARCH_FTS5_H
#define SEARCH_FTS5_H

#include "docs.h"
#include "oracle.h"

#include <sqlite3.h>

enum fts5_column { COLUMN_TITLES, COLUMN_HEADINGS, COLUMN_TAGS, COLUMN_BODY, COLUMN_COUNT };

enum fts5_statement {
    SQL_INSERT,
    SQL_MATCH,
    SQL_READ_DOCS,
    SQL_WRITE_DOCS,
    SQL_READ_META,
    SQL_WRITE_META,
    SQL_TERMS,
    SQL_FREQUENCY,
    SQL_COUNT
};

struct fts5_probe;

struct engine {
    char *path;
    sqlite3 *db;
    sqlite3_stmt *statements[SQL_COUNT]; /* prepared at first use */
    struct analyser *analyser;
    const struct job *job; /* of the running call, or NULL: the busy handler asks it whether to go on */
    struct docs docs;

    /* For the tokenizer, which has no other way to be told. */
    enum language language;
    uint32_t word_count;
    struct terms terms;
    /* For the function that looks at a match. */
    struct fts5_probe *probe;
};

/* fts5_db.c */

/* `code` of SQLite's as a status: JOB_BROKEN without, others with a message. */
chiron_status fts5_failed(struct engine *engine, const struct job *job, int code);
chiron_status fts5_exec(struct engine *engine, const struct job *job, const char *sql);
/* Reset and without bindings, or NULL with a status. */
sqlite3_stmt *fts5_statement(struct engine *engine, const struct job *job, enum fts5_statement which,
                             chiron_status *status_out);
/* Reads docs anew; inside a transaction. */
chiron_status fts5_read_docs(struct engine *engine, const struct job *job);
void fts5_end(struct engine *engine); /* rolls back whatever is open */

/* fts5_tokens.c: registers the tokenizer "chiron" with a connection. In documents it makes terms by analyse_note; in a
 * MATCH it takes terms as they are: places separated by FTS5_NEXT_PLACE, terms of a place by FTS5_OR_TERM. */
#define FTS5_NEXT_PLACE ' '
#define FTS5_OR_TERM    '|'
int fts5_register_tokenizer(struct engine *engine, fts5_api *api);

/* fts5_search.c: registers the function chiron_probe with a connection. */
int fts5_register_probe(struct engine *engine, fts5_api *api);
chiron_status fts5_search(struct engine *engine, const struct job *job, const struct node *root, struct hits *out);

/* fts5_terms.c */
chiron_status fts5_terms(struct engine *engine, const struct job *job, chiron_sv prefix, engine_term_fn fn,
                         void *payload);
chiron_status fts5_frequencies(struct engine *engine, const struct job *job, const chiron_sv *terms, size_t count,
                               uint64_t *notes_out);

/* fts5_write.c */
chiron_status fts5_begin(struct engine *engine, const struct job *job, bool reset);
chiron_status fts5_add(struct engine *engine, const struct job *job, const struct engine_note *note);
chiron_status fts5_remove(struct engine *engine, const struct job *job, int64_t id);
chiron_status fts5_commit(struct engine *engine, const struct job *job, chiron_sv cursor);

#endif
