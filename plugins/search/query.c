#include "query.h"

#include <string.h>

enum {
    DEPTH_MAX = 200,   /* of a tree: the host's queries have 32 */
    PHRASE_MAX = 4096, /* words of one text */
    WITHIN_MAX = 1000, /* words between those of one text */
    ALL_LANGUAGES = (1u << LANGUAGE_COUNT) - 1
};

/* ---- patterns ---- */

struct compiler {
    const struct job *job;
    struct analyser *analyser;
    struct terms terms; /* of the word at hand: too large for every stack frame */
};

static size_t count_words(chiron_sv text)
{
    struct words words = {text.ptr, text.len, 0};
    struct word word;
    size_t n = 0;
    while (n < PHRASE_MAX && words_next(&words, &word))
        n++;
    return n;
}

/* Copies the terms [from, count) into scratch memory. */
static bool keep_terms(const struct job *job, const struct terms *terms, size_t from, struct places *out)
{
    size_t begin = from > 0 ? terms->ends[from - 1] : 0;
    size_t size = terms->count > from ? terms->ends[terms->count - 1] - begin : 0;
    char *bytes = job_scratch(job, size, 1);
    chiron_sv *list = job_scratch(job, terms->count - from, sizeof *list);
    if (bytes == NULL || list == NULL)
        return false;
    memcpy(bytes, terms->bytes + begin, size);
    for (size_t i = from; i < terms->count; i++) {
        size_t at = (i > 0 ? terms->ends[i - 1] : 0) - begin;
        list[i - from] = (chiron_sv){bytes + at, terms->ends[i] - begin - at};
    }
    *out = (struct places){list, terms->count - from};
    return true;
}

static bool same_sequence(const struct sequence *a, const struct sequence *b, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (a->places[i].count != b->places[i].count)
            return false;
        for (size_t k = 0; k < a->places[i].count; k++) {
            chiron_sv left = a->places[i].terms[k], right = b->places[i].terms[k];
            if (left.len != right.len || memcmp(left.ptr, right.ptr, left.len) != 0)
                return false;
        }
    }
    return true;
}

/* Languages that look for the same terms share a sequence. */
static void add_sequence(struct pattern *pattern, const struct sequence *sequence)
{
    for (size_t i = 0; i < pattern->count; i++) {
        struct sequence *other = &pattern->sequences[i];
        if (!other->is_exact && !sequence->is_exact && same_sequence(other, sequence, pattern->length)) {
            other->languages |= sequence->languages;
            return;
        }
    }
    pattern->sequences[pattern->count++] = *sequence;
}

static bool analyse_place(struct compiler *compiler, const struct word *word, enum language language, bool is_prefix)
{
    if (!is_prefix)
        return analyse_query(compiler->analyser, word, language, &compiler->terms);
    analyse_prefix(word, &compiler->terms);
    return true;
}

/* The sequence for notes of `language`, or the exact one. A lone word's other forms leave out the word itself, which
 * the exact sequence finds. */
static bool make_sequence(struct compiler *compiler, chiron_sv text, const struct pattern *pattern,
                          enum language language, bool is_exact, struct sequence *out)
{
    struct places *places = job_scratch(compiler->job, pattern->length, sizeof *places);
    if (places == NULL)
        return false;
    struct words words = {text.ptr, text.len, 0};
    struct word word;
    for (size_t i = 0; i < pattern->length && words_next(&words, &word); i++) {
        bool is_prefix = pattern->is_prefix && i + 1 == pattern->length;
        if (!analyse_place(compiler, &word, language, is_prefix))
            return false;
        if (is_exact)
            compiler->terms.count = 1;
        size_t from = !is_exact && pattern->length == 1 ? 1 : 0;
        if (!keep_terms(compiler->job, &compiler->terms, from, &places[i]))
            return false;
    }
    *out = (struct sequence){is_exact ? ALL_LANGUAGES : 1u << language, is_exact, places};
    return true;
}

static chiron_status make_pattern(struct compiler *compiler, const chiron_search_node *source, struct node *node)
{
    size_t length = count_words(source->text);
    if (length == 0)
        return CHIRON_OK;
    struct pattern *pattern = job_scratch(compiler->job, 1, sizeof *pattern);
    if (pattern == NULL)
        return job_no_memory(compiler->job);
    *pattern =
        (struct pattern){.scope = source->scope, .is_prefix = source->kind == CHIRON_SEARCH_PREFIX, .length = length};
    if (source->kind == CHIRON_SEARCH_NEAR && length > 1) {
        pattern->is_near = true;
        pattern->within = source->within < WITHIN_MAX ? source->within : WITHIN_MAX;
    }
    struct sequence sequence;
    if (!make_sequence(compiler, source->text, pattern, LANGUAGE_OTHER, true, &sequence))
        return job_no_memory(compiler->job);
    add_sequence(pattern, &sequence);
    for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
        if (!make_sequence(compiler, source->text, pattern, language, false, &sequence))
            return job_no_memory(compiler->job);
        if (sequence.places[0].count > 0)
            add_sequence(pattern, &sequence);
    }
    node->kind = NODE_TEXT;
    node->pattern = pattern;
    return CHIRON_OK;
}

/* ---- the tree ---- */

static chiron_status compile(struct compiler *compiler, const chiron_search_node *source, size_t depth,
                             struct node **node_out);

static chiron_status compile_children(struct compiler *compiler, const chiron_search_node *source, size_t depth,
                                      struct node *node)
{
    struct node **children = job_scratch(compiler->job, source->child_count, sizeof(struct node *));
    if (children == NULL)
        return job_no_memory(compiler->job);
    for (size_t i = 0; i < source->child_count; i++) {
        chiron_status st = compile(compiler, source->children[i], depth + 1, &children[i]);
        if (st != CHIRON_OK)
            return st;
    }
    node->children = children;
    node->child_count = source->child_count;
    return CHIRON_OK;
}

static chiron_status fill(struct compiler *compiler, const chiron_search_node *source, size_t depth, struct node *node)
{
    switch (source->kind) {
    case CHIRON_SEARCH_AND:
        node->kind = NODE_AND;
        return compile_children(compiler, source, depth, node);
    case CHIRON_SEARCH_OR:
        node->kind = NODE_OR;
        return compile_children(compiler, source, depth, node);
    case CHIRON_SEARCH_NOT:
        if (source->child_count != 1)
            return job_fail(compiler->job, CHIRON_EUSAGE, "a NOT in a query has one part, not %zu",
                            source->child_count);
        node->kind = NODE_NOT;
        return compile_children(compiler, source, depth, node);
    case CHIRON_SEARCH_WORD:
    case CHIRON_SEARCH_PREFIX:
    case CHIRON_SEARCH_PHRASE:
    case CHIRON_SEARCH_NEAR:
        return make_pattern(compiler, source, node);
    case CHIRON_SEARCH_SET:
        node->kind = NODE_SET;
        node->ids = source->ids;
        node->id_count = source->id_count;
        return CHIRON_OK;
    default:
        return job_fail(compiler->job, CHIRON_EUSAGE, "part %u of a query is unknown to this search plugin",
                        (unsigned)source->kind);
    }
}

static chiron_status compile(struct compiler *compiler, const chiron_search_node *source, size_t depth,
                             struct node **node_out)
{
    if (source == NULL || !CHIRON_HAS(chiron_search_node, source, child_count))
        return job_fail(compiler->job, CHIRON_EFAILED, "a part of the query is incomplete");
    if (source->kind == CHIRON_SEARCH_NEAR && !CHIRON_HAS(chiron_search_node, source, within))
        return job_fail(compiler->job, CHIRON_EFAILED, "a part of the query is incomplete");
    if (depth > DEPTH_MAX)
        return job_fail(compiler->job, CHIRON_EUSAGE, "the query is nested too deeply");
    struct node *node = job_scratch(compiler->job, 1, sizeof *node);
    if (node == NULL)
        return job_no_memory(compiler->job);
    *node_out = node;
    return fill(compiler, source, depth, node);
}

chiron_status query_compile(const struct job *job, struct analyser *analyser, const chiron_search_query *query,
                            const struct node **root_out)
{
    struct compiler *compiler = job_scratch(job, 1, sizeof *compiler);
    if (compiler == NULL)
        return job_no_memory(job);
    compiler->job = job;
    compiler->analyser = analyser;
    struct node *root = NULL;
    chiron_status st = compile(compiler, query->root, 0, &root);
    *root_out = root;
    return st;
}

chiron_status query_each_pattern(const struct node *node, query_pattern_fn fn, void *payload)
{
    if (node->kind == NODE_TEXT)
        return fn(payload, node->pattern);
    if (node->kind != NODE_AND && node->kind != NODE_OR)
        return CHIRON_OK;
    for (size_t i = 0; i < node->child_count; i++) {
        chiron_status st = query_each_pattern(node->children[i], fn, payload);
        if (st != CHIRON_OK)
            return st;
    }
    return CHIRON_OK;
}
