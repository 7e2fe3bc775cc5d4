#include "test.h"

#include "text/task_edit.h"

static struct arena arena;
static struct buf out;

static struct task *tasks_of(struct sv note, size_t expected)
{
    static struct outline outline;
    struct err err = {0};
    outline = (struct outline){0};
    assert_done(outline_parse(note, 0, 1, &arena, &outline, &err), &err);
    assert_int_equal(outline.task_count, expected);
    return outline.tasks;
}

static struct sv apply(struct splices *splices, struct sv note)
{
    struct err err = {0};
    buf_clear(&out);
    assert_done(splices_apply(splices, note, &out, &err), &err);
    return buf_view(&out);
}

static void a_tick_changes_one_character(void **state)
{
    struct sv note = SV("- [ ] a\r\n  * [X] b \r\n1. [-] c\r\n- [→] d");
    struct task *tasks = tasks_of(note, 4);
    struct splices splices = {.arena = &arena};
    (void)state;
    for (size_t i = 0; i < 4; i++)
        task_set_done(&splices, note, &tasks[i], true);
    assert_sv(apply(&splices, note), "- [x] a\r\n  * [X] b \r\n1. [x] c\r\n- [x] d");
    splices = (struct splices){.arena = &arena};
    for (size_t i = 0; i < 4; i++)
        task_set_done(&splices, note, &tasks[i], false);
    assert_sv(apply(&splices, note), "- [ ] a\r\n  * [ ] b \r\n1. [-] c\r\n- [→] d");
}

static void words_give_way_to_others(void **state)
{
    struct sv note = SV("> - [ ] call Ida 📅 2026-01-31  \n> - [ ] b\n");
    struct task *tasks = tasks_of(note, 2);
    struct splices splices = {.arena = &arena};
    struct err err = {0};
    (void)state;
    assert_done(task_set_text(&splices, &tasks[0], SV(" write [due:: 2026-02-01]"), &err), &err);
    assert_sv(apply(&splices, note), "> - [ ] write [due:: 2026-02-01]  \n> - [ ] b\n");
    assert_int_equal(task_set_text(&splices, &tasks[0], SV("a\nb"), &err), USAGE);
    err = (struct err){0};
    assert_int_equal(task_set_text(&splices, &tasks[0], SV(" "), &err), USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tick_changes_one_character),
        cmocka_unit_test(words_give_way_to_others),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_release(&arena);
    buf_release(&out);
    return failed;
}
