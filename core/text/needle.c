/* Two bytes of the literal that are rare in prose are compared at many places at once; where both stand, all of it is.
 * A letter's case is ignored by setting its bit 0x20, which lets through a few other bytes that the second look turns
 * away. */
#include "text/needle.h"

#include <endian.h>
#include <string.h>

enum { BLOCK = 16 };
typedef unsigned char block __attribute__((vector_size(BLOCK)));

/* --- making --- */

static bool is_letter(unsigned char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* These have a form of another length that differs in case alone. */
static bool has_long_form(unsigned char c)
{
    return c == 's' || c == 'k';
}

/* How rare a byte is in prose of our languages: the larger, the better to look for. */
static size_t rarity(unsigned char c)
{
    static const char common[] = " eaniotrsdlkmgupcwzyvhfbj.,-";
    const char *found = c != '\0' ? strchr(common, lower(c)) : NULL;
    if (found)
        return (size_t)(found - common);
    return c >= 0x80 ? sizeof common / 2 : sizeof common;
}

static void choose_piece(struct needle *needle)
{
    size_t begin = 0;
    needle->begin = needle->end = 0;
    for (size_t i = 0; i <= needle->text.len; i++) {
        if (i < needle->text.len && !(needle->fold && has_long_form((unsigned char)needle->text.ptr[i])))
            continue;
        if (i - begin > needle->end - needle->begin) {
            needle->begin = begin;
            needle->end = i;
        }
        begin = i + 1;
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

bool needle_init(struct needle *needle, struct sv text, bool fold)
{
    *needle = (struct needle){.text = text, .fold = fold};
    for (size_t i = 0; fold && i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return false;
    choose_piece(needle);
    struct sv piece = sv_sub(text, needle->begin, needle->end - needle->begin);
    if (piece.len == 0)
        return false;
    needle->first = rarest(piece, SIZE_MAX);
    needle->second = rarest(piece, needle->first);
    needle->a = (unsigned char)piece.ptr[needle->first];
    needle->b = (unsigned char)piece.ptr[needle->second];
    needle->a_fold = fold && is_letter(needle->a) ? 0x20 : 0;
    needle->b_fold = fold && is_letter(needle->b) ? 0x20 : 0;
    return true;
}

/* --- the second look --- */

static const struct {
    char letter;
    struct sv form;
} long_forms[] = {{'s', SV_INIT("\xc5\xbf")}, {'k', SV_INIT("\xe2\x84\xaa")}};

/* How many bytes at the front (at the end) of `subject` are the letter `c`; 0: none. */
static size_t letter_length(const struct needle *needle, struct sv subject, char c, bool at_end)
{
    if (subject.len == 0)
        return 0;
    unsigned char there = (unsigned char)(at_end ? subject.ptr[subject.len - 1] : subject.ptr[0]);
    if ((needle->fold ? lower(there) : there) == (unsigned char)c)
        return 1;
    for (size_t i = 0; needle->fold && i < sizeof long_forms / sizeof *long_forms; i++)
        if (long_forms[i].letter == c &&
            (at_end ? sv_ends(subject, long_forms[i].form) : sv_starts(subject, long_forms[i].form)))
            return long_forms[i].form.len;
    return 0;
}

static bool stands_at(const struct needle *needle, struct sv subject, size_t at)
{
    struct sv before = sv_sub(subject, 0, at), after = sv_from(subject, at);
    for (size_t i = needle->begin; i < needle->text.len; i++) {
        size_t length = letter_length(needle, after, needle->text.ptr[i], false);
        if (length == 0)
            return false;
        after = sv_from(after, length);
    }
    for (size_t i = needle->begin; i > 0; i--) {
        size_t length = letter_length(needle, before, needle->text.ptr[i - 1], true);
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
