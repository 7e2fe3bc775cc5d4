/* Rounds of changes: what is kept, what is undone, what is told anew. */
#include "fake_host.h"

#include <dirent.h>
#include <fcntl.h>
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
    fake_path(&vault, "manifest", path);
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

static void measure_files(size_t *count_out, off_t *size_out)
{
    struct stat st;
    char path[320];
    DIR *dir = opendir(vault.dir);
    assert_non_null(dir);
    *count_out = 0;
    *size_out = 0;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        fake_path(&vault, entry->d_name, path);
        if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        assert_int_equal(st.st_mode & 0777, 0600);
        ++*count_out;
        *size_out += st.st_size;
    }
    closedir(dir);
}

/* Hundreds of rounds leave a handful of files, hardly larger than those of the first. */
static void test_waste_is_cleared(void **state)
{
    (void)state;
    char body[64];
    size_t files;
    off_t first, size;
    for (int64_t id = 1; id <= 40; id++)
        fake_note(&vault, id, "en", "note", "text");
    assert_found(&vault, AND(WORD("text"), SET(20, 21, 22)), 20, 21, 22);
    measure_files(&files, &first);
    for (int i = 1; i <= 300; i++) {
        uint64_t told = vault.told;
        snprintf(body, sizeof body, "round%d text", i);
        fake_note(&vault, 1 + i % 20, "en", "note", body);
        fake_note(&vault, 30 + i % 3, "en", "note", body);
        assert_found(&vault, AND(WORD("text"), SET(20, 21, 22)), 20, 21, 22);
        assert_int_equal(vault.told, told + 2);
        measure_files(&files, &size);
        assert_true(files < 2 + 3 * 8);
    }
    assert_true(size < 40 * first);
    snprintf(body, sizeof body, "round%d", 300);
    assert_found(&vault, WORD(body), 1, 30);
    assert_nothing(&vault, WORD("round3"));
}

/* What a version with another engine left behind is not carried on. */
static void test_old_files_are_removed(void **state)
{
    (void)state;
    char path[320];
    fake_path(&vault, "search.db", path);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    close(fd);
    fake_note(&vault, 1, "en", "One", "trust");
    assert_found(&vault, WORD("trust"), 1);
    assert_int_equal(access(path, F_OK), -1);
}

static void test_a_note_may_be_told_twice_in_a_round(void **state)
{
    (void)state;
    fake_note(&vault, 1, "en", "One", "trust");
    fake_note(&vault, 2, "en", "Two", "trust");
    assert_found(&vault, WORD("trust"), 1, 2);
    vault.tells_twice = true;
    fake_note(&vault, 1, "en", "One", "doubt");
    fake_note(&vault, 3, "en", "Three", "doubt trust");
    fake_remove(&vault, 2);
    assert_found(&vault, WORD("doubt"), 1, 3);
    assert_found(&vault, WORD("trust"), 3);
    assert_found(&vault, NOT(WORD("nowhere")), 1, 3);
}

/* More text than one thread takes: others index it, and what was told first counts no more. */
static void test_a_large_round_is_shared_by_threads(void **state)
{
    (void)state;
    enum { LARGE = 400, WORDS = 900 };
    char *body = malloc(WORDS * 12), own[32];
    assert_non_null(body);
    for (int round = 0; round < 2; round++) {
        for (int64_t id = 1; id <= LARGE; id++) {
            char *at = body + sprintf(body, "own%lld round%d", (long long)id, round);
            for (int i = 0; i < WORDS; i++)
                at += sprintf(at, " w%d", (int)(id * 31 + i * 7) % 5000);
            fake_note(&vault, id, "en", "note", body);
        }
        vault.tells_twice = round == 1;
        assert_int_equal(fake_tell(&vault), CHIRON_OK);
        struct fake_answer answer;
        snprintf(own, sizeof own, "round%d", round);
        assert_int_equal(fake_search(&vault, WORD(own), 0, &answer), CHIRON_OK);
        assert_int_equal(answer.count, LARGE);
        fake_answer_release(&answer);
    }
    assert_nothing(&vault, WORD("round0"));
    assert_found(&vault, WORD("own77"), 77);
    assert_found(&vault, AND(WORD("own399"), PREFIX("w4")), 399);
    for (int64_t id = 1; id <= LARGE; id++)
        fake_note(&vault, id, "en", "note", body);
    assert_int_equal(fake_tell_and_discard(&vault), CHIRON_OK);
    fake_remove(&vault, 1);
    assert_found(&vault, AND(WORD("own400"), SET(1, 2, 3)), 2, 3);
    free(body);
}

static void test_files_are_private(void **state)
{
    (void)state;
    size_t files;
    off_t size;
    mode_t before = umask(0);
    fake_note(&vault, 1, "en", "One", "trust");
    assert_found(&vault, WORD("trust"), 1);
    umask(before);
    measure_files(&files, &size);
    assert_true(files >= 3);
}

static void test_a_link_in_place_of_the_index_is_refused(void **state)
{
    (void)state;
    char path[320], target[320];
    struct fake_answer answer;
    fake_path(&vault, "manifest", path);
    fake_path(&vault, "target", target);
    assert_int_equal(symlink(target, path), 0);
    fake_note(&vault, 1, "en", "One", "trust");
    assert_int_equal(fake_search(&vault, WORD("trust"), 0, &answer), CHIRON_EFAILED);
    fake_answer_release(&answer);
    assert_non_null(strstr(vault.message, "manifest"));
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
        ROUND_TEST(test_old_files_are_removed),
        ROUND_TEST(test_a_note_may_be_told_twice_in_a_round),
        ROUND_TEST(test_a_large_round_is_shared_by_threads),
        ROUND_TEST(test_files_are_private),
        ROUND_TEST(test_a_link_in_place_of_the_index_is_refused),
        ROUND_TEST(test_missing_permissions_are_said),
        ROUND_TEST(test_cancelling_ends_a_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
