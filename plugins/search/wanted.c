#include "wanted.h"

#include <stdlib.h>

struct finder {
    const struct job *job;
    const struct sequence *sequence;
    struct wanted_list *wanted;
};

void wanted_release(struct wanted_list *wanted)
{
    free(wanted->list);
    *wanted = (struct wanted_list){0};
}

static chiron_status add(const struct finder *finder, uint64_t number, unsigned languages,
                         const struct segment_word *word)
{
    struct wanted_list *wanted = finder->wanted;
    if (wanted->count == wanted->room) {
        size_t room = wanted->room > 0 ? 2 * wanted->room : 8;
        struct wanted *list = realloc(wanted->list, room * sizeof *list);
        if (list == NULL)
            return job_no_memory(finder->job);
        wanted->list = list;
        wanted->room = room;
    }
    languages &= finder->sequence->languages;
    if (languages == 0)
        return CHIRON_OK;
    struct wanted *one = &wanted->list[wanted->count++];
    *one = (struct wanted){.number = number, .languages = languages};
    one->exact = finder->sequence->is_exact ? languages : 0;
    if (word != NULL)
        one->word = *word;
    return CHIRON_OK;
}

static chiron_status add_form(void *payload, chiron_sv form, uint64_t word, unsigned languages)
{
    const struct finder *finder = payload;
    (void)form;
    return add(finder, word, languages, NULL);
}

static chiron_status add_word(const struct finder *finder, struct segment *segment, chiron_sv term)
{
    struct segment_word word;
    chiron_status st = segment_find_word(segment, term, &word);
    if (st == CHIRON_OK)
        st = add(finder, word.number, ~0u, &word);
    return st == CHIRON_NONE ? CHIRON_OK : st;
}

static chiron_status add_beginnings(const struct finder *finder, struct segment *segment, chiron_sv prefix)
{
    struct segment_words words;
    chiron_status st = segment_words_begin(segment, &words, prefix);
    while (st == CHIRON_OK && (st = segment_words_next(&words)) == CHIRON_OK) {
        if (words.cursor.key_len < prefix.len || memcmp(words.cursor.key, prefix.ptr, prefix.len) != 0)
            return CHIRON_OK;
        st = add(finder, words.word.number, ~0u, &words.word);
    }
    return st == CHIRON_NONE ? CHIRON_OK : st;
}

static chiron_status add_place(struct finder *finder, struct segment *segment, const struct places *place,
                               bool is_prefix)
{
    chiron_status st = CHIRON_OK;
    for (size_t i = 0; i < place->count && st == CHIRON_OK; i++) {
        chiron_sv term = place->terms[i];
        if (!term_is_word(term))
            st = segment_each_form(segment, term, is_prefix, add_form, finder);
        else if (is_prefix)
            st = add_beginnings(finder, segment, term);
        else
            st = add_word(finder, segment, term);
    }
    return st;
}

static int by_number(const void *a, const void *b)
{
    const struct wanted *left = a, *right = b;
    return (left->number > right->number) - (left->number < right->number);
}

/* Puts the list into its order and looks up the words. */
static chiron_status complete(struct segment *segment, struct wanted_list *wanted)
{
    size_t kept = 0;
    if (wanted->count > 1)
        qsort(wanted->list, wanted->count, sizeof *wanted->list, by_number);
    for (size_t i = 0; i < wanted->count; i++) {
        struct wanted *last = kept > 0 ? &wanted->list[kept - 1] : NULL;
        if (last == NULL || last->number != wanted->list[i].number) {
            wanted->list[kept++] = wanted->list[i];
            continue;
        }
        last->languages |= wanted->list[i].languages;
        last->exact |= wanted->list[i].exact;
        if (last->word.documents == 0)
            last->word = wanted->list[i].word;
    }
    wanted->count = kept;
    for (size_t i = 0; i < kept; i++)
        if (wanted->list[i].word.documents == 0 &&
            segment_word_at(segment, wanted->list[i].number, &wanted->list[i].word) != CHIRON_OK)
            return JOB_BROKEN;
    return CHIRON_OK;
}

chiron_status wanted_find(const struct job *job, struct segment *segment, const struct pattern *pattern, size_t n,
                          struct wanted_list *out)
{
    bool is_prefix = pattern->is_prefix && n + 1 == pattern->length;
    chiron_status st = CHIRON_OK;
    for (size_t i = 0; i < pattern->count && st == CHIRON_OK; i++) {
        struct finder finder = {job, &pattern->sequences[i], out};
        st = add_place(&finder, segment, &finder.sequence->places[n], is_prefix);
    }
    return st == CHIRON_OK ? complete(segment, out) : st;
}
