/* The socket of searchers: a query of the catalogue's as plain data of the ABI, and hits back. */
#include "base/i18n.h"
#include "base/utf8.h"
#include "host/registry.h"

#include <math.h>

enum { SNIPPETS_MAX = 16, TERMS_MAX = 16, HIT_SIZE_MIN = 40, SNIPPET_SIZE_MIN = 40, RESPELLING_SIZE_MIN = 40 };

/* --- the query --- */

static const uint32_t node_kinds[] = {
    [SEARCH_AND] = CHIRON_SEARCH_AND,   [SEARCH_OR] = CHIRON_SEARCH_OR,         [SEARCH_NOT] = CHIRON_SEARCH_NOT,
    [SEARCH_WORD] = CHIRON_SEARCH_WORD, [SEARCH_PREFIX] = CHIRON_SEARCH_PREFIX, [SEARCH_PHRASE] = CHIRON_SEARCH_PHRASE,
    [SEARCH_SET] = CHIRON_SEARCH_SET,   [SEARCH_NEAR] = CHIRON_SEARCH_NEAR,
};
static const uint32_t node_scopes[] = {
    [SEARCH_ANYWHERE] = CHIRON_SCOPE_ANYWHERE,
    [SEARCH_TITLE] = CHIRON_SCOPE_TITLE,
    [SEARCH_HEADING] = CHIRON_SCOPE_HEADING,
};

static chiron_search_node *lend_node(const struct search_node *node, struct arena *arena)
{
    chiron_search_node *lent = arena_alloc(arena, sizeof(*lent));
    const chiron_search_node **children = arena_array(arena, node->child_count, sizeof(*children));
    if (lent == NULL || children == NULL)
        return NULL;
    for (size_t i = 0; i < node->child_count; i++) {
        children[i] = lend_node(node->children[i], arena);
        if (children[i] == NULL)
            return NULL;
    }
    *lent = (chiron_search_node){
        .struct_size = sizeof(*lent),
        .kind = node_kinds[node->kind],
        .scope = node_scopes[node->scope],
        .text = lend_sv(node->text),
        .ids = node->set.ids,
        .id_count = node->set.count,
        .children = children,
        .child_count = node->child_count,
        .within = node->within,
    };
    return lent;
}

/* --- hits --- */

struct receiver {
    search_hit_fn fn;
    void *payload;
    size_t limit, count;
    status got; /* of fn, or a misuse */
    struct err err;
};

/* Marks are pairs in order, within the text and between characters; a searcher that miscounts loses its marks. */
static bool are_marks(struct sv text, const uint32_t *marks, size_t count)
{
    uint32_t before = 0;
    if (count % 2 != 0 || (count > 0 && marks == NULL))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (marks[i] < before || marks[i] > text.len)
            return false;
        if (marks[i] < text.len && ((unsigned char)text.ptr[marks[i]] & 0xc0) == 0x80)
            return false;
        before = marks[i];
    }
    return true;
}

static bool take_snippet(const chiron_snippet *lent, struct search_snippet *snippet)
{
    struct sv text;
    if (lent == NULL || lent->struct_size < SNIPPET_SIZE_MIN)
        return false;
    text = take_sv(lent->text);
    if (!utf8_is_valid(text) || sv_chr(text, '\n') != SIZE_MAX)
        return false;
    *snippet = (struct search_snippet){.line = lent->line, .text = text};
    if (are_marks(text, lent->marks, lent->mark_count)) {
        snippet->marks = lent->marks;
        snippet->mark_count = lent->mark_count;
    }
    return true;
}

/* A word for people: one line of valid text. */
static bool is_word(struct sv text)
{
    return text.len > 0 && utf8_is_valid(text) && sv_chr(text, '\n') == SIZE_MAX;
}

static size_t take_terms(const chiron_hit *lent, struct sv terms[TERMS_MAX])
{
    size_t count = 0;
    if (!CHIRON_HAS(chiron_hit, lent, term_count) || lent->terms == NULL)
        return 0;
    for (size_t i = 0; i < lent->term_count && count < TERMS_MAX; i++) {
        terms[count] = take_sv(lent->terms[i]);
        count += is_word(terms[count]);
    }
    return count;
}

static status take_hit(struct receiver *receiver, const chiron_hit *lent)
{
    struct search_snippet snippets[SNIPPETS_MAX];
    struct sv terms[TERMS_MAX];
    struct search_hit hit = {.snippets = snippets, .terms = terms};
    if (lent == NULL || lent->struct_size < HIT_SIZE_MIN || !isfinite(lent->score) ||
        (lent->snippet_count > 0 && lent->snippets == NULL))
        return err_set(&receiver->err, FAILED, _("it gave a hit that is not well formed"));
    hit.id = lent->id;
    hit.score = lent->score;
    for (size_t i = 0; i < lent->snippet_count && hit.snippet_count < SNIPPETS_MAX; i++)
        if (take_snippet(lent->snippets[i], &snippets[hit.snippet_count]))
            hit.snippet_count++;
    hit.term_count = take_terms(lent, terms);
    receiver->count++;
    return receiver->fn(receiver->payload, &hit, &receiver->err);
}

static chiron_status receive(void *payload, const chiron_hit *hit)
{
    struct receiver *receiver = payload;
    if (receiver->got == DONE && receiver->limit > 0 && receiver->count == receiver->limit)
        return CHIRON_STOP;
    if (receiver->got == DONE)
        receiver->got = take_hit(receiver, hit);
    if (receiver->got == DONE)
        return CHIRON_OK;
    return receiver->got > 0 ? CHIRON_STOP : CHIRON_EFAILED;
}

/* --- asking --- */

/* What the plugin answered; a receiver that failed has the better words. */
static status leave(struct plugin *plugin, struct chiron_call *call, const struct receiver *receiver, status got,
                    struct err *err)
{
    if (receiver->got < 0) {
        call->err = receiver->err;
        got = receiver->got;
    }
    got = plugin_leave(plugin, call, got, err);
    if (got == NOT_FOUND || (got == STOP && receiver->got == DONE))
        return DONE;
    return got;
}

static const chiron_searcher_v1 *table_of(const struct plugin *plugin)
{
    return plugin->instance.tables[kind_index(PLUGIN_SEARCHER)];
}

static status ask(struct plugin *plugin, const chiron_search_query *query, struct receiver *receiver, struct err *err)
{
    struct chiron_call call;
    status got = plugin_enter(plugin, &call, err);
    if (got != DONE)
        return got;
    got = table_of(plugin)->search(plugin->instance.self, &call, query, receive, receiver);
    return leave(plugin, &call, receiver, got, err);
}

static status search(void *self, const struct search_node *node, struct sv lang, size_t limit, search_hit_fn fn,
                     void *payload, struct err *err)
{
    struct plugin *plugin = self;
    struct arena arena = {0};
    struct receiver receiver = {.fn = fn, .payload = payload, .limit = limit};
    chiron_search_query query = {.struct_size = sizeof(query), .lang = lend_sv(lang), .limit = limit};
    status got;
    query.root = lend_node(node, &arena);
    got = query.root == NULL ? err_no_memory(err) : ask(plugin, &query, &receiver, err);
    arena_release(&arena);
    return got;
}

static status related(void *self, int64_t id, size_t limit, search_hit_fn fn, void *payload, struct err *err)
{
    struct plugin *plugin = self;
    struct receiver receiver = {.fn = fn, .payload = payload, .limit = limit};
    struct chiron_call call;
    status got = plugin_enter(plugin, &call, err);
    if (got != DONE)
        return got;
    got = table_of(plugin)->related(plugin->instance.self, &call, id, limit, receive, &receiver);
    return leave(plugin, &call, &receiver, got, err);
}

/* --- other words --- */

struct speller {
    struct receiver receiver; /* for what became of it */
    respelling_fn fn;
    void *payload;
};

static chiron_status receive_respelling(void *payload, const chiron_respelling *lent)
{
    struct speller *speller = payload;
    struct receiver *receiver = &speller->receiver;
    if (receiver->got == DONE && (lent == NULL || lent->struct_size < RESPELLING_SIZE_MIN ||
                                  !is_word(take_sv(lent->from)) || !is_word(take_sv(lent->to))))
        receiver->got = err_set(&receiver->err, FAILED, _("it gave a word that is not well formed"));
    if (receiver->got == DONE)
        receiver->got = speller->fn(speller->payload, take_sv(lent->from), take_sv(lent->to), &receiver->err);
    return receiver->got == DONE ? CHIRON_OK : receiver->got > 0 ? CHIRON_STOP : CHIRON_EFAILED;
}

static status suggest(void *self, const struct search_node *node, struct sv lang, respelling_fn fn, void *payload,
                      struct err *err)
{
    struct plugin *plugin = self;
    struct arena arena = {0};
    struct chiron_call call;
    struct speller speller = {.fn = fn, .payload = payload};
    chiron_search_query query = {.struct_size = sizeof(query), .lang = lend_sv(lang)};
    query.root = lend_node(node, &arena);
    status got = query.root == NULL ? err_no_memory(err) : plugin_enter(plugin, &call, err);
    if (got == DONE) {
        got = table_of(plugin)->suggest(plugin->instance.self, &call, &query, receive_respelling, &speller);
        got = leave(plugin, &call, &speller.receiver, got, err);
    }
    arena_release(&arena);
    return got;
}

status plugin_searcher(struct plugin *plugin, struct searcher *searcher_out, struct err *err)
{
    const void *table;
    status got = plugin_table(plugin, PLUGIN_SEARCHER, &table, err);
    if (got == DONE)
        got = plugin_catch_up(plugin, err);
    *searcher_out = (struct searcher){.search = search, .self = plugin};
    if (got != DONE)
        return got;
    const chiron_searcher_v1 *searcher = table;
    if (CHIRON_HAS(chiron_searcher_v1, searcher, suggest) && searcher->suggest != NULL)
        searcher_out->suggest = suggest;
    if (CHIRON_HAS(chiron_searcher_v1, searcher, related) && searcher->related != NULL)
        searcher_out->related = related;
    return DONE;
}
