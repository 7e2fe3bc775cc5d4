/* Answers from the content store are those from the files, whatever happens to the store; and it mends. */
#include "fixture.h"

#include "catalogue/kept.h"
#include "catalogue/schema.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

static struct fixture f;

enum { NOTES = 150, QUERIES = 10 };

static const char *const words[] = {"trust",   "Feedback", "mood: calm", "zaufanie",   "ŻÓŁĆ", "a",    "\n",     "\xff",
                                    "ſession", "risk",     "2026-11-24", "- [ ] task", "mod",  "æble", "\n\n# ", "x"};
enum { WORDS = sizeof words / sizeof *words };

static void write_note(int i, unsigned version)
{
    char path[64];
    struct buf text = {0};
    srand((unsigned)i * 7919 + version);
    snprintf(path, sizeof path, "d%d/n%03d.md", i % 3, i);
    if (rand() % 3 == 0)
        buf_printf(&text, "---\ntitle: %s %d\nsecret: hidden\n---\n", words[rand() % 4], i);
    if (rand() % 20 == 0)
        buf_fill(&text, 't', 700);
    for (int n = rand() % 4 == 0 ? 2000 : rand() % 60; n > 0; n--) {
        buf_put_c(&text, words[rand() % WORDS]);
        buf_char(&text, ' ');
    }
    sandbox_write_to(sandbox_path(&f.box, path), i % 17 == 0 || text.len == 0 ? SV("") : buf_view(&text));
    buf_release(&text);
}

static int setup(void **state)
{
    (void)state;
    fixture_begin(&f);
    sandbox_git(&f.box, "", "init", "-q");
    for (int i = 0; i < 3; i++)
        fixture_write(&f, (const char *[]){"d0/x.md", "d1/x.md", "d2/x.md"}[i], "# Folder\n");
    for (int i = 0; i < NOTES; i++)
        write_note(i, 1);
    fixture_write(&f, "huge.md", "# Huge\n");
    assert_int_equal(truncate(sandbox_path(&f.box, "huge.md"), NOTE_BYTES_MAX + 1), 0);
    fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_end(&f);
    return 0;
}

/* --- the store's file --- */

static const char *store(void)
{
    static char path[PATH_MAX];
    DIR *folder = opendir(sandbox_path(&f.box, ".git/chiron"));
    size_t found = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strncmp(entry->d_name, "content-", 8) == 0) {
            snprintf(path, sizeof path, "%s/%s", sandbox_path(&f.box, ".git/chiron"), entry->d_name);
            found++;
        }
    closedir(folder);
    assert_true(found <= 1);
    return found ? path : NULL;
}

static off_t size_of_store(void)
{
    struct stat st;
    assert_non_null(store());
    assert_int_equal(stat(store(), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    return st.st_size;
}

/* --- answers --- */

/* One pattern of several shapes: literals, classes, alternatives, groups, with and without case. */
static void random_pattern(char *into, size_t size)
{
    static const char *const pieces[] = {"trust", "feed", "back",   "risk",      "session", "calm",     "[a-z]",
                                         "\\w+",  "\\b",  "żół",    "(?:a|mod)", "x?",      "20\\d\\d", "F",
                                         ".",     "za",   "task|æ", "^",         "$",       "hidden",   "e$"};
    into[0] = '\0';
    for (int i = 1 + rand() % 3; i > 0; i--)
        snprintf(into + strlen(into), size - strlen(into), "%s", pieces[rand() % 21]);
}

/* Paths of what it finds, and the named groups of the first few. */
static void ask(const char *pattern, struct buf *out)
{
    char query[256];
    snprintf(query, sizeof query, "/%s/", pattern);
    buf_printf(out, "%s: %s\n", query, fixture_query(&f, query));
    snprintf(query, sizeof query, "in:d1 -/%s/", pattern);
    buf_printf(out, "%s: %s\n", query, fixture_query(&f, query));
}

static void ask_all(unsigned seed, struct buf *out)
{
    char pattern[200];
    srand(seed);
    buf_clear(out);
    for (int i = 0; i < QUERIES; i++) {
        unsigned next = (unsigned)rand();
        random_pattern(pattern, sizeof pattern);
        ask(pattern, out);
        srand(next);
    }
}

static status put_bytes(void *payload, const struct record *record, struct err *err)
{
    struct buf *out = payload;
    buf_printf(out, "%.*s: ", SV_ARG(record->path));
    return catalogue_read(f.catalogue, record, out, err);
}

static void read_all(struct buf *out)
{
    struct err err = {0};
    buf_clear(out);
    assert_done(catalogue_each(f.catalogue, NULL, NULL, 0, put_bytes, out, &err), &err);
}

/* With the store as it is, and from the files. */
static void assert_same_answers(const char *what, unsigned seed)
{
    struct buf kept = {0}, files = {0};
    ask_all(seed, &kept);
    kept_discard(f.catalogue);
    ask_all(seed, &files);
    struct sv a = buf_view(&kept), b = buf_view(&files), here, there;
    while (sv_next(&a, '\n', &here) && sv_next(&b, '\n', &there))
        if (!sv_eq(here, there))
            fail_msg("other answers after %s, seed %u:\n%.*s\n%.*s", what, seed, SV_ARG(here), SV_ARG(there));
    buf_release(&kept);
    buf_release(&files);
    /* The next process fills it again. */
    fixture_open(&f);
    assert_non_null(f.catalogue->content);
    assert_true(size_of_store() > 1000);
}

static void assert_same_bytes(const char *what, unsigned seed)
{
    struct buf kept = {0}, files = {0};
    read_all(&kept);
    kept_discard(f.catalogue);
    read_all(&files);
    if (!sv_eq(buf_view(&kept), buf_view(&files)))
        fail_msg("other bytes after %s, seed %u", what, seed);
    buf_release(&kept);
    buf_release(&files);
    fixture_open(&f);
}

/* --- tests --- */

static void random_patterns(void **state)
{
    (void)state;
    assert_non_null(f.catalogue->content);
    for (unsigned seed = 1; seed <= 20; seed++)
        assert_same_answers("nothing", seed);
    assert_same_bytes("nothing", 0);
}

static void move(const char *from, const char *to)
{
    char source[PATH_MAX];
    snprintf(source, sizeof source, "%s", sandbox_path(&f.box, from));
    assert_int_equal(rename(source, sandbox_path(&f.box, to)), 0);
}

/* The folders are away: what is answered is not from files. */
static void no_file_is_opened(void **state)
{
    (void)state;
    struct buf before = {0}, after = {0};
    static const char *const there[] = {"d0", "d1", "d2"}, *const away[] = {"away0", "away1", "away2"};
    ask_all(5, &before);
    for (size_t i = 0; i < 3; i++)
        move(there[i], away[i]);
    ask_all(5, &after);
    assert_string_equal(after.ptr, before.ptr);
    read_all(&after);
    assert_true(after.len > 100 * 1000);
    for (size_t i = 0; i < 3; i++)
        move(away[i], there[i]);
    buf_release(&before);
    buf_release(&after);
    fixture_refresh(&f);
}

static void changed_notes(void **state)
{
    (void)state;
    for (unsigned round = 2; round < 8; round++) {
        for (int i = (int)round; i < NOTES; i += 11)
            write_note(i, round);
        struct catalogue_refresh done = fixture_refresh(&f);
        assert_true(done.changed > 5 && done.changed < 20);
        assert_same_bytes("changes", round);
        assert_same_answers("changes", round);
    }
}

static int64_t change_number(void)
{
    struct catalogue_state now;
    struct err err = {0};
    assert_done(catalogue_state(f.catalogue, &now, &err), &err);
    return now.change;
}

/* Nothing has changed for those who follow changes. */
static void removed(void **state)
{
    (void)state;
    int64_t before = change_number();
    assert_int_equal(unlink(store()), 0);
    struct catalogue_refresh done = fixture_open(&f);
    assert_int_equal(done.added + done.changed + done.removed, 0);
    assert_int_equal(change_number(), before);
    assert_non_null(store());
    assert_same_answers("removal", 1);
    /* While it is open, by somebody else. */
    assert_int_equal(unlink(store()), 0);
    assert_same_answers("removal while open", 2);
}

static void garbled(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 16; seed++) {
        unsigned char rubbish[3000];
        srand(seed);
        int fd = open(store(), O_WRONLY);
        size_t length = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 64 : sizeof rubbish;
        off_t at = seed % 5 == 0 ? rand() % 60 : rand() % size_of_store();
        for (size_t i = 0; i < length; i++)
            rubbish[i] = (unsigned char)rand();
        assert_int_equal(pwrite(fd, rubbish, length, at), (ssize_t)length);
        close(fd);
        if (seed % 2)
            fixture_open(&f);
        if (seed % 4 < 2)
            assert_same_answers("garbling", seed);
        else
            assert_same_bytes("garbling", seed);
    }
}

static void truncated(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 8; seed++) {
        srand(seed);
        assert_int_equal(truncate(store(), rand() % size_of_store()), 0);
        if (seed % 2)
            fixture_open(&f);
        assert_same_answers("a cut", seed);
    }
}

/* Damage that one answer meets is mended by the next process. */
static void mended(void **state)
{
    (void)state;
    char before[PATH_MAX];
    assert_non_null(store());
    snprintf(before, sizeof before, "%s", store());
    int fd = open(before, O_WRONLY);
    for (off_t at = 100; at < size_of_store(); at += 200)
        assert_int_equal(pwrite(fd, "rubbish", 7, at), 7);
    close(fd);
    fixture_open(&f);
    assert_string_equal(store(), before);
    fixture_query(&f, "/trust/");
    assert_null(store());
    fixture_open(&f);
    assert_non_null(store());
    assert_non_null(f.catalogue->content);
}

/* What nobody needs does not pile up. */
static void mostly_dead(void **state)
{
    (void)state;
    struct buf large = {0};
    off_t largest = 0;
    buf_fill(&large, 'y', 100 * 1024);
    for (int round = 0; round < 30; round++) {
        large.ptr[0] = (char)('a' + round % 26);
        large.ptr[1] = (char)('a' + round / 26);
        sandbox_write_to(sandbox_path(&f.box, "large.md"), buf_view(&large));
        fixture_refresh(&f);
        largest = size_of_store() > largest ? size_of_store() : largest;
    }
    assert_true(largest < 5 * 1024 * 1024 && largest > 1024 * 1024);
    assert_same_answers("much change", 1);
    assert_same_bytes("much change", 1);
    assert_int_equal(unlink(sandbox_path(&f.box, "large.md")), 0);
    fixture_refresh(&f);
    buf_release(&large);
}

static void tried(struct fixture *fixture, int64_t when)
{
    struct err err = {0};
    struct db *db = fixture->catalogue->db;
    assert_done(db_begin(db, true, &err), &err);
    assert_done(meta_set_i64(db, SV("content_tried"), when, &err), &err);
    assert_done(db_commit(db, &err), &err);
}

/* A disk that has no room for it: notes are read from their files, and it is not tried all the time. */
static void full_disk(void **state)
{
    (void)state;
    struct buf large = {0};
    int code;
    buf_put_c(&large, "yyyyyyyyyyyy\n\n");
    for (int i = 0; i < 1024 * 1024; i++)
        buf_put_c(&large, "y\n");
    sandbox_write_to(sandbox_path(&f.box, "large.md"), buf_view(&large));
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {2 * 1024 * 1024, 2 * 1024 * 1024};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        struct catalogue_refresh done = fixture_open(&f);
        _exit((done.added != 1) | (f.catalogue->content != NULL) << 1 | f.catalogue->in_memory << 2);
    }
    waitpid(child, &code, 0);
    assert_int_equal(code, 0);
    assert_null(store());
    fixture_open(&f);
    assert_null(store());
    assert_string_equal(fixture_query(&f, "/^yyyyyyyyyyy/"), "large.md");
    write_note(3, 99);
    fixture_open(&f);
    assert_null(store());
    tried(&f, 1);
    fixture_open(&f);
    assert_non_null(store());
    assert_same_answers("a full disk", 1);
    assert_int_equal(unlink(sandbox_path(&f.box, "large.md")), 0);
    fixture_refresh(&f);
    buf_release(&large);
}

/* A process that refreshes, killed at any instant. */
static void killed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 12; i++) {
        for (int note = (int)i % 3; note < NOTES; note += 3)
            write_note(note, 100 + i);
        if (i % 4 == 0)
            unlink(store());
        fixture_close_catalogue(&f);
        pid_t child = fork();
        if (child == 0) {
            struct err err = {0};
            if (vault_open(f.box.dir, &f.vault, NULL, &err) == DONE &&
                catalogue_open(f.vault, NULL, &f.catalogue, NULL, &err) == DONE)
                catalogue_refresh(f.catalogue, NULL, &err);
            _exit(0);
        }
        struct timespec pause = {.tv_nsec = (long)(i * 7919 % 60) * 1000000L};
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        fixture_open(&f);
        assert_same_answers("a kill", i);
    }
}

/* Several at once, each changing notes and asking. */
static void two_processes(void **state)
{
    (void)state;
    pid_t children[3];
    fixture_close_catalogue(&f);
    for (size_t i = 0; i < 3; i++) {
        children[i] = fork();
        if (children[i] != 0)
            continue;
        for (int round = 0; round < 8; round++) {
            write_note((int)i * 30 + round, 200 + (unsigned)round);
            if (i == 0 && round % 3 == 0)
                unlink(store() ? store() : "");
            fixture_open(&f);
            fixture_query(&f, "/trust|session/");
        }
        _exit(0);
    }
    for (size_t i = 0; i < 3; i++) {
        int code;
        waitpid(children[i], &code, 0);
        assert_int_equal(code, 0);
    }
    fixture_open(&f);
    assert_same_bytes("a crowd", 0);
    assert_same_answers("a crowd", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_patterns), cmocka_unit_test(no_file_is_opened), cmocka_unit_test(changed_notes),
        cmocka_unit_test(removed),         cmocka_unit_test(garbled),           cmocka_unit_test(truncated),
        cmocka_unit_test(mended),          cmocka_unit_test(mostly_dead),       cmocka_unit_test(full_disk),
        cmocka_unit_test(killed),          cmocka_unit_test(two_processes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
