#include "vault/ignore.h"
#include "sandbox.h"

/* Whether .gitignore with `rules` ignores `path`; a "/" at its end makes it a folder. */
static bool ignores(const char *rules, const char *path)
{
    struct arena arena = {0};
    struct ignore ignore;
    struct err err = {0};
    struct sv text = sv_of(path);
    bool is_folder = sv_ends(text, SV("/")), result;

    text.len -= is_folder;
    assert_done(ignore_parse(sv_of(rules), (struct sv){0}, NULL, &arena, &ignore, &err), &err);
    result = ignore_matches(&ignore, text, is_folder);
    arena_release(&arena);
    return result;
}

static void the_manual_says_so(void **state)
{
    (void)state;
    assert_true(ignores("hello.*", "hello.txt"));
    assert_true(ignores("hello.*", "a/hello.java"));
    assert_false(ignores("/hello.*", "a/hello.java"));
    assert_true(ignores("foo/", "a/foo/"));
    assert_false(ignores("foo/", "foo"));
    assert_true(ignores("doc/frotz", "doc/frotz"));
    assert_false(ignores("doc/frotz", "a/doc/frotz"));
    assert_true(ignores("foo/*", "foo/test.json"));
    assert_false(ignores("foo/*", "foo/bar/hello.c"));
    assert_true(ignores("**/foo/bar", "a/b/foo/bar"));
    assert_true(ignores("**/foo", "foo"));
    assert_true(ignores("abc/**", "abc/x/y"));
    assert_false(ignores("abc/**", "abc/"));
    assert_true(ignores("a/**/b", "a/b"));
    assert_true(ignores("a/**/b", "a/x/y/b"));
    assert_true(ignores("/?**/b", "ax/b"));
    assert_false(ignores("/?**/b", "ax/y/b"));
    assert_false(ignores("*.md\n!keep.md", "keep.md"));
    assert_true(ignores("!keep.md\n*.md", "keep.md"));
}

static void lines_are_read_as_git_reads_them(void **state)
{
    (void)state;
    assert_false(ignores("", "a"));
    assert_false(ignores("\n\n#a\n", "#a"));
    assert_true(ignores("\\#a", "#a"));
    assert_true(ignores("\\!a", "!a"));
    assert_true(ignores("a   ", "a"));
    assert_false(ignores("a\\ ", "a"));
    assert_true(ignores("a\\ ", "a "));
    assert_false(ignores("a\t", "a"));
    assert_true(ignores("\xef\xbb\xbf"
                        "a",
                        "a"));
    assert_true(ignores("a\r\nb\r\n", "a"));
    assert_true(ignores("a\r\nb\r", "b"));
    assert_false(ignores("/", "a"));
    assert_false(ignores("a[", "a["));
    assert_true(ignores("[]-]x", "]x"));
    assert_true(ignores("[[:digit:]]", "7"));
    assert_false(ignores("[[:nonsense:]]", "n"));
}

static void the_nearest_file_speaks_first(void **state)
{
    struct arena arena = {0};
    struct ignore root, sub;
    struct err err = {0};

    (void)state;
    assert_done(ignore_parse(SV("*.md\n/sub/x.txt\n"), SV(""), NULL, &arena, &root, &err), &err);
    assert_done(ignore_parse(SV("!a.md\n/b.txt\n"), SV("sub"), &root, &arena, &sub, &err), &err);
    assert_false(ignore_matches(&sub, SV("sub/a.md"), false));
    assert_true(ignore_matches(&sub, SV("sub/b.md"), false));
    assert_true(ignore_matches(&sub, SV("sub/b.txt"), false));
    assert_false(ignore_matches(&sub, SV("sub/deep/b.txt"), false));
    assert_true(ignore_matches(&sub, SV("sub/x.txt"), false));
    assert_true(ignore_matches(&root, SV("a.md"), false));
    arena_release(&arena);
}

/* Patterns that make a backtracking matcher walk for ever. */
static void no_pattern_takes_long(void **state)
{
    struct buf rules = {0}, path = {0};

    (void)state;
    for (int i = 0; i < 200; i++)
        buf_put_c(&rules, "**/*a*");
    buf_put_c(&rules, "/b");
    for (int i = 0; i < 2000; i++)
        buf_put_c(&path, i % 3 == 0 ? "a/" : "aa");
    buf_put_c(&path, "c");
    assert_false(ignores(rules.ptr, path.ptr));
    buf_clear(&rules);
    for (int i = 0; i < 1000; i++)
        buf_put_c(&rules, "*a");
    buf_put_c(&rules, "b");
    assert_false(ignores(rules.ptr, path.ptr));
    buf_release(&rules);
    buf_release(&path);
}

/* --- against git itself --- */

static uint64_t seed;

static unsigned pick(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((seed >> 33) % below);
}

static void random_pattern(struct buf *into)
{
    static const char *const pieces[] = {
        "a",    "b",           "ab",  "x",   "*",   "**",   "?",     "/",    "/",       "**/",      "/**",   "[ab]",
        "[!a]", "[[:alpha:]]", "\\a", "\\*", ".md", "*.md", "[a-b]", "[]a]", "a ",      " ",        "\\ ",   "***",
        "[a",   "\\/",         "#",   "!",   "-",   "[^b]", "[\\]]", "[a-",  "[[:x:]]", "\xc5\xbc", "[--a]", "\\"};
    unsigned count = 1 + pick(6);

    if (pick(5) == 0)
        buf_char(into, '!');
    if (pick(4) == 0)
        buf_char(into, '/');
    for (unsigned i = 0; i < count; i++)
        buf_put_c(into, pieces[pick(sizeof(pieces) / sizeof(pieces[0]))]);
    if (pick(4) == 0)
        buf_char(into, '/');
    buf_put_c(into, pick(8) == 0 ? "\r\n" : "\n");
}

static void random_path(struct buf *into)
{
    static const char *const names[] = {"a",  "b", "ab",       "x",  "aab", "a.md", "b.md", "ab.md", "*",  "]",
                                        "a ", "-", "\xc5\xbc", "ax", "#a",  "!a",   " ",    "[a",    "a\\"};
    unsigned depth = 1 + pick(4);

    for (unsigned i = 0; i < depth; i++) {
        if (i > 0)
            buf_char(into, '/');
        buf_put_c(into, names[pick(sizeof(names) / sizeof(names[0]))]);
    }
}

/* As git: a path is ignored when it or the first of its folders that any rule speaks of is. */
static bool is_ignored(const struct ignore *ignore, struct sv path)
{
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] == '/' && ignore_matches(ignore, sv_sub(path, 0, i), true))
            return true;
    }
    return ignore_matches(ignore, path, false);
}

/* What `git check-ignore` says: four fields a path, each ending in NUL. */
static bool git_ignores(struct sv *rest)
{
    struct sv source, line, pattern, path;

    assert_true(sv_next(rest, '\0', &source) && sv_next(rest, '\0', &line) && sv_next(rest, '\0', &pattern) &&
                sv_next(rest, '\0', &path));
    return source.len > 0 && !sv_starts(pattern, SV("!"));
}

enum { PATHS = 60 };

static void one_round(const struct sandbox *box)
{
    static const char *const argv[] = {"git", "check-ignore", "--no-index", "--verbose", "--non-matching",
                                       "-z",  "--stdin",      NULL};
    struct buf rules = {0}, paths = {0}, output = {0};
    struct arena arena = {0};
    struct ignore ignore;
    struct err err = {0};
    struct sv rest, answers, path;
    int exit_code;

    for (unsigned i = 1 + pick(4); i > 0; i--)
        random_pattern(&rules);
    for (unsigned i = 0; i < PATHS; i++) {
        random_path(&paths);
        buf_char(&paths, '\0');
    }
    sandbox_write_to(sandbox_path(box, ".gitignore"), buf_view(&rules));
    const struct proc_options options = {.argv = argv, .dir = box->dir, .input = buf_view(&paths)};
    assert_done(proc_run(&options, &output, NULL, &exit_code, &err), &err);
    assert_in_range(exit_code, 0, 1);
    assert_done(ignore_parse(buf_view(&rules), SV(""), NULL, &arena, &ignore, &err), &err);
    rest = buf_view(&paths);
    answers = buf_view(&output);
    for (unsigned i = 0; i < PATHS; i++) {
        bool expected;

        assert_true(sv_next(&rest, '\0', &path));
        expected = git_ignores(&answers);
        if (is_ignored(&ignore, path) != expected)
            fail_msg("git %s '%.*s' with the rules:\n%s", expected ? "ignores" : "does not ignore", SV_ARG(path),
                     rules.ptr);
    }
    arena_release(&arena);
    buf_release(&rules);
    buf_release(&paths);
    buf_release(&output);
}

static void random_rules_mean_what_git_means(void **state)
{
    const char *rounds = getenv("CHIRON_TEST_ROUNDS");
    struct sandbox box;

    (void)state;
    sandbox_open(&box);
    sandbox_git(&box, "", "init", "-q");
    for (int i = 0; i < (rounds != NULL ? atoi(rounds) : 150); i++) {
        seed = (uint64_t)i + 1;
        one_round(&box);
    }
    sandbox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_manual_says_so),
        cmocka_unit_test(lines_are_read_as_git_reads_them),
        cmocka_unit_test(the_nearest_file_speaks_first),
        cmocka_unit_test(no_pattern_takes_long),
        cmocka_unit_test(random_rules_mean_what_git_means),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
