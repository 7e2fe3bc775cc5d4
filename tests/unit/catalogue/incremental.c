/* After any edits a catalogue that was kept up to date says the same as one that is made from nothing. */
#include "fixture.h"

enum { NOTES = 40, ROUNDS = 25, EDITS = 6 };

static struct fixture f;

static uint32_t random_below(uint32_t end)
{
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % end;
}

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

static const char *one_of(const char *const *words, size_t count)
{
    return words[random_below((uint32_t)count)];
}
#define ONE_OF(...)                                                                                                    \
    one_of((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void put_field(struct buf *out)
{
    buf_put_c(out, ONE_OF("status: open\n", "status: Done\n", "depth: 3\n", "depth: 007\n", "depth: [1, 2, 2.50]\n",
                          "due: 2026-01-31\n", "due: 2026-02-01T10:00\n", "mentor: anna\n", "mentor: '[[Anna]]'\n",
                          "goals:\n  - id: a\n    gas: 1\n  - id: b\n    gas: -2\n", "aliases: [Zoe, n3]\n",
                          "lang: pl\n", "lang: da-DK\n", "tags: [x, X/y]\n", "tags: single\n",
                          "author: \"Q \\\"x\\\"\"\n", "title: A title 2\n", "date: 2025-12-31\n", "type: session\n",
                          "type: nothing\n", "k\xc3\xb3: 1\n"));
}

static void put_line(struct buf *out)
{
    char link[32];
    snprintf(link, sizeof link, "[[n%u]] and text\n", (unsigned)random_below(NOTES));
    buf_put_c(out, random_below(3) == 0 ? link
                                        : ONE_OF("# Heading\n", "## Sub\n", "# Heading\n", "#tag and words\n",
                                                 "#x/y/z\n", "- [ ] open \xf0\x9f\x93\x85 2026-03-01\n", "- [x] done\n",
                                                 "mood:: good\n", "status:: inline\n", "![[zoe]] [m](n1.md#sub)\n",
                                                 "text ^block\n", "[[d/n5#heading|x]]\n", "https://example.org\n"));
}

static void edit(void)
{
    struct buf text = {0};
    char path[32];
    unsigned n = random_below(NOTES);
    snprintf(path, sizeof path, "%sn%u.md", n % 3 == 0 ? "d/" : "", n);
    if (random_below(6) == 0) {
        unlink(sandbox_path(&f.box, path));
        return;
    }
    if (random_below(4) > 0) {
        buf_put_c(&text, "---\n");
        for (unsigned i = random_below(6); i > 0; i--)
            put_field(&text);
        buf_put_c(&text, "---\n");
    }
    for (unsigned i = random_below(6); i > 0; i--)
        put_line(&text);
    buf_put_c(&text, "\n");
    fixture_write(&f, path, text.ptr);
    buf_release(&text);
}

static void put_answers(struct buf *out)
{
    static const char *const queries[] = {
        "type:session",  "type:nothing", "type:no*",      "tag:x",         "tag:x/y",      "tag:t*",
        "has:tag",       "lang:da",      "lang:pl",       "has:lang",      "no:lang",      "date:2025-12",
        "before:2026",   "has:date",     "handle:n1*",    "alias:zoe",     "alias:z*",     "has:alias",
        "has:heading",   "has:link",     "has:linked",    "link:n3",       "linked:n3",    "link:zoe",
        "status:open",   "status:done",  "status:inline", "status:>=o",    "depth:3",      "depth:7",
        "depth:2.5",     "depth:1..2",   "depth:>2",      "due:2026-01",   "due:<2026-02", "has:goals",
        "goals.gas:1",   "mentor:anna",  "mood:good",     "author:q*",     "task:open",    "task:done",
        "task:<2026-04", "has:title",    "words:>5",      "has:k\xc3\xb3", "-tag:x"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        buf_printf(out, "%s: %s\n", queries[i], fixture_query(&f, queries[i]));
}

static void put_sorted(struct buf *out, const char *key)
{
    struct sort sort;
    struct buf paths = {0};
    struct err err = {0};
    sort_parse(sv_of(key), &sort);
    buf_put_c(&paths, "");
    assert_done(catalogue_each(f.catalogue, NULL, &sort, 0, fixture_put_path, &paths, &err), &err);
    buf_printf(out, "%s: %s\n", key, paths.ptr);
    buf_release(&paths);
}

static void say_everything(struct buf *out)
{
    fixture_dump(&f, out);
    put_answers(out);
    static const char *const keys[] = {"title", "date", "depth", "-depth", "status", "due", "words", "goals.gas"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        put_sorted(out, keys[i]);
}

static void keep_catalogue(const char *from, const char *to)
{
    fixture_close_catalogue(&f);
    assert_int_equal(rename(sandbox_path(&f.box, from), sandbox_path(&f.box, to)), 0);
}

static void as_if_made_from_nothing(void **state)
{
    (void)state;
    struct buf kept = {0}, fresh = {0};
    fixture_open(&f);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < (round == 0 ? NOTES : EDITS); i++)
            edit();
        fixture_refresh(&f);
        say_everything(&kept);
        keep_catalogue(".git/chiron", ".git/kept");
        fixture_open(&f);
        say_everything(&fresh);
        assert_string_equal(kept.ptr, fresh.ptr);
        fixture_close_catalogue(&f);
        sandbox_remove(sandbox_path(&f.box, ".git/chiron"));
        keep_catalogue(".git/kept", ".git/chiron");
        fixture_open(&f);
    }
    buf_release(&kept);
    buf_release(&fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_if_made_from_nothing)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
