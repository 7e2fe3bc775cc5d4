/* The lender in a worker: a plugin's questions travel to the program. */
#include "base/i18n.h"
#include "base/progress.h"
#include "host/worker.h"

enum { EMISSIONS_MAX = 64 * 1024, PROGRESS_EVERY_MS = 50, ALIVE_EVERY_MS = 500 };

static struct worker *worker_of(struct lender *lender)
{
    return (struct worker *)lender;
}

static status lost(struct err *err)
{
    return err_set(err, FAILED, _("the program does not answer"));
}

status worker_ask(struct worker *worker, enum message message, const struct buf *body, struct buf *frame,
                  struct wire_reader *reader, struct err *err)
{
    uint32_t came;
    status got;
    if (wire_send(&worker->wire, message, body) != WIRE_OK)
        return lost(err);
    if (wire_receive(&worker->wire, false, &came, frame) != WIRE_OK || came != MESSAGE_ANSWER)
        return lost(err);
    *reader = (struct wire_reader){.rest = buf_view(frame)};
    got = wire_status(reader, err);
    return reader->failed ? lost(err) : got;
}

/* --- results --- */

chiron_status worker_flush(struct worker *worker, struct err *err)
{
    struct buf frame = {0};
    struct wire_reader reader;
    if (worker->received == CHIRON_OK && (worker->emissions.len > 0 || worker->emissions.failed))
        worker->received = worker_ask(worker, MESSAGE_EMIT, &worker->emissions, &frame, &reader, err);
    buf_clear(&worker->emissions);
    buf_release(&frame);
    return worker->received;
}

chiron_status worker_emitted(struct worker *worker)
{
    struct err ignored = {0}; /* the program knows its own words */
    if (worker->received != CHIRON_OK || worker->emissions.len < EMISSIONS_MAX)
        return worker->received;
    return worker_flush(worker, &ignored);
}

static chiron_status take_out(struct chiron_out *out, const struct out_event *event)
{
    struct worker *worker = ((struct worker_out *)out)->worker;
    codec_put_out(&worker->emissions, event);
    return worker_emitted(worker);
}

static chiron_status tree_file(struct chiron_tree *tree, struct sv path)
{
    struct worker *worker = ((struct worker_tree *)tree)->worker;
    wire_put_u8(&worker->emissions, EMIT_FILE);
    wire_put_text(&worker->emissions, path);
    return worker_emitted(worker);
}

static chiron_status tree_write(struct chiron_tree *tree, struct sv bytes)
{
    struct worker *worker = ((struct worker_tree *)tree)->worker;
    wire_put_u8(&worker->emissions, EMIT_WRITE);
    wire_put_text(&worker->emissions, bytes);
    return worker_emitted(worker);
}

/* --- notes --- */

static status ask_id(struct worker *worker, enum message message, int64_t id, struct buf *frame,
                     struct wire_reader *reader, struct err *err)
{
    struct buf body = {0};
    status got;
    wire_put_i64(&body, id);
    got = worker_ask(worker, message, &body, frame, reader, err);
    buf_release(&body);
    return got;
}

static status content(struct lender *lender, struct chiron_note *note, struct err *err)
{
    struct buf frame = {0};
    struct wire_reader reader;
    status got = ask_id(worker_of(lender), MESSAGE_CONTENT, note->record.id, &frame, &reader, err);
    if (got == DONE) {
        struct sv bytes = arena_copy(note->arena, wire_text(&reader));
        if (bytes.ptr == NULL)
            got = err_no_memory(err);
        else
            lent_note_set_bytes(note, bytes);
    }
    buf_release(&frame);
    return got;
}

static status headings(struct lender *lender, struct chiron_note *note, struct err *err)
{
    struct buf frame = {0};
    struct wire_reader reader;
    status got = ask_id(worker_of(lender), MESSAGE_HEADINGS, note->record.id, &frame, &reader, err);
    if (got == DONE && !codec_take_headings(&reader, note))
        got = err_no_memory(err);
    buf_release(&frame);
    return got;
}

static status links(struct lender *lender, struct chiron_note *note, struct err *err)
{
    struct buf frame = {0};
    struct wire_reader reader;
    status got = ask_id(worker_of(lender), MESSAGE_LINKS, note->record.id, &frame, &reader, err);
    if (got == DONE && !codec_take_links(&reader, note))
        got = err_no_memory(err);
    buf_release(&frame);
    return got;
}

/* --- queries --- */

/* One batch: the plugin sees it, and what it says goes back. */
static bool give_batch(struct worker *worker, struct chiron_call *call, struct wire_reader *reader, chiron_notes_fn fn,
                       void *payload)
{
    struct arena arena = {0};
    struct buf body = {0};
    struct chiron_note **notes;
    size_t count = 0;
    chiron_status said = CHIRON_ENOMEM;
    bool sent;
    if (codec_take_notes(reader, &worker->lender, &arena, &notes, &count))
        said = fn(payload, call, (const chiron_note *const *)notes, count);
    for (size_t i = 0; i < count; i++)
        lent_note_release(notes[i]);
    arena_release(&arena);
    wire_put_i32(&body, said);
    sent = wire_send(&worker->wire, MESSAGE_MORE, &body) == WIRE_OK;
    buf_release(&body);
    return sent;
}

static chiron_status each(struct lender *lender, struct chiron_call *call, struct sv query, chiron_notes_fn fn,
                          void *payload, struct err *err)
{
    struct worker *worker = worker_of(lender);
    struct buf body = {0}, frame = {0};
    uint32_t came = MESSAGE_NOTES;
    chiron_status answer;
    bool going;
    wire_put_text(&body, query);
    going = wire_send(&worker->wire, MESSAGE_EACH, &body) == WIRE_OK;
    while (going && came == MESSAGE_NOTES) {
        struct wire_reader reader;
        going = wire_receive(&worker->wire, false, &came, &frame) == WIRE_OK;
        reader = (struct wire_reader){.rest = buf_view(&frame)};
        if (going && came == MESSAGE_NOTES)
            going = give_batch(worker, call, &reader, fn, payload);
    }
    if (going && came == MESSAGE_ANSWER) {
        struct wire_reader reader = {.rest = buf_view(&frame)};
        answer = wire_status(&reader, err);
    } else {
        answer = lost(err);
    }
    buf_release(&body);
    buf_release(&frame);
    return answer;
}

static status count(struct lender *lender, struct sv query, uint64_t *count_out, struct err *err)
{
    struct buf body = {0}, frame = {0};
    struct wire_reader reader;
    status got;
    wire_put_text(&body, query);
    got = worker_ask(worker_of(lender), MESSAGE_COUNT, &body, &frame, &reader, err);
    if (got == DONE)
        *count_out = wire_u64(&reader);
    buf_release(&body);
    buf_release(&frame);
    return got;
}

static status take_found(struct lender *lender, struct wire_reader *reader, struct chiron_note *note, struct err *err)
{
    return codec_take_note(reader, lender, note->arena, note) ? DONE : err_no_memory(err);
}

static status find(struct lender *lender, struct sv handle, struct chiron_note *note, struct err *err)
{
    struct buf body = {0}, frame = {0};
    struct wire_reader reader;
    status got;
    wire_put_text(&body, handle);
    got = worker_ask(worker_of(lender), MESSAGE_FIND, &body, &frame, &reader, err);
    if (got == DONE)
        got = take_found(lender, &reader, note, err);
    buf_release(&body);
    buf_release(&frame);
    return got;
}

static status get(struct lender *lender, int64_t id, struct chiron_note *note, struct err *err)
{
    struct buf frame = {0};
    struct wire_reader reader;
    status got = ask_id(worker_of(lender), MESSAGE_GET, id, &frame, &reader, err);
    if (got == DONE)
        got = take_found(lender, &reader, note, err);
    buf_release(&frame);
    return got;
}

/* --- the rest --- */

static status ask_text(struct worker *worker, enum message message, const struct buf *body, struct arena *arena,
                       struct sv *text_out, struct err *err)
{
    struct buf frame = {0};
    struct wire_reader reader;
    status got = worker_ask(worker, message, body, &frame, &reader, err);
    if (got == DONE) {
        *text_out = arena_copy(arena, wire_text(&reader));
        if (text_out->ptr == NULL)
            got = err_no_memory(err);
    }
    buf_release(&frame);
    return got;
}

static status config(struct lender *lender, struct sv key, struct arena *arena, struct sv *value_out, struct err *err)
{
    struct buf body = {0};
    status got;
    wire_put_text(&body, key);
    got = ask_text(worker_of(lender), MESSAGE_CONFIG, &body, arena, value_out, err);
    buf_release(&body);
    return got;
}

static status data_dir(struct lender *lender, struct arena *arena, struct sv *path_out, struct err *err)
{
    return ask_text(worker_of(lender), MESSAGE_DATA_DIR, NULL, arena, path_out, err);
}

static status template(struct lender *lender, bool own, struct sv path, struct arena *arena, struct sv *bytes_out,
                       struct err *err)
{
    struct buf body = {0};
    status got;
    wire_put_u8(&body, own);
    wire_put_text(&body, path);
    got = ask_text(worker_of(lender), MESSAGE_TEMPLATE, &body, arena, bytes_out, err);
    buf_release(&body);
    return got;
}

static void progress(struct lender *lender, uint64_t done, uint64_t total)
{
    struct worker *worker = worker_of(lender);
    uint64_t now = clock_ms();
    struct buf body = {0};
    if (now - worker->progress_ms < PROGRESS_EVERY_MS)
        return;
    worker->progress_ms = now;
    wire_put_u64(&body, done);
    wire_put_u64(&body, total);
    /* A program that is gone is noticed by the next question. */
    (void)wire_send(&worker->wire, MESSAGE_PROGRESS, &body);
    buf_release(&body);
}

void worker_alive(struct worker *worker)
{
    uint64_t now = clock_ms();
    if (now - worker->alive_ms < ALIVE_EVERY_MS)
        return;
    worker->alive_ms = now;
    (void)wire_send(&worker->wire, MESSAGE_ALIVE, NULL);
}

static bool cancelled(const struct lender *lender)
{
    (void)lender;
    return cancel_requested();
}

static const struct lender_ops worker_ops = {
    .content = content,
    .headings = headings,
    .links = links,
    .each = each,
    .count = count,
    .find = find,
    .get = get,
    .config = config,
    .data_dir = data_dir,
    .template = template,
    .progress = progress,
    .cancelled = cancelled,
};

void worker_init(struct worker *worker, int fd)
{
    *worker = (struct worker){.lender.ops = &worker_ops, .wire.fd = fd};
    worker->out = (struct worker_out){.lent.take = take_out, .worker = worker};
    worker->tree = (struct worker_tree){.lent = {.file = tree_file, .write = tree_write}, .worker = worker};
}
