/* Forms of a Polish word share a stem, and different words keep theirs. */
#include "polish.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs what stands above it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static const char *stem(const char *word)
{
    static char out[256];
    size_t len = polish_stem(word, strlen(word), out);
    assert_true(len <= strlen(word));
    out[len] = '\0';
    return out;
}

/* `words` have spaces between them; the first is the stem. */
static void assert_forms(const char *words)
{
    char list[512];
    snprintf(list, sizeof list, "%s", words);
    char *next = NULL, *expected = strtok_r(list, " ", &next);
    for (char *word; (word = strtok_r(NULL, " ", &next)) != NULL;)
        assert_string_equal(stem(word), expected);
}

static void test_nouns(void **state)
{
    (void)state;
    assert_forms("zaufan zaufanie zaufania zaufaniu zaufaniem");
    assert_forms(
        "interwizj interwizja interwizji interwizję interwizją interwizjo interwizjom interwizjami interwizjach");
    assert_forms("kontrakt kontrakt kontraktu kontraktowi kontraktem kontraktów kontrakty kontraktom kontraktach");
    assert_forms("poufnośc poufność poufności poufnością");
}

static void test_adjectives(void **state)
{
    (void)state;
    assert_forms("polsk polski polskiego polskiemu polskim polska polskiej polską polskie polskich polskimi");
    assert_forms("now nowy nowego nowemu nowym nowej nowych nowymi nowa nowe");
    assert_forms("piękn piękniejszy piękniejsza piękniejszą piękniejsze piękniejszych");
    assert_forms("czyt czytający czytająca czytającą czytające czytającymi");
    assert_forms("lep lepszy lepszą lepsza");
}

static void test_verbs(void **state)
{
    (void)state;
    assert_forms("czyt czytać czytasz czytamy czytacie czytają czytaj czytajcie czytał czytała czytało czytali czytały "
                 "czytałem czytałaś czytaliśmy czytałyście czytałbym czytałabyś czytalibyśmy czytając");
    assert_forms("nos nosić nosisz noszę noszą noszący nosząca nosiła nosili");
    assert_forms("był był byłem byłaś byliśmy byłyście");
}

static void test_what_is_short_stays(void **state)
{
    (void)state;
    assert_forms("i i");
    assert_forms("by by");
    assert_forms("byc być");
    assert_forms("ś ś");
    assert_forms("dz dź");
    assert_string_equal(stem(""), "");
    assert_string_equal(stem("\xc5"), "\xc5");
    assert_string_equal(stem("\x82\x82\x82\xc5"), "\x82\x82\x82\xc5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nouns),
        cmocka_unit_test(test_adjectives),
        cmocka_unit_test(test_verbs),
        cmocka_unit_test(test_what_is_short_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
