/* A process that trusts what an earlier one kept of the folders sees what one sees that knows nothing. */
#include "fixture.h"

#include "catalogue/internal.h"

#include <fcntl.h>
#include <time.h>

static struct fixture f;

enum { FOLDERS = 6, NAMES = 8, ROUNDS = 100 };

static const char *const folders[FOLDERS] = {"", "a/", "a/b/", "c/", "pairs/x/", "c/d/"};

static int setup(void **state)
{
    (void)state;
    fixture_begin(&f);
    sandbox_git(&f.box, "", "init", "-q");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_end(&f);
    return 0;
}

static const char *random_note(void)
{
    static char path[64];
    snprintf(path, sizeof path, "%sn%d.md", folders[rand() % FOLDERS], rand() % NAMES);
    return path;
}

static void write_random(void)
{
    char text[64];
    snprintf(text, sizeof text, "# Title %02d\n\nwords [[n%d]]\n", rand() % 100, rand() % NAMES);
    fixture_write(&f, random_note(), text);
}

/* Of the same size, and dated as before: only the change time tells. */
static void edit_secretly(void)
{
    const char *path = sandbox_path(&f.box, random_note());
    struct stat info;
    int fd = open(path, O_WRONLY | O_NOFOLLOW);
    if (fd < 0)
        return;
    assert_int_equal(fstat(fd, &info), 0);
    char digit = (char)('0' + rand() % 10);
    assert_int_equal(pwrite(fd, &digit, 1, 8), 1);
    const struct timespec times[2] = {info.st_atim, info.st_mtim};
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
}

static void move_random(void)
{
    char from[PATH_MAX];
    snprintf(from, sizeof from, "%s", sandbox_path(&f.box, random_note()));
    rename(from, sandbox_path(&f.box, random_note()));
}

static void write_rules(void)
{
    char path[64], text[32];
    snprintf(path, sizeof path, "%s.gitignore", folders[rand() % FOLDERS]);
    snprintf(text, sizeof text, "n%d.md\n", rand() % NAMES);
    fixture_write(&f, path, rand() % 4 ? text : "b/\nd/\n");
}

static void remove_rules(void)
{
    char path[64];
    snprintf(path, sizeof path, "%s.gitignore", folders[rand() % FOLDERS]);
    unlink(sandbox_path(&f.box, path));
}

static void write_excludes(void)
{
    char text[32];
    snprintf(text, sizeof text, "n%d.md\n", rand() % NAMES);
    fixture_write(&f, ".git/info/exclude", text);
}

static void toggle_repository(void)
{
    struct stat info;
    const char *folder = rand() % 2 ? "pairs/x" : "c";
    char inner[32];
    snprintf(inner, sizeof inner, "%s/.git", folder);
    if (stat(sandbox_path(&f.box, folder), &info) != 0)
        return;
    if (stat(sandbox_path(&f.box, inner), &info) == 0)
        sandbox_remove(sandbox_path(&f.box, inner));
    else
        sandbox_git(&f.box, folder, "init", "-q");
}

static void put_link(void)
{
    const char *path = sandbox_path(&f.box, random_note());
    unlink(path);
    if (symlink("/etc/passwd", path) != 0)
        return;
}

static void remove_folder(void)
{
    char path[64];
    snprintf(path, sizeof path, "%s", folders[1 + rand() % (FOLDERS - 1)]);
    path[strlen(path) - 1] = '\0';
    sandbox_remove(sandbox_path(&f.box, path));
}

/* The whole folder under another name and time, with the same notes in it. */
static void swap_folders(void)
{
    char a[PATH_MAX], c[PATH_MAX];
    snprintf(a, sizeof a, "%s", sandbox_path(&f.box, "a"));
    snprintf(c, sizeof c, "%s", sandbox_path(&f.box, "c"));
    const char *aside = sandbox_path(&f.box, ".aside");
    if (rename(a, aside) == 0) {
        rename(c, a);
        rename(aside, c);
    }
}

static void touch_nothing(void)
{
}

/* Also a file that is no note, as editors make them. */
static void put_other_file(void)
{
    char path[64];
    snprintf(path, sizeof path, "%s.n1.md.swp", folders[rand() % FOLDERS]);
    fixture_write(&f, path, "x");
}

static void remove_random(void)
{
    unlink(sandbox_path(&f.box, random_note()));
}

static const struct {
    const char *name;
    void (*fn)(void);
    int weight;
} deeds[] = {
    {"write", write_random, 8},
    {"edit secretly", edit_secretly, 8},
    {"move", move_random, 4},
    {"remove", remove_random, 3},
    {"nothing", touch_nothing, 2},
    {"another file", put_other_file, 2},
    {"rules", write_rules, 2},
    {"no rules", remove_rules, 2},
    {"excludes", write_excludes, 1},
    {"repository", toggle_repository, 1},
    {"link", put_link, 1},
    {"remove folder", remove_folder, 1},
    {"swap folders", swap_folders, 1},
};

static const char *do_something(void)
{
    int total = 0, pick;
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
        total += deeds[i].weight;
    pick = rand() % total;
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
        if ((pick -= deeds[i].weight) < 0) {
            deeds[i].fn();
            return deeds[i].name;
        }
    return "";
}

static void dump(struct buf *text)
{
    fixture_open(&f);
    fixture_dump(&f, text);
    fixture_close_catalogue(&f);
}

/* The data folder is out of the way for the one that knows nothing. */
static void dump_afresh(struct buf *text)
{
    char kept[PATH_MAX], aside[PATH_MAX];
    snprintf(kept, sizeof kept, "%s", sandbox_path(&f.box, ".git/chiron"));
    snprintf(aside, sizeof aside, "%s", sandbox_path(&f.box, ".git/aside"));
    assert_int_equal(rename(kept, aside), 0);
    dump(text);
    sandbox_remove(kept);
    assert_int_equal(rename(aside, kept), 0);
}

static void after_anything(void **state)
{
    (void)state;
    const char *given = getenv("CHIRON_TEST_SEED");
    unsigned seed = given ? (unsigned)atoi(given) : 1;
    srand(seed);
    for (int i = 0; i < 20; i++)
        write_random();
    for (int round = 0; round < ROUNDS; round++) {
        struct buf trusting = {0}, fresh = {0}, done = {0};
        for (int count = rand() % 3; count >= 0; count--)
            buf_printf(&done, "%s; ", do_something());
        dump(&trusting);
        dump_afresh(&fresh);
        if (strcmp(trusting.ptr, fresh.ptr) != 0)
            fail_msg("seed %u, round %d (%s): trusting\n%s\nfresh\n%s", seed, round, done.ptr, trusting.ptr, fresh.ptr);
        buf_release(&trusting);
        buf_release(&fresh);
        buf_release(&done);
    }
}

static void pause_for_the_clock(void)
{
    const struct timespec tick = {.tv_nsec = 30 * 1000 * 1000};
    nanosleep(&tick, NULL);
}

/* The sweep is what answers once nothing is young, and a folder that changed does not make it a walk. */
static void does_not_list_again(void **state)
{
    (void)state;
    struct err err = {0};
    fixture_write(&f, "quiet/one.md", "# One\n");
    fixture_write(&f, "quiet/two.md", "# Two\n");
    for (int i = 0; i < 3; i++) {
        pause_for_the_clock();
        fixture_open(&f);
    }
    fixture_close_catalogue(&f);
    assert_done(vault_open(f.box.dir, &f.vault, NULL, &err), &err);
    assert_done(catalogue_open(f.vault, NULL, &f.catalogue, NULL, &err), &err);
    if (!f.catalogue->mapped.rules)
        skip(); /* a file system that is not known to keep folders' times */
    assert_non_null(f.catalogue->sweep);
    struct sweep_found found;
    assert_done(sweep_finish(f.catalogue->sweep, &found, &err), &err);
    assert_int_equal(found.count, 0);
    assert_int_equal(found.folder_count, 0);
    free(found.changes);
    free(found.folders);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_anything),
        cmocka_unit_test(does_not_list_again),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
