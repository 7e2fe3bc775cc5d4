#include "catalogue/fold_key.h"

#include "text/fold.h"

static struct sv copy_scratch(struct arena *arena, const struct buf *scratch)
{
    return scratch->failed ? (struct sv){0} : arena_copy(arena, buf_view(scratch));
}

struct sv fold_copy(struct arena *arena, struct buf *scratch, struct sv text)
{
    buf_clear(scratch);
    fold_case(text, scratch);
    return copy_scratch(arena, scratch);
}

int64_t name_hash(struct sv fold)
{
    return (int64_t)sv_hash(fold);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number sorts by its length, then by its digits: '0', the length, the digits without leading zeros. */
static size_t put_number(struct sv text, size_t at, struct buf *out)
{
    enum { DIGITS_MAX = 255 };
    while (at + 1 < text.len && text.ptr[at] == '0' && is_digit(text.ptr[at + 1]))
        at++;
    size_t length = 0;
    while (at + length < text.len && length < DIGITS_MAX && is_digit(text.ptr[at + length]))
        length++;
    buf_char(out, '0');
    buf_char(out, (char)(unsigned char)length);
    buf_put(out, sv_sub(text, at, length));
    return at + length;
}

void fold_sort_key(struct sv text, struct buf *out)
{
    struct buf plain = {0};
    fold_plain(text, &plain);
    struct sv folded = buf_view(&plain);
    for (size_t at = 0; at < folded.len;) {
        if (is_digit(folded.ptr[at]))
            at = put_number(folded, at, out);
        else
            buf_char(out, folded.ptr[at++]);
    }
    out->failed = out->failed || plain.failed;
    buf_release(&plain);
}

struct sv without_note_suffix(struct sv path)
{
    static const struct sv suffixes[] = {SV_INIT(".md"), SV_INIT(".markdown")};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t length = suffixes[i].len;
        if (path.len > length && sv_eq_nocase(sv_from(path, path.len - length), suffixes[i]))
            return sv_sub(path, 0, path.len - length);
    }
    return path;
}

struct sv bare_target(struct sv text)
{
    text = sv_trim(text);
    if (!sv_starts(text, SV("[[")) || !sv_ends(text, SV("]]")) || text.len < 4)
        return text;
    text = sv_sub(text, 2, text.len - 4);
    size_t label = sv_chr(text, '|');
    if (label != SIZE_MAX)
        text = sv_sub(text, 0, label);
    size_t anchor = sv_chr(text, '#');
    return sv_trim(anchor == SIZE_MAX ? text : sv_sub(text, 0, anchor));
}

struct sv fold_reference(struct arena *arena, struct buf *scratch, struct sv text)
{
    return fold_copy(arena, scratch, sv_basename(without_note_suffix(bare_target(text))));
}

struct sv fold_field_key(struct arena *arena, struct buf *scratch, struct sv key)
{
    buf_clear(scratch);
    struct buf plain = {0};
    for (size_t i = 0; i < key.len; i++) {
        size_t close = key.ptr[i] == '[' ? sv_chr(sv_from(key, i), ']') : SIZE_MAX;
        if (close != SIZE_MAX)
            i += close;
        else
            buf_char(&plain, key.ptr[i]);
    }
    fold_case(buf_view(&plain), scratch);
    scratch->failed = scratch->failed || plain.failed;
    buf_release(&plain);
    return copy_scratch(arena, scratch);
}
