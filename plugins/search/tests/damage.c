/* Whatever happens to the files of the index behind the plugin's back, every answer stays right. */
#include "fake_host.h"

#include "manifest.h"

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
    if (size_of(path) == 0)
        return;
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
        overwrite(path, 4096 * (off_t)pick((size_t)size_of(path) / 4096 + 1), garbage, sizeof garbage);
}

/* Each page is good in itself, but not at its place. */
static void swap_pages(const char *path)
{
    char a[4096], b[4096];
    off_t pages = size_of(path) / 4096;
    if (pages == 0)
        return;
    off_t first = (off_t)pick((size_t)pages), second = (off_t)pick((size_t)pages);
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, a, sizeof a, first * 4096), sizeof a);
    assert_int_equal(pread(fd, b, sizeof b, second * 4096), sizeof b);
    assert_int_equal(pwrite(fd, a, sizeof a, second * 4096), sizeof a);
    assert_int_equal(pwrite(fd, b, sizeof b, first * 4096), sizeof b);
    close(fd);
}

/* Where most of what matters stands: at the beginning and at the end. */
static void flip_at_an_end(const char *path)
{
    size_t size = (size_t)size_of(path), near = pick(size < 200 ? size : 200);
    unsigned char byte;
    off_t at = (off_t)(pick(2) == 0 ? near : size - 1 - near);
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    close(fd);
    byte ^= (unsigned char)(1u << pick(8));
    overwrite(path, at, &byte, 1);
}

static void cut_a_little(const char *path)
{
    size_t size = (size_t)size_of(path);
    assert_int_equal(truncate(path, (off_t)(size - 1 - pick(size < 20 ? size : 20))), 0);
}

static void append_bytes(const char *path)
{
    overwrite(path, size_of(path), "more", 1 + pick(4));
}

static void replace_by_text(const char *path)
{
    static const char text[] = "this is no index at all\n";
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

static void put_folder_in_place(const char *path)
{
    /* In place of the manifest it is left to a person: nothing of the plugin's would do that. */
    if (strstr(path, ".seg") == NULL)
        return;
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void leave_half_a_manifest(const char *path)
{
    char name[400];
    snprintf(name, sizeof name, "%s/manifest.new", vault.dir);
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, path, 10), 10);
    close(fd);
}

static void (*const harms[])(const char *path) = {
    flip_bytes, flip_at_an_end,  truncate_file, cut_a_little, append_bytes,        fill_pages,
    swap_pages, replace_by_text, empty_file,    remove_file,  put_folder_in_place, leave_half_a_manifest};

/* The manifest, or one of the segments. */
static void pick_file(char path[320])
{
    char names[64][32];
    size_t count = 0;
    DIR *dir = opendir(vault.dir);
    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL && count < 64;)
        if (entry->d_type == DT_REG && strstr(entry->d_name, ".seg") != NULL)
            snprintf(names[count++], sizeof names[0], "%.31s", entry->d_name);
    closedir(dir);
    fake_path(&vault, pick(4) == 0 || count == 0 ? "manifest" : names[pick(count)], path);
}

static void do_harm(void)
{
    char path[320];
    pick_file(path);
    harms[pick(sizeof harms / sizeof *harms)](path);
}

/* ---- tests ---- */

static void fill(void)
{
    for (int64_t id = 1; id <= NOTES; id++)
        write_note(id, 0);
}

static void test_damage_between_processes(void **state)
{
    (void)state;
    fake_open(&vault, &chiron_plugin);
    fill();
    check_answers(0);
    for (int i = 0; i < ROUNDS; i++) {
        fake_restart(&vault); /* opens nothing before it is asked */
        do_harm();
        check_answers(0);
    }
    fake_close(&vault);
}

static size_t change_some(void)
{
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
    return count;
}

/* While the files are open, and with a round to come: begin, changed and finish meet it. */
static void test_damage_before_a_round(void **state)
{
    (void)state;
    fake_open(&vault, &chiron_plugin);
    fill();
    check_answers(0);
    for (int i = 0; i < ROUNDS; i++) {
        size_t count = change_some();
        if (pick(2) == 0)
            fake_restart(&vault);
        do_harm();
        check_answers(count);
    }
    fake_close(&vault);
}

/* Without a round, in one process: what was looked at before is looked at again. */
static void test_damage_between_answers(void **state)
{
    (void)state;
    fake_open(&vault, &chiron_plugin);
    fill();
    check_answers(0);
    for (int i = 0; i < ROUNDS; i++) {
        do_harm();
        check_answers(0);
        size_t count = change_some();
        check_answers(count);
        change_some();
        for (int64_t id = 1; id <= NOTES; id++)
            write_note(id, 0);
        check_answers(0);
    }
    fake_close(&vault);
}

/* Well-formed, but of another version: as if the plugin had been exchanged. */
static void test_another_format_is_made_anew(void **state)
{
    (void)state;
    char path[320];
    fake_open(&vault, &chiron_plugin);
    fake_path(&vault, "manifest", path);
    fill();
    check_answers(0);
    int dir = open(vault.dir, O_RDONLY | O_DIRECTORY);
    struct manifest manifest = {.is_filled = true};
    bytes_put(&manifest.cursor, "150", 3);
    assert_int_equal(manifest_write(dir, "segments 0", &manifest), 0);
    uint64_t told = vault.told;
    check_answers(0);
    assert_int_equal(vault.told, told + NOTES);
    manifest_release(&manifest);
    close(dir);
    fake_close(&vault);
}

/* An older state of the files as a whole is what it was: the host tells the rest. A manifest from another time than
 * the segments is damage. */
static void test_an_older_manifest(void **state)
{
    (void)state;
    char path[320], copy[320];
    unsigned char bytes[4096];
    fake_open(&vault, &chiron_plugin);
    fake_path(&vault, "manifest", path);
    fake_path(&vault, "copy", copy);
    fill();
    check_answers(0);
    for (int i = 0; i < 10; i++) {
        int fd = open(path, O_RDONLY);
        ssize_t size = read(fd, bytes, sizeof bytes);
        close(fd);
        assert_true(size > 0 && size < (ssize_t)sizeof bytes);
        size_t count = change_some();
        check_answers(count);
        if (pick(2) == 0)
            fake_restart(&vault);
        assert_int_equal(truncate(path, 0), 0);
        overwrite(path, 0, bytes, (size_t)size);
        check_answers(count);
    }
    fake_close(&vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damage_between_processes), cmocka_unit_test(test_damage_before_a_round),
        cmocka_unit_test(test_damage_between_answers),   cmocka_unit_test(test_another_format_is_made_anew),
        cmocka_unit_test(test_an_older_manifest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
