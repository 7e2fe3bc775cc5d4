/* tutorial: a command. `chiron tutorial [QUERY] [--min N]` lists the notes that QUERY matches, with their words.
 *
 * Every plugin has the same frame, at the end of this file: one exported constant, an open function that keeps what the
 * host lends, and a function that gives the plugin's tables by their id. The rest is what this kind does. */
#include <chiron/plugin.h>

#include <stdlib.h>
#include <string.h>

/* One instance of the plugin: what is kept from open to close. */
struct plugin {
    const chiron_host *host;
    const chiron_notes_v1 *notes;
    const chiron_query_v1 *query;
    const chiron_out_v1 *out;
};

/* What one run of the command carries through its callbacks. */
struct run {
    const struct plugin *plugin;
    chiron_out *out;
    uint64_t min;
};

/* One note becomes one record; every output format of --format is made of it. */
static chiron_status put(const struct run *run, const chiron_note *note)
{
    const chiron_out_v1 *out = run->plugin->out;
    const chiron_notes_v1 *notes = run->plugin->notes;
    out->begin_map(run->out);
    out->key(run->out, "path");
    out->string(run->out, notes->text(note, CHIRON_NOTE_PATH));
    out->key(run->out, "title");
    out->string(run->out, notes->text(note, CHIRON_NOTE_TITLE));
    out->key(run->out, "words");
    out->integer(run->out, (int64_t)notes->words(note));
    /* An output that failed stays failed, so asking the last call is enough. */
    return out->end_map(run->out);
}

/* Called with some hundred notes at a time; they are valid until it returns. */
static chiron_status each(void *payload, chiron_call *call, const chiron_note *const *notes, size_t count)
{
    const struct run *run = payload;
    if (run->plugin->host->cancelled(call))
        return CHIRON_ECANCELLED;
    for (size_t i = 0; i < count; i++) {
        chiron_status status = CHIRON_OK;
        if (run->plugin->notes->words(notes[i]) >= run->min)
            status = put(run, notes[i]);
        if (status != CHIRON_OK)
            return status;
    }
    return CHIRON_OK;
}

/* An option has a name, a word has none. What is no number is the user's mistake: CHIRON_EUSAGE, exit code 2. */
static chiron_status read_arguments(struct run *run, chiron_call *call, const chiron_argument *const *arguments,
                                    size_t count, chiron_sv *query)
{
    for (size_t i = 0; i < count; i++) {
        chiron_sv value = arguments[i]->value;
        if (arguments[i]->name == NULL) {
            *query = value;
            continue;
        }
        for (size_t k = 0; k < value.len; k++) {
            if (value.ptr[k] < '0' || value.ptr[k] > '9' || run->min > UINT32_MAX)
                return run->plugin->host->fail(call, CHIRON_EUSAGE, "--min takes a number");
            run->min = run->min * 10 + (uint64_t)(value.ptr[k] - '0');
        }
    }
    return CHIRON_OK;
}

static chiron_status run_command(void *self, chiron_call *call, const chiron_argument *const *arguments, size_t count,
                                 chiron_out *out)
{
    struct run run = {.plugin = self, .out = out};
    chiron_sv query = {"", 0}; /* all notes */
    chiron_status status = read_arguments(&run, call, arguments, count, &query);
    if (status != CHIRON_OK)
        return status;
    run.plugin->out->column(out, "words", "Words");
    run.plugin->out->column(out, "title", "Title");
    run.plugin->out->column(out, "path", "Path");
    return run.plugin->query->each(call, query, each, &run);
}

static const chiron_option min_option = {sizeof(min_option), "min", 'm', "N", "leave out notes of fewer words"};
static const chiron_option *const options[] = {&min_option, NULL};

static const chiron_command_v1 command = {
    .struct_size = sizeof(command),
    .name = "tutorial",
    .usage = "[QUERY]",
    .summary = "list notes with their number of words",
    .options = options,
    .run = run_command,
};

/* ---- the frame ---- */

static chiron_status open_plugin(const chiron_host *host, chiron_call *call, void **self_out)
{
    struct plugin *plugin = calloc(1, sizeof(*plugin));
    if (plugin == NULL)
        return host->fail(call, CHIRON_ENOMEM, "out of memory");
    plugin->host = host;
    plugin->notes = host->get_extension(host, CHIRON_EXT_NOTES);
    plugin->query = host->get_extension(host, CHIRON_EXT_QUERY);
    plugin->out = host->get_extension(host, CHIRON_EXT_OUT);
    if (plugin->notes == NULL || plugin->query == NULL || plugin->out == NULL) {
        free(plugin);
        return host->fail(call, CHIRON_EFAILED, "the permission notes:read is missing");
    }
    *self_out = plugin;
    return CHIRON_OK;
}

static const void *get_extension(void *self, const char *id)
{
    (void)self;
    return strcmp(id, CHIRON_EXT_COMMAND) == 0 ? &command : NULL;
}

static void close_plugin(void *self)
{
    free(self);
}

CHIRON_EXPORT const chiron_entry chiron_plugin = {
    sizeof(chiron_entry), CHIRON_ABI_MAJOR, CHIRON_ABI_MINOR, "tutorial", "1.0.0",
    open_plugin,          get_extension,    close_plugin,
};
