#include "base/utf8.h"

#include "base/arena.h"

#include <string.h>

/* A line longer than LONG_LINE gets a mark about every MARK_STEP bytes, so that the columns of ten thousand links in
 * one line do not count that line ten thousand times. */
enum { MARK_STEP = 1024, LONG_LINE = 4096 };

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The bounds of the second byte keep overlong forms, surrogates and what lies beyond U+10FFFF out. */
static bool second_fits(unsigned char lead, unsigned char second)
{
    switch (lead) {
    case 0xe0:
        return second >= 0xa0 && second <= 0xbf;
    case 0xed:
        return second >= 0x80 && second <= 0x9f;
    case 0xf0:
        return second >= 0x90 && second <= 0xbf;
    case 0xf4:
        return second >= 0x80 && second <= 0x8f;
    default:
        return is_continuation(second);
    }
}

static size_t length_by_lead(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

size_t utf8_decode(struct sv s, size_t at, uint32_t *rune_out)
{
    const unsigned char *bytes = (const unsigned char *)s.ptr + at;
    size_t len = length_by_lead(bytes[0]);
    uint32_t rune;

    if (len == 1) {
        *rune_out = bytes[0];
        return 1;
    }
    if (len == 0 || len > s.len - at || !second_fits(bytes[0], bytes[1]))
        return 0;
    rune = bytes[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if (!is_continuation(bytes[i]))
            return 0;
        rune = rune << 6 | (bytes[i] & 0x3fu);
    }
    *rune_out = rune;
    return len;
}

/* Most text is ASCII: eight bytes at a time until one has its high bit set. */
static size_t skip_ascii(struct sv s, size_t at)
{
    uint64_t word;

    for (; s.len - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, s.ptr + at, sizeof(word));
        if (word & 0x8080808080808080u)
            break;
    }
    while (at < s.len && (unsigned char)s.ptr[at] < 0x80)
        at++;
    return at;
}

static size_t first_invalid_from(struct sv s, size_t at)
{
    uint32_t rune;

    while ((at = skip_ascii(s, at)) < s.len) {
        size_t len = utf8_decode(s, at, &rune);

        if (len == 0)
            return at;
        at += len;
    }
    return SIZE_MAX;
}

size_t utf8_first_invalid(struct sv s)
{
    return first_invalid_from(s, 0);
}

bool utf8_is_valid(struct sv s)
{
    return utf8_first_invalid(s) == SIZE_MAX;
}

size_t utf8_count(struct sv s)
{
    size_t count = 0, at = 0;
    uint32_t rune;

    while (at < s.len) {
        size_t ascii = skip_ascii(s, at) - at;
        size_t len;

        count += ascii;
        at += ascii;
        if (at == s.len)
            break;
        len = utf8_decode(s, at, &rune);
        at += len ? len : 1;
        count++;
    }
    return count;
}

struct sv utf8_cut(struct sv s, size_t max)
{
    size_t lead = max;
    uint32_t rune;

    if (s.len <= max)
        return s;
    while (lead > 0 && max - lead < 3 && is_continuation((unsigned char)s.ptr[lead]))
        lead--;
    if (lead < max && utf8_decode(s, lead, &rune) > max - lead)
        max = lead;
    return sv_sub(s, 0, max);
}

void utf8_put_valid(struct buf *out, struct sv s)
{
    size_t at = 0, bad;

    while ((bad = first_invalid_from(s, at)) != SIZE_MAX) {
        buf_put(out, sv_sub(s, at, bad - at));
        buf_rune(out, 0xfffd);
        at = bad + 1;
    }
    buf_put(out, sv_from(s, at));
}

static size_t count_lines(struct sv text, bool *long_out)
{
    size_t count = 1, from = 0, at;

    *long_out = false;
    while ((at = sv_chr(sv_from(text, from), '\n')) != SIZE_MAX) {
        *long_out |= at > LONG_LINE;
        from += at + 1;
        count++;
    }
    *long_out |= text.len - from > LONG_LINE;
    return count;
}

/* Code points before the first character boundary at or behind each multiple of MARK_STEP. */
static bool build_marks(struct line_index *index, struct sv text, struct arena *arena)
{
    size_t count = 0, at = 0, marks = text.len / MARK_STEP + 1;
    uint32_t rune;

    index->marks = arena_array(arena, marks, sizeof(*index->marks));
    if (!index->marks)
        return false;
    for (size_t i = 0; i < marks; i++) {
        while (at < i * MARK_STEP) {
            size_t len = utf8_decode(text, at, &rune);

            at += len ? len : 1;
            count++;
        }
        index->marks[i] = (struct line_mark){.offset = (uint32_t)at, .runes = (uint32_t)count};
    }
    return true;
}

bool line_index_build(struct line_index *index, struct sv text, struct arena *arena)
{
    bool has_long;
    size_t from = 0;

    *index = (struct line_index){0};
    if (text.len > UINT32_MAX)
        return false;
    index->count = count_lines(text, &has_long);
    index->starts = arena_array(arena, index->count, sizeof(*index->starts));
    if (!index->starts)
        return false;
    for (size_t i = 1; i < index->count; i++) {
        from += sv_chr(sv_from(text, from), '\n') + 1;
        index->starts[i] = (uint32_t)from;
    }
    return !has_long || build_marks(index, text, arena);
}

static size_t runes_before(const struct line_index *index, struct sv text, size_t offset)
{
    size_t nearest = offset / MARK_STEP;

    if (nearest > 0 && index->marks[nearest].offset > offset)
        nearest--;
    return index->marks[nearest].runes +
           utf8_count(sv_sub(text, index->marks[nearest].offset, offset - index->marks[nearest].offset));
}

void line_index_find(const struct line_index *index, struct sv text, size_t offset, unsigned *line_out,
                     unsigned *column_out)
{
    size_t low = 0, high = index->count, start, column;

    if (offset > text.len)
        offset = text.len;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (index->starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    start = index->starts[low];
    if (index->marks && offset - start > LONG_LINE)
        column = runes_before(index, text, offset) - runes_before(index, text, start);
    else
        column = utf8_count(sv_sub(text, start, offset - start));
    *line_out = (unsigned)(low + 1);
    *column_out = (unsigned)(column + 1);
}
