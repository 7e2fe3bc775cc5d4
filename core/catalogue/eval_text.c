/* Full text: the searcher gets a tree of words and sets, and finds what matches the whole of it. */
#include "base/i18n.h"
#include "catalogue/eval_run.h"
#include "catalogue/query_field.h"

static struct search_node *node_new(struct eval_run *run, enum search_kind kind, size_t child_count)
{
    struct search_node *node = arena_alloc(&run->arena, sizeof *node);
    struct search_node **children = arena_array(&run->arena, child_count, sizeof(struct search_node *));
    if (!node || !children)
        return NULL;
    node->kind = kind;
    node->children = children;
    return node;
}

static bool is_plain(const struct query *query)
{
    return !query_has_text(query);
}

/* A word, prefix, phrase or words near each other, anywhere or in titles or headings. */
static status leaf(struct eval_run *run, const struct query *query, struct search_node **out, struct err *err)
{
    struct search_node *node = node_new(run, SEARCH_WORD, 0);
    if (!node)
        return err_no_memory(err);
    node->text = query->text;
    node->within = query->within;
    if (query->kind == QUERY_FIELD) {
        node->scope = query_field_find(query->field)->id == QUERY_FIELD_TITLE ? SEARCH_TITLE : SEARCH_HEADING;
        if (!query->quoted && sv_ends(query->text, SV("*")) && query->text.len > 1) {
            node->kind = SEARCH_PREFIX;
            node->text = sv_sub(query->text, 0, query->text.len - 1);
        }
    }
    if (query->kind == QUERY_PREFIX)
        node->kind = SEARCH_PREFIX;
    else if (query->kind == QUERY_NEAR)
        node->kind = SEARCH_NEAR;
    else if (query->quoted)
        node->kind = SEARCH_PHRASE;
    *out = node;
    return DONE;
}

static status set_leaf(struct eval_run *run, const struct query *query, const struct id_set *within,
                       struct search_node **out, struct err *err)
{
    struct search_node *node = node_new(run, SEARCH_SET, 0);
    if (!node)
        return err_no_memory(err);
    *out = node;
    return eval_node(run, query, within, &node->set, err);
}

static enum search_kind kind_of(const struct query *query)
{
    return query->kind == QUERY_AND ? SEARCH_AND : query->kind == QUERY_OR ? SEARCH_OR : SEARCH_NOT;
}

/* Parts of an AND (or OR) that are no text are answered together, as one set. */
static status branch(struct eval_run *run, const struct query *query, const struct id_set *within,
                     struct search_node **out, struct err *err)
{
    struct search_node *node = node_new(run, kind_of(query), query->child_count);
    struct query plain = *query;
    plain.children = arena_array(&run->arena, query->child_count, sizeof(struct query *));
    plain.child_count = 0;
    if (!node || !plain.children)
        return err_no_memory(err);
    *out = node;
    status s = DONE;
    for (size_t i = 0; s == DONE && i < query->child_count; i++) {
        if (is_plain(query->children[i]))
            plain.children[plain.child_count++] = query->children[i];
        else
            s = eval_text_tree(run, query->children[i], within, &node->children[node->child_count++], err);
    }
    if (s != DONE || plain.child_count == 0)
        return s;
    const struct query *rest = plain.child_count == 1 ? plain.children[0] : &plain;
    return set_leaf(run, rest, within, &node->children[node->child_count++], err);
}

status eval_text_tree(struct eval_run *run, const struct query *query, const struct id_set *within,
                      struct search_node **out, struct err *err)
{
    *out = NULL;
    if (is_plain(query))
        return set_leaf(run, query, within, out, err);
    if (query->kind == QUERY_AND || query->kind == QUERY_OR || query->kind == QUERY_NOT)
        return branch(run, query, within, out, err);
    return leaf(run, query, out, err);
}

void eval_text_release(struct search_node *node)
{
    if (!node)
        return;
    for (size_t i = 0; i < node->child_count; i++)
        eval_text_release(node->children[i]);
    id_set_release(&node->set);
}

status eval_text_within(struct eval_run *run, const struct id_set *set, struct search_node *tree,
                        struct search_node **out, struct err *err)
{
    struct search_node *both = node_new(run, SEARCH_AND, 2), *node = node_new(run, SEARCH_SET, 0);
    if (!both || !node)
        return err_no_memory(err);
    node->set = *set;
    both->children[0] = node;
    both->children[1] = tree;
    both->child_count = 2;
    *out = both;
    return DONE;
}

status eval_text_search(struct eval_run *run, const struct search_node *tree, size_t limit, search_hit_fn fn,
                        void *payload, struct err *err)
{
    const struct searcher *searcher = run->eval->searcher;
    if (!searcher)
        return err_set(err, FAILED, "%s",
                       _("no search plugin is loaded, so words cannot be looked for; 'chiron plugin list' says why"));
    return searcher->search(searcher->self, tree, run->catalogue->vault->lang, limit, fn, payload, err);
}
