/* tutorial: a consumer, and a command that asks it. A consumer is told of changed notes and keeps something of its own
 * about them: here the words of each note, in a file of its data folder. It catches up when somebody asks it, so
 * `chiron tutorial`, which gives their sum, is always right. command.c is the tutorial with the most comments; read it
 * first. */
#include <chiron/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    long long id; /* of the note, as long as the catalogue lives */
    unsigned long long words;
};

struct plugin {
    const chiron_host *host;
    const chiron_notes_v1 *notes;
    const chiron_out_v1 *out;
    const chiron_data_v1 *data;
    struct entry *entries;
    size_t count, capacity;
    bool from_nothing; /* this round tells everything, so no note comes twice */
    char cursor[128];  /* of the last finished round; empty: nothing is known */
};

static void forget(struct plugin *plugin)
{
    plugin->count = 0;
    plugin->cursor[0] = '\0';
}

static void drop(struct plugin *plugin, long long id)
{
    for (size_t i = 0; i < plugin->count; i++)
        if (plugin->entries[i].id == id)
            plugin->entries[i] = plugin->entries[--plugin->count];
}

static bool keep(struct plugin *plugin, long long id, unsigned long long words)
{
    if (plugin->count == plugin->capacity) {
        size_t capacity = plugin->capacity * 2 + 64;
        struct entry *grown = realloc(plugin->entries, capacity * sizeof(*grown));
        if (grown == NULL)
            return false;
        plugin->entries = grown;
        plugin->capacity = capacity;
    }
    plugin->entries[plugin->count++] = (struct entry){id, words};
    return true;
}

/* ---- its data: the cursor on the first line, then a line a note. Data and cursor stand in one file that is replaced
 * as a whole, so they cannot disagree. ---- */

static chiron_status data_path(const struct plugin *plugin, chiron_call *call, const char *name, char path[4096])
{
    chiron_sv dir;
    chiron_status status = plugin->data->dir(call, &dir);
    if (status == CHIRON_OK && snprintf(path, 4096, "%.*s/%s", (int)dir.len, dir.ptr, name) >= 4096)
        status = plugin->host->fail(call, CHIRON_EFAILED, "the path of the data folder is too long");
    return status;
}

/* What cannot be read is as good as nothing: the cursor is empty then, and everything is told anew. */
static chiron_status load(struct plugin *plugin, chiron_call *call)
{
    char path[4096];
    struct entry entry;
    FILE *file;
    chiron_status status = data_path(plugin, call, "words", path);
    if (status != CHIRON_OK)
        return status;
    file = fopen(path, "re");
    if (file == NULL)
        return CHIRON_OK;
    if (fscanf(file, "%127s", plugin->cursor) != 1)
        forget(plugin);
    while (fscanf(file, "%lld %llu", &entry.id, &entry.words) == 2)
        if (!keep(plugin, entry.id, entry.words))
            status = CHIRON_ENOMEM;
    if (ferror(file) || !feof(file) || status != CHIRON_OK)
        forget(plugin);
    fclose(file);
    return status == CHIRON_OK ? status : plugin->host->fail(call, status, "out of memory");
}

static chiron_status save(const struct plugin *plugin, chiron_call *call, chiron_sv cursor)
{
    char path[4096], temporary[4096];
    FILE *file;
    bool written;
    chiron_status status = data_path(plugin, call, "words", path);
    if (status == CHIRON_OK)
        status = data_path(plugin, call, "words.new", temporary);
    if (status != CHIRON_OK)
        return status;
    file = fopen(temporary, "we");
    if (file == NULL)
        return plugin->host->fail(call, CHIRON_EFAILED, "unable to write to the data folder");
    written = fprintf(file, "%.*s\n", (int)cursor.len, cursor.ptr) > 0;
    for (size_t i = 0; written && i < plugin->count; i++)
        written = fprintf(file, "%lld %llu\n", plugin->entries[i].id, plugin->entries[i].words) > 0;
    written = fclose(file) == 0 && written;
    if (!written || rename(temporary, path) != 0)
        return plugin->host->fail(call, CHIRON_EFAILED, "unable to write to the data folder");
    return CHIRON_OK;
}

/* ---- the consumer ---- */

static chiron_status cursor(void *self, chiron_call *call, chiron_sv *cursor_out)
{
    struct plugin *plugin = self;
    chiron_status status = plugin->cursor[0] == '\0' ? load(plugin, call) : CHIRON_OK;
    *cursor_out = (chiron_sv){plugin->cursor, strlen(plugin->cursor)};
    return status;
}

/* `reset`: forget everything, all notes are about to come. */
static chiron_status begin(void *self, chiron_call *call, bool reset, uint64_t total)
{
    struct plugin *plugin = self;
    (void)call;
    (void)total;
    plugin->from_nothing = reset;
    if (reset)
        forget(plugin);
    return CHIRON_OK;
}

static chiron_status changed(void *self, chiron_call *call, const chiron_note *const *notes, size_t count)
{
    struct plugin *plugin = self;
    for (size_t i = 0; i < count; i++) {
        long long id = plugin->notes->id(notes[i]);
        if (!plugin->from_nothing)
            drop(plugin, id);
        if (!keep(plugin, id, plugin->notes->words(notes[i])))
            return plugin->host->fail(call, CHIRON_ENOMEM, "out of memory");
    }
    return CHIRON_OK;
}

static chiron_status removed(void *self, chiron_call *call, const int64_t *ids, size_t count)
{
    (void)call;
    for (size_t i = 0; i < count; i++)
        drop(self, ids[i]);
    return CHIRON_OK;
}

static chiron_status finish(void *self, chiron_call *call, chiron_sv at)
{
    struct plugin *plugin = self;
    chiron_status status;
    if (at.len >= sizeof(plugin->cursor))
        return plugin->host->fail(call, CHIRON_EFAILED, "the cursor is too long");
    status = save(plugin, call, at);
    if (status != CHIRON_OK)
        return status;
    memcpy(plugin->cursor, at.ptr, at.len);
    plugin->cursor[at.len] = '\0';
    return CHIRON_OK;
}

/* The round came to nothing. What stands in the file still stands, and is read again. */
static void discard(void *self)
{
    forget(self);
}

static const chiron_consumer_v1 consumer = {
    .struct_size = sizeof(consumer),
    .cursor = cursor,
    .begin = begin,
    .changed = changed,
    .removed = removed,
    .finish = finish,
    .discard = discard,
};

/* ---- the command that asks it: it has caught up when this runs ---- */

static chiron_status run_command(void *self, chiron_call *call, const chiron_argument *const *arguments, size_t count,
                                 chiron_out *out)
{
    const struct plugin *plugin = self;
    unsigned long long words = 0;
    (void)call;
    (void)arguments;
    (void)count;
    for (size_t i = 0; i < plugin->count; i++)
        words += plugin->entries[i].words;
    plugin->out->begin_map(out);
    plugin->out->key(out, "notes");
    plugin->out->integer(out, (int64_t)plugin->count);
    plugin->out->key(out, "words");
    plugin->out->integer(out, (int64_t)words);
    return plugin->out->end_map(out);
}

static const chiron_command_v1 command = {
    .struct_size = sizeof(command),
    .name = "tutorial",
    .usage = "",
    .summary = "count notes and words",
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
    plugin->out = host->get_extension(host, CHIRON_EXT_OUT);
    plugin->data = host->get_extension(host, CHIRON_EXT_DATA);
    if (plugin->notes == NULL || plugin->out == NULL || plugin->data == NULL) {
        free(plugin);
        /* Data is a permission that the user grants: say how. */
        return host->fail(call, CHIRON_EFAILED,
                          "it needs a data folder: git config -f ~/.config/chiron/config plugin.tutorial.grant data");
    }
    *self_out = plugin;
    return CHIRON_OK;
}

static const void *get_extension(void *self, const char *id)
{
    (void)self;
    if (strcmp(id, CHIRON_EXT_CONSUMER) == 0)
        return &consumer;
    return strcmp(id, CHIRON_EXT_COMMAND) == 0 ? &command : NULL;
}

static void close_plugin(void *self)
{
    struct plugin *plugin = self;
    free(plugin->entries);
    free(plugin);
}

CHIRON_EXPORT const chiron_entry chiron_plugin = {
    sizeof(chiron_entry), CHIRON_ABI_MAJOR, CHIRON_ABI_MINOR, "tutorial", "1.0.0",
    open_plugin,          get_extension,    close_plugin,
};
