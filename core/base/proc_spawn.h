/* Starting a child with its pipes; what happens with it then is proc's. */
#ifndef BASE_PROC_SPAWN_H
#define BASE_PROC_SPAWN_H

#include "base/proc.h"

#include <sys/types.h>

/* Our ends of the pipes, close-on-exec and non-blocking; -1 where there is none. The caller closes them. */
struct proc_child {
    pid_t pid;
    int input, output, errors;
};

/* NOT_FOUND without words where there is no such program. */
status proc_spawn(const struct proc_options *options, struct proc_child *child_out, struct err *err);

#endif
