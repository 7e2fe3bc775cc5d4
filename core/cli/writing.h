/* What commands that change notes have in common: what they do is gathered, then done in one commit or, with --dry-run,
 * told (each such command has the option "dry-run"). Either way the answer has one object a file: `path` and `action`
 * (added, changed, removed). */
#ifndef CLI_WRITING_H
#define CLI_WRITING_H

#include "cli/cmd.h"
#include "vault/change.h"

struct writing {
    struct cmd *cmd;
    struct change *change;
    bool dry_run;
    struct writing_file {
        struct sv path;
        const char *action;
    } * files;
    size_t count, capacity;
};

/* Waits for other processes that write; release it in any case. */
status writing_begin(struct cmd *cmd, struct writing *writing, struct err *err);
void writing_release(struct writing *writing);

/* The note that a word names whole (no beginnings: what is changed is meant), and its bytes. */
status writing_note(struct writing *writing, struct sv handle, struct record *record_out, struct buf *bytes,
                    struct err *err);
/* As in vault/change.h. Bytes that are as before are nothing to do. */
status writing_put(struct writing *writing, struct sv path, const struct sv *before, struct sv bytes, struct err *err);
status writing_remove(struct writing *writing, struct sv path, struct sv before, struct err *err);
/* Does it, or tells it. NOT_FOUND: there was nothing to do. The message is git's: "set: handle". */
status writing_end(struct writing *writing, struct err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
