/* What the files that answer a query share. */
#ifndef CATALOGUE_EVAL_RUN_H
#define CATALOGUE_EVAL_RUN_H

#include "catalogue/eval.h"
#include "catalogue/id_set.h"
#include "catalogue/internal.h"
#include "catalogue/posting.h"
#include "catalogue/query_field.h"
#include "catalogue/terms.h"
#include "text/regex.h"

/* --- eval_pattern.c: the regular expressions of a query --- */

struct eval_pattern {
    const struct query *query;
    struct regex *regex;
    struct regex_run *run; /* of the thread that asks */
    bool shown;            /* it says what is there, not what is not */
};
struct eval_patterns {
    struct eval_pattern *items;
    size_t count, capacity;
};
/* Also on failure the caller's to release. A mistake is USAGE at its character of the query. */
status eval_patterns_init(struct eval_patterns *patterns, const struct query *query, struct err *err);
void eval_patterns_release(struct eval_patterns *patterns);
/* A mistake in a pattern is one whether or not anything is asked with it. */
status eval_regex_check(const struct query *query, struct err *err);
/* Of a QUERY_REGEX node. */
const struct eval_pattern *eval_pattern_of(const struct eval_patterns *patterns, const struct query *query);

struct eval_run {
    const struct eval *eval;
    struct catalogue *catalogue;
    struct arena arena;
    struct buf scratch;
    struct id_set all; /* every note of the space asked for */
    struct eval_patterns patterns;
};

/* --- eval.c --- */

/* The notes of `within` that match. `out` must be empty; also on failure it is the caller's to release. */
status eval_node(struct eval_run *run, const struct query *query, const struct id_set *within, struct id_set *out,
                 struct err *err);
/* Whether the answer may depend on this note at all. */
bool eval_may_see(const struct eval_run *run, int64_t note);
void eval_warn(struct eval_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- eval_select.c: sets by SQL --- */

enum param_kind { PARAM_NULL, PARAM_TEXT, PARAM_BYTES, PARAM_NUMBER };
struct param {
    enum param_kind kind;
    struct sv text;
    double number;
};
/* The first column of every row is an id; adds them to `out`, sorted. `sql` as db_statement has it. */
status eval_select(struct eval_run *run, const char *sql, const struct param *params, size_t count, struct id_set *out,
                   struct err *err);
/* The same where the two columns are the `first` and `ids` of a posting. */
status eval_postings(struct eval_run *run, const char *sql, const struct param *params, size_t count,
                     struct id_set *out, struct err *err);
/* Notes with a term of this kind whose text is not before `low` and not behind `high`. */
status eval_terms(struct eval_run *run, enum term_kind kind, struct sv low, struct sv high, struct id_set *out,
                  struct err *err);
/* The same of the values of a field, whose key is folded. */
status eval_values(struct eval_run *run, struct sv key, struct sv low, struct sv high, struct id_set *out,
                   struct err *err);
struct param param_text(struct sv text);
struct param param_number(double number);
struct param param_bytes(struct sv bytes);
/* "kind text 0 rest", in the run's arena; `ptr` NULL: no memory. */
struct sv eval_term(struct eval_run *run, enum term_kind kind, struct sv text, struct sv rest);
/* For BETWEEN: folded texts that equal `text`, or begin with it where it ends in '*' and is not quoted. */
status eval_text_bounds(struct eval_run *run, struct sv text, bool quoted, struct param *low, struct param *high,
                        struct err *err);
/* For BETWEEN with ISO dates: what `query`'s operator and dates span. */
status eval_date_bounds(struct eval_run *run, const struct query *query, struct param *low, struct param *high,
                        struct err *err);
/* The same for numbers; false when the text is none. */
bool eval_number_bounds(const struct query *query, struct param *low, struct param *high);

/* --- eval_field.c, eval_key.c, eval_link.c: what a field names; `out` may hold notes of other spaces, too --- */

status eval_field(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err);
status eval_has(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err);
status eval_key(struct eval_run *run, const struct query *query, struct sv key, struct id_set *out, struct err *err);
status eval_has_key(struct eval_run *run, struct sv key, struct id_set *out, struct err *err);
/* mentor:, mentee: by the note, or by its charter. */
status eval_by_charter(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err);
status eval_linking_to(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err);
status eval_linked_from(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err);
status eval_has_links_back(struct eval_run *run, struct id_set *out, struct err *err);

/* --- eval_history.c: what git knows; it is asked where that is needed --- */

status eval_created(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err);
status eval_modified(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err);
status eval_changed(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err);
status eval_changes(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err);
status eval_author(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err);
/* Adds the notes without a date of their own that were made within the query's. */
status eval_undated(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err);
/* Of date, created, modified, changed, changes. */
status eval_has_history(struct eval_run *run, enum query_field_id field, struct id_set *out, struct err *err);

/* --- eval_regex.c, eval_excerpt.c --- */

status eval_regex(struct eval_run *run, const struct query *query, const struct id_set *within, struct id_set *out,
                  struct err *err);
/* The first few matches of every regex of the query in a note, as snippets in the arena. */
status eval_regex_snippets(struct eval_run *run, int64_t id, struct arena *arena, struct search_snippet **snippets_out,
                           size_t *count_out, struct err *err);

/* --- eval_text.c --- */

/* The tree for a searcher; what is no full text becomes a set. Nodes are of run->arena, sets are released by
 * eval_text_release. */
status eval_text_tree(struct eval_run *run, const struct query *query, const struct id_set *within,
                      struct search_node **out, struct err *err);
void eval_text_release(struct search_node *node);
/* AND of a set and a tree. The node borrows the set. */
status eval_text_within(struct eval_run *run, const struct id_set *set, struct search_node *tree,
                        struct search_node **out, struct err *err);
status eval_text_search(struct eval_run *run, const struct search_node *tree, size_t limit, search_hit_fn fn,
                        void *payload, struct err *err);

#endif
