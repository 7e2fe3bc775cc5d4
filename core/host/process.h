/* A worker's process: this program again, with one socket and nothing else. */
#ifndef HOST_PROCESS_H
#define HOST_PROCESS_H

#include "base/err.h"

#include <sys/types.h>

struct process {
    pid_t pid; /* 0: none */
    int fd;    /* our end of the socket */
};

status process_start(struct process *process_out, struct err *err);
/* Closes the socket, waits up to `wait_ms` for its end, then kills it. `how_out` is as waitpid gives it; `peak_mib_out`
 * the most memory it had. Either may be NULL. */
void process_end(struct process *process, int wait_ms, int *how_out, long *peak_mib_out);

#endif
