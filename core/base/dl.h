/* Loading shared objects: the one door to libdl. Never unloaded: code may have left threads or atexit handlers. */
#ifndef BASE_DL_H
#define BASE_DL_H

#include "base/err.h"

/* RTLD_NOW | RTLD_LOCAL, an absolute path only. */
status dl_open(const char *path, void **library_out, struct err *err);
/* A data symbol's address, or NOT_FOUND. */
status dl_data(void *library, const char *symbol, const void **address_out);

#endif
