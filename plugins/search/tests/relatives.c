/* Notes that are like another one by their words. */
#include "fake_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

extern const chiron_entry chiron_plugin;

static struct fake_vault vault;

static int setup(void **state)
{
    (void)state;
    fake_open(&vault, &chiron_plugin);
    for (int64_t id = 100; id < 140; id++) {
        char body[200];
        snprintf(body, sizeof body, "the meeting about budgets and plans, number %lld of them", (long long)id);
        fake_note(&vault, id, "en", "Meeting", body);
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_close(&vault);
    return 0;
}

static void test_the_telling_words_decide(void **state)
{
    (void)state;
    struct fake_answer answer;
    fake_note(&vault, 1, "en", "Supervision", "the meeting about the seven eyes of supervision");
    fake_note(&vault, 2, "en", "Eyes", "seven supervised eyes saw it");
    fake_note(&vault, 3, "en", "Meeting", "the meeting about plans of supervision");
    assert_int_equal(fake_related(&vault, 1, 10, &answer), CHIRON_OK);
    assert_int_equal(answer.count, 2); /* what all have makes nobody alike */
    assert_int_equal(answer.hits[0].id, 2);
    assert_int_equal(answer.hits[1].id, 3);
    assert_true(answer.hits[0].score > answer.hits[1].score && answer.hits[1].score > 0);
    assert_true(answer.hits[0].score <= 1);
    assert_non_null(strstr(answer.hits[0].terms, "eyes "));
    assert_string_equal(answer.hits[1].terms, "supervision ");
    assert_int_equal(answer.hits[1].snippet_count, 1);
    fake_answer_release(&answer);
}

static void test_a_copy_is_as_alike_as_can_be(void **state)
{
    (void)state;
    struct fake_answer answer;
    fake_note(&vault, 1, "pl", "Jeden", "o interwizji i zaufaniu w parze");
    fake_note(&vault, 2, "pl", "Dwa", "interwizja: zaufanie, para");
    fake_note(&vault, 3, "pl", "Jeden", "o interwizji i zaufaniu w parze");
    assert_int_equal(fake_related(&vault, 1, 10, &answer), CHIRON_OK);
    assert_int_equal(answer.count, 2);
    assert_int_equal(answer.hits[0].id, 3);
    assert_true(answer.hits[0].score > 0.999);
    assert_int_equal(answer.hits[1].id, 2);
    fake_answer_release(&answer);
}

static void test_limits_and_notes_without_words(void **state)
{
    (void)state;
    struct fake_answer answer;
    fake_note(&vault, 1, "en", "", "");
    fake_note(&vault, 2, "en", "", "12 34 a is --");
    fake_note(&vault, 3, "en", "Three", "a lonely wilderness");
    for (int64_t id = 1; id <= 3; id++) {
        assert_int_equal(fake_related(&vault, id, 10, &answer), CHIRON_OK);
        assert_int_equal(answer.count, 0);
        fake_answer_release(&answer);
    }
    for (int64_t id = 10; id < 18; id++)
        fake_note(&vault, id, "en", "Wild", "wilderness");
    assert_int_equal(fake_related(&vault, 3, 2, &answer), CHIRON_OK);
    assert_int_equal(answer.count, 2);
    fake_answer_release(&answer);
    assert_int_equal(fake_related(&vault, 3, 0, &answer), CHIRON_OK);
    assert_int_equal(answer.count, 8);
    fake_answer_release(&answer);
    assert_int_equal(fake_related(&vault, 9999, 0, &answer), CHIRON_NONE);
    fake_answer_release(&answer);
}

static void test_a_long_note(void **state)
{
    (void)state;
    struct fake_answer answer;
    size_t size = 3 * 1024 * 1024, used = 0;
    char *body = malloc(size);
    assert_non_null(body);
    for (unsigned n = 0; used + 32 < size; n++)
        used += (size_t)snprintf(body + used, size - used, "w%u ", n % 50000);
    fake_note(&vault, 1, "en", "Long", body);
    fake_note(&vault, 2, "en", "Short", "w17 w18");
    assert_int_equal(fake_related(&vault, 2, 10, &answer), CHIRON_OK);
    assert_int_equal(answer.count, 1);
    fake_answer_release(&answer);
    assert_int_equal(fake_related(&vault, 1, 10, &answer), CHIRON_OK);
    fake_answer_release(&answer);
    free(body);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_telling_words_decide),
        TEST(test_a_copy_is_as_alike_as_can_be),
        TEST(test_limits_and_notes_without_words),
        TEST(test_a_long_note),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
