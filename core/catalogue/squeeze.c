/* LZ77 with nothing behind it: the length, doubled, and odd where what follows is squeezed; then by turns bytes as they
 * are (their count before them) and a repetition (how much longer than the least one, and from how far back). */
#include "catalogue/squeeze.h"

#include "catalogue/pack.h"

#include <string.h>

enum {
    WORTH_IT = 96,    /* fewer bytes are left alone */
    REPEAT_MIN = 4,   /* a shorter repetition costs more than it saves */
    REPEAT_MAX = 256, /* so that a few bytes cannot stand for very many */
    SLOT_BITS = 11,   /* places are remembered by the hash of four bytes */
    SLOTS = 1 << SLOT_BITS
};

static uint32_t four_at(struct sv bytes, size_t at)
{
    uint32_t four;
    memcpy(&four, bytes.ptr + at, sizeof four);
    return four;
}

static size_t repeated(struct sv bytes, size_t from, size_t at)
{
    size_t length = 0;
    while (length < REPEAT_MAX && at + length < bytes.len && bytes.ptr[from + length] == bytes.ptr[at + length])
        length++;
    return length;
}

static void put_plain(struct buf *out, struct sv bytes, size_t begin, size_t end)
{
    pack_number(out, end - begin);
    buf_put(out, sv_sub(bytes, begin, end - begin));
}

static void put_squeezed(struct buf *out, struct sv bytes)
{
    uint32_t places[SLOTS] = {0}; /* and one more: 0 is none */
    size_t plain = 0;
    for (size_t at = 0; at + REPEAT_MIN <= bytes.len;) {
        uint32_t four = four_at(bytes, at), *place = &places[four * 2654435761u >> (32 - SLOT_BITS)];
        size_t from = *place;
        *place = (uint32_t)at + 1;
        if (from == 0 || four_at(bytes, from - 1) != four) {
            at++;
            continue;
        }
        size_t length = repeated(bytes, from - 1, at);
        put_plain(out, bytes, plain, at);
        pack_number(out, length - REPEAT_MIN);
        pack_number(out, at - (from - 1));
        at += length;
        plain = at;
    }
    if (plain < bytes.len)
        put_plain(out, bytes, plain, bytes.len);
}

void squeeze(struct buf *out, struct sv bytes)
{
    size_t begin = out->len;
    if (bytes.len == 0)
        return;
    if (bytes.len >= WORTH_IT && bytes.len < UINT32_MAX) {
        pack_number(out, (uint64_t)bytes.len << 1 | 1);
        put_squeezed(out, bytes);
        if (out->failed || out->len - begin < bytes.len)
            return;
        buf_truncate(out, begin);
    }
    pack_number(out, (uint64_t)bytes.len << 1);
    buf_put(out, bytes);
}

/* --- and back --- */

/* Both false where the bytes do not add up. */
static bool take_plain(struct unpack *in, char *into, size_t *at, size_t length)
{
    struct sv plain = unpack_text(in);
    if (in->failed || plain.len > length - *at)
        return false;
    if (plain.len > 0)
        memcpy(into + *at, plain.ptr, plain.len);
    *at += plain.len;
    return true;
}

static bool take_repeated(struct unpack *in, char *into, size_t *at, size_t length)
{
    uint64_t more = unpack_number(in), back = unpack_number(in);
    if (in->failed || more > REPEAT_MAX - REPEAT_MIN || back == 0 || back > *at || more + REPEAT_MIN > length - *at)
        return false;
    /* One by one: what is repeated may reach into itself. */
    for (uint64_t i = 0; i < more + REPEAT_MIN; i++, ++*at)
        into[*at] = into[*at - (size_t)back];
    return true;
}

status unsqueeze(struct sv bytes, struct arena *arena, struct sv *out, struct err *err)
{
    struct unpack in = {.rest = bytes};
    uint64_t head = unpack_more(&in) ? unpack_number(&in) : 0, length = head >> 1;
    *out = (struct sv){0};
    bool good = !in.failed && (head & 1 ? length <= (uint64_t)bytes.len * REPEAT_MAX : length == in.rest.len);
    if (!good)
        return STOP;
    if (!(head & 1)) {
        *out = arena_copy(arena, in.rest);
        return out->ptr ? DONE : err_no_memory(err);
    }
    char *into = arena_alloc(arena, (size_t)length);
    if (!into)
        return err_no_memory(err);
    size_t at = 0;
    while (good && at < length) {
        good = take_plain(&in, into, &at, (size_t)length);
        if (good && at < length)
            good = take_repeated(&in, into, &at, (size_t)length);
    }
    *out = sv_make(into, (size_t)length);
    return good && !unpack_more(&in) ? DONE : STOP;
}
