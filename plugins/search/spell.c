/* The words of the index are read once, and each is compared with the words in question: letters that were left out,
 * added, taken for another or for each other's place count one each, diacritics nothing. Of words that are equally far
 * the one that more notes hold is nearer. */
#include "spell.h"

#include "letters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORDS_MAX = 16, /* of a query that are looked at */
    DEPTH_MAX = 64,
    LETTERS_MIN = 3,    /* of a word that can be misspelt */
    LETTERS_OF_TWO = 6, /* of one with two mistakes */
    CANCEL_EVERY = 4096
};

#define FREQUENCY_PART    0.25 /* of a mistake, for each tenfold of notes */
#define FIRST_LETTER_PART 0.5  /* of a mistake, for another first letter: people seldom get that wrong */

/* Letters without their marks. */
struct letters {
    int32_t runes[WORD_RUNES];
    size_t count;
    uint64_t present; /* a bit for each, by its value modulo 64 */
};

/* A word in question. */
struct doubt {
    chiron_sv from;
    struct letters letters;
    unsigned allowed; /* mistakes */
    double best;      /* distance of `to` */
    char to[WORD_BYTES];
    size_t to_len; /* 0: none yet */
};

struct speller {
    const struct job *job;
    struct analyser *analyser;
    const struct engine_ops *ops;
    struct engine *engine;
    struct doubt doubts[WORDS_MAX];
    size_t count;
    uint64_t terms_seen;
};

static void letters_of(const char *word, size_t len, struct letters *out)
{
    char folded[WORD_BYTES];
    size_t size = letters_plain(word, len, folded, sizeof folded);
    out->count = 0;
    out->present = 0;
    for (size_t at = 0; at < size && out->count < WORD_RUNES;) {
        int32_t rune;
        size_t step = letters_decode(folded, size, at, &rune);
        if (step == 0)
            break;
        out->runes[out->count++] = rune;
        out->present |= 1ull << ((uint32_t)rune % 64);
        at += step;
    }
}

/* ---- the words in question ---- */

/* Whether a search for the word finds anything: the index may know it from notes that are gone, and stems of other
 * languages. */
static chiron_status is_known(struct speller *speller, chiron_sv word, bool *known_out)
{
    struct hits hits = {0};
    chiron_search_node source = {.struct_size = sizeof source, .kind = CHIRON_SEARCH_WORD, .text = word};
    struct node node = {.kind = NODE_TEXT};
    *known_out = false;
    chiron_status st = pattern_make(speller->job, speller->analyser, &source, &node.pattern);
    if (st == CHIRON_OK && node.pattern != NULL)
        st = speller->ops->search(speller->engine, speller->job, &node, 1, &hits);
    *known_out = hits.count > 0;
    hits_release(&hits);
    return st;
}

static chiron_status doubt_word(struct speller *speller, chiron_sv text, const struct word *word)
{
    struct doubt *doubt = &speller->doubts[speller->count];
    bool known;
    letters_of(word->text, word->len, &doubt->letters);
    if (doubt->letters.count < LETTERS_MIN)
        return CHIRON_OK;
    chiron_status st = is_known(speller, (chiron_sv){word->text, word->len}, &known);
    if (st != CHIRON_OK || known)
        return st;
    doubt->from = (chiron_sv){text.ptr + word->begin, word->end - word->begin};
    doubt->allowed = doubt->letters.count < LETTERS_OF_TWO ? 1 : 2;
    speller->count++;
    return CHIRON_OK;
}

/* Not what is excluded, and no beginnings of words. */
static chiron_status doubt_node(struct speller *speller, const chiron_search_node *node, unsigned depth)
{
    chiron_status st = CHIRON_OK;
    if (node == NULL || depth > DEPTH_MAX || !CHIRON_HAS(chiron_search_node, node, child_count))
        return CHIRON_OK;
    if (node->kind == CHIRON_SEARCH_AND || node->kind == CHIRON_SEARCH_OR)
        for (size_t i = 0; i < node->child_count && st == CHIRON_OK; i++)
            st = doubt_node(speller, node->children[i], depth + 1);
    if (node->kind != CHIRON_SEARCH_WORD && node->kind != CHIRON_SEARCH_PHRASE && node->kind != CHIRON_SEARCH_NEAR)
        return st;
    struct words words = {node->text.ptr, node->text.len, 0};
    struct word word;
    while (st == CHIRON_OK && speller->count < WORDS_MAX && words_next(&words, &word))
        st = doubt_word(speller, node->text, &word);
    return st;
}

/* ---- how far two words are ---- */

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* At most `allowed` + 1. */
static unsigned distance(const struct letters *a, const struct letters *b, unsigned allowed)
{
    unsigned rows[3][WORD_RUNES + 1];
    unsigned *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t k = 0; k <= b->count; k++)
        last[k] = (unsigned)k;
    for (size_t i = 1; i <= a->count; i++) {
        unsigned nearest = now[0] = (unsigned)i;
        for (size_t k = 1; k <= b->count; k++) {
            int32_t left = a->runes[i - 1], right = b->runes[k - 1];
            now[k] = least(last[k] + 1, now[k - 1] + 1, last[k - 1] + (left != right));
            bool swapped = i > 1 && k > 1 && left == b->runes[k - 2] && a->runes[i - 2] == right;
            if (swapped && before[k - 2] + 1 < now[k])
                now[k] = before[k - 2] + 1;
            nearest = now[k] < nearest ? now[k] : nearest;
        }
        if (nearest > allowed)
            return allowed + 1;
        unsigned *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[b->count];
}

static bool may_be_near(const struct doubt *doubt, const struct letters *letters)
{
    size_t a = doubt->letters.count, b = letters->count;
    unsigned differ = (unsigned)__builtin_popcountll(doubt->letters.present ^ letters->present);
    return a <= b + doubt->allowed && b <= a + doubt->allowed && differ <= 2 * doubt->allowed;
}

static void compare(struct doubt *doubt, chiron_sv term, const struct letters *letters, uint64_t notes)
{
    if (!may_be_near(doubt, letters))
        return;
    unsigned mistakes = distance(&doubt->letters, letters, doubt->allowed);
    if (mistakes > doubt->allowed)
        return;
    double far = mistakes - FREQUENCY_PART * log10((double)notes);
    if (letters->count > 0 && letters->runes[0] != doubt->letters.runes[0])
        far += FIRST_LETTER_PART;
    if (doubt->to_len > 0 && far >= doubt->best)
        return;
    doubt->best = far;
    doubt->to_len = term.len;
    memcpy(doubt->to, term.ptr, term.len);
}

/* Words as they are written only: the first byte tells the other name spaces, and breaks. */
static chiron_status look_at(void *payload, chiron_sv term, uint64_t notes)
{
    struct speller *speller = payload;
    struct letters letters;
    if (++speller->terms_seen % CANCEL_EVERY == 0 && job_cancelled(speller->job))
        return job_fail(speller->job, CHIRON_ECANCELLED, "interrupted");
    if (term.len == 0 || term.len > WORD_BYTES || notes == 0 || !analyse_is_word(term))
        return CHIRON_OK;
    letters_of(term.ptr, term.len, &letters);
    for (size_t i = 0; i < speller->count; i++)
        compare(&speller->doubts[i], term, &letters, notes);
    return CHIRON_OK;
}

static chiron_status give(struct speller *speller, const struct doubt *doubt, chiron_respelling_fn fn, void *payload)
{
    chiron_respelling respelling = {sizeof respelling, doubt->from, {doubt->to, doubt->to_len}};
    bool known = false;
    chiron_status st = doubt->to_len > 0 ? is_known(speller, respelling.to, &known) : CHIRON_OK;
    return st == CHIRON_OK && known ? fn(payload, &respelling) : st;
}

chiron_status spell_query(const struct job *job, struct analyser *analyser, const struct engine_ops *ops,
                          struct engine *engine, const chiron_search_node *root, chiron_respelling_fn fn, void *payload)
{
    struct speller *speller = job_scratch(job, 1, sizeof *speller);
    if (speller == NULL)
        return job_no_memory(job);
    speller->job = job;
    speller->analyser = analyser;
    speller->ops = ops;
    speller->engine = engine;
    chiron_status st = doubt_node(speller, root, 0);
    if (st == CHIRON_OK && speller->count > 0)
        st = ops->terms(engine, job, (chiron_sv){"", 0}, look_at, speller);
    for (size_t i = 0; i < speller->count && st == CHIRON_OK; i++)
        st = give(speller, &speller->doubts[i], fn, payload);
    return st;
}
