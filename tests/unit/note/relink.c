#include "fixture.h"

#include "note/relink.h"

static struct types *types;
static struct buf out;
static size_t count;

struct move {
    const char *from, *to;
    unsigned asked;
};

static struct sv moved(const struct link *link, void *payload)
{
    struct move *move = payload;
    move->asked++;
    return sv_eq_c(link->target, move->from) ? sv_of(move->to) : (struct sv){0};
}

static status relink(const char *text, const char *from, const char *to, struct err *err)
{
    struct arena arena = {0};
    struct note note;
    struct move move = {.from = from, .to = to};
    fixture_parse("a/b.md", text, types, &arena, &note);
    buf_clear(&out);
    count = 0;
    status s = note_relink(&note, types, moved, &move, &out, &count, err);
    arena_release(&arena);
    return s;
}

static void check(int line, const char *text, const char *from, const char *to, const char *expected, size_t places)
{
    struct err err = {0};
    status s = relink(text, from, to, &err);
    if (s != DONE || !sv_eq_c(buf_view(&out), expected) || count != places)
        fail_msg("line %d: status %d: %s\n%zu places:\n%.*s", line, s, err.text, count, SV_ARG(buf_view(&out)));
}

static void refuse(int line, const char *text, const char *from, const char *to)
{
    struct err err = {0};
    status s = relink(text, from, to, &err);
    if (s != REFUSED || out.len > 0 || strstr(err.text, "cannot lead to") == NULL || err.line == 0)
        fail_msg("line %d: status %d: %s\n%.*s", line, s, err.text, SV_ARG(buf_view(&out)));
}

#define RELINK(text, from, to, expected, places) check(__LINE__, text, from, to, expected, places)
#define REFUSE(text, from, to)                   refuse(__LINE__, text, from, to)

static void every_form_of_a_body_is_led_elsewhere(void **state)
{
    (void)state;
    RELINK("[[old]] [[ old#A b|c]] ![[old#^x]] [[older]] `[[old]]`\r\n", "old", "dir/new ą",
           "[[dir/new ą]] [[ dir/new ą#A b|c]] ![[dir/new ą#^x]] [[older]] `[[old]]`\r\n", 3);
    RELINK("| a | b |\n| - | - |\n| [[old\\|x]] | y |\n", "old", "new", "| a | b |\n| - | - |\n| [[new\\|x]] | y |\n",
           1);
    RELINK("[a](old.md) [b](old.md#c \"t\") ![d](<old.md>) \xff", "old.md", "../new dir/x.md",
           "[a](../new%20dir/x.md) [b](../new%20dir/x.md#c \"t\") ![d](<../new dir/x.md>) \xff", 3);
    RELINK("[a][r] [r] ![b][r]\n\n[r]: old.md 'title'\n", "old.md", "new.md",
           "[a][r] [r] ![b][r]\n\n[r]: new.md 'title'\n", 1);
    RELINK("[![i](old.md) and [[old.md]]](old.md)", "old.md", "new.md", "[![i](new.md) and [[new.md]]](new.md)", 3);
    RELINK("[a](https://old.md) [b](#old.md) <https://old.md>", "https://old.md", "x",
           "[a](https://old.md) [b](#old.md) <https://old.md>", 0);
}

static void targets_are_encoded_as_the_old_ones(void **state)
{
    (void)state;
    RELINK("[a](o%20d.md) [b](<o%20d.md>)", "o d.md", "n w.md", "[a](n%20w.md) [b](<n%20w.md>)", 2);
    RELINK("[a](%C3%B3.md)", "\u00f3.md", "\u0142 x.md", "[a](%C5%82%20x.md)", 1);
    RELINK("[a](\u00f3.md)", "\u00f3.md", "\u0142.md", "[a](\u0142.md)", 1);
    RELINK("[a](o.md)", "o.md", "a (1).md", "[a](a%20(1).md)", 1);
    RELINK("[a](o.md)", "o.md", "a).md", "[a](a%29.md)", 1);
    RELINK("[a](o.md)", "o.md", "50%25 #1 <b>.md", "[a](50%2525%20%231%20%3Cb%3E.md)", 1);
    RELINK("[a](o.md)", "o.md", "a&amp;b\\.md", "[a](a%26amp;b%5C.md)", 1);
    RELINK("[a](o.md)", "o.md", "x:y.md", "[a](x%3Ay.md)", 1);
}

static void references_of_the_front_matter_are_led_elsewhere(void **state)
{
    (void)state;
    RELINK("---\ntype: charter\nmentor: old # c\nmentee:\n  - \"[[old|O]]\"\nsigned:\n  old: 2026-01-01\nrelated: "
           "[[old]]\n---\n",
           "old", "new",
           "---\ntype: charter\nmentor: new # c\nmentee:\n  - \"[[new|O]]\"\nsigned:\n  new: 2026-01-01\nrelated: "
           "[[new]]\n---\n",
           4);
    RELINK("---\ntype: charter\nmentor: old # c\nmentee: '[[old]]'\nx: \"[[old]]\"\n---\n", "old", "it's \"2\"",
           "---\ntype: charter\nmentor: it's \"2\" # c\nmentee: '[[it''s \"2\"]]'\nx: \"[[it's \\\"2\\\"]]\"\n---\n",
           3);
    RELINK("---\ntype: charter\nmentor: old\nsigned: {old: 2026-01-01}\n---\n", "old", "2026-01-01",
           "---\ntype: charter\nmentor: \"2026-01-01\"\nsigned: {\"2026-01-01\": 2026-01-01}\n---\n", 2);
}

static void a_target_that_would_break_the_link_is_refused(void **state)
{
    (void)state;
    REFUSE("[[old]]", "old", "a|b");
    REFUSE("[[old]]", "old", "a]b");
    REFUSE("[[old]]", "old", "a#b");
    REFUSE("[[old]]", "old", "a\nb");
    REFUSE("[[old]]", "old", "a ");
    REFUSE("[[old]]", "old", "ab:c");
    REFUSE("---\nx: \"[[old]]\"\n---\n", "old", "a\xff");
    REFUSE("[x](old)", "old", "a\nb");
    REFUSE("---\nx: \"[[old]]\"\n---\n", "old", "a|b");
}

static int set_up(void **state)
{
    (void)state;
    types = fixture_types();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_a_body_is_led_elsewhere),
        cmocka_unit_test(targets_are_encoded_as_the_old_ones),
        cmocka_unit_test(references_of_the_front_matter_are_led_elsewhere),
        cmocka_unit_test(a_target_that_would_break_the_link_is_refused),
    };
    int failed = cmocka_run_group_tests(tests, set_up, NULL);
    types_free(types);
    buf_release(&out);
    return failed;
}
