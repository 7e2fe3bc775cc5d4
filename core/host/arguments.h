/* What the user gave, as the ABI wants it. */
#ifndef HOST_ARGUMENTS_H
#define HOST_ARGUMENTS_H

#include "host/host.h"

/* In `arena`; views stay those of `arguments`. */
status arguments_lend(const struct plugin_arguments *arguments, struct arena *arena,
                      const chiron_argument *const **arguments_out, struct err *err);

#endif
