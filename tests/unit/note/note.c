#include "note/fixture.h"

struct fixture {
    struct arena arena;
    struct types *types;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    fixture->types = fixture_types();
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    arena_release(&fixture->arena);
    types_free(fixture->types);
    free(fixture);
    return 0;
}

static struct note parse(void **state, const char *path, const char *text)
{
    struct fixture *fixture = *state;
    struct note note;
    fixture_parse(path, text, fixture->types, &fixture->arena, &note);
    return note;
}

static struct note parse_bytes(void **state, struct sv bytes)
{
    struct fixture *fixture = *state;
    struct note note;
    struct err err = {0};
    assert_int_equal(note_parse(SV("x.md"), bytes, fixture->types, &fixture->arena, &note, &err), DONE);
    return note;
}

static void test_names_of_notes(void **state)
{
    (void)state;
    static const char *const yes[] = {"a.md", "A.MD", "a.markdown", "a.b.Md", "ł.md"};
    static const char *const no[] = {"md", ".md", ".markdown", "a.mdx", "a.md~", "a", "", "a.txt"};
    for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
        assert_true(note_is_note_name(sv_of(yes[i])));
    for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
        assert_false(note_is_note_name(sv_of(no[i])));
}

static void test_titles(void **state)
{
    static const struct {
        const char *path, *text, *title;
    } cases[] = {
        {"a.md", "---\ntitle: Front\n---\n# Head\n", "Front"},
        {"a.md", "---\ntitle: 2026\n---\n# Head\n", "2026"},
        {"a.md", "---\ntitle: |\n  two\n  lines\n---\n", "two lines"},
        {"a.md", "---\ntitle:\n---\ntext\n\n## Second *level*\n\n# First\n", "Second level"},
        {"a.md", "---\ntitle: ~\n---\n# Head\n", "Head"},
        {"a.md", "---\ntitle: [x]\n---\n# Head\n", "Head"},
        {"a.md", "#\n\n# Head\n", "Head"},
        {"dir/first_meeting-with-anna.md", "text\n", "first meeting with anna"},
        {"dir/łódź.md", "", "łódź"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        assert_sv(parse(state, cases[i].path, cases[i].text).title, cases[i].title);
}

static void test_dates(void **state)
{
    static const struct {
        const char *path, *text, *date;
        bool from_name;
    } cases[] = {
        {"a.md", "---\ndate: 2026-01-31\n---\n", "2026-01-31", false},
        {"a.md", "---\ndate: 2026-01-31T10:00:00+01:00\n---\n", "2026-01-31", false},
        {"2025-12-01-a.md", "---\ndate: 2026-01-31\n---\n", "2026-01-31", false},
        {"2025-12-01-a.md", "---\ndate: soon\n---\n", "2025-12-01", true},
        {"logs/2025-12-01.md", "text\n", "2025-12-01", true},
        {"a.md", "text\n", "", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char text[DATE_TEXT_SIZE];
        struct note note = parse(state, cases[i].path, cases[i].text);
        assert_string_equal(date_format(note.date, text), cases[i].date);
        assert_int_equal(note.date_from_name, cases[i].from_name);
    }
}

static void assert_list(const struct sv *items, size_t count, const char *expected)
{
    struct buf joined = {0};
    buf_put_c(&joined, "");
    for (size_t i = 0; i < count; i++)
        buf_printf(&joined, "%s%.*s", i == 0 ? "" : "|", SV_ARG(items[i]));
    assert_sv(buf_view(&joined), expected);
    buf_release(&joined);
}

static void test_tags(void **state)
{
    static const struct {
        const char *text, *tags;
    } cases[] = {
        {"---\ntags:\n  - trust\n  - a/b\n---\n", "trust|a/b"},
        {"---\ntags: [\"#trust\", machine learning, ~]\n---\n", "trust|machine learning"},
        {"---\ntags: \"a, b #c  d\"\n---\n", "a|b|c|d"},
        {"---\ntag: one\n---\n", "one"},
        {"---\nkeywords: machine learning, trust\n---\n", "machine learning|trust"},
        {"---\nkeywords: machine learning\n---\n", "machine|learning"},
        {"---\ntags: [Trust, trust]\n---\ntext #TRUST and #new/one\n", "Trust|new/one"},
        {"text `#code` and #real\n\n```\n#fenced\n```\n", "real"},
        {"---\ntags: 2026\n---\n", "2026"},
        {"---\ntags: {a: b}\n---\n", ""},
        {"---\ntags:\n---\n", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct note note = parse(state, "a.md", cases[i].text);
        assert_list(note.tags, note.tag_count, cases[i].tags);
    }
}

static void test_aliases_and_lang(void **state)
{
    struct note note =
        parse(state, "a.md", "---\naliases: [Anna N., anna n., Ania]\nalias: Nowak, Anna\nlang: pl-PL\n---\n");
    assert_list(note.aliases, note.alias_count, "Anna N.|Ania|Nowak, Anna");
    assert_sv(note.lang, "pl-pl");
    assert_sv(parse(state, "a.md", "---\nlang: Polish\n---\n").lang, "");
    assert_sv(parse(state, "a.md", "text\n").lang, "");
}

static void test_types(void **state)
{
    struct note note = parse(state, "dir/s-1.md", "---\ntype: session\n---\n");
    assert_sv(note.type, "session");
    assert_sv(note.declared_type, "session");
    assert_sv(note.handle, "s-1");
    note = parse(state, "a.md", "---\ntype: post\n---\n");
    assert_sv(note.type, "note");
    assert_sv(note.declared_type, "post");
    note = parse(state, "a.md", "---\ntype: [log]\n---\n");
    assert_sv(note.type, "note");
    note = parse(state, "a.md", "text");
    assert_sv(note.type, "note");
    assert_sv(note.declared_type, "");
}

static void test_visibility_fails_on_the_narrow_side(void **state)
{
    static const struct {
        const char *text;
        bool has;
        enum visibility visibility;
    } cases[] = {
        {"---\nvisibility: pair\n---\n", true, VISIBILITY_PAIR},
        {"---\nvisibility: group\n---\n", true, VISIBILITY_GROUP},
        {"---\nvisibility: privat\n---\n", true, VISIBILITY_PRIVATE},
        {"---\nvisibility: [group]\n---\n", true, VISIBILITY_PRIVATE},
        {"---\nvisibility: group\nvisibility: group\n---\n", true, VISIBILITY_PRIVATE},
        {"---\nvisibility: group\na: [\n---\n", true, VISIBILITY_PRIVATE},
        {"---\nvisibility:\n---\n", false, VISIBILITY_PRIVATE},
        {"text\n", false, VISIBILITY_PRIVATE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct note note = parse(state, "a.md", cases[i].text);
        assert_int_equal(note.has_visibility, cases[i].has);
        if (note.has_visibility)
            assert_int_equal(note.visibility, cases[i].visibility);
    }
}

static void assert_found(const struct note *note, const char *rule, enum finding_level level, unsigned line,
                         unsigned column)
{
    const struct finding *finding = fixture_finding(&note->findings, rule);
    if (finding == NULL)
        fail_msg("no finding '%s'", rule);
    assert_int_equal(finding->level, level);
    assert_int_equal(finding->line, line);
    assert_int_equal(finding->column, column);
    assert_true(finding->message.len > 0);
}

static void test_broken_front_matter_is_still_a_note(void **state)
{
    struct note note = parse(state, "2026-01-31-x.md", "---\ntype: log\na: b\na: c\n---\n# Body [[link]] #tag\n");
    assert_found(&note, "front-matter", FINDING_ERROR, 4, 1);
    assert_null(note.front.root);
    assert_sv(note.title, "Body link #tag");
    assert_int_equal(note.tag_count, 1);
    assert_int_equal(note.outline.link_count, 1);
    assert_int_equal(note.date.year, 2026);
    note = parse(state, "x.md", "---\na: 1\nnever closed\n");
    assert_found(&note, "front-matter", FINDING_ERROR, 1, 1);
}

static void test_bytes_that_are_no_text(void **state)
{
    struct note note = parse_bytes(state, SV("# Head\n\nab\0cd [[x]]\n"));
    assert_found(&note, "nul-bytes", FINDING_ERROR, 3, 3);
    assert_null(fixture_finding(&note.findings, "too-hard"));
    assert_true(note.outline.plain);
    assert_sv(note.title, "Head");
    note = parse_bytes(state, SV("# G\xc5\x82owa\n\n\xc5\x82 caf\xe9\n"));
    assert_found(&note, "encoding", FINDING_ERROR, 3, 6);
    assert_false(note.utf8);
    assert_sv(note.title, "Głowa");
    note = parse_bytes(state, SV("\xef\xbb\xbf---\r\ntitle: T\r\n---\r\nbody\r\n"));
    assert_found(&note, "byte-order-mark", FINDING_STYLE, 1, 1);
    assert_sv(note.title, "T");
    assert_true(note.utf8);
    note = parse_bytes(state, SV("ok\n"));
    assert_int_equal(note.findings.count, 0);
}

static void test_conflict_markers(void **state)
{
    struct note note = parse(state, "x.md", "# A\n\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\n");
    assert_found(&note, "conflict-marker", FINDING_ERROR, 3, 1);
    note = parse(state, "x.md", "---\na: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n---\ntext\n");
    assert_found(&note, "conflict-marker", FINDING_ERROR, 3, 1);
    assert_non_null(fixture_finding(&note.findings, "front-matter"));
    note = parse(state, "x.md", "```\n<<<<<<< HEAD\n```\n");
    assert_int_equal(note.findings.count, 0);
}

static void test_too_hard_and_too_large(void **state)
{
    size_t len = NOTE_BYTES_MAX + 1;
    char *bytes = malloc(len);
    memset(bytes, '[', len);
    struct note note = parse_bytes(state, sv_make(bytes, 2 * 1024 * 1024));
    assert_non_null(fixture_finding(&note.findings, "too-hard"));
    assert_int_equal(fixture_finding(&note.findings, "too-hard")->level, FINDING_WARNING);
    memset(bytes, 'x', len);
    note = parse_bytes(state, sv_make(bytes, len));
    assert_found(&note, "too-large", FINDING_ERROR, 0, 0);
    assert_int_equal(note.bytes.len, 0);
    assert_sv(note.title, "x");
    free(bytes);
}

static void test_empty_note(void **state)
{
    struct note note = parse(state, "some-note.md", "");
    assert_sv(note.title, "some note");
    assert_int_equal(note.findings.count, 0);
    note = parse_bytes(state, (struct sv){0});
    assert_int_equal(note.findings.count, 0);
}

/* Whatever allocation fails, the answer is NO_MEMORY or the whole note. */
static void test_without_memory(void **state)
{
    struct fixture *fixture = *state;
    static const char text[] = "---\ntype: session\ncharter: \"[[c]]\"\ndate: 31.1.\nstatus: hold\ntags: [Łódź, b]\n"
                               "lang: PL\nx: \"[[y]]\"\n---\n# Head #tag\n\n[[link]] k:: v\n\n- [ ] task\n";
    bool failed = true;
    for (uint64_t n = 1; failed; n++) {
        struct arena arena = {0};
        struct note note;
        struct buf json = {0};
        struct err err = {0};
        memory_fail_at(n);
        status s = note_parse(SV("x.md"), sv_of(text), fixture->types, &arena, &note, &err);
        if (s == DONE)
            s = note_fields_json(&note, fixture->types, &json, &err);
        failed = memory_has_failed();
        memory_fail_at(0);
        if (s != (failed ? NO_MEMORY : DONE))
            fail_msg("allocation %zu: status %d, %s", (size_t)n, s, err.text);
        buf_release(&json);
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_notes),
        cmocka_unit_test(test_titles),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_aliases_and_lang),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_visibility_fails_on_the_narrow_side),
        cmocka_unit_test(test_broken_front_matter_is_still_a_note),
        cmocka_unit_test(test_bytes_that_are_no_text),
        cmocka_unit_test(test_conflict_markers),
        cmocka_unit_test(test_too_hard_and_too_large),
        cmocka_unit_test(test_empty_note),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
