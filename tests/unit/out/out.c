/* One answer in every format, and what becomes of it when it cannot be written. */
#include "out/out.h"

#include "out/tree.h"
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void answer(struct out *out)
{
    out_column(out, "path", NULL);
    out_column(out, "title", "Title");
    out_column(out, "tags", NULL);
    out_column(out, "words", NULL);
    out_column(out, "done", NULL);
    for (int i = 0; i < 2; i++) {
        out_begin_map(out);
        out_put(out, "path", i ? SV("b/łódź.md") : SV("a.md"));
        out_put(out, "title", i ? SV("=SUM(A1), \"x\"\nnext") : SV("Plain"));
        out_put_json(out, "tags", i ? SV("[\"x\",\"y/z\"]") : SV("[]"));
        out_put_int(out, "words", i ? -3 : 12);
        out_put_bool(out, "done", i);
        out_put_json(out, "fields", SV("{\"goals\":[{\"gas\":1}]}"));
        out_end_map(out);
    }
}

static struct buf given(enum out_format format, const char *template, status *closed_out)
{
    struct buf text = {0};
    struct out_options options = {.format = format, .template = sv_of(template), .fd = -1, .capture = &text};
    struct out *out = NULL;
    struct err err = {0};
    assert_int_equal(out_open(&options, &out, &err), DONE);
    answer(out);
    *closed_out = out_close(out, &err);
    return text;
}

static void expect(enum out_format format, const char *template, const char *expected)
{
    status closed;
    struct buf text = given(format, template, &closed);
    assert_int_equal(closed, DONE);
    assert_string_equal(text.ptr, expected);
    buf_release(&text);
}

static void every_format(void **state)
{
    (void)state;
    expect(OUT_CSV, NULL,
           "path,title,tags,words,done\na.md,Plain,,12,false\n"
           "b/łódź.md,\"'=SUM(A1), \"\"x\"\"\nnext\",\"x;y/z\",-3,true\n");
    expect(OUT_PATHS, NULL, "a.md\nb/łódź.md\n");
    expect(OUT_TEMPLATE, "{{path}}:{{#tags}} #{{.}}{{/tags}} {{#fields.goals}}{{gas}}{{/fields.goals}}",
           "a.md: 1\nb/łódź.md: #x #y/z 1\n");
    expect(OUT_JSONL, NULL,
           "{\"path\":\"a.md\",\"title\":\"Plain\",\"tags\":[],\"words\":12,\"done\":false,\"fields\":{\"goals\":[{"
           "\"gas\":1}]}}\n"
           "{\"path\":\"b/łódź.md\",\"title\":\"=SUM(A1), \\\"x\\\"\\nnext\",\"tags\":[\"x\",\"y/"
           "z\"],\"words\":-3,\"done\":true,\"fields\":{\"goals\":[{\"gas\":1}]}}\n");
}

static void json_is_an_array(void **state)
{
    status closed;
    struct buf text = given(OUT_JSON, NULL, &closed);
    struct tree *tree = NULL;
    struct err err = {0};
    (void)state;
    assert_int_equal(tree_parse(buf_view(&text), &tree, &err), DONE);
    assert_int_equal(tree_count(tree), 2);
    assert_true(sv_eq(tree_text(tree_at(tree_nth(tree, 1), SV("tags[1]"))), SV("y/z")));
    assert_int_equal(tree_int(tree_at(tree_nth(tree, 0), SV("fields.goals[0].gas"))), 1);
    tree_free(tree);
    buf_release(&text);
}

static void an_empty_answer_is_still_one(void **state)
{
    static const struct {
        enum out_format format;
        const char *expected;
    } rows[] = {{OUT_JSON, "[]\n"}, {OUT_CSV, "path\n"}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct buf text = {0};
        struct out_options options = {.format = rows[i].format, .fd = -1, .capture = &text};
        struct out *out = NULL;
        struct err err = {0};
        assert_int_equal(out_open(&options, &out, &err), DONE);
        out_column(out, "path", NULL);
        assert_int_equal(out_close(out, &err), DONE);
        assert_string_equal(text.ptr, rows[i].expected);
        buf_release(&text);
    }
}

static void paths0_ends_with_nul(void **state)
{
    status closed;
    struct buf text = given(OUT_PATHS0, NULL, &closed);
    (void)state;
    assert_int_equal(text.len, strlen("a.md") + 1 + strlen("b/łódź.md") + 1);
    assert_int_equal(text.ptr[4], '\0');
    buf_release(&text);
}

static void a_terminal_is_not_steered(void **state)
{
    struct buf text = {0};
    struct out_options options = {.format = OUT_TEXT, .fd = -1, .capture = &text};
    struct out *out = NULL;
    struct err err = {0};
    (void)state;
    assert_int_equal(out_open(&options, &out, &err), DONE);
    out_begin_map(out);
    out_put(out, "title",
            SV("a\033[31mb\xC2\x9B"
               "c\xE2\x80\xAE"
               "d"));
    out_end_map(out);
    assert_int_equal(out_close(out, &err), DONE);
    assert_null(memchr(text.ptr, '\033', text.len));
    assert_null(strstr(text.ptr, "\xC2\x9B"));
    assert_null(strstr(text.ptr, "\xE2\x80\xAE"));
    buf_release(&text);
}

static void a_full_disk_is_told(void **state)
{
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct out_options options = {.format = OUT_JSON, .fd = fd};
    struct out *out = NULL;
    struct err err = {0};
    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(out_open(&options, &out, &err), DONE);
    answer(out);
    assert_true(out_close(out, &err) < DONE);
    assert_true(err.text[0] != '\0');
    close(fd);
}

static void a_closed_pipe_is_quiet(void **state)
{
    int ends[2];
    struct out *out = NULL;
    struct err err = {0};
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    struct out_options options = {.format = OUT_JSON, .fd = ends[1]};
    assert_int_equal(out_open(&options, &out, &err), DONE);
    answer(out);
    assert_int_equal(out_close(out, &err), REFUSED);
    assert_string_equal(err.text, "");
    close(ends[1]);
}

static void unknown_formats_are_named(void **state)
{
    struct out_options options = {0};
    struct buf storage = {0};
    struct err err = {0};
    (void)state;
    assert_int_equal(out_format_parse(SV("xml"), &options, &storage, &err), USAGE);
    assert_non_null(strstr(err.text, "xml"));
    err_clear(&err);
    assert_int_equal(out_format_parse(SV("{{title"), &options, &storage, &err), USAGE);
    assert_int_equal(err.column, 1);
    err_clear(&err);
    buf_clear(&storage);
    assert_int_equal(out_format_parse(SV("@/nowhere/at/all"), &options, &storage, &err), USAGE);
    buf_release(&storage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format),
        cmocka_unit_test(json_is_an_array),
        cmocka_unit_test(an_empty_answer_is_still_one),
        cmocka_unit_test(paths0_ends_with_nul),
        cmocka_unit_test(a_terminal_is_not_steered),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(a_closed_pipe_is_quiet),
        cmocka_unit_test(unknown_formats_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
