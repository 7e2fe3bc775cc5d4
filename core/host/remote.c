#include "host/remote.h"

#include "base/i18n.h"
#include "base/progress.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { END_WAIT_MS = 2000, CANCEL_WAIT_MS = 2000 };

/* --- the end of a worker --- */

static void explain_signal(struct remote *remote, int number, long peak_mib)
{
    const char *words = strsignal(number);
    /* A plugin that gets no memory seldom says so: it falls over its NULL. */
    bool starved = (uint64_t)peak_mib * 10 >= remote->limits.memory_mib * 8;
    if (number == SIGXCPU)
        err_set(&remote->ended, FAILED, _("it used more than %llu seconds of processor time"),
                (unsigned long long)remote->limits.cpu_s);
    else if (starved)
        err_set(&remote->ended, FAILED,
                _("it crashed (signal %d, %s) after it had used %ld MiB of memory; plugin.memory allows %llu"), number,
                words, peak_mib, (unsigned long long)remote->limits.memory_mib);
    else
        err_set(&remote->ended, FAILED, _("it crashed (signal %d, %s)"), number, words);
}

static void explain_end(struct remote *remote, int how, long peak_mib)
{
    if (WIFSIGNALED(how))
        explain_signal(remote, WTERMSIG(how), peak_mib);
    else
        err_set(&remote->ended, FAILED, _("it ended its process with exit code %d"), WEXITSTATUS(how));
}

/* A worker that broke the rules once is not talked to again. */
static void end(struct remote *remote, enum wire_result result)
{
    int how = 0;
    long peak_mib = 0;
    if (remote->process.pid == 0)
        return;
    switch (result) {
    case WIRE_TIMEOUT:
    case WIRE_CANCELLED:
        if (remote->cancelling)
            err_set(&remote->ended, CANCELLED, _("cancelled"));
        else
            err_set(&remote->ended, FAILED,
                    _("it sent no word for %llu seconds and was ended; plugin.timeout sets this"),
                    (unsigned long long)remote->limits.timeout_s);
        break;
    case WIRE_BROKEN:
        err_set(&remote->ended, FAILED, _("it answered with rubbish and was ended"));
        break;
    case WIRE_NO_MEMORY:
        err_no_memory(&remote->ended);
        break;
    case WIRE_OK:
    case WIRE_CLOSED:
        break;
    }
    if (result != WIRE_CLOSED)
        kill(remote->process.pid, SIGKILL);
    process_end(&remote->process, END_WAIT_MS, &how, &peak_mib);
    if (remote->ended.code == DONE)
        explain_end(remote, how, peak_mib);
}

static chiron_status give_end(const struct remote *remote, struct err *err)
{
    if (err != NULL && err->code == DONE)
        *err = remote->ended;
    return remote->ended.code < CHIRON_ECANCELLED ? CHIRON_EFAILED : remote->ended.code;
}

/* --- an exchange --- */

void exchange_init(struct exchange *exchange, enum operation operation)
{
    *exchange = (struct exchange){0};
    wire_put_u8(&exchange->body, (uint8_t)operation);
}

void exchange_release(struct exchange *exchange)
{
    buf_release(&exchange->body);
    buf_release(&exchange->frame);
}

/* Tells the worker of the user's wish; it has a moment to come to a good end. */
static void ask_to_end(struct remote *remote)
{
    remote->cancelling = true;
    remote->wire.timeout_ms = CANCEL_WAIT_MS;
    kill(remote->process.pid, SIGTERM);
}

enum wire_result remote_serve(struct remote *remote, struct chiron_call *call, const struct delivery *delivery,
                              uint32_t until, struct buf *frame)
{
    for (;;) {
        uint32_t message;
        struct wire_reader reader;
        enum wire_result result = wire_receive(&remote->wire, !remote->cancelling, &message, frame);
        if (result == WIRE_CANCELLED && !remote->cancelling) {
            ask_to_end(remote);
            continue;
        }
        if (result != WIRE_OK || message == until)
            return result;
        reader = (struct wire_reader){.rest = buf_view(frame)};
        if (remote->depth == CALL_DEPTH_MAX)
            return WIRE_BROKEN;
        remote->depth++;
        if (!remote_answer(remote, call, delivery, message, &reader, &result))
            result = WIRE_BROKEN;
        remote->depth--;
        if (result != WIRE_OK)
            return result;
    }
}

chiron_status remote_call(struct remote *remote, struct chiron_call *call, struct exchange *exchange,
                          const struct delivery *delivery, struct err *err)
{
    enum wire_result result;
    if (remote->process.pid == 0)
        return give_end(remote, err);
    if (buf_check(&exchange->body, err) != DONE)
        return CHIRON_ENOMEM;
    if (exchange->body.len > WIRE_FRAME_MAX)
        return err_set(err, FAILED, _("what it is asked to do is too large to tell"));
    result = wire_send(&remote->wire, MESSAGE_CALL, &exchange->body);
    if (result == WIRE_OK)
        result = remote_serve(remote, call, delivery, MESSAGE_RETURN, &exchange->frame);
    if (result == WIRE_OK) {
        chiron_status answer;
        exchange->reader = (struct wire_reader){.rest = buf_view(&exchange->frame)};
        answer = wire_status(&exchange->reader, err);
        if (!exchange->reader.failed)
            return answer;
        result = WIRE_BROKEN;
    }
    end(remote, result);
    return give_end(remote, err);
}

chiron_status remote_understood(struct remote *remote, const struct exchange *exchange, chiron_status answer,
                                struct err *err)
{
    if (answer < 0 || wire_done(&exchange->reader))
        return answer;
    end(remote, WIRE_BROKEN);
    return give_end(remote, err);
}

/* --- loading --- */

static void close_remote(struct instance *instance)
{
    struct remote *remote = instance->impl;
    /* A closed socket is the worker's sign to close its plugin and go. */
    process_end(&remote->process, END_WAIT_MS, NULL, NULL);
    arena_release(&remote->arena);
    free(remote);
}

static void put_load(struct buf *body, const struct remote *remote, const struct expectation *expected)
{
    wire_put_cstr(body, expected->object);
    wire_put_text(body, expected->id);
    wire_put_text(body, expected->version);
    wire_put_text(body, expected->command);
    wire_put_text(body, expected->format);
    wire_put_u32(body, expected->kinds);
    wire_put_u32(body, remote->lender->grants);
    wire_put_u64(body, remote->limits.memory_mib);
    wire_put_u64(body, remote->limits.cpu_s);
    wire_put_cstr(body, i18n_lang());
}

static status take_tables(struct remote *remote, const struct expectation *expected, struct wire_reader *reader,
                          struct instance *instance, struct err *err)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        struct table_offers offers = {0};
        status got;
        if ((expected->kinds & kinds[i].kind) == 0)
            continue;
        if (!codec_take_table(reader, i, &remote->arena, &remote->tables[i], &offers))
            return err_set(err, REFUSED, _("it answered with rubbish while it was loaded"));
        proxy_fill(i, &remote->tables[i], &offers);
        got = table_check(i, &remote->tables[i], expected, err);
        if (got != DONE)
            return got;
        instance->tables[i] = &remote->tables[i];
    }
    return DONE;
}

static status load(struct remote *remote, const struct expectation *expected, struct instance *instance,
                   struct err *err)
{
    struct exchange exchange;
    chiron_status answer;
    status got;
    exchange_init(&exchange, OPERATION_LOAD);
    put_load(&exchange.body, remote, expected);
    answer = remote_call(remote, NULL, &exchange, NULL, err);
    if (answer == CHIRON_OK) {
        got = take_tables(remote, expected, &exchange.reader, instance, err);
    } else {
        if (remote->process.pid == 0)
            err_context(err, _("while it was loaded"));
        got = err != NULL && err->code != DONE ? err->code : err_set(err, FAILED, _("it failed to load"));
    }
    exchange_release(&exchange);
    return got;
}

status remote_open(const struct expectation *expected, const struct worker_limits *limits, struct lender *lender,
                   struct instance *instance_out, struct err *err)
{
    struct remote *remote = memory_zero(1, sizeof(*remote));
    struct err words = {0};
    status got;
    *instance_out = (struct instance){0};
    if (remote == NULL)
        return err_no_memory(err);
    remote->lender = lender;
    remote->limits = *limits;
    got = process_start(&remote->process, &words);
    if (got == DONE) {
        remote->wire =
            (struct wire){.fd = remote->process.fd,
                          .timeout_ms = limits->timeout_s < INT_MAX / 1000 ? (int)limits->timeout_s * 1000 : INT_MAX};
        instance_out->impl = remote;
        instance_out->self = remote;
        instance_out->close = close_remote;
        instance_out->check_batch = proxy_check_batch;
        got = load(remote, expected, instance_out, &words);
    } else {
        free(remote);
    }
    if (got != DONE) {
        instance_close(instance_out);
        err_set(err, words.code, "%s", words.text);
    }
    return got;
}
