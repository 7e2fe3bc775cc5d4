#include "catalogue/pack.h"

void pack_number(struct buf *out, uint64_t number)
{
    while (number >= 0x80) {
        buf_char(out, (char)(unsigned char)(number | 0x80));
        number >>= 7;
    }
    buf_char(out, (char)number);
}

void pack_text(struct buf *out, struct sv text)
{
    pack_number(out, text.len);
    buf_put(out, text);
}

uint64_t unpack_number(struct unpack *in)
{
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 64 && in->rest.len > 0; shift += 7) {
        unsigned char byte = (unsigned char)in->rest.ptr[0];
        in->rest = sv_from(in->rest, 1);
        number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return number;
    }
    in->failed = true;
    in->rest = (struct sv){0};
    return 0;
}

struct sv unpack_text(struct unpack *in)
{
    uint64_t length = unpack_number(in);
    if (length > in->rest.len) {
        in->failed = true;
        in->rest = (struct sv){0};
        return (struct sv){0};
    }
    struct sv text = sv_sub(in->rest, 0, (size_t)length);
    in->rest = sv_from(in->rest, (size_t)length);
    return text;
}

bool unpack_more(const struct unpack *in)
{
    return in->rest.len > 0 && !in->failed;
}
