/* Rows in one piece of memory: looked up, ordered, written and mapped again. */
#include "catalogue/fold_key.h"
#include "catalogue/rows_file.h"
#include "sandbox.h"

#include <fcntl.h>

enum { MANY = 400 };

static struct sandbox box;

static int setup(void **state)
{
    (void)state;
    sandbox_open(&box);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    sandbox_close(&box);
    return 0;
}

static void add(struct rows *rows, int64_t id, const char *path, uint8_t flags)
{
    const struct facts facts = {.size = id * 10, .hash = (uint64_t)id, .flags = flags};
    struct err err = {0};
    assert_done(rows_add(rows, id, sv_of(path), &facts, &err), &err);
}

static void seal(struct rows *rows, const struct rows *before)
{
    struct err err = {0};
    assert_done(rows_seal(rows, before, &err), &err);
}

/* In the order of paths. */
static void sample(struct rows *rows)
{
    add(rows, 7, "a.md", 0);
    add(rows, 3, "b/a.md", 0);
    add(rows, 9, "b/c/x-a.md", 0);
    add(rows, 4, "c/c/plan.md", 0);
    add(rows, 5, "d/c/plan.md", 0);
    add(rows, 2, "d/link.md", FACTS_HIDDEN);
    add(rows, 8, "d/plans.md", 0);
    add(rows, 11, "e/twice.markdown", 0);
    add(rows, 12, "e/twice.md", 0);
}

static void assert_end(const struct rows *rows, const char *path, const char *end)
{
    const struct row *row = rows_find(rows, sv_of(path));
    assert_non_null(row);
    struct sv own = rows_own_end(rows, row);
    if (!sv_eq_c(own, end))
        fail_msg("%s: \"%.*s\" is not \"%s\"", path, SV_ARG(own), end);
}

static void lookups(void **state)
{
    (void)state;
    struct rows rows = {.change = 5};
    sample(&rows);
    seal(&rows, NULL);
    assert_int_equal(rows.count, 9);
    assert_int_equal(rows.note_count, 8);
    assert_int_equal(rows.change, 5);
    assert_int_equal(rows_find(&rows, SV("d/c/plan.md"))->id, 5);
    assert_null(rows_find(&rows, SV("d/c/plan")));
    assert_sv(row_path(rows_by_id(&rows, 8)), "d/plans.md");
    assert_null(rows_by_id(&rows, 6));
    assert_null(rows_by_id(&rows, 0));
    assert_int_equal(rows_by_id(&rows, 11)->facts.size, 110);
    assert_int_equal(rows_lower_bound(&rows, SV("d")), 4);
    rows_release(&rows);
    rows_release(&rows);
}

static void ends(void **state)
{
    (void)state;
    struct rows rows = {0};
    sample(&rows);
    seal(&rows, NULL);
    assert_end(&rows, "a.md", "");
    assert_end(&rows, "b/a.md", "b/a");
    assert_end(&rows, "b/c/x-a.md", "x-a");
    assert_end(&rows, "c/c/plan.md", "c/c/plan");
    assert_end(&rows, "d/c/plan.md", "d/c/plan");
    assert_end(&rows, "d/plans.md", "plans");
    assert_end(&rows, "e/twice.md", "");
    assert_int_equal(rows_count_end(&rows, SV("plan")), 2);
    assert_int_equal(rows_count_end(&rows, SV("c/plan")), 2);
    assert_int_equal(rows_count_end(&rows, SV("d/c/plan")), 1);
    assert_int_equal(rows_count_end(&rows, SV("a")), 2);
    assert_int_equal(rows_count_end(&rows, SV("twice")), 2);
    assert_int_equal(rows_count_end(&rows, SV("link")), 0);
    rows_release(&rows);
}

static void nothing(void **state)
{
    (void)state;
    struct rows rows = {0};
    seal(&rows, NULL);
    assert_int_equal(rows.count, 0);
    assert_null(rows_find(&rows, SV("a.md")));
    assert_int_equal(rows_count_end(&rows, SV("a")), 0);
    rows_release(&rows);
}

/* --- at random --- */

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Few letters, so that ends are shared often; no path twice. */
static size_t random_paths(char **paths, unsigned seed)
{
    size_t count = 0;
    srand(seed);
    for (int i = 0; i < MANY; i++) {
        char path[64] = "";
        for (int parts = rand() % 4; parts >= 0; parts--) {
            size_t at = strlen(path);
            snprintf(path + at, sizeof path - at, "%c%s%s", 'a' + rand() % 3, rand() % 3 ? "" : "-b",
                     parts > 0 ? "/" : ".md");
        }
        paths[count++] = strdup(path);
    }
    qsort(paths, count, sizeof *paths, by_bytes);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept > 0 && strcmp(paths[kept - 1], paths[i]) == 0)
            free(paths[i]);
        else
            paths[kept++] = paths[i];
    return kept;
}

static bool has_end(struct sv path, struct sv end)
{
    return sv_ends(path, end) && (path.len == end.len || path.ptr[path.len - end.len - 1] == '/');
}

static size_t slow_count(const struct rows *rows, struct sv end)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++)
        count += has_end(without_note_suffix(row_path(&rows->items[i])), end);
    return count;
}

static struct sv slow_end(const struct rows *rows, struct sv bare)
{
    for (size_t at = bare.len; at-- > 0;)
        if ((at == 0 || bare.ptr[at - 1] == '/') && slow_count(rows, sv_from(bare, at)) == 1)
            return sv_from(bare, at);
    return (struct sv){0};
}

static void ends_as_the_slow_way_has_them(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 10; seed++) {
        char *paths[MANY];
        size_t count = random_paths(paths, seed);
        struct rows rows = {0};
        for (size_t i = 0; i < count; i++)
            add(&rows, (int64_t)i + 1, paths[i], 0);
        seal(&rows, NULL);
        for (size_t i = 0; i < rows.count; i++) {
            struct sv bare = without_note_suffix(row_path(&rows.items[i]));
            struct sv slow = slow_end(&rows, bare);
            if (!sv_eq(rows_own_end(&rows, &rows.items[i]), slow))
                fail_msg("seed %u: '%.*s' should be '%.*s'", seed, SV_ARG(bare), SV_ARG(slow));
            assert_int_equal(rows_count_end(&rows, sv_basename(bare)), slow_count(&rows, sv_basename(bare)));
        }
        rows_release(&rows);
        for (size_t i = 0; i < count; i++)
            free(paths[i]);
    }
}

/* Whatever changed since, the orders are those of rows that know nothing of before. */
static void orders_kept_from_before(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 10; seed++) {
        char *paths[MANY];
        size_t count = random_paths(paths, seed);
        struct rows before = {0}, after = {0}, plain = {0};
        for (size_t i = 0; i < count; i++) {
            bool was = rand() % 10 > 0, is = rand() % 10 > 0;
            int64_t id = (int64_t)(count - i), other = rand() % 20 ? id : id + 1000;
            uint8_t hidden = rand() % 10 ? 0 : FACTS_HIDDEN;
            if (was)
                add(&before, id, paths[i], rand() % 10 ? 0 : FACTS_HIDDEN);
            if (is) {
                add(&after, other, paths[i], hidden);
                add(&plain, other, paths[i], hidden);
            }
        }
        seal(&before, NULL);
        seal(&after, &before);
        seal(&plain, NULL);
        assert_memory_equal(after.by_id, plain.by_id, plain.count * sizeof *plain.by_id);
        assert_memory_equal(after.by_end, plain.by_end, plain.note_count * sizeof *plain.by_end);
        rows_release(&before);
        rows_release(&after);
        rows_release(&plain);
        for (size_t i = 0; i < count; i++)
            free(paths[i]);
    }
}

/* --- files --- */

static const char *file(void)
{
    return sandbox_path(&box, "rows");
}

static void keep(void)
{
    const struct rows_state rows_state = {.id = "0123456789abcdef0123456789abcdef", .refreshed_ns = 77};
    const struct folder_row folder = {.mtime_ns = 4, .rules_size = -1, .flags = FOLDER_REPOSITORY};
    struct rows rows = {.change = 6, .swept_ns = 8, .rules = 9};
    struct err err = {0};
    sample(&rows);
    assert_done(rows_add_folder(&rows, SV(""), &folder, &err), &err);
    assert_done(rows_add_folder(&rows, SV("d"), &folder, &err), &err);
    seal(&rows, NULL);
    rows_save(file(), &rows, &rows_state);
    rows_release(&rows);
}

static void mapped_again(void **state)
{
    (void)state;
    struct rows rows;
    struct rows_state rows_state;
    keep();
    keep();
    assert_int_equal(rows_map(file(), &rows, &rows_state), DONE);
    assert_string_equal(rows_state.id, "0123456789abcdef0123456789abcdef");
    assert_int_equal(rows_state.refreshed_ns, 77);
    assert_int_equal(rows.change, 6);
    assert_int_equal(rows.swept_ns, 8);
    assert_int_equal(rows.rules, 9);
    assert_sv(row_path(rows_by_id(&rows, 9)), "b/c/x-a.md");
    const struct folder_row *folder = rows_find_folder(&rows, SV("d"));
    assert_non_null(folder);
    assert_int_equal(folder->count, 2);
    assert_sv(row_path(&rows.items[rows.members[folder->first]]), "d/link.md");
    assert_int_equal(rows_find_folder(&rows, SV(""))->count, 1);
    assert_null(rows_find_folder(&rows, SV("b")));
    rows_release(&rows);
    struct stat info;
    assert_int_equal(stat(file(), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void assert_not_there(const char *what, long at)
{
    struct rows rows;
    struct rows_state rows_state;
    if (rows_map(file(), &rows, &rows_state) != NOT_FOUND)
        fail_msg("%s at %ld was not noticed", what, at);
}

static void harmed(void **state)
{
    (void)state;
    struct stat info;
    assert_int_equal(unlink(file()), 0);
    assert_not_there("absence", 0);
    keep();
    assert_int_equal(stat(file(), &info), 0);
    int fd = open(file(), O_RDWR);
    for (off_t at = 0; at < info.st_size; at++) {
        unsigned char byte;
        assert_int_equal(pread(fd, &byte, 1, at), 1);
        byte ^= 0x20;
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
        assert_not_there("a flipped bit", at);
        byte ^= 0x20;
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    }
    close(fd);
    for (off_t size = info.st_size - 1; size >= 0; size -= 7) {
        assert_int_equal(truncate(file(), size), 0);
        assert_not_there("truncation", size);
    }
    keep();
    assert_int_equal(unlink(file()), 0);
    assert_int_equal(mkdir(file(), 0700), 0);
    assert_not_there("a folder", 0);
    assert_int_equal(rmdir(file()), 0);
    assert_int_equal(mkfifo(file(), 0600), 0);
    assert_not_there("a pipe", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lookups),
        cmocka_unit_test(ends),
        cmocka_unit_test(nothing),
        cmocka_unit_test(ends_as_the_slow_way_has_them),
        cmocka_unit_test(orders_kept_from_before),
        cmocka_unit_test(mapped_again),
        cmocka_unit_test(harmed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
