/* A plugin's manifest, plugin.conf: read before any of its code. */
#ifndef HOST_MANIFEST_H
#define HOST_MANIFEST_H

#include "base/arena.h"
#include "base/err.h"

enum { MANIFEST_BYTES_MAX = 64 * 1024 };

/* What a manifest asks for, as bits. */
enum grant { GRANT_NOTES = 1 << 0, GRANT_DATA = 1 << 1, GRANT_NETWORK = 1 << 2 };

/* Views into the arena. */
struct manifest {
    struct sv id, version, summary, license, command, format;
    unsigned kinds;         /* of enum plugin_kind */
    unsigned wants;         /* of enum grant */
    struct sv *permissions; /* as written */
    size_t permission_count, permission_capacity;
    bool any_thread;
};

/* Reads `text`; `folder` is the name of the folder it stands in, which the id must equal. MALFORMED with a line for
 * broken syntax; REFUSED for what it says: an id with odd characters, another ABI, a kind or a permission that this
 * version does not know. What could be read before that is in `manifest_out`. */
status manifest_parse(struct sv text, struct sv folder, struct arena *arena, struct manifest *manifest_out,
                      struct err *err);

/* a-z, 0-9 and '-', beginning with a letter, at most 64 bytes: ids, commands, formats. */
bool manifest_is_name(struct sv name);
/* "notes:read" -> GRANT_NOTES; 0: unknown. */
unsigned manifest_grant(struct sv permission);

#endif
