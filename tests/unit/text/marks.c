#include "test.h"

#include "text/marks.h"

static void assert_wikilink(const char *text, const char *target, const char *anchor, const char *label)
{
    struct sv s = sv_of(text);
    struct wikilink link;
    assert_true(wikilink_at(s, 0, &link));
    assert_int_equal(link.end, s.len);
    assert_true(sv_eq_c(link.target, target));
    assert_true(sv_eq_c(link.anchor, anchor));
    assert_true(sv_eq_c(link.label, label));
    assert_true(sv_eq(sv_sub(s, link.target_begin, link.target.len), link.target));
}

static void wikilinks_have_three_parts(void **state)
{
    (void)state;
    assert_wikilink("[[a]]", "a", "", "");
    assert_wikilink("[[dir/a b#h c|l m]]", "dir/a b", "h c", "l m");
    assert_wikilink("[[ a | b ]]", "a", "", "b");
    assert_wikilink("[[a\\|b]]", "a", "", "b");
    assert_wikilink("[[#h]]", "", "h", "");
    assert_wikilink("[[a#^id]]", "a", "^id", "");
    assert_wikilink("[[a#h#sub]]", "a", "h#sub", "");
    assert_wikilink("[[żółć|ć]]", "żółć", "", "ć");
}

static void what_is_no_wikilink(void **state)
{
    static const char *const texts[] = {"[[]]",   "[[ ]]",   "[[a]", "[[a\nb]]", "[[a[b]]",
                                        "[[|x]]", "[[a] ]]", "[[",   "[[#]]"};
    struct wikilink link;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(wikilink_at(sv_of(texts[i]), 0, &link));
}

/* The tag at the '#' of `text`, or "". */
static struct sv tag(const char *text)
{
    struct sv s = sv_of(text);
    size_t at = sv_chr(s, '#');
    return sv_sub(s, at, tag_at(s, at));
}

static void tags_hold_letters_of_any_script(void **state)
{
    (void)state;
    assert_sv(tag("#a/b-c_d."), "#a/b-c_d");
    assert_sv(tag("(#żółć)"), "#żółć");
    assert_sv(tag("„#中文”"), "#中文");
    assert_sv(tag("#2026-goals"), "#2026-goals");
    assert_sv(tag("#1a"), "#1a");
    assert_sv(tag("#a/"), "#a");
    assert_sv(tag("x, #a"), "#a");
}

static void what_is_no_tag(void **state)
{
    static const char *const texts[] = {"#12", "#",  "# a", "a#b", "ż#b", "/#a", "&#x1f;", "[#a]",
                                        "=#a", "#-", "#/a", "##a", ".#a", "-#a", "#!"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (tag(texts[i]).len > 0)
            print_error("%s\n", texts[i]);
        assert_int_equal(tag(texts[i]).len, 0);
    }
}

static void block_ids_end_a_line(void **state)
{
    (void)state;
    assert_int_equal(block_id_at(SV("x ^ab-1"), 2), 5);
    assert_int_equal(block_id_at(SV("^a \t\nx"), 0), 2);
    assert_int_equal(block_id_at(SV("x\n^a\r\n"), 2), 2);
    assert_int_equal(block_id_at(SV("x^a"), 1), 0);
    assert_int_equal(block_id_at(SV("^a b"), 0), 0);
    assert_int_equal(block_id_at(SV("^"), 0), 0);
    assert_int_equal(block_id_at(SV("^a_b"), 0), 0);
}

static void fields_have_keys_and_values(void **state)
{
    struct field_mark field;
    (void)state;
    assert_true(line_field_at(SV("Some key::  a value \nx"), 0, &field));
    assert_sv(field.key, "Some key");
    assert_sv(field.value, "a value");
    assert_true(line_field_at(SV("key::"), 0, &field));
    assert_sv(field.value, "");
    assert_true(bracket_field_at(SV("[k:: a [[b]] c] d"), 0, &field));
    assert_sv(field.value, "a [[b]] c");
    assert_int_equal(field.end, 15);
    assert_true(bracket_field_at(SV("(k:: f(x))"), 0, &field));
    assert_sv(field.value, "f(x)");
}

static void what_is_no_field(void **state)
{
    struct field_mark field;
    (void)state;
    assert_false(line_field_at(SV("std::vector"), 0, &field));
    assert_false(line_field_at(SV(":: x"), 0, &field));
    assert_false(line_field_at(SV("a: b"), 0, &field));
    assert_false(line_field_at(SV("a (b):: c"), 0, &field));
    assert_false(bracket_field_at(SV("[k:: a\nb]"), 0, &field));
    assert_false(bracket_field_at(SV("(a)"), 0, &field));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wikilinks_have_three_parts),
        cmocka_unit_test(what_is_no_wikilink),
        cmocka_unit_test(tags_hold_letters_of_any_script),
        cmocka_unit_test(what_is_no_tag),
        cmocka_unit_test(block_ids_end_a_line),
        cmocka_unit_test(fields_have_keys_and_values),
        cmocka_unit_test(what_is_no_field),
    };
    return cmocka_run_group_tests_name("text/marks", tests, NULL, NULL);
}
