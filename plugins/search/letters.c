#include "letters.h"

#include <string.h>
#include <utf8proc.h>

size_t letters_decode(const char *text, size_t len, size_t at, int32_t *rune_out)
{
    /* Two bytes, as most letters that are not ASCII. */
    if (len - at >= 2) {
        unsigned char first = (unsigned char)text[at], second = (unsigned char)text[at + 1];
        if (first >= 0xc2 && first < 0xe0 && (second & 0xc0) == 0x80) {
            *rune_out = (first & 0x1f) << 6 | (second & 0x3f);
            return 2;
        }
    }
    utf8proc_ssize_t size =
        utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(len - at), rune_out);
    return size > 0 ? (size_t)size : 0;
}

size_t letters_encode(int32_t rune, char *out)
{
    return (size_t)utf8proc_encode_char(rune, (utf8proc_uint8_t *)out);
}

/* Han, Hiragana, Katakana: no spaces between words, so every character is indexed and words are found as phrases. */
static bool is_ideograph(int32_t rune)
{
    return (rune >= 0x3041 && rune <= 0x30ff) || (rune >= 0x3400 && rune <= 0x4dbf) ||
           (rune >= 0x4e00 && rune <= 0x9fff) || (rune >= 0xf900 && rune <= 0xfaff) ||
           (rune >= 0x20000 && rune <= 0x3ffff);
}

static bool is_unseen(int32_t rune)
{
    return rune == 0x00ad || rune == 0x200c || rune == 0x200d || rune == 0x2060;
}

enum letter_class letters_class(int32_t rune)
{
    /* Latin without ASCII: letters but for two signs. */
    if (rune >= 0x00c0 && rune <= 0x024f)
        return rune != 0x00d7 && rune != 0x00f7 ? LETTER_WORD : LETTER_NONE;
    switch (utf8proc_category(rune)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return is_ideograph(rune) ? LETTER_SYMBOL : LETTER_WORD;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return LETTER_WORD;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return LETTER_MARK;
    default:
        return is_unseen(rune) ? LETTER_MARK : LETTER_NONE;
    }
}

/* Below the first combining mark NFC is the text itself: all of Polish and Danish as keyboards write it. */
static size_t lower_simple(const char *text, size_t len, char *out, size_t room, bool *is_simple_out)
{
    size_t n = 0;
    *is_simple_out = true;
    for (size_t at = 0; at < len;) {
        int32_t rune;
        size_t size = letters_decode(text, len, at, &rune);
        if (size == 0 || rune >= 0x0300 || rune == 0x00ad) {
            *is_simple_out = false;
            return 0;
        }
        char bytes[4];
        size_t written = letters_encode(utf8proc_tolower(rune), bytes);
        if (n + written > room)
            break;
        memcpy(out + n, bytes, written);
        n += written;
        at += size;
    }
    return n;
}

enum { RUNES = 1024 }; /* a word's 64 characters, decomposed, are at most 4 times as many */

static size_t put_runes(const int32_t *runes, utf8proc_ssize_t count, char *out, size_t room)
{
    size_t n = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        char bytes[4];
        size_t written = letters_encode(runes[i], bytes);
        if (n + written > room)
            break;
        memcpy(out + n, bytes, written);
        n += written;
    }
    return n;
}

size_t letters_lower(const char *text, size_t len, char *out, size_t room)
{
    bool is_simple;
    size_t n = lower_simple(text, len, out, room, &is_simple);
    if (is_simple)
        return n;
    int32_t runes[RUNES];
    utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_IGNORE;
    utf8proc_ssize_t count =
        utf8proc_decompose((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, runes, RUNES, options);
    if (count < 0 || count > RUNES)
        return 0;
    count = utf8proc_normalize_utf32(runes, count, options);
    for (utf8proc_ssize_t i = 0; i < count; i++)
        runes[i] = utf8proc_tolower(runes[i]);
    return put_runes(runes, count, out, room);
}

struct spelling {
    int32_t rune;
    char plain[3], digraph[3];
};

/* Letters without a decomposition, or with a spelling of their own beside it. */
static const struct spelling spellings[] = {
    {0x00df, "ss", "ss"}, {0x00e5, "a", "aa"}, {0x00e6, "ae", "ae"}, {0x00f0, "d", "d"},   {0x00f8, "o", "oe"},
    {0x00fe, "th", "th"}, {0x0111, "d", "d"},  {0x0127, "h", "h"},   {0x0131, "i", "i"},   {0x0142, "l", "l"},
    {0x0153, "oe", "oe"}, {0x0167, "t", "t"},  {0x01fb, "a", "aa"},  {0x01fd, "ae", "ae"}, {0x01ff, "o", "oe"},
};

static const struct spelling *spelling_of(int32_t rune)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (spellings[i].rune == rune)
            return &spellings[i];
    return NULL;
}

/* Accents and points. Not nukta, kana voicing and virama (classes 7 to 9), which make another letter or syllable. */
static bool is_stripped(int32_t rune)
{
    int class = utf8proc_get_property(rune)->combining_class;
    return class != 0 && (class < 7 || class > 9);
}

/* The letters that `rune` is folded to; returns how many. */
static utf8proc_ssize_t fold_rune(int32_t rune, bool digraph, int32_t out[8])
{
    const struct spelling *spelling = spelling_of(rune);
    if (spelling != NULL) {
        const char *letters = digraph ? spelling->digraph : spelling->plain;
        utf8proc_ssize_t n = 0;
        for (; letters[n] != '\0'; n++)
            out[n] = letters[n];
        return n;
    }
    int last_boundary = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char(rune, out, 8, UTF8PROC_DECOMPOSE, &last_boundary);
    if (count < 0 || count > 8) {
        out[0] = rune;
        return 1;
    }
    utf8proc_ssize_t kept = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++)
        if (!is_stripped(out[i]))
            out[kept++] = out[i];
    return kept;
}

static size_t fold(const char *text, size_t len, bool digraph, char *out, size_t room)
{
    int32_t runes[RUNES];
    utf8proc_ssize_t count = 0;
    for (size_t at = 0; at < len && count + 8 <= RUNES;) {
        int32_t rune;
        size_t size = letters_decode(text, len, at, &rune);
        if (size == 0)
            break;
        count += fold_rune(rune, digraph, runes + count);
        at += size;
    }
    /* Decomposing has split Korean syllables, too: together again. */
    count = utf8proc_normalize_utf32(runes, count, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    return put_runes(runes, count, out, room);
}

size_t letters_plain(const char *text, size_t len, char *out, size_t room)
{
    return fold(text, len, false, out, room);
}

size_t letters_digraph(const char *text, size_t len, char *out, size_t room)
{
    return fold(text, len, true, out, room);
}

const char *letters_version(void)
{
    return utf8proc_unicode_version();
}
