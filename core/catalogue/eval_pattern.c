/* The regular expressions of a query, each compiled once and before anything is looked up: a mistake is one whether or
 * not any note is left to try it on. */
#include "catalogue/eval_run.h"

#include <stdlib.h>

/* A mistake in the pattern is one in the query, at its character there. */
static status compile(const struct query *query, struct regex **out, struct err *err)
{
    struct err why = {0};
    status s = regex_compile(query->text, out, &why);
    if (s == DONE)
        return DONE;
    if (s == USAGE)
        query_place(query, why.column > 0 ? why.column - 1 : 0, &why);
    if (err)
        *err = why;
    return s;
}

static status add(struct eval_patterns *patterns, const struct query *query, bool shown, struct err *err)
{
    struct eval_pattern *items = array_grow(patterns->items, &patterns->capacity, patterns->count, sizeof *items);
    if (!items)
        return err_no_memory(err);
    patterns->items = items;
    items[patterns->count] = (struct eval_pattern){.query = query, .shown = shown};
    status s = compile(query, &items[patterns->count].regex, err);
    if (s == DONE)
        s = regex_run_new(items[patterns->count].regex, &items[patterns->count].run, err);
    if (s == DONE)
        patterns->count++;
    else
        regex_free(items[patterns->count].regex);
    return s;
}

static status add_all(struct eval_patterns *patterns, const struct query *query, bool shown, struct err *err)
{
    status s = query->kind == QUERY_REGEX ? add(patterns, query, shown, err) : DONE;
    /* What must not match has nothing to show. */
    for (size_t i = 0; s == DONE && i < query->child_count; i++)
        s = add_all(patterns, query->children[i], shown && query->kind != QUERY_NOT, err);
    return s;
}

status eval_patterns_init(struct eval_patterns *patterns, const struct query *query, struct err *err)
{
    *patterns = (struct eval_patterns){0};
    return add_all(patterns, query, true, err);
}

void eval_patterns_release(struct eval_patterns *patterns)
{
    for (size_t i = 0; i < patterns->count; i++) {
        regex_run_free(patterns->items[i].run);
        regex_free(patterns->items[i].regex);
    }
    free(patterns->items);
    *patterns = (struct eval_patterns){0};
}

const struct eval_pattern *eval_pattern_of(const struct eval_patterns *patterns, const struct query *query)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (patterns->items[i].query == query)
            return &patterns->items[i];
    return NULL;
}

status eval_regex_check(const struct query *query, struct err *err)
{
    struct eval_patterns patterns;
    status s = eval_patterns_init(&patterns, query, err);
    eval_patterns_release(&patterns);
    return s;
}
