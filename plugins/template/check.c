/* tutorial: a check. `chiron check` shows its findings beside its own, as the rule "tutorial/no-shouting": a title that
 * is written in capitals. command.c is the tutorial with the most comments; read it first. */
#include <chiron/plugin.h>

#include <stdlib.h>
#include <string.h>

struct plugin {
    const chiron_host *host;
    const chiron_notes_v1 *notes;
};

static bool is_shouted(chiron_sv title)
{
    size_t capitals = 0;
    for (size_t i = 0; i < title.len; i++) {
        if (title.ptr[i] >= 'a' && title.ptr[i] <= 'z')
            return false;
        capitals += title.ptr[i] >= 'A' && title.ptr[i] <= 'Z';
    }
    return capitals > 3;
}

/* Called for each note that the query below matches; `fn` takes as many findings as there are. */
static chiron_status check_note(void *self, chiron_call *call, const chiron_note *note, chiron_finding_fn fn,
                                void *payload)
{
    const struct plugin *plugin = self;
    static const char message[] = "the title is written in capitals";
    chiron_finding finding = {.struct_size = sizeof(finding), .level = CHIRON_WARNING, .line = 1};
    (void)call;
    finding.message = (chiron_sv){message, strlen(message)};
    if (!is_shouted(plugin->notes->text(note, CHIRON_NOTE_TITLE)))
        return CHIRON_OK;
    return fn(payload, &finding);
}

static const chiron_check_v1 check = {
    .struct_size = sizeof(check),
    .rule = "no-shouting",
    .summary = "titles are not written in capitals",
    .query = "",
    .check = check_note,
};

/* ---- the frame ---- */

static chiron_status open_plugin(const chiron_host *host, chiron_call *call, void **self_out)
{
    struct plugin *plugin = calloc(1, sizeof(*plugin));
    if (plugin == NULL)
        return host->fail(call, CHIRON_ENOMEM, "out of memory");
    plugin->host = host;
    plugin->notes = host->get_extension(host, CHIRON_EXT_NOTES);
    if (plugin->notes == NULL) {
        free(plugin);
        return host->fail(call, CHIRON_EFAILED, "the permission notes:read is missing");
    }
    *self_out = plugin;
    return CHIRON_OK;
}

static const void *get_extension(void *self, const char *id)
{
    (void)self;
    return strcmp(id, CHIRON_EXT_CHECK) == 0 ? &check : NULL;
}

static void close_plugin(void *self)
{
    free(self);
}

CHIRON_EXPORT const chiron_entry chiron_plugin = {
    sizeof(chiron_entry), CHIRON_ABI_MAJOR, CHIRON_ABI_MINOR, "tutorial", "1.0.0",
    open_plugin,          get_extension,    close_plugin,
};
