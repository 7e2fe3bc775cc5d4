/* Whatever happens to the file of a derived catalogue, no answer changes. */
#include "fixture.h"

#include "catalogue/db.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

static struct fixture f;
static struct buf truth;

enum { NOTES = 60 };

static void write_note(int i, int version)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "d%d/note-%03d.md", i % 5, i);
    snprintf(text, sizeof text,
             "---\ntitle: Note %d of %d\ndate: 2026-01-%02d\ntags: [t%d, shared]\naliases: [alias-%d]\ndepth: %d\n---\n"
             "# Heading %d\n\nA [[note-%03d]] and [[alias-%d]] and [[gone]].\n\n- [ ] task %d \xf0\x9f\x93\x85 "
             "2026-02-01\n\nkey:: value %d\n",
             i, version, 1 + i % 28, i % 7, i, i % 5, i, (i * 7) % NOTES, (i + 1) % NOTES, i, version);
    fixture_write(&f, path, text);
}

static int setup(void **state)
{
    (void)state;
    fixture_begin(&f);
    sandbox_git(&f.box, "", "init", "-q");
    for (int i = 0; i < NOTES; i++)
        write_note(i, 1);
    fixture_open(&f);
    buf_init(&truth);
    fixture_dump(&f, &truth);
    fixture_close_catalogue(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    buf_release(&truth);
    fixture_end(&f);
    return 0;
}

static const char *file(void)
{
    return sandbox_path(&f.box, ".git/chiron/catalogue.db");
}

static void assert_truth(const char *what, unsigned seed)
{
    struct buf now = {0};
    fixture_open(&f);
    fixture_dump(&f, &now);
    if (strcmp(now.ptr, truth.ptr) != 0)
        fail_msg("another answer after %s, seed %u:\n%s", what, seed, now.ptr);
    buf_release(&now);
    fixture_close_catalogue(&f);
    struct stat st;
    assert_int_equal(stat(file(), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void removed(void **state)
{
    (void)state;
    assert_int_equal(unlink(file()), 0);
    assert_truth("removal", 0);
}

static void truncated(void **state)
{
    (void)state;
    struct stat st;
    for (unsigned i = 0; i < 30; i++) {
        assert_int_equal(stat(file(), &st), 0);
        assert_int_equal(truncate(file(), i == 0 ? 0 : i == 1 ? 10 : i * 3001 % st.st_size), 0);
        assert_truth("truncation", i);
    }
}

/* One byte to a whole page of rubbish, anywhere, the header more often. */
static void garbled(void **state)
{
    (void)state;
    struct stat st;
    for (unsigned seed = 1; seed <= 120; seed++) {
        srand(seed);
        assert_int_equal(stat(file(), &st), 0);
        int fd = open(file(), O_WRONLY);
        unsigned char rubbish[5000];
        size_t length = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 64 : sizeof rubbish;
        off_t at = seed % 4 == 0 ? rand() % 100 : rand() % st.st_size;
        for (size_t i = 0; i < length; i++)
            rubbish[i] = (unsigned char)rand();
        assert_int_equal(pwrite(fd, rubbish, length, at), (ssize_t)length);
        close(fd);
        assert_truth("garbling", seed);
    }
}

/* Two pages that are fine in themselves change places. */
static void swapped(void **state)
{
    (void)state;
    char a[4096], b[4096];
    int fd = open(file(), O_RDWR);
    assert_int_equal(pread(fd, a, sizeof a, 4096L * 4), (ssize_t)sizeof a);
    assert_int_equal(pread(fd, b, sizeof b, 4096L * 7), (ssize_t)sizeof b);
    assert_int_equal(pwrite(fd, b, sizeof b, 4096L * 4), (ssize_t)sizeof b);
    assert_int_equal(pwrite(fd, a, sizeof a, 4096L * 7), (ssize_t)sizeof a);
    close(fd);
    assert_truth("a swap", 0);
}

static void not_a_database(void **state)
{
    (void)state;
    sandbox_write(&f.box, ".git/chiron/catalogue.db",
                  "this was never a database, and is longer than a header is. "
                  "It goes on for a while, so that there is something to read.");
    assert_truth("a text file", 0);
}

static void of_another_version(void **state)
{
    (void)state;
    struct buf note = {0};
    assert_int_equal(unlink(file()), 0);
    struct db *db = NULL;
    struct err err = {0};
    assert_done(db_open(file(), &db, &err), &err);
    assert_done(db_exec(db, "CREATE TABLE x(y); PRAGMA user_version=99;", &err), &err);
    db_close(db);
    fixture_open_noting(&f, &note);
    assert_non_null(note.ptr);
    fixture_close_catalogue(&f);
    assert_truth("another version", 0);
    buf_release(&note);
}

/* Damage that comes while the catalogue is open: ids that were handed out keep their meaning. */
static void damaged_while_open(void **state)
{
    (void)state;
    struct buf now = {0};
    struct stat st;
    struct arena arena = {0};
    struct record record;
    struct err err = {0};
    fixture_open(&f);
    int64_t id = fixture_id(&f, "note-017");
    assert_int_equal(stat(file(), &st), 0);
    int fd = open(file(), O_WRONLY);
    for (off_t at = 4096; at < st.st_size; at += 4096)
        assert_int_equal(pwrite(fd, "rubbish", 7, at + 100), 7);
    close(fd);
    assert_done(catalogue_record(f.catalogue, id, &arena, &record, &err), &err);
    assert_sv(record.path, "d2/note-017.md");
    fixture_dump(&f, &now);
    assert_string_equal(now.ptr, truth.ptr);
    buf_release(&now);
    arena_release(&arena);
    fixture_close_catalogue(&f);
    assert_truth("damage while open", 0);
}

/* Another process that makes the file anew gives other ids; ours stay true. */
static void made_anew_by_another(void **state)
{
    (void)state;
    struct fixture other = {.box = f.box};
    struct arena arena = {0};
    struct record record;
    struct err err = {0};
    fixture_write(&f, "0.md", "# Shifts the numbers of all that follow\n");
    assert_int_equal(unlink(file()), 0);
    fixture_open(&f);
    int64_t id = fixture_id(&f, "note-017");
    assert_int_equal(unlink(sandbox_path(&f.box, "0.md")), 0);
    sandbox_write(&f.box, ".git/chiron/catalogue.db", "rubbish");
    fixture_open(&other);
    assert_int_not_equal(fixture_id(&other, "note-017"), id);
    assert_done(catalogue_record(f.catalogue, id, &arena, &record, &err), &err);
    assert_sv(record.path, "d2/note-017.md");
    assert_string_equal(fixture_query(&f, "alias:alias-17"), "d2/note-017.md");
    assert_string_equal(fixture_query(&other, "alias:alias-17"), "d2/note-017.md");
    assert_string_equal(fixture_query(&f, "alias:alias-17"), "d2/note-017.md");
    fixture_close_catalogue(&other);
    fixture_close_catalogue(&f);
    arena_release(&arena);
    assert_truth("a rebuild by another", 0);
}

/* A file that is not ours alone is neither read nor touched; memory serves. */
static void not_ours(void **state)
{
    (void)state;
    struct buf note = {0}, now = {0};
    char elsewhere[PATH_MAX];
    struct stat st;
    snprintf(elsewhere, sizeof elsewhere, "%s", sandbox_home(&f.box, "elsewhere"));
    assert_int_equal(rename(file(), elsewhere), 0);
    assert_int_equal(symlink(elsewhere, file()), 0);
    assert_int_equal(truncate(elsewhere, 0), 0);
    fixture_open_noting(&f, &note);
    assert_non_null(note.ptr);
    fixture_refresh(&f);
    fixture_dump(&f, &now);
    assert_string_equal(now.ptr, truth.ptr);
    assert_int_equal(stat(elsewhere, &st), 0);
    assert_int_equal(st.st_size, 0);
    fixture_close_catalogue(&f);
    assert_int_equal(unlink(file()), 0);
    assert_truth("a link", 0);
    assert_int_equal(chmod(file(), 0666), 0);
    buf_clear(&note);
    fixture_open_noting(&f, &note);
    assert_true(note.len > 0);
    fixture_close_catalogue(&f);
    assert_int_equal(chmod(file(), 0600), 0);
    buf_release(&note);
    buf_release(&now);
}

/* A process that refreshes all the time, killed at any instant. */
static void killed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 40; i++) {
        for (int note = (int)i % 3; note < NOTES; note += 3)
            write_note(note, 100 + (int)i);
        if (i % 4 == 0)
            unlink(file());
        pid_t child = fork();
        if (child == 0) {
            struct err err = {0};
            if (vault_open(f.box.dir, &f.vault, NULL, &err) == DONE &&
                catalogue_open(f.vault, NULL, &f.catalogue, NULL, &err) == DONE)
                catalogue_refresh(f.catalogue, NULL, &err);
            _exit(0);
        }
        struct timespec pause = {.tv_nsec = (long)(i * 7919 % 40) * 1000000L};
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        struct buf once = {0}, fresh = {0};
        fixture_open(&f);
        fixture_dump(&f, &once);
        fixture_close_catalogue(&f);
        unlink(file());
        fixture_open(&f);
        fixture_dump(&f, &fresh);
        fixture_close_catalogue(&f);
        assert_string_equal(once.ptr, fresh.ptr);
        buf_release(&once);
        buf_release(&fresh);
    }
    for (int i = 0; i < NOTES; i++)
        write_note(i, 1);
}

/* A disk that takes no more: the answers come from memory, and the file is whole or empty for the next one. */
static void full_disk(void **state)
{
    (void)state;
    for (rlim_t most = 0; most < 400 * 1024; most += 39 * 1024) {
        int code;
        if (most % (78 * 1024) == 0)
            unlink(file());
        else
            write_note(3, (int)most);
        pid_t child = fork();
        if (child == 0) {
            struct rlimit limit = {most, most};
            struct buf now = {0};
            signal(SIGXFSZ, SIG_IGN);
            setrlimit(RLIMIT_FSIZE, &limit);
            fixture_open(&f);
            fixture_dump(&f, &now);
            _exit(most % (78 * 1024) == 0 && strcmp(now.ptr, truth.ptr) != 0);
        }
        waitpid(child, &code, 0);
        assert_int_equal(code, 0);
        write_note(3, 1);
        assert_truth("a full disk", (unsigned)most);
    }
}

/* Several at once, some changing notes: all end with the truth. */
static void two_processes(void **state)
{
    (void)state;
    pid_t children[4];
    unlink(file());
    for (size_t i = 0; i < 4; i++) {
        children[i] = fork();
        if (children[i] != 0)
            continue;
        struct err err = {0};
        int code = 0;
        for (int round = 0; round < 6 && code == 0; round++) {
            write_note((int)i * 3 + round, 50 + round);
            code = vault_open(f.box.dir, &f.vault, NULL, &err) != DONE ||
                   catalogue_open(f.vault, NULL, &f.catalogue, NULL, &err) != DONE ||
                   catalogue_refresh(f.catalogue, NULL, &err) != DONE;
            catalogue_close(f.catalogue);
            vault_close(f.vault);
        }
        _exit(code);
    }
    for (size_t i = 0; i < 4; i++) {
        int code;
        waitpid(children[i], &code, 0);
        assert_int_equal(code, 0);
    }
    for (int i = 0; i < NOTES; i++)
        write_note(i, 1);
    assert_truth("a crowd", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(removed),
        cmocka_unit_test(truncated),
        cmocka_unit_test(garbled),
        cmocka_unit_test(swapped),
        cmocka_unit_test(not_a_database),
        cmocka_unit_test(of_another_version),
        cmocka_unit_test(damaged_while_open),
        cmocka_unit_test(made_anew_by_another),
        cmocka_unit_test(not_ours),
        cmocka_unit_test(killed),
        cmocka_unit_test(full_disk),
        cmocka_unit_test(two_processes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
