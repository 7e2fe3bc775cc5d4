/* A query as the engines and the snippets see it: the host's tree with its words analysed. */
#ifndef SEARCH_QUERY_H
#define SEARCH_QUERY_H

#include "analyse.h"
#include "job.h"

/* Words that follow each other, each in any of several terms. */
struct places {
    const chiron_sv *terms;
    size_t count;
};
struct sequence {
    unsigned languages; /* bits, 1 << enum language: of the notes in which it counts */
    bool is_exact;      /* the words as they were typed */
    const struct places *places;
};

/* A word, prefix, phrase or words near each other: it matches where one of its sequences does. */
struct pattern {
    uint32_t scope; /* CHIRON_SCOPE_* */
    bool is_prefix; /* the terms of the last place are beginnings */
    /* The places in any order, within one text: the last at most `length` - 1 + `within` words behind the first. What
     * counts for the score are the places of the first word that have the others near. */
    bool is_near;
    uint32_t within;
    size_t length; /* of every sequence, from 1 */
    struct sequence sequences[1 + LANGUAGE_COUNT];
    size_t count;
};

/* NODE_VOID: a text without a word in it ("--"). It says nothing, so the rest of the query answers. */
enum node_kind { NODE_VOID, NODE_AND, NODE_OR, NODE_NOT, NODE_TEXT, NODE_SET };
struct node {
    enum node_kind kind;
    const struct pattern *pattern; /* TEXT */
    const int64_t *ids;            /* SET: ascending */
    size_t id_count;
    struct node *const *children; /* AND, OR: any number; NOT: one */
    size_t child_count;
};

/* All of it lives until the call returns. */
chiron_status query_compile(const struct job *job, struct analyser *analyser, const chiron_search_query *query,
                            const struct node **root_out);

/* Calls `fn` for every pattern that a match may show: not those under a NOT. Stops at what is not 0. */
typedef chiron_status (*query_pattern_fn)(void *payload, const struct pattern *pattern);
chiron_status query_each_pattern(const struct node *node, query_pattern_fn fn, void *payload);

#endif
