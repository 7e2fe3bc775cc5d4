#include "catalogue/id_set.h"

#include "test.h"

static struct id_set make(const int64_t *ids, size_t count)
{
    struct id_set set = {0};
    struct err err = {0};
    for (size_t i = 0; i < count; i++)
        assert_done(id_set_add(&set, ids[i], &err), &err);
    id_set_sort(&set);
    return set;
}

static void assert_ids(const struct id_set *set, const int64_t *ids, size_t count)
{
    assert_int_equal(set->count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(set->ids[i], ids[i]);
}

static void operations(void **state)
{
    (void)state;
    struct err err = {0};
    struct id_set a = make((int64_t[]){5, 1, 3, 5, 3}, 5), b = make((int64_t[]){3, 4}, 2), copy;
    assert_ids(&a, (int64_t[]){1, 3, 5}, 3);
    assert_true(id_set_has(&a, 3));
    assert_false(id_set_has(&a, 4));
    assert_false(id_set_has(&a, 6));
    assert_done(id_set_copy(&a, &copy, &err), &err);
    id_set_intersect(&copy, &b);
    assert_ids(&copy, (int64_t[]){3}, 1);
    id_set_release(&copy);
    assert_done(id_set_copy(&a, &copy, &err), &err);
    id_set_subtract(&copy, &b);
    assert_ids(&copy, (int64_t[]){1, 5}, 2);
    assert_done(id_set_unite(&copy, &b, &err), &err);
    assert_ids(&copy, (int64_t[]){1, 3, 4, 5}, 4);
    id_set_release(&copy);
    id_set_release(&a);
    id_set_release(&b);
}

static void empty_sets(void **state)
{
    (void)state;
    struct err err = {0};
    struct id_set none = {0}, one = make((int64_t[]){7}, 1), copy;
    id_set_sort(&none);
    assert_false(id_set_has(&none, 1));
    assert_done(id_set_copy(&none, &copy, &err), &err);
    id_set_subtract(&copy, &one);
    id_set_intersect(&copy, &one);
    assert_done(id_set_unite(&copy, &one, &err), &err);
    assert_ids(&copy, (int64_t[]){7}, 1);
    id_set_intersect(&one, &none);
    assert_int_equal(one.count, 0);
    id_set_release(&copy);
    id_set_release(&one);
    id_set_release(&none);
    id_set_release(NULL);
}

/* Close together they are sorted in another way than far apart. */
static void many_ids(void **state)
{
    (void)state;
    enum { COUNT = 3000, RANGE = 5000 };
    static const int64_t steps[] = {1, 1000000};
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
        struct id_set set = {0};
        struct err err = {0};
        bool present[RANGE] = {false};
        uint64_t random = 88172645463325252u;
        for (int i = 0; i < COUNT; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            size_t n = (size_t)(random >> 33) % RANGE;
            present[n] = true;
            assert_done(id_set_add(&set, 70 + (int64_t)n * steps[k], &err), &err);
        }
        id_set_sort(&set);
        size_t at = 0;
        for (int64_t n = 0; n < RANGE; n++)
            if (present[n])
                assert_int_equal(set.ids[at++], 70 + n * steps[k]);
        assert_int_equal(set.count, at);
        id_set_release(&set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(operations), cmocka_unit_test(empty_sets),
                                       cmocka_unit_test(many_ids)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
