/* Answering a query: the catalogue's parts by SQL, full text by a searcher, regular expressions over what is left. */
#ifndef CATALOGUE_EVAL_H
#define CATALOGUE_EVAL_H

#include "catalogue/catalogue.h"
#include "catalogue/query.h"

/* A query for a searcher: the tree, in which every part that is not full text was replaced by the set of notes it
 * names. */
enum search_kind {
    SEARCH_AND,
    SEARCH_OR,
    SEARCH_NOT,
    SEARCH_WORD,
    SEARCH_PREFIX,
    SEARCH_PHRASE,
    SEARCH_NEAR,
    SEARCH_SET
};
enum search_scope { SEARCH_ANYWHERE, SEARCH_TITLE, SEARCH_HEADING };
struct search_node {
    enum search_kind kind;
    enum search_scope scope;
    struct sv text;    /* WORD, PREFIX (without '*'), PHRASE, NEAR */
    unsigned within;   /* NEAR: how many other words may stand between its words */
    struct id_set set; /* SET */
    struct search_node **children;
    size_t child_count;
};

struct search_snippet {
    unsigned line;         /* of the note, from 1 */
    struct sv text;        /* UTF-8, one line, without markup where it can be had */
    const uint32_t *marks; /* pairs of byte offsets into text: [begin, end) */
    size_t mark_count;     /* numbers, twice the pairs */
};
struct search_hit {
    int64_t id;
    double score; /* larger is better */
    const struct search_snippet *snippets;
    size_t snippet_count;
    const struct sv *terms; /* words that tell why; UTF-8 */
    size_t term_count;
};
typedef status (*search_hit_fn)(void *payload, const struct search_hit *hit, struct err *err);
/* A word of the query that no note holds, and one that might have been meant. */
typedef status (*respelling_fn)(void *payload, struct sv from, struct sv to, struct err *err);

/* What the host gives: some plugin's searcher. `limit` 0: every match, in any order, without snippets; else the best in
 * order. */
struct searcher {
    status (*search)(void *self, const struct search_node *query, struct sv lang, size_t limit, search_hit_fn fn,
                     void *payload, struct err *err);
    /* What the words of a query that found nothing may have been meant to be; NULL: the searcher does not know. */
    status (*suggest)(void *self, const struct search_node *query, struct sv lang, respelling_fn fn, void *payload,
                      struct err *err);
    /* The notes whose text is most like that of `id`, best first, scores from 0 to 1; NULL: likewise. */
    status (*related)(void *self, int64_t id, size_t limit, search_hit_fn fn, void *payload, struct err *err);
    void *self;
};

struct eval {
    struct catalogue *catalogue;
    const struct searcher *searcher; /* NULL: a query with words is FAILED, and says that no search plugin is loaded */
    struct sv space;                 /* narrow to one space; empty: all */
    const struct id_set *visible;    /* answer as if there were no other notes; NULL: all */
    struct buf *warnings;            /* "no note has a field 'x'"; may be NULL */
};

/* Whether all patterns in a query can be compiled: a mistake in one is USAGE, at its character, whether or not any note
 * is left to try it on. Without a catalogue, so that it can be told before one is opened. */
status eval_regex_check(const struct query *query, struct err *err);
/* Every note that the query matches. */
status eval_set(const struct eval *eval, const struct query *query, struct id_set *set_out, struct err *err);
/* The best `limit` (0: all) ranked; without any text in the query the order is by date, newest first, score 0. For a
 * regex part snippets hold its first matches. */
status eval_search(const struct eval *eval, const struct query *query, size_t limit, search_hit_fn fn, void *payload,
                   struct err *err);

/* What the named groups of a query's regular expressions took, (?<mood>\w+): of each expression in its first match in a
 * note, the title before the body. What must not match has no groups. */
struct eval_groups;
status eval_groups_open(struct catalogue *catalogue, const struct query *query, struct eval_groups **groups_out,
                        struct err *err);
void eval_groups_close(struct eval_groups *groups);
/* Names without doubles, in the order of the query; views that live as long as `query` and `groups`. NULL has none. */
size_t eval_groups_count(const struct eval_groups *groups);
struct sv eval_groups_name(const struct eval_groups *groups, size_t i);
/* One value for each name, UTF-8, in the arena; `ptr` is NULL where the group took no part. */
status eval_groups_of(struct eval_groups *groups, const struct record *record, struct arena *arena,
                      struct sv **values_out, struct err *err);

/* What the words of a query that found nothing may have been meant to be; nothing where the searcher cannot tell. */
status eval_suggest(const struct eval *eval, const struct query *query, respelling_fn fn, void *payload,
                    struct err *err);

#endif
