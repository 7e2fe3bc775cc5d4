#include "segment.h"

#include "segment_footer.h"

#include <errno.h>
#include <stdlib.h>

void segment_write(struct segment_writer *writer, int dir, struct analyser *analyser)
{
    *writer = (struct segment_writer){.dir = dir, .analyser = analyser};
    sealed_create(&writer->file, dir);
}

void segment_write_doc(struct segment_writer *writer, int64_t id, uint32_t length, unsigned language)
{
    length = length < SEGMENT_LENGTH_MAX ? length : SEGMENT_LENGTH_MAX;
    bytes_put_64(&writer->ids, (uint64_t)id);
    bytes_put_32(&writer->infos, length | language << 24);
    writer->docs++;
    writer->length_sum += length;
    double mean = (double)writer->length_sum / writer->docs;
    writer->postings.mean_length = mean >= 1 ? mean : 1;
}

/* ---- forms ---- */

/* The first eight bytes as a number that is ordered as they are. */
static uint64_t head_of(chiron_sv term)
{
    unsigned char bytes[8] = {0};
    memcpy(bytes, term.ptr, term.len < sizeof bytes ? term.len : sizeof bytes);
    uint64_t head;
    memcpy(&head, bytes, sizeof head);
    return be64toh(head);
}

static void keep_form(struct segment_writer *writer, chiron_sv term, uint32_t word, unsigned language)
{
    struct segment_form form = {.head = head_of(term),
                                .at = writer->texts.size,
                                .word = word,
                                .len = (uint16_t)term.len,
                                .languages = (uint8_t)(1u << language)};
    bytes_put(&writer->texts, term.ptr, term.len);
    bytes_put(&writer->forms, &form, sizeof form);
}

/* What the word is found by beside itself, in each language that it stands in. */
static void keep_forms(struct segment_writer *writer, const char *text, size_t len, unsigned languages)
{
    struct word word = {.len = len, .is_ascii = true};
    memcpy(word.text, text, len);
    for (size_t i = 0; i < len; i++)
        word.is_ascii = word.is_ascii && (unsigned char)text[i] < 0x80;
    for (unsigned language = 0; language < LANGUAGE_COUNT; language++) {
        if ((languages >> language & 1) == 0)
            continue;
        if (!analyse_note(writer->analyser, &word, (enum language)language, &writer->terms))
            writer->is_failed = true;
        for (size_t i = 1; i < writer->terms.count && !writer->is_failed; i++)
            keep_form(writer, terms_nth(&writer->terms, i), (uint32_t)table_next_number(&writer->words), language);
    }
}

static int compare_forms(const void *a, const void *b, void *texts)
{
    const struct segment_form *left = a, *right = b;
    if (left->head != right->head)
        return left->head < right->head ? -1 : 1;
    size_t common = left->len < right->len ? left->len : right->len;
    const unsigned char *bytes = texts;
    int order = memcmp(bytes + left->at, bytes + right->at, common);
    if (order == 0)
        order = (left->len > right->len) - (left->len < right->len);
    return order != 0 ? order : (left->word > right->word) - (left->word < right->word);
}

static bool same_form(const struct segment_writer *writer, const struct segment_form *a, const struct segment_form *b)
{
    return a->len == b->len && memcmp(writer->texts.data + a->at, writer->texts.data + b->at, a->len) == 0;
}

/* The entry of one form: its words, and of each the languages together. Returns how many of the list it took. */
static size_t put_form(struct segment_writer *writer, struct table_writer *table, const struct segment_form *list,
                       size_t count, struct bytes *value)
{
    uint32_t last = 0;
    size_t n = 0;
    value->size = 0;
    while (n < count && same_form(writer, &list[0], &list[n])) {
        unsigned languages = 0;
        uint32_t word = list[n].word;
        for (; n < count && list[n].word == word && same_form(writer, &list[0], &list[n]); n++)
            languages |= list[n].languages;
        bytes_put_number(value, word - last);
        bytes_put_number(value, languages);
        last = word;
    }
    table_add(table, writer->texts.data + list[0].at, list[0].len, value->data, value->size);
    return n;
}

static void put_forms(struct segment_writer *writer, struct table_place *place_out)
{
    struct table_writer table = {0};
    struct bytes value = {0};
    struct segment_form *list = (struct segment_form *)(void *)writer->forms.data;
    size_t count = writer->forms.size / sizeof *list;
    if (count > 0)
        qsort_r(list, count, sizeof *list, compare_forms, writer->texts.data);
    for (size_t i = 0; i < count;)
        i += put_form(writer, &table, list + i, count - i, &value);
    table_finish(&table, &writer->file, place_out);
    writer->is_failed = writer->is_failed || table.is_failed || value.is_failed;
    table_writer_release(&table);
    bytes_release(&value);
}

/* ---- words ---- */

void segment_write_word(struct segment_writer *writer, const char *text, size_t len, unsigned languages)
{
    unsigned char value[6 * NUMBER_BYTES], *at = value;
    struct postings_writer *postings = &writer->postings;
    if (!postings_end(postings))
        writer->is_failed = true;
    if (writer->is_failed || writer->file.error != 0)
        return;
    if (table_next_number(&writer->words) % TABLE_BLOCK == 0) {
        at = write_number(at, sealed_size(&writer->file));
        at = write_number(at, writer->places.size);
    }
    at = write_number(at, postings->count);
    at = write_number(at, languages);
    at = write_number(at, postings->docs.size);
    at = write_number(at, postings->places.size);
    keep_forms(writer, text, len, languages);
    table_add(&writer->words, text, len, value, (size_t)(at - value));
    sealed_put(&writer->file, postings->docs.data, postings->docs.size);
    bytes_put(&writer->places, postings->places.data, postings->places.size);
}

/* ---- the end ---- */

static int compare_ids(const void *a, const void *b, void *ids)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    const unsigned char *bytes = ids;
    int64_t left_id = (int64_t)load_64(bytes + 8 * (size_t)left),
            right_id = (int64_t)load_64(bytes + 8 * (size_t)right);
    return (left_id > right_id) - (left_id < right_id);
}

static bool ids_ascend(const struct segment_writer *writer)
{
    for (size_t i = 1; i < writer->docs; i++)
        if ((int64_t)load_64(writer->ids.data + 8 * (i - 1)) > (int64_t)load_64(writer->ids.data + 8 * i))
            return false;
    return true;
}

/* Where it begins, or 0. */
static uint64_t put_order(struct segment_writer *writer)
{
    uint64_t at = sealed_size(&writer->file);
    if (ids_ascend(writer))
        return 0;
    uint32_t *order = malloc(writer->docs * sizeof *order);
    if (order == NULL) {
        writer->is_failed = true;
        return 0;
    }
    for (uint32_t i = 0; i < writer->docs; i++)
        order[i] = i;
    qsort_r(order, writer->docs, sizeof *order, compare_ids, writer->ids.data);
    for (uint32_t i = 0; i < writer->docs; i++)
        order[i] = htole32(order[i]);
    sealed_put(&writer->file, order, writer->docs * sizeof *order);
    free(order);
    return at;
}

static uint64_t put_part(struct segment_writer *writer, const struct bytes *part)
{
    uint64_t at = sealed_size(&writer->file);
    sealed_put(&writer->file, part->data, part->size);
    return at;
}

static void put_rest(struct segment_writer *writer)
{
    struct table_place words, forms;
    struct bytes footer = {0};
    uint64_t mean;
    memcpy(&mean, &writer->postings.mean_length, sizeof mean);
    uint64_t places_at = put_part(writer, &writer->places);
    table_finish(&writer->words, &writer->file, &words);
    put_forms(writer, &forms);
    uint64_t ids_at = put_part(writer, &writer->ids), infos_at = put_part(writer, &writer->infos);
    uint64_t order_at = put_order(writer);
    bytes_put_64(&footer, FOOTER_MAGIC);
    bytes_put_64(&footer, writer->docs);
    bytes_put_64(&footer, places_at);
    bytes_put_64(&footer, ids_at);
    bytes_put_64(&footer, infos_at);
    bytes_put_64(&footer, order_at);
    bytes_put_64(&footer, mean);
    table_place_put(&words, &footer);
    table_place_put(&forms, &footer);
    sealed_put(&writer->file, footer.data, footer.size);
    writer->is_failed = writer->is_failed || footer.is_failed;
    bytes_release(&footer);
}

static bool has_memory(const struct segment_writer *writer)
{
    return !writer->is_failed && !writer->words.is_failed && !writer->places.is_failed && !writer->texts.is_failed &&
           !writer->forms.is_failed && !writer->ids.is_failed && !writer->infos.is_failed;
}

int segment_write_end(struct segment_writer *writer, struct seal *seal_out)
{
    if (has_memory(writer))
        put_rest(writer);
    if (!has_memory(writer) && writer->file.error == 0)
        writer->file.error = ENOMEM;
    int error = sealed_finish(&writer->file, writer->dir, seal_out);
    postings_writer_release(&writer->postings);
    table_writer_release(&writer->words);
    struct bytes *const parts[] = {&writer->places, &writer->texts, &writer->forms, &writer->ids, &writer->infos};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        bytes_release(parts[i]);
    return error;
}

void segment_write_abandon(struct segment_writer *writer)
{
    struct seal seal;
    if (writer->file.error == 0)
        writer->file.error = ECANCELED;
    segment_write_end(writer, &seal);
}
