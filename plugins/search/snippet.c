/* The body is read word by word, each word is analysed as it was for the index, and its terms are looked up among those
 * of the query. A phrase is found by stamps: place k of a sequence is "reached" at a word when the word has one of its
 * terms and place k - 1 was reached at the word before. Of words near each other, every place may be reached at any
 * word, and they are found when all were reached within the distance. */
#include "snippet.h"

#include "excerpt.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
    BODY_MAX = 1024 * 1024, /* of a longer one the rest is not looked at */
    FOUND_MAX = 4096,       /* words marked in one note; more would change nothing that is shown */
    PATTERNS_MAX = 64,      /* that are told apart; later ones count as the last */
    FILTER_BITS = 2048,
};

struct look_for {
    const struct pattern *pattern;
    const struct sequence *sequence;
    unsigned number;   /* of the pattern */
    uint64_t *reached; /* for each place the number of the word that reached it last; 0 none */
};

/* A term and the place where it is awaited. */
struct awaited {
    chiron_sv term;
    struct look_for *look;
    size_t place;
};

struct found {
    struct span span;
    unsigned number;
    bool is_exact;
};

struct snippets {
    const struct job *job;
    struct analyser *analyser;
    struct look_for *looks;
    size_t look_count;
    struct awaited *terms, *prefixes; /* terms: by term */
    size_t term_count, prefix_count;
    unsigned pattern_count;
    uint64_t filter[FILTER_BITS / 64]; /* of the terms: most words end here */
    bool begins[UCHAR_MAX + 1];        /* first letters of what is awaited */
    struct terms word_terms;
    struct awaited **matched; /* by the word at hand; room for all */
    size_t matched_count;
    struct span *recent; /* the last words by their number, modulo the longest stretch of a pattern */
    size_t recent_count;
    uint64_t word_number; /* goes on from note to note, with a gap */
    struct found found[FOUND_MAX];
    size_t found_count;
};

/* ---- getting ready ---- */

static size_t filter_bit(chiron_sv term)
{
    unsigned char first = (unsigned char)term.ptr[0], middle = (unsigned char)term.ptr[term.len / 2],
                  last = (unsigned char)term.ptr[term.len - 1];
    return (first * 7u + middle * 31u + last * 113u + term.len * 577u) % FILTER_BITS;
}

static int by_term(const void *a, const void *b)
{
    chiron_sv left = ((const struct awaited *)a)->term, right = ((const struct awaited *)b)->term;
    int order = memcmp(left.ptr, right.ptr, left.len < right.len ? left.len : right.len);
    return order != 0 ? order : (left.len > right.len) - (left.len < right.len);
}

struct sizes {
    size_t looks, terms, longest;
};

/* How many words a match may stretch over. */
static size_t stretch_of(const struct pattern *pattern)
{
    return pattern->length + (pattern->is_near ? pattern->within : 0);
}

static chiron_status add_sizes(void *payload, const struct pattern *pattern)
{
    struct sizes *sizes = payload;
    if (stretch_of(pattern) > sizes->longest)
        sizes->longest = stretch_of(pattern);
    for (size_t i = 0; i < pattern->count; i++) {
        sizes->looks++;
        for (size_t k = 0; k < pattern->length; k++)
            sizes->terms += pattern->sequences[i].places[k].count;
    }
    return CHIRON_OK;
}

/* Behind the mark of its name space, if it has one. */
static unsigned char first_letter(chiron_sv term)
{
    bool is_marked = term.len > 1 && (term.ptr[0] == '~' || term.ptr[0] == '^');
    return (unsigned char)term.ptr[is_marked];
}

/* No stemmer and no folding changes the first letter of a word in ASCII, so most words need not be analysed to be told
 * from what is awaited. */
static bool may_match(const struct snippets *snippets, const struct word *word)
{
    return !word->is_ascii || snippets->begins[(unsigned char)word->text[0]];
}

static void await(struct snippets *snippets, struct look_for *look)
{
    const struct pattern *pattern = look->pattern;
    for (size_t k = 0; k < pattern->length; k++) {
        bool is_prefix = pattern->is_prefix && k + 1 == pattern->length;
        const struct places *place = &look->sequence->places[k];
        for (size_t t = 0; t < place->count; t++) {
            struct awaited awaited = {place->terms[t], look, k};
            snippets->begins[first_letter(awaited.term)] = true;
            if (is_prefix) {
                snippets->prefixes[snippets->prefix_count++] = awaited;
                continue;
            }
            snippets->terms[snippets->term_count++] = awaited;
            size_t bit = filter_bit(awaited.term);
            snippets->filter[bit / 64] |= 1ull << (bit % 64);
        }
    }
}

static chiron_status add_pattern(void *payload, const struct pattern *pattern)
{
    struct snippets *snippets = payload;
    if (pattern->scope == CHIRON_SCOPE_TITLE)
        return CHIRON_OK;
    for (size_t i = 0; i < pattern->count; i++) {
        struct look_for *look = &snippets->looks[snippets->look_count++];
        look->pattern = pattern;
        look->sequence = &pattern->sequences[i];
        look->number = snippets->pattern_count;
        look->reached = job_scratch(snippets->job, pattern->length, sizeof *look->reached);
        if (look->reached == NULL)
            return job_no_memory(snippets->job);
        await(snippets, look);
    }
    if (snippets->pattern_count + 1 < PATTERNS_MAX)
        snippets->pattern_count++;
    return CHIRON_OK;
}

chiron_status snippets_begin(const struct job *job, struct analyser *analyser, const struct node *root,
                             struct snippets **out)
{
    struct sizes sizes = {.longest = 1};
    query_each_pattern(root, add_sizes, &sizes);
    struct snippets *snippets = job_scratch(job, 1, sizeof *snippets);
    if (snippets == NULL)
        return job_no_memory(job);
    snippets->job = job;
    snippets->analyser = analyser;
    snippets->looks = job_scratch(job, sizes.looks, sizeof *snippets->looks);
    snippets->terms = job_scratch(job, sizes.terms, sizeof *snippets->terms);
    snippets->prefixes = job_scratch(job, sizes.terms, sizeof *snippets->prefixes);
    snippets->matched = job_scratch(job, sizes.terms, sizeof(struct awaited *));
    snippets->recent_count = sizes.longest;
    snippets->recent = job_scratch(job, sizes.longest, sizeof *snippets->recent);
    if (snippets->looks == NULL || snippets->terms == NULL || snippets->prefixes == NULL || snippets->matched == NULL ||
        snippets->recent == NULL)
        return job_no_memory(job);
    chiron_status st = query_each_pattern(root, add_pattern, snippets);
    if (snippets->term_count > 1)
        qsort(snippets->terms, snippets->term_count, sizeof *snippets->terms, by_term);
    *out = snippets;
    return st;
}

/* ---- looking ---- */

static void match(struct snippets *snippets, struct awaited *awaited, enum language language)
{
    if ((awaited->look->sequence->languages & (1u << language)) != 0)
        snippets->matched[snippets->matched_count++] = awaited;
}

static void match_term(struct snippets *snippets, chiron_sv term, enum language language)
{
    size_t bit = filter_bit(term);
    if ((snippets->filter[bit / 64] & 1ull << (bit % 64)) == 0)
        return;
    struct awaited key = {.term = term};
    size_t low = 0, high = snippets->term_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_term(&snippets->terms[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < snippets->term_count && by_term(&snippets->terms[low], &key) == 0; low++)
        match(snippets, &snippets->terms[low], language);
}

/* A prefix is met once, by whichever term of the word it begins. */
static void match_prefixes(struct snippets *snippets, enum language language)
{
    const struct terms *terms = &snippets->word_terms;
    for (size_t i = 0; i < snippets->prefix_count; i++) {
        chiron_sv prefix = snippets->prefixes[i].term;
        for (size_t k = 0; k < terms->count; k++) {
            chiron_sv term = terms_nth(terms, k);
            if (term.len >= prefix.len && memcmp(term.ptr, prefix.ptr, prefix.len) == 0) {
                match(snippets, &snippets->prefixes[i], language);
                break;
            }
        }
    }
}

/* Later places first: they look at what earlier ones have left from the word before. */
static int by_place(const void *a, const void *b)
{
    size_t left = (*(struct awaited *const *)a)->place, right = (*(struct awaited *const *)b)->place;
    return (left < right) - (left > right);
}

static void add_found(struct snippets *snippets, const struct look_for *look, uint64_t number)
{
    if (snippets->found_count < FOUND_MAX)
        snippets->found[snippets->found_count++] =
            (struct found){snippets->recent[number % snippets->recent_count], look->number, look->sequence->is_exact};
}

static void step_phrase(struct snippets *snippets, const struct awaited *awaited)
{
    const struct look_for *look = awaited->look;
    size_t place = awaited->place, length = look->pattern->length;
    uint64_t now = snippets->word_number;
    if (look->reached[place] == now || (place > 0 && look->reached[place - 1] != now - 1))
        return;
    look->reached[place] = now;
    for (size_t i = 0; place + 1 == length && i < length; i++)
        add_found(snippets, look, now - (length - 1 - i));
}

/* A place once reached is as far as it was last seen. */
static void step_near(struct snippets *snippets, const struct awaited *awaited)
{
    const struct look_for *look = awaited->look;
    size_t length = look->pattern->length;
    uint64_t now = snippets->word_number;
    look->reached[awaited->place] = now;
    for (size_t i = 0; i < length; i++)
        if (look->reached[i] == 0 || look->reached[i] + stretch_of(look->pattern) <= now)
            return;
    for (size_t i = 0; i < length; i++)
        add_found(snippets, look, look->reached[i]);
}

static void step_looks(struct snippets *snippets)
{
    if (snippets->matched_count > 1)
        qsort(snippets->matched, snippets->matched_count, sizeof *snippets->matched, by_place);
    for (size_t i = 0; i < snippets->matched_count; i++) {
        const struct awaited *awaited = snippets->matched[i];
        if (awaited->look->pattern->is_near)
            step_near(snippets, awaited);
        else
            step_phrase(snippets, awaited);
    }
}

static int by_span(const void *a, const void *b)
{
    size_t left = ((const struct found *)a)->span.begin, right = ((const struct found *)b)->span.begin;
    return (left > right) - (left < right);
}

static chiron_status look(struct snippets *snippets, chiron_sv body, enum language language)
{
    struct words words = {body.ptr, body.len < BODY_MAX ? body.len : BODY_MAX, 0};
    struct word word;
    snippets->found_count = 0;
    snippets->word_number += snippets->recent_count + 1;
    while (snippets->found_count < FOUND_MAX && words_next(&words, &word)) {
        snippets->word_number++;
        snippets->recent[snippets->word_number % snippets->recent_count] = (struct span){word.begin, word.end};
        if (!may_match(snippets, &word))
            continue;
        if (!analyse_note(snippets->analyser, &word, language, &snippets->word_terms))
            return job_no_memory(snippets->job);
        snippets->matched_count = 0;
        for (size_t i = 0; i < snippets->word_terms.count; i++)
            match_term(snippets, terms_nth(&snippets->word_terms, i), language);
        match_prefixes(snippets, language);
        if (snippets->matched_count > 0)
            step_looks(snippets);
    }
    if (snippets->found_count > 1)
        qsort(snippets->found, snippets->found_count, sizeof *snippets->found, by_span);
    return CHIRON_OK;
}

/* ---- choosing lines ---- */

struct candidate {
    struct span line;
    size_t first, count; /* of found */
    uint32_t number;     /* of the line, from 0 */
    unsigned score;
};

static unsigned bits(uint64_t set)
{
    return (unsigned)__builtin_popcountll(set);
}

/* A line that holds more of what was asked for tells more; exact forms, then mere repetition, decide between equals. */
static unsigned score_of(const struct found *found, size_t count)
{
    uint64_t patterns = 0, exact = 0;
    unsigned words = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t bit = 1ull << found[i].number;
        patterns |= bit;
        exact |= found[i].is_exact ? bit : 0;
        words += i == 0 || found[i].span.begin != found[i - 1].span.begin;
    }
    return 16 * bits(patterns) + 8 * bits(exact) + (words < 8 ? words : 7);
}

static bool is_better(const struct candidate *a, const struct candidate *b)
{
    return a->score > b->score || (a->score == b->score && a->number < b->number);
}

static void offer(struct candidate *best, size_t *count, const struct candidate *candidate)
{
    size_t i = *count < SNIPPETS_MAX ? (*count)++ : SNIPPETS_MAX;
    if (i == SNIPPETS_MAX) {
        if (!is_better(candidate, &best[SNIPPETS_MAX - 1]))
            return;
        i--;
    }
    for (; i > 0 && is_better(candidate, &best[i - 1]); i--)
        best[i] = best[i - 1];
    best[i] = *candidate;
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = ((const struct candidate *)a)->number, right = ((const struct candidate *)b)->number;
    return (left > right) - (left < right);
}

static size_t line_end(chiron_sv body, size_t from)
{
    const char *end = memchr(body.ptr + from, '\n', body.len - from);
    return end != NULL ? (size_t)(end - body.ptr) : body.len;
}

static size_t choose(const struct snippets *snippets, chiron_sv body, struct candidate best[SNIPPETS_MAX])
{
    size_t count = 0, begin = 0;
    uint32_t number = 0;
    for (size_t i = 0; i < snippets->found_count;) {
        const struct found *found = &snippets->found[i];
        size_t end;
        while ((end = line_end(body, begin)) <= found->span.begin) {
            begin = end + 1;
            number++;
        }
        size_t n = 1;
        while (i + n < snippets->found_count && found[n].span.begin < end)
            n++;
        struct candidate candidate = {{begin, end}, i, n, number, score_of(found, n)};
        offer(best, &count, &candidate);
        i += n;
    }
    if (count > 1)
        qsort(best, count, sizeof *best, by_number);
    return count;
}

/* The found words of a line, each once. */
static chiron_status spans_of(const struct snippets *snippets, const struct candidate *candidate,
                              struct span **spans_out, size_t *count_out)
{
    struct span *spans = job_scratch(snippets->job, candidate->count, sizeof *spans);
    if (spans == NULL)
        return job_no_memory(snippets->job);
    size_t count = 0;
    for (size_t i = 0; i < candidate->count; i++) {
        struct span span = snippets->found[candidate->first + i].span;
        if (count == 0 || spans[count - 1].begin != span.begin)
            spans[count++] = span;
    }
    *spans_out = spans;
    *count_out = count;
    return CHIRON_OK;
}

chiron_status snippets_of(struct snippets *snippets, chiron_sv body, uint32_t first_line, enum language language,
                          const chiron_snippet *const **list_out, size_t *count_out)
{
    struct candidate best[SNIPPETS_MAX];
    chiron_status st = look(snippets, body, language);
    size_t count = st == CHIRON_OK ? choose(snippets, body, best) : 0;
    const chiron_snippet **list = job_scratch(snippets->job, SNIPPETS_MAX, sizeof(chiron_snippet *));
    chiron_snippet *made = job_scratch(snippets->job, SNIPPETS_MAX, sizeof *made);
    if (st == CHIRON_OK && (list == NULL || made == NULL))
        st = job_no_memory(snippets->job);
    for (size_t i = 0; st == CHIRON_OK && i < count; i++) {
        struct span *spans = NULL;
        size_t span_count = 0;
        made[i].struct_size = sizeof made[i];
        made[i].line = first_line + best[i].number;
        list[i] = &made[i];
        st = spans_of(snippets, &best[i], &spans, &span_count);
        if (st == CHIRON_OK)
            st = excerpt_make(snippets->job, body, best[i].line, spans, span_count, &made[i]);
    }
    *list_out = list;
    *count_out = count;
    return st;
}
