#include "test.h"

#include "text/splice.h"

static struct arena arena;
static struct buf out;

static void they_are_applied_by_place_not_by_order(void **state)
{
    struct splices splices = {.arena = &arena};
    struct err err = {0};
    (void)state;
    splices_add(&splices, 6, 6, SV("!"));
    splices_add(&splices, 0, 1, SV("B"));
    splices_add(&splices, 3, 4, (struct sv){0});
    splices_add(&splices, 0, 0, SV("<"));
    splices_add(&splices, 0, 0, SV("-"));
    splices_add(&splices, 4, 4, SV("+"));
    buf_clear(&out);
    assert_done(splices_apply(&splices,
                              SV("bar\0\xff"
                                 "x"),
                              &out, &err),
                &err);
    assert_sv(buf_view(&out), "<-Bar+\xff"
                              "x!");
}

static void none_leaves_the_text(void **state)
{
    struct splices splices = {.arena = &arena};
    struct err err = {0};
    (void)state;
    buf_clear(&out);
    assert_done(splices_apply(&splices, SV("same"), &out, &err), &err);
    assert_sv(buf_view(&out), "same");
}

static void assert_refused(size_t begin, size_t end)
{
    struct splices splices = {.arena = &arena};
    struct err err = {0};
    splices_add(&splices, 1, 3, SV("x"));
    splices_add(&splices, begin, end, SV("y"));
    buf_clear(&out);
    assert_int_equal(splices_apply(&splices, SV("abcdef"), &out, &err), FAILED);
    assert_int_equal(out.len, 0);
}

static void what_overlaps_or_leaves_the_text_is_refused(void **state)
{
    (void)state;
    assert_refused(2, 4);
    assert_refused(2, 2);
    assert_refused(1, 3);
    assert_refused(5, 7);
    assert_refused(5, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_applied_by_place_not_by_order),
        cmocka_unit_test(none_leaves_the_text),
        cmocka_unit_test(what_overlaps_or_leaves_the_text_is_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_release(&arena);
    buf_release(&out);
    return failed;
}
