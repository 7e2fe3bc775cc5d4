/* Several processes on one index: nobody sees half a round, and one that is killed leaves none. */
#include "fake_host.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

extern const chiron_entry chiron_plugin;

enum { NOTES = 200, ROUNDS = 12, KILLS = 40 };

static struct fake_vault vault;

/* Every note gets the same new word. */
static void write_all(int version)
{
    char body[4096];
    for (int64_t id = 1; id <= NOTES; id++) {
        size_t len = (size_t)snprintf(body, sizeof body, "version%d note%lld", version, (long long)id);
        for (int i = 0; i < 100; i++)
            len +=
                (size_t)snprintf(body + len, sizeof body - len, " w%d", (int)(id * 131 + version * 17 + i * 7) % 5000);
        fake_note(&vault, id, "en", "note", body);
    }
}

static size_t count_hits(fake_node root, bool catches_up)
{
    struct fake_answer answer;
    chiron_status st = catches_up ? fake_search(&vault, root, 0, &answer) : fake_search_only(&vault, root, 0, &answer);
    if (st != CHIRON_OK)
        print_error("%s\n", vault.message);
    assert_int_equal(st, CHIRON_OK);
    size_t count = answer.count;
    fake_answer_release(&answer);
    return count;
}

static size_t count_version(int version, bool catches_up)
{
    char word[32];
    snprintf(word, sizeof word, "version%d", version);
    return count_hits(WORD(word), catches_up);
}

/* cmocka's jumps stay in the parent: a child says by its exit code whether all was well. */
static int wait_for(pid_t child)
{
    int result = 0;
    assert_int_equal(waitpid(child, &result, 0), child);
    return result;
}

/* Until the last version is there. */
static int look_for_halves(void)
{
    fake_restart(&vault);
    size_t last = 0;
    while (last != NOTES) {
        for (int version = 0; version <= ROUNDS; version++) {
            last = count_version(version, false);
            if (last != 0 && last != NOTES)
                return 2;
        }
        if (count_hits(PREFIX("version"), false) != NOTES)
            return 3;
    }
    return vault.asked == 0 ? 0 : 4;
}

static void test_readers_see_whole_rounds(void **state)
{
    (void)state;
    fake_open(&vault, &chiron_plugin);
    write_all(0);
    assert_int_equal(fake_tell(&vault), CHIRON_OK);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(look_for_halves());
    for (int version = 1; version <= ROUNDS; version++) {
        write_all(version);
        assert_int_equal(fake_tell(&vault), CHIRON_OK);
    }
    assert_int_equal(wait_for(child), 0);
    fake_close(&vault);
}

static void test_two_writers(void **state)
{
    (void)state;
    pid_t children[3];
    fake_open(&vault, &chiron_plugin);
    write_all(0);
    for (size_t i = 0; i < 3; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] > 0)
            continue;
        fake_restart(&vault);
        for (int version = 1; version <= 5; version++) {
            write_all(version);
            if (fake_tell(&vault) != CHIRON_OK)
                _exit(2);
        }
        _exit(0);
    }
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(wait_for(children[i]), 0);
    for (int version = 1; version <= 5; version++)
        write_all(version);
    fake_restart(&vault);
    assert_int_equal(count_version(5, true), NOTES);
    assert_int_equal(count_version(4, true), 0);
    assert_int_equal(count_hits(NOT(WORD("nowhere")), true), NOTES);
    fake_close(&vault);
}

static void test_a_killed_round_is_none(void **state)
{
    (void)state;
    uint64_t random = 5;
    fake_open(&vault, &chiron_plugin);
    write_all(0);
    assert_int_equal(fake_tell(&vault), CHIRON_OK);
    for (int i = 1; i <= KILLS; i++) {
        fake_restart(&vault);
        write_all(i);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            _exit(fake_tell(&vault) == CHIRON_OK ? 0 : 2);
        usleep((useconds_t)(fake_random(&random) % 60000));
        kill(child, SIGKILL);
        wait_for(child);
        size_t new = count_version(i, false), old = count_version(i - 1, false);
        assert_true((new == NOTES &&old == 0) || (new == 0 && old == NOTES));
        assert_int_equal(vault.asked, 0);
        assert_int_equal(count_version(i, true), NOTES);
    }
    fake_close(&vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_readers_see_whole_rounds),
        cmocka_unit_test(test_two_writers),
        cmocka_unit_test(test_a_killed_round_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
