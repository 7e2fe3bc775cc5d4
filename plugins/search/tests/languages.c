/* What somebody who looks for a word in three languages gets, and in which order. */
#include "fake_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

extern const chiron_entry chiron_plugin;

static int setup(void **state)
{
    struct fake_vault *vault = calloc(1, sizeof *vault);
    assert_non_null(vault);
    fake_open(vault, &chiron_plugin);
    *state = vault;
    return 0;
}

static int teardown(void **state)
{
    fake_close(*state);
    free(*state);
    return 0;
}

static void test_english_forms(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 1, "en", "One", "She trusted the process.");
    fake_note(vault, 2, "en", "Two", "Trust takes time.");
    fake_note(vault, 3, "en", "Three", "Nothing here.");
    assert_ranked(vault, WORD("trust"), 2, 1);
    assert_ranked(vault, WORD("TRUSTED"), 1, 2);
    assert_ranked(vault, WORD("trusting"), 2, 1); /* neither is exact: the shorter note first */
    assert_nothing(vault, WORD("trus"));
}

static void test_danish_forms(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 1, "da", "En", "Vi holdt mødet i går.");
    fake_note(vault, 2, "da", "To", "Et godt møde.");
    fake_note(vault, 3, "da", "Tre", "Møderne er lange.");
    fake_note(vault, 4, "da", "Fire", "Den nyeste mode.");
    fake_note(vault, 5, "da", "Fem", "Hun har mod på mere.");
    assert_found(vault, WORD("møde"), 1, 2, 3, 4);
    struct fake_answer answer;
    assert_int_equal(fake_search(vault, WORD("møde"), 10, &answer), CHIRON_OK);
    assert_int_equal(answer.hits[0].id, 2);
    fake_answer_release(&answer);
    assert_int_equal(fake_search(vault, WORD("mode"), 10, &answer), CHIRON_OK);
    assert_int_equal(answer.hits[0].id, 4);
    fake_answer_release(&answer);
    assert_found(vault, WORD("moede"), 1, 2, 3);
    assert_found(vault, WORD("moderne"), 1, 2, 3, 4, 5); /* without marks every spelling is meant */
}

static void test_danish_letters_as_typed_elsewhere(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 1, "da", "En", "pårørende");
    fake_note(vault, 2, "da", "To", "paaroerende");
    fake_note(vault, 3, "da", "Tre", "Æblegrød på Østerå");
    assert_ranked(vault, WORD("pårørende"), 1, 2);
    assert_ranked(vault, WORD("paaroerende"), 2, 1);
    assert_found(vault, WORD("parorende"), 1);
    assert_found(vault, WORD("aeblegroed"), 3);
    assert_found(vault, WORD("osterå"), 3);
    assert_found(vault, WORD("ØSTERÅ"), 3);
}

static void test_polish_letters(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 1, "pl", "Jeden", "Odwrócony mentoring, żółta łódź.");
    fake_note(vault, 2, "pl", "Dwa", "odwrocony porzadek, lodz");
    assert_ranked(vault, WORD("odwrócony"), 1, 2);
    assert_ranked(vault, WORD("odwrocony"), 2, 1);
    assert_ranked(vault, WORD("łódź"), 1, 2);
    assert_ranked(vault, WORD("LODZ"), 2, 1);
    assert_found(vault, WORD("zolta"), 1);
}

static void test_polish_forms(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 1, "pl", "Jeden", "o granicach poufności");
    fake_note(vault, 2, "pl", "Dwa", "poufność");
    fake_note(vault, 3, "pl", "Trzy", "poufny");
    fake_note(vault, 4, "en", "Four", "poufności");
    assert_ranked(vault, WORD("poufność"), 2, 1);
    assert_ranked(vault, WORD("poufności"), 4, 1, 2);
    assert_found(vault, WORD("poufnosc"), 1, 2);
    assert_found(vault, WORD("granica"), 1);
}

static void test_composed_and_decomposed_are_equal(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 1, "da", "En", "A\xcc\x8a og o\xcc\x81");
    fake_note(vault, 2, "da", "To", "\xc3\x85 og \xc3\xb3");
    assert_found(vault, WORD("\xc3\xa5"), 1, 2);
    assert_found(vault, WORD("a\xcc\x8a"), 1, 2);
    assert_found(vault, WORD("\xc3\xb3"), 1, 2);
}

static void test_a_stem_counts_in_its_language_only(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 1, "en", "One", "mods and rockers");
    fake_note(vault, 2, "da", "En", "modet");
    fake_note(vault, 3, "", "None", "modet mods");
    assert_found(vault, WORD("mod"), 1, 2);
    assert_found(vault, WORD("modens"), 2);
}

static void test_language_tags(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 1, "en-GB", "One", "reflections");
    fake_note(vault, 2, "EN", "Two", "reflection");
    fake_note(vault, 3, "eng", "Three", "reflected");
    assert_found(vault, WORD("reflect"), 1, 2);
}

static void test_phrases(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 1, "en", "One", "We agreed on partnership\nrules today.");
    fake_note(vault, 2, "en", "Two", "The partnership's rule and the rules of partnership.");
    fake_note(vault, 3, "en", "Three", "Partnerships ruled.");
    fake_note(vault, 4, "da", "Fire", "god opfølgning på mål");
    assert_ranked(vault, PHRASE("partnership rules"), 1, 3);
    assert_found(vault, PHRASE("rules of partnership"), 2);
    assert_nothing(vault, PHRASE("rules today partnership"));
    assert_found(vault, PHRASE("god opfølgning"), 4);
    assert_found(vault, PHRASE("GODE opfolgning paa mal"), 4);
    /* One word by its look, two by its parts. */
    assert_found(vault, WORD("partnership's"), 2);
}

static void test_words_near_each_other(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 1, "en", "One", "rules that hold in our partnership");
    fake_note(vault, 2, "en", "Two", "a partnership rules");
    fake_note(vault, 3, "en", "Partnership", "rules");
    fake_note(vault, 4, "da", "Fire",
              "m\xc3\xb8"
              "derne f\xc3\xb8r sommeren");
    assert_found(vault, fake_near("partnership rule", 0), 2);
    assert_found(vault, fake_near("partnership rule", 3), 2);
    assert_found(vault, fake_near("partnership rule", 4), 1, 2);
    assert_found(vault, fake_near("partnership rule hold", 3), 1);
    assert_found(vault,
                 fake_near("sommer m\xc3\xb8"
                           "de",
                           1),
                 4);
    assert_found(vault, fake_near("rules", 2), 1, 2, 3);
    assert_nothing(vault, fake_near("--", 2));
}

static void test_hyphens_are_phrases(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 1, "en", "One", "peer-mentoring");
    fake_note(vault, 2, "en", "Two", "mentoring by a peer");
    assert_found(vault, WORD("peer-mentoring"), 1);
    assert_found(vault, PREFIX("peer-ment"), 1);
    assert_found(vault, WORD("peer"), 1, 2);
}

static void test_prefixes(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 1, "en", "One", "universities");
    fake_note(vault, 2, "en", "Two", "universal happiness");
    fake_note(vault, 3, "da", "Tre", "mødeleder");
    fake_note(vault, 4, "da", "Fire", "modig");
    assert_found(vault, PREFIX("univers"), 1, 2);
    assert_found(vault, PREFIX("universit"), 1);
    assert_nothing(vault, PREFIX("happine s"));
    assert_found(vault, PREFIX("happi"), 2);
    fake_note(vault, 5, "en", "Five", "happy"); /* its stem is "happi" */
    assert_found(vault, PREFIX("happi"), 2);
    assert_found(vault, PREFIX("mød"), 3);
    assert_found(vault, PREFIX("MOED"), 3);
    assert_found(vault, PREFIX("mod"), 3, 4);
}

static void test_scopes(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 1, "en", "Trust", "about something else");
    fake_note(vault, 2, "en", "Two", "# On trust\n\ntext");
    fake_note(vault, 3, "en", "Three", "trust in passing, among so many other words that say other things");
    struct chiron_note *note = fake_note(vault, 4, "en", "Four", "text");
    note->aliases[0] = strdup("Confidence");
    note->aliases[1] = strdup("Trust building");
    note = fake_note(vault, 5, "en", "Five", "text");
    note->tags[0] = strdup("topics/trust");
    assert_found(vault, TITLE("trust"), 1, 4);
    assert_found(vault, HEADING("trust"), 2);
    assert_found(vault, WORD("trust"), 1, 2, 3, 4, 5);
    struct fake_answer answer;
    assert_int_equal(fake_search(vault, WORD("trust"), 10, &answer), CHIRON_OK);
    assert_int_equal(answer.hits[0].id, 1);
    assert_int_equal(answer.hits[1].id, 4);
    assert_int_equal(answer.hits[4].id, 3);
    fake_answer_release(&answer);
    /* Not from one alias into the next. */
    assert_nothing(vault, fake_text(CHIRON_SEARCH_PHRASE, CHIRON_SCOPE_TITLE, "confidence trust"));
    assert_found(vault, fake_text(CHIRON_SEARCH_PHRASE, CHIRON_SCOPE_TITLE, "trust building"), 4);
}

static void test_rare_words_weigh_more(void **state)
{
    struct fake_vault *vault = *state;
    for (int64_t id = 1; id <= 20; id++)
        fake_note(vault, id, "en", "note", id == 7 ? "session charter" : "session notes");
    fake_note(vault, 21, "en", "note", "session session session session");
    struct fake_answer answer;
    assert_int_equal(fake_search(vault, OR(WORD("session"), WORD("charter")), 3, &answer), CHIRON_OK);
    assert_int_equal(answer.count, 3);
    assert_int_equal(answer.hits[0].id, 7);
    assert_int_equal(answer.hits[1].id, 21);
    assert_int_equal(answer.hits[2].id, 1); /* equal scores: by id */
    fake_answer_release(&answer);
}

static void test_other_scripts(void **state)
{
    struct fake_vault *vault = *state;
    fake_note(vault, 1, "", "One", "信頼関係を築く");
    fake_note(vault, 2, "", "Two", "Доверие и ёлка");
    fake_note(vault, 3, "", "Three", "Ελληνικά");
    assert_found(vault, WORD("信頼"), 1);
    assert_nothing(vault, WORD("頼信"));
    assert_found(vault, WORD("доверие"), 2);
    assert_found(vault, WORD("елка"), 2);
    assert_found(vault, WORD("ελληνικα"), 3);
}

static void test_odd_bytes(void **state)
{
    struct fake_vault *vault = *state;
    static const char body[] = "trust\0worthy \xff\xfe caf\xc3\xa9 \xc3(broken) \xed\xa0\x80 last";
    fake_note_bytes(vault, 1, "en", "One", body, sizeof body - 1);
    size_t size = 1024 * 1024;
    char *long_word = malloc(size);
    assert_non_null(long_word);
    memset(long_word, 'x', size);
    memcpy(long_word + size - 6, " after", 6);
    fake_note_bytes(vault, 2, "en", "Two", long_word, size);
    memset(long_word, '\xcc', size); /* combining marks without end behind one letter */
    for (size_t i = 1; i < size; i += 2)
        long_word[i] = '\x81';
    long_word[0] = 'a';
    long_word[1] = ' ';
    long_word[2] = 'a';
    long_word[3] = 'b';
    fake_note_bytes(vault, 3, "en", "Three", long_word, size);
    fake_note(vault, 4, "en", "", "");
    assert_found(vault, WORD("trust"), 1);
    assert_found(vault, WORD("worthy"), 1);
    assert_found(vault, WORD("café"), 1);
    assert_found(vault, WORD("broken"), 1);
    assert_found(vault, WORD("last"), 1);
    assert_found(vault, WORD("after"), 2);
    assert_found(vault, PREFIX("xxxxxxxxxx"), 2);
    memset(long_word, 'x', 200);
    long_word[200] = '\0';
    assert_found(vault, WORD(long_word), 2);
    assert_found(vault, NOT(WORD("zzz")), 1, 2, 3, 4);
    free(long_word);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_english_forms, setup, teardown),
        cmocka_unit_test_setup_teardown(test_danish_forms, setup, teardown),
        cmocka_unit_test_setup_teardown(test_danish_letters_as_typed_elsewhere, setup, teardown),
        cmocka_unit_test_setup_teardown(test_polish_letters, setup, teardown),
        cmocka_unit_test_setup_teardown(test_polish_forms, setup, teardown),
        cmocka_unit_test_setup_teardown(test_composed_and_decomposed_are_equal, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_stem_counts_in_its_language_only, setup, teardown),
        cmocka_unit_test_setup_teardown(test_language_tags, setup, teardown),
        cmocka_unit_test_setup_teardown(test_phrases, setup, teardown),
        cmocka_unit_test_setup_teardown(test_words_near_each_other, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hyphens_are_phrases, setup, teardown),
        cmocka_unit_test_setup_teardown(test_prefixes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scopes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rare_words_weigh_more, setup, teardown),
        cmocka_unit_test_setup_teardown(test_other_scripts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_odd_bytes, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
