/* Two bytes of the literal that are rare in prose are compared at many places at once; where both stand, all of it is.
 * Case is ignored by setting the bits in which a letter's two cases differ, which lets through a few other bytes that
 * the second look turns away. */
#include "text/needle.h"

#include "base/utf8.h"

#include <endian.h>
#include <string.h>

enum { BLOCK = 16 };
typedef unsigned char block __attribute__((vector_size(BLOCK)));

/* --- letters --- */

/* A letter and what differs from it in case alone. */
struct letter {
    size_t length; /* of `lower` and `upper` */
    unsigned char lower[2], upper[2];
    struct sv other; /* a form of another length; most have none */
};

/* The upper-case form, or the rune itself. */
static uint32_t upper_of(uint32_t rune)
{
    if (rune < 0x80)
        return rune >= 'a' && rune <= 'z' ? rune - 0x20 : rune;
    if (rune >= 0xe0 && rune <= 0xfe && rune != 0xf7)
        return rune - 0x20;
    bool even = (rune >= 0x139 && rune <= 0x148) || (rune >= 0x179 && rune <= 0x17e);
    bool odd = (rune >= 0x100 && rune <= 0x137) || (rune >= 0x14a && rune <= 0x177);
    return (even && rune % 2 == 0) || (odd && rune % 2 == 1) ? rune - 1 : rune;
}

bool needle_folds(uint32_t rune)
{
    const uint32_t dotless_i = 0x131; /* its upper case is another letter's */
    return rune < 0x80 || (upper_of(rune) != rune && rune != dotless_i);
}

/* Long s, the signs for kelvin and angstrom. */
static struct sv other_form(uint32_t rune)
{
    return rune == 's'    ? SV("\xc5\xbf")
           : rune == 'k'  ? SV("\xe2\x84\xaa")
           : rune == 0xe5 ? SV("\xe2\x84\xab")
                          : (struct sv){0};
}

static void encode(uint32_t rune, size_t length, unsigned char bytes[2])
{
    bytes[0] = (unsigned char)(length == 1 ? rune : 0xc0 | rune >> 6);
    bytes[1] = (unsigned char)(0x80 | (rune & 0x3f));
}

/* At `at` in a needle's text. */
static struct letter letter_at(const struct needle *needle, size_t at)
{
    uint32_t rune = (unsigned char)needle->text.ptr[at];
    struct letter letter = {.length = 1};
    if (!needle->fold) {
        letter.lower[0] = letter.upper[0] = (unsigned char)rune;
        return letter;
    }
    if (rune >= 0x80)
        letter.length = utf8_decode(needle->text, at, &rune);
    encode(rune, letter.length, letter.lower);
    encode(upper_of(rune), letter.length, letter.upper);
    letter.other = other_form(rune);
    return letter;
}

/* --- making --- */

static bool all_fold(struct sv text)
{
    uint32_t rune;
    for (size_t at = 0, length; at < text.len; at += length) {
        length = utf8_decode(text, at, &rune);
        if (length == 0 || !needle_folds(rune))
            return false;
    }
    return true;
}

/* How rare a byte is in prose of our languages: the larger, the better to look for. */
static size_t rarity(unsigned char c)
{
    static const char common[] = " eaniotrsdlkmgupcwzyvhfbj.,-";
    unsigned char lower = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
    const char *found = c != '\0' ? strchr(common, lower) : NULL;
    if (found)
        return (size_t)(found - common);
    bool leads = c >= 0xc3 && c <= 0xc5;
    return leads ? sizeof common / 4 : sizeof common;
}

static void choose_piece(struct needle *needle)
{
    size_t begin = 0;
    needle->begin = needle->end = 0;
    for (size_t at = 0; at < needle->text.len;) {
        struct letter letter = letter_at(needle, at);
        at += letter.length;
        if (letter.other.len > 0) {
            begin = at;
        } else if (at - begin > needle->end - needle->begin) {
            needle->begin = begin;
            needle->end = at;
        }
    }
}

static size_t rarest(struct sv piece, size_t without)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < piece.len; i++)
        if (i != without &&
            (best == SIZE_MAX || rarity((unsigned char)piece.ptr[i]) > rarity((unsigned char)piece.ptr[best])))
            best = i;
    return best == SIZE_MAX ? without : best;
}

/* The bits in which the cases of the byte at `place` of the piece differ. */
static unsigned char differing(const struct needle *needle, size_t place)
{
    size_t at = needle->begin;
    struct letter letter = letter_at(needle, at);
    while (at + letter.length <= needle->begin + place) {
        at += letter.length;
        letter = letter_at(needle, at);
    }
    size_t byte = needle->begin + place - at;
    return letter.lower[byte] ^ letter.upper[byte];
}

bool needle_init(struct needle *needle, struct sv text, bool fold)
{
    *needle = (struct needle){.text = text, .fold = fold};
    if (fold && !all_fold(text))
        return false;
    choose_piece(needle);
    struct sv piece = sv_sub(text, needle->begin, needle->end - needle->begin);
    if (piece.len == 0)
        return false;
    needle->first = rarest(piece, SIZE_MAX);
    needle->second = rarest(piece, needle->first);
    needle->a_fold = differing(needle, needle->first);
    needle->b_fold = differing(needle, needle->second);
    needle->a = (unsigned char)piece.ptr[needle->first] | needle->a_fold;
    needle->b = (unsigned char)piece.ptr[needle->second] | needle->b_fold;
    return true;
}

/* --- the second look --- */

/* How many bytes at the front (at the end) of `subject` are the letter; 0: none. */
static size_t match_letter(const struct letter *letter, struct sv subject, bool at_end)
{
    size_t length = letter->length;
    if (subject.len >= length) {
        const char *from = at_end ? subject.ptr + subject.len - length : subject.ptr;
        if (memcmp(from, letter->lower, length) == 0 || memcmp(from, letter->upper, length) == 0)
            return length;
    }
    bool other = at_end ? sv_ends(subject, letter->other) : sv_starts(subject, letter->other);
    return other ? letter->other.len : 0;
}

static size_t letter_before(const struct needle *needle, size_t at)
{
    bool two = needle->fold && (unsigned char)needle->text.ptr[at - 1] >= 0x80;
    return at - (two ? 2 : 1);
}

static bool stands_at(const struct needle *needle, struct sv subject, size_t at)
{
    struct sv before = sv_sub(subject, 0, at), after = sv_from(subject, at);
    for (size_t i = needle->begin; i < needle->text.len;) {
        struct letter letter = letter_at(needle, i);
        size_t length = match_letter(&letter, after, false);
        if (length == 0)
            return false;
        after = sv_from(after, length);
        i += letter.length;
    }
    for (size_t i = needle->begin; i > 0;) {
        i = letter_before(needle, i);
        struct letter letter = letter_at(needle, i);
        size_t length = match_letter(&letter, before, true);
        if (length == 0)
            return false;
        before.len -= length;
    }
    return true;
}

/* --- the first look --- */

static block load(const char *from)
{
    block bytes;
    memcpy(&bytes, from, sizeof bytes);
    return bytes;
}

/* A byte of ones at each of the places from `at` on where both bytes stand. */
static void compare_block(const struct needle *needle, const char *at, uint64_t marks[2])
{
    block a = (load(at + needle->first) | needle->a_fold) == needle->a;
    block b = (load(at + needle->second) | needle->b_fold) == needle->b;
    block both = a & b;
    memcpy(marks, &both, BLOCK);
}

static bool look_at_marks(const struct needle *needle, struct sv subject, size_t at, uint64_t marks)
{
    for (marks = le64toh(marks); marks != 0;) {
        unsigned byte = (unsigned)__builtin_ctzll(marks) / 8;
        if (stands_at(needle, subject, at + byte))
            return true;
        marks &= ~((uint64_t)0xff << (8 * byte));
    }
    return false;
}

static bool look_at_block(const struct needle *needle, struct sv subject, size_t at)
{
    uint64_t marks[2];
    compare_block(needle, subject.ptr + at, marks);
    return (marks[0] | marks[1]) != 0 &&
           (look_at_marks(needle, subject, at, marks[0]) || look_at_marks(needle, subject, at + BLOCK / 2, marks[1]));
}

static bool look_byte_by_byte(const struct needle *needle, struct sv subject, size_t at, size_t end)
{
    for (; at < end; at++)
        if (((unsigned char)subject.ptr[at + needle->first] | needle->a_fold) == needle->a &&
            stands_at(needle, subject, at))
            return true;
    return false;
}

bool needle_in(const struct needle *needle, struct sv subject)
{
    size_t length = needle->end - needle->begin;
    if (subject.len < length)
        return false;
    size_t places = subject.len - length + 1, at = 0;
    if (places < BLOCK)
        return look_byte_by_byte(needle, subject, 0, places);
    for (; at + BLOCK <= places; at += BLOCK)
        if (look_at_block(needle, subject, at))
            return true;
    /* The last block overlaps the one before. */
    return at < places && look_at_block(needle, subject, places - BLOCK);
}
