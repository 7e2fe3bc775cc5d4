/* What a worker may send, from one that is out of its mind: the first byte says what it is read as. */
#include "host/codec.h"
#include "host/manifest.h"
#include "host/sink.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* --- results, into a JSON answer --- */

static chiron_status take_hit(void *payload, const chiron_hit *hit)
{
    (void)payload;
    for (size_t i = 0; i < hit->snippet_count; i++)
        for (size_t k = 0; k < hit->snippets[i]->mark_count; k++)
            check(hit->snippets[i]->marks != NULL);
    return CHIRON_OK;
}

static chiron_status take_finding(void *payload, const chiron_finding *finding)
{
    (void)payload;
    check(finding->message.ptr != NULL || finding->message.len == 0);
    return CHIRON_OK;
}

static chiron_status take_suggestion(void *payload, const chiron_suggestion *suggestion)
{
    (void)payload;
    for (size_t i = 0; i < suggestion->factor_count; i++)
        check(suggestion->factors[i]->struct_size == sizeof(chiron_factor));
    return CHIRON_OK;
}

static chiron_status take_tree(struct chiron_tree *tree, struct sv bytes)
{
    (void)tree;
    check(bytes.ptr != NULL || bytes.len == 0);
    return CHIRON_OK;
}

static void results(struct wire_reader *reader)
{
    struct buf captured = {0};
    struct out_options options = {.format = OUT_JSON, .fd = -1, .capture = &captured};
    struct chiron_tree tree = {.file = take_tree, .write = take_tree};
    struct err err = {0};
    struct out *out;
    struct sink sink;
    if (out_open(&options, &out, &err) != DONE)
        return;
    sink_init(&sink, out);
    struct delivery delivery = {.out = &sink.lent,
                                .tree = &tree,
                                .hit_fn = take_hit,
                                .finding_fn = take_finding,
                                .suggestion_fn = take_suggestion};
    size_t note = 0;
    delivery.note_out = &note;
    delivery.note_count = 4;
    bool understood = true;
    while (understood && !wire_done(reader)) {
        struct arena arena = {0};
        chiron_status answer;
        understood = codec_deliver(reader, &delivery, &arena, &answer);
        arena_release(&arena);
    }
    (void)sink_finish(&sink, &err);
    struct err closing = {0};
    struct tree *json = NULL;
    check(out_close(out, &closing) == DONE);
    check(tree_parse(buf_view(&captured), &json, &closing) == DONE);
    tree_free(json);
    buf_release(&captured);
}

/* --- the rest --- */

static void tables(struct wire_reader *reader, size_t kind)
{
    struct expectation expected = {.id = SV_INIT("id"), .command = SV_INIT("id"), .format = SV_INIT("id")};
    struct table_offers offers = {0};
    struct arena arena = {0};
    union any_table table;
    struct err err = {0};
    /* Without its functions a table is never valid; what is looked at is its data. */
    if (codec_take_table(reader, kind, &arena, &table, &offers))
        check(table_check(kind, &table, &expected, &err) != DONE);
    arena_release(&arena);
}

static void notes(struct wire_reader *reader)
{
    struct lender lender = {0};
    struct arena arena = {0};
    struct chiron_note **taken;
    size_t count;
    if (codec_take_notes(reader, &lender, &arena, &taken, &count))
        for (size_t i = 0; i < count; i++) {
            chiron_sv value;
            (void)lent_notes.field(taken[i], "a[0].b", 0, &value);
            (void)lent_notes.tag(taken[i], 0, &value);
            lent_note_release(taken[i]);
        }
    arena_release(&arena);
}

static void query(struct wire_reader *reader)
{
    struct arena arena = {0};
    const chiron_search_query *taken;
    if (codec_take_query(reader, &arena, &taken)) {
        struct buf again = {0};
        codec_put_query(&again, taken);
        check(!again.failed);
        buf_release(&again);
    }
    arena_release(&arena);
}

static void manifest(struct sv text)
{
    struct arena arena = {0};
    struct manifest taken;
    struct err err = {0};
    status got = manifest_parse(text, SV("id"), &arena, &taken, &err);
    check(got == DONE || err.text[0] != '\0');
    check(got != DONE || (taken.kinds != 0 && sv_eq_c(taken.id, "id")));
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wire_reader reader = {.rest = sv_make((const char *)data, size)};
    uint8_t what = wire_u8(&reader);
    if (what < KIND_COUNT)
        tables(&reader, what);
    else if (what == 'r')
        results(&reader);
    else if (what == 'n')
        notes(&reader);
    else if (what == 'q')
        query(&reader);
    else
        manifest(sv_make((const char *)data, size));
    return 0;
}
