/* Place by place: first the documents that have a word at every place of the pattern, then what stands where in those,
 * then what follows what. All in long sorted lists, so that two words of every document take milliseconds. */
#include "phrase.h"

#include "near.h"
#include "rank.h"
#include "spots.h"

#include <stdlib.h>

struct place_words {
    struct wanted_list wanted;
    uint64_t documents; /* at most */
    struct spots spots;
};

struct phrase {
    const struct job *job;
    struct segment *segment;
    const struct pattern *pattern;
    struct place_words *places; /* of each place */
    uint64_t *candidates;       /* bits of documents */
    size_t bit_words;
};

/* ---- the words of each place ---- */

static chiron_status find_words(struct phrase *phrase, size_t i)
{
    struct place_words *place = &phrase->places[i];
    chiron_status st = wanted_find(phrase->job, phrase->segment, phrase->pattern, i, &place->wanted);
    for (size_t k = 0; k < place->wanted.count; k++)
        place->documents += place->wanted.list[k].word.documents;
    return st;
}

/* ---- candidates ---- */

static bool has_bit(const uint64_t *bits, uint32_t doc)
{
    return bits[doc / 64] >> (doc % 64) & 1;
}

/* Whether a bit from `first` to `last` is set. */
static bool has_any(const uint64_t *bits, uint32_t first, uint32_t last)
{
    uint64_t from = ~(uint64_t)0 << (first % 64), to = ~(uint64_t)0 >> (63 - last % 64);
    if (first / 64 == last / 64)
        return (bits[first / 64] & from & to) != 0;
    if ((bits[first / 64] & from) != 0 || (bits[last / 64] & to) != 0)
        return true;
    for (uint32_t i = first / 64 + 1; i < last / 64; i++)
        if (bits[i] != 0)
            return true;
    return false;
}

/* The next block from `block` on that may have a candidate, read; the count of blocks at the end. */
static bool next_block(const struct phrase *phrase, struct postings *list, uint32_t *block)
{
    for (; *block < list->block_count; ++*block) {
        uint32_t first = *block > 0 ? postings_last(list, *block - 1) + 1 : 0, last = postings_last(list, *block);
        if (last >= list->doc_limit || first > last)
            return false;
        if (has_any(phrase->candidates, first, last))
            return postings_read(list, *block);
    }
    return true;
}

static bool mark_word(const struct phrase *phrase, const struct wanted *wanted, uint64_t *marked)
{
    struct postings list;
    if (!segment_postings(phrase->segment, &wanted->word, &list))
        return false;
    for (uint32_t block = 0;; block++) {
        if (!next_block(phrase, &list, &block))
            return false;
        if (block >= list.block_count)
            return true;
        for (uint32_t i = 0; i < list.used; i++)
            marked[list.ids[i] / 64] |= (uint64_t)1 << (list.ids[i] % 64);
    }
}

static chiron_status narrow(struct phrase *phrase, const struct place_words *place, uint64_t *marked)
{
    memset(marked, 0, phrase->bit_words * sizeof *marked);
    for (size_t i = 0; i < place->wanted.count; i++)
        if (!mark_word(phrase, &place->wanted.list[i], marked))
            return JOB_BROKEN;
    for (size_t i = 0; i < phrase->bit_words; i++)
        phrase->candidates[i] &= marked[i];
    return CHIRON_OK;
}

static void set_living(struct phrase *phrase, const struct part *part)
{
    for (size_t i = 0; i < phrase->bit_words; i++)
        phrase->candidates[i] = ~(part->dead != NULL ? part->dead[i] : 0);
    if (part->docs % 64 != 0)
        phrase->candidates[phrase->bit_words - 1] &= ((uint64_t)1 << (part->docs % 64)) - 1;
}

/* The rarest place first: then blocks of the others can be passed over. */
static chiron_status find_candidates(struct phrase *phrase, const struct part *part)
{
    chiron_status st = CHIRON_OK;
    size_t rarest = 0;
    uint64_t *marked = calloc(phrase->bit_words, sizeof *marked);
    if (marked == NULL)
        return job_no_memory(phrase->job);
    set_living(phrase, part);
    for (size_t i = 1; i < phrase->pattern->length; i++)
        if (phrase->places[i].documents < phrase->places[rarest].documents)
            rarest = i;
    st = narrow(phrase, &phrase->places[rarest], marked);
    for (size_t i = 0; i < phrase->pattern->length && st == CHIRON_OK; i++)
        if (i != rarest)
            st = narrow(phrase, &phrase->places[i], marked);
    free(marked);
    return st;
}

/* ---- where words stand in the candidates ---- */

static bool is_in_scope(const struct phrase *phrase, enum text_field field)
{
    if (phrase->pattern->scope == CHIRON_SCOPE_TITLE)
        return field == FIELD_TITLES;
    return phrase->pattern->scope == CHIRON_SCOPE_ANYWHERE || field == FIELD_HEADINGS;
}

static bool gather_places(const struct phrase *phrase, struct spots *spots, uint32_t doc, bool is_exact, uint32_t code,
                          struct reader *places)
{
    uint32_t counts[FIELD_COUNT];
    postings_counts(places, code, counts);
    for (enum text_field field = FIELD_BODY; field < FIELD_COUNT; field++) {
        if (!is_in_scope(phrase, field)) {
            reader_skip(places, counts[field]);
            continue;
        }
        uint64_t place = 0;
        for (uint32_t i = 0; i < counts[field] && !places->is_failed; i++) {
            place += reader_number(places);
            if (!spots_add(spots, doc, field, (uint32_t)place, is_exact))
                return false;
        }
    }
    return true;
}

static chiron_status gather_block(const struct phrase *phrase, const struct wanted *wanted, struct postings *list,
                                  struct spots *spots)
{
    struct reader places;
    if (!postings_places(list, &places))
        return JOB_BROKEN;
    for (uint32_t i = 0; i < list->used; i++) {
        uint32_t doc = list->ids[i], length;
        unsigned language = 0;
        bool is_candidate = has_bit(phrase->candidates, doc);
        if (is_candidate && !segment_info(phrase->segment, doc, &length, &language))
            return JOB_BROKEN;
        if (!is_candidate || (wanted->languages >> language & 1) == 0)
            postings_skip_places(&places, list->codes[i]);
        else if (!gather_places(phrase, spots, doc, wanted->exact >> language & 1, list->codes[i], &places))
            return job_no_memory(phrase->job);
    }
    return places.is_failed ? JOB_BROKEN : CHIRON_OK;
}

static chiron_status gather_word(const struct phrase *phrase, const struct wanted *wanted, struct spots *spots)
{
    struct postings list;
    chiron_status st = CHIRON_OK;
    if (!spots_begin_run(spots))
        return job_no_memory(phrase->job);
    if (!segment_postings(phrase->segment, &wanted->word, &list))
        return JOB_BROKEN;
    for (uint32_t block = 0; st == CHIRON_OK; block++) {
        if (!next_block(phrase, &list, &block))
            return JOB_BROKEN;
        if (block >= list.block_count)
            break;
        st = gather_block(phrase, wanted, &list, spots);
    }
    return st;
}

static chiron_status gather(const struct phrase *phrase, struct place_words *place)
{
    chiron_status st = CHIRON_OK;
    for (size_t i = 0; i < place->wanted.count && st == CHIRON_OK; i++)
        st = gather_word(phrase, &place->wanted.list[i], &place->spots);
    if (st == CHIRON_OK && !spots_sort(&place->spots))
        st = job_no_memory(phrase->job);
    return st;
}

/* ---- the whole ---- */

static uint32_t weight_of(enum text_field field)
{
    static const uint32_t weights[FIELD_COUNT] = {[FIELD_BODY] = RANK_BODY,
                                                  [FIELD_TITLES] = RANK_TITLE,
                                                  [FIELD_HEADINGS] = RANK_HEADING,
                                                  [FIELD_TAGS] = RANK_TAG};
    return weights[field];
}

static void count_spots(const struct spots *spots, struct tally *tally)
{
    for (size_t i = 0; i < spots->count; i++)
        tally_add(tally, spot_doc(spots->list[i]), weight_of(spot_field(spots->list[i])),
                  spot_is_exact(spots->list[i]));
}

static chiron_status match(struct phrase *phrase, struct tally *tally)
{
    struct spots *begins = &phrase->places[0].spots;
    chiron_status st = CHIRON_OK;
    for (size_t i = 0; i < phrase->pattern->length && st == CHIRON_OK; i++) {
        st = gather(phrase, &phrase->places[i]);
        if (st == CHIRON_OK && i > 0 && !phrase->pattern->is_near) {
            spots_follow(begins, &phrase->places[i].spots, (uint32_t)i);
            spots_release(&phrase->places[i].spots);
        }
    }
    if (st == CHIRON_OK && phrase->pattern->is_near) {
        const struct spots **all = job_scratch(phrase->job, phrase->pattern->length, sizeof *all);
        for (size_t i = 0; all != NULL && i < phrase->pattern->length; i++)
            all[i] = &phrase->places[i].spots;
        if (all == NULL || !near_keep(begins, all, phrase->pattern->length, phrase->pattern->within))
            st = job_no_memory(phrase->job);
    }
    if (st == CHIRON_OK)
        count_spots(begins, tally);
    return st;
}

chiron_status phrase_count(const struct job *job, struct segment *segment, const struct part *part,
                           const struct pattern *pattern, struct tally *tally)
{
    struct phrase phrase = {.job = job, .segment = segment, .pattern = pattern, .bit_words = part_dead_words(part)};
    chiron_status st = CHIRON_OK;
    phrase.places = job_scratch(job, pattern->length, sizeof *phrase.places);
    phrase.candidates = calloc(phrase.bit_words, sizeof *phrase.candidates);
    bool has_words = phrase.places != NULL && phrase.candidates != NULL;
    if (!has_words)
        st = job_no_memory(job);
    for (size_t i = 0; i < pattern->length && has_words && st == CHIRON_OK; i++) {
        st = find_words(&phrase, i);
        has_words = phrase.places[i].wanted.count > 0;
    }
    if (st == CHIRON_OK && has_words)
        st = find_candidates(&phrase, part);
    if (st == CHIRON_OK && has_words)
        st = match(&phrase, tally);
    for (size_t i = 0; phrase.places != NULL && i < pattern->length; i++) {
        wanted_release(&phrase.places[i].wanted);
        spots_release(&phrase.places[i].spots);
    }
    free(phrase.candidates);
    return st;
}
