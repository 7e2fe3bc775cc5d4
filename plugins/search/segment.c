#include "segment.h"

#include "segment_footer.h"

/* ---- opening ---- */

static bool fits(const struct segment *segment, uint64_t at, uint64_t size)
{
    return at <= segment->file.seal.size && size <= segment->file.seal.size - at;
}

static bool read_footer(struct segment *segment)
{
    uint64_t size = segment->file.seal.size;
    const unsigned char *at =
        size >= FOOTER_BYTES ? sealed_get(&segment->file, size - FOOTER_BYTES, FOOTER_BYTES) : NULL;
    if (at == NULL || load_64(at + FOOTER_MAGIC_AT) != FOOTER_MAGIC || load_64(at + FOOTER_DOCS_AT) > UINT32_MAX)
        return false;
    segment->docs = (uint32_t)load_64(at + FOOTER_DOCS_AT);
    segment->places_at = load_64(at + FOOTER_PLACES_AT);
    segment->ids_at = load_64(at + FOOTER_IDS_AT);
    segment->infos_at = load_64(at + FOOTER_INFOS_AT);
    segment->order_at = load_64(at + FOOTER_ORDER_AT);
    uint64_t mean = load_64(at + FOOTER_MEAN_AT);
    memcpy(&segment->mean_length, &mean, sizeof mean);
    segment->words = (struct table){&segment->file, table_place_get(at + FOOTER_WORDS_AT)};
    segment->forms = (struct table){&segment->file, table_place_get(at + FOOTER_FORMS_AT)};
    return fits(segment, segment->ids_at, (uint64_t)segment->docs * 8) &&
           fits(segment, segment->infos_at, (uint64_t)segment->docs * 4) &&
           fits(segment, segment->order_at, (uint64_t)segment->docs * 4);
}

int segment_open(struct segment *segment, int dir, const struct seal *seal)
{
    *segment = (struct segment){.docs = 0};
    int error = sealed_open(&segment->file, dir, seal);
    if (error != 0 || read_footer(segment))
        return error;
    segment_close(segment);
    return SEALED_BROKEN;
}

void segment_close(struct segment *segment)
{
    if (segment != NULL)
        sealed_close(&segment->file);
}

/* ---- words ---- */

static chiron_status end_of(const struct segment *segment)
{
    return segment->file.is_broken ? JOB_BROKEN : CHIRON_NONE;
}

static void enter(struct segment_words *words)
{
    words->postings_at = words->places_at = 0;
    words->is_ahead = false;
}

static chiron_status read_word(struct segment_words *words)
{
    struct table_cursor *cursor = &words->cursor;
    struct reader *value = &cursor->value;
    struct segment_word *word = &words->word;
    if (!table_next(cursor))
        return cursor->table->file->is_broken ? JOB_BROKEN : CHIRON_NONE;
    word->number = cursor->number - 1;
    if (word->number % TABLE_BLOCK == 0) {
        words->postings_at = reader_number(value);
        words->places_at = reader_number(value);
    }
    word->documents = (uint32_t)reader_number(value);
    word->languages = (unsigned)reader_number(value);
    word->postings_size = (uint32_t)reader_number(value);
    word->places_size = (uint32_t)reader_number(value);
    word->postings_at = words->postings_at;
    word->places_at = words->places_at;
    words->postings_at += word->postings_size;
    words->places_at += word->places_size;
    return value->is_failed ? JOB_BROKEN : CHIRON_OK;
}

chiron_status segment_words_begin(struct segment *segment, struct segment_words *words, chiron_sv from)
{
    enter(words);
    if (!table_seek(&segment->words, &words->cursor, from.ptr, from.len))
        return JOB_BROKEN;
    chiron_status st = read_word(words);
    while (st == CHIRON_OK && table_compare(&words->cursor, from.ptr, from.len) < 0)
        st = read_word(words);
    words->is_ahead = st == CHIRON_OK;
    return st == CHIRON_NONE ? CHIRON_OK : st;
}

chiron_status segment_words_next(struct segment_words *words)
{
    if (!words->is_ahead)
        return read_word(words);
    words->is_ahead = false;
    return CHIRON_OK;
}

chiron_status segment_find_word(struct segment *segment, chiron_sv word, struct segment_word *out)
{
    struct segment_words words;
    chiron_status st = segment_words_begin(segment, &words, word);
    if (st != CHIRON_OK)
        return st;
    if (!words.is_ahead || table_compare(&words.cursor, word.ptr, word.len) != 0)
        return CHIRON_NONE;
    *out = words.word;
    return CHIRON_OK;
}

chiron_status segment_word_at(struct segment *segment, uint64_t number, struct segment_word *out)
{
    struct segment_words words;
    enter(&words);
    if (!table_go(&segment->words, &words.cursor, number))
        return JOB_BROKEN;
    for (uint64_t n = number / TABLE_BLOCK * TABLE_BLOCK; n <= number; n++)
        if (read_word(&words) != CHIRON_OK)
            return JOB_BROKEN;
    *out = words.word;
    return CHIRON_OK;
}

bool segment_postings(struct segment *segment, const struct segment_word *word, struct postings *out)
{
    out->file = &segment->file;
    out->docs_at = word->postings_at;
    out->places_at = segment->places_at + word->places_at;
    out->docs_size = word->postings_size;
    out->places_size = word->places_size;
    out->count = word->documents;
    out->doc_limit = segment->docs;
    return postings_open(out);
}

/* ---- forms ---- */

static bool begins_with(const struct table_cursor *cursor, chiron_sv prefix)
{
    return cursor->key_len >= prefix.len && (prefix.len == 0 || memcmp(cursor->key, prefix.ptr, prefix.len) == 0);
}

static chiron_status give_form(struct table_cursor *cursor, segment_form_fn fn, void *payload)
{
    struct reader *value = &cursor->value;
    chiron_sv form = {(const char *)cursor->key, cursor->key_len};
    for (uint64_t word = 0; reader_left(value) > 0;) {
        word += reader_number(value);
        unsigned languages = (unsigned)reader_number(value);
        if (value->is_failed)
            return JOB_BROKEN;
        chiron_status st = fn(payload, form, word, languages);
        if (st != CHIRON_OK)
            return st;
    }
    return CHIRON_OK;
}

chiron_status segment_each_form(struct segment *segment, chiron_sv form, bool is_prefix, segment_form_fn fn,
                                void *payload)
{
    struct table_cursor cursor;
    chiron_status st = CHIRON_OK;
    if (!table_seek(&segment->forms, &cursor, form.ptr, form.len))
        return JOB_BROKEN;
    while (st == CHIRON_OK && table_next(&cursor)) {
        int order = table_compare(&cursor, form.ptr, form.len);
        if (order < 0)
            continue;
        if (is_prefix ? !begins_with(&cursor, form) : order > 0)
            return CHIRON_OK;
        st = give_form(&cursor, fn, payload);
    }
    return st == CHIRON_OK && segment->file.is_broken ? JOB_BROKEN : st;
}

/* ---- documents ---- */

bool segment_id(struct segment *segment, uint32_t doc, int64_t *id_out)
{
    const unsigned char *at = sealed_get(&segment->file, segment->ids_at + 8 * (uint64_t)doc, 8);
    if (at == NULL)
        return false;
    *id_out = (int64_t)load_64(at);
    return true;
}

bool segment_info(struct segment *segment, uint32_t doc, uint32_t *length_out, unsigned *language_out)
{
    const unsigned char *at = sealed_get(&segment->file, segment->infos_at + 4 * (uint64_t)doc, 4);
    if (at == NULL)
        return false;
    *length_out = load_32(at) & SEGMENT_LENGTH_MAX;
    *language_out = at[3];
    return true;
}

bool segment_languages(struct segment *segment, uint32_t first, unsigned most, unsigned languages, uint64_t *bits_out)
{
    uint32_t count = segment->docs - first < most ? segment->docs - first : most;
    const unsigned char *infos = sealed_get(&segment->file, segment->infos_at + 4 * (uint64_t)first, 4 * (size_t)count);
    uint64_t bits = 0;
    if (infos == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++)
        bits |= (uint64_t)(languages >> (infos[4 * (size_t)i + 3] & 31) & 1) << i;
    *bits_out = bits;
    return true;
}

/* The document at place `n` of the order. */
static bool nth_doc(struct segment *segment, uint32_t n, uint32_t *doc_out)
{
    *doc_out = n;
    if (segment->order_at == 0)
        return true;
    const unsigned char *at = sealed_get(&segment->file, segment->order_at + 4 * (uint64_t)n, 4);
    if (at == NULL)
        return false;
    *doc_out = load_32(at);
    return *doc_out < segment->docs;
}

chiron_status segment_find_id(struct segment *segment, int64_t id, uint32_t *doc_out)
{
    uint32_t low = 0, high = segment->docs;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int64_t found;
        if (!nth_doc(segment, middle, doc_out) || !segment_id(segment, *doc_out, &found))
            return JOB_BROKEN;
        if (found == id)
            return CHIRON_OK;
        if (found < id)
            low = middle + 1;
        else
            high = middle;
    }
    return end_of(segment);
}
