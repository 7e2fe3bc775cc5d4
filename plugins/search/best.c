/* Documents are looked at in windows. For each window the bounds of the blocks that reach into it say what score there
 * can be at most; a window that cannot beat the worst of the best found so far is passed over, and its blocks are not
 * even read. How many notes hold a word has to be known first, for it is part of every score; that needs the documents
 * of each word, but not where it stands in them, nor how often. */
#include "best.h"

#include "rank.h"
#include "wanted.h"

#include <math.h>
#include <stdlib.h>

enum { PATTERNS_MAX = 16, WINDOW = 512, WINDOW_BITS = WINDOW / 64 };

struct word_cursor {
    const struct wanted *wanted;
    struct postings list;
    uint32_t block; /* the first that may reach into the window */
    bool is_read;   /* that block */
};

struct pattern_cursors {
    struct wanted_list wanted;
    struct word_cursor *words;
    uint32_t weights[WINDOW];
    uint64_t exact[WINDOW_BITS];
};

struct best {
    struct engine *engine;
    const struct job *job;
    const struct pattern *patterns[PATTERNS_MAX];
    double pattern_weights[PATTERNS_MAX];
    size_t count, limit;
    double mean_length;
    struct tally *tally;
    struct hits *out;
    /* Of the segment at hand. */
    struct segment *segment;
    const struct part *part;
    struct pattern_cursors *cursors; /* of each pattern */
    uint64_t seen[WINDOW_BITS];
};

/* ---- which queries ---- */

static bool is_plain_word(const struct pattern *pattern)
{
    return pattern->length == 1 && !pattern->is_prefix && pattern->scope == CHIRON_SCOPE_ANYWHERE;
}

static bool collect(struct best *best, const struct node *node)
{
    if (node->kind == NODE_VOID)
        return true;
    if (node->kind == NODE_TEXT && is_plain_word(node->pattern) && best->count < PATTERNS_MAX) {
        best->patterns[best->count++] = node->pattern;
        return true;
    }
    bool is_any = node->kind == NODE_OR;
    for (size_t i = 0; is_any && i < node->child_count; i++)
        is_any = collect(best, node->children[i]);
    return is_any;
}

/* ---- how many notes hold a pattern ---- */

static void set_bits(uint64_t *bits, const struct postings *list)
{
    for (uint32_t i = 0; i < list->used; i++)
        bits[list->ids[i] / 64] |= (uint64_t)1 << (list->ids[i] % 64);
}

/* Documents of which the word counts in no language go again: 64 at once, for there are many. */
static bool narrow(struct best *best, uint64_t *bits, unsigned languages)
{
    for (size_t i = 0; i < part_dead_words(best->part); i++) {
        uint64_t counting;
        if (bits[i] == 0)
            continue;
        if (!segment_languages(best->segment, (uint32_t)(i * 64), 64, languages, &counting))
            return false;
        bits[i] &= counting;
    }
    return true;
}

static bool mark(struct best *best, const struct wanted *wanted, uint64_t *bits)
{
    struct postings list;
    if (!segment_postings(best->segment, &wanted->word, &list))
        return false;
    for (uint32_t block = 0; block < list.block_count; block++) {
        if (!postings_read_ids(&list, block))
            return false;
        set_bits(bits, &list);
    }
    return true;
}

/* Words that count in the same languages together. */
static bool mark_all(struct best *best, const struct wanted_list *wanted)
{
    struct tally *tally = best->tally;
    for (unsigned languages = 1; languages < 1u << LANGUAGE_COUNT; languages++) {
        bool is_any = false, is_all = languages == (1u << LANGUAGE_COUNT) - 1;
        uint64_t *bits = is_all ? tally->seen : tally->exact;
        for (size_t i = 0; i < wanted->count; i++) {
            if (wanted->list[i].languages != languages)
                continue;
            is_any = true;
            if (!mark(best, &wanted->list[i], bits))
                return false;
        }
        if (!is_any || is_all)
            continue;
        if (!narrow(best, bits, languages))
            return false;
        for (size_t i = 0; i < part_dead_words(best->part); i++) {
            tally->seen[i] |= bits[i];
            bits[i] = 0;
        }
    }
    return true;
}

static chiron_status count_in_segment(struct best *best, const struct wanted_list *wanted, uint64_t *matching)
{
    if (wanted->count == 1 && wanted_in_all(&wanted->list[0]) && best->part->dead == NULL) {
        *matching += wanted->list[0].word.documents;
        return CHIRON_OK;
    }
    if (!tally_fit(best->tally, best->segment->docs))
        return job_no_memory(best->job);
    bool is_good = mark_all(best, wanted);
    *matching += tally_count(best->tally, best->part);
    return is_good ? CHIRON_OK : JOB_BROKEN;
}

static void enter_segment(struct best *best, size_t n)
{
    best->segment = best->engine->segments[n];
    best->part = &best->engine->manifest.parts[n];
}

static chiron_status weigh(struct best *best, size_t p)
{
    uint64_t matching = 0;
    chiron_status st = CHIRON_OK;
    for (size_t n = 0; n < best->engine->segment_count && st == CHIRON_OK; n++) {
        struct wanted_list wanted = {0};
        enter_segment(best, n);
        st = wanted_find(best->job, best->segment, best->patterns[p], 0, &wanted);
        if (st == CHIRON_OK)
            st = count_in_segment(best, &wanted, &matching);
        wanted_release(&wanted);
    }
    best->pattern_weights[p] = rank_weight(matching, manifest_live(&best->engine->manifest));
    return st;
}

/* ---- bounds ---- */

static bool read_block(struct word_cursor *word)
{
    if (!word->is_read)
        word->is_read = postings_read(&word->list, word->block);
    return word->is_read;
}

/* Of a rare word most windows have none, though a block reaches over them all: what is read of it pays. A block that
 * cannot be read counts as there, so that it is met again. */
static bool is_in_window(struct word_cursor *word, uint32_t begin, uint32_t end)
{
    enum { RARE = 8 };
    if (word->list.skips != NULL && word->list.count > word->list.doc_limit / RARE)
        return true;
    if (!read_block(word))
        return true;
    for (uint32_t i = 0; i < word->list.used; i++)
        if (word->list.ids[i] >= begin)
            return word->list.ids[i] < end;
    return false;
}

/* What is known of a rare word's block that was read. */
static double ratio_without_length(const struct best *best, const struct postings *list)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < list->used; i++)
        most = list->codes[i] > most ? list->codes[i] : most;
    return rank_ratio(most >> 1, 0, best->mean_length);
}

static double block_ratio(const struct best *best, const struct word_cursor *word, uint32_t block)
{
    double ratio = postings_ratio(&word->list, block);
    if (isfinite(ratio))
        return rank_ratio_bound(ratio, best->segment->mean_length, best->mean_length);
    return ratio_without_length(best, &word->list);
}

/* The largest ratio of a word in the documents from `begin` to `end`; below 0: it is in none. The cursor goes on to the
 * blocks of the window. */
static double word_ratio(const struct best *best, struct word_cursor *word, uint32_t begin, uint32_t end)
{
    double most = -1;
    while (word->block < word->list.block_count && postings_last(&word->list, word->block) < begin) {
        word->block++;
        word->is_read = false;
    }
    for (uint32_t block = word->block; block < word->list.block_count; block++) {
        if (block > 0 && postings_last(&word->list, block - 1) + 1 >= end)
            break;
        if (block == word->block && !is_in_window(word, begin, end))
            continue;
        double ratio = block_ratio(best, word, block);
        most = ratio > most ? ratio : most;
    }
    return most;
}

/* Weights of several words are added before the saturation, so their ratios are, too; but a note has one language. */
static double pattern_bound(const struct best *best, struct pattern_cursors *cursors, uint32_t begin, uint32_t end)
{
    double sums[LANGUAGE_COUNT] = {0}, exact[LANGUAGE_COUNT] = {0}, most = 0;
    for (size_t i = 0; i < cursors->wanted.count; i++) {
        const struct wanted *wanted = cursors->words[i].wanted;
        double ratio = word_ratio(best, &cursors->words[i], begin, end);
        for (unsigned language = 0; language < LANGUAGE_COUNT && ratio >= 0; language++) {
            if (wanted->languages >> language & 1)
                sums[language] += ratio;
            if (wanted->exact >> language & 1)
                exact[language] = RANK_EXACT_ADDS;
        }
    }
    for (unsigned language = 0; language < LANGUAGE_COUNT; language++) {
        double bound = rank_of_ratio(sums[language]) + exact[language];
        most = bound > most ? bound : most;
    }
    return most;
}

static double window_bound(const struct best *best, uint32_t begin, uint32_t end)
{
    double sum = 0;
    for (size_t p = 0; p < best->count; p++)
        sum += best->pattern_weights[p] * pattern_bound(best, &best->cursors[p], begin, end);
    return sum;
}

/* ---- a window that may have some of the best ---- */

static bool count_block(struct best *best, struct pattern_cursors *cursors, const struct word_cursor *word,
                        uint32_t begin, uint32_t end)
{
    for (uint32_t i = 0; i < word->list.used; i++) {
        uint32_t doc = word->list.ids[i], at = doc - begin, length;
        unsigned language = 0;
        if (doc < begin || doc >= end)
            continue;
        if (!wanted_in_all(word->wanted) && !segment_info(best->segment, doc, &length, &language))
            return false;
        if ((word->wanted->languages >> language & 1) == 0)
            continue;
        uint64_t bit = (uint64_t)1 << (at % 64);
        cursors->weights[at] += word->list.codes[i] >> 1;
        best->seen[at / 64] |= bit;
        if (word->wanted->exact >> language & 1)
            cursors->exact[at / 64] |= bit;
    }
    return true;
}

static bool count_word(struct best *best, struct pattern_cursors *cursors, struct word_cursor *word, uint32_t begin,
                       uint32_t end)
{
    for (; word->block < word->list.block_count; word->block++) {
        if (!read_block(word))
            return false;
        if (!count_block(best, cursors, word, begin, end))
            return false;
        if (word->list.ids[word->list.used - 1] >= end)
            return true;
        word->is_read = false;
        if (postings_last(&word->list, word->block) + 1 >= end) {
            word->block++;
            return true;
        }
    }
    return true;
}

static bool score(struct best *best, uint32_t doc, uint32_t at)
{
    double sum = 0;
    uint32_t length;
    unsigned language;
    int64_t id;
    if (!segment_info(best->segment, doc, &length, &language))
        return false;
    for (size_t p = 0; p < best->count; p++) {
        const struct pattern_cursors *cursors = &best->cursors[p];
        if (cursors->weights[at] > 0)
            sum += best->pattern_weights[p] * rank_of_places(cursors->weights[at],
                                                             cursors->exact[at / 64] >> (at % 64) & 1, length,
                                                             best->mean_length);
    }
    if (sum < hits_least(best->out, best->limit))
        return true;
    return segment_id(best->segment, doc, &id) && hits_offer(best->out, best->limit, id, sum);
}

static bool score_window(struct best *best, uint32_t begin)
{
    for (size_t i = 0; i < WINDOW_BITS; i++) {
        for (uint64_t seen = best->seen[i]; seen != 0; seen &= seen - 1) {
            uint32_t at = (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(seen);
            if (!part_is_dead(best->part, begin + at) && !score(best, begin + at, at))
                return false;
        }
    }
    return true;
}

static bool look_at_window(struct best *best, uint32_t begin, uint32_t end)
{
    memset(best->seen, 0, sizeof best->seen);
    for (size_t p = 0; p < best->count; p++) {
        struct pattern_cursors *cursors = &best->cursors[p];
        memset(cursors->weights, 0, sizeof cursors->weights);
        memset(cursors->exact, 0, sizeof cursors->exact);
        for (size_t i = 0; i < cursors->wanted.count; i++)
            if (!count_word(best, cursors, &cursors->words[i], begin, end))
                return false;
    }
    return score_window(best, begin);
}

/* ---- a segment ---- */

static chiron_status open_words(struct best *best, size_t p)
{
    struct pattern_cursors *cursors = &best->cursors[p];
    chiron_status st = wanted_find(best->job, best->segment, best->patterns[p], 0, &cursors->wanted);
    if (st != CHIRON_OK)
        return st;
    cursors->words = calloc(cursors->wanted.count + 1, sizeof *cursors->words);
    if (cursors->words == NULL)
        return job_no_memory(best->job);
    for (size_t i = 0; i < cursors->wanted.count; i++) {
        cursors->words[i].wanted = &cursors->wanted.list[i];
        if (!segment_postings(best->segment, &cursors->wanted.list[i].word, &cursors->words[i].list))
            return JOB_BROKEN;
    }
    return CHIRON_OK;
}

static chiron_status look_at_segment(struct best *best)
{
    /* A bound and a score may be rounded differently. */
    const double caution = 1 + 1e-9;
    for (uint32_t begin = 0; begin < best->segment->docs;) {
        uint32_t left = best->segment->docs - begin, end = begin + (left < WINDOW ? left : WINDOW);
        if (window_bound(best, begin, end) * caution >= hits_least(best->out, best->limit) &&
            !look_at_window(best, begin, end))
            return best->segment->file.is_broken ? JOB_BROKEN : job_no_memory(best->job);
        begin = end;
    }
    return CHIRON_OK;
}

static void close_words(struct best *best)
{
    for (size_t p = 0; p < best->count; p++) {
        free(best->cursors[p].words);
        wanted_release(&best->cursors[p].wanted);
        best->cursors[p].words = NULL;
    }
}

static chiron_status find_best(struct best *best)
{
    chiron_status st = CHIRON_OK;
    for (size_t p = 0; p < best->count && st == CHIRON_OK; p++)
        st = weigh(best, p);
    for (size_t n = 0; n < best->engine->segment_count && st == CHIRON_OK; n++) {
        enter_segment(best, n);
        for (size_t p = 0; p < best->count && st == CHIRON_OK; p++)
            st = open_words(best, p);
        if (st == CHIRON_OK)
            st = look_at_segment(best);
        close_words(best);
        if (job_cancelled(best->job) && st == CHIRON_OK)
            st = job_fail(best->job, CHIRON_ECANCELLED, "interrupted");
    }
    return st;
}

chiron_status best_search(struct engine *engine, const struct job *job, const struct node *root, size_t limit,
                          struct tally *tally, struct hits *out)
{
    struct best best = {.engine = engine, .job = job, .limit = limit, .tally = tally, .out = out};
    if (!collect(&best, root) || best.count == 0)
        return CHIRON_NONE;
    best.mean_length = manifest_mean_length(&engine->manifest);
    best.cursors = calloc(best.count, sizeof *best.cursors);
    if (best.cursors == NULL)
        return job_no_memory(job);
    chiron_status st = find_best(&best);
    free(best.cursors);
    return st;
}
