#include "build.h"

#include "rank.h"
#include "segment.h"
#include "sum.h"

#include <errno.h>
#include <stdlib.h>

/* A place with its field: BODY is the lowest, so most are small numbers. */
enum { PLACE_BITS = 28 };

/* More of one text is not indexed: a file of that size is no note, and its places would not fit. */
enum { TEXT_MAX = 32 * 1024 * 1024 };

enum {
    POOL_BITS = 20, /* of a block's size */
    POOL_BLOCK = 1 << POOL_BITS,
    LINK_BYTES = 4, /* at the end of a slice: where the next one begins */
    FIRST_SLICE = 12,
    LARGEST_SLICE = 8 * 1024,
    SLOTS_FIRST = 1 << 12,
    NUMBER_MOST = 6 /* bytes of one number in a slice */
};

/* Everything a word needs, in the pool of words with its text behind it. Offsets are into the pool of slices. */
struct build_word {
    uint32_t last_doc; /* and one; 0: none yet */
    uint32_t last_place;
    uint32_t head, at, end;
    uint32_t slice; /* size of the last one */
    uint16_t len;
    uint8_t languages;
    char text[];
};

struct slot {
    struct build_word *word;
    uint32_t hash;
};

struct block_list {
    unsigned char **blocks;
    size_t count, room;
    size_t used; /* of the last block */
};

struct build {
    int dir;
    struct analyser *analyser;
    struct slot *slots;
    size_t slot_count, word_count;
    struct block_list words, slices;
    struct bytes ids, infos;
    uint32_t docs;
    bool is_failed; /* no memory */
};

/* ---- memory ---- */

/* `size` bytes in a row, aligned to eight bytes when every size is; false: no memory. */
static bool take(struct block_list *list, size_t size, size_t *block_out, size_t *at_out)
{
    if (list->count == 0 || list->used + size > POOL_BLOCK) {
        if (list->count == list->room) {
            size_t room = list->room > 0 ? 2 * list->room : 16;
            unsigned char **blocks = realloc(list->blocks, room * sizeof *blocks);
            if (blocks == NULL)
                return false;
            list->blocks = blocks;
            list->room = room;
        }
        unsigned char *block = malloc(POOL_BLOCK);
        if (block == NULL)
            return false;
        list->blocks[list->count++] = block;
        list->used = 0;
    }
    *block_out = list->count - 1;
    *at_out = list->used;
    list->used += size;
    return true;
}

static void block_list_release(struct block_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->blocks[i]);
    free(list->blocks);
    *list = (struct block_list){0};
}

static void clear(struct build *build)
{
    free(build->slots);
    build->slots = NULL;
    build->slot_count = build->word_count = 0;
    block_list_release(&build->words);
    block_list_release(&build->slices);
    bytes_release(&build->ids);
    bytes_release(&build->infos);
    build->docs = 0;
    build->is_failed = false;
}

struct build *build_new(int dir)
{
    struct build *build = calloc(1, sizeof *build);
    if (build == NULL)
        return NULL;
    build->dir = dir;
    build->analyser = analyser_new();
    if (build->analyser == NULL) {
        free(build);
        return NULL;
    }
    return build;
}

void build_free(struct build *build)
{
    if (build == NULL)
        return;
    clear(build);
    analyser_free(build->analyser);
    free(build);
}

size_t build_memory(const struct build *build)
{
    return (build->words.count + build->slices.count) * POOL_BLOCK + build->slot_count * sizeof *build->slots;
}

static unsigned char *slice_at(const struct build *build, uint32_t offset)
{
    return build->slices.blocks[offset >> POOL_BITS] + (offset & (POOL_BLOCK - 1));
}

/* ---- strings of numbers ---- */

static bool next_slice(struct build *build, struct build_word *word)
{
    uint32_t size = word->slice == 0 ? FIRST_SLICE : word->slice;
    size_t block, at;
    if (word->slice > 0 && size < LARGEST_SLICE)
        size *= 2;
    if (!take(&build->slices, size, &block, &at) || block >> (32 - POOL_BITS) != 0)
        return false;
    uint32_t begin = (uint32_t)(block << POOL_BITS | at);
    if (word->slice == 0)
        word->head = begin;
    else
        store_32(slice_at(build, word->end), begin);
    word->slice = size;
    word->at = begin;
    word->end = begin + size - LINK_BYTES;
    return true;
}

static bool put_byte(struct build *build, struct build_word *word, unsigned char byte)
{
    if (word->at == word->end && !next_slice(build, word))
        return false;
    *slice_at(build, word->at++) = byte;
    return true;
}

static bool put_number(struct build *build, struct build_word *word, uint64_t number)
{
    if (word->end - word->at >= NUMBER_MOST) {
        unsigned char *at = slice_at(build, word->at);
        word->at += (uint32_t)(write_number(at, number) - at);
        return true;
    }
    for (; number >= 0x80; number >>= 7)
        if (!put_byte(build, word, (unsigned char)(number | 0x80)))
            return false;
    return put_byte(build, word, (unsigned char)number);
}

/* Reads a word's string again. */
struct string {
    const struct build *build;
    uint32_t at, end, stop, slice;
};

static struct string string_of(const struct build *build, const struct build_word *word)
{
    return (struct string){build, word->head, word->head + FIRST_SLICE - LINK_BYTES, word->at, FIRST_SLICE};
}

static bool string_ends(const struct string *string)
{
    return string->at == string->stop;
}

static unsigned char get_byte(struct string *string)
{
    if (string->at == string->end) {
        string->at = load_32(slice_at(string->build, string->end));
        string->slice = string->slice < LARGEST_SLICE ? 2 * string->slice : string->slice;
        string->end = string->at + string->slice - LINK_BYTES;
    }
    return *slice_at(string->build, string->at++);
}

static uint64_t get_number(struct string *string)
{
    uint64_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
        unsigned char byte = get_byte(string);
        number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return number;
    }
}

/* ---- words by their text: open addressing ---- */

static bool grow_slots(struct build *build)
{
    size_t count = build->slot_count > 0 ? 2 * build->slot_count : SLOTS_FIRST;
    struct slot *slots = calloc(count, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t i = 0; i < build->slot_count; i++) {
        if (build->slots[i].word == NULL)
            continue;
        size_t at = build->slots[i].hash & (count - 1);
        while (slots[at].word != NULL)
            at = (at + 1) & (count - 1);
        slots[at] = build->slots[i];
    }
    free(build->slots);
    build->slots = slots;
    build->slot_count = count;
    return true;
}

static struct build_word *new_word(struct build *build, const struct word *text)
{
    size_t block, at, size = (sizeof(struct build_word) + text->len + 7) / 8 * 8;
    if (!take(&build->words, size, &block, &at))
        return NULL;
    struct build_word *word = (struct build_word *)(void *)(build->words.blocks[block] + at);
    *word = (struct build_word){.len = (uint16_t)text->len};
    memcpy(word->text, text->text, text->len);
    build->word_count++;
    return word;
}

static struct build_word *find_word(struct build *build, const struct word *text)
{
    if (2 * build->word_count >= build->slot_count && !grow_slots(build))
        return NULL;
    uint32_t hash = (uint32_t)sum_of(text->text, text->len);
    size_t at = hash & (build->slot_count - 1);
    for (; build->slots[at].word != NULL; at = (at + 1) & (build->slot_count - 1)) {
        struct build_word *word = build->slots[at].word;
        if (build->slots[at].hash == hash && word->len == text->len && memcmp(word->text, text->text, text->len) == 0)
            return word;
    }
    struct build_word *word = new_word(build, text);
    if (word != NULL)
        build->slots[at] = (struct slot){word, hash};
    return word;
}

/* ---- adding ---- */

static bool add_place(struct build *build, const struct word *text, uint32_t place, enum language language)
{
    struct build_word *word = find_word(build, text);
    if (word == NULL)
        return false;
    if (word->last_doc != build->docs + 1) {
        uint32_t next = word->last_doc;
        word->last_doc = build->docs + 1;
        word->last_place = 0;
        word->languages |= (uint8_t)(1u << language);
        if (!put_number(build, word, (uint64_t)(build->docs - next) << 1))
            return false;
    }
    uint64_t distance = place - word->last_place;
    word->last_place = place;
    return put_number(build, word, distance << 1 | 1);
}

static bool has_break(const char *text, size_t begin, size_t end)
{
    while (begin < end && text[begin] != ENGINE_BREAK)
        begin++;
    return begin < end;
}

static bool add_text(struct build *build, enum text_field field, chiron_sv text, enum language language,
                     uint32_t *length)
{
    struct words words = {text.ptr, text.len < TEXT_MAX ? text.len : TEXT_MAX, 0};
    struct word word;
    size_t last_end = 0;
    for (uint32_t place = 0; words_next(&words, &word); place++) {
        if (has_break(text.ptr, last_end, word.begin))
            place += ENGINE_GAP;
        if (!add_place(build, &word, (uint32_t)field << PLACE_BITS | place, language))
            return false;
        last_end = word.end;
        (*length)++;
    }
    return true;
}

bool build_add(struct build *build, const struct engine_note *note)
{
    uint32_t length = 0;
    const chiron_sv texts[FIELD_COUNT] = {[FIELD_BODY] = note->body,
                                          [FIELD_TITLES] = note->titles,
                                          [FIELD_HEADINGS] = note->headings,
                                          [FIELD_TAGS] = note->tags};
    for (enum text_field field = FIELD_BODY; field < FIELD_COUNT && !build->is_failed; field++)
        if (!add_text(build, field, texts[field], note->language, &length))
            build->is_failed = true;
    length = length < SEGMENT_LENGTH_MAX ? length : SEGMENT_LENGTH_MAX;
    bytes_put_64(&build->ids, (uint64_t)note->id);
    bytes_put_32(&build->infos, length | (uint32_t)note->language << 24);
    build->is_failed = build->is_failed || build->ids.is_failed || build->infos.is_failed;
    build->docs++;
    return !build->is_failed;
}

/* ---- flushing ---- */

struct ordered {
    uint64_t head; /* the first bytes of the text, so that most comparisons end there */
    const struct build_word *word;
};

static int compare_words(const void *a, const void *b)
{
    const struct ordered *left = a, *right = b;
    if (left->head != right->head)
        return left->head < right->head ? -1 : 1;
    size_t common = left->word->len < right->word->len ? left->word->len : right->word->len;
    int order = memcmp(left->word->text, right->word->text, common);
    return order != 0 ? order : (left->word->len > right->word->len) - (left->word->len < right->word->len);
}

static struct ordered *order_words(const struct build *build)
{
    size_t n = 0;
    struct ordered *list = malloc((build->word_count + 1) * sizeof *list);
    for (size_t i = 0; list != NULL && i < build->slot_count; i++) {
        const struct build_word *word = build->slots[i].word;
        unsigned char bytes[8] = {0};
        if (word == NULL)
            continue;
        memcpy(bytes, word->text, word->len < sizeof bytes ? word->len : sizeof bytes);
        uint64_t head;
        memcpy(&head, bytes, sizeof head);
        list[n++] = (struct ordered){be64toh(head), word};
    }
    if (n > 0)
        qsort(list, n, sizeof *list, compare_words);
    return list;
}

/* The places of a word in one document. */
struct gathered {
    uint32_t *list;
    size_t count, room;
};

static bool gather(struct gathered *places, uint32_t place)
{
    if (places->count == places->room) {
        size_t room = places->room > 0 ? 2 * places->room : 64;
        uint32_t *list = realloc(places->list, room * sizeof *list);
        if (list == NULL)
            return false;
        places->list = list;
        places->room = room;
    }
    places->list[places->count++] = place;
    return true;
}

static uint32_t code_of(const struct gathered *places, uint32_t counts[FIELD_COUNT])
{
    memset(counts, 0, FIELD_COUNT * sizeof *counts);
    for (size_t i = 0; i < places->count; i++)
        counts[places->list[i] >> PLACE_BITS]++;
    if (counts[FIELD_BODY] == places->count)
        return counts[FIELD_BODY] << 1;
    uint32_t weight = RANK_BODY * counts[FIELD_BODY] + RANK_TITLE * counts[FIELD_TITLES] +
                      RANK_HEADING * counts[FIELD_HEADINGS] + RANK_TAG * counts[FIELD_TAGS];
    return weight << 1 | 1;
}

static void put_document(struct postings_writer *postings, uint32_t doc, uint32_t length, const struct gathered *places)
{
    uint32_t counts[FIELD_COUNT];
    uint32_t code = code_of(places, counts);
    postings_add(postings, doc, code, length);
    unsigned char *at = bytes_extend(&postings->places, NUMBER_BYTES * (FIELD_COUNT + places->count));
    if (at == NULL)
        return;
    for (size_t i = 0; (code & 1) != 0 && i < FIELD_COUNT; i++)
        at = write_number(at, counts[i]);
    for (size_t i = 0; i < places->count; i++) {
        bool goes_on = i > 0 && places->list[i] >> PLACE_BITS == places->list[i - 1] >> PLACE_BITS;
        at = write_number(at, places->list[i] -
                                  (goes_on ? places->list[i - 1] : places->list[i] >> PLACE_BITS << PLACE_BITS));
    }
    postings->places.size = (size_t)(at - postings->places.data);
}

static uint32_t length_of(const struct build *build, uint32_t doc)
{
    return load_32(build->infos.data + 4 * (size_t)doc) & SEGMENT_LENGTH_MAX;
}

static bool put_word(const struct build *build, struct segment_writer *writer, const struct build_word *word,
                     struct gathered *places)
{
    struct string string = string_of(build, word);
    uint32_t doc = (uint32_t)(get_number(&string) >> 1);
    postings_clear(&writer->postings);
    while (true) {
        uint32_t place = 0;
        uint64_t number = 0;
        places->count = 0;
        while (!string_ends(&string) && ((number = get_number(&string)) & 1) != 0) {
            place += (uint32_t)(number >> 1);
            if (!gather(places, place))
                return false;
        }
        put_document(&writer->postings, doc, length_of(build, doc), places);
        if ((number & 1) != 0)
            break;
        doc += 1 + (uint32_t)(number >> 1);
    }
    segment_write_word(writer, word->text, word->len, word->languages);
    return true;
}

static bool put_words(const struct build *build, struct segment_writer *writer)
{
    struct ordered *list = order_words(build);
    struct gathered places = {0};
    bool is_done = list != NULL;
    for (size_t i = 0; is_done && i < build->word_count; i++)
        is_done = put_word(build, writer, list[i].word, &places);
    free(places.list);
    free(list);
    return is_done;
}

static struct part put_docs(const struct build *build, struct segment_writer *writer)
{
    struct part part = {.docs = build->docs, .live = build->docs};
    for (uint32_t doc = 0; doc < build->docs; doc++) {
        uint32_t info = load_32(build->infos.data + 4 * (size_t)doc);
        segment_write_doc(writer, (int64_t)load_64(build->ids.data + 8 * (size_t)doc), info & SEGMENT_LENGTH_MAX,
                          info >> 24);
        part.length_sum += info & SEGMENT_LENGTH_MAX;
    }
    return part;
}

int build_flush(struct build *build, struct manifest *made)
{
    if (build->docs == 0)
        return 0;
    struct segment_writer writer;
    segment_write(&writer, build->dir, build->analyser);
    struct part part = put_docs(build, &writer);
    if (!put_words(build, &writer))
        writer.is_failed = true;
    clear(build);
    int error = segment_write_end(&writer, &part.seal);
    if (error == 0 && !manifest_add(made, &part))
        error = ENOMEM;
    return error;
}
