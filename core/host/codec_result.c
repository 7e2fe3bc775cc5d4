#include "host/codec.h"

#include <string.h>

/* --- from the plugin into the wire --- */

void codec_put_out(struct buf *out, const struct out_event *event)
{
    wire_put_u8(out, EMIT_OUT);
    wire_put_u8(out, (uint8_t)event->verb);
    wire_put_text(out, event->text);
    wire_put_text(out, event->label);
    if (event->verb == OUT_VERB_NUMBER)
        wire_put_f64(out, event->as.number);
    else
        wire_put_i64(out, event->verb == OUT_VERB_BOOLEAN ? event->as.boolean : event->as.integer);
}

void codec_put_hit(struct buf *out, const chiron_hit *hit)
{
    wire_put_u8(out, EMIT_HIT);
    wire_put_i64(out, hit->id);
    wire_put_f64(out, hit->score);
    wire_put_u32(out, (uint32_t)hit->snippet_count);
    for (size_t i = 0; i < hit->snippet_count; i++) {
        const chiron_snippet *snippet = hit->snippets[i];
        wire_put_u32(out, snippet->line);
        wire_put_text(out, take_sv(snippet->text));
        wire_put_u32(out, (uint32_t)snippet->mark_count);
        buf_put(out, sv_make((const char *)snippet->marks, snippet->mark_count * sizeof(snippet->marks[0])));
    }
    size_t term_count = CHIRON_HAS(chiron_hit, hit, term_count) && hit->terms != NULL ? hit->term_count : 0;
    wire_put_u32(out, (uint32_t)term_count);
    for (size_t i = 0; i < term_count; i++)
        wire_put_text(out, take_sv(hit->terms[i]));
}

void codec_put_respelling(struct buf *out, const chiron_respelling *respelling)
{
    wire_put_u8(out, EMIT_RESPELLING);
    wire_put_text(out, take_sv(respelling->from));
    wire_put_text(out, take_sv(respelling->to));
}

void codec_put_finding(struct buf *out, size_t note, const chiron_finding *finding)
{
    wire_put_u8(out, EMIT_FINDING);
    wire_put_u32(out, (uint32_t)note);
    wire_put_u32(out, finding->level);
    wire_put_u32(out, finding->line);
    wire_put_u32(out, finding->column);
    wire_put_text(out, take_sv(finding->message));
}

void codec_put_suggestion(struct buf *out, const chiron_suggestion *suggestion)
{
    wire_put_u8(out, EMIT_SUGGESTION);
    wire_put_u64(out, suggestion->mentor);
    wire_put_u64(out, suggestion->mentee);
    wire_put_f64(out, suggestion->score);
    wire_put_text(out, take_sv(suggestion->reason));
    wire_put_u32(out, (uint32_t)suggestion->factor_count);
    for (size_t i = 0; i < suggestion->factor_count; i++) {
        wire_put_cstr(out, suggestion->factors[i]->name);
        wire_put_f64(out, suggestion->factors[i]->points);
        wire_put_text(out, take_sv(suggestion->factors[i]->note));
    }
}

/* --- from the wire to the receiver --- */

static bool deliver_out(struct wire_reader *reader, const struct delivery *delivery, chiron_status *answer_out)
{
    struct out_event event = {0};
    uint8_t verb = wire_u8(reader);
    event.text = wire_text(reader);
    event.label = wire_text(reader);
    if (verb >= OUT_VERB_COUNT || delivery->out == NULL)
        return false;
    event.verb = (enum out_verb)verb;
    if (event.verb == OUT_VERB_NUMBER)
        event.as.number = wire_f64(reader);
    else if (event.verb == OUT_VERB_BOOLEAN)
        event.as.boolean = wire_i64(reader) != 0;
    else
        event.as.integer = wire_i64(reader);
    if (reader->failed)
        return false;
    *answer_out = delivery->out->take(delivery->out, &event);
    return true;
}

static bool deliver_tree(struct wire_reader *reader, const struct delivery *delivery, bool file,
                         chiron_status *answer_out)
{
    struct sv text = wire_text(reader);
    if (delivery->tree == NULL || reader->failed)
        return false;
    *answer_out = file ? delivery->tree->file(delivery->tree, text) : delivery->tree->write(delivery->tree, text);
    return true;
}

static bool take_snippet(struct wire_reader *reader, struct arena *arena, chiron_snippet *snippet)
{
    uint32_t *marks;
    snippet->struct_size = sizeof(*snippet);
    snippet->line = wire_u32(reader);
    snippet->text = lend_sv(wire_text(reader));
    snippet->mark_count = wire_count(reader, sizeof(uint32_t));
    marks = arena_array(arena, snippet->mark_count, sizeof(*marks));
    if (marks == NULL)
        return false;
    for (size_t i = 0; i < snippet->mark_count; i++)
        marks[i] = wire_u32(reader);
    snippet->marks = marks;
    return !reader->failed;
}

static bool deliver_hit(struct wire_reader *reader, const struct delivery *delivery, struct arena *arena,
                        chiron_status *answer_out)
{
    chiron_hit hit = {.struct_size = sizeof(hit)};
    chiron_snippet *all;
    const chiron_snippet **snippets;
    chiron_sv *terms;
    hit.id = wire_i64(reader);
    hit.score = wire_f64(reader);
    hit.snippet_count = wire_count(reader, 12);
    all = arena_array(arena, hit.snippet_count, sizeof(*all));
    snippets = arena_array(arena, hit.snippet_count, sizeof(*snippets));
    if (all == NULL || snippets == NULL || delivery->hit_fn == NULL)
        return false;
    for (size_t i = 0; i < hit.snippet_count; i++) {
        if (!take_snippet(reader, arena, &all[i]))
            return false;
        snippets[i] = &all[i];
    }
    hit.term_count = wire_count(reader, 4);
    terms = arena_array(arena, hit.term_count, sizeof(*terms));
    for (size_t i = 0; terms != NULL && i < hit.term_count; i++)
        terms[i] = lend_sv(wire_text(reader));
    if (reader->failed || terms == NULL)
        return false;
    hit.snippets = snippets;
    hit.terms = terms;
    *answer_out = delivery->hit_fn(delivery->payload, &hit);
    return true;
}

static bool deliver_respelling(struct wire_reader *reader, const struct delivery *delivery, chiron_status *answer_out)
{
    chiron_respelling respelling = {.struct_size = sizeof(respelling)};
    respelling.from = lend_sv(wire_text(reader));
    respelling.to = lend_sv(wire_text(reader));
    if (reader->failed || delivery->respelling_fn == NULL)
        return false;
    *answer_out = delivery->respelling_fn(delivery->payload, &respelling);
    return true;
}

static bool deliver_finding(struct wire_reader *reader, const struct delivery *delivery, chiron_status *answer_out)
{
    chiron_finding finding = {.struct_size = sizeof(finding)};
    uint32_t note = wire_u32(reader);
    finding.level = wire_u32(reader);
    finding.line = wire_u32(reader);
    finding.column = wire_u32(reader);
    finding.message = lend_sv(wire_text(reader));
    if (delivery->finding_fn == NULL || reader->failed || note >= delivery->note_count)
        return false;
    *delivery->note_out = note;
    *answer_out = delivery->finding_fn(delivery->payload, &finding);
    return true;
}

static bool deliver_suggestion(struct wire_reader *reader, const struct delivery *delivery, struct arena *arena,
                               chiron_status *answer_out)
{
    chiron_suggestion suggestion = {.struct_size = sizeof(suggestion)};
    chiron_factor *all;
    const chiron_factor **factors;
    suggestion.mentor = wire_u64(reader);
    suggestion.mentee = wire_u64(reader);
    suggestion.score = wire_f64(reader);
    suggestion.reason = lend_sv(wire_text(reader));
    suggestion.factor_count = wire_count(reader, 16);
    all = arena_array(arena, suggestion.factor_count, sizeof(*all));
    factors = arena_array(arena, suggestion.factor_count, sizeof(*factors));
    if (all == NULL || factors == NULL || delivery->suggestion_fn == NULL)
        return false;
    for (size_t i = 0; i < suggestion.factor_count; i++) {
        all[i].struct_size = sizeof(all[i]);
        all[i].name = wire_cstr(reader, arena);
        all[i].points = wire_f64(reader);
        all[i].note = lend_sv(wire_text(reader));
        factors[i] = &all[i];
    }
    if (reader->failed)
        return false;
    suggestion.factors = factors;
    *answer_out = delivery->suggestion_fn(delivery->payload, &suggestion);
    return true;
}

bool codec_deliver(struct wire_reader *reader, const struct delivery *delivery, struct arena *arena,
                   chiron_status *answer_out)
{
    *answer_out = CHIRON_OK;
    switch (wire_u8(reader)) {
    case EMIT_OUT:
        return deliver_out(reader, delivery, answer_out);
    case EMIT_FILE:
        return deliver_tree(reader, delivery, true, answer_out);
    case EMIT_WRITE:
        return deliver_tree(reader, delivery, false, answer_out);
    case EMIT_HIT:
        return deliver_hit(reader, delivery, arena, answer_out);
    case EMIT_RESPELLING:
        return deliver_respelling(reader, delivery, answer_out);
    case EMIT_FINDING:
        return deliver_finding(reader, delivery, answer_out);
    case EMIT_SUGGESTION:
        return deliver_suggestion(reader, delivery, arena, answer_out);
    default:
        return false;
    }
}
