/* The file of the content store: whatever happened to it, a record is right or it is not there. */
#include "sandbox.h"
#include "test.h"

#include "catalogue/content.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static struct sandbox box;
static char name[CONTENT_NAME_SIZE];

enum { NOTES = 12 };
static struct content_key keys[NOTES];
static struct content_text texts[NOTES];

static int setup(void **state)
{
    static char paths[NOTES][32], titles[NOTES][700], bytes[NOTES][400];
    (void)state;
    sandbox_open(&box);
    for (int i = 0; i < NOTES; i++) {
        snprintf(paths[i], sizeof paths[i], "d/note-%d.md", i);
        /* One title is longer than any reader expects; one note is empty, one has no title. */
        memset(titles[i], 'a' + i, i == 5 ? 650 : i == 6 ? 0 : 10);
        memset(bytes[i], 'A' + i, i == 7 ? 0 : (size_t)(30 * i + 1));
        keys[i] =
            (struct content_key){.hash = (uint64_t)i * 1234567, .path = sv_of(paths[i]), .size = strlen(bytes[i])};
        texts[i] = (struct content_text){sv_of(titles[i]), sv_of(bytes[i])};
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    sandbox_close(&box);
    return 0;
}

static const char *file(void)
{
    return sandbox_path(&box, name);
}

/* A new store with all notes, some flushes between. */
static void fill(void)
{
    struct content_writer *writer;
    struct err err = {0};
    assert_done(content_append(box.dir, "", NULL, &writer, &err), &err);
    for (size_t i = 0; i < NOTES; i++) {
        keys[i].at = content_put(writer, &keys[i], &texts[i]);
        assert_true(keys[i].at > 0);
        if (i % 5 == 0)
            assert_done(content_flush(writer, &err), &err);
    }
    assert_done(content_flush(writer, &err), &err);
    snprintf(name, sizeof name, "%s", content_writer_name(writer));
    content_writer_close(writer);
}

/* How many of the records are there; one that is there is right. */
static size_t count(const struct content *content, struct content_window *window)
{
    size_t found = 0;
    for (size_t i = 0; i < NOTES; i++) {
        struct content_text text;
        struct err err = {0};
        status s = content_find(content, window, &keys[i], &text, &err);
        if (s == NOT_FOUND)
            continue;
        assert_done(s, &err);
        assert_true(sv_eq(text.title, texts[i].title) && sv_eq(text.bytes, texts[i].bytes));
        assert_true(text.title.ptr[text.title.len] == '\0' && text.bytes.ptr[text.bytes.len] == '\0');
        found++;
    }
    return found;
}

static size_t count_anew(void)
{
    struct content *content;
    struct content_window window = {0};
    struct err err = {0};
    if (content_open(box.dir, name, 0, &content, &err) != DONE)
        return 0;
    size_t found = count(content, &window);
    content_window_release(&window);
    content_close(content);
    return found;
}

static void what_was_put_is_found(void **state)
{
    struct content *content;
    struct content_window window = {0};
    struct err err = {0};
    struct stat st;
    (void)state;
    fill();
    assert_int_equal(stat(file(), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_done(content_open(box.dir, name, (uint64_t)st.st_size, &content, &err), &err);
    assert_int_equal(count(content, &window), NOTES);
    /* From a window that has all, from one that ends within a record, from one that begins behind it. */
    for (uint64_t begin = 0; begin < (uint64_t)st.st_size; begin += 7) {
        assert_done(content_load(content, &window, begin, begin + 333, &err), &err);
        assert_int_equal(count(content, &window), NOTES);
    }
    assert_done(content_load(content, &window, 0, UINT32_MAX / 64, &err), &err);
    assert_int_equal(count(content, &window), NOTES);
    content_window_release(&window);
    content_close(content);
}

static void a_record_is_one_notes(void **state)
{
    struct content *content;
    struct content_window window = {0};
    struct content_text text;
    struct err err = {0};
    (void)state;
    fill();
    assert_done(content_open(box.dir, name, 0, &content, &err), &err);
    struct content_key other = keys[3];
    other.path = SV("d/another.md");
    assert_int_equal(content_find(content, &window, &other, &text, &err), NOT_FOUND);
    other = keys[3];
    other.hash++;
    assert_int_equal(content_find(content, &window, &other, &text, &err), NOT_FOUND);
    for (uint64_t at = 0; at < keys[NOTES - 1].at + 2000; at++) {
        other = keys[3];
        other.at = at;
        if (at != keys[3].at)
            assert_int_equal(content_find(content, &window, &other, &text, &err), NOT_FOUND);
    }
    other.at = UINT64_MAX - 10;
    assert_int_equal(content_find(content, &window, &other, &text, &err), NOT_FOUND);
    content_window_release(&window);
    content_close(content);
}

static void every_byte_is_looked_after(void **state)
{
    struct stat st;
    (void)state;
    fill();
    assert_int_equal(stat(file(), &st), 0);
    int fd = open(file(), O_RDWR);
    for (off_t at = 0; at < st.st_size; at++) {
        unsigned char byte, other;
        assert_int_equal(pread(fd, &byte, 1, at), 1);
        other = byte ^ (unsigned char)(1 << at % 8);
        assert_int_equal(pwrite(fd, &other, 1, at), 1);
        size_t found = count_anew();
        /* But for the few bytes between records each belongs to one. */
        assert_true(found == NOTES - 1 || (found == NOTES && byte == 0) || at < 48);
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    }
    close(fd);
    assert_int_equal(count_anew(), NOTES);
}

static void cut_anywhere(void **state)
{
    struct stat st;
    struct content *content;
    struct err err = {0};
    (void)state;
    fill();
    assert_int_equal(stat(file(), &st), 0);
    for (off_t length = st.st_size - 1; length >= 0; length--) {
        size_t whole = 0;
        assert_int_equal(truncate(file(), length), 0);
        for (size_t i = 0; i < NOTES; i++)
            whole += keys[i].at + content_length(texts[i].title.len, texts[i].bytes.len) <= (uint64_t)length;
        assert_int_equal(count_anew(), length < 48 ? 0 : whole);
        assert_int_equal(content_open(box.dir, name, (uint64_t)length + 1, &content, &err), NOT_FOUND);
    }
}

/* While it is open, too: a mapping would end the process. */
static void cut_while_open(void **state)
{
    struct content *content;
    struct content_window window = {0};
    struct err err = {0};
    (void)state;
    fill();
    assert_done(content_open(box.dir, name, 0, &content, &err), &err);
    assert_int_equal(truncate(file(), (off_t)keys[4].at), 0);
    assert_int_equal(count(content, &window), 4);
    content_window_release(&window);
    content_close(content);
}

static void what_is_not_ours(void **state)
{
    struct content *content;
    struct err err = {0};
    char elsewhere[PATH_MAX];
    (void)state;
    fill();
    assert_int_equal(content_open(box.dir, "content-0000", 0, &content, &err), NOT_FOUND);
    assert_int_equal(content_open(box.dir, "", 0, &content, &err), NOT_FOUND);
    assert_int_equal(content_open(box.dir, "content-/../x", 0, &content, &err), NOT_FOUND);
    assert_int_equal(content_open("/nowhere", name, 0, &content, &err), NOT_FOUND);
    assert_int_equal(chmod(file(), 0644), 0);
    assert_int_equal(content_open(box.dir, name, 0, &content, &err), NOT_FOUND);
    assert_int_equal(chmod(file(), 0600), 0);
    snprintf(elsewhere, sizeof elsewhere, "%s", sandbox_path(&box, "content-elsewhere"));
    assert_int_equal(rename(file(), elsewhere), 0);
    /* Another store under this name, and a link to the right one. */
    assert_int_equal(content_open(box.dir, "content-elsewhere", 0, &content, &err), NOT_FOUND);
    assert_int_equal(symlink(elsewhere, file()), 0);
    assert_int_equal(content_open(box.dir, name, 0, &content, &err), NOT_FOUND);
    assert_int_equal(unlink(file()), 0);
    assert_int_equal(mkfifo(file(), 0600), 0);
    assert_int_equal(content_open(box.dir, name, 0, &content, &err), NOT_FOUND);
    assert_int_equal(unlink(file()), 0);
}

static size_t stores(void)
{
    size_t found = 0;
    DIR *folder = opendir(box.dir);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        found += strncmp(entry->d_name, "content-", 8) == 0;
    closedir(folder);
    return found;
}

/* Behind whatever a crash left, and the files that it left are gone. */
static void going_on(void **state)
{
    struct content_writer *writer;
    struct err err = {0};
    char before[CONTENT_NAME_SIZE];
    (void)state;
    fill();
    snprintf(before, sizeof before, "%s", name);
    assert_int_equal(stores(), 1);
    assert_done(content_append(box.dir, "", before, &writer, &err), &err);
    content_writer_close(writer);
    assert_int_equal(stores(), 2);
    int fd = open(file(), O_WRONLY | O_APPEND);
    assert_int_equal(write(fd, "half", 4), 4);
    close(fd);
    assert_done(content_append(box.dir, before, NULL, &writer, &err), &err);
    assert_int_equal(stores(), 1);
    keys[2].at = content_put(writer, &keys[2], &texts[2]);
    assert_int_equal(keys[2].at % 8, 0);
    assert_done(content_flush(writer, &err), &err);
    content_writer_close(writer);
    assert_int_equal(count_anew(), NOTES);
    content_remove(box.dir, name);
    assert_int_equal(stores(), 0);
    assert_int_equal(content_append(box.dir, before, NULL, &writer, &err), NOT_FOUND);
    assert_int_equal(content_append("/nowhere", "", NULL, &writer, &err), FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_found),
        cmocka_unit_test(a_record_is_one_notes),
        cmocka_unit_test(every_byte_is_looked_after),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(cut_while_open),
        cmocka_unit_test(what_is_not_ours),
        cmocka_unit_test(going_on),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
