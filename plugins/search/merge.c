#include "merge.h"

#include <errno.h>
#include <stdlib.h>

/* ---- choosing ---- */

enum {
    TIER_WIDTH = 8,              /* parts of a tier that are put together; and how much larger the next tier's are */
    TIER_FIRST = 32 * 1024,      /* below it everything is one tier */
    MERGE_MAX = 16 * 1024 * 1024 /* bytes that one merge reads: a tenth of a second */
};

static unsigned tier_of(uint64_t size)
{
    unsigned tier = 0;
    for (uint64_t end = TIER_FIRST; size >= end; end *= TIER_WIDTH)
        tier++;
    return tier;
}

static uint64_t living_size(const struct part *part)
{
    return part->docs > 0 ? part->seal.size * part->live / part->docs : 0;
}

static size_t choose_tier(const struct manifest *manifest, unsigned tier, size_t *chosen_out)
{
    size_t count = 0;
    uint64_t size = 0;
    for (size_t i = 0; i < manifest->count; i++) {
        const struct part *part = &manifest->parts[i];
        if (tier_of(living_size(part)) != tier || size + part->seal.size > MERGE_MAX)
            continue;
        chosen_out[count++] = i;
        size += part->seal.size;
    }
    return count;
}

size_t merge_choose(const struct manifest *manifest, size_t *chosen_out)
{
    for (size_t i = 0; i < manifest->count; i++) {
        if (manifest->parts[i].live < manifest->parts[i].docs / 2 + 1 &&
            manifest->parts[i].live < manifest->parts[i].docs) {
            chosen_out[0] = i;
            return 1;
        }
    }
    for (unsigned tier = 0; tier <= tier_of(MERGE_MAX); tier++) {
        size_t count = choose_tier(manifest, tier, chosen_out);
        if (count >= TIER_WIDTH)
            return count;
    }
    return 0;
}

/* ---- merging ---- */

#define NO_DOC UINT32_MAX

struct source {
    struct segment *segment;
    const struct part *part;
    uint32_t *docs; /* new numbers; NO_DOC: dead */
    struct segment_words words;
    bool is_open; /* words.word is there */
    struct postings postings;
};

struct merge {
    struct source *sources;
    size_t count;
    struct segment_writer writer;
    struct part *out;
};

static int error_of(chiron_status st)
{
    return st == JOB_BROKEN ? SEALED_BROKEN : 0;
}

static int step(struct source *source)
{
    chiron_status st = segment_words_next(&source->words);
    source->is_open = st == CHIRON_OK;
    return error_of(st);
}

static int put_docs(struct merge *merge, struct source *source)
{
    source->docs = malloc((source->segment->docs + 1) * sizeof *source->docs);
    if (source->docs == NULL)
        return ENOMEM;
    for (uint32_t doc = 0; doc < source->segment->docs; doc++) {
        int64_t id;
        uint32_t length;
        unsigned language;
        source->docs[doc] = NO_DOC;
        if (part_is_dead(source->part, doc))
            continue;
        if (!segment_id(source->segment, doc, &id) || !segment_info(source->segment, doc, &length, &language))
            return SEALED_BROKEN;
        source->docs[doc] = merge->out->docs++;
        merge->out->length_sum += length;
        segment_write_doc(&merge->writer, id, length, language);
    }
    merge->out->live = merge->out->docs;
    return 0;
}

static int begin(struct merge *merge)
{
    int error = 0;
    for (size_t i = 0; i < merge->count && error == 0; i++) {
        struct source *source = &merge->sources[i];
        error = put_docs(merge, source);
        if (error == 0)
            error = error_of(segment_words_begin(source->segment, &source->words, (chiron_sv){"", 0}));
        if (error == 0)
            error = step(source);
    }
    return error;
}

static bool put_document(struct merge *merge, struct source *source, uint32_t i, struct reader *places)
{
    struct postings_writer *out = &merge->writer.postings;
    uint32_t doc = source->docs[source->postings.ids[i]], code = source->postings.codes[i], length;
    unsigned language;
    const unsigned char *begin = places->at;
    postings_skip_places(places, code);
    if (doc == NO_DOC)
        return !places->is_failed;
    if (!segment_info(source->segment, source->postings.ids[i], &length, &language))
        return false;
    postings_add(out, doc, code, length);
    bytes_put(&out->places, begin, (size_t)(places->at - begin));
    return !places->is_failed;
}

static bool put_postings(struct merge *merge, struct source *source)
{
    struct postings *list = &source->postings;
    struct reader places;
    if (!segment_postings(source->segment, &source->words.word, list))
        return false;
    for (uint32_t block = 0; block < list->block_count; block++) {
        if (!postings_read(list, block) || !postings_places(list, &places))
            return false;
        for (uint32_t i = 0; i < list->used; i++)
            if (!put_document(merge, source, i, &places))
                return false;
    }
    return true;
}

static int compare_sources(const struct source *a, const struct source *b)
{
    const struct table_cursor *key = &b->words.cursor;
    return table_compare(&a->words.cursor, key->key, key->key_len);
}

/* The source whose word is first in order; NULL: all are at their end. */
static struct source *first_source(struct merge *merge)
{
    struct source *first = NULL;
    for (size_t i = 0; i < merge->count; i++) {
        struct source *source = &merge->sources[i];
        if (source->is_open && (first == NULL || compare_sources(source, first) < 0))
            first = source;
    }
    return first;
}

/* The first word in order, from all sources that have it. Languages that only dead documents had stay: a form too many
 * finds no more notes, for the language of each is looked at. */
static int put_word(struct merge *merge, const struct source *first)
{
    struct table_cursor word = first->words.cursor;
    unsigned languages = 0;
    int error = 0;
    postings_clear(&merge->writer.postings);
    for (size_t i = 0; i < merge->count && error == 0; i++) {
        struct source *source = &merge->sources[i];
        if (!source->is_open || table_compare(&source->words.cursor, word.key, word.key_len) != 0)
            continue;
        languages |= source->words.word.languages;
        error = put_postings(merge, source) ? step(source) : SEALED_BROKEN;
    }
    if (error == 0 && merge->writer.postings.count > 0)
        segment_write_word(&merge->writer, (const char *)word.key, word.key_len, languages);
    return error;
}

static int put_all(struct merge *merge)
{
    int error = begin(merge);
    for (const struct source *first; error == 0 && (first = first_source(merge)) != NULL;)
        error = put_word(merge, first);
    return error;
}

int merge_segments(int dir, struct analyser *analyser, struct segment *const *segments, const struct part *const *parts,
                   size_t count, struct part *out)
{
    struct merge merge = {.sources = calloc(count, sizeof *merge.sources), .count = count, .out = out};
    *out = (struct part){.docs = 0};
    if (merge.sources == NULL)
        return ENOMEM;
    for (size_t i = 0; i < count; i++) {
        merge.sources[i].segment = segments[i];
        merge.sources[i].part = parts[i];
    }
    segment_write(&merge.writer, dir, analyser);
    int error = put_all(&merge);
    if (error == 0 && out->docs > 0)
        error = segment_write_end(&merge.writer, &out->seal);
    else
        segment_write_abandon(&merge.writer);
    for (size_t i = 0; i < count; i++)
        free(merge.sources[i].docs);
    free(merge.sources);
    return error;
}
