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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(operations), cmocka_unit_test(empty_sets)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
