/* Inside change: what is to be done, in memory and as a file. */
#ifndef VAULT_CHANGE_PLAN_H
#define VAULT_CHANGE_PLAN_H

#include "vault/vault.h"

struct change_op {
    struct sv path;          /* from the vault's root */
    bool existed, removes;   /* before; after */
    struct sv before, bytes; /* what stood there; what is to stand there */
};

struct change_plan {
    struct sv message;
    struct change_op *ops;
    size_t count, capacity;
};

status plan_add(struct change_plan *plan, struct arena *arena, const struct change_op *op, struct err *err);
void plan_print(const struct change_plan *plan, struct buf *text);
/* Views into `text`. False: it is not a whole plan. */
bool plan_parse(struct sv text, struct arena *arena, struct change_plan *plan_out);

/* Where one operation stands. */
enum op_state { OP_TO_DO, OP_DONE, OP_OVERTAKEN /* the file is neither what it was nor what it was to become */ };
status op_look(const struct vault *vault, const struct change_op *op, enum op_state *state_out, struct err *err);
status op_do(const struct vault *vault, const struct change_op *op, struct err *err);
/* As before it. */
status op_take_back(const struct vault *vault, const struct change_op *op, struct err *err);

#endif
