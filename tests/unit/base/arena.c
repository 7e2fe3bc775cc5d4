#include "test.h"

#include "base/arena.h"

#include <string.h>

static bool is_zero(const char *at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (at[i])
            return false;
    return true;
}

/* Allocations of many sizes: aligned, zeroed, apart from each other; a reset gives clean memory again. */
static void hands_out(void **state)
{
    static char *at[3000];
    struct arena arena;

    (void)state;
    arena_init(&arena);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < 3000; i++) {
            size_t size = i % 97 * (i % 31 == 0 ? 100 : 1);

            at[i] = arena_alloc(&arena, size);
            assert_non_null(at[i]);
            assert_int_equal((uintptr_t)at[i] % _Alignof(max_align_t), 0);
            assert_true(is_zero(at[i], size));
            memset(at[i], (int)(i % 251) + 1, size);
        }
        for (size_t i = 0; i < 3000; i++)
            for (size_t k = 0; k < i % 97; k++)
                assert_int_equal((unsigned char)at[i][k], i % 251 + 1);
        assert_true(arena.total > 0);
        arena_reset(&arena);
        assert_int_equal(arena.total, 0);
    }
    arena_release(&arena);
    arena_release(&arena);
    arena_release(NULL);
}

/* A huge request neither wastes what is left of the block nor stays after the reset. */
static void huge_requests(void **state)
{
    struct arena arena = {0};
    char *small = arena_alloc(&arena, 16), *huge = arena_alloc(&arena, 8 << 20), *next = arena_alloc(&arena, 16);

    (void)state;
    assert_non_null(huge);
    huge[(8 << 20) - 1] = 1;
    assert_true(next > small && next - small < 4096);
    arena_reset(&arena);
    assert_non_null(arena.block);
    arena_release(&arena);
    assert_non_null(arena_alloc(&arena, 8 << 20));
    arena_reset(&arena);
    assert_null(arena.block);
    assert_non_null(arena_alloc(&arena, 1));
    arena_release(&arena);
}

static void sizes_that_overflow(void **state)
{
    struct arena arena = {0};
    size_t capacity = SIZE_MAX - 1;

    (void)state;
    assert_null(arena_alloc(&arena, SIZE_MAX));
    assert_null(arena_alloc(&arena, SIZE_MAX - 64));
    assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
    assert_null(arena_grow(&arena, NULL, &capacity, capacity, 1));
    arena_release(&arena);
}

static void copies(void **state)
{
    struct arena arena = {0};
    struct sv copy = arena_copy(&arena, SV("view")), empty = arena_copy(&arena, (struct sv){0});

    (void)state;
    assert_sv(copy, "view");
    assert_int_equal(copy.ptr[4], '\0');
    assert_non_null(empty.ptr);
    assert_int_equal(empty.ptr[0], '\0');
    assert_string_equal(arena_cstr(&arena, sv_make("abcdef", 3)), "abc");
    assert_sv(arena_printf(&arena, "%d-%s", 7, "x"), "7-x");
    arena_release(&arena);
}

static void arrays_grow(void **state)
{
    struct arena arena = {0};
    size_t capacity = 0;
    uint32_t *items = NULL;

    (void)state;
    for (uint32_t i = 0; i < 10000; i++) {
        items = arena_grow(&arena, items, &capacity, i, sizeof(*items));
        assert_non_null(items);
        items[i] = i;
    }
    for (uint32_t i = 0; i < 10000; i++)
        assert_int_equal(items[i], i);
    assert_true(capacity < 20001);
    arena_release(&arena);
}

static bool build(struct arena *arena)
{
    size_t capacity = 0;
    int *items = NULL;

    for (size_t i = 0; i < 5000; i++) {
        int *moved = arena_grow(arena, items, &capacity, i, sizeof(*items));

        if (!moved)
            return false;
        items = moved;
        if (!arena_copy(arena, SV("some text")).ptr || !arena_cstr(arena, SV("x")) ||
            !arena_printf(arena, "%zu", i).ptr)
            return false;
    }
    return true;
}

static void survives_no_memory(void **state)
{
    uint64_t n = 0;
    bool built;

    (void)state;
    do {
        struct arena arena = {0};

        memory_fail_at(++n);
        built = build(&arena);
        assert_int_equal(built, !memory_has_failed());
        memory_fail_at(0);
        assert_non_null(arena_alloc(&arena, 100));
        arena_release(&arena);
    } while (!built);
    assert_true(n > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_out), cmocka_unit_test(huge_requests), cmocka_unit_test(sizes_that_overflow),
        cmocka_unit_test(copies),    cmocka_unit_test(arrays_grow),   cmocka_unit_test(survives_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
