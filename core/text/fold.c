#include "text/fold.h"

#include "base/utf8.h"

#include <utf8proc.h>

/* Most text is ASCII and is folded byte by byte. The rest goes through utf8proc in runs: from the character in front of
 * the first byte that is not ASCII (a combining mark may follow it) up to the next ASCII character. */
enum {
    RUN_SOFT = 64,          /* runes: from here on a run ends at the next character that joins nothing before it */
    RUN_HARD = 256,         /* and here in any case */
    RUN_ROOM = 8 * RUN_HARD /* no rune folds and decomposes into more than 8 */
};

enum mode { NFC, CASE, PLAIN, DIGRAPH };

struct spelling {
    int32_t rune;
    char plain[3], digraph[3];
};

/* Lower-case letters without a decomposition (domain.md 9, and their kin). */
static const struct spelling spellings[] = {
    {0x00e6, "ae", "ae"}, {0x00f0, "d", "d"}, {0x00f8, "o", "oe"}, {0x00fe, "th", "th"}, {0x0111, "d", "d"},
    {0x0127, "h", "h"},   {0x0131, "i", "i"}, {0x0142, "l", "l"},  {0x0153, "oe", "oe"}, {0x0167, "t", "t"},
};

enum { RING_ABOVE = 0x030a };

static const struct spelling *spelling_of(int32_t rune)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (spellings[i].rune == rune)
            return &spellings[i];
    return NULL;
}

/* Accents and points. Not nukta, kana voicing and virama (classes 7 to 9), which make another letter or syllable. */
static bool is_stripped_mark(int32_t rune)
{
    if (rune < 0x0300)
        return false;
    int class = utf8proc_get_property(rune)->combining_class;
    return class != 0 && (class < 7 || class > 9);
}

/* Whether `rune` may join what stands before it when composing: marks, and the later parts of Korean syllables. */
static bool joins(int32_t rune)
{
    if (rune >= 0x1160 && rune <= 0x11ff)
        return true;
    utf8proc_category_t category = utf8proc_category(rune);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

static char lower_ascii(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static void put_ascii(struct sv s, enum mode mode, struct buf *out)
{
    if (mode == NFC) {
        buf_put(out, s);
        return;
    }
    char piece[256];
    for (size_t at = 0; at < s.len;) {
        size_t n = 0;
        while (n < sizeof piece && at < s.len)
            piece[n++] = lower_ascii(s.ptr[at++]);
        buf_put(out, sv_make(piece, n));
    }
}

/* Replaces `runes` by their plain spelling; returns how many are left. `room` is at least twice `count`. */
static size_t make_plain(int32_t *runes, size_t count, enum mode mode)
{
    int32_t plain[2 * RUN_ROOM];
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct spelling *spelling = spelling_of(runes[i]);
        if (spelling != NULL) {
            for (const char *c = mode == DIGRAPH ? spelling->digraph : spelling->plain; *c != '\0'; c++)
                plain[n++] = *c;
        } else if (mode == DIGRAPH && runes[i] == RING_ABOVE && n > 0 && plain[n - 1] == 'a') {
            plain[n++] = 'a';
        } else if (!is_stripped_mark(runes[i])) {
            plain[n++] = runes[i];
        }
    }
    for (size_t i = 0; i < n; i++)
        runes[i] = plain[i];
    return n;
}

static void put_run(struct sv run, enum mode mode, struct buf *out)
{
    int32_t runes[2 * RUN_ROOM];
    int options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | (mode == NFC ? 0 : UTF8PROC_CASEFOLD);
    utf8proc_ssize_t count = utf8proc_decompose((const utf8proc_uint8_t *)run.ptr, (utf8proc_ssize_t)run.len, runes,
                                                RUN_ROOM, (utf8proc_option_t)options);
    if (count < 0 || count > RUN_ROOM) {
        buf_put(out, run);
        return;
    }
    if (mode == PLAIN || mode == DIGRAPH)
        count = (utf8proc_ssize_t)make_plain(runes, (size_t)count, mode);
    count = utf8proc_normalize_utf32(runes, count, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    for (utf8proc_ssize_t i = 0; i < count; i++)
        buf_rune(out, (uint32_t)runes[i]);
}

/* The end of the run that begins at `from`; `from` itself when an invalid byte stands there. */
static size_t run_end(struct sv s, size_t from)
{
    size_t at = from;
    for (size_t n = 0; at < s.len && n < RUN_HARD; n++) {
        uint32_t rune;
        size_t len = utf8_decode(s, at, &rune);
        if (len == 0 || (n > 0 && rune < 0x80) || (n >= RUN_SOFT && !joins((int32_t)rune)))
            break;
        at += len;
    }
    return at;
}

static void fold(struct sv s, enum mode mode, struct buf *out)
{
    size_t at = 0;
    while (at < s.len) {
        size_t end = at;
        while (end < s.len && (unsigned char)s.ptr[end] < 0x80)
            end++;
        /* The last one may carry a mark. */
        size_t ascii = end < s.len && end > at ? end - 1 : end;
        put_ascii(sv_sub(s, at, ascii - at), mode, out);
        if (ascii == s.len)
            return;
        at = run_end(s, ascii);
        put_run(sv_sub(s, ascii, at - ascii), mode, out);
        if (at < s.len && at <= end && (unsigned char)s.ptr[at] >= 0x80)
            buf_char(out, s.ptr[at++]); /* no UTF-8: kept as it is */
    }
}

void fold_case(struct sv s, struct buf *out)
{
    fold(s, CASE, out);
}

void fold_plain(struct sv s, struct buf *out)
{
    fold(s, PLAIN, out);
}

void fold_digraph(struct sv s, struct buf *out)
{
    fold(s, DIGRAPH, out);
}

void fold_nfc(struct sv s, struct buf *out)
{
    fold(s, NFC, out);
}

/* --- order --- */

/* Folds as it goes, so that comparing needs no memory. */
struct folder {
    struct sv s;
    size_t at;
    int32_t pending[16];
    size_t pending_count, pending_at;
};

static void folder_fill(struct folder *f, int32_t rune)
{
    int32_t parts[8];
    int boundary = 0;
    utf8proc_ssize_t n =
        utf8proc_decompose_char(rune, parts, 8, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD, &boundary);
    f->pending_at = f->pending_count = 0;
    for (utf8proc_ssize_t i = 0; i < n && i < 8; i++) {
        const struct spelling *spelling = spelling_of(parts[i]);
        if (spelling != NULL) {
            for (const char *c = spelling->plain; *c != '\0'; c++)
                f->pending[f->pending_count++] = *c;
        } else if (!is_stripped_mark(parts[i])) {
            f->pending[f->pending_count++] = parts[i];
        }
    }
}

/* The next folded rune; an invalid byte comes behind all runes; -1 at the end. */
static int32_t folder_next(struct folder *f)
{
    for (;;) {
        if (f->pending_at < f->pending_count)
            return f->pending[f->pending_at++];
        if (f->at >= f->s.len)
            return -1;
        char c = f->s.ptr[f->at];
        if ((unsigned char)c < 0x80) {
            f->at++;
            return lower_ascii(c);
        }
        uint32_t rune;
        size_t len = utf8_decode(f->s, f->at, &rune);
        if (len == 0) {
            f->at++;
            return 0x110000 + (unsigned char)c;
        }
        f->at += len;
        folder_fill(f, (int32_t)rune);
    }
}

/* The digits that begin with the one just read, without leading zeros. */
static struct sv take_number(struct folder *f)
{
    size_t begin = f->at - 1, end = f->at;
    while (end < f->s.len && f->s.ptr[end] >= '0' && f->s.ptr[end] <= '9')
        end++;
    while (begin + 1 < end && f->s.ptr[begin] == '0')
        begin++;
    f->at = end;
    return sv_sub(f->s, begin, end - begin);
}

static bool is_digit(int32_t rune)
{
    return rune >= '0' && rune <= '9';
}

int fold_cmp(struct sv a, struct sv b)
{
    struct folder left = {.s = a}, right = {.s = b};
    for (;;) {
        int32_t x = folder_next(&left), y = folder_next(&right);
        if (is_digit(x) && is_digit(y) && left.pending_at >= left.pending_count &&
            right.pending_at >= right.pending_count) {
            struct sv m = take_number(&left), n = take_number(&right);
            if (m.len != n.len)
                return m.len < n.len ? -1 : 1;
            int order = sv_cmp(m, n);
            if (order != 0)
                return order;
        } else if (x != y) {
            return x < y ? -1 : 1;
        } else if (x < 0) {
            return sv_cmp(a, b);
        }
    }
}

/* --- columns and letters --- */

static size_t rune_width(uint32_t rune)
{
    int width = utf8proc_charwidth((int32_t)rune);
    return width > 0 ? (size_t)width : 0;
}

size_t text_width(struct sv s)
{
    size_t width;
    text_cut(s, SIZE_MAX, &width);
    return width;
}

struct sv text_cut(struct sv s, size_t columns, size_t *width_out)
{
    size_t width = 0, at = 0;
    while (at < s.len) {
        unsigned char c = (unsigned char)s.ptr[at];
        size_t len = 1, w = c >= 0x20 && c < 0x7f;
        if (c >= 0x80) {
            uint32_t rune = 0;
            len = utf8_decode(s, at, &rune);
            w = len == 0 ? 1 : rune_width(rune); /* an invalid byte is shown as one U+FFFD */
            len = len == 0 ? 1 : len;
        }
        if (w > columns - width)
            break;
        width += w;
        at += len;
    }
    if (width_out != NULL)
        *width_out = width;
    return sv_sub(s, 0, at);
}

static bool is_ascii_letter(uint32_t rune)
{
    return (rune | 0x20) >= 'a' && (rune | 0x20) <= 'z';
}

bool rune_is_letter(uint32_t rune)
{
    if (rune < 0x80)
        return is_ascii_letter(rune);
    utf8proc_category_t category = utf8proc_category((int32_t)rune);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool rune_is_word(uint32_t rune)
{
    if (rune < 0x80)
        return is_ascii_letter(rune) || (rune >= '0' && rune <= '9');
    utf8proc_category_t category = utf8proc_category((int32_t)rune);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

uint32_t rune_lower(uint32_t rune)
{
    if (rune < 0x80)
        return (uint32_t)(unsigned char)lower_ascii((char)rune);
    return (uint32_t)utf8proc_tolower((int32_t)rune);
}

/* An apostrophe stands inside a word and leaves no gap in a slug. */
static bool is_apostrophe(uint32_t rune)
{
    return rune == '\'' || rune == 0x2019;
}

void text_slug(struct sv s, size_t max, struct buf *out)
{
    size_t start = out->len;
    fold_plain(s, out);
    if (out->failed)
        return;
    /* In place: a slug is never longer than the folded text. */
    struct sv folded = sv_from(buf_view(out), start);
    size_t end = start;
    bool gap = false;
    for (size_t at = 0; at < folded.len;) {
        uint32_t rune = 0;
        size_t len = utf8_decode(folded, at, &rune);
        if (len > 0 && rune_is_word(rune)) {
            bool join = gap && end > start;
            if (end - start + len + join > max)
                break;
            if (join)
                out->ptr[end++] = '-';
            for (size_t i = 0; i < len; i++)
                out->ptr[end++] = folded.ptr[at + i];
            gap = false;
        } else if (len == 0 || !is_apostrophe(rune)) {
            gap = true;
        }
        at += len > 0 ? len : 1;
    }
    buf_truncate(out, end);
}
