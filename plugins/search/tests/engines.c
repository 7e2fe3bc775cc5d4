/* The engine beside an oracle, SQLite's FTS5: for random notes in several languages that come, change and go, random
 * queries have the same answers with the same scores. SEED in the environment takes another walk. */
#include "fake_host.h"

#include "fts5/oracle.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

extern const chiron_entry chiron_plugin;

enum { NOTES = 700, ROUNDS = 25, QUERIES = 20, SYLLABLES = 26, BODY_MAX = 60000 };

enum { SEGMENTS, ORACLE, SIDES };

struct side {
    const struct engine_ops *ops;
    struct engine *engine;
};

static struct fake_vault vault;
static struct analyser *analyser;
static struct side sides[SIDES] = {{&engine_segments, NULL}, {&engine_fts5, NULL}};
static struct job job;
static uint64_t seed;
static bool is_alive[NOTES + 1];
static char *text; /* of the note that is being made */

static size_t pick(size_t count)
{
    return (size_t)(fake_random(&seed) % count);
}

static chiron_sv sv(const char *words)
{
    return (chiron_sv){words, strlen(words)};
}

/* ---- words: some in every note, most in few, with endings that stemmers know ---- */

static const char *const syllables[SYLLABLES] = {"tr",   "a",  "mø", "de", "ż",  "ó",     "ł", "to", "ing",
                                                 "s",    "er", "et", "ne", "ów", "ami",   "e", "å",  "x1",
                                                 "sess", "me", "n",  "i",  "ch", "tions", "t", "æ"};
static const char *const common[] = {"the", "og", "nie", "t", "trust", "møde", "na"};

static size_t put_word(char *out, bool is_query)
{
    size_t len = 0, count = 1 + pick(4);
    if (pick(4) == 0)
        return (size_t)sprintf(out, "%s", common[pick(sizeof common / sizeof *common)]);
    /* Words of few syllables are the common ones: the square makes the first syllables more likely. */
    for (size_t i = 0; i < count; i++) {
        size_t n = pick(SYLLABLES);
        len += (size_t)sprintf(out + len, "%s", syllables[n * (is_query ? n : pick(SYLLABLES)) / SYLLABLES]);
    }
    return len;
}

static void put_words(size_t count)
{
    char *at = text + strlen(text);
    for (size_t i = 0; i < count && at - text < BODY_MAX - 200; i++) {
        at += put_word(at, false);
        *at++ = " \n.,-"[pick(5)];
        *at = '\0';
    }
}

static chiron_sv random_text(char *out, size_t most, bool has_breaks)
{
    text = out;
    text[0] = '\0';
    for (size_t i = 1 + pick(has_breaks ? 3 : 1); i > 0; i--) {
        put_words(pick(most));
        if (has_breaks)
            strcat(text, "\x1e");
    }
    return sv(text);
}

/* ---- both sides ---- */

static void open_sides(void)
{
    for (size_t i = 0; i < SIDES; i++) {
        char dir[320];
        fake_path(&vault, sides[i].ops->name, dir);
        mkdir(dir, 0700);
        assert_int_equal(sides[i].ops->open(&job, sv(dir), analyser, &sides[i].engine), CHIRON_OK);
    }
}

static void close_sides(void)
{
    for (size_t i = 0; i < SIDES; i++)
        sides[i].ops->close(sides[i].engine);
}

static void add_note(int64_t id)
{
    static char titles[BODY_MAX], headings[BODY_MAX], tags[BODY_MAX], body[BODY_MAX];
    struct engine_note note = {.id = id, .language = (enum language)pick(LANGUAGE_COUNT)};
    note.titles = random_text(titles, 5, true);
    note.headings = random_text(headings, 6, true);
    note.tags = random_text(tags, 3, true);
    note.body = random_text(body, pick(50) == 0 ? 3000 : 60, false);
    for (size_t i = 0; i < SIDES; i++)
        assert_int_equal(sides[i].ops->add(sides[i].engine, &job, &note), CHIRON_OK);
    is_alive[id] = true;
}

static void remove_note(int64_t id)
{
    for (size_t i = 0; i < SIDES; i++)
        assert_int_equal(sides[i].ops->remove(sides[i].engine, &job, id), CHIRON_OK);
    is_alive[id] = false;
}

/* From one note to all of them; in the first round each once. */
static void run_round(int number)
{
    bool is_reset = number == 0 || pick(12) == 0;
    size_t count = is_reset ? NOTES : pick(3) == 0 ? pick(NOTES) : 1 + pick(10);
    for (size_t i = 0; i < SIDES; i++)
        assert_int_equal(sides[i].ops->begin(sides[i].engine, &job, is_reset), CHIRON_OK);
    if (is_reset)
        memset(is_alive, 0, sizeof is_alive);
    for (size_t i = 0; i < count; i++) {
        int64_t id = 1 + (number == 0 ? (int64_t)i : (int64_t)pick(NOTES));
        if (pick(4) == 0 && !is_reset)
            remove_note(id);
        else
            add_note(id);
    }
    for (size_t i = 0; i < SIDES; i++)
        assert_int_equal(sides[i].ops->commit(sides[i].engine, &job, sv("1")), CHIRON_OK);
}

/* ---- queries ---- */

static fake_node random_words(uint32_t kind)
{
    char words[600];
    size_t len = 0, count = kind == CHIRON_SEARCH_WORD ? 1 : 1 + pick(3);
    static const uint32_t scopes[] = {CHIRON_SCOPE_ANYWHERE, CHIRON_SCOPE_ANYWHERE, CHIRON_SCOPE_ANYWHERE,
                                      CHIRON_SCOPE_TITLE, CHIRON_SCOPE_HEADING};
    for (size_t i = 0; i < count; i++) {
        len += put_word(words + len, true);
        words[len++] = ' ';
    }
    words[len - 1] = '\0';
    if (kind == CHIRON_SEARCH_NEAR)
        return fake_near(words, (uint32_t)pick(8));
    return fake_text(kind, scopes[pick(5)], words);
}

static fake_node random_prefix(void)
{
    char word[64];
    put_word(word, true);
    size_t len = 1 + pick(strlen(word));
    while (((unsigned char)word[len] & 0xc0) == 0x80)
        len++;
    word[len] = '\0';
    return PREFIX(word);
}

static fake_node random_set(void)
{
    int64_t ids[NOTES];
    size_t count = 0, one_in = 1 + pick(40);
    for (int64_t id = 1; id <= NOTES; id++)
        if (is_alive[id] && pick(one_in) == 0)
            ids[count++] = id;
    return fake_set(ids, count);
}

static fake_node random_tree(unsigned depth)
{
    size_t kind = pick(depth == 0 ? 8 : 14);
    fake_node children[3];
    if (kind < 3)
        return random_words(CHIRON_SEARCH_WORD);
    if (kind < 5)
        return random_words(kind == 3 ? CHIRON_SEARCH_PHRASE : CHIRON_SEARCH_NEAR);
    if (kind < 8)
        return kind == 5 ? random_set() : kind == 6 ? random_prefix() : random_words(CHIRON_SEARCH_PHRASE);
    if (kind == 8)
        return NOT(random_tree(depth - 1));
    size_t count = 1 + pick(3);
    for (size_t i = 0; i < count; i++)
        children[i] = random_tree(depth - 1);
    return fake_join(kind < 11 ? CHIRON_SEARCH_AND : CHIRON_SEARCH_OR, children, count);
}

static void print_tree(fake_node node)
{
    static const char *const names[] = {"", "AND", "OR", "NOT", "WORD", "PREFIX", "PHRASE", "SET", "NEAR"};
    print_error(" (%s %u %u %.*s", names[node->kind], node->scope, node->within, (int)node->text.len,
                node->text.ptr != NULL ? node->text.ptr : "");
    for (size_t i = 0; i < node->child_count; i++)
        print_tree(node->children[i]);
    print_error(")");
}

static int by_id(const void *a, const void *b)
{
    int64_t left = ((const struct hit *)a)->id, right = ((const struct hit *)b)->id;
    return (left > right) - (left < right);
}

static struct hits ask(size_t side, const struct node *root, size_t limit)
{
    struct hits hits = {0};
    assert_int_equal(sides[side].ops->search(sides[side].engine, &job, root, limit, &hits), CHIRON_OK);
    if (limit > 0)
        hits_best(&hits, limit);
    else if (hits.count > 1)
        qsort(hits.list, hits.count, sizeof *hits.list, by_id);
    return hits;
}

/* Equal up to rounding: notes whose scores are that close may change places. */
static bool are_close(double a, double b)
{
    return fabs(a - b) <= 1e-9 * (1 + fabs(a));
}

static void compare(fake_node tree, const struct node *root, size_t limit)
{
    struct hits own = ask(SEGMENTS, root, limit), other = ask(ORACLE, root, limit);
    size_t same = 0, count = own.count < other.count ? own.count : other.count;
    while (same < count && are_close(own.list[same].score, other.list[same].score) &&
           (limit > 0 || own.list[same].id == other.list[same].id))
        same++;
    if (own.count != other.count || same < count) {
        print_error("seed %s, limit %zu: %zu and %zu hits; at %zu", getenv("SEED"), limit, own.count, other.count,
                    same);
        if (same < count)
            print_error(" %lld %.17g and %lld %.17g", (long long)own.list[same].id, own.list[same].score,
                        (long long)other.list[same].id, other.list[same].score);
        print_tree(tree);
        fail();
    }
    hits_release(&own);
    hits_release(&other);
}

static void compare_some(void)
{
    for (size_t i = 0; i < QUERIES; i++) {
        struct job one = {&vault.host, fake_call(&vault)};
        const struct node *root;
        fake_node tree = random_tree((unsigned)pick(4));
        chiron_search_query query = {.struct_size = sizeof query, .root = tree};
        assert_int_equal(query_compile(&one, analyser, &query, &root), CHIRON_OK);
        compare(tree, root, 0);
        compare(tree, root, 1 + pick(20));
        fake_call_end(one.call);
    }
}

/* ---- terms, while nothing is dead: words as often on both sides, other forms not less ---- */

struct known_term {
    char *term;
    uint64_t notes;
};
struct known_terms {
    struct known_term *list;
    size_t count;
};

static chiron_status keep_term(void *payload, chiron_sv term, uint64_t notes)
{
    struct known_terms *known = payload;
    known->list = realloc(known->list, (known->count + 1) * sizeof *known->list);
    assert_non_null(known->list);
    known->list[known->count++] = (struct known_term){strndup(term.ptr, term.len), notes};
    return CHIRON_OK;
}

static void compare_terms(const char *prefix)
{
    struct known_terms known[SIDES] = {{NULL, 0}};
    uint64_t notes, all;
    for (size_t i = 0; i < SIDES; i++)
        assert_int_equal(sides[i].ops->terms(sides[i].engine, &job, sv(prefix), keep_term, &known[i]), CHIRON_OK);
    assert_int_equal(known[SEGMENTS].count, known[ORACLE].count);
    for (size_t i = 0; i < known[ORACLE].count; i++) {
        const struct known_term *own = &known[SEGMENTS].list[i], *other = &known[ORACLE].list[i];
        chiron_sv term = sv(own->term);
        bool is_word = strchr("~^", own->term[0]) == NULL;
        assert_string_equal(own->term, other->term);
        assert_true(is_word ? own->notes == other->notes : own->notes >= other->notes);
        assert_int_equal(sides[SEGMENTS].ops->frequencies(sides[SEGMENTS].engine, &job, &term, 1, &notes, &all), 0);
        assert_int_equal(notes, own->notes);
        assert_int_equal(all, NOTES);
        free(own->term);
        free(other->term);
    }
    for (size_t i = 0; i < SIDES; i++)
        free(known[i].list);
}

static void test_both_say_the_same(void **state)
{
    (void)state;
    const char *given = getenv("SEED");
    seed = given != NULL ? strtoull(given, NULL, 10) : 1;
    fake_open(&vault, &chiron_plugin);
    analyser = analyser_new();
    assert_non_null(analyser);
    job = (struct job){&vault.host, fake_call(&vault)};
    open_sides();
    for (int i = 0; i < ROUNDS; i++) {
        run_round(i);
        if (i == 0) {
            compare_terms("");
            compare_terms("m");
            compare_terms("~m");
        }
        compare_some();
        if (pick(5) == 0) {
            close_sides();
            open_sides();
        }
    }
    close_sides();
    fake_call_end(job.call);
    analyser_free(analyser);
    fake_close(&vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_both_say_the_same)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
