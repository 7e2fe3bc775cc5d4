#include "catalogue/query_saved.h"
#include "test.h"

#include <string.h>

static const struct date today = {2026, 11, 24};

static struct query *parse(struct arena *arena, const char *text)
{
    struct query *query = NULL;
    struct err err = {0};
    assert_done(query_parse(sv_of(text), today, arena, &query, &err), &err);
    return query;
}

/* The tree as text, and the text as a tree again. */
static void assert_prints(const char *text, const char *expected)
{
    struct arena arena = {0};
    struct buf first = {0}, second = {0};
    query_print(parse(&arena, text), &first);
    assert_string_equal(first.ptr ? first.ptr : "", expected);
    query_print(parse(&arena, first.ptr ? first.ptr : ""), &second);
    assert_string_equal(second.ptr ? second.ptr : "", expected);
    buf_release(&first);
    buf_release(&second);
    arena_release(&arena);
}

static void assert_mistake(const char *text, unsigned column, const char *words)
{
    struct arena arena = {0};
    struct query *query = NULL;
    struct err err = {0};
    status s = query_parse(sv_of(text), today, &arena, &query, &err);
    if (s != USAGE || err.line != 1 || err.column != column || !strstr(err.text, words))
        fail_msg("'%s': status %d, %u:%u: %s", text, s, err.line, err.column, err.text);
    arena_release(&arena);
}

static void words_and_operators(void **state)
{
    (void)state;
    assert_prints("", "");
    assert_prints("  \t ", "");
    assert_prints("trust", "trust");
    assert_prints("trust  change", "trust change");
    assert_prints("trust AND change", "trust change");
    assert_prints("a OR b c", "a OR b c");
    assert_prints("(a OR b) c", "(a OR b) c");
    assert_prints("a (b (c d))", "a b c d");
    assert_prints("a OR (b OR c)", "a OR b OR c");
    assert_prints("-draft", "-draft");
    assert_prints("-(a OR b)", "-(a OR b)");
    assert_prints("-\"to do\"", "-\"to do\"");
    assert_prints("--a", "--a");
    assert_prints("\"a phrase\" pre* /feedb[a\xc3\xa4]ck/", "\"a phrase\" pre* /feedb[a\xc3\xa4]ck/");
    assert_prints("\"trust change\"~5 x", "\"trust change\"~5 x");
    assert_prints("(\"a b\"~0)", "\"a b\"~0");
    assert_prints("/a\\/b/ c", "/a\\/b/ c");
    assert_prints("\xc4\x99\xc4\x87\xc3\xb8 or and", "\xc4\x99\xc4\x87\xc3\xb8 or and");
    assert_prints("ORDER ANDES", "ORDER ANDES");
    assert_prints("a(b)c", "a b c");
}

static void words_that_look_like_fields(void **state)
{
    (void)state;
    struct arena arena = {0};
    const char *const words[] = {"http://x.org/a", "12:30", "std::map", ":-"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_int_equal(parse(&arena, words[i])->kind, QUERY_WORD);
    arena_release(&arena);
}

static void fields(void **state)
{
    (void)state;
    assert_prints("Type:log", "type:log");
    assert_prints("type:log,session", "type:log OR type:session");
    assert_prints("-type:log,session x", "-(type:log OR type:session) x");
    assert_prints("mentor:\"Anna Nowak\"", "mentor:\"Anna Nowak\"");
    assert_prints("depth:>=3 nps:-2 words:10..20", "depth:>=3 nps:-2 words:10..20");
    assert_prints("date:2026-01..2026-03 date:..today", "date:2026-01..2026-03 date:..today");
    assert_prints("has:charter no:date,tag", "has:charter (no:date OR no:tag)");
    assert_prints("in:a..b", "in:a..b");
    assert_prints("url:https://x.org/", "url:https://x.org/");
    assert_prints("(type:log)", "type:log");
    assert_prints("goals.gas:>0", "goals.gas:>0");
    assert_prints("note:wait...", "note:wait...");
}

static void dates(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct query *query = parse(&arena, "date:2026-01..2026-q2");
    assert_int_equal(query->op, QUERY_RANGE);
    assert_int_equal(date_cmp(query->dates.first, (struct date){2026, 1, 1}), 0);
    assert_int_equal(date_cmp(query->dates.last, (struct date){2026, 6, 30}), 0);
    query = parse(&arena, "after:-2w");
    assert_true(date_is_set(query->dates.last));
    query = parse(&arena, "date:2026-02..");
    assert_int_equal(date_cmp(query->dates.first, (struct date){2026, 2, 1}), 0);
    assert_false(date_is_set(query->dates.last));
    query = parse(&arena, "start:<2026");
    assert_int_equal(query->op, QUERY_LT);
    assert_int_equal(date_cmp(query->dates.first, (struct date){2026, 1, 1}), 0);
    query = parse(&arena, "status:open");
    assert_false(date_is_set(query->dates.first));
    arena_release(&arena);
}

static void places(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct query *query = parse(&arena, "aa -tag:x (\"b c\" OR /d/)");
    assert_int_equal(query->kind, QUERY_AND);
    assert_int_equal(query->child_count, 3);
    assert_int_equal(query->children[1]->begin, 3);
    assert_int_equal(query->children[1]->end, 9);
    assert_int_equal(query->children[2]->children[0]->begin, 11);
    assert_int_equal(query->children[2]->children[0]->end, 16);
    assert_int_equal(query->children[2]->children[1]->begin, 20);
    arena_release(&arena);
}

static void mistakes(void **state)
{
    (void)state;
    assert_mistake("type:log (trust", 10, "never closed");
    assert_mistake("type:log (", 10, "never closed");
    assert_mistake("a )", 3, "never opened");
    assert_mistake("a () b", 3, "nothing");
    assert_mistake("(a ( ) b)", 4, "nothing");
    assert_mistake("say \"hello", 5, "never closed");
    assert_mistake("\"\"", 1, "nothing");
    assert_mistake("\"a b\"~", 6, "'~'");
    assert_mistake("\"a b\"~101", 6, "100");
    assert_mistake("\"a b\"~99999999999999999999", 6, "100");
    assert_mistake("\"a b\"~5x", 6, "'~'");
    assert_mistake("x /abc", 3, "never closed");
    assert_mistake("/abc\\/", 1, "never closed");
    assert_mistake("//", 1, "empty");
    assert_mistake("/usr/bin", 6, "ends here");
    assert_mistake("OR a", 1, "'OR'");
    assert_mistake("a OR", 3, "'OR'");
    assert_mistake("a OR OR b", 3, "'OR'");
    assert_mistake("(a OR )", 4, "'OR'");
    assert_mistake("AND a", 1, "'AND'");
    assert_mistake("a AND", 3, "'AND'");
    assert_mistake("a AND OR b", 3, "'AND'");
    assert_mistake("a - b", 3, "'-'");
    assert_mistake("*", 1, "'*'");
    assert_mistake("type:", 6, "value");
    assert_mistake("type:a,,b", 8, "value");
    assert_mistake("date:soon", 6, "'soon' is not a date");
    assert_mistake("\xc4\x99\xc4\x87 on:2026-13", 7, "2026-13");
    assert_mistake("after:>2026", 7, "operator");
    assert_mistake("type:>log", 6, "operator");
    assert_mistake("depth:>>3", 7, "operator");
    assert_mistake("depth:=3", 7, "operator");
    assert_mistake("depth:>1..3", 8, "range");
    assert_mistake("words:many", 7, "number");
    assert_mistake("visibility:secret", 12, "visibility");
    assert_mistake("task:maybe", 6, "task");
    assert_mistake("has:", 5, "field");
    assert_mistake("has:a:b", 6, "field");
    assert_mistake("x:\"a", 3, "never closed");
    assert_mistake("x:\"a\"b", 6, "space");
    assert_mistake("x:a(b", 4, "quotes");
    assert_mistake("x:a,:b", 5, "quotes");
    assert_mistake("a \xff", 3, "UTF-8");
}

static void limits(void **state)
{
    (void)state;
    static char text[8192];
    memset(text, '(', 40);
    memset(text + 40, 'a', 1);
    memset(text + 41, ')', 40);
    text[81] = '\0';
    assert_mistake(text, 33, "deep");
    memset(text, '-', 40);
    text[40] = 'a';
    text[41] = '\0';
    assert_mistake(text, 33, "deep");
    for (size_t i = 0; i < 600; i += 2)
        memcpy(text + i, "a ", 2);
    text[600] = '\0';
    assert_mistake(text, 513, "256");
    memset(text, 'a', 5000);
    text[5000] = '\0';
    assert_mistake(text, 1, "4096");
    struct arena arena = {0};
    struct query *query;
    struct err err = {0};
    assert_int_equal(query_parse(SV("a\0b"), today, &arena, &query, &err), USAGE);
    assert_int_equal(err.column, 2);
    arena_release(&arena);
}

static void text_and_regex(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_true(query_has_text(parse(&arena, "type:log -trust")));
    assert_true(query_has_text(parse(&arena, "title:trust")));
    assert_false(query_has_text(parse(&arena, "type:log /x/")));
    assert_true(query_has_regex(parse(&arena, "type:log -(a OR /x/)")));
    assert_false(query_has_regex(parse(&arena, "type:log")));
    arena_release(&arena);
}

static void pointing(void **state)
{
    (void)state;
    struct buf out = {0};
    struct err err = {.line = 1, .column = 10};
    query_point(SV("type:log (trust"), &err, &out);
    assert_string_equal(out.ptr, "  type:log (trust\n           ^");
    buf_clear(&out);
    err.column = 3;
    query_point(SV("\xc4\x99\x1b]"), &err, &out);
    assert_string_equal(out.ptr, "  \xc4\x99 ]\n    ^");
    buf_release(&out);
}

/* Every allocation fails once: a clean error each time. */
static void no_memory(void **state)
{
    (void)state;
    for (uint64_t n = 1;; n++) {
        struct arena arena = {0};
        struct query *query;
        struct err err = {0};
        memory_fail_at(n);
        status s = query_parse(SV("a (b OR type:x,y) -\"z\""), today, &arena, &query, &err);
        bool fired = memory_has_failed();
        memory_fail_at(0);
        arena_release(&arena);
        assert_int_equal(s, fired ? NO_MEMORY : DONE);
        if (!fired)
            break;
    }
}

/* --- saved queries --- */

static const char saved_text[] = "[query \"due\"]\n"
                                 "\tq = type:charter next_review:<today\n"
                                 "[query \"either\"]\n"
                                 "\tq = a OR @due\n"
                                 "[query \"open\"]\n"
                                 "\tq = type:log \\\n"
                                 "\t  (never \\\"closed\\\"\n"
                                 "[query \"outer\"]\n"
                                 "\tq = x @open\n"
                                 "[query \"egg\"]\n"
                                 "\tq = @hen\n"
                                 "[query \"hen\"]\n"
                                 "\tq = b -@egg\n"
                                 "[query \"nothing\"]\n"
                                 "\tq =\n";

static status parse_saved(const char *text, struct arena *arena, struct query **query, unsigned *called,
                          struct err *err)
{
    struct config *config = arena_alloc(arena, sizeof *config);
    assert_done(config_parse(config, arena, SV("saved"), sv_of(saved_text), err), err);
    return query_parse_saved(sv_of(text), today, config, arena, query, called, err);
}

static void assert_expands(const char *text, const char *expected)
{
    struct arena arena = {0};
    struct query *query = NULL;
    struct buf out = {0};
    struct err err = {0};
    unsigned called;
    assert_done(parse_saved(text, &arena, &query, &called, &err), &err);
    query_print(query, &out);
    assert_string_equal(out.ptr ? out.ptr : "", expected);
    buf_release(&out);
    arena_release(&arena);
}

static void saved_queries_stand_in_their_place(void **state)
{
    (void)state;
    assert_expands("@due", "type:charter next_review:<today");
    assert_expands("@due mentor:anna", "type:charter next_review:<today mentor:anna");
    assert_expands("-@due", "-(type:charter next_review:<today)");
    assert_expands("b @either", "b (a OR type:charter next_review:<today)");
    assert_expands("(@either OR @due)", "a OR type:charter next_review:<today OR type:charter next_review:<today");
    assert_expands("@nothing", "");
    /* No call: an address, a quoted word, a value. */
    assert_expands("anna@due.org \"@due\" by:@due", "anna@due.org \"@due\" by:@due");
}

static void assert_saved_mistake(const char *text, unsigned called, unsigned line, unsigned column, const char *words)
{
    struct arena arena = {0};
    struct query *query = NULL;
    struct err err = {0};
    unsigned found = 0;
    status s = parse_saved(text, &arena, &query, &found, &err);
    if (s != USAGE || found != called || err.line != line || err.column != column || !strstr(err.text, words))
        fail_msg("'%s': status %d, called at %u, %s:%u:%u: %s", text, s, found, err.path, err.line, err.column,
                 err.text);
    assert_string_equal(err.path, called > 0 ? "saved" : "");
    arena_release(&arena);
}

static void mistakes_in_saved_queries(void **state)
{
    (void)state;
    assert_saved_mistake("x @open", 3, 7, 4, "in '@open': this parenthesis");
    assert_saved_mistake("(y OR @outer)", 7, 7, 4, "in '@outer': in '@open': this parenthesis");
    assert_saved_mistake("@egg", 1, 13, 9, "in '@egg': in '@hen': the saved query 'egg' calls itself");
    assert_saved_mistake("a @dua", 0, 1, 3, "did you mean '@due'?");
    assert_saved_mistake("@", 0, 1, 1, "name of a saved query");
    assert_mistake("@due", 1, "no saved query 'due'");
}

static void saved_queries_are_listed(void **state)
{
    struct arena arena = {0};
    struct config config = {0};
    struct sv *names;
    size_t count;
    struct err err = {0};
    (void)state;
    assert_done(config_parse(&config, &arena, SV("saved"), sv_of(saved_text), &err), &err);
    assert_done(config_parse(&config, &arena, SV("own"),
                             SV("[query \"due\"]\nsort = title\n[query \"a b\"]\nq = x\n"
                                "[query \"half\"]\nlimit = 3\n[query \"re\"]\nq = /a(/\n"),
                             &err),
                &err);
    assert_done(query_saved_names(&config, &arena, &names, &count, &err), &err);
    assert_int_equal(count, 10);
    assert_true(sv_eq_c(names[0], "a b") && sv_eq_c(names[1], "due") && sv_eq_c(names[9], "re"));
    assert_done(query_saved_check(&config, SV("due"), &err), &err);
    static const char *const wrong[] = {"open", "egg", "a b", "half", "re", "other"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(query_saved_check(&config, sv_of(wrong[i]), NULL), USAGE);
    assert_true(sv_eq_c(query_saved_leading(SV(" @due mentor:anna")), "due"));
    assert_true(sv_eq_c(query_saved_leading(SV("a @due")), ""));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_operators),
        cmocka_unit_test(words_that_look_like_fields),
        cmocka_unit_test(fields),
        cmocka_unit_test(dates),
        cmocka_unit_test(places),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(limits),
        cmocka_unit_test(text_and_regex),
        cmocka_unit_test(pointing),
        cmocka_unit_test(no_memory),
        cmocka_unit_test(saved_queries_stand_in_their_place),
        cmocka_unit_test(mistakes_in_saved_queries),
        cmocka_unit_test(saved_queries_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
