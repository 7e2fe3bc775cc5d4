/* The lines that show why a note was found. Marks are written as [ ] around the text they mark. */
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
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_close(&vault);
    return 0;
}

/* "line:text|line:text" of the first hit. */
static const char *shown(fake_node root)
{
    static char out[4096];
    struct fake_answer answer;
    size_t len = 0;
    out[0] = '\0';
    assert_int_equal(fake_search(&vault, root, 1, &answer), CHIRON_OK);
    assert_int_equal(answer.count, 1);
    for (size_t i = 0; i < answer.hits[0].snippet_count; i++) {
        const struct fake_snippet *snippet = &answer.hits[0].snippets[i];
        len += (size_t)snprintf(out + len, sizeof out - len, "%s%u:", i > 0 ? "|" : "", snippet->line);
        size_t mark = 0;
        for (size_t at = 0; at <= strlen(snippet->text); at++) {
            for (; mark < snippet->mark_count && snippet->marks[mark] == at; mark++)
                out[len++] = mark % 2 == 0 ? '[' : ']';
            out[len++] = snippet->text[at];
        }
        len--;
        assert_int_equal(mark, snippet->mark_count);
    }
    fake_answer_release(&answer);
    return out;
}

static void note(const char *lang, const char *body)
{
    fake_note(&vault, 1, lang, "Title", body);
}

static void test_marks_what_was_found(void **state)
{
    (void)state;
    note("en", "First line.\n\nShe trusted him, for TRUST takes time.\n");
    assert_string_equal(shown(WORD("trust")), "3:She [trusted] him, for [TRUST] takes time.");
    note("da", "Vi holdt m\xc3\xb8"
               "det i g\xc3\xa5r");
    assert_string_equal(shown(WORD("mode")), "1:Vi holdt [m\xc3\xb8"
                                             "det] i g\xc3\xa5r");
    note("pl", "A lo\xcc\x81"
               "dka");
    assert_string_equal(shown(WORD("l\xc3\xb3"
                                   "dka")),
                        "1:A [lo\xcc\x81"
                        "dka]");
}

static void test_counts_lines_of_the_file(void **state)
{
    (void)state;
    struct chiron_note *made = fake_note(&vault, 1, "en", "Title", "one\r\ntwo\r\ntrust\r\n");
    made->body_line = 7;
    assert_string_equal(shown(WORD("trust")), "9:[trust]");
}

static void test_shows_the_best_lines_in_order(void **state)
{
    (void)state;
    note("en", "trust\ntrusted\ntrust and rules\nrule\ntrust\nrules\ntrust the rules");
    assert_string_equal(shown(AND(WORD("trust"), WORD("rules"))),
                        "1:[trust]|3:[trust] and [rules]|7:[trust] the [rules]");
}

static void test_phrases_are_marked_as_wholes_only(void **state)
{
    (void)state;
    note("en", "rules of partnership\nour partnership\nrules\npartnership and rules");
    assert_string_equal(shown(PHRASE("partnership rules")), "2:our [partnership]|3:[rules]");
    note("en", "a a a b");
    assert_string_equal(shown(PHRASE("a a b")), "1:a [a] [a] [b]");
}

static void test_words_near_each_other_are_marked_where_they_are(void **state)
{
    (void)state;
    note("en", "rules here\n\none two three partnership\nand then there are other words\nrules of partnership");
    assert_string_equal(shown(fake_near("partnership rules", 2)), "5:[rules] of [partnership]");
    assert_string_equal(shown(fake_near("partnership rules", 4)),
                        "1:[rules] here|3:one two three [partnership]|5:[rules] of [partnership]");
}

static void test_prefixes_are_marked(void **state)
{
    (void)state;
    note("da", "en m\xc3\xb8"
               "deleder modtog mad");
    assert_string_equal(shown(PREFIX("mod")), "1:en [m\xc3\xb8"
                                              "deleder] [modtog] mad");
}

static void test_what_is_not_wanted_is_not_marked(void **state)
{
    (void)state;
    note("en", "trust and doubt");
    assert_string_equal(shown(OR(WORD("trust"), NOT(WORD("doubt")))), "1:[trust] and doubt");
    assert_string_equal(shown(SET(1)), "");
    assert_string_equal(shown(TITLE("title")), "");
}

static void test_markup_is_taken_out(void **state)
{
    (void)state;
    note(
        "en",
        "## On **trust** and `code`\n> - [x] ~~old~~ *trust* in snake_case_trust\n1. see [[notes/trust|the Trust]] and "
        "[trust](http://x.org/y) ![trust](z.png)\n");
    assert_string_equal(
        shown(WORD("trust")),
        "1:On [trust] and code|2:old [trust] in snake_case_[trust]|3:see the [Trust] and [trust] [trust]");
    note("en", "see [here](http://example.org/trust) \x01"
               "and\tthere\xff");
    assert_string_equal(shown(WORD("trust")), "1:see [here](http://example.org/[trust]) and there");
    note("en", "2 * 3 * trust, f(*trust), [trust and 1.5 trust");
    assert_string_equal(shown(WORD("trust")), "1:2 * 3 * [trust], f([trust]), [[trust] and 1.5 [trust]");
    note("en", "*It is trust.* So *trust*, said _she of trust_, not a_trust_b");
    assert_string_equal(shown(WORD("trust")), "1:It is [trust]. So [trust], said she of [trust], not a_[trust]_b");
}

static void test_long_lines_are_cut_at_words(void **state)
{
    (void)state;
    char body[200000];
    size_t len = 0;
    for (int i = 0; i < 20000; i++)
        len += (size_t)snprintf(body + len, sizeof body - len, i == 10000 ? "trust " : "s\xc3\xb8t%d ", i % 10);
    note("en", body);
    const char *text = shown(WORD("trust"));
    assert_non_null(strstr(text, "1:\xe2\x80\xa6s\xc3\xb8t"));
    assert_non_null(strstr(text, " [trust] s\xc3\xb8t1 "));
    assert_string_equal(text + strlen(text) - 3, "\xe2\x80\xa6");
    assert_true(strlen(text) < 260);
    /* No blank anywhere. */
    memset(body, 'x', 10000);
    memcpy(body + 5000, "-trust-", 7);
    body[10000] = '\0';
    note("en", body);
    text = shown(WORD("trust"));
    assert_non_null(strstr(text, "x-[trust]-x"));
    assert_true(strlen(text) < 260);
}

static void test_a_title_alone_needs_no_snippet(void **state)
{
    (void)state;
    fake_note(&vault, 1, "en", "Trust", "nothing of it");
    assert_string_equal(shown(WORD("trust")), "");
}

static void test_without_query_extension_there_are_no_snippets(void **state)
{
    (void)state;
    note("en", "trust");
    assert_int_equal(fake_tell(&vault), CHIRON_OK);
    vault.has_no_query = true;
    assert_string_equal(shown(WORD("trust")), "");
}

static void test_a_note_that_is_gone_is_no_hit(void **state)
{
    (void)state;
    note("en", "trust");
    fake_note(&vault, 2, "en", "Two", "trust");
    assert_int_equal(fake_tell(&vault), CHIRON_OK);
    vault.notes[0]->is_removed = true;
    struct fake_answer answer;
    assert_int_equal(fake_search_only(&vault, WORD("trust"), 10, &answer), CHIRON_OK);
    assert_int_equal(answer.count, 1);
    assert_int_equal(answer.hits[0].id, 2);
    fake_answer_release(&answer);
}

/* Whatever a line holds: UTF-8, marks at words, no control characters (fake_host.c looks). */
static void test_random_bytes(void **state)
{
    (void)state;
    static const char pieces[][8] = {
        "trust",    " ",  "[[", "]]", "](", ")",    "|",  "!",    "**",           "_",  "`",       "\xff",    "\xc3",
        "\xc3\xb8", "\n", "#",  "> ", "- ", "[ ] ", "\t", "\x1b", "\xe2\x80\xa6", "%%", "trusted", "\xcc\x81"};
    uint64_t random = 7;
    for (int round = 0; round < 300; round++) {
        char body[2048];
        size_t len = 0;
        for (size_t n = fake_random(&random) % 200; n > 0; n--) {
            const char *piece = pieces[fake_random(&random) % (sizeof pieces / sizeof *pieces)];
            memcpy(body + len, piece, strlen(piece));
            len += strlen(piece);
        }
        fake_note_bytes(&vault, 1, "en", "trust", body, len);
        struct fake_answer answer;
        assert_int_equal(fake_search(&vault, WORD("trust"), 1, &answer), CHIRON_OK);
        assert_int_equal(answer.count, 1);
        for (size_t i = 0; i < answer.hits[0].snippet_count; i++) {
            const struct fake_snippet *snippet = &answer.hits[0].snippets[i];
            assert_true(snippet->mark_count >= 2);
            for (const char *c = snippet->text; *c != '\0'; c++)
                assert_true((unsigned char)*c >= ' ');
            for (size_t k = 0; k < snippet->mark_count; k += 2)
                assert_int_equal(strncmp(snippet->text + snippet->marks[k], "trust", 5), 0);
        }
        fake_answer_release(&answer);
    }
}

int main(void)
{
#define SNIPPET_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        SNIPPET_TEST(test_marks_what_was_found),
        SNIPPET_TEST(test_counts_lines_of_the_file),
        SNIPPET_TEST(test_shows_the_best_lines_in_order),
        SNIPPET_TEST(test_phrases_are_marked_as_wholes_only),
        SNIPPET_TEST(test_words_near_each_other_are_marked_where_they_are),
        SNIPPET_TEST(test_prefixes_are_marked),
        SNIPPET_TEST(test_what_is_not_wanted_is_not_marked),
        SNIPPET_TEST(test_markup_is_taken_out),
        SNIPPET_TEST(test_long_lines_are_cut_at_words),
        SNIPPET_TEST(test_a_title_alone_needs_no_snippet),
        SNIPPET_TEST(test_without_query_extension_there_are_no_snippets),
        SNIPPET_TEST(test_a_note_that_is_gone_is_no_hit),
        SNIPPET_TEST(test_random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
