/* Asking the kernel whether the files are still as the rows have them: the price of every command that answers.
 *
 * A folder whose own times stand still has the entries it had, so it is not listed again: only its notes are asked for
 * their stat data, one call each, over the cores, and compared where they are asked. */
#ifndef CATALOGUE_SWEEP_H
#define CATALOGUE_SWEEP_H

#include "catalogue/rows.h"
#include "vault/vault.h"

/* A file that has to be read: its stat data differ, or cannot be relied on. */
struct sweep_change {
    uint32_t row;
    struct file_stamp stamp;
    const char *unreadable; /* as walk.h has it */
};

struct sweep_found {
    struct sweep_change *changes;
    size_t count, capacity;
    uint32_t *folders; /* those whose entries are not what they were */
    size_t folder_count, folder_capacity;
};

struct sweep;

/* Begins on other threads; what the rows point at and the vault's root stay until sweep_end. NULL where there is no
 * memory, or where the rows have no folders to go by. */
struct sweep *sweep_begin(const struct vault *vault, const struct rows *rows);
/* Helps, waits for the end, and hands out what was found, in no order; free() its two arrays when DONE. STOP: it was
 * not begun.
 */
status sweep_finish(struct sweep *sweep, struct sweep_found *found_out, struct err *err);
/* In any state; NULL is fine. */
void sweep_end(struct sweep *sweep);
/* By the kernel's coarse clock, which is the one that files carry. */
int64_t sweep_clock_ns(void);
/* Whether what was read of a file at `read_ns` (of that clock) may be older than the file without looking so. */
bool facts_are_racy(const struct facts *facts, int64_t read_ns);

#endif
