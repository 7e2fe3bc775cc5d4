/* A worker: the process that a plugin lives in. */
#ifndef HOST_WORKER_H
#define HOST_WORKER_H

#include "host/codec.h"

struct worker;
struct worker_out {
    struct chiron_out lent; /* first */
    struct worker *worker;
};
struct worker_tree {
    struct chiron_tree lent; /* first */
    struct worker *worker;
};
/* The state of a figure or an export, which the program names by its number. */
struct worker_state {
    void *state;
    bool used;
};

struct worker {
    struct lender lender; /* first: its questions go to the program */
    struct wire wire;
    struct arena arena; /* of what is needed as long as it lives */
    struct lent lent;
    struct expectation expected;
    struct instance instance;

    struct worker_out out;
    struct worker_tree tree;
    struct buf emissions;   /* results that are still to be sent */
    chiron_status received; /* what the program said to the last ones; not 0: it wants no more of this call */
    size_t checked;         /* which note of a batch is being checked */
    uint64_t progress_ms, alive_ms;

    struct worker_state *states;
    size_t state_count, state_capacity;
};

void worker_init(struct worker *worker, int fd);
void worker_release(struct worker *worker);

/* Asks the program; `reader` stands behind the status of its answer, in `frame`. When the program is gone, FAILED:
 * there is nobody left to tell. */
status worker_ask(struct worker *worker, enum message message, const struct buf *body, struct buf *frame,
                  struct wire_reader *reader, struct err *err);
/* Tells that it is alive, now and then: for work of many small calls. */
void worker_alive(struct worker *worker);
/* Results: kept until there are enough of them, or until the end of the call. */
chiron_status worker_emitted(struct worker *worker);
chiron_status worker_flush(struct worker *worker, struct err *err);

/* Does what `reader`, behind the operation, says; what is to go back is appended to `answer`. */
chiron_status worker_do(struct worker *worker, enum operation operation, struct chiron_call *call,
                        struct wire_reader *reader, struct buf *answer);

#endif
