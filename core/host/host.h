/* Plugins: found by their manifests, loaded when used, lent what they may use. */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include "catalogue/eval.h"
#include "chiron/plugin.h"
#include "out/out.h"

enum plugin_state { PLUGIN_AVAILABLE, PLUGIN_LOADED, PLUGIN_REFUSED };
enum plugin_kind {
    PLUGIN_COMMAND = 1 << 0,
    PLUGIN_SEARCHER = 1 << 1,
    PLUGIN_MATCHER = 1 << 2,
    PLUGIN_KPI = 1 << 3,
    PLUGIN_EXPORTER = 1 << 4,
    PLUGIN_CHECK = 1 << 5,
    PLUGIN_CONSUMER = 1 << 6
};

struct plugin; /* one found, loaded or not */
struct plugins;

/* What a manifest says, and what became of it. Views live as long as `struct plugins`. */
struct plugin_info {
    struct sv id, version, summary, license, path; /* path: of the shared object */
    struct sv command, format;                     /* what a command or exporter is called by; may be empty */
    unsigned kinds;                                /* of enum plugin_kind */
    struct sv *permissions;
    size_t permission_count;
    const bool *granted; /* of each permission; NULL when it is refused */
    enum plugin_state state;
    struct sv reason; /* REFUSED: why, for people */
    bool bundled;     /* came with chiron: runs in process */
};

/* Reads the manifests of the installed plugins, then of the user's plugin.path and CHIRON_PLUGIN_PATH
 * (colon-separated); loads no code. What is not safe (reliability.md 16: owner, mode, a link, inside the vault, a name
 * that is not its folder's, a double id) is kept as refused, with its reason. `vault` may be NULL (no vault here). */
status plugins_find(const struct vault *vault, struct plugins **plugins_out, struct err *err);
void plugins_free(struct plugins *plugins);
size_t plugins_count(const struct plugins *plugins);
struct plugin *plugins_nth(const struct plugins *plugins, size_t n);
/* By id; NULL: none. */
struct plugin *plugins_get(const struct plugins *plugins, struct sv id);
const struct plugin_info *plugin_info(const struct plugin *plugin);
/* "command,searcher" into `out`. */
void plugin_kinds_put(unsigned kinds, struct buf *out);
bool plugin_kind_parse(struct sv name, enum plugin_kind *kind_out);

/* Loads it (a bundled one here, another in a worker process) and checks it against its manifest. On failure it is
 * REFUSED, with its reason, from then on. */
status plugin_load(struct plugin *plugin, struct err *err);

/* What a call may use: set before the first call that needs it. `progress` may be NULL. */
void plugins_lend(struct plugins *plugins, struct catalogue *catalogue, struct progress *progress);

/* --- sockets: one function a kind. Each loads what it needs; errors name the plugin ("plugin 'x': ..."). --- */

/* Which plugin serves: `using` names one, else the setting plugin.<kind> (e.g. plugin.searcher), else the first
 * available one (bundled ones first). NOT_FOUND with words when there is none, naming refused candidates and why. */
status plugins_pick(struct plugins *plugins, enum plugin_kind kind, struct sv using, struct plugin **plugin_out,
                    struct err *err);

/* Brings its consumer up to date with the catalogue, when it is one. */
status plugin_catch_up(struct plugin *plugin, struct err *err);
/* Fills a searcher for eval.h; it catches the plugin up first. Lives as long as the plugin. */
status plugin_searcher(struct plugin *plugin, struct searcher *searcher_out, struct err *err);

struct plugin_option {
    struct sv name;
    char short_name;
    struct sv value_name, summary;
};
struct plugin_arguments {
    const struct sv *names;
    const struct sv *values;
    size_t count;
}; /* names[i] empty: a word */

/* The declared command or exporter: for help and parsing. Views as long as the plugin. */
struct plugin_usage {
    struct sv name, usage, summary, suffix;
    const struct plugin_option *options;
    size_t option_count;
};
status plugin_command_usage(struct plugin *plugin, struct plugin_usage *usage_out, struct err *err);
status plugin_exporter_usage(struct plugin *plugin, struct plugin_usage *usage_out, struct err *err);

/* The answer goes through `out`; NOT_FOUND is exit code 1. */
status plugin_run(struct plugin *plugin, const struct plugin_arguments *arguments, struct out *out, struct err *err);
/* Notes of `ids` into a file or a folder `target` (absolute or relative to the working directory), all or nothing; "-"
 * for stdout with an exporter of one file. */
status plugin_export(struct plugin *plugin, const struct id_set *ids, const struct plugin_arguments *arguments,
                     const char *target, struct err *err);
/* All its figures (or the one named) over the catalogue, as records of design.md section 9. */
status plugin_kpi(struct plugin *plugin, struct sv id, struct sv from, struct sv to, struct sv as_of, struct out *out,
                  struct err *err);
status plugin_match(struct plugin *plugin, const struct id_set *people, struct out *out, struct err *err);
/* Its findings on `ids` (NULL: all it wants to see), rule "ID/rule". */
status plugin_check(struct plugin *plugin, const struct id_set *ids, finding_record_fn fn, void *payload,
                    struct err *err);

/* The worker's main loop: `chiron --plugin-worker FD` ends up here, never a user. Returns the exit code. */
int plugin_worker_main(int fd);

/* Writes a new plugin's folder (source, manifest, CMakeLists.txt, README, a test script) for `kind`; it builds with
 * only pkg-config. Refuses an existing folder. */
status plugin_new(const char *dir, struct sv id, enum plugin_kind kind, struct err *err);

#endif
