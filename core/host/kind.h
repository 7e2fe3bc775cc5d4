/* The kinds of plugin: their names in manifests and their extension ids. */
#ifndef HOST_KIND_H
#define HOST_KIND_H

#include "host/host.h"

enum { KIND_COUNT = 7 };

struct kind {
    enum plugin_kind kind;
    const char *name;
    const char *extension; /* CHIRON_EXT_* */
};

/* In the order of the bits of enum plugin_kind. */
extern const struct kind kinds[KIND_COUNT];
size_t kind_index(enum plugin_kind kind);

#endif
