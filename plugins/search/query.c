#include "query.h"

#include "thesaurus.h"

enum {
    DEPTH_MAX = 200, /* of a tree: the host's queries have 32 */
    SAYING_MAX = 6   /* words that are looked up together */
};

struct compiler {
    const struct job *job;
    struct analyser *analyser;
    struct thesaurus thesaurus;
    unsigned nots; /* that stand around: what is not wanted is meant as it stands */
};

static struct node *node_new(struct compiler *compiler, enum node_kind kind, size_t child_count)
{
    struct node *node = job_scratch(compiler->job, 1, sizeof *node);
    struct node **children = job_scratch(compiler->job, child_count, sizeof(struct node *));
    if (node == NULL || children == NULL)
        return NULL;
    node->kind = kind;
    node->children = children;
    node->child_count = child_count;
    return node;
}

static chiron_status compile_text(struct compiler *compiler, const chiron_search_node *source, struct node **out)
{
    const struct pattern *pattern;
    chiron_status st = pattern_make(compiler->job, compiler->analyser, source, &pattern);
    if (st != CHIRON_OK)
        return st;
    *out = node_new(compiler, pattern != NULL ? NODE_TEXT : NODE_VOID, 0);
    if (*out == NULL)
        return job_no_memory(compiler->job);
    (*out)->pattern = pattern;
    return CHIRON_OK;
}

/* ---- words that mean the same ---- */

/* The words of neighbours in a conjunction, as far as they go. */
struct saying {
    struct word words[SAYING_MAX];
    bool ends[SAYING_MAX];    /* a node ends with this word */
    size_t nodes[SAYING_MAX]; /* how many of them up to here */
    size_t count;
};

static bool is_wordy(const struct compiler *compiler, const chiron_search_node *source)
{
    return source != NULL && compiler->nots == 0 && CHIRON_HAS(chiron_search_node, source, text) &&
           source->kind == CHIRON_SEARCH_WORD;
}

static void listen(const struct compiler *compiler, const chiron_search_node *const *sources, size_t count,
                   struct saying *saying)
{
    saying->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_wordy(compiler, sources[i]) || sources[i]->scope != sources[0]->scope)
            return;
        struct words words = {sources[i]->text.ptr, sources[i]->text.len, 0};
        bool any = false;
        while (saying->count < SAYING_MAX && words_next(&words, &saying->words[saying->count])) {
            saying->ends[saying->count] = false;
            saying->nodes[saying->count++] = i + 1;
            any = true;
        }
        struct word rest;
        if (!any || words_next(&words, &rest))
            return;
        saying->ends[saying->count - 1] = true;
    }
}

/* The nodes as they stand: one, or all of several. */
static chiron_status compile_own(struct compiler *compiler, const chiron_search_node *const *sources, size_t count,
                                 struct node **out)
{
    if (count == 1)
        return compile_text(compiler, sources[0], out);
    struct node *all = node_new(compiler, NODE_AND, count);
    chiron_status st = all != NULL ? CHIRON_OK : job_no_memory(compiler->job);
    for (size_t i = 0; i < count && st == CHIRON_OK; i++)
        st = compile_text(compiler, sources[i], &all->children[i]);
    *out = all;
    return st;
}

static chiron_status compile_foreign(struct compiler *compiler, const struct synonyms *synonyms, uint32_t scope,
                                     struct node *any)
{
    chiron_status st = CHIRON_OK;
    for (size_t i = 0; i < synonyms->count && st == CHIRON_OK; i++) {
        const struct entry *entry = synonyms->entries[i];
        struct node *node = node_new(compiler, NODE_TEXT, 0);
        if (node == NULL)
            return job_no_memory(compiler->job);
        any->children[1 + i] = node;
        st = pattern_make_foreign(compiler->job, compiler->analyser, entry->text, entry->language, scope,
                                  &node->pattern);
    }
    return st;
}

/* The first word of `sources`, or the first few when something else is said for them together. */
static chiron_status compile_words(struct compiler *compiler, const chiron_search_node *const *sources, size_t count,
                                   size_t *taken_out, struct node **out)
{
    struct saying *saying = job_scratch(compiler->job, 1, sizeof *saying);
    struct synonyms synonyms = {0};
    if (saying == NULL)
        return job_no_memory(compiler->job);
    *taken_out = 1;
    listen(compiler, sources, count, saying);
    chiron_status st = CHIRON_OK;
    if (saying->count > 0 && compiler->thesaurus.count > 0)
        st = thesaurus_find(compiler->job, &compiler->thesaurus, compiler->analyser, saying->words, saying->ends,
                            saying->count, &synonyms);
    if (synonyms.words > 0)
        *taken_out = saying->nodes[synonyms.words - 1];
    if (st != CHIRON_OK || synonyms.count == 0)
        return st != CHIRON_OK ? st : compile_own(compiler, sources, *taken_out, out);
    *out = node_new(compiler, NODE_ANY, 1 + synonyms.count);
    if (*out == NULL)
        return job_no_memory(compiler->job);
    st = compile_own(compiler, sources, *taken_out, &(*out)->children[0]);
    return st == CHIRON_OK ? compile_foreign(compiler, &synonyms, sources[0]->scope, *out) : st;
}

/* ---- the tree ---- */

static chiron_status compile(struct compiler *compiler, const chiron_search_node *source, size_t depth,
                             struct node **node_out);

static chiron_status compile_children(struct compiler *compiler, const chiron_search_node *source, enum node_kind kind,
                                      size_t depth, struct node **out)
{
    struct node *node = node_new(compiler, kind, source->child_count);
    if (node == NULL)
        return job_no_memory(compiler->job);
    *out = node;
    node->child_count = 0;
    for (size_t i = 0; i < source->child_count;) {
        const chiron_search_node *const *rest = source->children + i;
        struct node **child = &node->children[node->child_count];
        size_t taken = 1;
        chiron_status st = kind == NODE_AND && is_wordy(compiler, rest[0])
                               ? compile_words(compiler, rest, source->child_count - i, &taken, child)
                               : compile(compiler, rest[0], depth + 1, child);
        if (st != CHIRON_OK)
            return st;
        node->child_count++;
        i += taken;
    }
    return CHIRON_OK;
}

static chiron_status compile_not(struct compiler *compiler, const chiron_search_node *source, size_t depth,
                                 struct node **out)
{
    if (source->child_count != 1)
        return job_fail(compiler->job, CHIRON_EUSAGE, "a NOT in a query has one part, not %zu", source->child_count);
    compiler->nots++;
    chiron_status st = compile_children(compiler, source, NODE_NOT, depth, out);
    compiler->nots--;
    return st;
}

static chiron_status compile_set(struct compiler *compiler, const chiron_search_node *source, struct node **out)
{
    *out = node_new(compiler, NODE_SET, 0);
    if (*out == NULL)
        return job_no_memory(compiler->job);
    (*out)->ids = source->ids;
    (*out)->id_count = source->id_count;
    return CHIRON_OK;
}

static bool is_complete(const chiron_search_node *source)
{
    return source != NULL && CHIRON_HAS(chiron_search_node, source, child_count) &&
           (source->kind != CHIRON_SEARCH_NEAR || CHIRON_HAS(chiron_search_node, source, within));
}

static chiron_status compile(struct compiler *compiler, const chiron_search_node *source, size_t depth,
                             struct node **node_out)
{
    size_t taken;
    if (!is_complete(source))
        return job_fail(compiler->job, CHIRON_EFAILED, "a part of the query is incomplete");
    if (depth > DEPTH_MAX)
        return job_fail(compiler->job, CHIRON_EUSAGE, "the query is nested too deeply");
    switch (source->kind) {
    case CHIRON_SEARCH_AND:
        return compile_children(compiler, source, NODE_AND, depth, node_out);
    case CHIRON_SEARCH_OR:
        return compile_children(compiler, source, NODE_OR, depth, node_out);
    case CHIRON_SEARCH_NOT:
        return compile_not(compiler, source, depth, node_out);
    case CHIRON_SEARCH_WORD:
        return compile_words(compiler, &source, 1, &taken, node_out);
    case CHIRON_SEARCH_PREFIX:
    case CHIRON_SEARCH_PHRASE:
    case CHIRON_SEARCH_NEAR:
        return compile_text(compiler, source, node_out);
    case CHIRON_SEARCH_SET:
        return compile_set(compiler, source, node_out);
    default:
        return job_fail(compiler->job, CHIRON_EUSAGE, "part %u of a query is unknown to this search plugin",
                        (unsigned)source->kind);
    }
}

chiron_status query_compile(const struct job *job, struct analyser *analyser, const chiron_search_query *query,
                            const struct node **root_out)
{
    struct compiler compiler = {.job = job, .analyser = analyser};
    struct node *root = NULL;
    chiron_status st = thesaurus_read(job, &compiler.thesaurus);
    if (st == CHIRON_OK)
        st = compile(&compiler, query->root, 0, &root);
    *root_out = root;
    return st;
}

chiron_status query_each_pattern(const struct node *node, query_pattern_fn fn, void *payload)
{
    if (node->kind == NODE_TEXT)
        return fn(payload, node->pattern);
    if (node->kind != NODE_AND && node->kind != NODE_OR && node->kind != NODE_ANY)
        return CHIRON_OK;
    for (size_t i = 0; i < node->child_count; i++) {
        chiron_status st = query_each_pattern(node->children[i], fn, payload);
        if (st != CHIRON_OK)
            return st;
    }
    return CHIRON_OK;
}
