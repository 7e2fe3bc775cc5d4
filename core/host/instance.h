/* A plugin that runs: its tables and what to call them with. In this process (local.c) they are the plugin's own; for a
 * worker (remote.c) they are tables of the same types whose functions ask the worker. So a socket is written once. */
#ifndef HOST_INSTANCE_H
#define HOST_INSTANCE_H

#include "host/kind.h"
#include "host/lend.h"

struct instance {
    const void *tables[KIND_COUNT]; /* of the kinds that the manifest names; NULL else */
    void *self;
    /* A batch of notes in one exchange, since asking a worker for each costs more than the check; `note_out` says which
     * note a finding is about. NULL: to be asked one by one, which costs nothing here. */
    chiron_status (*check_batch)(struct instance *instance, struct chiron_call *call, const chiron_note *const *notes,
                                 size_t count, chiron_finding_fn fn, void *payload, size_t *note_out);
    void (*close)(struct instance *instance); /* NULL: not open */
    void *impl;
};

/* What must be true of a plugin's object before it is used. */
struct expectation {
    const char *object; /* absolute path */
    struct sv id, version, command, format;
    unsigned kinds;
};

/* Loads the object here, checks its entry against what is expected, opens it. The lender serves it from then on.
 * `lent` must outlive the instance. */
status local_open(const struct expectation *expected, struct lent *lent, struct lender *lender,
                  struct instance *instance_out, struct err *err);

struct worker_limits {
    uint64_t timeout_s;  /* of silence */
    uint64_t memory_mib; /* of address space */
    uint64_t cpu_s;
};
/* Loads it in a process of its own; its questions go to `lender`, which must outlive the instance. */
status remote_open(const struct expectation *expected, const struct worker_limits *limits, struct lender *lender,
                   struct instance *instance_out, struct err *err);

/* Checks a table as far as that is possible without calling it: sizes, names, texts, functions that must be there.
 * `kind` is an index of kinds[]. */
status table_check(size_t kind, const void *table, const struct expectation *expected, struct err *err);

void instance_close(struct instance *instance);

#endif
