#include "words.h"

#include "letters.h"

#include <stdint.h>

static char lower_ascii(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c + ('a' - 'A'));
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? (char)c : '\0';
}

/* The class of what stands at `at`, and its size (1 for a byte that is not UTF-8). */
static enum letter_class class_at(const struct words *words, size_t at, size_t *size_out)
{
    unsigned char c = (unsigned char)words->text[at];
    *size_out = 1;
    if (c < 0x80)
        return lower_ascii(c) != '\0' ? LETTER_WORD : LETTER_NONE;
    int32_t rune;
    size_t size = letters_decode(words->text, words->len, at, &rune);
    if (size == 0)
        return LETTER_NONE;
    *size_out = size;
    return letters_class(rune);
}

static bool skip_to_word(struct words *words, enum letter_class *class_out)
{
    while (words->at < words->len) {
        size_t size;
        *class_out = class_at(words, words->at, &size);
        if (*class_out == LETTER_WORD || *class_out == LETTER_SYMBOL)
            return true;
        words->at += size;
    }
    return false;
}

/* Takes the ASCII part of a word; true when the word ends with it. */
static bool take_ascii(struct words *words, struct word *word)
{
    size_t at = words->at, n = 0;
    for (; at < words->len; at++) {
        unsigned char c = (unsigned char)words->text[at];
        if (c >= 0x80)
            return false;
        char lower = lower_ascii(c);
        if (lower == '\0')
            break;
        if (n < WORD_RUNES)
            word->text[n++] = lower;
    }
    words->at = at;
    word->len = n;
    return true;
}

/* The end of the word that begins at words->at; `known_out`: the end of its first WORD_RUNES characters. */
static size_t word_end(const struct words *words, enum letter_class first, size_t *known_out)
{
    size_t at = words->at, runes = 0;
    *known_out = at;
    while (at < words->len) {
        size_t size;
        enum letter_class class = class_at(words, at, &size);
        if (class == LETTER_NONE || (class == LETTER_SYMBOL && runes > 0) ||
            (first == LETTER_SYMBOL && class == LETTER_WORD))
            break;
        at += size;
        if (++runes <= WORD_RUNES)
            *known_out = at;
    }
    return at;
}

static void take_any(struct words *words, enum letter_class class, struct word *word)
{
    size_t known;
    size_t end = word_end(words, class, &known);
    word->len = letters_lower(words->text + words->at, known - words->at, word->text, sizeof word->text);
    words->at = end;
}

static bool is_ascii(const struct word *word)
{
    for (size_t i = 0; i < word->len; i++)
        if ((unsigned char)word->text[i] >= 0x80)
            return false;
    return true;
}

bool words_next(struct words *words, struct word *word_out)
{
    enum letter_class class = LETTER_NONE;
    while (skip_to_word(words, &class)) {
        word_out->begin = words->at;
        word_out->is_ascii = class == LETTER_WORD && take_ascii(words, word_out);
        if (!word_out->is_ascii) {
            take_any(words, class, word_out);
            word_out->is_ascii = is_ascii(word_out);
        }
        word_out->end = words->at;
        if (word_out->len > 0)
            return true;
    }
    return false;
}
