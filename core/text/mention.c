#include "text/mention.h"

#include "base/utf8.h"
#include "text/fold.h"

/* What is read of a note: where it stands, and what lies ahead that names nothing. */
struct scan {
    struct sv note;
    size_t at;
    unsigned line;
    size_t line_begin;
    const struct outline *outline;
    size_t link, tag, comment; /* the next of each */
    char fence;                /* the character of the fence that stands open, or '\0' */
    size_t fence_length;
    uint32_t before; /* the character in front of `at` */
};

static bool is_space(uint32_t rune)
{
    return rune == ' ' || (rune >= '\t' && rune <= '\r') || rune == 0xa0;
}

/* A byte that is no UTF-8 is a character of its own that no name has. */
static size_t decode(struct sv text, size_t at, uint32_t *rune_out)
{
    size_t size = utf8_decode(text, at, rune_out);
    if (size > 0)
        return size;
    *rune_out = 0;
    return 1;
}

/* The end of `name` where it begins at `at`; SIZE_MAX: it does not. */
static size_t match(struct sv text, size_t at, struct sv name)
{
    for (size_t n = 0; n < name.len;) {
        uint32_t wanted, found;
        n += decode(name, n, &wanted);
        if (at >= text.len)
            return SIZE_MAX;
        size_t size = decode(text, at, &found);
        if (is_space(wanted) ? !is_space(found) : rune_lower(wanted) != rune_lower(found))
            return SIZE_MAX;
        at += size;
        while (is_space(wanted) && at < text.len && (size = decode(text, at, &found)) > 0 && is_space(found))
            at += size;
    }
    uint32_t behind = 0;
    if (at < text.len)
        decode(text, at, &behind);
    return rune_is_word(behind) ? SIZE_MAX : at;
}

/* --- what is passed over --- */

/* The end of a span of the list that `at` lies in, or `at`. The spans ascend. */
static size_t behind_span(size_t at, size_t *next, size_t count, const struct span *first, size_t stride)
{
    while (*next < count) {
        const struct span *span = (const struct span *)((const char *)first + *next * stride);
        if (span->begin > at)
            return at;
        ++*next;
        if (span->end > at)
            return span->end;
    }
    return at;
}

static size_t behind_spans(struct scan *scan)
{
    const struct outline *outline = scan->outline;
    size_t at = scan->at;
    if (outline->link_count > 0)
        at = behind_span(at, &scan->link, outline->link_count, &outline->links[0].at, sizeof outline->links[0]);
    if (outline->tag_count > 0)
        at = behind_span(at, &scan->tag, outline->tag_count, &outline->tags[0].at, sizeof outline->tags[0]);
    return behind_span(at, &scan->comment, outline->comment_count, outline->comments, sizeof outline->comments[0]);
}

static size_t run_length(struct sv text, size_t at, char c)
{
    size_t n = 0;
    while (at + n < text.len && text.ptr[at + n] == c)
        n++;
    return n;
}

static size_t line_end(struct sv text, size_t at)
{
    size_t length = sv_chr(sv_from(text, at), '\n');
    return length == SIZE_MAX ? text.len : at + length;
}

/* At the beginning of a line: whether it is a fence or stands between two. */
static bool is_code_line(struct scan *scan)
{
    size_t at = scan->at;
    while (at < scan->note.len && at < scan->at + 3 && scan->note.ptr[at] == ' ')
        at++;
    char c = at < scan->note.len ? scan->note.ptr[at] : '\0';
    size_t length = c == '`' || c == '~' ? run_length(scan->note, at, c) : 0;
    if (scan->fence == '\0') {
        if (length < 3 || (c == '`' && sv_chr(sv_sub(scan->note, at + length, line_end(scan->note, at) - at - length),
                                              '`') != SIZE_MAX))
            return false;
        scan->fence = c;
        scan->fence_length = length;
    } else if (c == scan->fence && length >= scan->fence_length &&
               sv_trim(sv_sub(scan->note, at + length, line_end(scan->note, at) - at - length)).len == 0) {
        scan->fence = '\0';
    }
    return true;
}

/* Behind the code between backticks that begins here, or behind these where none does, within the line. */
static size_t behind_code(const struct scan *scan)
{
    size_t length = run_length(scan->note, scan->at, '`'), end = line_end(scan->note, scan->at);
    for (size_t at = scan->at + length; at < end;) {
        size_t run = run_length(scan->note, at, '`');
        if (run == length)
            return at + run;
        at += run > 0 ? run : 1;
    }
    return scan->at + length;
}

/* --- walking --- */

/* Goes on to `end`, counting lines. */
static void advance(struct scan *scan, size_t end)
{
    while (scan->at < end) {
        size_t size = decode(scan->note, scan->at, &scan->before);
        scan->at += size;
        if (scan->before == '\n') {
            scan->line++;
            scan->line_begin = scan->at;
        }
    }
}

static struct sv line_of(const struct scan *scan)
{
    struct sv line = sv_sub(scan->note, scan->line_begin, line_end(scan->note, scan->line_begin) - scan->line_begin);
    return sv_ends(line, SV("\r")) ? sv_sub(line, 0, line.len - 1) : line;
}

/* Goes behind what names nothing here; false: a name may begin here. */
static bool pass_over(struct scan *scan)
{
    size_t begin = scan->at, end = begin;
    if (begin == scan->line_begin && is_code_line(scan))
        end = line_end(scan->note, begin) + 1;
    else
        end = behind_spans(scan);
    if (end == begin && scan->note.ptr[begin] == '`')
        end = behind_code(scan);
    advance(scan, end < scan->note.len ? end : scan->note.len);
    return scan->at > begin;
}

static status look(struct scan *scan, const struct sv *names, size_t count, mention_fn fn, void *payload,
                   struct err *err)
{
    for (size_t i = 0; i < count && !rune_is_word(scan->before); i++) {
        size_t end = names[i].len > 0 ? match(scan->note, scan->at, names[i]) : SIZE_MAX;
        if (end == SIZE_MAX)
            continue;
        struct sv ahead = sv_sub(scan->note, scan->line_begin, scan->at - scan->line_begin);
        struct mention mention = {.at = {scan->at, end, scan->line, (unsigned)utf8_count(ahead) + 1},
                                  .name = names[i],
                                  .line = line_of(scan)};
        advance(scan, end);
        return fn(payload, &mention, err);
    }
    uint32_t rune;
    advance(scan, scan->at + decode(scan->note, scan->at, &rune));
    return DONE;
}

status mention_each(struct sv note, size_t body, unsigned body_line, const struct sv *names, size_t count,
                    struct arena *arena, mention_fn fn, void *payload, struct err *err)
{
    struct outline outline;
    struct err refused = {0};
    status s = outline_parse(note, body, body_line, arena, &outline, &refused);
    if (s != DONE)
        return err_set(err, s, "%s", refused.text);
    struct scan scan = {.note = note, .at = body, .line = body_line, .line_begin = body, .outline = &outline};
    while (s == DONE && scan.at < note.len)
        if (!pass_over(&scan))
            s = look(&scan, names, count, fn, payload, err);
    return s;
}
