/* The program's end of a worker. */
#ifndef HOST_REMOTE_H
#define HOST_REMOTE_H

#include "host/codec.h"
#include "host/process.h"

struct remote {
    struct process process;
    struct wire wire;
    struct worker_limits limits;
    struct lender *lender;
    struct arena arena; /* of the tables */
    union any_table tables[KIND_COUNT];
    unsigned depth;   /* of questions within questions */
    bool cancelling;  /* the user wants an end, and it was told */
    struct err ended; /* why there is no worker any more */
};

/* One exchange: `body` begins with the operation; what the worker answers stands in `reader`, behind its status, until
 * exchange_release. */
struct exchange {
    struct buf body, frame;
    struct wire_reader reader;
};
void exchange_init(struct exchange *exchange, enum operation operation);
void exchange_release(struct exchange *exchange);
/* Sends it and answers the worker's questions until it returns. Its words, or ours about its end, are left in `err`. */
chiron_status remote_call(struct remote *remote, struct chiron_call *call, struct exchange *exchange,
                          const struct delivery *delivery, struct err *err);
/* After a call: whether all that came was understood; rubbish ends the worker. `answer` otherwise. */
chiron_status remote_understood(struct remote *remote, const struct exchange *exchange, chiron_status answer,
                                struct err *err);

/* Answers one question; false: it is none, or rubbish. `result_out`: how sending went. */
bool remote_answer(struct remote *remote, struct chiron_call *call, const struct delivery *delivery, uint32_t message,
                   struct wire_reader *reader, enum wire_result *result_out);
/* Reads frames and answers questions until `until` comes, which is left in `frame`. */
enum wire_result remote_serve(struct remote *remote, struct chiron_call *call, const struct delivery *delivery,
                              uint32_t until, struct buf *frame);

/* struct instance's check_batch for a worker. */
chiron_status proxy_check_batch(struct instance *instance, struct chiron_call *call, const chiron_note *const *notes,
                                size_t count, chiron_finding_fn fn, void *payload, size_t *note_out);
/* Fills in the functions of a table whose data came from the worker. */
void proxy_fill(size_t kind, union any_table *table, const struct table_offers *offers);

#endif
