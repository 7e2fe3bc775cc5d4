#include "base/json.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The short escape of a control character, or 0. */
static char short_escape(uint32_t rune)
{
    switch (rune) {
    case '"':
    case '\\':
        return (char)rune;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

/* Controls as JSON demands; and what would steer a terminal or a script that the JSON is pasted into: DEL, C1, marks
 * of direction, line and paragraph separators. Escaped, they read back as the same text. */
static bool needs_escape(uint32_t rune)
{
    return rune < 0x20 || (rune >= 0x7f && rune < 0xa0) || rune == 0x61c || rune == 0x200e || rune == 0x200f ||
           (rune >= 0x2028 && rune <= 0x202e) || (rune >= 0x2066 && rune <= 0x2069);
}

static void put_rune(struct buf *out, struct sv bytes, uint32_t rune)
{
    char letter = short_escape(rune);

    if (letter) {
        buf_char(out, '\\');
        buf_char(out, letter);
    } else if (needs_escape(rune)) {
        buf_printf(out, "\\u%04" PRIx32, rune);
    } else {
        buf_put(out, bytes);
    }
}

static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void json_put_text(struct buf *out, struct sv s)
{
    size_t at = 0, run;
    uint32_t rune;

    buf_char(out, '"');
    while (at < s.len) {
        for (run = at; run < s.len && is_plain(s.ptr[run]);)
            run++;
        buf_put(out, sv_sub(s, at, run - at));
        at = run;
        if (at == s.len)
            break;
        run = utf8_decode(s, at, &rune);
        if (run)
            put_rune(out, sv_sub(s, at, run), rune);
        else
            buf_rune(out, 0xfffd);
        at += run ? run : 1;
    }
    buf_char(out, '"');
}

void json_put_int(struct buf *out, int64_t number)
{
    buf_printf(out, "%" PRId64, number);
}

void json_put_number(struct buf *out, double number)
{
    char text[32];

    if (!isfinite(number)) {
        buf_put(out, SV("null"));
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    buf_put_c(out, text);
}

void json_put_bool(struct buf *out, bool value)
{
    buf_put(out, value ? SV("true") : SV("false"));
}
