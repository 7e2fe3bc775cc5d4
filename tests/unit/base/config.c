#include "test.h"

#include "base/buf.h"
#include "base/config.h"
#include "base/file.h"
#include "base/proc.h"

#include <dirent.h>
#include <limits.h>

struct fixture {
    struct arena arena;
    struct config config;
    struct err err;
};

static status parse(struct fixture *f, struct sv text)
{
    *f = (struct fixture){0};
    return config_parse(&f->config, &f->arena, SV("config"), text, &f->err);
}

#define GET(f, key) config_text(&(f)->config, SV(key), SV("(absent)"))

static void values(void **state)
{
    struct fixture f;

    (void)state;
    assert_done(parse(&f, SV("; a comment\n# another\n[Core]\n\tLang = pl ; trailing\n  name=  two  words \t # x\n"
                             "\tbare\nempty =\nquoted = \" a ; b \" c\"d\" # e\n"
                             "escapes = a\\tb\\nc\\\\d\\\"e\nlong = one \\\n  two\ntail = x\\t\n"
                             "[space \"Private \\\"x\\\\y\\z\"] path = private/\n[Old.Sub]\nkey-1 = v\n"
                             "[core]\nlang = da")),
                &f.err);
    assert_sv(GET(&f, "core.lang"), "da");
    assert_sv(f.config.entries[0].key, "core.lang");
    assert_sv(f.config.entries[0].value, "pl");
    assert_int_equal(f.config.entries[0].line, 4);
    assert_int_equal(f.config.entries[0].column, 2);
    assert_sv(GET(&f, "core.name"), "two  words");
    assert_sv(GET(&f, "core.bare"), "true");
    assert_sv(GET(&f, "core.empty"), "");
    assert_sv(GET(&f, "core.quoted"), " a ; b  cd");
    assert_sv(GET(&f, "core.escapes"), "a\tb\nc\\d\"e");
    assert_sv(GET(&f, "core.long"), "one   two");
    assert_sv(GET(&f, "core.tail"), "x\t");
    assert_sv(GET(&f, "space.Private \"x\\yz.path"), "private/");
    assert_sv(GET(&f, "old.sub.key-1"), "v");
    assert_sv(GET(&f, "core.absent"), "(absent)");
    arena_release(&f.arena);
}

static void other_line_ends(void **state)
{
    struct fixture f;

    (void)state;
    assert_done(parse(&f, SV("\xef\xbb\xbf[a]\r\nb = 1\r\nc = \"x\" \\\r\n y\r\n")), &f.err);
    assert_sv(GET(&f, "a.b"), "1");
    assert_sv(GET(&f, "a.c"), "x  y");
    arena_release(&f.arena);
    assert_done(parse(&f, SV("")), &f.err);
    assert_int_equal(f.config.count, 0);
    arena_release(&f.arena);
}

static void points_at_mistakes(void **state)
{
    static const struct {
        struct sv text;
        unsigned line, column;
        size_t kept;
    } cases[] = {
        {SV_INIT("x = 1\n"), 1, 1, 0},
        {SV_INIT("[a]\nok = 1\nx = \"open\ny = 2"), 3, 10, 1},
        {SV_INIT("[a]\nx = \xc5\xbc\\q\n"), 2, 7, 0},
        {SV_INIT("[a \"b\n"), 1, 6, 0},
        {SV_INIT("[a \"b\\\n"), 1, 7, 0},
        {SV_INIT("[a b]\n"), 1, 4, 0},
        {SV_INIT("[]\n"), 1, 2, 0},
        {SV_INIT("[a\n"), 1, 3, 0},
        {SV_INIT("[.a]\n"), 1, 2, 0},
        {SV_INIT("[a]\nunder_score = 1\n"), 2, 6, 0},
        {SV_INIT("[a]\n1x = 1\n"), 2, 1, 0},
        {SV_INIT("[a]\nx y = 1\n"), 2, 3, 0},
        {SV_INIT("[a]\nx # bare\n"), 2, 3, 0},
        {SV_INIT("[a]\nx = 1\n\0"), 0, 0, 0},
    };
    struct fixture f;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(parse(&f, cases[i].text), MALFORMED);
        if (f.err.line != cases[i].line || f.err.column != cases[i].column || f.config.count != cases[i].kept)
            fail_msg("case %zu: %u:%u: %s, %zu kept", i, f.err.line, f.err.column, f.err.text, f.config.count);
        assert_string_equal(f.err.path, "config");
        arena_release(&f.arena);
    }
}

static void typed(void **state)
{
    struct fixture f;

    (void)state;
    assert_done(parse(&f, SV("[a]\nyes = Yes\nno = OFF\nnone =\nbare\nodd = perhaps\nn = -12\nk = 2k\ng = 1G\n"
                             "big = 99999999999G\n")),
                &f.err);
    assert_true(config_bool(&f.config, SV("a.yes"), false));
    assert_false(config_bool(&f.config, SV("a.no"), true));
    assert_false(config_bool(&f.config, SV("a.none"), true));
    assert_true(config_bool(&f.config, SV("a.bare"), false));
    assert_true(config_bool(&f.config, SV("a.odd"), true));
    assert_false(config_bool(&f.config, SV("a.absent"), false));
    assert_int_equal(config_int(&f.config, SV("a.n"), 7), -12);
    assert_int_equal(config_int(&f.config, SV("a.k"), 7), 2048);
    assert_int_equal(config_int(&f.config, SV("a.g"), 7), 1073741824);
    assert_int_equal(config_int(&f.config, SV("a.big"), 7), 7);
    assert_int_equal(config_int(&f.config, SV("a.odd"), 7), 7);
    assert_int_equal(config_int(&f.config, SV("a.absent"), 7), 7);
    arena_release(&f.arena);
}

static void assert_place(const struct config_entry *entry, size_t offset, unsigned line, unsigned column)
{
    unsigned found_line, found_column;

    config_place(entry, offset, &found_line, &found_column);
    if (found_line != line || found_column != column)
        fail_msg("byte %zu is at %u:%u, not %u:%u", offset, found_line, found_column, line, column);
}

/* Every byte of a value has its place in the file, through quotes, escapes and further lines. */
static void places_of_values(void **state)
{
    struct fixture f;
    const struct config_entry *entries;

    (void)state;
    assert_done(
        parse(
            &f,
            SV("[a]\n  plain =  ab\n\tx = \"q \\\"r\\\"\" s\\\n   t  ; no more\nempty =\nbare\n[b] k = \xc4\x85z\r\n")),
        &f.err);
    entries = f.config.entries;
    assert_place(&entries[0], 0, 2, 12);
    assert_place(&entries[0], 1, 2, 13);
    assert_place(&entries[0], 2, 2, 14);
    assert_place(&entries[0], 99, 2, 14);
    assert_sv(entries[1].value, "q \"r\" s   t");
    assert_place(&entries[1], 0, 3, 7);  /* q */
    assert_place(&entries[1], 2, 3, 9);  /* the backslash of the quote */
    assert_place(&entries[1], 3, 3, 11); /* r */
    assert_place(&entries[1], 6, 3, 16); /* s */
    assert_place(&entries[1], 10, 4, 4); /* t, on the next line */
    assert_place(&entries[2], 0, 5, 8);
    assert_place(&entries[3], 0, 6, 1);
    assert_place(&entries[4], 2, 7, 10);
    assert_sv(entries[4].file, "config");
    arena_release(&f.arena);
}

/* A file on top of another: the later one wins, both stay listed. */
static void layers(void **state)
{
    struct fixture f;

    (void)state;
    assert_done(parse(&f, SV("[a]\nx = 1\ny = 2\n")), &f.err);
    assert_done(config_parse(&f.config, &f.arena, SV("second"), SV("[a]\nx = 3\n"), &f.err), &f.err);
    assert_sv(GET(&f, "a.x"), "3");
    assert_sv(GET(&f, "a.y"), "2");
    assert_int_equal(f.config.count, 3);
    arena_release(&f.arena);
}

/* As "git config --list -z" prints it: key, newline, value, NUL; white space as blanks, since versions of git differ
 * in what they make of a tab inside a value. */
static void put_as_git(const struct config *config, struct buf *out)
{
    for (size_t i = 0; i < config->count; i++) {
        buf_put(out, config->entries[i].key);
        buf_char(out, '\n');
        buf_put(out, config->entries[i].value);
        buf_char(out, '\0');
    }
}

static void blank(struct buf *buf)
{
    for (size_t i = 0; i < buf->len; i++)
        if (buf->ptr[i] == '\t' || buf->ptr[i] == '\n' || buf->ptr[i] == '\r')
            buf->ptr[i] = ' ';
}

/* git marks a key without a value by leaving the newline out. */
static status take_gits(void *payload, struct sv entry, struct err *err)
{
    struct buf *out = payload;

    buf_put(out, entry);
    if (sv_chr(entry, '\n') == SIZE_MAX)
        buf_put(out, SV("\ntrue"));
    buf_char(out, '\0');
    return buf_check(out, err);
}

static void compare_with_git(const char *path)
{
    const char *const argv[] = {"git", "config", "--file", path, "--no-includes", "--list", "-z", NULL};
    struct proc_options options = {.argv = argv, .env_drop = (const char *const[]){"GIT_*", NULL}};
    struct buf text = {0}, ours = {0}, gits = {0};
    struct fixture f;
    struct err err = {0};
    int exit_code;
    status rc;

    assert_done(file_read(path, 1 << 20, &text, &err), &err);
    rc = parse(&f, buf_view(&text));
    assert_done(proc_lines(&options, '\0', take_gits, &gits, NULL, &exit_code, &err), &err);
    if ((rc == DONE) != (exit_code == 0))
        fail_msg("'%s': git says %d, we say '%s'", path, exit_code, f.err.text);
    put_as_git(&f.config, &ours);
    blank(&ours);
    blank(&gits);
    if (rc == DONE && !sv_eq(buf_view(&ours), buf_view(&gits)))
        fail_msg("'%s': git reads it otherwise", path);
    arena_release(&f.arena);
    buf_release(&text);
    buf_release(&ours);
    buf_release(&gits);
}

/* Every file of the fuzz corpus, but those with a key in no section, which git reads and we do not. */
static void agrees_with_git(void **state)
{
    const char *source = getenv("CHIRON_TEST_SOURCE");
    char dir[PATH_MAX / 2], path[PATH_MAX];
    struct dirent *entry;
    unsigned count = 0;
    DIR *folder;

    (void)state;
    if (!proc_exists("git"))
        skip();
    snprintf(dir, sizeof(dir), "%s/tests/fuzz/corpus/config", source ? source : "../..");
    folder = opendir(dir);
    assert_non_null(folder);
    while ((entry = readdir(folder))) {
        if (entry->d_name[0] == '.' || sv_starts(sv_of(entry->d_name), SV("no-section")))
            continue;
        snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
        compare_with_git(path);
        count++;
    }
    closedir(folder);
    assert_true(count > 10);
}

static void survives_no_memory(void **state)
{
    struct buf text = {0};
    uint64_t n = 0;
    status rc;

    (void)state;
    for (int i = 0; i < 100; i++)
        buf_printf(&text, "[section \"number %d\"]\nkey-%d = \"value %0100d\"\nbare\n", i, i, i);
    do {
        struct fixture f;

        memory_fail_at(++n);
        rc = parse(&f, buf_view(&text));
        assert_int_equal(rc, memory_has_failed() ? NO_MEMORY : DONE);
        assert_int_equal(f.err.code, rc);
        memory_fail_at(0);
        assert_true(rc != DONE || f.config.count == 200);
        arena_release(&f.arena);
    } while (rc != DONE);
    assert_true(n > 5);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(other_line_ends),
        cmocka_unit_test(points_at_mistakes),
        cmocka_unit_test(typed),
        cmocka_unit_test(layers),
        cmocka_unit_test(places_of_values),
        cmocka_unit_test(agrees_with_git),
        cmocka_unit_test(survives_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
