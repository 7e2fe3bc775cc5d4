/* A segment: an immutable index of some documents, in one sealed file. Documents are numbered from 0 in the order in
 * which they came.
 *
 *     postings   of each word, in the order of the table: its documents
 *     places     likewise: its places
 *     words      table: each word (a term without a mark, analyse.h) with
 *                    [where its postings and places begin, in the first entry of a block]
 *                    number of documents, languages of those (bits), size of its postings, of its places
 *     forms      table: each other term, with pairs of
 *                    number of a word (distance from the one before), languages in whose notes the word has this form
 *     ids        of the documents' notes, 8 bytes each
 *     infos      their length in words (24 bits) and language (8 bits)
 *     order      documents by ids, 4 bytes each; absent when they ascend anyway
 *     footer     where all that is, and the mean length
 *
 * Only words have postings. What else a word is found by follows from the word and the language of a note, and is so
 * known from the table of forms. That makes a third less of an index, and a place is in one list only. */
#ifndef SEARCH_SEGMENT_H
#define SEARCH_SEGMENT_H

#include "analyse.h"
#include "job.h"
#include "postings.h"
#include "table.h"

enum { SEGMENT_LENGTH_MAX = 0xffffff };

/* Whether a term is a word: the others begin with a mark, which is none of a word's characters. */
static inline bool term_is_word(chiron_sv term)
{
    unsigned char first = term.len > 0 ? (unsigned char)term.ptr[0] : 0;
    return first >= 0x80 || (first >= '0' && first <= '9') || (first >= 'a' && first <= 'z');
}

/* ---- reading ---- */

struct segment {
    struct sealed file;
    uint32_t docs;
    double mean_length; /* of those, when it was written: that of the ratios in the postings */
    uint64_t postings_at, places_at, ids_at, infos_at;
    uint64_t order_at; /* 0: absent */
    struct table words, forms;
};

/* 0, an errno, or SEALED_BROKEN. Functions below give JOB_BROKEN, or false, when the file is damaged. */
int segment_open(struct segment *segment, int dir, const struct seal *seal);
void segment_close(struct segment *segment);

struct segment_word {
    uint64_t number;
    uint32_t documents;
    unsigned languages;
    uint64_t postings_at, places_at;
    uint32_t postings_size, places_size;
};
/* CHIRON_NONE: it is not there. */
chiron_status segment_find_word(struct segment *segment, chiron_sv word, struct segment_word *out);
chiron_status segment_word_at(struct segment *segment, uint64_t number, struct segment_word *out);

struct segment_words {
    struct table_cursor cursor; /* the word itself is its key */
    uint64_t postings_at, places_at;
    struct segment_word word;
    bool is_ahead; /* `word` is the next one */
};
/* To the first word that is not before `from`. */
chiron_status segment_words_begin(struct segment *segment, struct segment_words *words, chiron_sv from);
/* CHIRON_NONE: at the end. */
chiron_status segment_words_next(struct segment_words *words);

/* The words that have the form, or with `is_prefix` forms that begin with it. The same word may be given several times.
 * What `fn` returns that is not CHIRON_OK ends it and is the answer. */
typedef chiron_status (*segment_form_fn)(void *payload, chiron_sv form, uint64_t word, unsigned languages);
chiron_status segment_each_form(struct segment *segment, chiron_sv form, bool is_prefix, segment_form_fn fn,
                                void *payload);

/* Ready for postings_read. */
bool segment_postings(struct segment *segment, const struct segment_word *word, struct postings *out);

bool segment_id(struct segment *segment, uint32_t doc, int64_t *id_out);
bool segment_info(struct segment *segment, uint32_t doc, uint32_t *length_out, unsigned *language_out);
/* From document `first` on at most `most` documents, in bits from the lowest: whose language is one of `languages`. */
bool segment_languages(struct segment *segment, uint32_t first, unsigned most, unsigned languages, uint64_t *bits_out);
/* CHIRON_NONE: the note is not here. */
chiron_status segment_find_id(struct segment *segment, int64_t id, uint32_t *doc_out);

/* ---- writing: all documents, then words in ascending order, each with its postings ---- */

struct segment_form {
    uint64_t head; /* the first bytes of the form, so that most comparisons end there */
    size_t at;     /* of the whole in `texts` */
    uint32_t word;
    uint16_t len;
    uint8_t languages;
};

struct segment_writer {
    int dir;
    struct analyser *analyser;
    struct sealed_writer file;
    struct postings_writer postings; /* of the word at hand: postings_clear, then add */
    struct bytes places, texts, forms, ids, infos;
    struct table_writer words;
    uint32_t docs;
    uint64_t length_sum;
    bool is_failed; /* no memory */
    struct terms terms;
};
void segment_write(struct segment_writer *writer, int dir, struct analyser *analyser);
void segment_write_doc(struct segment_writer *writer, int64_t id, uint32_t length, unsigned language);
void segment_write_word(struct segment_writer *writer, const char *text, size_t len, unsigned languages);
/* Ends it, always. 0, or an errno: there is no file then. */
int segment_write_end(struct segment_writer *writer, struct seal *seal_out);
void segment_write_abandon(struct segment_writer *writer);

#endif
