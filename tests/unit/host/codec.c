/* What goes over the wire comes out the same; what is cut short or spoilt is refused at every byte. */
#include "host/codec.h"

#include "test.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- a query --- */

static const int64_t ids[] = {3, 5, INT64_MAX};
static const chiron_search_node word = {
    .struct_size = sizeof(word), .kind = CHIRON_SEARCH_WORD, .scope = CHIRON_SCOPE_TITLE, .text = {"trust", 5}};
static const chiron_search_node set = {
    .struct_size = sizeof(set), .kind = CHIRON_SEARCH_SET, .ids = ids, .id_count = 3};
static const chiron_search_node *const both[] = {&word, &set};
static const chiron_search_node root = {
    .struct_size = sizeof(root), .kind = CHIRON_SEARCH_OR, .children = both, .child_count = 2};
static const chiron_search_query query = {sizeof(query), &root, {"pl", 2}, 20};

static void test_query(void **state)
{
    struct arena arena = {0};
    struct buf wire = {0};
    struct wire_reader reader;
    const chiron_search_query *back;
    (void)state;
    codec_put_query(&wire, &query);
    reader = (struct wire_reader){.rest = buf_view(&wire)};
    assert_true(codec_take_query(&reader, &arena, &back));
    assert_true(wire_done(&reader));
    assert_int_equal(back->limit, 20);
    assert_true(sv_eq_c(take_sv(back->lang), "pl"));
    assert_int_equal(back->root->child_count, 2);
    assert_true(sv_eq_c(take_sv(back->root->children[0]->text), "trust"));
    assert_int_equal(back->root->children[0]->scope, CHIRON_SCOPE_TITLE);
    assert_int_equal(back->root->children[1]->id_count, 3);
    assert_int_equal(back->root->children[1]->ids[2], INT64_MAX);
    for (size_t len = 0; len < wire.len; len++) {
        reader = (struct wire_reader){.rest = sv_make(wire.ptr, len)};
        assert_false(codec_take_query(&reader, &arena, &back) && wire_done(&reader));
    }
    buf_release(&wire);
    arena_release(&arena);
}

static void test_query_too_deep(void **state)
{
    chiron_search_node nodes[200];
    const chiron_search_node *children[200];
    const chiron_search_query deep = {.struct_size = sizeof(deep), .root = &nodes[0]};
    struct arena arena = {0};
    struct buf wire = {0};
    struct wire_reader reader;
    const chiron_search_query *back;
    (void)state;
    for (size_t i = 0; i < 200; i++) {
        children[i] = i < 199 ? &nodes[i + 1] : NULL;
        nodes[i] = (chiron_search_node){.struct_size = sizeof(nodes[i]),
                                        .kind = CHIRON_SEARCH_NOT,
                                        .children = &children[i],
                                        .child_count = i < 199};
    }
    codec_put_query(&wire, &deep);
    reader = (struct wire_reader){.rest = buf_view(&wire)};
    assert_false(codec_take_query(&reader, &arena, &back));
    buf_release(&wire);
    arena_release(&arena);
}

/* --- notes --- */

static void test_notes(void **state)
{
    struct lender lender = {0};
    struct arena arena = {0};
    struct record record = {.id = 7, .words = 42, .visibility = VISIBILITY_PAIR};
    struct chiron_note note, **back;
    const chiron_note *const notes[] = {&note};
    struct buf wire = {0};
    struct wire_reader reader;
    size_t count;
    (void)state;
    record.path = SV("logs/a.md");
    record.title = SV("A\xff");
    record.fields = SV("{\"goals\":[{\"gas\":2}]}");
    assert_true(lent_note_init(&note, &lender, &arena, &record, SV("da")));
    codec_put_notes(&wire, notes, 1, true);
    reader = (struct wire_reader){.rest = buf_view(&wire)};
    assert_true(codec_take_notes(&reader, &lender, &arena, &back, &count));
    assert_true(wire_done(&reader));
    assert_int_equal(count, 1);
    assert_int_equal(lent_notes.id(back[0]), 7);
    assert_int_equal(lent_notes.words(back[0]), 42);
    assert_true(sv_eq_c(take_sv(lent_notes.text(back[0], CHIRON_NOTE_PATH)), "logs/a.md"));
    assert_true(sv_eq_c(take_sv(lent_notes.text(back[0], CHIRON_NOTE_TITLE)), "A\xff"));
    assert_true(sv_eq_c(take_sv(lent_notes.text(back[0], CHIRON_NOTE_LANG)), "da"));
    assert_true(sv_eq_c(take_sv(lent_notes.text(back[0], CHIRON_NOTE_VISIBILITY)), "pair"));
    for (size_t len = 0; len < wire.len; len++) {
        reader = (struct wire_reader){.rest = sv_make(wire.ptr, len)};
        assert_false(codec_take_notes(&reader, &lender, &arena, &back, &count));
    }
    buf_release(&wire);
    arena_release(&arena);
}

/* To a plugin that may not read notes, nothing of them goes over the wire but their ids. */
static void test_notes_not_granted(void **state)
{
    struct lender lender = {0};
    struct arena arena = {0};
    struct record record = {.id = 7, .words = 42, .path = SV_INIT("private/canary.md"), .title = SV_INIT("canary")};
    struct chiron_note note;
    const chiron_note *const notes[] = {&note};
    struct buf wire = {0};
    (void)state;
    assert_true(lent_note_init(&note, &lender, &arena, &record, SV("en")));
    codec_put_notes(&wire, notes, 1, false);
    assert_int_equal(sv_find(buf_view(&wire), SV("canary")), SIZE_MAX);
    buf_release(&wire);
    arena_release(&arena);
}

static void test_fields(void **state)
{
    struct lender lender = {0};
    struct arena arena = {0};
    struct chiron_note note;
    struct record record = {.fields = SV_INIT("{\"a\":[\"x\",2,true,1.5,null,[1]],\"goals\":[{\"gas\":-1}],\"n\":3}"),
                            .tags = SV_INIT("[\"t\"]"),
                            .aliases = SV_INIT("not json")};
    chiron_sv value;
    (void)state;
    assert_true(lent_note_init(&note, &lender, &arena, &record, (struct sv){0}));
    const struct {
        const char *path;
        size_t nth;
        const char *text; /* NULL: none */
    } cases[] = {
        {"a", 0, "x"},
        {"a", 1, "2"},
        {"a", 2, "true"},
        {"a", 3, "1.5"},
        {"a", 4, NULL},
        {"a", 5, NULL},
        {"a", 6, NULL},
        {"goals[0].gas", 0, "-1"},
        {"goals[1].gas", 0, NULL},
        {"n", 0, "3"},
        {"n", 1, NULL},
        {"x", 0, NULL},
        {"", 0, NULL},
        {"a[", 0, NULL},
        {"..", 0, NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        chiron_status got = lent_notes.field(&note, cases[i].path, cases[i].nth, &value);
        if (got != (cases[i].text ? CHIRON_OK : CHIRON_NONE) ||
            (cases[i].text && !sv_eq_c(take_sv(value), cases[i].text)))
            fail_msg("%s %zu: %d '%.*s'", cases[i].path, cases[i].nth, got, (int)value.len, value.ptr);
    }
    assert_int_equal(lent_notes.field(&note, NULL, 0, &value), CHIRON_NONE);
    assert_int_equal(lent_notes.tag(&note, 0, &value), CHIRON_OK);
    assert_int_equal(lent_notes.alias(&note, 0, &value), CHIRON_NONE);
    lent_note_release(&note);
    arena_release(&arena);
}

/* --- results: what a worker says is delivered, or refused --- */

struct got {
    struct chiron_out out; /* first */
    size_t events, hits;
    struct out_event last;
};

static chiron_status take_event(struct chiron_out *out, const struct out_event *event)
{
    struct got *got = (struct got *)out;
    got->events++;
    got->last = *event;
    return CHIRON_OK;
}

static chiron_status take_hit(void *payload, const chiron_hit *hit)
{
    struct got *got = payload;
    assert_int_equal(hit->snippet_count, 1);
    assert_int_equal(hit->snippets[0]->mark_count, 2);
    assert_int_equal(hit->snippets[0]->marks[1], 4);
    assert_int_equal(hit->term_count, 1);
    assert_memory_equal(hit->terms[0].ptr, "text", 4);
    got->hits++;
    return CHIRON_STOP;
}

static void test_results(void **state)
{
    const uint32_t marks[] = {0, 4};
    const chiron_snippet snippet = {sizeof(snippet), 3, {"text", 4}, marks, 2};
    const chiron_snippet *const snippets[] = {&snippet};
    const chiron_sv terms[] = {{"text", 4}};
    const chiron_hit hit = {sizeof(hit), 9, 0.5, snippets, 1, terms, 1};
    struct out_event event = {.verb = OUT_VERB_NUMBER, .as.number = 1.25};
    struct got got = {.out.take = take_event};
    struct delivery delivery = {.out = &got.out, .hit_fn = take_hit, .payload = &got}, nothing = {0};
    struct arena arena = {0};
    struct buf wire = {0};
    struct wire_reader reader;
    chiron_status answer;
    (void)state;
    codec_put_out(&wire, &event);
    size_t first = wire.len;
    codec_put_hit(&wire, &hit);
    reader = (struct wire_reader){.rest = buf_view(&wire)};
    assert_true(codec_deliver(&reader, &delivery, &arena, &answer));
    assert_int_equal(answer, CHIRON_OK);
    assert_true(got.last.as.number == 1.25);
    assert_true(codec_deliver(&reader, &delivery, &arena, &answer));
    assert_int_equal(answer, CHIRON_STOP);
    assert_true(wire_done(&reader));
    for (size_t len = first; len < wire.len; len++) {
        reader = (struct wire_reader){.rest = sv_sub(buf_view(&wire), first, len - first)};
        assert_false(codec_deliver(&reader, &delivery, &arena, &answer));
    }
    assert_int_equal(got.hits, 1);
    /* A hit of a plugin that knows of no terms. */
    chiron_hit older = hit;
    older.struct_size = 40;
    buf_clear(&wire);
    codec_put_hit(&wire, &older);
    reader = (struct wire_reader){.rest = sv_sub(buf_view(&wire), wire.len - 4, 4)};
    assert_int_equal(wire_u32(&reader), 0);
    /* A result that this call does not expect is rubbish. */
    reader = (struct wire_reader){.rest = buf_view(&wire)};
    assert_false(codec_deliver(&reader, &nothing, &arena, &answer));
    buf_release(&wire);
    arena_release(&arena);
}

/* Any byte of a frame spoilt: no crash, whatever is understood. */
static void test_spoilt(void **state)
{
    struct got got = {.out.take = take_event};
    struct delivery delivery = {.out = &got.out};
    struct out_event event = {.verb = OUT_VERB_COLUMN, .text = SV_INIT("key"), .label = SV_INIT("Label")};
    struct buf wire = {0};
    (void)state;
    codec_put_out(&wire, &event);
    for (size_t at = 0; at < wire.len; at++) {
        for (int value = 0; value < 256; value++) {
            char before = wire.ptr[at];
            struct arena arena = {0};
            struct wire_reader reader = {.rest = buf_view(&wire)};
            chiron_status answer;
            wire.ptr[at] = (char)value;
            (void)codec_deliver(&reader, &delivery, &arena, &answer);
            wire.ptr[at] = before;
            arena_release(&arena);
        }
    }
    buf_release(&wire);
}

/* --- tables --- */

static void test_tables(void **state)
{
    static const chiron_option option = {sizeof(option), "min", 'm', "N", "summary"};
    static const chiron_option *const options[] = {&option, NULL};
    static const chiron_exporter_v1 exporter = {
        .struct_size = sizeof(exporter), .format = "x", .suffix = NULL, .summary = "s", .options = options};
    size_t kind = kind_index(PLUGIN_EXPORTER);
    struct table_offers offers = {0};
    struct arena arena = {0};
    struct buf wire = {0};
    struct wire_reader reader;
    union any_table back;
    (void)state;
    codec_put_table(&wire, kind, &exporter);
    reader = (struct wire_reader){.rest = buf_view(&wire)};
    assert_true(codec_take_table(&reader, kind, &arena, &back, &offers));
    assert_true(wire_done(&reader));
    assert_string_equal(back.exporter.format, "x");
    assert_null(back.exporter.suffix);
    assert_string_equal(back.exporter.options[0]->value_name, "N");
    assert_int_equal(back.exporter.options[0]->short_name, 'm');
    assert_null(back.exporter.options[1]);
    for (size_t len = 0; len < wire.len; len++) {
        reader = (struct wire_reader){.rest = sv_make(wire.ptr, len)};
        assert_false(codec_take_table(&reader, kind, &arena, &back, &offers));
    }
    buf_release(&wire);
    arena_release(&arena);
}

/* --- frames --- */

static void test_frames(void **state)
{
    int ends[2];
    struct wire here, there;
    struct buf body = {0}, frame = {0};
    uint32_t message;
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    here = (struct wire){.fd = ends[0], .timeout_ms = 300};
    there = (struct wire){.fd = ends[1], .timeout_ms = 300};
    wire_put_text(&body, SV("hello"));
    assert_int_equal(wire_send(&here, MESSAGE_CALL, &body), WIRE_OK);
    assert_int_equal(wire_send(&here, MESSAGE_ANSWER, NULL), WIRE_OK);
    assert_int_equal(wire_receive(&there, false, &message, &frame), WIRE_OK);
    assert_int_equal(message, MESSAGE_CALL);
    assert_true(sv_eq(buf_view(&frame), buf_view(&body)));
    assert_int_equal(wire_receive(&there, false, &message, &frame), WIRE_OK);
    assert_int_equal(message, MESSAGE_ANSWER);
    assert_int_equal(frame.len, 0);
    assert_int_equal(wire_receive(&there, false, &message, &frame), WIRE_TIMEOUT);
    /* A length beyond all bounds is not waited for. */
    const uint32_t huge[] = {UINT32_MAX, MESSAGE_CALL};
    assert_int_equal(write(ends[0], huge, sizeof(huge)), sizeof(huge));
    assert_int_equal(wire_receive(&there, false, &message, &frame), WIRE_BROKEN);
    /* Half a frame, then nothing. */
    const uint32_t half[] = {100, MESSAGE_CALL};
    assert_int_equal(write(ends[0], half, sizeof(half)), sizeof(half));
    assert_int_equal(wire_receive(&there, false, &message, &frame), WIRE_TIMEOUT);
    close(ends[0]);
    assert_int_equal(wire_receive(&there, false, &message, &frame), WIRE_CLOSED);
    assert_int_equal(wire_send(&there, MESSAGE_CALL, &body), WIRE_CLOSED);
    close(ends[1]);
    buf_release(&body);
    buf_release(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_query),  cmocka_unit_test(test_query_too_deep),
        cmocka_unit_test(test_notes),  cmocka_unit_test(test_notes_not_granted),
        cmocka_unit_test(test_fields), cmocka_unit_test(test_results),
        cmocka_unit_test(test_spoilt), cmocka_unit_test(test_tables),
        cmocka_unit_test(test_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
