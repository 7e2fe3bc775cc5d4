/* Rounds of changes: what is kept, what is undone, what is told anew. */
#include "fake_host.h"

#include "docs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void test_changes_are_followed(void **state)
{
    (void)state;
    fake_note(&vault, 1, "en", "One", "trust");
    fake_note(&vault, 2, "en", "Two", "trust");
    assert_found(&vault, WORD("trust"), 1, 2);
    fake_note(&vault, 1, "en", "One", "doubt");
    assert_found(&vault, WORD("trust"), 2);
    assert_found(&vault, WORD("doubt"), 1);
    fake_remove(&vault, 2);
    assert_nothing(&vault, WORD("trust"));
    assert_found(&vault, NOT(WORD("trust")), 1);
    fake_note(&vault, 2, "en", "Two", "trust again");
    assert_found(&vault, WORD("trust"), 2);
    /* The oldest document belongs to the largest id by now: still in order. */
    fake_note(&vault, 1, "en", "One", "trust");
    assert_found(&vault, AND(WORD("trust"), SET(1, 2)), 1, 2);
}

static void test_a_new_process_goes_on(void **state)
{
    (void)state;
    fake_note(&vault, 1, "en", "One", "trust");
    assert_found(&vault, WORD("trust"), 1);
    fake_restart(&vault);
    fake_note(&vault, 2, "en", "Two", "trust");
    uint64_t told = vault.told;
    assert_found(&vault, WORD("trust"), 1, 2);
    assert_int_equal(vault.told, told + 1);
    fake_restart(&vault);
    assert_found(&vault, WORD("trust"), 1, 2);
    assert_int_equal(vault.told, told + 1);
}

static void test_a_discarded_round_leaves_nothing(void **state)
{
    (void)state;
    fake_note(&vault, 1, "en", "One", "trust");
    assert_int_equal(fake_tell_and_discard(&vault), CHIRON_OK);
    assert_found(&vault, WORD("trust"), 1);
    fake_note(&vault, 1, "en", "One", "doubt");
    fake_note(&vault, 2, "en", "Two", "trust");
    assert_int_equal(fake_tell_and_discard(&vault), CHIRON_OK);
    struct fake_answer answer;
    assert_int_equal(fake_search_only(&vault, WORD("trust"), 0, &answer), CHIRON_OK);
    assert_int_equal(answer.count, 1);
    assert_int_equal(answer.hits[0].id, 1);
    fake_answer_release(&answer);
    assert_found(&vault, WORD("trust"), 2);
}

static void test_a_discard_without_a_round_does_nothing(void **state)
{
    (void)state;
    fake_note(&vault, 1, "en", "One", "trust");
    assert_found(&vault, WORD("trust"), 1);
    vault.consumer->discard(vault.plugin);
    vault.consumer->discard(vault.plugin);
    assert_found(&vault, WORD("trust"), 1);
}

static void test_a_reset_forgets(void **state)
{
    (void)state;
    fake_note(&vault, 1, "en", "One", "trust");
    assert_found(&vault, WORD("trust"), 1);
    char path[320];
    fake_path(&vault, "search.db", path);
    fake_restart(&vault);
    assert_int_equal(unlink(path), 0);
    free(vault.notes[0]->body);
    vault.notes[0]->body = strdup("doubt");
    assert_nothing(&vault, WORD("trust"));
    assert_found(&vault, WORD("doubt"), 1);
}

static void test_without_a_round_a_search_reads_the_notes_itself(void **state)
{
    (void)state;
    fake_note(&vault, 1, "en", "One", "trust");
    struct fake_answer answer;
    assert_int_equal(fake_search_only(&vault, WORD("trust"), 10, &answer), CHIRON_OK);
    assert_int_equal(answer.count, 1);
    assert_int_equal(vault.asked, 1);
    fake_answer_release(&answer);
}

static void test_waste_is_cleared(void **state)
{
    (void)state;
    char body[64];
    for (int64_t id = 1; id <= 40; id++)
        fake_note(&vault, id, "en", "note", "text");
    uint64_t told = 0;
    bool is_told_anew = false;
    for (int i = 0; i < 80 && !is_told_anew; i++) {
        snprintf(body, sizeof body, "round%d", i);
        for (int64_t id = 1; id <= 20; id++)
            fake_note(&vault, id, "en", "note", body);
        told = vault.told;
        struct fake_answer answer;
        assert_int_equal(fake_search(&vault, WORD(body), 0, &answer), CHIRON_OK);
        assert_int_equal(answer.count, 20);
        fake_answer_release(&answer);
        is_told_anew = i > 0 && vault.told - told == 40;
    }
    assert_true(is_told_anew);
    assert_nothing(&vault, WORD("round3"));
    told = vault.told;
    assert_found(&vault, AND(WORD("text"), SET(20, 21, 22)), 21, 22);
    assert_int_equal(vault.told, told);
}

static void test_files_are_private(void **state)
{
    (void)state;
    char path[320];
    struct stat st;
    fake_path(&vault, "search.db", path);
    fake_note(&vault, 1, "en", "One", "trust");
    assert_found(&vault, WORD("trust"), 1);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void test_a_link_in_place_of_the_index_is_refused(void **state)
{
    (void)state;
    char path[320], target[320];
    struct fake_answer answer;
    fake_path(&vault, "search.db", path);
    fake_path(&vault, "target", target);
    assert_int_equal(symlink(target, path), 0);
    fake_note(&vault, 1, "en", "One", "trust");
    assert_int_equal(fake_search(&vault, WORD("trust"), 0, &answer), CHIRON_EFAILED);
    assert_non_null(strstr(vault.message, "search.db"));
    assert_int_equal(access(target, F_OK), -1);
    assert_int_equal(unlink(path), 0);
    assert_found(&vault, WORD("trust"), 1);
}

static void test_missing_permissions_are_said(void **state)
{
    (void)state;
    struct fake_answer answer;
    vault.has_no_data = true;
    assert_int_equal(fake_search(&vault, WORD("trust"), 0, &answer), CHIRON_EFAILED);
    assert_non_null(strstr(vault.message, "'data'"));
}

static void test_cancelling_ends_a_round(void **state)
{
    (void)state;
    struct fake_answer answer;
    fake_note(&vault, 1, "en", "One", "trust");
    vault.is_cancelled = true;
    assert_int_equal(fake_search(&vault, WORD("trust"), 0, &answer), CHIRON_ECANCELLED);
    vault.is_cancelled = false;
    assert_found(&vault, WORD("trust"), 1);
}

/* ---- the table of documents against a plain array ---- */

static void test_docs(void **state)
{
    (void)state;
    enum { NOTES = 700 };
    struct docs docs = {0};
    size_t live = 0;
    int64_t at[NOTES] = {0}; /* note -> number */
    uint64_t random = 3;
    assert_true(docs_index(&docs));
    for (int i = 0; i < 5000; i++) {
        int64_t note = (int64_t)(fake_random(&random) % NOTES);
        if (fake_random(&random) % 3 == 0) {
            docs_remove(&docs, note);
            live -= at[note] != 0;
            at[note] = 0;
        } else {
            live += at[note] == 0;
            at[note] = docs_add(&docs, note, 1);
            assert_int_equal(at[note], docs.count);
            docs_set_length(&docs, (uint32_t)note);
        }
        assert_int_equal(docs.live, live);
    }
    struct docs again = {0};
    unsigned char bytes[DOCS_CHUNK * DOC_BYTES];
    for (size_t chunk = 0; chunk * DOCS_CHUNK < docs.count; chunk++) {
        assert_true(docs_chunk_is_changed(&docs, chunk));
        assert_true(docs_read_chunk(&again, bytes, docs_write_chunk(&docs, chunk, bytes)));
        assert_false(docs_chunk_is_changed(&again, chunk));
    }
    assert_int_equal(again.count, docs.count);
    assert_int_equal(again.live, live);
    assert_true(docs_index(&again));
    for (int64_t note = 0; note < NOTES; note++) {
        if (at[note] == 0)
            continue;
        assert_int_equal(docs_get(&again, at[note])->note, note);
        assert_int_equal(docs_get(&again, at[note])->length, note);
        assert_false(docs_get(&again, at[note])->is_dead);
    }
    assert_null(docs_get(&again, 0));
    assert_null(docs_get(&again, (int64_t)again.count + 1));
    assert_false(docs_read_chunk(&again, bytes, DOC_BYTES)); /* behind a short row */
    docs_release(&again);
    docs_release(&docs);
}

int main(void)
{
#define ROUND_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        ROUND_TEST(test_changes_are_followed),
        ROUND_TEST(test_a_new_process_goes_on),
        ROUND_TEST(test_a_discarded_round_leaves_nothing),
        ROUND_TEST(test_a_discard_without_a_round_does_nothing),
        ROUND_TEST(test_a_reset_forgets),
        ROUND_TEST(test_without_a_round_a_search_reads_the_notes_itself),
        ROUND_TEST(test_waste_is_cleared),
        ROUND_TEST(test_files_are_private),
        ROUND_TEST(test_a_link_in_place_of_the_index_is_refused),
        ROUND_TEST(test_missing_permissions_are_said),
        ROUND_TEST(test_cancelling_ends_a_round),
        cmocka_unit_test(test_docs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
