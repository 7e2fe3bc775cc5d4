#include "host/worker.h"

#include "base/i18n.h"
#include "base/progress.h"
#include "host/host.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- restrictions --- */

/* A sanitizer's shadow memory is larger than any limit. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_SHADOW_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SHADOW_MEMORY 1
#endif
#endif
#ifndef HAS_SHADOW_MEMORY
#define HAS_SHADOW_MEMORY 0
#endif

/* Nothing but the socket: a descriptor that some library left open is not the plugin's to find. */
static void close_others(int fd)
{
    if (fd > STDERR_FILENO + 1)
        (void)syscall(SYS_close_range, (unsigned)STDERR_FILENO + 1, (unsigned)fd - 1, 0u);
    (void)syscall(SYS_close_range, (unsigned)fd + 1, ~0u, 0u);
}

static bool limit(int resource, uint64_t soft, uint64_t hard)
{
    struct rlimit limits = {.rlim_cur = (rlim_t)soft, .rlim_max = (rlim_t)hard};
    return setrlimit((__rlimit_resource_t)resource, &limits) == 0;
}

/* Before any of the plugin's code runs: constructors run while it is loaded. */
static status restrict_self(uint64_t memory_mib, uint64_t cpu_s, struct err *err)
{
    bool ok = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    /* No core file: it would hold notes. */
    ok = limit(RLIMIT_CORE, 0, 0) && ok;
    ok = limit(RLIMIT_CPU, cpu_s, cpu_s + 1) && ok;
    if (!HAS_SHADOW_MEMORY)
        ok = limit(RLIMIT_AS, memory_mib << 20, memory_mib << 20) && ok;
    return ok ? DONE : err_set(err, FAILED, _("unable to restrict the worker"));
}

/* --- loading --- */

static struct sv own_text(struct worker *worker, struct wire_reader *reader)
{
    struct sv text = arena_copy(&worker->arena, wire_text(reader));
    if (text.ptr == NULL)
        reader->failed = true;
    return text;
}

static void put_tables(const struct worker *worker, struct buf *answer)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (worker->instance.tables[i] != NULL)
            codec_put_table(answer, i, worker->instance.tables[i]);
}

static status load(struct worker *worker, struct wire_reader *reader, struct buf *answer, struct err *err)
{
    struct expectation *expected = &worker->expected;
    uint64_t memory_mib, cpu_s;
    const char *lang;
    status got;
    expected->object = wire_cstr(reader, &worker->arena);
    expected->id = own_text(worker, reader);
    expected->version = own_text(worker, reader);
    expected->command = own_text(worker, reader);
    expected->format = own_text(worker, reader);
    expected->kinds = wire_u32(reader);
    worker->lender.grants = wire_u32(reader);
    memory_mib = wire_u64(reader);
    cpu_s = wire_u64(reader);
    lang = wire_cstr(reader, &worker->arena);
    if (!wire_done(reader) || expected->object == NULL || worker->instance.close != NULL)
        return err_set(err, FAILED, _("the worker does not understand the program"));
    i18n_init(lang);
    lent_init(&worker->lent, CHIRON_VERSION, worker->lender.grants);
    got = restrict_self(memory_mib, cpu_s, err);
    if (got == DONE)
        got = local_open(expected, &worker->lent, &worker->lender, &worker->instance, err);
    if (got == DONE)
        put_tables(worker, answer);
    return got;
}

/* --- calls --- */

static status serve_call(struct worker *worker, enum operation operation, struct wire_reader *reader,
                         struct buf *answer, struct err *err)
{
    struct chiron_call call;
    chiron_status got, received;
    if (operation == OPERATION_LOAD)
        return load(worker, reader, answer, err);
    worker->received = CHIRON_OK;
    call_begin(&call, &worker->lender);
    got = worker_do(worker, operation, &call, reader, answer);
    received = worker_flush(worker, &call.err);
    /* What the program said to the last results is the call's answer, when the plugin had no worse. */
    if (got == CHIRON_OK)
        got = received;
    return call_end(&call, got, err);
}

static bool serve(struct worker *worker, struct buf *frame)
{
    struct wire_reader reader = {.rest = buf_view(frame)};
    struct buf answer = {0}, body = {0};
    struct err err = {0};
    bool sent;
    enum operation operation = (enum operation)wire_u8(&reader);
    status got = serve_call(worker, operation, &reader, &answer, &err);
    if (answer.failed)
        got = err_no_memory(&err);
    wire_put_status(&body, got < CHIRON_ECANCELLED ? CHIRON_EFAILED : got, &err);
    if (got == DONE)
        buf_put(&body, buf_view(&answer));
    sent = wire_send(&worker->wire, MESSAGE_RETURN, &body) == WIRE_OK;
    buf_release(&answer);
    buf_release(&body);
    return sent;
}

void worker_release(struct worker *worker)
{
    instance_close(&worker->instance);
    buf_release(&worker->emissions);
    free(worker->states);
    arena_release(&worker->arena);
}

int plugin_worker_main(int fd)
{
    struct worker worker;
    struct buf frame = {0};
    uint32_t message;
    pid_t program = getppid();
    close_others(fd);
    /* The program may have died before the death signal was asked for. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != program)
        return 3;
    cancel_install();
    worker_init(&worker, fd);
    while (wire_receive(&worker.wire, false, &message, &frame) == WIRE_OK && message == MESSAGE_CALL)
        if (!serve(&worker, &frame))
            break;
    buf_release(&frame);
    worker_release(&worker);
    return 0;
}
