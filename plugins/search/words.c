#include "words.h"

#include "letters.h"

#include <stdint.h>

/* What a byte is in a word: itself in lower case, NO_WORD, or a part of a longer character. Most of every text goes
 * through here. */
enum { NO_WORD = 0, LONGER = 1 };

static const unsigned char ascii[0x80] = {
#define SELF(c)  [(c)] = (c)
#define LOWER(c) [(c)] = (c) + ('a' - 'A'), SELF((c) + ('a' - 'A'))
    SELF('0'),  SELF('1'),  SELF('2'),  SELF('3'),  SELF('4'),  SELF('5'),  SELF('6'),  SELF('7'),  SELF('8'),
    SELF('9'),  LOWER('A'), LOWER('B'), LOWER('C'), LOWER('D'), LOWER('E'), LOWER('F'), LOWER('G'), LOWER('H'),
    LOWER('I'), LOWER('J'), LOWER('K'), LOWER('L'), LOWER('M'), LOWER('N'), LOWER('O'), LOWER('P'), LOWER('Q'),
    LOWER('R'), LOWER('S'), LOWER('T'), LOWER('U'), LOWER('V'), LOWER('W'), LOWER('X'), LOWER('Y'), LOWER('Z'),
#undef SELF
#undef LOWER
};

static unsigned char ascii_of(unsigned char c)
{
    return c < 0x80 ? ascii[c] : LONGER;
}

/* The class of what stands at `at`, and its size (1 for a byte that is not UTF-8). */
static enum letter_class class_at(const struct words *words, size_t at, size_t *size_out)
{
    unsigned char c = (unsigned char)words->text[at];
    *size_out = 1;
    if (c < 0x80)
        return ascii[c] != NO_WORD ? LETTER_WORD : LETTER_NONE;
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
        while (words->at < words->len && ascii_of((unsigned char)words->text[words->at]) == NO_WORD)
            words->at++;
        if (words->at == words->len)
            return false;
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
    const unsigned char *begin = (const unsigned char *)words->text + words->at;
    const unsigned char *end = (const unsigned char *)words->text + words->len, *at = begin;
    unsigned char lower = NO_WORD;
    for (; at < end && (lower = ascii_of(*at)) > LONGER; at++)
        if (at - begin < WORD_RUNES)
            word->text[at - begin] = (char)lower;
    if (at < end && lower == LONGER)
        return false;
    words->at += (size_t)(at - begin);
    word->len = (size_t)(at - begin < WORD_RUNES ? at - begin : WORD_RUNES);
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
