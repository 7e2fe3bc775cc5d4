/* Whatever happens to search.db behind the plugin's back, every answer stays right. */
#include "fake_host.h"

#include <fcntl.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

extern const chiron_entry chiron_plugin;

enum { NOTES = 150, ROUNDS = 60 };

static struct fake_vault vault;
static uint64_t seed = 11;

static size_t pick(size_t count)
{
    return (size_t)(fake_random(&seed) % count);
}

/* Every note holds the words of its number's digits, so that answers can be reckoned. */
static void write_note(int64_t id, int version)
{
    char body[4096] = "", *at = body;
    for (int i = 0; i < 60; i++)
        at += sprintf(at, "filler%zu ", pick(3000));
    sprintf(at, "hundreds%d tens%d ones%d version%d", (int)id / 100, (int)id / 10 % 10, (int)id % 10, version);
    fake_note(&vault, id, id % 2 ? "en" : "da", "A note", body);
}

static size_t count_hits(fake_node root)
{
    struct fake_answer answer;
    chiron_status st = fake_search(&vault, root, pick(2) * 500, &answer);
    if (st != CHIRON_OK)
        print_error("%s\n", vault.message);
    assert_int_equal(st, CHIRON_OK);
    size_t count = answer.count;
    fake_answer_release(&answer);
    return count;
}

static void check_answers(size_t changed)
{
    char word[32];
    assert_int_equal(count_hits(WORD("tens4")), 10 + 10);
    assert_int_equal(count_hits(WORD("ones7")), 15);
    assert_int_equal(count_hits(AND(WORD("hundreds1"), NOT(WORD("ones3")))), 51 - 5);
    assert_int_equal(count_hits(PREFIX("fill")), NOTES);
    assert_int_equal(count_hits(PHRASE("hundreds0 tens5")), 10);
    assert_int_equal(count_hits(WORD("version1")), changed);
    for (int i = 0; i < 5; i++) {
        snprintf(word, sizeof word, "filler%zu", pick(3000));
        size_t expected = 0;
        for (size_t k = 0; k < vault.count; k++) {
            char needle[40];
            snprintf(needle, sizeof needle, "%s ", word);
            expected += strstr(vault.notes[k]->body, needle) != NULL;
        }
        assert_int_equal(count_hits(WORD(word)), expected);
    }
}

/* ---- ways to do harm ---- */

static off_t size_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_size;
}

static void overwrite(const char *path, off_t at, const void *bytes, size_t size)
{
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, size, at), size);
    close(fd);
}

static void flip_bytes(const char *path)
{
    for (size_t n = 1 + pick(20); n > 0; n--) {
        unsigned char byte = (unsigned char)pick(256);
        overwrite(path, (off_t)pick((size_t)size_of(path)), &byte, 1);
    }
}

static void truncate_file(const char *path)
{
    assert_int_equal(truncate(path, (off_t)pick((size_t)size_of(path))), 0);
}

static void fill_pages(const char *path)
{
    unsigned char garbage[4096];
    for (size_t i = 0; i < sizeof garbage; i++)
        garbage[i] = (unsigned char)pick(256);
    for (size_t n = 1 + pick(3); n > 0; n--)
        overwrite(path, 4096 * (off_t)pick((size_t)size_of(path) / 4096), garbage, sizeof garbage);
}

/* Each page is good in itself, but not at its place. */
static void swap_pages(const char *path)
{
    char a[4096], b[4096];
    off_t pages = size_of(path) / 4096, first = (off_t)pick((size_t)pages), second = (off_t)pick((size_t)pages);
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, a, sizeof a, first * 4096), sizeof a);
    assert_int_equal(pread(fd, b, sizeof b, second * 4096), sizeof b);
    assert_int_equal(pwrite(fd, a, sizeof a, second * 4096), sizeof a);
    assert_int_equal(pwrite(fd, b, sizeof b, first * 4096), sizeof b);
    close(fd);
}

static void fill_header(const char *path)
{
    unsigned char byte = (unsigned char)pick(256);
    overwrite(path, (off_t)pick(100), &byte, 1);
}

static void replace_by_text(const char *path)
{
    static const char text[] = "this is no database at all\n";
    assert_int_equal(truncate(path, 0), 0);
    overwrite(path, 0, text, sizeof text - 1);
}

static void empty_file(const char *path)
{
    assert_int_equal(truncate(path, 0), 0);
}

static void remove_file(const char *path)
{
    assert_int_equal(unlink(path), 0);
}

static void leave_journal(const char *path)
{
    char journal[400], garbage[5000];
    for (size_t i = 0; i < sizeof garbage; i++)
        garbage[i] = (char)pick(256);
    snprintf(journal, sizeof journal, "%s-journal", path);
    int fd = open(journal, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, garbage, sizeof garbage), sizeof garbage);
    close(fd);
}

static void (*const harms[])(const char *path) = {flip_bytes, truncate_file,   fill_pages, swap_pages,  fill_header,
                                                  flip_bytes, replace_by_text, empty_file, remove_file, leave_journal};

/* ---- tests ---- */

static void fill(void)
{
    for (int64_t id = 1; id <= NOTES; id++)
        write_note(id, 0);
}

static void test_damage_between_processes(void **state)
{
    (void)state;
    char path[320];
    fake_open(&vault, &chiron_plugin);
    fake_path(&vault, "search.db", path);
    fill();
    check_answers(0);
    for (int i = 0; i < ROUNDS; i++) {
        fake_restart(&vault); /* opens nothing before it is asked */
        harms[pick(sizeof harms / sizeof *harms)](path);
        check_answers(0);
    }
    fake_close(&vault);
}

/* While the file is open, and with a round to come: begin, changed and finish meet it. */
static void test_damage_before_a_round(void **state)
{
    (void)state;
    char path[320];
    fake_open(&vault, &chiron_plugin);
    fake_path(&vault, "search.db", path);
    fill();
    check_answers(0);
    for (int i = 0; i < ROUNDS; i++) {
        bool changed[NOTES + 1] = {false};
        size_t count = 0;
        for (int64_t id = 1; id <= NOTES; id++)
            if (strstr(vault.notes[id - 1]->body, "version1") != NULL)
                write_note(id, 0);
        for (size_t n = 1 + pick(20); n > 0; n--) {
            int64_t id = 1 + (int64_t)pick(NOTES);
            write_note(id, 1);
            count += !changed[id];
            changed[id] = true;
        }
        void (*harm)(const char *) = i % 3 ? flip_bytes : fill_pages;
        if (pick(2) == 0)
            fake_restart(&vault);
        harm(path);
        check_answers(count);
    }
    fake_close(&vault);
}

/* Well-formed, but not what this version writes: by SQLite without the layer, as any other program does. */
static void test_a_foreign_database_is_made_anew(void **state)
{
    (void)state;
    static const char *const contents[] = {
        ("CREATE TABLE meta(id INTEGER PRIMARY KEY, format TEXT, is_filled INTEGER, cursor BLOB, documents INTEGER,"
         " living INTEGER); INSERT INTO meta VALUES(1, 'fts5 0', 1, '150', 0, 0)"),
        "PRAGMA page_size=1024; CREATE TABLE other(x)", "PRAGMA journal_mode=WAL; CREATE TABLE other(x)"};
    char path[320];
    fake_open(&vault, &chiron_plugin);
    fake_path(&vault, "search.db", path);
    fill();
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        sqlite3 *db = NULL;
        fake_restart(&vault);
        unlink(path);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, contents[i], NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        check_answers(0);
    }
    fake_close(&vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damage_between_processes),
        cmocka_unit_test(test_damage_before_a_round),
        cmocka_unit_test(test_a_foreign_database_is_made_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
