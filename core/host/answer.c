/* The program's answers to what a worker asks while a call runs. */
#include "base/i18n.h"
#include "host/remote.h"

struct question {
    struct remote *remote;
    struct chiron_call *call;
    const struct delivery *delivery;
    struct wire_reader *reader;
    struct buf body; /* behind the status */
    struct err err;
};

static enum wire_result send_answer(struct question *question, chiron_status answer)
{
    struct buf frame = {0};
    enum wire_result result;
    if (answer == CHIRON_OK && buf_check(&question->body, &question->err) != DONE)
        answer = CHIRON_ENOMEM;
    if (answer == CHIRON_OK && question->body.len > WIRE_FRAME_MAX / 2)
        answer = err_set(&question->err, FAILED, _("the answer is too large to tell"));
    wire_put_status(&frame, answer, &question->err);
    if (answer == CHIRON_OK)
        buf_put(&frame, buf_view(&question->body));
    result = wire_send(&question->remote->wire, MESSAGE_ANSWER, &frame);
    buf_release(&frame);
    return result;
}

/* --- a note's parts --- */

/* The note of the id that was asked for. Every id is fair to ask for: reading notes is granted as a whole. */
static status fetch(struct question *question, struct arena *arena, struct chiron_note *note)
{
    struct lender *lender = question->remote->lender;
    int64_t id = wire_i64(question->reader);
    note->arena = arena;
    return lender->ops->get(lender, id, note, &question->err);
}

static chiron_status answer_part(struct question *question, uint32_t message)
{
    struct lender *lender = question->remote->lender;
    struct arena arena = {0};
    struct chiron_note note = {0};
    status got = fetch(question, &arena, &note);
    if (got == NOT_FOUND)
        got = err_set(&question->err, CONFLICTED, _("the note is gone meanwhile"));
    if (got == DONE && message == MESSAGE_CONTENT) {
        got = lender->ops->content(lender, &note, &question->err);
        wire_put_text(&question->body, note.bytes);
    } else if (got == DONE && message == MESSAGE_HEADINGS) {
        got = lender->ops->headings(lender, &note, &question->err);
        codec_put_headings(&question->body, &note);
    } else if (got == DONE) {
        got = lender->ops->links(lender, &note, &question->err);
        codec_put_links(&question->body, &note);
    }
    lent_note_release(&note);
    arena_release(&arena);
    return got;
}

static chiron_status answer_note(struct question *question, uint32_t message)
{
    struct lender *lender = question->remote->lender;
    struct arena arena = {0};
    struct chiron_note note = {.arena = &arena};
    status got;
    if (message == MESSAGE_FIND)
        got = lender->ops->find(lender, wire_text(question->reader), &note, &question->err);
    else
        got = fetch(question, &arena, &note);
    if (got == DONE)
        codec_put_note(&question->body, &note, true);
    lent_note_release(&note);
    arena_release(&arena);
    return got;
}

/* --- queries --- */

struct giving {
    struct question *question;
    enum wire_result result;
};

static chiron_status give_batch(void *payload, chiron_call *call, const chiron_note *const *notes, size_t count)
{
    struct giving *giving = payload;
    const struct question *question = giving->question;
    struct buf body = {0}, frame = {0};
    chiron_status answer = CHIRON_EFAILED;
    codec_put_notes(&body, notes, count, true);
    giving->result = wire_send(&question->remote->wire, MESSAGE_NOTES, &body);
    if (giving->result == WIRE_OK)
        giving->result = remote_serve(question->remote, call, question->delivery, MESSAGE_MORE, &frame);
    if (giving->result == WIRE_OK) {
        struct wire_reader reader = {.rest = buf_view(&frame)};
        answer = wire_i32(&reader);
        if (!wire_done(&reader))
            giving->result = WIRE_BROKEN;
    }
    buf_release(&body);
    buf_release(&frame);
    return giving->result == WIRE_OK ? answer : CHIRON_EFAILED;
}

static chiron_status answer_each(struct question *question, enum wire_result *result_out)
{
    struct lender *lender = question->remote->lender;
    struct giving giving = {.question = question, .result = WIRE_OK};
    struct buf query = {0};
    chiron_status answer = CHIRON_ENOMEM;
    /* The frame's buffer serves the questions within this one. */
    buf_put(&query, wire_text(question->reader));
    if (buf_check(&query, &question->err) == DONE)
        answer = lender->ops->each(lender, question->call, buf_view(&query), give_batch, &giving, &question->err);
    if (question->err.code != DONE)
        answer = question->err.code;
    buf_release(&query);
    *result_out = giving.result;
    return answer;
}

static chiron_status answer_count(struct question *question)
{
    struct lender *lender = question->remote->lender;
    uint64_t count = 0;
    status got = lender->ops->count(lender, wire_text(question->reader), &count, &question->err);
    wire_put_u64(&question->body, count);
    return got;
}

/* --- the rest --- */

static chiron_status answer_text(struct question *question, uint32_t message)
{
    struct lender *lender = question->remote->lender;
    struct arena arena = {0};
    struct sv text = {0};
    status got;
    if (message == MESSAGE_CONFIG) {
        got = lender->ops->config(lender, wire_text(question->reader), &arena, &text, &question->err);
    } else if (message == MESSAGE_TEMPLATE) {
        bool own = wire_bool(question->reader);
        got = lender->ops->template(lender, own, wire_text(question->reader), &arena, &text, &question->err);
    } else {
        got = lender->ops->data_dir(lender, &arena, &text, &question->err);
    }
    wire_put_text(&question->body, text);
    arena_release(&arena);
    return got;
}

/* Every event of the frame, until one is not welcome. False: rubbish. */
static bool deliver(struct question *question, chiron_status *answer_out)
{
    *answer_out = CHIRON_OK;
    while (*answer_out == CHIRON_OK && !wire_done(question->reader)) {
        struct arena arena = {0};
        bool understood =
            question->delivery != NULL && codec_deliver(question->reader, question->delivery, &arena, answer_out);
        arena_release(&arena);
        if (!understood)
            return false;
    }
    return true;
}

/* One way: nothing goes back. */
static bool progress(struct remote *remote, struct wire_reader *reader)
{
    uint64_t done = wire_u64(reader), total = wire_u64(reader);
    if (!wire_done(reader))
        return false;
    remote->lender->ops->progress(remote->lender, done, total);
    return true;
}

bool remote_answer(struct remote *remote, struct chiron_call *call, const struct delivery *delivery, uint32_t message,
                   struct wire_reader *reader, enum wire_result *result_out)
{
    struct question question = {.remote = remote, .call = call, .delivery = delivery, .reader = reader};
    chiron_status answer = CHIRON_OK;
    bool understood = true;
    *result_out = WIRE_OK;
    switch (message) {
    case MESSAGE_PROGRESS:
        return progress(remote, reader);
    case MESSAGE_ALIVE:
        return wire_done(reader);
    case MESSAGE_EMIT:
        understood = deliver(&question, &answer);
        break;
    case MESSAGE_CONTENT:
    case MESSAGE_HEADINGS:
    case MESSAGE_LINKS:
        answer = answer_part(&question, message);
        break;
    case MESSAGE_FIND:
    case MESSAGE_GET:
        answer = answer_note(&question, message);
        break;
    case MESSAGE_EACH:
        answer = answer_each(&question, result_out);
        break;
    case MESSAGE_COUNT:
        answer = answer_count(&question);
        break;
    case MESSAGE_CONFIG:
    case MESSAGE_DATA_DIR:
    case MESSAGE_TEMPLATE:
        answer = answer_text(&question, message);
        break;
    default:
        understood = false;
        break;
    }
    if (understood && *result_out == WIRE_OK && !reader->failed)
        *result_out = send_answer(&question, answer);
    buf_release(&question.body);
    return understood && !reader->failed;
}
