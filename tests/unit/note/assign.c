#include "fixture.h"

#include "note/assign.h"

static struct types *types;
static struct buf out;
static struct err error;

static bool tomorrow(struct sv words, struct date *date_out, void *payload)
{
    (void)payload;
    *date_out = (struct date){2026, 11, 25};
    return sv_eq_c(words, "tomorrow");
}

/* All the words, separated by '\n'; "!path" unsets. */
static status assign(const char *type, const char *text, const char *words)
{
    struct arena arena = {0};
    struct front front;
    error = (struct err){0};
    if (front_parse(sv_of(text), &arena, &front, &error) != DONE)
        fail_msg("%s", error.text);
    struct assign_context context = {
        .types = types, .type = types_for(types, sv_of(type)), .root = front.root, .date = tomorrow, .arena = &arena};
    struct assignments list = {0};
    struct sv rest = sv_of(words), one;
    status s = DONE;
    while (s == DONE && sv_next_line(&rest, &one))
        s = one.ptr[0] == '!' ? assign_unset(&context, sv_from(one, 1), &list, &error)
                              : assign_parse(&context, one, &list, &error);
    buf_clear(&out);
    if (s == DONE)
        s = front_edit(sv_of(text), list.items, list.count, &out, &error);
    arena_release(&arena);
    return s;
}

static void check(int line, const char *type, const char *text, const char *words, const char *expected)
{
    status s = assign(type, text, words);
    if (s != DONE || !sv_eq_c(buf_view(&out), expected))
        fail_msg("line %d: status %d: %s\n%.*s", line, s, error.text, SV_ARG(buf_view(&out)));
}

static void refuse(int line, const char *type, const char *words, const char *message)
{
    status s = assign(type, "---\ntype: x\n---\n", words);
    if (s != USAGE || strstr(error.text, message) == NULL)
        fail_msg("line %d: status %d: %s", line, s, error.text);
}

#define ASSIGN(type, text, words, expected) check(__LINE__, type, text, words, expected)
#define REFUSE(type, words, message)        refuse(__LINE__, type, words, message)

static void values_are_written_by_their_kind(void **state)
{
    (void)state;
    ASSIGN("charter", "---\nx: 1\n---\n", "status=active\nstart=2026-01-31\nminutes=60\ncadence=P3W",
           "---\nx: 1\nstatus: active\nstart: 2026-01-31\nminutes: 60\ncadence: P3W\n---\n");
    ASSIGN("log", "---\nx: 1\n---\n", "bring_to_supervision=True", "---\nx: 1\nbring_to_supervision: true\n---\n");
    ASSIGN("charter", "---\nnext_review: 2026-01-01\n---\n", "next_review=tomorrow",
           "---\nnext_review: 2026-11-25\n---\n");
    ASSIGN("note", "---\nx: 1\n---\n", "title=2026-01-01", "---\nx: 1\ntitle: \"2026-01-01\"\n---\n");
    ASSIGN("note", "---\nx: 1\n---\n", "a=3\nb=2026-01-01\nc=true\nd=null\ne=x: y",
           "---\nx: 1\na: 3\nb: 2026-01-01\nc: true\nd: \"null\"\ne: \"x: y\"\n---\n");
    ASSIGN("charter", "---\nsigned:\n  a: 2026-01-01\n---\n", "signed.b=tomorrow",
           "---\nsigned:\n  a: 2026-01-01\n  b: 2026-11-25\n---\n");
}

static void lists_take_elements(void **state)
{
    (void)state;
    ASSIGN("note", "---\ntags:\n  - a\n---\n", "tags+=#b\ntags+=a\ntags-=#a", "---\ntags:\n  - b\n---\n");
    ASSIGN("note", "---\nx: 1\n---\n", "tags=a, #b/c", "---\nx: 1\ntags:\n  - a\n  - b/c\n---\n");
    ASSIGN("charter", "---\nx: 1\n---\n", "stakeholders=Ida\\, who knows,Bo\nstakeholders+=a, b",
           "---\nx: 1\nstakeholders:\n  - Ida, who knows\n  - Bo\n  - a, b\n---\n");
    ASSIGN("note", "---\ntags: a, b # c\n---\n", "tags+=d", "---\ntags: a, b, d # c\n---\n");
    ASSIGN("note", "---\ntags: \"#a #b\"\n---\n", "tags-=a", "---\ntags: \"#b\"\n---\n");
    ASSIGN("note", "---\ntags: a\n---\n", "tags+=b", "---\ntags:\n  - a\n  - b\n---\n");
    ASSIGN("log", "---\ncompetences: [self, wrong]\n---\n", "competences-=wrong\ncompetences+=models",
           "---\ncompetences: [self, models]\n---\n");
}

static void handles_keep_the_form_of_the_note(void **state)
{
    (void)state;
    ASSIGN("charter", "---\nmentor: anna\n---\n", "mentor=ewa", "---\nmentor: ewa\n---\n");
    ASSIGN("charter", "---\nmentor: \"[[anna]]\"\n---\n", "mentor=ewa", "---\nmentor: \"[[ewa]]\"\n---\n");
    ASSIGN("charter", "---\nmentee:\n  - \"[[a|A]]\"\n---\n", "mentee+=b\nmentee+=a\nmentee-=b",
           "---\nmentee:\n  - \"[[a|A]]\"\n---\n");
    ASSIGN("charter", "---\nmentee: a\n---\n", "mentee+=b", "---\nmentee:\n  - a\n  - b\n---\n");
    ASSIGN("charter", "---\nx: 1\n---\n", "mentee=a, b", "---\nx: 1\nmentee:\n  - a\n  - b\n---\n");
}

static void a_new_key_goes_where_the_type_has_it(void **state)
{
    (void)state;
    ASSIGN("charter", "---\nform: peer\nstatus: draft\nend: 2026-01-01\n---\n", "start=2026-01-01",
           "---\nform: peer\nstatus: draft\nstart: 2026-01-01\nend: 2026-01-01\n---\n");
    ASSIGN("charter", "---\ntitle: x\nstatus: draft\n---\n", "form=peer",
           "---\ntitle: x\nform: peer\nstatus: draft\n---\n");
    ASSIGN("charter", "---\ngoals:\n  - id: a\n    gas: 0\n---\n", "goals[0].title=b\ngoals[0].gas=1\ngoals[+].id=c",
           "---\ngoals:\n  - id: a\n    title: b\n    gas: 1\n  - id: c\n---\n");
    ASSIGN("charter", "---\nstatus: draft\nend: 2026-01-01\n---\n", "!status\n!goals[0].gas",
           "---\nend: 2026-01-01\n---\n");
}

static void what_the_type_forbids_is_told(void **state)
{
    (void)state;
    REFUSE("charter", "status=actve", "draft, active, paused, closed; did you mean 'active'");
    REFUSE("charter", "minutes=ten", "a whole number");
    REFUSE("charter", "minutes=2000", "not from 5 to 1440");
    REFUSE("charter", "goals[+].gas=3", "not from -2 to 2");
    REFUSE("charter", "start=someday", "a date such as");
    REFUSE("charter", "cadence=3 weeks", "a duration such as");
    REFUSE("charter", "mentor=[[a", "the handle of a note");
    REFUSE("charter", "goals=x", "'goals' is a list of entries");
    REFUSE("charter", "goals.gas=1", "'goals' is a list of entries");
    REFUSE("charter", "goals[0]=1", "'goals' is a list of entries");
    REFUSE("charter", "status.x=1", "'status' is");
    REFUSE("charter", "status+=active", "a single value");
    REFUSE("note", "tags+=a b", "is no tag");
    REFUSE("note", "title=", "no value");
    REFUSE("note", "title", "no assignment");
    REFUSE("note", "=x", "no assignment");
    REFUSE("note", "a..b=x", "no path");
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
        cmocka_unit_test(values_are_written_by_their_kind),  cmocka_unit_test(lists_take_elements),
        cmocka_unit_test(handles_keep_the_form_of_the_note), cmocka_unit_test(a_new_key_goes_where_the_type_has_it),
        cmocka_unit_test(what_the_type_forbids_is_told),
    };
    int failed = cmocka_run_group_tests(tests, set_up, NULL);
    types_free(types);
    buf_release(&out);
    return failed;
}
