/* tutorial: an exporter. `chiron export tutorial QUERY --out list.txt` writes one line a note. The host makes the file
 * and puts it in its place only when all went well. For a folder of files, suffix is NULL and file() gets a path for
 * each. command.c is the tutorial with the most comments; read it first. */
#include <chiron/plugin.h>

#include <stdlib.h>
#include <string.h>

struct plugin {
    const chiron_host *host;
    const chiron_notes_v1 *notes;
    const chiron_tree_v1 *tree;
};

/* One export under way. */
struct export_state {
    const struct plugin *plugin;
    chiron_tree *tree; /* valid from begin to finish */
};

static chiron_status begin(void *self, chiron_call *call, const chiron_argument *const *arguments, size_t count,
                           chiron_tree *tree, void **state_out)
{
    const struct plugin *plugin = self;
    struct export_state *state = calloc(1, sizeof(*state));
    (void)arguments;
    (void)count;
    if (state == NULL)
        return plugin->host->fail(call, CHIRON_ENOMEM, "out of memory");
    state->plugin = plugin;
    state->tree = tree;
    *state_out = state;
    /* The one file has no name of its own: the user named it. */
    chiron_status status = plugin->tree->file(tree, (chiron_sv){"", 0});
    if (status != CHIRON_OK)
        free(state); /* a begin that fails is followed by neither finish nor discard */
    return status;
}

static chiron_status write_line(const struct export_state *state, const chiron_note *note)
{
    const struct plugin *plugin = state->plugin;
    chiron_sv title = plugin->notes->text(note, CHIRON_NOTE_TITLE);
    chiron_sv path = plugin->notes->text(note, CHIRON_NOTE_PATH);
    chiron_status status = plugin->tree->write(state->tree, title);
    if (status == CHIRON_OK)
        status = plugin->tree->write(state->tree, (chiron_sv){"\t", 1});
    if (status == CHIRON_OK)
        status = plugin->tree->write(state->tree, path);
    return status == CHIRON_OK ? plugin->tree->write(state->tree, (chiron_sv){"\n", 1}) : status;
}

static chiron_status add(void *self, chiron_call *call, const chiron_note *const *notes, size_t count)
{
    const struct export_state *state = self;
    if (state->plugin->host->cancelled(call))
        return CHIRON_ECANCELLED;
    for (size_t i = 0; i < count; i++) {
        chiron_status status = write_line(state, notes[i]);
        if (status != CHIRON_OK)
            return status;
    }
    return CHIRON_OK;
}

static chiron_status finish(void *state, chiron_call *call)
{
    (void)call;
    free(state);
    return CHIRON_OK;
}

static void discard(void *state)
{
    free(state);
}

static const chiron_exporter_v1 exporter = {
    .struct_size = sizeof(exporter),
    .format = "tutorial",
    .suffix = ".txt",
    .summary = "titles and paths, one note a line",
    .begin = begin,
    .add = add,
    .finish = finish,
    .discard = discard,
};

/* ---- the frame ---- */

static chiron_status open_plugin(const chiron_host *host, chiron_call *call, void **self_out)
{
    struct plugin *plugin = calloc(1, sizeof(*plugin));
    if (plugin == NULL)
        return host->fail(call, CHIRON_ENOMEM, "out of memory");
    plugin->host = host;
    plugin->notes = host->get_extension(host, CHIRON_EXT_NOTES);
    plugin->tree = host->get_extension(host, CHIRON_EXT_TREE);
    if (plugin->notes == NULL || plugin->tree == NULL) {
        free(plugin);
        return host->fail(call, CHIRON_EFAILED, "the permission notes:read is missing");
    }
    *self_out = plugin;
    return CHIRON_OK;
}

static const void *get_extension(void *self, const char *id)
{
    (void)self;
    return strcmp(id, CHIRON_EXT_EXPORTER) == 0 ? &exporter : NULL;
}

static void close_plugin(void *self)
{
    free(self);
}

CHIRON_EXPORT const chiron_entry chiron_plugin = {
    sizeof(chiron_entry), CHIRON_ABI_MAJOR, CHIRON_ABI_MINOR, "tutorial", "1.0.0",
    open_plugin,          get_extension,    close_plugin,
};
