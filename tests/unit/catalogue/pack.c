#include "catalogue/digest.h"
#include "catalogue/link_pack.h"
#include "test.h"

#include <string.h>

static void round_trip(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {0, 1, 127, 128, 300, UINT32_MAX, UINT64_MAX};
    struct buf out = {0};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        pack_number(&out, numbers[i]);
        pack_text(&out, sv_make("abc", i % 4));
    }
    struct unpack in = {.rest = buf_view(&out)};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        assert_true(unpack_more(&in));
        assert_true(unpack_number(&in) == numbers[i]);
        assert_int_equal(unpack_text(&in).len, i % 4);
    }
    assert_false(unpack_more(&in));
    assert_false(in.failed);
    buf_release(&out);
}

/* Cut at every byte, or with any byte changed: never outside, and an end. */
static void bytes_that_do_not_add_up(void **state)
{
    (void)state;
    struct link link = {
        .kind = LINK_EMBED, .external = true, .target = SV("target"), .anchor = SV("a"), .label = SV("l")};
    struct stored_link stored;
    struct buf out = {0};
    pack_link(&out, &link);
    pack_link(&out, &link);
    for (size_t length = 0; length <= out.len; length++) {
        char *copy = malloc(length + 1);
        memcpy(copy, out.ptr, length);
        struct unpack in = {.rest = sv_make(copy, length)};
        size_t count = 0;
        while (unpack_link(&in, &stored))
            count++;
        assert_int_equal(count, length < out.len / 2 ? 0 : length < out.len ? 1 : 2);
        assert_int_equal(in.failed, length % (out.len / 2) != 0);
        for (size_t i = 0; i < length; i++) {
            copy[i] = (char)(copy[i] ^ 0xff);
            in = (struct unpack){.rest = sv_make(copy, length)};
            while (unpack_link(&in, &stored))
                ;
            copy[i] = (char)(copy[i] ^ 0xff);
        }
        free(copy);
    }
    struct unpack in = {.rest = buf_view(&out)};
    assert_true(unpack_link(&in, &stored));
    assert_int_equal(stored.kind, LINK_EMBED);
    assert_true(stored.external);
    assert_sv(stored.target, "target");
    buf_release(&out);
}

static void digests(void **state)
{
    (void)state;
    unsigned char key[DIGEST_KEY_SIZE] = {1, 2, 3}, other[DIGEST_KEY_SIZE] = {1, 2, 4};
    char bytes[40] = {0};
    uint64_t seen[41];
    for (size_t length = 0; length <= 40; length++) {
        seen[length] = digest(key, sv_make(bytes, length));
        assert_true(seen[length] != digest(other, sv_make(bytes, length)));
        assert_true(seen[length] == digest(key, sv_make(bytes, length)));
        for (size_t i = 0; i < length; i++)
            assert_true(seen[i] != seen[length]);
        if (length == 0)
            continue;
        bytes[length - 1] ^= 1;
        assert_true(seen[length] != digest(key, sv_make(bytes, length)));
        bytes[length - 1] ^= 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(round_trip), cmocka_unit_test(bytes_that_do_not_add_up),
                                       cmocka_unit_test(digests)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
