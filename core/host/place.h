/* Whether a place is one that code may be loaded from. */
#ifndef HOST_PLACE_H
#define HOST_PLACE_H

#include "base/buf.h"
#include "base/err.h"

/* The folders plugins are looked for in, and what is asked of them. */
struct place {
    const char *path;  /* as configured */
    const char *vault; /* the vault's root with links resolved; NULL: none */
    bool bundled;      /* installed beside the program: whoever runs that trusts this */
};

/* The whole folder of plugins: absolute, and no one else can write it or put another in its place. REFUSED with the
 * reason otherwise. */
status place_check(const struct place *place, struct err *err);
/* One plugin's folder, manifest or object in it: no symbolic link, of the right type, not writable by others, not in
 * the vault. `what` is its name in messages. */
status place_check_folder(const struct place *place, const char *path, struct err *err);
status place_check_file(const char *path, struct err *err);

#endif
