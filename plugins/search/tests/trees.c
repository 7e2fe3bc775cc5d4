/* Random trees of words, phrases, prefixes and sets against a slow and obvious oracle: each note word by word. What one
 * word means to another is the analyser's business (tests/languages.c); the oracle asks it for one pair at a time. */
#include "fake_host.h"

#include "analyse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

extern const chiron_entry chiron_plugin;

enum { NOTES = 120, TREES = 400, WORDS_OF_NOTE = 12 };

static const char *const vocabulary[] = {
    "trust", "trusted", "trusting", "session", "sessions", "note", "notes", "møde",         "mødet",   "møder", "moede",
    "mode",  "mod",     "modet",    "på",      "paa",      "pa",   "łódź",  "lodz",         "żółty",   "zolty", "rules",
    "rule",  "ruled",   "peer",     "mentor",  "to",       "a",    "x1",    "universities", "universe"};
enum { VOCABULARY = sizeof vocabulary / sizeof *vocabulary };
static const char *const languages[] = {"en", "da", "pl", ""};

struct oracle {
    struct analyser *analyser;
    struct fake_vault *vault;
    uint64_t random;
};

static size_t pick(struct oracle *oracle, size_t count)
{
    return (size_t)(fake_random(&oracle->random) % count);
}

/* ---- the oracle ---- */

static bool read_word(const char *text, size_t n, struct word *word)
{
    struct words words = {text, strlen(text), 0};
    for (size_t i = 0; i <= n; i++)
        if (!words_next(&words, word))
            return false;
    return true;
}

static bool has_term(const struct terms *terms, chiron_sv term, bool is_prefix)
{
    for (size_t i = 0; i < terms->count; i++) {
        chiron_sv own = terms_nth(terms, i);
        if (own.len >= term.len && (is_prefix || own.len == term.len) && memcmp(own.ptr, term.ptr, term.len) == 0)
            return true;
    }
    return false;
}

static bool word_matches(struct oracle *oracle, const struct word *asked, const struct word *written,
                         enum language language, bool is_prefix)
{
    struct terms query, note;
    assert_true(analyse_note(oracle->analyser, written, language, &note));
    if (is_prefix)
        analyse_prefix(asked, &query);
    else
        assert_true(analyse_query(oracle->analyser, asked, language, &query));
    for (size_t i = 0; i < query.count; i++)
        if (has_term(&note, terms_nth(&query, i), is_prefix))
            return true;
    return false;
}

static bool text_matches(struct oracle *oracle, fake_node node, const char *text, const char *lang)
{
    struct word asked, written;
    enum language language = language_of((chiron_sv){lang, strlen(lang)});
    char query[256];
    snprintf(query, sizeof query, "%.*s", (int)node->text.len, node->text.ptr);
    size_t length = 0;
    while (read_word(query, length, &asked))
        length++;
    for (size_t from = 0; read_word(text, from, &written); from++) {
        bool all = true;
        for (size_t i = 0; all && i < length; i++) {
            bool is_prefix = node->kind == CHIRON_SEARCH_PREFIX && i + 1 == length;
            all = read_word(query, i, &asked) && read_word(text, from + i, &written) &&
                  word_matches(oracle, &asked, &written, language, is_prefix);
        }
        if (all)
            return true;
    }
    return false;
}

/* Every word of the query at some place, none of them further than the distance from `first`, the earliest. */
static bool near_matches(struct oracle *oracle, fake_node node, const char *text, const char *lang)
{
    struct word asked, written;
    enum language language = language_of((chiron_sv){lang, strlen(lang)});
    char query[256];
    snprintf(query, sizeof query, "%.*s", (int)node->text.len, node->text.ptr);
    size_t length = 0;
    while (read_word(query, length, &asked))
        length++;
    for (size_t first = 0; read_word(text, first, &written); first++) {
        size_t near = 0;
        for (size_t i = 0; i < length; i++) {
            bool is_near = false;
            assert_true(read_word(query, i, &asked));
            for (size_t at = first; at < first + length + node->within && read_word(text, at, &written); at++)
                is_near = is_near || word_matches(oracle, &asked, &written, language, false);
            near += is_near;
        }
        if (near == length)
            return true;
    }
    return false;
}

static bool node_matches(struct oracle *oracle, fake_node node, const char *text, const char *lang)
{
    return node->kind == CHIRON_SEARCH_NEAR ? near_matches(oracle, node, text, lang)
                                            : text_matches(oracle, node, text, lang);
}

/* 1, 0, or -1: the node says nothing. */
static int matches(struct oracle *oracle, fake_node node, const struct chiron_note *note)
{
    int result = -1;
    struct word first;
    switch (node->kind) {
    case CHIRON_SEARCH_AND:
    case CHIRON_SEARCH_OR:
        for (size_t i = 0; i < node->child_count; i++) {
            int one = matches(oracle, node->children[i], note);
            if (one < 0)
                continue;
            if (result < 0)
                result = one;
            else
                result = node->kind == CHIRON_SEARCH_AND ? result && one : result || one;
        }
        return result;
    case CHIRON_SEARCH_NOT:
        result = matches(oracle, node->children[0], note);
        return result < 0 ? result : !result;
    case CHIRON_SEARCH_SET:
        for (size_t i = 0; i < node->id_count; i++)
            if (node->ids[i] == note->id)
                return 1;
        return 0;
    default:
        if (!read_word(node->text.ptr, 0, &first))
            return -1;
        if (node->scope != CHIRON_SCOPE_HEADING && node_matches(oracle, node, note->title, note->lang))
            return 1;
        return node->scope == CHIRON_SCOPE_ANYWHERE && node_matches(oracle, node, note->body, note->lang);
    }
}

/* ---- random notes and trees ---- */

static void random_note(struct oracle *oracle, int64_t id)
{
    char body[512] = "", title[64];
    size_t count = 1 + pick(oracle, WORDS_OF_NOTE), len = 0;
    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(body + len, sizeof body - len, "%s%c", vocabulary[pick(oracle, VOCABULARY)],
                                pick(oracle, 4) == 0 ? '\n' : ' ');
    snprintf(title, sizeof title, "%s", vocabulary[pick(oracle, VOCABULARY)]);
    fake_note(oracle->vault, id, languages[pick(oracle, 4)], title, body);
}

static fake_node random_text(struct oracle *oracle)
{
    char text[256] = "";
    const char *word = vocabulary[pick(oracle, VOCABULARY)];
    uint32_t scope = pick(oracle, 5) == 0 ? CHIRON_SCOPE_TITLE : CHIRON_SCOPE_ANYWHERE;
    switch (pick(oracle, 9)) {
    case 8:
        snprintf(text, sizeof text, "%s %s %s", word, vocabulary[pick(oracle, VOCABULARY)],
                 vocabulary[pick(oracle, VOCABULARY)]);
        return fake_near(text, (uint32_t)pick(oracle, 6));
    case 0:
        return PREFIX(strncpy(text, word, 1 + pick(oracle, 4)));
    case 1:
    case 2:
        snprintf(text, sizeof text, "%s %s", word, vocabulary[pick(oracle, VOCABULARY)]);
        return fake_text(CHIRON_SEARCH_PHRASE, scope, text);
    case 3:
        return WORD(pick(oracle, 4) == 0 ? "--" : "nowhere");
    default:
        return fake_text(CHIRON_SEARCH_WORD, scope, word);
    }
}

static fake_node random_set(struct oracle *oracle)
{
    int64_t ids[NOTES];
    size_t count = 0, one_in = 1 + pick(oracle, 8);
    for (int64_t id = 1; id <= NOTES; id++)
        if (!oracle->vault->notes[id - 1]->is_removed && pick(oracle, one_in) == 0)
            ids[count++] = id;
    return fake_set(ids, count);
}

static fake_node random_tree(struct oracle *oracle, unsigned depth)
{
    size_t kind = depth == 0 ? 10 : pick(oracle, 12);
    if (kind >= 8)
        return random_text(oracle);
    if (kind == 7)
        return random_set(oracle);
    if (kind == 6 || kind == 5)
        return NOT(random_tree(oracle, depth - 1));
    fake_node children[4];
    size_t count = 1 + pick(oracle, 4);
    for (size_t i = 0; i < count; i++)
        children[i] = random_tree(oracle, depth - 1);
    return fake_join(kind < 3 ? CHIRON_SEARCH_AND : CHIRON_SEARCH_OR, children, count);
}

/* ---- comparing ---- */

static void print_tree(fake_node node)
{
    static const char *const names[] = {"", "AND", "OR", "NOT", "WORD", "PREFIX", "PHRASE", "SET", "NEAR"};
    print_error(" (%s %.*s", names[node->kind], (int)node->text.len, node->text.ptr != NULL ? node->text.ptr : "");
    for (size_t i = 0; i < node->child_count; i++)
        print_tree(node->children[i]);
    print_error(")");
}

static void check_tree(struct oracle *oracle, fake_node tree, uint64_t limit)
{
    struct fake_answer answer;
    assert_int_equal(fake_search(oracle->vault, tree, limit, &answer), CHIRON_OK);
    size_t expected = 0;
    for (size_t i = 0; i < oracle->vault->count; i++) {
        const struct chiron_note *note = oracle->vault->notes[i];
        bool should = !note->is_removed && matches(oracle, tree, note) == 1, is = false;
        expected += should;
        for (size_t k = 0; k < answer.count; k++)
            is = is || answer.hits[k].id == note->id;
        if (is && !should)
            print_error("wrongly found %lld: %s: %s (%s) by", (long long)note->id, note->title, note->body, note->lang);
        if (!is && should && limit == 0)
            print_error("missed %lld: %s: %s (%s) by", (long long)note->id, note->title, note->body, note->lang);
        if ((is && !should) || (!is && should && limit == 0)) {
            print_tree(tree);
            fail();
        }
    }
    assert_int_equal(answer.count, limit > 0 && limit < expected ? limit : expected);
    for (size_t k = 1; limit > 0 && k < answer.count; k++) {
        const struct fake_hit *a = &answer.hits[k - 1], *b = &answer.hits[k];
        assert_true(a->score > b->score || (a->score >= b->score && a->id < b->id));
    }
    fake_answer_release(&answer);
}

static void test_random_trees(void **state)
{
    (void)state;
    const char *seed = getenv("SEED");
    struct fake_vault vault;
    struct oracle oracle = {analyser_new(), &vault, seed != NULL ? strtoull(seed, NULL, 10) : 1};
    assert_non_null(oracle.analyser);
    fake_open(&vault, &chiron_plugin);
    for (int64_t id = 1; id <= NOTES; id++)
        random_note(&oracle, id);
    for (size_t i = 0; i < TREES; i++) {
        /* Notes come, change and go in between. */
        for (size_t k = pick(&oracle, 3); k > 0; k--)
            random_note(&oracle, 1 + (int64_t)pick(&oracle, NOTES));
        if (pick(&oracle, 10) == 0) {
            int64_t id = 1 + (int64_t)pick(&oracle, NOTES);
            if (!vault.notes[id - 1]->is_removed)
                fake_remove(&vault, id);
        }
        check_tree(&oracle, random_tree(&oracle, (unsigned)pick(&oracle, 4)),
                   pick(&oracle, 2) * (1 + pick(&oracle, 30)));
    }
    fake_close(&vault);
    analyser_free(oracle.analyser);
}

static void test_small_trees(void **state)
{
    (void)state;
    struct fake_vault vault;
    fake_open(&vault, &chiron_plugin);
    for (int64_t id = 1; id <= 5; id++)
        fake_note(&vault, id, "en", "note", id % 2 ? "trust" : "other");
    assert_found(&vault, OR(WORD("trust"), SET(2, 3)), 1, 2, 3, 5);
    assert_found(&vault, AND(WORD("trust"), SET(2, 3)), 3);
    assert_found(&vault, NOT(WORD("trust")), 2, 4);
    assert_found(&vault, NOT(NOT(WORD("trust"))), 1, 3, 5);
    assert_found(&vault, AND(NOT(WORD("trust")), NOT(SET(2))), 4);
    assert_found(&vault, AND(SET(1, 2, 3), NOT(WORD("trust"))), 2);
    assert_found(&vault, OR(NOT(WORD("trust")), SET(1)), 1, 2, 4);
    assert_found(&vault, AND(WORD("trust"), WORD("--")), 1, 3, 5);
    assert_found(&vault, AND(WORD("trust"), NOT(WORD("--"))), 1, 3, 5);
    assert_nothing(&vault, WORD("--"));
    assert_nothing(&vault, NOT(WORD("--")));
    assert_nothing(&vault, fake_set(NULL, 0));
    assert_nothing(&vault, fake_join(CHIRON_SEARCH_AND, NULL, 0));
    /* A note that only a set names stands behind those that a word found. */
    assert_ranked(&vault, OR(SET(2), WORD("trust")), 1, 3, 5, 2);
    fake_close(&vault);
}

static void test_bad_trees_are_refused(void **state)
{
    (void)state;
    struct fake_vault vault;
    struct fake_answer answer;
    fake_open(&vault, &chiron_plugin);
    fake_note(&vault, 1, "en", "note", "trust");
    chiron_search_node unknown = {.struct_size = sizeof unknown, .kind = 99};
    assert_int_equal(fake_search(&vault, &unknown, 0, &answer), CHIRON_EUSAGE);
    fake_answer_release(&answer);
    chiron_search_node brief = {.struct_size = 8, .kind = CHIRON_SEARCH_WORD};
    assert_int_equal(fake_search(&vault, &brief, 0, &answer), CHIRON_EFAILED);
    fake_answer_release(&answer);
    fake_node deep = WORD("trust");
    for (int i = 0; i < 10000; i++)
        deep = NOT(deep);
    assert_int_equal(fake_search(&vault, deep, 0, &answer), CHIRON_EUSAGE);
    fake_answer_release(&answer);
    assert_int_equal(fake_search(&vault, fake_join(CHIRON_SEARCH_NOT, NULL, 0), 0, &answer), CHIRON_EUSAGE);
    fake_answer_release(&answer);
    fake_close(&vault);
}

static void test_long_phrases(void **state)
{
    (void)state;
    struct fake_vault vault;
    fake_open(&vault, &chiron_plugin);
    char text[4096] = "";
    for (size_t i = 0; i < 600; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "w%zu ", i % 7);
    fake_note(&vault, 1, "en", "note", text);
    fake_note(&vault, 2, "en", "note", text + 6);
    assert_found(&vault, PHRASE(text), 1);
    fake_close(&vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_trees),
        cmocka_unit_test(test_random_trees),
        cmocka_unit_test(test_bad_trees_are_refused),
        cmocka_unit_test(test_long_phrases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
