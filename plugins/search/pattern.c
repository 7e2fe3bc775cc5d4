#include "pattern.h"

#include <string.h>

enum {
    PHRASE_MAX = 4096, /* words of one text */
    ALL_LANGUAGES = (1u << LANGUAGE_COUNT) - 1
};

struct maker {
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

static bool analyse_place(struct maker *maker, const struct word *word, enum language language, bool is_prefix)
{
    if (!is_prefix)
        return analyse_query(maker->analyser, word, language, &maker->terms);
    analyse_prefix(word, &maker->terms);
    return true;
}

/* FORM_OTHERS of a lone word leave out the word itself, which the exact sequence finds. */
enum forms { FORM_EXACT, FORM_OTHERS, FORM_ALL };

/* The sequence for notes of `language`, or the exact one for all. */
static bool make_sequence(struct maker *maker, chiron_sv text, const struct pattern *pattern, enum language language,
                          enum forms forms, struct sequence *out)
{
    struct places *places = job_scratch(maker->job, pattern->length, sizeof *places);
    if (places == NULL)
        return false;
    struct words words = {text.ptr, text.len, 0};
    struct word word;
    for (size_t i = 0; i < pattern->length && words_next(&words, &word); i++) {
        bool is_prefix = pattern->is_prefix && i + 1 == pattern->length;
        if (!analyse_place(maker, &word, language, is_prefix))
            return false;
        if (forms == FORM_EXACT)
            maker->terms.count = 1;
        size_t from = forms == FORM_OTHERS && pattern->length == 1 ? 1 : 0;
        if (!keep_terms(maker->job, &maker->terms, from, &places[i]))
            return false;
    }
    bool is_exact = forms == FORM_EXACT;
    *out = (struct sequence){is_exact ? ALL_LANGUAGES : 1u << language, is_exact, places};
    return true;
}

static chiron_status maker_new(const struct job *job, struct analyser *analyser, struct maker **out)
{
    *out = job_scratch(job, 1, sizeof **out);
    if (*out == NULL)
        return job_no_memory(job);
    (*out)->job = job;
    (*out)->analyser = analyser;
    return CHIRON_OK;
}

static struct pattern *pattern_new(const struct job *job, uint32_t scope, size_t length)
{
    struct pattern *pattern = job_scratch(job, 1, sizeof *pattern);
    if (pattern != NULL)
        *pattern = (struct pattern){.scope = scope, .length = length};
    return pattern;
}

chiron_status pattern_make(const struct job *job, struct analyser *analyser, const chiron_search_node *source,
                           const struct pattern **out)
{
    struct maker *maker;
    struct sequence sequence;
    size_t length = count_words(source->text);
    *out = NULL;
    if (length == 0)
        return CHIRON_OK;
    chiron_status st = maker_new(job, analyser, &maker);
    struct pattern *pattern = st == CHIRON_OK ? pattern_new(job, source->scope, length) : NULL;
    if (pattern == NULL)
        return job_no_memory(job);
    pattern->is_prefix = source->kind == CHIRON_SEARCH_PREFIX;
    if (source->kind == CHIRON_SEARCH_NEAR && length > 1) {
        pattern->is_near = true;
        pattern->within = source->within < PATTERN_WITHIN_MAX ? source->within : PATTERN_WITHIN_MAX;
    }
    if (!make_sequence(maker, source->text, pattern, LANGUAGE_OTHER, FORM_EXACT, &sequence))
        return job_no_memory(job);
    add_sequence(pattern, &sequence);
    for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
        if (!make_sequence(maker, source->text, pattern, language, FORM_OTHERS, &sequence))
            return job_no_memory(job);
        if (sequence.places[0].count > 0)
            add_sequence(pattern, &sequence);
    }
    *out = pattern;
    return CHIRON_OK;
}

chiron_status pattern_make_foreign(const struct job *job, struct analyser *analyser, chiron_sv text,
                                   enum language language, uint32_t scope, const struct pattern **out)
{
    struct maker *maker;
    struct sequence sequence;
    chiron_status st = maker_new(job, analyser, &maker);
    struct pattern *pattern = st == CHIRON_OK ? pattern_new(job, scope, count_words(text)) : NULL;
    *out = NULL;
    if (pattern == NULL || pattern->length == 0)
        return pattern == NULL ? job_no_memory(job) : CHIRON_OK;
    if (!make_sequence(maker, text, pattern, language, FORM_ALL, &sequence))
        return job_no_memory(job);
    sequence.languages |= 1u << LANGUAGE_OTHER;
    add_sequence(pattern, &sequence);
    *out = pattern;
    return CHIRON_OK;
}
