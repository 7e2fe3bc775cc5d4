#include "analyse.h"

#include "letters.h"
#include "polish.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

/* To be raised when this file makes other terms than before. */
#define TERMS_VERSION "2"

#define FOLDED '~'
#define STEM   '^'

static const char *const stemmer_names[LANGUAGE_COUNT] = {[LANGUAGE_EN] = "english", [LANGUAGE_DA] = "danish"};

/* A few thousand words make most of any text, and a stemmer takes longer than all the rest: their terms are
 * remembered, the newest in a slot winning. */
enum { MEMORY_SLOTS = 1024, MEMORY_BYTES = 160, MEMORY_TERMS = 6 };

struct memory {
    enum language language;
    uint8_t count; /* 0: free */
    uint16_t ends[MEMORY_TERMS];
    char bytes[MEMORY_BYTES];
};

struct analyser {
    struct sb_stemmer *stemmers[LANGUAGE_COUNT];
    struct memory memory[MEMORY_SLOTS];
};

struct analyser *analyser_new(void)
{
    return calloc(1, sizeof(struct analyser));
}

void analyser_free(struct analyser *analyser)
{
    if (analyser == NULL)
        return;
    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        if (analyser->stemmers[i] != NULL)
            sb_stemmer_delete(analyser->stemmers[i]);
    free(analyser);
}

const char *analyser_version(void)
{
    return TERMS_VERSION;
}

enum language language_of(chiron_sv tag)
{
    if (tag.len < 2 || (tag.len > 2 && tag.ptr[2] != '-' && tag.ptr[2] != '_'))
        return LANGUAGE_OTHER;
    char first = (char)(tag.ptr[0] | 0x20), second = (char)(tag.ptr[1] | 0x20);
    if (first == 'e' && second == 'n')
        return LANGUAGE_EN;
    if (first == 'd' && second == 'a')
        return LANGUAGE_DA;
    if (first == 'p' && second == 'l')
        return LANGUAGE_PL;
    return LANGUAGE_OTHER;
}

chiron_sv terms_nth(const struct terms *terms, size_t n)
{
    size_t begin = n > 0 ? terms->ends[n - 1] : 0;
    return (chiron_sv){terms->bytes + begin, terms->ends[n] - begin};
}

bool analyse_is_word(chiron_sv term)
{
    return term.len > 0 && term.ptr[0] != FOLDED && term.ptr[0] != STEM;
}

bool analyse_is_stem(chiron_sv term)
{
    return term.len > 0 && term.ptr[0] == STEM;
}

/* ---- making terms ---- */

/* A spelling of a word while it is worked on. */
struct form {
    char text[WORD_BYTES];
    size_t len;
};

static bool same(const char *a, size_t a_len, const char *b, size_t b_len)
{
    return a_len == b_len && memcmp(a, b, a_len) == 0;
}

static bool form_same(const struct form *a, const struct form *b)
{
    return same(a->text, a->len, b->text, b->len);
}

/* Adds mark + form, unless it is there. `mark` 0: the word itself. */
static void add(struct terms *terms, char mark, const struct form *form)
{
    if (form->len == 0 || terms->count == TERMS_MAX)
        return;
    size_t begin = terms->count > 0 ? terms->ends[terms->count - 1] : 0, len = 0;
    char *term = terms->bytes + begin;
    if (mark != '\0')
        term[len++] = mark;
    memcpy(term + len, form->text, form->len);
    len += form->len;
    for (size_t i = 0; i < terms->count; i++) {
        chiron_sv other = terms_nth(terms, i);
        if (same(other.ptr, other.len, term, len))
            return;
    }
    terms->ends[terms->count++] = (uint16_t)(begin + len);
}

static void form_of(const struct word *word, struct form *out)
{
    memcpy(out->text, word->text, word->len);
    out->len = word->len;
}

static void fold_plain(const struct form *form, struct form *out)
{
    out->len = letters_plain(form->text, form->len, out->text, sizeof out->text);
}

static void fold_digraph(const struct form *form, struct form *out)
{
    out->len = letters_digraph(form->text, form->len, out->text, sizeof out->text);
}

/* Without a stemmer the stem is the word. */
static bool stem(struct analyser *analyser, const struct form *form, enum language language, struct form *out)
{
    *out = *form;
    if (language == LANGUAGE_PL)
        out->len = polish_stem(form->text, form->len, out->text);
    if (stemmer_names[language] == NULL)
        return true;
    struct sb_stemmer **stemmer = &analyser->stemmers[language];
    if (*stemmer == NULL && (*stemmer = sb_stemmer_new(stemmer_names[language], NULL)) == NULL)
        return false;
    const sb_symbol *symbols = sb_stemmer_stem(*stemmer, (const sb_symbol *)form->text, (int)form->len);
    if (symbols == NULL)
        return false;
    int len = sb_stemmer_length(*stemmer);
    if (len > 0 && (size_t)len <= sizeof out->text) {
        memcpy(out->text, symbols, (size_t)len);
        out->len = (size_t)len;
    }
    return true;
}

static bool make_note_terms(struct analyser *analyser, const struct word *word, enum language language,
                            struct terms *terms)
{
    struct form self, stemmed, form;
    terms->count = 0;
    form_of(word, &self);
    add(terms, '\0', &self);
    if (!word->is_ascii) {
        fold_plain(&self, &form);
        if (!form_same(&form, &self))
            add(terms, FOLDED, &form);
        fold_digraph(&self, &form);
        if (!form_same(&form, &self))
            add(terms, FOLDED, &form);
    }
    if (!stem(analyser, &self, language, &stemmed))
        return false;
    if (form_same(&stemmed, &self))
        return true;
    add(terms, STEM, &stemmed);
    if (!word->is_ascii) {
        fold_plain(&stemmed, &form);
        add(terms, STEM, &form);
        fold_digraph(&stemmed, &form);
        add(terms, STEM, &form);
    }
    return true;
}

static size_t slot_of(const struct word *word, enum language language)
{
    uint64_t hash = 0xcbf29ce484222325u + language;
    for (size_t i = 0; i < word->len; i++)
        hash = (hash ^ (unsigned char)word->text[i]) * 0x100000001b3u;
    return (size_t)(hash ^ (hash >> 32)) % MEMORY_SLOTS;
}

static void remember(struct memory *memory, const struct terms *terms, enum language language)
{
    if (terms->count > MEMORY_TERMS || terms->ends[terms->count - 1] > MEMORY_BYTES)
        return;
    memory->language = language;
    memory->count = (uint8_t)terms->count;
    memcpy(memory->ends, terms->ends, terms->count * sizeof *terms->ends);
    memcpy(memory->bytes, terms->bytes, terms->ends[terms->count - 1]);
}

static bool recall(const struct memory *memory, const struct word *word, enum language language, struct terms *terms)
{
    if (memory->count == 0 || memory->language != language ||
        !same(memory->bytes, memory->ends[0], word->text, word->len))
        return false;
    terms->count = memory->count;
    memcpy(terms->ends, memory->ends, memory->count * sizeof *terms->ends);
    memcpy(terms->bytes, memory->bytes, memory->ends[memory->count - 1]);
    return true;
}

bool analyse_note(struct analyser *analyser, const struct word *word, enum language language, struct terms *terms_out)
{
    struct memory *memory = &analyser->memory[slot_of(word, language)];
    if (recall(memory, word, language, terms_out))
        return true;
    if (!make_note_terms(analyser, word, language, terms_out))
        return false;
    remember(memory, terms_out, language);
    return true;
}

bool analyse_query(struct analyser *analyser, const struct word *word, enum language language, struct terms *terms_out)
{
    struct form self, stemmed, plain, digraph;
    terms_out->count = 0;
    form_of(word, &self);
    add(terms_out, '\0', &self);
    fold_plain(&self, &plain);
    fold_digraph(&self, &digraph);
    add(terms_out, '\0', &plain);
    add(terms_out, FOLDED, &plain);
    add(terms_out, '\0', &digraph);
    add(terms_out, FOLDED, &digraph);
    if (!stem(analyser, &self, language, &stemmed))
        return false;
    if (language == LANGUAGE_OTHER)
        return true;
    add(terms_out, STEM, &stemmed);
    add(terms_out, '\0', &stemmed);
    /* Who types ø means ø: without its mark the stem would find other words ("møde" would find every "mod"), so only
     * its digraph is tried. Who types no marks finds all spellings. */
    fold_digraph(&stemmed, &digraph);
    add(terms_out, '\0', &digraph);
    add(terms_out, FOLDED, &digraph);
    add(terms_out, STEM, &digraph);
    return true;
}

void analyse_prefix(const struct word *word, struct terms *terms_out)
{
    struct form self, plain, digraph;
    terms_out->count = 0;
    form_of(word, &self);
    add(terms_out, '\0', &self);
    fold_plain(&self, &plain);
    fold_digraph(&self, &digraph);
    add(terms_out, '\0', &digraph);
    add(terms_out, FOLDED, &digraph);
    /* Not "a" for "å": the beginning of too much. */
    if (form_same(&plain, &digraph))
        add(terms_out, FOLDED, &plain);
}
