/* What travels between the program and a plugin's worker: frames on a socket, and the values in them. Both ends are the
 * same program on the same machine, so numbers travel as they stand in memory; but the worker may be out of its mind,
 * so nothing read from a frame is believed before it was checked. */
#ifndef HOST_WIRE_H
#define HOST_WIRE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum { WIRE_FRAME_MAX = 64 * 1024 * 1024 };

enum message {
    /* to the worker */
    MESSAGE_CALL = 1, /* u8 operation, then what it takes */
    MESSAGE_NOTES,    /* a batch within EACH: notes */
    MESSAGE_ANSWER,   /* to any question below: status, code and words, then what was asked for */
    /* from the worker */
    MESSAGE_RETURN,   /* ends a CALL: as ANSWER */
    MESSAGE_MORE,     /* i32: what the plugin said to a batch */
    MESSAGE_PROGRESS, /* u64 done, u64 total; without an answer, and a sign of life */
    MESSAGE_ALIVE,    /* a sign of life alone */
    MESSAGE_EMIT,     /* events of a result, see codec.h */
    MESSAGE_CONTENT,
    MESSAGE_HEADINGS,
    MESSAGE_LINKS,
    MESSAGE_EACH,
    MESSAGE_COUNT,
    MESSAGE_FIND,
    MESSAGE_GET,
    MESSAGE_CONFIG,
    MESSAGE_DATA_DIR,
    MESSAGE_TEMPLATE /* u8: the vault's own; its path */
};

enum operation {
    OPERATION_LOAD = 1,
    OPERATION_RUN,
    OPERATION_SEARCH,
    OPERATION_SUGGEST,
    OPERATION_RELATED,
    OPERATION_MATCH,
    OPERATION_SCORE,
    OPERATION_KPI_BEGIN,
    OPERATION_KPI_ADD,
    OPERATION_KPI_FINISH,
    OPERATION_KPI_DISCARD,
    OPERATION_EXPORT_BEGIN,
    OPERATION_EXPORT_ADD,
    OPERATION_EXPORT_FINISH,
    OPERATION_EXPORT_DISCARD,
    OPERATION_CHECK,
    OPERATION_CURSOR,
    OPERATION_ROUND_BEGIN,
    OPERATION_CHANGED,
    OPERATION_REMOVED,
    OPERATION_ROUND_FINISH,
    OPERATION_ROUND_DISCARD,
    OPERATION_COUNT
};

void wire_put_u8(struct buf *out, uint8_t value);
void wire_put_u32(struct buf *out, uint32_t value);
void wire_put_u64(struct buf *out, uint64_t value);
void wire_put_i32(struct buf *out, int32_t value);
void wire_put_i64(struct buf *out, int64_t value);
void wire_put_f64(struct buf *out, double value);
void wire_put_text(struct buf *out, struct sv text);
/* NULL stays NULL at the other end. */
void wire_put_cstr(struct buf *out, const char *text);
/* status, code and words of `err`. */
void wire_put_status(struct buf *out, int32_t answer, const struct err *err);

/* Reading past the end gives zeros and sets `failed`: read freely, ask once. */
struct wire_reader {
    struct sv rest;
    bool failed;
};
uint8_t wire_u8(struct wire_reader *reader);
uint32_t wire_u32(struct wire_reader *reader);
uint64_t wire_u64(struct wire_reader *reader);
int32_t wire_i32(struct wire_reader *reader);
int64_t wire_i64(struct wire_reader *reader);
double wire_f64(struct wire_reader *reader);
bool wire_bool(struct wire_reader *reader);
/* A view into the frame. */
struct sv wire_text(struct wire_reader *reader);
/* A copy with a NUL, or NULL. A text with a NUL inside fails. */
const char *wire_cstr(struct wire_reader *reader, struct arena *arena);
/* How many elements follow, each of at least `size` bytes: more than the frame can hold fails. */
size_t wire_count(struct wire_reader *reader, size_t size);
int32_t wire_status(struct wire_reader *reader, struct err *err);
/* True when all was read, nothing is left over, and nothing failed. */
bool wire_done(const struct wire_reader *reader);

/* A socket end. `timeout_ms` 0: waits for ever. */
struct wire {
    int fd;
    int timeout_ms;
};
enum wire_result { WIRE_OK, WIRE_CLOSED, WIRE_TIMEOUT, WIRE_CANCELLED, WIRE_BROKEN, WIRE_NO_MEMORY };
/* CANCELLED only where `cancellable`: the user's wish to end, seen while waiting for a frame to begin. */
enum wire_result wire_send(const struct wire *wire, enum message message, const struct buf *body);
/* `frame` is cleared first. BROKEN: what came is no frame. */
enum wire_result wire_receive(const struct wire *wire, bool cancellable, uint32_t *message_out, struct buf *frame);

#endif
