/* The plugins of this process: what was found, what is loaded, and what each may use. */
#ifndef HOST_REGISTRY_H
#define HOST_REGISTRY_H

#include "host/instance.h"
#include "host/manifest.h"
#include "host/place.h"

/* The lender of one plugin in the program: the catalogue (source.c). */
struct source {
    struct lender lender; /* first */
    struct plugin *plugin;
};

struct plugin {
    struct plugin_info info;
    struct plugins *owner;
    struct manifest manifest;
    struct place place;
    const char *folder, *manifest_path, *object;
    unsigned grants; /* of enum grant */
    bool busy;       /* a call into it runs: it is not called into again */
    struct err failure;
    struct lent lent;
    struct source source;
    struct instance instance;
};

struct plugins {
    struct arena arena; /* of all that is found */
    const struct vault *vault;
    struct plugin **items;
    size_t count, capacity;
    struct catalogue *catalogue; /* lent; NULL: none */
    struct progress *progress;
};

/* Sets it REFUSED with these words, from now on. Returns the code of `failure`. */
status plugin_refuse(struct plugin *plugin, const struct err *failure);

/* A call into a loaded plugin. plugin_enter loads it where needed and fails when it is being called already (a plugin
 * whose query needs itself); after its DONE comes plugin_leave, with what the plugin answered. Errors name it. */
status plugin_enter(struct plugin *plugin, struct chiron_call *call, struct err *err);
status plugin_leave(struct plugin *plugin, struct chiron_call *call, chiron_status answer, struct err *err);
/* "plugin 'x': " in front. Returns the code. */
status plugin_context(const struct plugin *plugin, status code, struct err *err);
/* The table of a kind, of a plugin that offers it, loaded where needed; otherwise USAGE, with words. */
status plugin_table(struct plugin *plugin, enum plugin_kind kind, const void **table_out, struct err *err);
/* The same for one that is about to be asked: a plugin that is a consumer too has caught up then. */
status plugin_ready(struct plugin *plugin, enum plugin_kind kind, const void **table_out, struct err *err);

void source_init(struct source *source, struct plugin *plugin);
/* The value of [plugin "ID"] key, from the vault's configuration and the user's; empty: not set. */
struct sv plugin_setting(const struct plugin *plugin, const char *key);

#endif
