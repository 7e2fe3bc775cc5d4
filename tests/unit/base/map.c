#include "test.h"

#include "base/arena.h"
#include "base/map.h"

enum { KEYS = 20000 };

static struct sv key_of(struct arena *arena, int i)
{
    return arena_printf(arena, "notes/%d.md", i);
}

static void finds_what_was_put(void **state)
{
    struct arena arena = {0};
    struct map map = {0};
    bool added;

    (void)state;
    assert_null(map_get(&map, SV("x")));
    for (int i = 0; i < KEYS; i++) {
        struct map_entry *entry = map_put(&map, key_of(&arena, i), &added);

        assert_true(entry && added && entry->value.number == 0);
        entry->value.number = (uint64_t)i;
    }
    for (int i = 0; i < KEYS; i++) {
        struct sv key = key_of(&arena, i);

        assert_int_equal(map_get(&map, key)->value.number, i);
        assert_true(map_put(&map, key, &added) == map_get(&map, key) && !added);
        assert_true(sv_eq(map.entries[i].key, key));
    }
    assert_int_equal(map.count, KEYS);
    assert_null(map_get(&map, SV("notes/20000.md")));
    map_clear(&map);
    assert_null(map_get(&map, SV("notes/1.md")));
    assert_non_null(map_put(&map, SV(""), NULL));
    assert_non_null(map_get(&map, (struct sv){0}));
    map_release(&map);
    map_release(&map);
    map_release(NULL);
    arena_release(&arena);
}

/* Out of memory leaves what was there, and the next try works. */
static void survives_no_memory(void **state)
{
    struct arena arena = {0};
    uint64_t n = 0;
    bool failed;

    (void)state;
    do {
        struct map map = {0};
        int i = 0;

        memory_fail_at(++n);
        while (i < 300 &&
               map_put(&map,
                       sv_make((const char *)&"0123456789abcdefghijklmnopqrstuvwxyz"[i % 30], (size_t)(i / 30 % 6 + 1)),
                       NULL))
            i++;
        failed = memory_has_failed();
        assert_int_equal(failed, i < 300);
        memory_fail_at(0);
        for (size_t k = 0; k < map.count; k++)
            assert_true(map_get(&map, map.entries[k].key) == &map.entries[k]);
        assert_non_null(map_put(&map, SV("one more"), NULL));
        assert_non_null(map_get(&map, SV("one more")));
        map_release(&map);
    } while (failed);
    assert_true(n > 6);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put),
        cmocka_unit_test(survives_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
