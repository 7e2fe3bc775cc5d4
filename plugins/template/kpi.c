/* tutorial: figures. `chiron kpi --using tutorial --from 2026-01 --to 2026-03` computes how long the notes of a window
 * are. A figure is a fold: begin, add for every batch of the notes that its query gives, finish. command.c is the
 * tutorial with the most comments; read it first. */
#include <chiron/plugin.h>

#include <stdlib.h>
#include <string.h>

struct plugin {
    const chiron_host *host;
    const chiron_notes_v1 *notes;
};

/* What one figure has gathered so far. */
struct fold {
    const struct plugin *plugin;
    char from[11], to[11]; /* the window is lent for the call of begin only, so its dates are copied */
    uint64_t notes, words;
};

static void copy_date(char into[11], chiron_sv date)
{
    size_t len = date.len < 10 ? date.len : 10;
    memcpy(into, len > 0 ? date.ptr : "", len);
    into[len] = '\0';
}

static chiron_status begin(void *self, chiron_call *call, const chiron_kpi_definition *definition,
                           const chiron_window *window, void **fold_out)
{
    const struct plugin *plugin = self;
    struct fold *fold = calloc(1, sizeof(*fold));
    (void)definition; /* there is only one; with several, this says which */
    if (fold == NULL)
        return plugin->host->fail(call, CHIRON_ENOMEM, "out of memory");
    fold->plugin = plugin;
    copy_date(fold->from, window->from);
    copy_date(fold->to, window->to);
    *fold_out = fold;
    return CHIRON_OK;
}

/* Dates are ISO 8601, so they compare as text. An open end lets everything in. */
static bool is_inside(const struct fold *fold, const char date[11])
{
    if (date[0] == '\0' || strcmp(date, fold->from) < 0)
        return false;
    return fold->to[0] == '\0' || strcmp(date, fold->to) <= 0;
}

static chiron_status add(void *state, chiron_call *call, const chiron_note *const *notes, size_t count)
{
    struct fold *fold = state;
    const struct plugin *plugin = fold->plugin;
    if (plugin->host->cancelled(call))
        return CHIRON_ECANCELLED;
    for (size_t i = 0; i < count; i++) {
        char date[11];
        copy_date(date, plugin->notes->text(notes[i], CHIRON_NOTE_DATE));
        if (!is_inside(fold, date))
            continue;
        fold->notes++;
        fold->words += plugin->notes->words(notes[i]);
    }
    return CHIRON_OK;
}

/* A mean of nothing is not 0: the figure has no value then, and says why. */
static chiron_status finish(void *state, chiron_call *call, chiron_kpi_value *value_out)
{
    static const char nothing[] = "no dated note in this time";
    struct fold *fold = state;
    (void)call;
    value_out->n = fold->notes;
    value_out->has_value = fold->notes > 0;
    if (fold->notes > 0)
        value_out->value = (double)fold->words / (double)fold->notes;
    else
        value_out->reason = (chiron_sv){nothing, strlen(nothing)};
    free(fold);
    return CHIRON_OK;
}

static void discard(void *fold)
{
    free(fold);
}

static const chiron_kpi_definition words_per_note = {
    .struct_size = sizeof(words_per_note),
    .id = "words_per_note",
    .name = "Words per note",
    .unit = "words",
    .formula = "words of the notes dated in the window, divided by their number",
    .query = "has:date",
    .direction = CHIRON_NEITHER,
};
static const chiron_kpi_definition *const definitions[] = {&words_per_note, NULL};

static const chiron_kpi_v1 kpi = {
    .struct_size = sizeof(kpi),
    .definitions = definitions,
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
    return strcmp(id, CHIRON_EXT_KPI) == 0 ? &kpi : NULL;
}

static void close_plugin(void *self)
{
    free(self);
}

CHIRON_EXPORT const chiron_entry chiron_plugin = {
    sizeof(chiron_entry), CHIRON_ABI_MAJOR, CHIRON_ABI_MINOR, "tutorial", "1.0.0",
    open_plugin,          get_extension,    close_plugin,
};
