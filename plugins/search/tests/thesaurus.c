/* Words that mean the same: what a query in one language finds in notes of another. */
#include "fake_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

extern const chiron_entry chiron_plugin;

static const char words[] = "# a comment: with a colon\n"
                            "\n"
                            "- en: intervision, peer supervision\n"
                            "  pl: interwizja\n"
                            "  da: kollegial supervision\n"
                            "- en: charter\n"
                            "  pl: kontrakt\n"
                            "  da: mentoraftale\n"
                            "- en: supervision\n"
                            "  pl: superwizja\n"
                            "no line of ours\n"
                            "- da\n"
                            "  : ,,\n"
                            "  en: ,  ,\n";

static int setup(void **state)
{
    struct fake_vault *vault = calloc(1, sizeof *vault);
    assert_non_null(vault);
    fake_open(vault, &chiron_plugin);
    vault->thesaurus[0] = words;
    fake_note(vault, 1, "en", "One", "an intervision in autumn");
    fake_note(vault, 2, "pl", "Dwa", "o naszych interwizjach");
    fake_note(vault, 3, "da", "Tre", "den kollegiale supervision");
    fake_note(vault, 4, "pl", "Cztery", "nowego kontraktu nie ma");
    fake_note(vault, 5, "da", "Fem", "en kontrakt om leasing");
    fake_note(vault, 6, "en", "Six", "the charter");
    *state = vault;
    return 0;
}

static int teardown(void **state)
{
    fake_close(*state);
    free(*state);
    return 0;
}

static void test_each_finds_all(void **state)
{
    struct fake_vault *vault = *state;
    assert_found(vault, WORD("intervision"), 1, 2, 3);
    assert_found(vault, WORD("interwizję"), 1, 2, 3);
    assert_found(vault, WORD("INTERWIZJA"), 1, 2, 3);
    assert_found(vault, AND(WORD("kollegial"), WORD("supervision")), 1, 2, 3);
    assert_found(vault, AND(WORD("peer"), WORD("supervision")), 1, 2, 3);
}

static void test_what_was_asked_for_stands_first(void **state)
{
    struct fake_vault *vault = *state;
    for (int64_t id = 10; id < 40; id++)
        fake_note(vault, id, "en", "note", "the charter of a pair, among a good many other words in a long note");
    struct fake_answer answer;
    assert_int_equal(fake_search(vault, WORD("charter"), 100, &answer), CHIRON_OK);
    assert_int_equal(answer.count, 32);
    assert_int_equal(answer.hits[31].id, 4); /* the rarest of all words, and still behind */
    fake_answer_release(&answer);
}

static void test_a_word_counts_in_its_language(void **state)
{
    struct fake_vault *vault = *state;
    assert_found(vault, WORD("charter"), 4, 6);
    assert_found(vault, WORD("kontrakt"), 4, 5, 6);
}

static void test_quotes_prefixes_and_not_are_meant_as_they_stand(void **state)
{
    struct fake_vault *vault = *state;
    assert_found(vault, PHRASE("intervision"), 1);
    assert_found(vault, PREFIX("intervis"), 1);
    assert_found(vault, fake_near("kollegial supervision", 3), 3);
    assert_found(vault, AND(SET(1, 2, 3, 4), NOT(WORD("intervision"))), 2, 3, 4);
    assert_found(vault, AND(SET(1, 2, 3, 4), NOT(AND(WORD("kollegial"), WORD("supervision")))), 1, 2, 4);
}

static void test_the_longest_saying_counts(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 7, "pl", "Siedem", "superwizja");
    /* "supervision" alone means note 7, behind "kollegial" it does not. */
    assert_found(vault, WORD("supervision"), 3, 7);
    assert_found(vault, AND(WORD("kollegial"), WORD("supervision"), WORD("autumn")), 1);
    assert_found(vault, AND(SET(7), WORD("kollegial"), WORD("supervision")), 0);
    assert_nothing(vault, AND(WORD("kollegial"), SET(1, 2, 3), WORD("superwizja")));
}

static void test_snippets_show_what_was_found(void **state)
{
    struct fake_vault *vault = *state;
    struct fake_answer answer;
    assert_int_equal(fake_search(vault, WORD("charter"), 10, &answer), CHIRON_OK);
    assert_int_equal(answer.count, 2);
    assert_int_equal(answer.hits[1].snippet_count, 1);
    assert_string_equal(answer.hits[1].snippets[0].text, "nowego kontraktu nie ma");
    assert_int_equal(answer.hits[1].snippets[0].marks[0], strlen("nowego "));
    fake_answer_release(&answer);
}

static void test_the_vaults_own_words_and_the_switch(void **state)
{
    struct fake_vault *vault = *state;
    vault->thesaurus[1] = "- en: autumn\n  pl: jesień\n- en: charter\n  en: agreement\n";
    fake_note(vault, 8, "pl", "Osiem", "tej jesieni");
    fake_note(vault, 9, "en", "Nine", "agreements");
    assert_found(vault, WORD("autumn"), 1, 8);
    assert_found(vault, WORD("charter"), 4, 6, 9);
    vault->config = "false";
    assert_found(vault, WORD("autumn"), 1);
    assert_found(vault, WORD("charter"), 6);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_each_finds_all),
        TEST(test_what_was_asked_for_stands_first),
        TEST(test_a_word_counts_in_its_language),
        TEST(test_quotes_prefixes_and_not_are_meant_as_they_stand),
        TEST(test_the_longest_saying_counts),
        TEST(test_snippets_show_what_was_found),
        TEST(test_the_vaults_own_words_and_the_switch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
