#include "catalogue/squeeze.h"
#include "test.h"

#include <string.h>

static uint32_t random_below(uint32_t end)
{
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % end;
}

static size_t assert_comes_back(struct sv bytes)
{
    struct arena arena = {0};
    struct buf out = {0};
    struct sv again;
    struct err err = {0};
    squeeze(&out, bytes);
    assert_done(buf_check(&out, &err), &err);
    assert_done(unsqueeze(buf_view(&out), &arena, &again, &err), &err);
    assert_true(sv_eq(again, bytes));
    size_t length = out.len;
    buf_release(&out);
    arena_release(&arena);
    return length;
}

static void comes_back(void **state)
{
    (void)state;
    static char bytes[5000];
    assert_int_equal(assert_comes_back(SV("")), 0);
    assert_int_equal(assert_comes_back(SV("abc")), 4);
    for (int round = 0; round < 300; round++) {
        size_t length = random_below(sizeof bytes);
        uint32_t letters = 1 + random_below(round % 3 == 0 ? 255 : 4);
        for (size_t i = 0; i < length; i++)
            bytes[i] = (char)random_below(letters);
        assert_true(assert_comes_back(sv_make(bytes, length)) <= length + 3);
    }
}

static void repetitions_take_little_room(void **state)
{
    (void)state;
    struct buf text = {0};
    for (int i = 0; i < 50; i++)
        buf_printf(&text, "https://example.org/some/folder/page-%d.md", i);
    assert_true(assert_comes_back(buf_view(&text)) < text.len / 4);
    buf_release(&text);
}

/* Cut at every byte, or with any byte changed: never outside, and not much made of little. */
static void bytes_that_do_not_add_up(void **state)
{
    (void)state;
    struct buf text = {0}, out = {0};
    struct arena arena = {0};
    struct sv again;
    struct err err = {0};
    for (int i = 0; i < 8; i++)
        buf_printf(&text, "[[a-note-%d]] and then some ", i * 37);
    squeeze(&out, buf_view(&text));
    assert_true(out.len < text.len);
    for (size_t length = 0; length <= out.len; length++) {
        char *copy = malloc(length + 1);
        memcpy(copy, out.ptr, length);
        assert_int_equal(unsqueeze(sv_make(copy, length), &arena, &again, &err),
                         length == 0 || length == out.len ? DONE : STOP);
        for (size_t i = 0; i < length; i++)
            for (int bit = 0; bit < 8; bit++) {
                copy[i] = (char)(copy[i] ^ (1 << bit));
                status s = unsqueeze(sv_make(copy, length), &arena, &again, &err);
                assert_true(s == DONE || s == STOP);
                copy[i] = (char)(copy[i] ^ (1 << bit));
                arena_reset(&arena);
            }
        free(copy);
    }
    buf_release(&text);
    buf_release(&out);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back),
        cmocka_unit_test(repetitions_take_little_room),
        cmocka_unit_test(bytes_that_do_not_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
