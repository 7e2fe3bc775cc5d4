#include "test.h"

#include "text/front.h"

#include <string.h>

static struct arena arena;
static struct err error;

static struct front parse(const char *note, status expected)
{
    struct front front;
    arena_reset(&arena);
    error = (struct err){0};
    status s = front_parse(sv_of(note), &arena, &front, &error);
    if (s != expected)
        print_error("%s: status %d: %s\n", note, s, error.text);
    assert_int_equal(s, expected);
    return front;
}

static void assert_none(const char *note)
{
    struct front front = parse(note, DONE);
    assert_false(front.present);
    assert_null(front.root);
    assert_int_equal(front.body, 0);
    assert_int_equal(front.body_line, 1);
}

static void it_stands_between_fences(void **state)
{
    static const char note[] = "---\ntitle: x\n---\nbody\n";
    (void)state;
    struct front front = parse(note, DONE);
    assert_true(front.present);
    assert_sv(sv_sub(sv_of(note), front.begin, front.end - front.begin), "title: x\n");
    assert_sv(sv_from(sv_of(note), front.body), "body\n");
    assert_int_equal(front.body_line, 4);
    const struct value *title = value_get(front.root, SV("title"));
    assert_sv(sv_sub(sv_of(note), title->begin, title->end - title->begin), "x");
    assert_int_equal(title->line, 2);
}

static void marks_line_ends_and_spaces_do_not_matter(void **state)
{
    static const char note[] = "\xef\xbb\xbf--- \r\na: 1\r\nb: x\r\n...\t\r\nbody";
    (void)state;
    struct front front = parse(note, DONE);
    assert_true(front.present);
    assert_sv(sv_from(sv_of(note), front.body), "body");
    assert_sv(value_text(value_get(front.root, SV("b"))), "x");
    assert_int_equal(value_get(front.root, SV("b"))->line, 3);
    assert_int_equal(front.root->members[1].key_begin, 3 + 6 + 6);
}

static void a_mark_alone_moves_the_body(void **state)
{
    (void)state;
    struct front front = parse("\xef\xbb\xbf# h\n", DONE);
    assert_false(front.present);
    assert_int_equal(front.body, 3);
    parse("\xef\xbb\xbf", DONE);
}

static void what_is_no_front_matter_stays_body(void **state)
{
    (void)state;
    assert_none("");
    assert_none("# Title\n---\na: 1\n---\n");
    assert_none(" ---\na: 1\n---\n");
    assert_none("\n---\na: 1\n---\n");
    assert_none("----\na: 1\n----\n");
    assert_none("---x\na: 1\n---\n");
    assert_none("---\n\nA paragraph.\n\n---\nmore\n");
    assert_none("---\nA sentence. Note: no key.\n---\n");
    assert_none("---\n");
    assert_none("---\njust text, never closed\n");
    assert_none("---\nText.\n\nFar below\n\nkey: value\n\n---\n");
}

static void nothing_between_is_an_empty_map(void **state)
{
    (void)state;
    struct front front = parse("---\n---\nbody", DONE);
    assert_true(front.present);
    assert_int_equal(front.root->kind, VALUE_MAP);
    assert_int_equal(front.root->count, 0);
    assert_true(parse("---\n\n---\n", DONE).present);
}

static void never_closed_is_said(void **state)
{
    (void)state;
    struct front front = parse("---\ntitle: x\n\nbody\n", MALFORMED);
    assert_false(front.present);
    assert_int_equal(front.body, 0);
    assert_non_null(strstr(error.text, "never closed"));
    assert_int_equal(error.line, 1);
}

static void broken_yaml_keeps_the_body(void **state)
{
    static const char note[] = "---\nvisibility: private\ntitle: [a\n---\nbody";
    (void)state;
    struct front front = parse(note, MALFORMED);
    assert_true(front.present);
    assert_null(front.root);
    assert_sv(sv_from(sv_of(note), front.body), "body");
    assert_int_equal(error.line, 4);
    front = parse("---\na: 1\na: 2\n---\n", MALFORMED);
    assert_true(front.present);
    assert_int_equal(error.line, 3);
    parse("---\n- key: in a list\nkey: x\n---\n", MALFORMED);
}

static void unusual_keys_count(void **state)
{
    (void)state;
    assert_true(parse("---\n# comment\nżółć-1_a: x\n---\n", DONE).present);
    assert_true(parse("---\nkey:\n  - a\n---\n", DONE).present);
    assert_true(parse("---\n\nkey: after a blank line\n---\n", DONE).present);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_stands_between_fences),        cmocka_unit_test(marks_line_ends_and_spaces_do_not_matter),
        cmocka_unit_test(a_mark_alone_moves_the_body),     cmocka_unit_test(what_is_no_front_matter_stays_body),
        cmocka_unit_test(nothing_between_is_an_empty_map), cmocka_unit_test(never_closed_is_said),
        cmocka_unit_test(broken_yaml_keeps_the_body),      cmocka_unit_test(unusual_keys_count),
    };
    int failed = cmocka_run_group_tests_name("text/front", tests, NULL, NULL);
    arena_release(&arena);
    return failed;
}
