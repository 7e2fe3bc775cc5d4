#include "docs.h"

#include <stdlib.h>
#include <string.h>

enum { DEAD = 0xff }; /* in place of the language */

void docs_release(struct docs *docs)
{
    if (docs == NULL)
        return;
    free(docs->list);
    free(docs->slots);
    *docs = (struct docs){0};
}

const struct doc *docs_get(const struct docs *docs, int64_t n)
{
    return n >= 1 && (uint64_t)n <= docs->count ? &docs->list[n - 1] : NULL;
}

double docs_mean_length(const struct docs *docs)
{
    double mean = docs->live > 0 ? docs->length_sum / (double)docs->live : 0;
    return mean >= 1 ? mean : 1;
}

static struct doc *append(struct docs *docs)
{
    if (docs->count == docs->room) {
        size_t room = docs->room > 0 ? 2 * docs->room : DOCS_CHUNK;
        struct doc *list = realloc(docs->list, room * sizeof *list);
        if (list == NULL)
            return NULL;
        docs->list = list;
        docs->room = room;
    }
    return &docs->list[docs->count++];
}

/* ---- on disk: 8 bytes note, 3 length, 1 language, least significant byte first ---- */

static uint64_t get_bytes(const unsigned char *bytes, unsigned count)
{
    uint64_t value = 0;
    for (unsigned i = count; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

static void put_bytes(unsigned char *bytes, unsigned count, uint64_t value)
{
    for (unsigned i = 0; i < count; i++)
        bytes[i] = (unsigned char)(value >> (8 * i));
}

bool docs_read_chunk(struct docs *docs, const unsigned char *bytes, size_t size)
{
    /* Only the last row may be short. */
    if (size == 0 || size % DOC_BYTES != 0 || size > (size_t)DOCS_CHUNK * DOC_BYTES || docs->count % DOCS_CHUNK != 0)
        return false;
    for (size_t at = 0; at < size; at += DOC_BYTES) {
        struct doc *doc = append(docs);
        if (doc == NULL)
            return false;
        *doc = (struct doc){.note = (int64_t)get_bytes(bytes + at, 8),
                            .length = (uint32_t)get_bytes(bytes + at + 8, 3),
                            .language = bytes[at + 11],
                            .is_dead = bytes[at + 11] == DEAD};
        if (!doc->is_dead) {
            docs->live++;
            docs->length_sum += doc->length;
        }
    }
    return true;
}

static size_t chunk_end(const struct docs *docs, size_t chunk)
{
    size_t end = (chunk + 1) * DOCS_CHUNK;
    return end < docs->count ? end : docs->count;
}

size_t docs_write_chunk(const struct docs *docs, size_t chunk, unsigned char *bytes)
{
    size_t size = 0;
    for (size_t i = chunk * DOCS_CHUNK; i < chunk_end(docs, chunk); i++, size += DOC_BYTES) {
        const struct doc *doc = &docs->list[i];
        put_bytes(bytes + size, 8, (uint64_t)doc->note);
        put_bytes(bytes + size + 8, 3, doc->length);
        bytes[size + 11] = doc->is_dead ? DEAD : doc->language;
    }
    return size;
}

bool docs_chunk_is_changed(const struct docs *docs, size_t chunk)
{
    for (size_t i = chunk * DOCS_CHUNK; i < chunk_end(docs, chunk); i++)
        if (docs->list[i].is_changed)
            return true;
    return false;
}

/* ---- by note: open addressing; a slot once taken stays with its note ---- */

static size_t *slot_of(const struct docs *docs, int64_t note)
{
    uint64_t hash = (uint64_t)note * 0x9e3779b97f4a7c15u;
    size_t at = (size_t)(hash >> 32) & (docs->slot_count - 1);
    while (docs->slots[at] != 0 && docs->list[docs->slots[at] - 1].note != note)
        at = (at + 1) & (docs->slot_count - 1);
    return &docs->slots[at];
}

static bool grow_slots(struct docs *docs, size_t count)
{
    size_t *old = docs->slots;
    size_t old_count = docs->slot_count;
    docs->slots = calloc(count, sizeof *docs->slots);
    if (docs->slots == NULL) {
        docs->slots = old;
        return false;
    }
    docs->slot_count = count;
    for (size_t i = 0; i < old_count; i++)
        if (old[i] != 0)
            *slot_of(docs, docs->list[old[i] - 1].note) = old[i];
    free(old);
    return true;
}

bool docs_index(struct docs *docs)
{
    size_t count = 1024;
    while (count < 2 * docs->live)
        count *= 2;
    free(docs->slots);
    docs->slots = NULL;
    docs->slot_count = docs->slots_used = 0;
    if (!grow_slots(docs, count))
        return false;
    for (size_t i = 0; i < docs->count; i++) {
        if (docs->list[i].is_dead)
            continue;
        size_t *slot = slot_of(docs, docs->list[i].note);
        if (*slot != 0)
            return false;
        *slot = i + 1;
        docs->slots_used++;
    }
    return true;
}

static void kill_doc(struct docs *docs, struct doc *doc)
{
    if (doc->is_dead)
        return;
    doc->is_dead = doc->is_changed = true;
    docs->live--;
    docs->length_sum -= doc->length;
}

int64_t docs_add(struct docs *docs, int64_t note, uint8_t language)
{
    if (2 * (docs->slots_used + 1) > docs->slot_count && !grow_slots(docs, 2 * docs->slot_count))
        return 0;
    struct doc *doc = append(docs);
    if (doc == NULL)
        return 0;
    *doc = (struct doc){.note = note, .language = language, .is_changed = true};
    docs->live++;
    size_t *slot = slot_of(docs, note);
    if (*slot != 0)
        kill_doc(docs, &docs->list[*slot - 1]);
    else
        docs->slots_used++;
    *slot = docs->count;
    return (int64_t)docs->count;
}

void docs_set_length(struct docs *docs, uint32_t length)
{
    struct doc *doc = &docs->list[docs->count - 1];
    doc->length = length < DOC_LENGTH_MAX ? length : DOC_LENGTH_MAX;
    docs->length_sum += doc->length;
}

void docs_remove(struct docs *docs, int64_t note)
{
    size_t *slot = slot_of(docs, note);
    if (*slot != 0)
        kill_doc(docs, &docs->list[*slot - 1]);
}
