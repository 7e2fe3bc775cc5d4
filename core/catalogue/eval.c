#include "catalogue/eval.h"

#include "base/i18n.h"
#include "catalogue/eval_run.h"
#include "catalogue/order.h"

#include <stdarg.h>

void eval_warn(struct eval_run *run, const char *format, ...)
{
    struct buf *warnings = run->eval->warnings;
    va_list args;
    if (!warnings)
        return;
    if (warnings->len > 0)
        buf_put_c(warnings, "; ");
    va_start(args, format);
    buf_vprintf(warnings, format, args);
    va_end(args);
}

/* --- sets --- */

static status keep_id(void *payload, const struct search_hit *hit, struct err *err)
{
    return id_set_add(payload, hit->id, err);
}

static status eval_text(struct eval_run *run, const struct query *query, const struct id_set *within,
                        struct id_set *out, struct err *err)
{
    struct search_node *tree, *whole;
    status s = eval_text_tree(run, query, within, &tree, err);
    if (s == DONE)
        s = eval_text_within(run, within, tree, &whole, err);
    if (s == DONE)
        s = eval_text_search(run, whole, 0, keep_id, out, err);
    eval_text_release(tree);
    id_set_sort(out);
    return s;
}

/* What is cheap goes first, for it leaves less to the others: fields, then words, then regular expressions. */
static unsigned cost(const struct query *query)
{
    return query_has_regex(query) ? 2 : query_has_text(query) ? 1 : 0;
}

static status eval_and(struct eval_run *run, const struct query *query, const struct id_set *within, struct id_set *out,
                       struct err *err)
{
    status s = id_set_copy(within, out, err);
    for (unsigned round = 0; round <= 2; round++)
        for (size_t i = 0; s == DONE && i < query->child_count && out->count > 0; i++) {
            struct id_set part = {0};
            if (cost(query->children[i]) != round)
                continue;
            s = eval_node(run, query->children[i], out, &part, err);
            id_set_intersect(out, &part);
            id_set_release(&part);
        }
    return s;
}

static status eval_or(struct eval_run *run, const struct query *query, const struct id_set *within, struct id_set *out,
                      struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < query->child_count; i++) {
        struct id_set part = {0};
        s = eval_node(run, query->children[i], within, &part, err);
        if (s == DONE)
            s = id_set_unite(out, &part, err);
        id_set_release(&part);
    }
    return s;
}

/* `within` without what the query names. */
static status eval_rest(struct eval_run *run, const struct query *query, const struct id_set *within,
                        struct id_set *out, struct err *err)
{
    struct id_set part = {0};
    status s = query->kind == QUERY_NOT ? eval_node(run, query->children[0], within, &part, err)
                                        : eval_has(run, query, &part, err);
    if (s == DONE)
        s = id_set_copy(within, out, err);
    id_set_subtract(out, &part);
    id_set_release(&part);
    return s;
}

static status eval_leaf(struct eval_run *run, const struct query *query, const struct id_set *within,
                        struct id_set *out, struct err *err)
{
    status s = query->kind == QUERY_HAS ? eval_has(run, query, out, err) : eval_field(run, query, out, err);
    id_set_intersect(out, within);
    return s;
}

status eval_node(struct eval_run *run, const struct query *query, const struct id_set *within, struct id_set *out,
                 struct err *err)
{
    if (cancel_requested())
        return err_set(err, CANCELLED, "%s", _("interrupted"));
    if (query_has_text(query) && !query_has_regex(query))
        return eval_text(run, query, within, out, err);
    switch (query->kind) {
    case QUERY_ALL:
        return id_set_copy(within, out, err);
    case QUERY_AND:
        return eval_and(run, query, within, out, err);
    case QUERY_OR:
        return eval_or(run, query, within, out, err);
    case QUERY_NOT:
    case QUERY_NO:
        return eval_rest(run, query, within, out, err);
    case QUERY_REGEX:
        return eval_regex(run, query, within, out, err);
    case QUERY_FIELD:
    case QUERY_HAS:
        return eval_leaf(run, query, within, out, err);
    case QUERY_WORD:
    case QUERY_PREFIX:
    case QUERY_PHRASE:
    case QUERY_NEAR:
        break;
    }
    return eval_text(run, query, within, out, err);
}

/* --- a run --- */

bool eval_may_see(const struct eval_run *run, int64_t note)
{
    return !run->eval->visible || id_set_has(run->eval->visible, note);
}

static status fill_all(struct eval_run *run, struct err *err)
{
    const struct rows *rows;
    status s = catalogue_rows(run->catalogue, &rows, err);
    for (size_t i = 0; s == DONE && i < rows->count; i++) {
        const struct row *row = &rows->items[rows->by_id[i]];
        bool wanted = run->eval->space.len == 0 ||
                      sv_eq(vault_space_of(run->catalogue->vault, row_path(row))->name, run->eval->space);
        if (row_is_note(row) && wanted && eval_may_see(run, row->id))
            s = id_set_add(&run->all, row->id, err);
    }
    return s;
}

static status run_begin(struct eval_run *run, const struct eval *eval, const struct query *query, struct err *err)
{
    *run = (struct eval_run){.eval = eval, .catalogue = eval->catalogue};
    arena_init(&run->arena);
    status s = eval_patterns_init(&run->patterns, query, err);
    return s == DONE ? fill_all(run, err) : s;
}

static void run_end(struct eval_run *run)
{
    id_set_release(&run->all);
    eval_patterns_release(&run->patterns);
    buf_release(&run->scratch);
    arena_release(&run->arena);
}

status eval_set(const struct eval *eval, const struct query *query, struct id_set *set_out, struct err *err)
{
    struct eval_run run;
    *set_out = (struct id_set){0};
    status s = run_begin(&run, eval, query, err);
    if (s == DONE)
        s = eval_node(&run, query, &run.all, set_out, err);
    run_end(&run);
    if (s != DONE)
        id_set_release(set_out);
    return s;
}

/* --- ranked --- */

struct ranking {
    struct eval_run *run;
    const struct query *query;
    search_hit_fn fn;
    void *payload;
};

/* Adds what the query's regular expressions found to the searcher's snippets. */
static status with_regex_snippets(void *payload, const struct search_hit *hit, struct err *err)
{
    struct ranking *ranking = payload;
    struct arena arena;
    struct search_snippet *found, *all;
    size_t count;
    arena_init(&arena);
    status s = eval_regex_snippets(ranking->run, hit->id, &arena, &found, &count, err);
    all = s == DONE ? arena_array(&arena, hit->snippet_count + count, sizeof *all) : NULL;
    if (s == DONE && !all)
        s = err_no_memory(err);
    if (s == DONE) {
        for (size_t i = 0; i < hit->snippet_count; i++)
            all[i] = hit->snippets[i];
        for (size_t i = 0; i < count; i++)
            all[hit->snippet_count + i] = found[i];
        struct search_hit both = *hit;
        both.snippets = all;
        both.snippet_count += count;
        s = ranking->fn(ranking->payload, &both, err);
    }
    arena_release(&arena);
    return s;
}

/* Without words there is no rank: newest first. */
static status by_date(struct ranking *ranking, size_t limit, struct err *err)
{
    static const struct sort newest = {.key = SORT_DATE, .descending = true};
    struct eval_run *run = ranking->run;
    struct id_set set = {0};
    int64_t *ids;
    size_t count;
    bool regex = query_has_regex(ranking->query);
    status s = eval_node(run, ranking->query, &run->all, &set, err);
    if (s == DONE)
        s = order_notes(run->catalogue, &set, &newest, limit, &run->arena, &ids, &count, err);
    for (size_t i = 0; s == DONE && i < count; i++) {
        struct search_hit hit = {.id = ids[i]};
        s = regex ? with_regex_snippets(ranking, &hit, err) : ranking->fn(ranking->payload, &hit, err);
    }
    id_set_release(&set);
    return s;
}

/* Ranks by the words alone. The searcher would not know how to rank a regular expression, so which notes match is
 * settled before, and the sets in the tree need to be right for those notes only. */
static status by_rank(struct ranking *ranking, size_t limit, struct err *err)
{
    struct eval_run *run = ranking->run;
    struct search_node *tree = NULL, *whole;
    struct id_set set = {0};
    bool regex = query_has_regex(ranking->query);
    bool narrowed = regex || run->eval->space.len > 0;
    status s = regex ? eval_node(run, ranking->query, &run->all, &set, err) : id_set_copy(&run->all, &set, err);
    if (s == DONE && set.count > 0)
        s = eval_text_tree(run, ranking->query, &set, &tree, err);
    whole = tree;
    if (s == DONE && tree && narrowed)
        s = eval_text_within(run, &set, tree, &whole, err);
    if (s == DONE && tree && regex)
        s = eval_text_search(run, whole, limit, with_regex_snippets, ranking, err);
    else if (s == DONE && tree)
        s = eval_text_search(run, whole, limit, ranking->fn, ranking->payload, err);
    eval_text_release(tree);
    id_set_release(&set);
    return s;
}

status eval_search(const struct eval *eval, const struct query *query, size_t limit, search_hit_fn fn, void *payload,
                   struct err *err)
{
    struct eval_run run;
    status s = run_begin(&run, eval, query, err);
    struct ranking ranking = {&run, query, fn, payload};
    if (s == DONE)
        s = query_has_text(query) ? by_rank(&ranking, limit, err) : by_date(&ranking, limit, err);
    run_end(&run);
    return s;
}

status eval_suggest(const struct eval *eval, const struct query *query, respelling_fn fn, void *payload,
                    struct err *err)
{
    struct eval_run run;
    struct search_node *tree = NULL;
    const struct searcher *searcher = eval->searcher;
    if (!query_has_text(query) || !searcher || !searcher->suggest)
        return DONE;
    status s = run_begin(&run, eval, query, err);
    if (s == DONE)
        s = eval_text_tree(&run, query, &run.all, &tree, err);
    if (s == DONE)
        s = searcher->suggest(searcher->self, tree, eval->catalogue->vault->lang, fn, payload, err);
    eval_text_release(tree);
    run_end(&run);
    return s;
}
