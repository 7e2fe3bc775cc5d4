#include "segments.h"

#include "best.h"
#include "phrase.h"
#include "rank.h"
#include "tally.h"

#include <stdlib.h>

/* One search. Documents are numbered on from segment to segment: `bases` has the first number of each. */
struct search {
    struct engine *engine;
    const struct job *job;
    double mean_length;
    int64_t *bases; /* and behind the last one the end */
    struct tally tally;
};

/* ---- a word, or a prefix ---- */

static uint32_t scope_weight(uint32_t scope, const uint32_t counts[FIELD_COUNT])
{
    return scope == CHIRON_SCOPE_TITLE ? RANK_TITLE * counts[FIELD_TITLES] : RANK_HEADING * counts[FIELD_HEADINGS];
}

/* The weights of a block within a scope replace its codes, as twice the number. */
static bool narrow_block(struct postings *list, uint32_t scope)
{
    struct reader places;
    if (!postings_places(list, &places))
        return false;
    for (uint32_t i = 0; i < list->used; i++) {
        uint32_t counts[FIELD_COUNT];
        uint64_t sum = 0;
        postings_counts(&places, list->codes[i], counts);
        for (size_t k = 0; k < FIELD_COUNT; k++)
            sum += counts[k];
        reader_skip(&places, sum);
        list->codes[i] = scope_weight(scope, counts) << 1;
    }
    return !places.is_failed;
}

static bool count_block(struct search *search, struct segment *segment, const struct wanted *wanted,
                        const struct postings *list)
{
    bool is_for_all = wanted_in_all(wanted);
    for (uint32_t i = 0; i < list->used; i++) {
        uint32_t doc = list->ids[i], length;
        unsigned language;
        if (list->codes[i] < 2)
            continue;
        if (is_for_all) {
            tally_add(&search->tally, doc, list->codes[i] >> 1, wanted->exact != 0);
            continue;
        }
        if (!segment_info(segment, doc, &length, &language))
            return false;
        if (wanted->languages >> language & 1)
            tally_add(&search->tally, doc, list->codes[i] >> 1, wanted->exact >> language & 1);
    }
    return true;
}

static bool count_word(struct search *search, struct segment *segment, const struct pattern *pattern,
                       const struct wanted *wanted)
{
    struct postings list;
    if (!segment_postings(segment, &wanted->word, &list))
        return false;
    for (uint32_t block = 0; block < list.block_count; block++) {
        if (!postings_read(&list, block))
            return false;
        if (pattern->scope != CHIRON_SCOPE_ANYWHERE && !narrow_block(&list, pattern->scope))
            return false;
        if (!count_block(search, segment, wanted, &list))
            return false;
    }
    return true;
}

static chiron_status count_words(struct search *search, struct segment *segment, const struct pattern *pattern)
{
    struct wanted_list wanted = {0};
    chiron_status st = wanted_find(search->job, segment, pattern, 0, &wanted);
    for (size_t i = 0; i < wanted.count && st == CHIRON_OK; i++) {
        if (i % 1024 == 1023 && job_cancelled(search->job))
            st = job_fail(search->job, CHIRON_ECANCELLED, "interrupted");
        else if (!count_word(search, segment, pattern, &wanted.list[i]))
            st = JOB_BROKEN;
    }
    wanted_release(&wanted);
    return st;
}

/* ---- what hits.h asks for ---- */

static chiron_status find_in(struct search *search, size_t n, const struct pattern *pattern, struct hits *out)
{
    struct segment *segment = search->engine->segments[n];
    const struct part *part = &search->engine->manifest.parts[n];
    if (!tally_fit(&search->tally, segment->docs))
        return job_no_memory(search->job);
    chiron_status st = pattern->length == 1 ? count_words(search, segment, pattern)
                                            : phrase_count(search->job, segment, part, pattern, &search->tally);
    chiron_status given = tally_give(&search->tally, segment, part, search->bases[n], search->mean_length, out);
    if (st == CHIRON_OK)
        st = given == CHIRON_NONE ? job_no_memory(search->job) : given;
    return st;
}

static chiron_status search_text(void *payload, const struct pattern *pattern, struct hits *out)
{
    struct search *search = payload;
    chiron_status st = CHIRON_OK;
    for (size_t n = 0; n < search->engine->segment_count && st == CHIRON_OK; n++)
        st = find_in(search, n, pattern, out);
    double weight = rank_weight(out->count, manifest_live(&search->engine->manifest));
    for (size_t i = 0; i < out->count; i++)
        out->list[i].score *= weight;
    if (st != CHIRON_OK)
        hits_release(out);
    return st;
}

static chiron_status search_all(void *payload, struct hits *out)
{
    struct search *search = payload;
    for (size_t n = 0; n < search->engine->segment_count; n++) {
        const struct part *part = &search->engine->manifest.parts[n];
        for (uint32_t doc = 0; doc < part->docs; doc++)
            if (!part_is_dead(part, doc) && !hits_add(out, search->bases[n] + doc, 0))
                return job_no_memory(search->job);
    }
    return CHIRON_OK;
}

static chiron_status search_set(void *payload, const int64_t *ids, size_t count, struct hits *out)
{
    struct search *search = payload;
    for (size_t n = 0; n < search->engine->segment_count; n++) {
        const struct part *part = &search->engine->manifest.parts[n];
        for (size_t i = 0; i < count; i++) {
            uint32_t doc;
            chiron_status st = segment_find_id(search->engine->segments[n], ids[i], &doc);
            if (st != CHIRON_OK && st != CHIRON_NONE)
                return st;
            if (st == CHIRON_OK && !part_is_dead(part, doc) && !hits_add(out, search->bases[n] + doc, 0))
                return job_no_memory(search->job);
        }
    }
    hits_sort(out);
    return CHIRON_OK;
}

/* ---- the whole ---- */

static bool number_documents(struct search *search)
{
    search->bases = job_scratch(search->job, search->engine->segment_count + 1, sizeof *search->bases);
    if (search->bases == NULL)
        return false;
    for (size_t n = 0; n < search->engine->segment_count; n++)
        search->bases[n + 1] = search->bases[n] + search->engine->segments[n]->docs;
    return true;
}

/* From documents back to notes; `hits` ascends by documents. */
static chiron_status name_notes(const struct search *search, struct hits *hits)
{
    size_t n = 0;
    for (size_t i = 0; i < hits->count; i++) {
        while (hits->list[i].id >= search->bases[n + 1])
            n++;
        uint32_t doc = (uint32_t)(hits->list[i].id - search->bases[n]);
        if (!segment_id(search->engine->segments[n], doc, &hits->list[i].id))
            return JOB_BROKEN;
    }
    return CHIRON_OK;
}

chiron_status segments_search(struct engine *engine, const struct job *job, const struct node *root, size_t limit,
                              struct hits *out)
{
    struct search search = {.engine = engine, .job = job};
    struct hits_source source = {search_text, search_all, search_set, &search};
    chiron_status st = segments_load_for_reading(engine, job);
    if (st != CHIRON_OK)
        return st;
    search.mean_length = manifest_mean_length(&engine->manifest);
    if (!number_documents(&search))
        return job_no_memory(job);
    st = limit > 0 ? best_search(engine, job, root, limit, &search.tally, out) : CHIRON_NONE;
    if (st == CHIRON_NONE) {
        st = hits_evaluate(job, root, &source, out);
        if (st == CHIRON_OK)
            st = name_notes(&search, out);
    }
    tally_release(&search.tally);
    if (st != CHIRON_OK)
        hits_release(out);
    return st;
}
