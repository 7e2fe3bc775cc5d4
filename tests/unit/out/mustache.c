/* Mustache by its specification: each row is one of its cases, or of the same shape. */
#include "out/mustache.h"

#include "test.h"

struct row {
    const char *what, *template, *data, *expected;
};

static const struct row rows[] = {
    {"no interpolation", "Hello from {Mustache}!\n", "{}", "Hello from {Mustache}!\n"},
    {"basic", "Hello, {{subject}}!\n", "{\"subject\":\"world\"}", "Hello, world!\n"},
    {"html escaping", "{{forbidden}}", "{\"forbidden\":\"& \\\" < >\"}", "&amp; &quot; &lt; &gt;"},
    {"triple mustache", "{{{forbidden}}}", "{\"forbidden\":\"& \\\" < >\"}", "& \" < >"},
    {"ampersand", "{{&forbidden}}", "{\"forbidden\":\"& \\\" < >\"}", "& \" < >"},
    {"integer", "\"{{mph}} miles an hour!\"", "{\"mph\":85}", "\"85 miles an hour!\""},
    {"decimal", "\"{{power}} jiggawatts!\"", "{\"power\":1.21}", "\"1.21 jiggawatts!\""},
    {"null", "I ({{cannot}}) be seen!", "{\"cannot\":null}", "I () be seen!"},
    {"context miss", "I ({{cannot}}) be seen!", "{}", "I () be seen!"},
    {"dotted names", "{{person.name}}", "{\"person\":{\"name\":\"Joe\"}}", "Joe"},
    {"dotted names are looked up whole", "\"{{a.b.c}}\" == \"\"", "{\"a\":{\"b\":{}},\"c\":{\"name\":\"Jim\"}}",
     "\"\" == \"\""},
    {"context precedence of dotted names", "{{#a}}{{b.c}}{{/a}}", "{\"a\":{\"b\":{}},\"b\":{\"c\":\"ERROR\"}}", ""},
    {"implicit iterator", "Hello, {{.}}!\n", "\"world\"", "Hello, world!\n"},
    {"padding", "| {{ string }} |", "{\"string\":\"---\"}", "| --- |"},
    {"truthy section", "\"{{#boolean}}This should be rendered.{{/boolean}}\"", "{\"boolean\":true}",
     "\"This should be rendered.\""},
    {"falsey section", "\"{{#boolean}}This should not.{{/boolean}}\"", "{\"boolean\":false}", "\"\""},
    {"a map is a context", "\"{{#context}}Hi {{name}}.{{/context}}\"", "{\"context\":{\"name\":\"Joe\"}}",
     "\"Hi Joe.\""},
    {"parent contexts", "\"{{#sec}}{{a}}, {{b}}, {{c.d}}{{/sec}}\"",
     "{\"a\":\"foo\",\"b\":\"wrong\",\"sec\":{\"b\":\"bar\"},\"c\":{\"d\":\"baz\"}}", "\"foo, bar, baz\""},
    {"list", "\"{{#list}}{{item}}{{/list}}\"", "{\"list\":[{\"item\":1},{\"item\":2},{\"item\":3}]}", "\"123\""},
    {"empty list", "\"{{#list}}Yay lists!{{/list}}\"", "{\"list\":[]}", "\"\""},
    {"nested lists",
     "{{#tops}}{{#middles}}{{tname}}.{{mname}}.{{#bottoms}}{{tname}}{{mname}}.{{/bottoms}}{{/middles}}{{/tops}}",
     "{\"tops\":[{\"tname\":\"A\",\"middles\":[{\"mname\":\"1\",\"bottoms\":[{},{}]}]}]}", "A.1.A1.A1."},
    {"standalone lines", "| This Is\n{{#boolean}}\n|\n{{/boolean}}\n| A Line\n", "{\"boolean\":true}",
     "| This Is\n|\n| A Line\n"},
    {"indented standalone lines", "| This Is\n  {{#boolean}}\n|\n  {{/boolean}}\n| A Line\n", "{\"boolean\":true}",
     "| This Is\n|\n| A Line\n"},
    {"standalone CRLF", "|\r\n{{#boolean}}\r\n{{/boolean}}\r\n|", "{\"boolean\":true}", "|\r\n|"},
    {"standalone without a line before", "  {{#boolean}}\n#{{/boolean}}\n/", "{\"boolean\":true}", "#\n/"},
    {"standalone without a line behind", "#{{#boolean}}\n/\n  {{/boolean}}", "{\"boolean\":true}", "#\n/\n"},
    {"internal white space", " | {{#boolean}} {{! Important Whitespace }}\n {{/boolean}} | \n", "{\"boolean\":true}",
     " |  \n  | \n"},
    {"implicit iterator of strings", "\"{{#list}}({{.}}){{/list}}\"", "{\"list\":[\"a\",\"b\"]}", "\"(a)(b)\""},
    {"inverted falsey", "\"{{^boolean}}shown{{/boolean}}\"", "{\"boolean\":false}", "\"shown\""},
    {"inverted truthy", "\"{{^boolean}}hidden{{/boolean}}\"", "{\"boolean\":true}", "\"\""},
    {"inverted empty list", "\"{{^list}}Empty list{{/list}}\"", "{\"list\":[]}", "\"Empty list\""},
    {"inverted context miss", "[{{^missing}}Cannot find key 'missing'!{{/missing}}]", "{}",
     "[Cannot find key 'missing'!]"},
    {"inline comment", "12345{{! Comment Block! }}67890", "{}", "1234567890"},
    {"multi-line comment", "Begin.\n{{!\nSomething's going on here...\n}}\nEnd.\n", "{}", "Begin.\nEnd.\n"},
    {"a comment beside text keeps its line", "  12 {{! 34 }}\n", "{}", "  12 \n"},
    {"delimiters", "{{=<% %>=}}(<%text%>)", "{\"text\":\"Hey!\"}", "(Hey!)"},
    {"special characters as delimiters", "({{=[ ]=}}[text])", "{\"text\":\"It worked!\"}", "(It worked!)"},
    {"delimiters in sections",
     "[\n{{#section}}\n  {{data}}\n  |data|\n{{/section}}\n\n{{= | | =}}\n|#section|\n  {{data}}\n  "
     "|data|\n|/section|\n]\n",
     "{\"section\":true,\"data\":\"I got interpolated.\"}",
     "[\n  I got interpolated.\n  |data|\n\n  {{data}}\n  I got interpolated.\n]\n"},
    {"standalone delimiters", "Begin.\n{{=@ @=}}\nEnd.\n", "{}", "Begin.\nEnd.\n"},
    {"partial", "\"{{>text}}\"", "{}", "\"from partial\""},
    {"missing partial", "\"{{>missing}}\"", "{}", "\"\""},
    {"partial sees the context", "\"{{>context}}\"", "{\"text\":\"content\"}", "\"*content*\""},
    {"recursion", "{{>node}}", "{\"content\":\"X\",\"nodes\":[{\"content\":\"Y\",\"nodes\":[]}]}", "X<Y<>>"},
    {"partial indentation", "\\\n {{>lines}}\n/\n", "{\"content\":\"<\\n->\"}", "\\\n |\n <\n->\n |\n/\n"},
};

static bool partial(void *payload, struct sv name, struct sv *text_out)
{
    static const struct {
        const char *name, *text;
    } partials[] = {
        {"text", "from partial"},
        {"context", "*{{text}}*"},
        {"node", "{{content}}<{{#nodes}}{{>node}}{{/nodes}}>"},
        {"lines", "|\n{{{content}}}\n|\n"},
        {"endless", "{{>endless}}"},
    };
    (void)payload;
    for (size_t i = 0; i < sizeof partials / sizeof *partials; i++)
        if (sv_eq_c(name, partials[i].name)) {
            *text_out = sv_of(partials[i].text);
            return true;
        }
    return false;
}

static void specification(void **state)
{
    static const struct mustache_options options = {.escape = MUSTACHE_HTML, .partial_fn = partial};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mustache *template = NULL;
        struct buf out = {0};
        struct err err = {0};
        if (mustache_parse(sv_of(rows[i].template), &template, &err) != DONE ||
            mustache_render(template, sv_of(rows[i].data), &options, &out, &err) != DONE)
            fail_msg("%s: %s", rows[i].what, err.text);
        if (!sv_eq_c(buf_view(&out), rows[i].expected))
            fail_msg("%s: '%.*s' instead of '%s'", rows[i].what, SV_ARG(buf_view(&out)), rows[i].expected);
        mustache_free(template);
        buf_release(&out);
    }
}

static void mistakes_have_a_place(void **state)
{
    static const struct {
        const char *template;
        unsigned line, column;
    } wrong[] = {
        {"a {{name", 1, 3},     {"{{#a}}\n x", 1, 1}, {"æ\n {{/a}}", 2, 2},
        {"{{#a}}{{/b}}", 1, 7}, {"ab{{}}", 1, 3},     {"{{=x=}}", 1, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct mustache *template = NULL;
        struct err err = {0};
        assert_int_equal(mustache_parse(sv_of(wrong[i].template), &template, &err), USAGE);
        assert_int_equal(err.line, wrong[i].line);
        assert_int_equal(err.column, wrong[i].column);
    }
}

static void endless_partials_end(void **state)
{
    static const struct mustache_options options = {.escape = MUSTACHE_HTML, .partial_fn = partial};
    struct mustache *template = NULL;
    struct buf out = {0};
    struct err err = {0};
    (void)state;
    assert_int_equal(mustache_parse(SV("{{>endless}}"), &template, &err), DONE);
    assert_int_equal(mustache_render(template, SV("{}"), &options, &out, &err), MALFORMED);
    mustache_free(template);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specification),
        cmocka_unit_test(mistakes_have_a_place),
        cmocka_unit_test(endless_partials_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
