#include "test.h"

#include "text/front.h"
#include "text/front_edit.h"
#include "text/yaml.h"
#include "text/yaml_write.h"

#include <string.h>

static struct arena arena;
static struct err error;
static struct buf out;

/* "x" or "'[x": a text; "=3": a scalar without quotes; "[a, 1]": a list, as front matter writes it. */
static const struct value *make_value(const char *words)
{
    if (words == NULL)
        return NULL;
    if (words[0] == '=')
        return yaml_plain(&arena, sv_of(words + 1));
    if (words[0] == '\'')
        return yaml_text(&arena, sv_of(words + 1));
    if (words[0] != '[' && words[0] != '{')
        return yaml_text(&arena, sv_of(words));
    struct value *list;
    assert_done(yaml_parse(sv_of(words), &yaml_limits_file, 1, &arena, &list, &error), &error);
    return list;
}

static status edit(const char *note, enum front_action action, const char *path, const char *value)
{
    struct front_change change = {.action = action, .path = sv_of(path), .value = make_value(value)};
    error = (struct err){0};
    buf_clear(&out);
    return front_edit(sv_of(note), &change, 1, &out, &error);
}

static void check(int line, const char *note, enum front_action action, const char *path, const char *value,
                  const char *expected)
{
    status s = edit(note, action, path, value);
    if (s != DONE || !sv_eq_c(buf_view(&out), expected)) {
        print_error("line %d: %s = %s: status %d: %u:%u %s\n--- is\n%.*s--- is not\n%s", line, path,
                    value != NULL ? value : "", s, error.line, error.column, error.text, SV_ARG(buf_view(&out)),
                    expected);
        fail();
    }
    arena_reset(&arena);
}

static void check_refused(int line, const char *note, enum front_action action, const char *path, const char *value,
                          status code, unsigned at_line, const char *words)
{
    status s = edit(note, action, path, value);
    if (s != code || error.line != at_line || strstr(error.text, words) == NULL || out.len > 0) {
        print_error("line %d: %s: status %d: %u:%u %s\n%.*s", line, path, s, error.line, error.column, error.text,
                    SV_ARG(buf_view(&out)));
        fail();
    }
    arena_reset(&arena);
}

#define SET(note, path, value, expected)    check(__LINE__, note, FRONT_SET, path, value, expected)
#define UNSET(note, path, expected)         check(__LINE__, note, FRONT_UNSET, path, NULL, expected)
#define ADD(note, path, value, expected)    check(__LINE__, note, FRONT_ADD, path, value, expected)
#define REMOVE(note, path, value, expected) check(__LINE__, note, FRONT_REMOVE, path, value, expected)
#define REFUSE(note, action, path, value, code, at_line, words)                                                        \
    check_refused(__LINE__, note, action, path, value, code, at_line, words)

static void a_scalar_is_replaced_where_it_stands(void **state)
{
    (void)state;
    SET("---\n# why\nstatus:   draft   # not yet\nx: 1\n---\nbody \xff\n", "status", "active",
        "---\n# why\nstatus:   active   # not yet\nx: 1\n---\nbody \xff\n");
    SET("\xef\xbb\xbf---\r\na: 1 \r\nb: x\r\n...\r\nbody\n", "a", "=2",
        "\xef\xbb\xbf---\r\na: 2 \r\nb: x\r\n...\r\nbody\n");
    SET("---\ntitle: a long\n  title on\n  three lines\nx: 1\n---\n", "title", "short",
        "---\ntitle: short\nx: 1\n---\n");
    SET("---\ntitle: \"a long\n  title\" # c\nx: 1\n---\n", "title", "b", "---\ntitle: \"b\" # c\nx: 1\n---\n");
    SET("---\na: {b: 1, c: [x, y]}\n---\n", "a.c[1]", "z", "---\na: {b: 1, c: [x, z]}\n---\n");
    SET("---\ngoals:\n  - id: a\n    gas: -1 # low\n  - id: b\n---\n", "goals[0].gas", "=1",
        "---\ngoals:\n  - id: a\n    gas: 1 # low\n  - id: b\n---\n");
    SET("---\na: x\n---\n", "a", "x", "---\na: x\n---\n");
}

static void quotes_stay_where_they_may(void **state)
{
    (void)state;
    SET("---\na: \"x\"\n---\n", "a", "y", "---\na: \"y\"\n---\n");
    SET("---\na: 'x'\n---\n", "a", "it's", "---\na: 'it''s'\n---\n");
    SET("---\na: 'x'\n---\n", "a", "a\tb", "---\na: \"a\\tb\"\n---\n");
    SET("---\na: \"[[x]]\"\n---\n", "a", "'[[y]]", "---\na: \"[[y]]\"\n---\n");
    SET("---\na: \"3\"\n---\n", "a", "=4", "---\na: 4\n---\n");
    SET("---\na: '2026-01-01'\n---\n", "a", "=2026-01-02", "---\na: '2026-01-02'\n---\n");
    SET("---\na: 2026-01-01\n---\n", "a", "=2026-01-02", "---\na: 2026-01-02\n---\n");
}

static void what_would_read_as_something_else_is_quoted(void **state)
{
    static const char *const texts[] = {
        "yes", "No",   "on",           "null",  "~",  "true", "2026-01-01", "1e3",
        "12",  "0x1f", "1_000",        "12:30", ".5", ".inf", "-x",         "- x",
        "#x",  ":x",   "a: b",         "a #b",  "a:", "@x",   "`x",         "%x",
        "&x",  "*x",   "!x",           "{{x}}", "",   " x",   "x ",         "...",
        "---", "?",    "2001-1-1 1:2", "=",     "|",  ">",    "a\x01",      "a\xef\xbb\xbf"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct value *text = yaml_text(&arena, sv_of(texts[i]));
        struct front_change change = {.path = SV("a"), .value = text};
        buf_clear(&out);
        assert_done(front_edit(SV("---\na: x\n---\n"), &change, 1, &out, &error), &error);
        char after = out.ptr[7];
        if (after != '"' && after != '\'')
            fail_msg("%s", out.ptr);
    }
    SET("---\na: x\n---\n", "a", "C:\\new", "---\na: C:\\new\n---\n");
    SET("---\na: x\n---\n", "a", "- \"x\"", "---\na: '- \"x\"'\n---\n");
    SET("---\na: x\n---\n", "a", "it's 5, they said: x", "---\na: \"it's 5, they said: x\"\n---\n");
    SET("---\na: x\n---\n", "a", "2026-03-26-henrik-oskar", "---\na: 2026-03-26-henrik-oskar\n---\n");
    SET("---\na: [x]\n---\n", "a[0]", "b, c", "---\na: [\"b, c\"]\n---\n");
}

static void lines_become_a_block_where_they_can(void **state)
{
    (void)state;
    SET("---\na: x\nb: 1\n---\n", "a", "one\n\n  two\n", "---\na: |\n  one\n\n    two\nb: 1\n---\n");
    SET("---\na: x\nb: 1\n---\n", "a", "one\ntwo", "---\na: |-\n  one\n  two\nb: 1\n---\n");
    SET("---\r\na: x\r\n---\r\n", "a", "one\ntwo", "---\r\na: |-\r\n  one\r\n  two\r\n---\r\n");
    SET("---\na: x # c\n---\n", "a", "one\ntwo", "---\na: \"one\\ntwo\" # c\n---\n");
    SET("---\na: x\n---\n", "a", "one \ntwo", "---\na: \"one \\ntwo\"\n---\n");
    SET("---\na: x\n---\n", "a", " one\ntwo", "---\na: \" one\\ntwo\"\n---\n");
    SET("---\na: |\n  old\n  text\n\n# c\nb: 1\n---\n", "a", "new", "---\na: new\n\n# c\nb: 1\n---\n");
    SET("---\na: > # why\n  old\nb: 1\n---\n", "a", "new", "---\na: new # why\nb: 1\n---\n");
    SET("---\na: x \n---\n", "a", "one\ntwo", "---\na: \"one\\ntwo\" \n---\n");
    SET("---\na: x\n\n  # c\n---\n", "a", "one\ntwo", "---\na: \"one\\ntwo\"\n\n  # c\n---\n");
    SET("---\na: [x]\n---\n", "a[0]", "one\ntwo", "---\na: [\"one\\ntwo\"]\n---\n");
    SET("---\na:\n  - x\n---\n", "a[0]", "one\ntwo", "---\na:\n  - |-\n    one\n    two\n---\n");
}

static void an_empty_value_is_filled(void **state)
{
    (void)state;
    SET("---\na:\nb: 1\n---\n", "a", "x", "---\na: x\nb: 1\n---\n");
    SET("---\na: \nb: 1\n---\n", "a", "x", "---\na: x\nb: 1\n---\n");
    SET("---\na:   # later\nb: 1\n---\n", "a", "x", "---\na: x   # later\nb: 1\n---\n");
    SET("---\na: ~\n---\n", "a", "x", "---\na: x\n---\n");
    SET("---\na:\n  -\n  - y\n---\n", "a[0]", "x", "---\na:\n  - x\n  - y\n---\n");
    SET("---\na: {b: , c: 1}\n---\n", "a.b", "x", "---\na: {b: x, c: 1}\n---\n");
    SET("---\na: # c\nb: 1\n---\n", "a", "[x, 2]", "---\na: # c\n  - x\n  - 2\nb: 1\n---\n");
}

static void a_missing_key_is_added(void **state)
{
    (void)state;
    SET("---\na: 1\n---\nbody", "b", "x", "---\na: 1\nb: x\n---\nbody");
    SET("---\r\na: 1\r\n---\r\nbody", "b", "x", "---\r\na: 1\r\nb: x\r\n---\r\nbody");
    SET("---\na:\n  - x\n  # more to come\n# end\n---\n", "b", "x",
        "---\na:\n  - x\n  # more to come\nb: x\n# end\n---\n");
    SET("---\na: |+\n  x\n\n\n---\n", "b", "x", "---\na: |+\n  x\n\n\nb: x\n---\n");
    SET("---\n\n---\n", "b", "x", "---\n\nb: x\n---\n");
    SET("---\n# no key\n---\n", "b", "x", "---\nb: x\n---\n---\n# no key\n---\n");
    SET("---\n---\nbody", "b", "x", "---\nb: x\n---\nbody");
    SET("body\n---\n", "b", "x", "---\nb: x\n---\nbody\n---\n");
    SET("", "b", "x", "---\nb: x\n---\n");
    SET("\xef\xbb\xbf"
        "body\r\n",
        "b", "x",
        "\xef\xbb\xbf"
        "---\r\nb: x\r\n---\r\nbody\r\n");
    SET("---\ngoals:\n  - id: a\n  - id: b\n    gas: 1\nx: 1\n---\n", "goals[0].gas", "=0",
        "---\ngoals:\n  - id: a\n    gas: 0\n  - id: b\n    gas: 1\nx: 1\n---\n");
    SET("---\ngoals:\n- id: a\n\n- id: b\nx: 1\n---\n", "goals[1].gas", "=0",
        "---\ngoals:\n- id: a\n\n- id: b\n  gas: 0\nx: 1\n---\n");
    SET("---\ngoals:\n  -   # the first\n    id: a\n---\n", "goals[0].gas", "=0",
        "---\ngoals:\n  -   # the first\n    id: a\n    gas: 0\n---\n");
    SET("---\na: { b: 1 }\n---\n", "a.c", "=2", "---\na: { b: 1, c: 2 }\n---\n");
    SET("---\na: {}\n---\n", "a.c", "=2", "---\na: {c: 2}\n---\n");
    SET("---\na: 1\n---\n", "signed.anna", "=2026-01-01", "---\na: 1\nsigned:\n  anna: 2026-01-01\n---\n");
    SET("---\na:\n---\n", "a.b.c", "x", "---\na:\n  b:\n    c: x\n---\n");
    SET("---\na: 1\n---\n", "on", "x", "---\na: 1\n\"on\": x\n---\n");
}

static void a_missing_key_goes_where_it_is_asked_to(void **state)
{
    (void)state;
    struct front_change change = {.path = SV("m"), .after = SV("a"), .value = yaml_text(&arena, SV("x"))};
    buf_clear(&out);
    assert_done(front_edit(SV("---\na:\n  - 1\nb: 2\n---\n"), &change, 1, &out, &error), &error);
    assert_sv(buf_view(&out), "---\na:\n  - 1\nm: x\nb: 2\n---\n");
    change = (struct front_change){.path = SV("m"), .after = SV("zz"), .before = SV("a"), .value = change.value};
    buf_clear(&out);
    assert_done(front_edit(SV("---\na:\n  - 1\nb: 2\n---\n"), &change, 1, &out, &error), &error);
    assert_sv(buf_view(&out), "---\nm: x\na:\n  - 1\nb: 2\n---\n");
}

static void a_key_is_taken_out_with_its_lines(void **state)
{
    (void)state;
    UNSET("---\na: 1\n# of b\nb: |\n  x # y\n\n# of c\nc: 3 # d\n---\n", "b",
          "---\na: 1\n# of b\n\n# of c\nc: 3 # d\n---\n");
    UNSET("---\na: 1\nb:\n  - x\n  # inner\nc: 3\n---\n", "b", "---\na: 1\nc: 3\n---\n");
    UNSET("---\na: 1\n---\nx", "a", "---\n---\nx");
    UNSET("---\na: 1\n---\nx", "b", "---\na: 1\n---\nx");
    UNSET("x", "b", "x");
    UNSET("---\na: {b: 1, c: 2}\n---\n", "a.b", "---\na: {c: 2}\n---\n");
    UNSET("---\na: {b: 1, c: 2}\n---\n", "a.c", "---\na: {b: 1}\n---\n");
    UNSET("---\na: {b: 1, }\n---\n", "a.b", "---\na: {}\n---\n");
    UNSET("---\na: [\n  b, # of b\n  c # of c\n  ]\n---\n", "a[1]", "---\na: [\n  b # of b\n   # of c\n  ]\n---\n");
    UNSET("---\ng:\n  - x\n  -\n# - c\n    k: 1\n---\n", "g[1]", "---\ng:\n  - x\n---\n");
    UNSET("---\ng:\n  - id: a # x\n    # of b\n    b: 1\n---\n", "g[0].id", "---\ng:\n  - # of b\n    b: 1\n---\n");
    UNSET("---\ng:\n  - id: a\n    b: 1\n---\n", "g[0].id", "---\ng:\n  - b: 1\n---\n");
    UNSET("---\ng:\n  - id: a\n    b: 1\n---\n", "g[0].b", "---\ng:\n  - id: a\n---\n");
    UNSET("---\ng:\n  - id: a\n---\n", "g[0].id", "---\ng:\n  - {}\n---\n");
    UNSET("---\ns: # c\n  anna: 1\nx: 1\n---\n", "s.anna", "---\ns: {} # c\nx: 1\n---\n");
}

static void elements_are_added_once(void **state)
{
    (void)state;
    ADD("---\ntags:\n  - a\n  - b # c\nx: 1\n---\n", "tags", "z", "---\ntags:\n  - a\n  - b # c\n  - z\nx: 1\n---\n");
    ADD("---\ntags:\n- a\nx: 1\n---\n", "tags", "z", "---\ntags:\n- a\n- z\nx: 1\n---\n");
    ADD("---\ntags:\n  -   a\n---\n", "tags", "z", "---\ntags:\n  -   a\n  -   z\n---\n");
    ADD("---\ntags:\n  - # c\n    a\n---\n", "tags", "z", "---\ntags:\n  - # c\n    a\n  - z\n---\n");
    ADD("---\ntags: [a, b ] # c\n---\n", "tags", "z", "---\ntags: [a, b, z ] # c\n---\n");
    ADD("---\ntags: [\"a\"]\n---\n", "tags", "z", "---\ntags: [\"a\", \"z\"]\n---\n");
    ADD("---\ntags: [ ]\n---\n", "tags", "z", "---\ntags: [z]\n---\n");
    ADD("---\ntags:\n  - a\n---\n", "tags", "a", "---\ntags:\n  - a\n---\n");
    ADD("---\nx: 1\n---\n", "tags", "a", "---\nx: 1\ntags:\n  - a\n---\n");
    ADD("---\nl:\n- 1\ntags: # c\nx: 1\n---\n", "tags", "a", "---\nl:\n- 1\ntags: # c\n- a\nx: 1\n---\n");
    ADD("---\nmentor: anna # c\nx: 1\n---\n", "mentor", "ewa", "---\nmentor: # c\n  - anna\n  - ewa\nx: 1\n---\n");
    ADD("---\na: {m: 'x'}\n---\n", "a.m", "=2026-01-01", "---\na: {m: [x, 2026-01-01]}\n---\n");
    ADD("---\na: {m: x}\n---\n", "a.m", "z", "---\na: {m: [x, z]}\n---\n");
    SET("---\ngoals:\n  - id: a\n    gas: 1\n---\n", "goals[+].id", "b",
        "---\ngoals:\n  - id: a\n    gas: 1\n  - id: b\n---\n");
    SET("---\nx: 1\n---\n", "goals[+].id", "b", "---\nx: 1\ngoals:\n  - id: b\n---\n");
    SET("---\nneeds: [{skill: a}]\n---\n", "needs[+].skill", "b", "---\nneeds: [{skill: a}, {skill: b}]\n---\n");
}

static void elements_are_removed(void **state)
{
    (void)state;
    REMOVE("---\ntags:\n  - a # x\n  # of b\n  - b\n---\n", "tags", "a", "---\ntags:\n  # of b\n  - b\n---\n");
    REMOVE("---\ntags:\n  - a\n  - b\n  - a\nx: 1\n---\n", "tags", "a", "---\ntags:\n  - b\nx: 1\n---\n");
    REMOVE("---\ntags:\n  - a\nx: 1\n---\n", "tags", "a", "---\ntags: []\nx: 1\n---\n");
    REMOVE("---\ntags: [a, b, c]\n---\n", "tags", "b", "---\ntags: [a, c]\n---\n");
    REMOVE("---\ntags: [a, b, c]\n---\n", "tags", "c", "---\ntags: [a, b]\n---\n");
    REMOVE("---\ntags: [ a ]\n---\n", "tags", "a", "---\ntags: []\n---\n");
    REMOVE("---\nmentor: a\nx: 1\n---\n", "mentor", "a", "---\nx: 1\n---\n");
    REMOVE("---\nmentor: a\nx: 1\n---\n", "mentor", "b", "---\nmentor: a\nx: 1\n---\n");
    REMOVE("---\nx: 1\n---\n", "mentor", "b", "---\nx: 1\n---\n");
}

static void a_whole_list_keeps_what_stays(void **state)
{
    (void)state;
    SET("---\nt:\n  - a # of a\n  - b\n  - c # of c\n---\n", "t", "[x, a, y, c, z]",
        "---\nt:\n  - x\n  - a # of a\n  - y\n  - c # of c\n  - z\n---\n");
    SET("---\nt:\n  - a\n  - b\nx: 1\n---\n", "t", "[c]", "---\nt:\n  - c\nx: 1\n---\n");
    SET("---\nt:\n  - a\n  - b\nx: 1\n---\n", "t", "[]", "---\nt: []\nx: 1\n---\n");
    SET("---\nt:\n  - a # of a\n  - b\n---\n", "t", "[b, a]", "---\nt:\n  - b\n  - a\n---\n");
    SET("---\nt:\n- a\nx: 1\n---\n", "t", "{k: v}", "---\nt:\n  k: v\nx: 1\n---\n");
    SET("---\nt: [a, b]\n---\n", "t", "[b, c]", "---\nt: [b, c]\n---\n");
    SET("---\nt: [a]\n---\n", "t", "[c, d]", "---\nt: [c, d]\n---\n");
    SET("---\nt: a\nx: 1\n---\n", "t", "[c, d]", "---\nt:\n  - c\n  - d\nx: 1\n---\n");
    SET("---\nt:\n  - a\n  - b # c\nx: 1\n---\n", "t", "q", "---\nt: q\nx: 1\n---\n");
    SET("---\nt:\n  - - a\n    - b\n  - c\n---\n", "t[0]", "q", "---\nt:\n  - q\n  - c\n---\n");
}

static void what_is_not_understood_is_refused_with_its_place(void **state)
{
    (void)state;
    REFUSE("---\na: &x 1\n---\n", FRONT_SET, "b", "x", MALFORMED, 2, "anchors");
    REFUSE("---\na: !!str 1\n---\n", FRONT_SET, "b", "x", MALFORMED, 2, "tags");
    REFUSE("---\na: 1\nb: 1\na: 2\n---\n", FRONT_UNSET, "b", NULL, MALFORMED, 4, "again");
    REFUSE("---\na: [1\n---\n", FRONT_SET, "a", "x", MALFORMED, 3, "invalid YAML");
    REFUSE("---\na: 1\n", FRONT_SET, "a", "x", MALFORMED, 1, "never closed");
    REFUSE("---\na: 1\n? b\n: 2\n---\n", FRONT_SET, "b", "x", REFUSED, 3, "by hand");
    REFUSE("---\na: 1\n---\n", FRONT_SET, "a.b", "x", USAGE, 2, "a single value");
    REFUSE("---\na: [x]\n---\n", FRONT_SET, "a[1]", "x", USAGE, 2, "[+]");
    REFUSE("---\na: [x]\n---\n", FRONT_SET, "a.b", "x", USAGE, 2, "a list");
    REFUSE("---\na: {b: 1}\n---\n", FRONT_ADD, "a", "x", USAGE, 2, "a map");
    REFUSE("---\na: 1\n---\n", FRONT_SET, "b[3]", "x", USAGE, 2, "past the end");
    REFUSE("---\na: 1\n---\n", FRONT_SET, "a..b", "x", USAGE, 0, "no path");
    REFUSE("---\na: 1\n---\n", FRONT_SET, "a[x]", "x", USAGE, 0, "no path");
    REFUSE("---\na: 1\n---\n", FRONT_SET, "", "x", USAGE, 0, "no path");
    REFUSE("---\na: 1\n---\n", FRONT_SET, "b", "\xff", USAGE, 0, "UTF-8");
    /* A front matter of comments alone would be text. */
    REFUSE("---\na: 1\n# c\n---\n", FRONT_UNSET, "a", NULL, REFUSED, 2, "taken for text");
    /* YAML ends a line here, and nobody else does. */
    REFUSE("---\na: x\xe2\x80\xa8"
           "b: 1\nc: 2\n---\n",
           FRONT_UNSET, "a", NULL, FAILED, 2, "internal error");
}

static void changes_are_made_in_order_or_not_at_all(void **state)
{
    struct front_change changes[] = {
        {.path = SV("a"), .value = yaml_text(&arena, SV("x"))},
        {.action = FRONT_UNSET, .path = SV("b")},
        {.action = FRONT_ADD, .path = SV("l"), .value = yaml_text(&arena, SV("x"))},
        {.action = FRONT_UNSET, .path = SV("nowhere")},
    };
    (void)state;
    buf_clear(&out);
    assert_done(front_edit(SV("---\nb: 1\n---\n"), changes, 4, &out, &error), &error);
    assert_sv(buf_view(&out), "---\na: x\nl:\n  - x\n---\n");
    assert_true(changes[0].changed && changes[1].changed && changes[2].changed && !changes[3].changed);
    changes[3].path = SV("a.b");
    buf_clear(&out);
    assert_int_equal(front_edit(SV("---\nb: 1\n---\n"), changes, 4, &out, &error), USAGE);
    assert_int_equal(out.len, 0);
}

static void memory_that_runs_out_is_an_error(void **state)
{
    (void)state;
    struct front_change change = {.path = SV("g[+].n"), .value = yaml_text(&arena, SV("x"))};
    for (uint64_t n = 1;; n++) {
        struct buf into = {0};
        error = (struct err){0};
        memory_fail_at(n);
        status s = front_edit(SV("---\na: 1\ng:\n  - b: 1\n---\nbody"), &change, 1, &into, &error);
        bool fired = memory_has_failed();
        memory_fail_at(0);
        assert_true(s == DONE ? into.len > 0 : into.len == 0);
        buf_release(&into);
        if (!fired)
            break;
        assert_int_equal(s, NO_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scalar_is_replaced_where_it_stands),
        cmocka_unit_test(quotes_stay_where_they_may),
        cmocka_unit_test(what_would_read_as_something_else_is_quoted),
        cmocka_unit_test(lines_become_a_block_where_they_can),
        cmocka_unit_test(an_empty_value_is_filled),
        cmocka_unit_test(a_missing_key_is_added),
        cmocka_unit_test(a_missing_key_goes_where_it_is_asked_to),
        cmocka_unit_test(a_key_is_taken_out_with_its_lines),
        cmocka_unit_test(elements_are_added_once),
        cmocka_unit_test(elements_are_removed),
        cmocka_unit_test(a_whole_list_keeps_what_stays),
        cmocka_unit_test(what_is_not_understood_is_refused_with_its_place),
        cmocka_unit_test(changes_are_made_in_order_or_not_at_all),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_release(&arena);
    buf_release(&out);
    return failed;
}
