#include "excerpt.h"

#include "letters.h"

#include <string.h>

enum {
    LENGTH = 160, /* characters of an excerpt */
    BEFORE = 50,  /* of them in front of the first mark, at most */
    REACH = 1024  /* bytes of a long line that are looked at, on either side of the first mark */
};

#define CUT "…"

/* The line while its markup is taken out: bytes that stay are copied to `text`, and `origin` says where each came from.
 */
struct line {
    const char *raw;
    size_t begin, end;           /* of what is looked at */
    bool cut_before, cut_behind; /* a long line goes on there */
    char *text;
    uint32_t *origins; /* offsets in raw */
    size_t len;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static char at(const struct line *line, size_t i)
{
    return i < line->end ? line->raw[i] : '\0';
}

static bool starts(const struct line *line, size_t i, const char *text)
{
    size_t len = strlen(text);
    return i + len <= line->end && memcmp(line->raw + i, text, len) == 0;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* ---- what a line begins with: quotes, headings, bullets, tasks ---- */

static size_t skip_blanks(const struct line *line, size_t i)
{
    while (i < line->end && is_blank(line->raw[i]))
        i++;
    return i;
}

static size_t skip_digits(const struct line *line, size_t i)
{
    while (at(line, i) >= '0' && at(line, i) <= '9')
        i++;
    return i;
}

/* Where the text behind one such mark begins; `i` itself when there is none. */
static size_t skip_mark(const struct line *line, size_t i)
{
    if (at(line, i) == '>')
        return i + 1;
    size_t end = i;
    while (at(line, end) == '#')
        end++;
    if (end == i && (at(line, i) == '-' || at(line, i) == '*' || at(line, i) == '+'))
        end = i + 1;
    if (end == i) {
        end = skip_digits(line, i);
        end = end > i && (at(line, end) == '.' || at(line, end) == ')') ? end + 1 : i;
    }
    if (end == i && at(line, i) == '[' && at(line, i + 1) != '[' && at(line, i + 2) == ']')
        end = i + 3;
    return end > i && is_blank(at(line, end)) ? end : i;
}

static size_t skip_beginning(const struct line *line)
{
    size_t i = skip_blanks(line, line->begin);
    for (size_t next; (next = skip_mark(line, i)) > i;)
        i = skip_blanks(line, next);
    return i;
}

/* ---- what stands inside: emphasis, code, links ---- */

/* Whether a star between the bytes at `inner` and `outer` could hold on to the text at `inner`: CommonMark's flanking.
 * Beyond the line's ends stand blanks (in front of it `i - 1` wraps around and is beyond, too). */
static bool flanks(const struct line *line, size_t inner, size_t outer)
{
    char in = inner >= line->begin ? at(line, inner) : '\0', out = outer >= line->begin ? at(line, outer) : '\0';
    if (in == '\0' || is_blank(in))
        return false;
    return is_word_byte(in) || out == '\0' || is_blank(out) || !is_word_byte(out);
}

/* The bytes of emphasis, code or comment marks at `i`, or 0. A star or underscore between blanks or inside a word is
 * text. */
static size_t mark_size(const struct line *line, size_t i)
{
    static const char *const pairs[] = {"**", "__", "~~", "==", "%%"};
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
        if (starts(line, i, pairs[k]))
            return 2;
    char c = at(line, i);
    if (c == '`')
        return 1;
    if (c != '*' && c != '_')
        return 0;
    bool opens = flanks(line, i + 1, i - 1), closes = flanks(line, i - 1, i + 1);
    return opens != closes ? 1 : 0;
}

static size_t find(const struct line *line, size_t i, char c)
{
    while (i < line->end && line->raw[i] != c)
        i++;
    return i;
}

/* At "[[target|label]]" or "![[...]]": what is in front of the label. 0: no such link. */
static size_t wikilink_size(const struct line *line, size_t i)
{
    size_t open = i + (at(line, i) == '!');
    if (!starts(line, open, "[["))
        return 0;
    size_t close = find(line, open, ']'), bar = find(line, open, '|');
    if (!starts(line, close, "]]"))
        return 0;
    return (bar < close ? bar + 1 : open + 2) - i;
}

/* At "](target)": its size. 0: no such thing. */
static size_t target_size(const struct line *line, size_t i)
{
    if (!starts(line, i, "]("))
        return 0;
    size_t close = find(line, i, ')');
    return close < line->end ? close + 1 - i : 0;
}

/* Whether the bracket at `i` opens "[label](target)". */
static bool opens_label(const struct line *line, size_t i)
{
    size_t close = find(line, i, ']');
    return target_size(line, close) > 0;
}

/* How many bytes of markup stand at `i`. */
static size_t markup_size(const struct line *line, size_t i)
{
    static const char beginnings[] = {'[', ']', '!', '*', '_', '~', '=', '%', '`'};
    char c = at(line, i);
    size_t size = 0;
    if (memchr(beginnings, c, sizeof beginnings) == NULL)
        return 0;
    if (c == '[' || c == '!')
        size = wikilink_size(line, i);
    if (size == 0 && c == '!' && at(line, i + 1) == '[' && opens_label(line, i + 1))
        size = 2;
    if (size == 0 && c == '[' && opens_label(line, i))
        size = 1;
    if (size == 0 && c == ']')
        size = starts(line, i, "]]") ? 2 : target_size(line, i);
    return size > 0 ? size : mark_size(line, i);
}

/* ---- the text that stays ---- */

static bool is_control(int32_t rune)
{
    return rune < 0x20 || (rune >= 0x7f && rune < 0xa0) || rune == 0x2028 || rune == 0x2029 || rune == 0xfeff;
}

/* Copies the character at `i` unless nobody could read it; returns how far it reaches. */
static size_t keep(struct line *line, size_t i)
{
    int32_t rune;
    size_t size = letters_decode(line->raw, line->end, i, &rune);
    if (size == 0)
        return i + 1;
    if (rune != '\t' && is_control(rune))
        return i + size;
    for (size_t k = 0; k < size; k++) {
        line->text[line->len] = rune == '\t' ? ' ' : line->raw[i + k];
        line->origins[line->len++] = (uint32_t)(i + k - line->begin);
    }
    return i + size;
}

static void take_text(struct line *line, bool with_markup)
{
    line->len = 0;
    size_t i = with_markup ? skip_blanks(line, line->begin) : skip_beginning(line);
    while (i < line->end) {
        size_t size = with_markup ? 0 : markup_size(line, i);
        i = size > 0 ? i + size : keep(line, i);
    }
    while (line->len > 0 && line->text[line->len - 1] == ' ')
        line->len--;
}

/* The first byte of the text that came from raw offset `from` or behind. */
static size_t place_of(const struct line *line, size_t from)
{
    size_t low = 0, high = line->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (line->begin + line->origins[middle] < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- cutting ---- */

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* `count` characters back from, or on from, `i`. */
static size_t back(const struct line *line, size_t i, size_t count)
{
    for (; i > 0 && count > 0; count--)
        do
            i--;
        while (i > 0 && is_continuation(line->text[i]));
    return i;
}

static size_t on(const struct line *line, size_t i, size_t count)
{
    for (; i < line->len && count > 0; count--)
        do
            i++;
        while (i < line->len && is_continuation(line->text[i]));
    return i;
}

/* The part to show, at the ends of words where there are any, never cutting into the first mark. */
static struct span window(const struct line *line, struct span first)
{
    if (on(line, 0, LENGTH) == line->len)
        return (struct span){0, line->len};
    struct span part = {back(line, first.begin, BEFORE), 0};
    /* A mark near the end leaves room in front. */
    size_t latest = back(line, line->len, LENGTH);
    if (part.begin > latest)
        part.begin = latest;
    size_t i = part.begin;
    while (part.begin > 0 && i < first.begin && line->text[i] != ' ')
        i++;
    if (part.begin > 0 && i < first.begin)
        part.begin = i + 1;
    part.end = on(line, part.begin, LENGTH);
    if (part.end < first.end)
        part.end = first.end;
    i = part.end;
    while (part.end < line->len && i > first.end && line->text[i] != ' ')
        i--;
    if (part.end < line->len && i > first.end)
        part.end = i;
    return part;
}

static chiron_status put_excerpt(const struct job *job, const struct line *line, struct span part,
                                 const struct span *spans, size_t count, chiron_snippet *out)
{
    size_t cut_before = part.begin > 0 || line->cut_before ? sizeof CUT - 1 : 0;
    size_t cut_behind = part.end < line->len || line->cut_behind ? sizeof CUT - 1 : 0;
    size_t len = part.end - part.begin;
    char *text = job_scratch(job, cut_before + len + cut_behind, 1);
    uint32_t *marks = job_scratch(job, 2 * count, sizeof *marks);
    if (text == NULL || marks == NULL)
        return job_no_memory(job);
    memcpy(text, CUT, cut_before);
    memcpy(text + cut_before, line->text + part.begin, len);
    memcpy(text + cut_before + len, CUT, cut_behind);
    size_t marked = 0;
    for (size_t i = 0; i < count; i++) {
        size_t begin = place_of(line, spans[i].begin), end = place_of(line, spans[i].end);
        end = end < part.end ? end : part.end;
        if (begin < part.begin || begin >= end)
            continue;
        marks[marked++] = (uint32_t)(begin - part.begin + cut_before);
        marks[marked++] = (uint32_t)(end - part.begin + cut_before);
    }
    out->text = (chiron_sv){text, cut_before + len + cut_behind};
    out->marks = marks;
    out->mark_count = marked;
    return CHIRON_OK;
}

/* The first span that markup left something of; false: none. */
static bool first_kept(const struct line *line, const struct span *spans, size_t count, struct span *out)
{
    for (size_t i = 0; i < count; i++) {
        *out = (struct span){place_of(line, spans[i].begin), place_of(line, spans[i].end)};
        if (out->begin < out->end)
            return true;
    }
    return false;
}

static size_t char_start(const char *text, size_t i, size_t least)
{
    while (i > least && is_continuation(text[i]))
        i--;
    return i;
}

chiron_status excerpt_make(const struct job *job, chiron_sv body, struct span line_span, const struct span *spans,
                           size_t count, chiron_snippet *out)
{
    struct line line = {.raw = body.ptr, .begin = line_span.begin, .end = line_span.end};
    if (spans[0].begin - line.begin > REACH)
        line.begin = char_start(body.ptr, spans[0].begin - REACH, line.begin);
    if (line.end - spans[0].begin > REACH)
        line.end = char_start(body.ptr, spans[0].begin + REACH, line.begin);
    line.cut_before = line.begin > line_span.begin;
    line.cut_behind = line.end < line_span.end;
    line.text = job_scratch(job, line.end - line.begin, 1);
    line.origins = job_scratch(job, line.end - line.begin, sizeof *line.origins);
    if (line.text == NULL || line.origins == NULL)
        return job_no_memory(job);
    struct span first;
    take_text(&line, false);
    /* What was found stands in the markup itself, such as a link's target. */
    if (!first_kept(&line, spans, count, &first)) {
        take_text(&line, true);
        if (!first_kept(&line, spans, count, &first))
            first = (struct span){0, 0};
    }
    return put_excerpt(job, &line, window(&line, first), spans, count, out);
}
