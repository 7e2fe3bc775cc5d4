/* Written after the Polish stemming algorithm of Snowball 3 by Dmitry Shachnev (https://snowballstem.org/), which
 * Debian's libstemmer does not have yet: the endings, and what becomes of each, are his.
 *
 * One ending goes: the longest that fits; behind an adjective's also that of a participle or a comparative. Endings
 * that many stems have as well go only in the region, which begins behind the first consonant that follows a vowel. A
 * word without any ending loses the kreska of its last consonant, for most of its other forms have none. */
#include "polish.h"

#include <stdbool.h>
#include <string.h>

enum change {
    DELETE,
    DELETE_BEHIND, /* in the region */
    DELETE_OR_S,   /* in the region deleted, else an "s" stays */
    TO_S,
    TO_L,       /* an "ł" stays */
    ADJECTIVE,  /* deleted, and then those of behind_adjectives */
    KEEP_LETTER /* of a consonant its plain letter stays */
};

/* Endings of one fate, with spaces between them. */
struct endings {
    enum change change;
    const char *list;
};

static const struct endings conditionals[] = {{DELETE_BEHIND, "bym byś byśmy byście by"}, {DELETE, NULL}};

static const struct endings endings[] = {
    /* verbs: present, imperative, infinitive, adverbial participles */
    {DELETE, "asz esz isz amy emy imy acie ecie icie ają eść aść ać ieć ić ąć ając ąc aj ajcie cie ę"},
    /* past tenses */
    {DELETE, "ałem iałem iłem ałam iałam iłam am ałeś iałeś iłeś ałaś iałaś iłaś ał iał ił ała iała iła ało iało iło"},
    {DELETE, "aliśmy ieliśmy iliśmy ałyśmy iałyśmy iłyśmy aliście ieliście iliście ałyście iałyście iłyście"},
    {DELETE, "ali ieli ili ały iały iły"},
    /* of roots of one consonant: byłem, byłaś, byliście */
    {TO_L, "łeś łaś liśmy łyśmy liście łyście"},
    /* noszę, noszą: the s of the root has softened; or an adjective: lepszą */
    {TO_S, "szę"},
    {DELETE_OR_S, "szą"},
    {ADJECTIVE, "y ego iego emu iemu ym im ej iej ych ich ymi imi"},
    /* participles and comparatives */
    {DELETE, "ająca ąca iejsza sza ającą ącą iejszą ające ące iejsze sze"},
    {TO_S, "sząca szącą szące"},
    /* nouns */
    {DELETE_BEHIND, "a o i u ia owi iowi ą ią em iem e iu ie ów om iom ami iami ach iach"},
    {DELETE, NULL},
};

static const struct endings behind_adjectives[] = {{DELETE, "ając ąc iejsz sz"}, {TO_S, "sząc"}, {DELETE, NULL}};

static const struct endings kreskas[] = {{KEEP_LETTER, "ć ń ś ź"}, {DELETE, NULL}};

/* A word being cut: `text` is the caller's. */
struct stem {
    char *text;
    size_t len;
    size_t region; /* where it begins */
};

/* Bytes of the character at `at`, which is below `len`. */
static size_t size_at(const char *text, size_t len, size_t at)
{
    size_t end = at + 1;
    while (end < len && ((unsigned char)text[end] & 0xc0) == 0x80)
        end++;
    return end - at;
}

static bool is_vowel(const char *text, size_t size)
{
    static const char vowels[] = "a e i o u y ą ę ó";
    for (const char *at = vowels; *at != '\0'; at++)
        if (*at != ' ' && strncmp(at, text, size) == 0)
            return true;
    return false;
}

/* Behind the first consonant that follows a vowel; the end where there is none. */
static size_t region_of(const char *text, size_t len)
{
    bool seen = false;
    for (size_t at = 0; at < len;) {
        size_t size = size_at(text, len, at);
        bool vowel = is_vowel(text + at, size);
        at += size;
        if (seen && !vowel)
            return at;
        seen = seen || vowel;
    }
    return len;
}

/* An ending that a word has. */
struct found {
    const char *text;
    size_t size; /* 0: none */
    enum change change;
};

static bool fits(const struct stem *stem, const struct found *ending, size_t keep)
{
    if (stem->len < ending->size + keep ||
        memcmp(stem->text + stem->len - ending->size, ending->text, ending->size) != 0)
        return false;
    return ending->change != DELETE_BEHIND || stem->len - ending->size >= stem->region;
}

/* The longest ending of the lists that the word has where it may go; `keep` bytes of the word are not touched. */
static struct found find(const struct stem *stem, const struct endings *lists, size_t keep)
{
    struct found best = {NULL, 0, DELETE};
    for (; lists->list != NULL; lists++) {
        for (const char *at = lists->list; *at != '\0'; at += at[0] == ' ') {
            struct found ending = {at, strcspn(at, " "), lists->change};
            if (ending.size > best.size && fits(stem, &ending, keep))
                best = ending;
            at += ending.size;
        }
    }
    return best;
}

static void put(struct stem *stem, const char *text)
{
    size_t size = strlen(text);
    memcpy(stem->text + stem->len, text, size);
    stem->len += size;
}

static void change(struct stem *stem, const struct found *ending)
{
    static const char *const plain[][2] = {{"ć", "c"}, {"ń", "n"}, {"ś", "s"}, {"ź", "z"}};
    stem->len -= ending->size;
    bool in_region = stem->len >= stem->region;
    if (ending->change == TO_S || (ending->change == DELETE_OR_S && !in_region))
        put(stem, "s");
    else if (ending->change == TO_L)
        put(stem, "ł");
    for (size_t i = 0; ending->change == KEEP_LETTER && i < sizeof plain / sizeof *plain; i++)
        if (memcmp(plain[i][0], ending->text, ending->size) == 0)
            put(stem, plain[i][1]);
}

/* Whether there was one. */
static bool remove_ending(struct stem *stem, const struct endings *lists, size_t keep)
{
    struct found ending = find(stem, lists, keep);
    if (ending.size == 0)
        return false;
    change(stem, &ending);
    if (ending.change == ADJECTIVE)
        remove_ending(stem, behind_adjectives, keep);
    return true;
}

size_t polish_stem(const char *word, size_t len, char *out)
{
    struct stem stem = {out, len, region_of(word, len)};
    size_t keep = 0, characters = 0;
    memcpy(out, word, len);
    for (; characters < 2 && keep < len; characters++)
        keep += size_at(word, len, keep);
    bool is_long = characters == 2;
    if (is_long)
        remove_ending(&stem, conditionals, keep);
    if (!is_long || !remove_ending(&stem, endings, keep))
        remove_ending(&stem, kreskas, 1);
    return stem.len;
}
