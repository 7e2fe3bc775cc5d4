/* Words that no note holds, and what is proposed for them. */
#include "fake_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

extern const chiron_entry chiron_plugin;

static struct fake_vault vault;

static int setup(void **state)
{
    (void)state;
    fake_open(&vault, &chiron_plugin);
    fake_note(&vault, 1, "en", "Feedback", "about trust, meetings and a review");
    fake_note(&vault, 2, "pl", "Poufność", "zaufanie i żółta kartka");
    fake_note(&vault, 3, "da", "Møde", "fortrolighed på skærmen");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_close(&vault);
    return 0;
}

static void assert_proposed(fake_node root, const char *expected)
{
    char words[512];
    assert_int_equal(fake_suggest(&vault, root, words), CHIRON_OK);
    assert_string_equal(words, expected);
}

static void test_each_kind_of_mistake(void **state)
{
    (void)state;
    assert_proposed(WORD("feedbck"), "feedbck>feedback");
    assert_proposed(WORD("feedbackk"), "feedbackk>feedback");
    assert_proposed(WORD("fedbakc"), "fedbakc>feedback");
    assert_proposed(WORD("Feadback"), "Feadback>feedback");
    assert_proposed(WORD("trsut"), "trsut>trust");
    assert_proposed(WORD("ttrus"), "");
    assert_proposed(WORD("something"), "");
    assert_proposed(WORD("re"), "");
}

static void test_letters_of_three_languages(void **state)
{
    (void)state;
    assert_proposed(WORD("poufnosx"), "poufnosx>poufność");
    assert_proposed(WORD("zólta"), "");
    assert_proposed(WORD("zlota"), "zlota>żółta");
    assert_proposed(WORD("fortrolghed"), "fortrolghed>fortrolighed");
    assert_proposed(WORD("skaermne"), "skaermne>skærmen");
}

static void test_only_what_nobody_has_is_doubted(void **state)
{
    (void)state;
    assert_proposed(WORD("meeting"), "");
    assert_proposed(WORD("MODE"), "");
    assert_proposed(AND(WORD("trust"), WORD("reviev"), SET(1)), "reviev>review");
    assert_proposed(PHRASE("trust zaufanei"), "zaufanei>zaufanie");
    assert_proposed(fake_near("trsut rewiev", 3), "trsut>trust rewiev>review");
    assert_proposed(OR(WORD("trust"), NOT(WORD("reviev"))), "");
    assert_proposed(PREFIX("reviev"), "");
}

static void test_what_more_notes_have_is_nearer(void **state)
{
    (void)state;
    for (int64_t id = 10; id < 30; id++)
        fake_note(&vault, id, "en", "note", id == 10 ? "thrust" : "truss");
    assert_proposed(WORD("trusy"), "trusy>truss");
}

static void test_words_that_are_gone_are_not_proposed(void **state)
{
    (void)state;
    fake_note(&vault, 4, "en", "Four", "ephemeral");
    assert_proposed(WORD("ephemerol"), "ephemerol>ephemeral");
    fake_remove(&vault, 4);
    assert_proposed(WORD("ephemerol"), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_each_kind_of_mistake),
        TEST(test_letters_of_three_languages),
        TEST(test_only_what_nobody_has_is_doubted),
        TEST(test_what_more_notes_have_is_nearer),
        TEST(test_words_that_are_gone_are_not_proposed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
