#include "host/wire.h"

#include "base/progress.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

enum { POLL_SLICE_MS = 200 };

struct header {
    uint32_t length, message;
};

/* --- writing --- */

static void put_bytes(struct buf *out, const void *bytes, size_t len)
{
    buf_put(out, sv_make(bytes, len));
}

void wire_put_u8(struct buf *out, uint8_t value)
{
    put_bytes(out, &value, sizeof(value));
}

void wire_put_u32(struct buf *out, uint32_t value)
{
    put_bytes(out, &value, sizeof(value));
}

void wire_put_u64(struct buf *out, uint64_t value)
{
    put_bytes(out, &value, sizeof(value));
}

void wire_put_i32(struct buf *out, int32_t value)
{
    put_bytes(out, &value, sizeof(value));
}

void wire_put_i64(struct buf *out, int64_t value)
{
    put_bytes(out, &value, sizeof(value));
}

void wire_put_f64(struct buf *out, double value)
{
    put_bytes(out, &value, sizeof(value));
}

void wire_put_text(struct buf *out, struct sv text)
{
    if (text.len > WIRE_FRAME_MAX) {
        out->failed = true;
        return;
    }
    wire_put_u32(out, (uint32_t)text.len);
    buf_put(out, text);
}

void wire_put_cstr(struct buf *out, const char *text)
{
    if (text == NULL)
        wire_put_u32(out, UINT32_MAX);
    else
        wire_put_text(out, sv_of(text));
}

void wire_put_status(struct buf *out, int32_t answer, const struct err *err)
{
    wire_put_i32(out, answer);
    wire_put_i32(out, err->code);
    wire_put_text(out, sv_of(err->text));
}

/* --- reading --- */

static void take(struct wire_reader *reader, void *into, size_t len)
{
    if (reader->failed || reader->rest.len < len) {
        reader->failed = true;
        memset(into, 0, len);
        return;
    }
    memcpy(into, reader->rest.ptr, len);
    reader->rest = sv_from(reader->rest, len);
}

uint8_t wire_u8(struct wire_reader *reader)
{
    uint8_t value;
    take(reader, &value, sizeof(value));
    return value;
}

uint32_t wire_u32(struct wire_reader *reader)
{
    uint32_t value;
    take(reader, &value, sizeof(value));
    return value;
}

uint64_t wire_u64(struct wire_reader *reader)
{
    uint64_t value;
    take(reader, &value, sizeof(value));
    return value;
}

int32_t wire_i32(struct wire_reader *reader)
{
    int32_t value;
    take(reader, &value, sizeof(value));
    return value;
}

int64_t wire_i64(struct wire_reader *reader)
{
    int64_t value;
    take(reader, &value, sizeof(value));
    return value;
}

double wire_f64(struct wire_reader *reader)
{
    double value;
    take(reader, &value, sizeof(value));
    return value;
}

/* Anything but 0 and 1 in a bool is undefined to C. */
bool wire_bool(struct wire_reader *reader)
{
    return wire_u8(reader) != 0;
}

static struct sv take_view(struct wire_reader *reader, uint32_t len)
{
    struct sv text;
    if (reader->failed || reader->rest.len < len) {
        reader->failed = true;
        return (struct sv){0};
    }
    text = sv_sub(reader->rest, 0, len);
    reader->rest = sv_from(reader->rest, len);
    return text;
}

struct sv wire_text(struct wire_reader *reader)
{
    return take_view(reader, wire_u32(reader));
}

const char *wire_cstr(struct wire_reader *reader, struct arena *arena)
{
    uint32_t len = wire_u32(reader);
    struct sv text;
    const char *copy;
    if (len == UINT32_MAX)
        return NULL;
    text = take_view(reader, len);
    if (reader->failed || (text.len > 0 && memchr(text.ptr, '\0', text.len) != NULL)) {
        reader->failed = true;
        return NULL;
    }
    copy = arena_cstr(arena, text);
    if (copy == NULL)
        reader->failed = true;
    return copy;
}

size_t wire_count(struct wire_reader *reader, size_t size)
{
    uint32_t count = wire_u32(reader);
    if (count > reader->rest.len / size) {
        reader->failed = true;
        return 0;
    }
    return count;
}

int32_t wire_status(struct wire_reader *reader, struct err *err)
{
    int32_t answer = wire_i32(reader), code = wire_i32(reader);
    struct sv words = wire_text(reader);
    if (code < 0 && code >= CONFLICTED && !reader->failed)
        err_set(err, code, "%.*s", SV_ARG(words));
    return answer;
}

bool wire_done(const struct wire_reader *reader)
{
    return !reader->failed && reader->rest.len == 0;
}

/* --- frames --- */

/* Waits until the socket is ready for `events`, in slices, so that a wish to end is seen soon. */
static enum wire_result wait_for(const struct wire *wire, short events, bool cancellable)
{
    uint64_t began = clock_ms();
    for (;;) {
        struct pollfd poller = {.fd = wire->fd, .events = events};
        int ready = poll(&poller, 1, POLL_SLICE_MS);
        if (ready > 0)
            return WIRE_OK;
        if (ready < 0 && errno != EINTR)
            return WIRE_BROKEN;
        if (cancellable && cancel_requested())
            return WIRE_CANCELLED;
        if (wire->timeout_ms > 0 && clock_ms() - began >= (uint64_t)wire->timeout_ms)
            return WIRE_TIMEOUT;
    }
}

static bool try_again(int saved_errno)
{
    return saved_errno == EAGAIN || saved_errno == EWOULDBLOCK || saved_errno == EINTR;
}

static enum wire_result send_all(const struct wire *wire, struct sv bytes)
{
    while (bytes.len > 0) {
        ssize_t sent = send(wire->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            bytes = sv_from(bytes, (size_t)sent);
        } else if (try_again(errno)) {
            enum wire_result got = wait_for(wire, POLLOUT, false);
            if (got != WIRE_OK)
                return got;
        } else {
            return WIRE_CLOSED;
        }
    }
    return WIRE_OK;
}

enum wire_result wire_send(const struct wire *wire, enum message message, const struct buf *body)
{
    struct header header = {.message = message};
    enum wire_result got;
    if (body != NULL && body->failed)
        return WIRE_NO_MEMORY;
    if (body != NULL && body->len > WIRE_FRAME_MAX)
        return WIRE_BROKEN;
    header.length = body == NULL ? 0 : (uint32_t)body->len;
    got = send_all(wire, sv_make((const char *)&header, sizeof(header)));
    return got == WIRE_OK && body != NULL ? send_all(wire, buf_view(body)) : got;
}

/* The wish to end is seen only before a frame: half a frame would be the end of all understanding. */
static enum wire_result receive_all(const struct wire *wire, bool cancellable, char *into, size_t len)
{
    while (len > 0) {
        ssize_t came = recv(wire->fd, into, len, MSG_DONTWAIT);
        if (came == 0)
            return WIRE_CLOSED;
        if (came > 0) {
            into += came;
            len -= (size_t)came;
            cancellable = false;
        } else if (try_again(errno)) {
            enum wire_result got = wait_for(wire, POLLIN, cancellable);
            if (got != WIRE_OK)
                return got;
        } else {
            return WIRE_CLOSED;
        }
    }
    return WIRE_OK;
}

enum wire_result wire_receive(const struct wire *wire, bool cancellable, uint32_t *message_out, struct buf *frame)
{
    struct header header;
    enum wire_result got = receive_all(wire, cancellable, (char *)&header, sizeof(header));
    *message_out = 0;
    buf_clear(frame);
    if (got != WIRE_OK)
        return got;
    if (header.length > WIRE_FRAME_MAX)
        return WIRE_BROKEN;
    if (!buf_reserve(frame, header.length))
        return WIRE_NO_MEMORY;
    *message_out = header.message;
    got = receive_all(wire, false, frame->ptr, header.length);
    if (got == WIRE_OK)
        frame->len = header.length;
    return got;
}
