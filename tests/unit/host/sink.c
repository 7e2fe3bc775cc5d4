/* Whatever a plugin does with chiron.out/1, well-formed JSON comes out, and misuse is named. */
#include "host/sink.h"

#include "out/tree.h"
#include "test.h"

#include <math.h>
#include <string.h>

struct fixture {
    struct buf captured;
    struct out *out;
    struct sink sink;
};

static void begin(struct fixture *fixture)
{
    struct out_options options = {.format = OUT_JSON, .fd = -1, .capture = &fixture->captured};
    struct err err = {0};
    *fixture = (struct fixture){0};
    options.capture = &fixture->captured;
    assert_done(out_open(&options, &fixture->out, &err), &err);
    sink_init(&fixture->sink, fixture->out);
}

static chiron_status put(struct fixture *fixture, enum out_verb verb, const char *text)
{
    struct out_event event = {.verb = verb, .text = sv_of(text)};
    return fixture->sink.lent.take(&fixture->sink.lent, &event);
}

/* What was said, and that it parses. */
static void end(struct fixture *fixture, status expected, const char *words)
{
    struct err err = {0}, close_err = {0};
    struct tree *tree = NULL;
    assert_int_equal(sink_finish(&fixture->sink, &err), expected);
    if (words != NULL && strstr(err.text, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, err.text);
    assert_done(out_close(fixture->out, &close_err), &close_err);
    assert_done(tree_parse(buf_view(&fixture->captured), &tree, &close_err), &close_err);
    tree_free(tree);
    buf_release(&fixture->captured);
}

static void test_a_record(void **state)
{
    struct fixture fixture;
    (void)state;
    begin(&fixture);
    assert_int_equal(put(&fixture, OUT_VERB_COLUMN, "a"), CHIRON_OK);
    assert_int_equal(put(&fixture, OUT_VERB_BEGIN_MAP, NULL), CHIRON_OK);
    assert_int_equal(put(&fixture, OUT_VERB_KEY, "a"), CHIRON_OK);
    assert_int_equal(put(&fixture, OUT_VERB_BEGIN_LIST, NULL), CHIRON_OK);
    assert_int_equal(put(&fixture, OUT_VERB_STRING, "x\xff"), CHIRON_OK);
    assert_int_equal(put(&fixture, OUT_VERB_BEGIN_MAP, NULL), CHIRON_OK);
    assert_int_equal(put(&fixture, OUT_VERB_END_MAP, NULL), CHIRON_OK);
    assert_int_equal(put(&fixture, OUT_VERB_END_LIST, NULL), CHIRON_OK);
    assert_int_equal(put(&fixture, OUT_VERB_END_MAP, NULL), CHIRON_OK);
    end(&fixture, DONE, NULL);
}

/* Sequences of verbs, one letter each, that break a rule. */
static const struct {
    const char *verbs, *words;
} misuses[] = {
    {"s", "outside of a record"},
    {"k", "a key where none"},
    {"[", "outside of a record"},
    {"}", "not open"},
    {"]", "not open"},
    {"{s", "without a key"},
    {"{[", "without a key"},
    {"{{", "without a key"},
    {"{kk", "a key where none"},
    {"{k}", "lacks a value"},
    {"{k[}", "not open"},
    {"{]", "not open"},
    {"{kK", "a key where none"},
    {"{K", "not made of"},
    {"{", "not ended"},
    {"{k", "not ended"},
    {"{k[[[", "not ended"},
    {"{}c", "behind the first"},
    {"C", "not made of"},
    {"{l", "inside a record"},
    {"{}}", "not open"},
    {"{kn", "not finite"},
};

static void play(struct fixture *fixture, const char *verbs)
{
    struct out_event not_finite = {.verb = OUT_VERB_NUMBER, .as.number = (double)INFINITY};
    for (const char *verb = verbs; *verb != '\0'; verb++) {
        switch (*verb) {
        case '{':
            (void)put(fixture, OUT_VERB_BEGIN_MAP, NULL);
            break;
        case '}':
            (void)put(fixture, OUT_VERB_END_MAP, NULL);
            break;
        case '[':
            (void)put(fixture, OUT_VERB_BEGIN_LIST, NULL);
            break;
        case ']':
            (void)put(fixture, OUT_VERB_END_LIST, NULL);
            break;
        case 'k':
            (void)put(fixture, OUT_VERB_KEY, "key");
            break;
        case 'K':
            (void)put(fixture, OUT_VERB_KEY, "No Key");
            break;
        case 's':
            (void)put(fixture, OUT_VERB_STRING, "text");
            break;
        case 'l':
            (void)put(fixture, OUT_VERB_LINE, "text");
            break;
        case 'c':
            (void)put(fixture, OUT_VERB_COLUMN, "key");
            break;
        case 'C':
            (void)put(fixture, OUT_VERB_COLUMN, "");
            break;
        default:
            (void)fixture->sink.lent.take(&fixture->sink.lent, &not_finite);
            break;
        }
    }
}

static void test_misuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(misuses) / sizeof(misuses[0]); i++) {
        struct fixture fixture;
        begin(&fixture);
        play(&fixture, misuses[i].verbs);
        end(&fixture, FAILED, misuses[i].words);
    }
}

/* Every sequence of up to six verbs: it parses. */
static void test_all_sequences(void **state)
{
    static const char letters[] = "{}[]ks";
    enum { LENGTH = 6, LETTERS = 6 };
    (void)state;
    for (unsigned n = 0; n < 46656; n++) {
        char verbs[LENGTH + 1] = {0};
        struct fixture fixture;
        struct err err = {0};
        struct tree *tree = NULL;
        unsigned rest = n;
        for (size_t i = 0; i < LENGTH; i++, rest /= LETTERS)
            verbs[i] = letters[rest % LETTERS];
        begin(&fixture);
        play(&fixture, verbs);
        (void)sink_finish(&fixture.sink, &err);
        err = (struct err){0};
        assert_done(out_close(fixture.out, &err), &err);
        if (tree_parse(buf_view(&fixture.captured), &tree, &err) != DONE)
            fail_msg("%s gave %s", verbs, fixture.captured.ptr);
        tree_free(tree);
        buf_release(&fixture.captured);
    }
}

static void test_too_deep(void **state)
{
    struct fixture fixture;
    (void)state;
    begin(&fixture);
    (void)put(&fixture, OUT_VERB_BEGIN_MAP, NULL);
    (void)put(&fixture, OUT_VERB_KEY, "key");
    for (int i = 0; i < 1000; i++)
        (void)put(&fixture, OUT_VERB_BEGIN_LIST, NULL);
    end(&fixture, FAILED, "too deeply");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_record),
        cmocka_unit_test(test_misuses),
        cmocka_unit_test(test_all_sequences),
        cmocka_unit_test(test_too_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
