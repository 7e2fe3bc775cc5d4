#include "segments.h"

#include <stdlib.h>

/* Words and forms of one segment, side by side. */
struct source {
    struct segment *segment;
    struct segment_words words;
    struct table_cursor forms;
    bool has_word, has_form;
};

struct listing {
    const struct job *job;
    struct source *sources;
    size_t count;
    chiron_sv prefix;
};

static bool begins_with(const struct table_cursor *cursor, chiron_sv prefix)
{
    return cursor->key_len >= prefix.len && (prefix.len == 0 || memcmp(cursor->key, prefix.ptr, prefix.len) == 0);
}

static chiron_status next_word(const struct listing *listing, struct source *source)
{
    chiron_status st = segment_words_next(&source->words);
    source->has_word = st == CHIRON_OK && begins_with(&source->words.cursor, listing->prefix);
    return st == JOB_BROKEN ? st : CHIRON_OK;
}

static chiron_status next_form(const struct listing *listing, struct source *source)
{
    source->has_form = table_next(&source->forms) && begins_with(&source->forms, listing->prefix);
    return source->segment->file.is_broken ? JOB_BROKEN : CHIRON_OK;
}

static chiron_status begin_source(const struct listing *listing, struct source *source)
{
    chiron_sv prefix = listing->prefix;
    chiron_status st = segment_words_begin(source->segment, &source->words, prefix);
    if (st == CHIRON_OK)
        st = next_word(listing, source);
    if (st == CHIRON_OK && !table_seek(&source->segment->forms, &source->forms, prefix.ptr, prefix.len))
        st = JOB_BROKEN;
    do {
        if (st == CHIRON_OK)
            st = next_form(listing, source);
    } while (st == CHIRON_OK && !source->has_form && source->forms.number < source->segment->forms.place.count &&
             table_compare(&source->forms, prefix.ptr, prefix.len) < 0);
    return st;
}

/* ---- how many notes ---- */

struct sum {
    struct segment *segment;
    uint64_t notes;
};

static chiron_status add_notes(void *payload, chiron_sv form, uint64_t number, unsigned languages)
{
    struct sum *sum = payload;
    struct segment_word word;
    (void)form;
    (void)languages;
    if (segment_word_at(sum->segment, number, &word) != CHIRON_OK)
        return JOB_BROKEN;
    sum->notes += word.documents;
    return CHIRON_OK;
}

static chiron_status count_in(struct segment *segment, chiron_sv term, uint64_t *notes)
{
    struct segment_word word;
    struct sum sum = {segment, 0};
    chiron_status st;
    if (term_is_word(term)) {
        st = segment_find_word(segment, term, &word);
        sum.notes = st == CHIRON_OK ? word.documents : 0;
    } else {
        st = segment_each_form(segment, term, false, add_notes, &sum);
    }
    *notes += sum.notes;
    return st == CHIRON_NONE ? CHIRON_OK : st;
}

/* ---- listing: the first of all words and forms, again and again ---- */

static const struct table_cursor *first_of(const struct table_cursor *a, const struct table_cursor *b)
{
    return a == NULL || table_compare(b, a->key, a->key_len) < 0 ? b : a;
}

static const struct table_cursor *first_term(const struct listing *listing)
{
    const struct table_cursor *first = NULL;
    for (size_t i = 0; i < listing->count; i++) {
        const struct source *source = &listing->sources[i];
        if (source->has_word)
            first = first_of(first, &source->words.cursor);
        if (source->has_form)
            first = first_of(first, &source->forms);
    }
    return first;
}

static bool stands_at(const struct table_cursor *cursor, chiron_sv term)
{
    return table_compare(cursor, term.ptr, term.len) == 0;
}

static chiron_status pass(const struct listing *listing, chiron_sv term, uint64_t *notes)
{
    chiron_status st = CHIRON_OK;
    for (size_t i = 0; i < listing->count && st == CHIRON_OK; i++) {
        struct source *source = &listing->sources[i];
        if (source->has_word && stands_at(&source->words.cursor, term)) {
            *notes += source->words.word.documents;
            st = next_word(listing, source);
        }
        if (st == CHIRON_OK && source->has_form && stands_at(&source->forms, term)) {
            st = count_in(source->segment, term, notes);
            if (st == CHIRON_OK)
                st = next_form(listing, source);
        }
    }
    return st;
}

static chiron_status list(const struct listing *listing, engine_term_fn fn, void *payload)
{
    chiron_status st = CHIRON_OK;
    for (const struct table_cursor *first; st == CHIRON_OK && (first = first_term(listing)) != NULL;) {
        unsigned char key[TABLE_KEY];
        uint64_t notes = 0;
        chiron_sv term = {memcpy(key, first->key, first->key_len), first->key_len};
        st = pass(listing, term, &notes);
        if (st == CHIRON_OK)
            st = fn(payload, term, notes);
    }
    return st;
}

chiron_status segments_terms(struct engine *engine, const struct job *job, chiron_sv prefix, engine_term_fn fn,
                             void *payload)
{
    chiron_status st = segments_load_for_reading(engine, job);
    if (st != CHIRON_OK)
        return st;
    struct listing listing = {job, calloc(engine->segment_count + 1, sizeof *listing.sources), engine->segment_count,
                              prefix};
    if (listing.sources == NULL)
        return job_no_memory(job);
    for (size_t i = 0; i < listing.count && st == CHIRON_OK; i++) {
        listing.sources[i].segment = engine->segments[i];
        st = begin_source(&listing, &listing.sources[i]);
    }
    if (st == CHIRON_OK)
        st = list(&listing, fn, payload);
    free(listing.sources);
    return st;
}

chiron_status segments_frequencies(struct engine *engine, const struct job *job, const chiron_sv *terms, size_t count,
                                   uint64_t *notes_out, uint64_t *all_out)
{
    chiron_status st = segments_load_for_reading(engine, job);
    *all_out = st == CHIRON_OK ? manifest_live(&engine->manifest) : 0;
    for (size_t i = 0; i < count && st == CHIRON_OK; i++) {
        notes_out[i] = 0;
        for (size_t n = 0; n < engine->segment_count && st == CHIRON_OK; n++)
            st = count_in(engine->segments[n], terms[i], &notes_out[i]);
    }
    return st;
}
