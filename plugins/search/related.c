/* The words of the note are counted by their stems. Those are telling that it has often and few others have at all
 * (tf-idf); each of the best is searched for as a query would be, in all forms and languages, and what it scores in a
 * note (BM25) counts by how often the first note has it. The first note's own score is the measure of the others. */
#include "related.h"

#include "letters.h"
#include "rank.h"

#include <stdlib.h>
#include <string.h>

enum {
    BODY_MAX = 1024 * 1024, /* of a longer one the rest says the same */
    DISTINCT_MAX = 20000,   /* words of one note */
    SLOTS = 1 << 16,
    LETTERS_MIN = 3,
    COMMON_PART = 4, /* a word in more than this part of the notes tells nothing */
    FEW = 12         /* notes; among so few, every word tells something that not all have */
};

#define TITLE_COUNTS 3.0
#define TAG_COUNTS   2.0
#define SATURATION   1.2

/* A word of the note, by its stem. */
struct word_count {
    chiron_sv term; /* its stem as a term */
    chiron_sv stem; /* the same as a word: what a word that is its own stem is indexed by */
    chiron_sv word; /* the form met first */
    double count, weight;
};

struct counter {
    const struct job *job;
    struct analyser *analyser;
    enum language language;
    struct word_count *list;
    size_t count;
    uint32_t *slots; /* index + 1 by hash of the key; 0: free */
    struct terms terms;
};

/* ---- counting ---- */

static bool keep(const struct job *job, const char *text, size_t len, chiron_sv *out)
{
    char *copy = job_scratch(job, len, 1);
    if (copy == NULL)
        return false;
    memcpy(copy, text, len);
    *out = (chiron_sv){copy, len};
    return true;
}

/* The first stem among the terms, else the word. */
static chiron_sv term_of(const struct terms *terms)
{
    for (size_t i = 1; i < terms->count; i++)
        if (analyse_is_stem(terms_nth(terms, i)))
            return terms_nth(terms, i);
    return terms_nth(terms, 0);
}

static chiron_sv stem_of(chiron_sv term)
{
    return analyse_is_stem(term) ? (chiron_sv){term.ptr + 1, term.len - 1} : term;
}

static uint32_t *slot_of(const struct counter *counter, chiron_sv stem)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < stem.len; i++)
        hash = (hash ^ (unsigned char)stem.ptr[i]) * 0x100000001b3u;
    size_t at = (size_t)(hash ^ (hash >> 32)) % SLOTS;
    for (; counter->slots[at] != 0; at = (at + 1) % SLOTS) {
        chiron_sv other = counter->list[counter->slots[at] - 1].stem;
        if (other.len == stem.len && memcmp(other.ptr, stem.ptr, stem.len) == 0)
            break;
    }
    return &counter->slots[at];
}

static bool says_something(const struct word *word)
{
    size_t letters = 0;
    bool is_number = true;
    for (size_t at = 0; at < word->len;) {
        int32_t rune;
        size_t size = letters_decode(word->text, word->len, at, &rune);
        if (size == 0)
            break;
        is_number = is_number && rune >= '0' && rune <= '9';
        letters++;
        at += size;
    }
    return letters >= LETTERS_MIN && !is_number;
}

static bool count_word(struct counter *counter, const struct word *word, double weight)
{
    if (!analyse_note(counter->analyser, word, counter->language, &counter->terms))
        return false;
    chiron_sv term = term_of(&counter->terms);
    uint32_t *slot = slot_of(counter, stem_of(term));
    if (*slot == 0) {
        if (counter->count == DISTINCT_MAX)
            return true;
        struct word_count *added = &counter->list[counter->count];
        if (!keep(counter->job, term.ptr, term.len, &added->term) ||
            !keep(counter->job, word->text, word->len, &added->word))
            return false;
        added->stem = stem_of(added->term);
        *slot = (uint32_t)++counter->count;
    }
    counter->list[*slot - 1].count += weight;
    return true;
}

static bool count_text(struct counter *counter, chiron_sv text, double weight)
{
    struct words words = {text.ptr, text.len < BODY_MAX ? text.len : BODY_MAX, 0};
    struct word word;
    while (words_next(&words, &word))
        if (says_something(&word) && !count_word(counter, &word, weight))
            return false;
    return true;
}

static chiron_status count_sample(struct counter *counter, const struct sample *sample)
{
    counter->language = sample->language;
    counter->list = job_scratch(counter->job, DISTINCT_MAX, sizeof *counter->list);
    counter->slots = job_scratch(counter->job, SLOTS, sizeof *counter->slots);
    if (counter->list == NULL || counter->slots == NULL || !count_text(counter, sample->titles, TITLE_COUNTS) ||
        !count_text(counter, sample->tags, TAG_COUNTS) || !count_text(counter, sample->body, 1))
        return job_no_memory(counter->job);
    return CHIRON_OK;
}

/* ---- which words tell ---- */

static int by_weight(const void *a, const void *b)
{
    const struct word_count *left = a, *right = b;
    if (left->weight < right->weight)
        return 1;
    if (left->weight > right->weight)
        return -1;
    size_t len = left->stem.len < right->stem.len ? left->stem.len : right->stem.len;
    int order = memcmp(left->stem.ptr, right->stem.ptr, len);
    return order != 0 ? order : (left->stem.len > right->stem.len) - (left->stem.len < right->stem.len);
}

static void weigh(struct word_count *word, uint64_t notes, uint64_t all)
{
    bool is_common = all > FEW ? notes > all / COMMON_PART : notes >= all;
    double often = word->count / (word->count + SATURATION);
    word->weight = notes < 2 || is_common ? 0 : often * rank_weight((size_t)notes, (size_t)all);
}

enum { ASKED = 3 }; /* terms for each word */

/* How many notes have each word: in one of its terms, for they hardly ever stand in all of them. */
static chiron_status weigh_all(struct counter *counter, const struct engine_ops *ops, struct engine *engine)
{
    chiron_sv *terms = job_scratch(counter->job, ASKED * counter->count, sizeof *terms);
    uint64_t *notes = job_scratch(counter->job, ASKED * counter->count, sizeof *notes), all = 0;
    if (terms == NULL || notes == NULL)
        return job_no_memory(counter->job);
    for (size_t i = 0; i < counter->count; i++) {
        terms[ASKED * i] = counter->list[i].term;
        terms[ASKED * i + 1] = counter->list[i].stem;
        terms[ASKED * i + 2] = counter->list[i].word;
    }
    chiron_status st = ops->frequencies(engine, counter->job, terms, ASKED * counter->count, notes, &all);
    for (size_t i = 0; i < counter->count && st == CHIRON_OK; i++) {
        uint64_t most = 0;
        for (size_t k = 0; k < ASKED; k++)
            most = notes[ASKED * i + k] > most ? notes[ASKED * i + k] : most;
        weigh(&counter->list[i], most, all);
    }
    return st;
}

/* Sorts the words, those that tell most in front; how many of them tell anything, at most TELLING_MAX. */
static chiron_status choose(struct counter *counter, const struct engine_ops *ops, struct engine *engine,
                            size_t *count_out)
{
    chiron_status st = weigh_all(counter, ops, engine);
    if (counter->count > 1)
        qsort(counter->list, counter->count, sizeof *counter->list, by_weight);
    *count_out = 0;
    while (*count_out < TELLING_MAX && *count_out < counter->count && counter->list[*count_out].weight > 0)
        ++*count_out;
    return st;
}

/* ---- who has them, too ---- */

/* A note that has some of the words, while they are added up. */
struct candidate {
    int64_t id;
    double score;
    uint32_t words;
};
struct candidates {
    struct candidate *list;
    size_t count;
};

/* Both ascend by id. */
static bool add_hits(struct candidates *all, const struct hits *hits, double factor, size_t number)
{
    struct candidate *merged = malloc((all->count + hits->count + 1) * sizeof *merged);
    size_t n = 0;
    if (merged == NULL)
        return false;
    for (size_t i = 0, k = 0; i < all->count || k < hits->count; n++) {
        bool takes_old = i < all->count && (k == hits->count || all->list[i].id <= hits->list[k].id);
        bool takes_new = k < hits->count && (i == all->count || hits->list[k].id <= all->list[i].id);
        merged[n] = takes_old ? all->list[i] : (struct candidate){hits->list[k].id, 0, 0};
        if (takes_new) {
            merged[n].score += factor * hits->list[k].score;
            merged[n].words |= 1u << number;
        }
        i += takes_old;
        k += takes_new;
    }
    free(all->list);
    *all = (struct candidates){merged, n};
    return true;
}

static chiron_status look_for(const struct job *job, struct analyser *analyser, const struct engine_ops *ops,
                              struct engine *engine, const struct word_count *word, size_t number, struct node *node,
                              struct candidates *all)
{
    struct hits hits = {0};
    chiron_search_node source = {.struct_size = sizeof source, .kind = CHIRON_SEARCH_WORD, .text = word->word};
    chiron_status st = pattern_make(job, analyser, &source, &node->pattern);
    node->kind = NODE_TEXT;
    if (st == CHIRON_OK)
        st = ops->search(engine, job, node, 0, &hits);
    if (st == CHIRON_OK && !add_hits(all, &hits, word->count / (word->count + SATURATION), number))
        st = job_no_memory(job);
    hits_release(&hits);
    return st;
}

static double score_of(const struct candidates *all, int64_t id)
{
    double best = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (all->list[i].id == id)
            return all->list[i].score;
        best = all->list[i].score > best ? all->list[i].score : best;
    }
    return best;
}

static chiron_status give(const struct job *job, const struct candidates *all, int64_t id, struct related *out,
                          struct hits *hits)
{
    double most = score_of(all, id);
    out->shared = job_scratch(job, all->count, sizeof *out->shared);
    if (out->shared == NULL)
        return job_no_memory(job);
    for (size_t i = 0; i < all->count; i++) {
        const struct candidate *candidate = &all->list[i];
        if (candidate->id == id)
            continue;
        out->shared[out->shared_count++] = (struct shared){candidate->id, candidate->words};
        if (!hits_add(hits, candidate->id, candidate->score < most ? candidate->score / most : 1))
            return job_no_memory(job);
    }
    return CHIRON_OK;
}

chiron_status related_find(const struct job *job, struct analyser *analyser, const struct engine_ops *ops,
                           struct engine *engine, const struct sample *sample, size_t limit, struct related *out,
                           struct hits *hits)
{
    struct counter *counter = job_scratch(job, 1, sizeof *counter);
    struct candidates all = {0};
    *out = (struct related){.root = job_scratch(job, 1, sizeof *out->root)};
    struct node *words = job_scratch(job, TELLING_MAX, sizeof *words);
    struct node **children = job_scratch(job, TELLING_MAX, sizeof(struct node *));
    if (counter == NULL || out->root == NULL || words == NULL || children == NULL)
        return job_no_memory(job);
    counter->job = job;
    counter->analyser = analyser;
    chiron_status st = count_sample(counter, sample);
    if (st == CHIRON_OK)
        st = choose(counter, ops, engine, &out->word_count);
    for (size_t i = 0; i < out->word_count && st == CHIRON_OK; i++) {
        out->words[i] = counter->list[i].word;
        children[i] = &words[i];
        st = look_for(job, analyser, ops, engine, &counter->list[i], i, &words[i], &all);
    }
    *out->root = (struct node){.kind = NODE_OR, .children = children, .child_count = out->word_count};
    if (st == CHIRON_OK)
        st = give(job, &all, sample->id, out, hits);
    free(all.list);
    hits_best(hits, limit);
    return st;
}

size_t related_words(const struct related *related, int64_t id, chiron_sv *words_out)
{
    size_t low = 0, high = related->shared_count, count = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (related->shared[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == related->shared_count || related->shared[low].id != id)
        return 0;
    for (size_t i = 0; i < related->word_count; i++)
        if ((related->shared[low].words & (1u << i)) != 0)
            words_out[count++] = related->words[i];
    return count;
}
