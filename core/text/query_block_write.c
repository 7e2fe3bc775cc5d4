#include "base/utf8.h"
#include "text/query_block.h"

#include <stdio.h>
#include <string.h>

void block_stamp(struct sv inner, char into[BLOCK_STAMP_SIZE])
{
    /* FNV-1a: it tells whether somebody wrote here, and keeps nobody out who wants to. */
    uint64_t hash = 0xcbf29ce484222325u;
    char before = '\0';
    for (size_t i = 0; i < inner.len; i++) {
        char c = inner.ptr[i];
        if (c == ' ' || (c >= '\t' && c <= '\r') || (c == '-' && before == '-'))
            continue;
        hash = (hash ^ (unsigned char)c) * 0x100000001b3u;
        before = c;
    }
    snprintf(into, BLOCK_STAMP_SIZE, "%016llx", (unsigned long long)hash);
}

static void put_begin(struct sv inner, struct sv line_end, struct buf *out)
{
    char stamp[BLOCK_STAMP_SIZE];
    block_stamp(inner, stamp);
    buf_printf(out, "<!-- chiron:begin %s -->", stamp);
    buf_put(out, line_end);
}

struct sv block_line_end(struct sv note, const struct query_block *block)
{
    bool crlf = block->text_begin >= 2 && note.ptr[block->text_begin - 2] == '\r';
    return crlf ? SV("\r\n") : SV("\n");
}

/* The first table of a block: an empty line above it, and one below where something follows. */
static void insert(struct sv note, const struct query_block *block, struct sv inner, struct buf *out)
{
    struct sv line_end = block_line_end(note, block), rest = sv_from(note, block->behind), line;
    if (note.ptr[block->behind - 1] != '\n' && note.ptr[block->behind - 1] != '\r')
        buf_put(out, line_end);
    buf_put(out, line_end);
    put_begin(inner, line_end, out);
    buf_put(out, inner);
    buf_put_c(out, "<!-- chiron:end -->");
    buf_put(out, line_end);
    if (rest.len > 0 && sv_next_line(&rest, &line) && sv_trim(line).len > 0)
        buf_put(out, line_end);
}

void block_put(struct sv note, const struct query_block *block, struct sv inner, size_t *copied, struct buf *out)
{
    size_t from = block->state == BLOCK_TABLE ? block->table_begin : block->behind;
    buf_put(out, sv_sub(note, *copied, from - *copied));
    *copied = from;
    if (block->state != BLOCK_TABLE) {
        insert(note, block, inner, out);
        return;
    }
    put_begin(inner, block_line_end(note, block), out);
    buf_put(out, inner);
    *copied = block->inner_end;
}

/* --- cells --- */

static bool is_word_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* '_' within a word and '#', '%', '=', '~', ':' that stand alone are what they are. */
static bool is_markup(struct sv text, size_t at)
{
    char c = text.ptr[at], before = at > 0 ? text.ptr[at - 1] : ' ',
         behind = at + 1 < text.len ? text.ptr[at + 1] : ' ';
    if (strchr("\\`*[]<>|$", c))
        return true;
    if (c == '_')
        return !is_word_byte(before) || !is_word_byte(behind);
    if (c == '#')
        return !is_word_byte(before) && behind != ' ';
    if (c == '&')
        return is_word_byte(behind) || behind == '#';
    if (c == '%' || c == '=' || c == '~' || c == ':')
        return behind == c || before == c;
    return c == '!' && behind == '[';
}

void cell_put_text(struct sv text, struct buf *out)
{
    struct buf valid = {0};
    bool space = false;
    utf8_put_valid(&valid, sv_trim(text));
    struct sv clean = buf_view(&valid);
    for (size_t at = 0; at < clean.len; at++) {
        unsigned char c = (unsigned char)clean.ptr[at];
        if (c <= ' ' || c == 0x7f) {
            space = true;
            continue;
        }
        if (space)
            buf_char(out, ' ');
        space = false;
        if (is_markup(clean, at))
            buf_char(out, '\\');
        buf_char(out, (char)c);
    }
    out->failed = out->failed || valid.failed;
    buf_release(&valid);
}

/* What would end a wikilink, or be no target. */
static bool is_linkable(struct sv handle)
{
    for (size_t i = 0; i < handle.len; i++)
        if ((unsigned char)handle.ptr[i] < ' ' || strchr("[]|#^\\", handle.ptr[i]))
            return false;
    return handle.len > 0 && sv_trim(handle).len == handle.len && utf8_is_valid(handle);
}

/* In a wikilink nothing can be escaped. */
static bool is_plain_label(struct sv label)
{
    for (size_t i = 0; i < label.len; i++) {
        char c = label.ptr[i], before = i > 0 ? label.ptr[i - 1] : ' ';
        if ((unsigned char)c < ' ' || c == 0x7f || strchr("[]|\\<>`$", c) || (strchr("%=~", c) && before == c))
            return false;
    }
    return utf8_is_valid(label);
}

bool cell_put_link(struct sv handle, struct sv label, struct buf *out)
{
    if (!is_linkable(handle))
        return false;
    buf_put_c(out, "[[");
    buf_put(out, handle);
    label = sv_trim(label);
    bool own = label.len > 0 && !sv_eq(label, handle), plain = is_plain_label(label);
    if (own && plain) {
        buf_put_c(out, "\\|");
        buf_put(out, label);
    }
    buf_put_c(out, "]]");
    if (own && !plain) {
        buf_char(out, ' ');
        cell_put_text(label, out);
    }
    return true;
}
