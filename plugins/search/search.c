/* Ranked full text: the searcher that comes with chiron, and the consumer that keeps its index. README.md explains. */
#include "answer.h"
#include "spell.h"

#include <stdlib.h>
#include <string.h>

/* Texts one behind the other, each with a break behind it. */
struct joined {
    char *text;
    size_t len, room;
};

struct plugin {
    const chiron_host *host;
    struct analyser *analyser;
    const struct engine_ops *ops;
    struct engine *engine;
    char *dir; /* of the open engine */
    size_t dir_len;
    bool must_reset; /* the next round begins anew, whatever the host says */
    /* The index broke in the middle of a round: what comes is let by, and finish fills it from all notes. */
    bool is_lost;
    char *cursor; /* of the last round that this instance knows of */
    size_t cursor_len;
    struct joined titles, headings, tags; /* of the note that is being added */
};

/* ---- the engine of the current vault ---- */

static void close_engine(struct plugin *plugin)
{
    plugin->ops->close(plugin->engine);
    plugin->engine = NULL;
    free(plugin->dir);
    plugin->dir = NULL;
}

static chiron_status open_engine(struct plugin *plugin, const struct job *job)
{
    const chiron_data_v1 *data = job->host->get_extension(job->host, CHIRON_EXT_DATA);
    if (data == NULL)
        return job_fail(job, CHIRON_EFAILED, "the permission 'data' is missing: there is no place for the index");
    chiron_sv dir;
    chiron_status st = data->dir(job->call, &dir);
    if (st != CHIRON_OK)
        return st;
    if (plugin->engine != NULL && plugin->dir_len == dir.len && memcmp(plugin->dir, dir.ptr, dir.len) == 0)
        return CHIRON_OK;
    close_engine(plugin);
    plugin->dir = strndup(dir.ptr, dir.len);
    plugin->dir_len = dir.len;
    if (plugin->analyser == NULL)
        plugin->analyser = analyser_new();
    if (plugin->dir == NULL || plugin->analyser == NULL)
        return job_no_memory(job);
    return plugin->ops->open(job, dir, plugin->analyser, &plugin->engine);
}

static chiron_status keep_cursor(struct plugin *plugin, const struct job *job, chiron_sv cursor)
{
    char *copy = malloc(cursor.len > 0 ? cursor.len : 1);
    if (copy == NULL)
        return job_no_memory(job);
    if (cursor.len > 0)
        memcpy(copy, cursor.ptr, cursor.len);
    free(plugin->cursor);
    plugin->cursor = copy;
    plugin->cursor_len = cursor.len;
    return CHIRON_OK;
}

/* ---- a note into the index ---- */

static bool join(struct joined *joined, chiron_sv text)
{
    size_t need = joined->len + text.len + 1;
    if (need > joined->room) {
        size_t room = 2 * need;
        char *grown = realloc(joined->text, room);
        if (grown == NULL)
            return false;
        joined->text = grown;
        joined->room = room;
    }
    if (text.len > 0)
        memcpy(joined->text + joined->len, text.ptr, text.len);
    joined->len += text.len;
    joined->text[joined->len++] = ENGINE_BREAK;
    return true;
}

static bool join_titles(const chiron_notes_v1 *notes, const chiron_note *note, struct joined *joined)
{
    chiron_sv alias;
    joined->len = 0;
    if (!join(joined, notes->text(note, CHIRON_NOTE_TITLE)))
        return false;
    for (size_t i = 0; notes->alias(note, i, &alias) == CHIRON_OK; i++)
        if (!join(joined, alias))
            return false;
    return true;
}

static bool join_headings(const chiron_notes_v1 *notes, const chiron_note *note, struct joined *joined)
{
    chiron_heading heading = {.struct_size = sizeof heading};
    joined->len = 0;
    for (size_t i = 0; notes->heading(note, i, &heading) == CHIRON_OK; i++)
        if (!join(joined, heading.text))
            return false;
    return true;
}

static bool join_tags(const chiron_notes_v1 *notes, const chiron_note *note, struct joined *joined)
{
    chiron_sv tag;
    joined->len = 0;
    for (size_t i = 0; notes->tag(note, i, &tag) == CHIRON_OK; i++)
        if (!join(joined, tag))
            return false;
    return true;
}

static chiron_sv joined_text(const struct joined *joined)
{
    return (chiron_sv){joined->text, joined->len};
}

static chiron_status add_note(struct plugin *plugin, const struct job *job, const chiron_notes_v1 *notes,
                              const chiron_note *note)
{
    if (!join_titles(notes, note, &plugin->titles) || !join_headings(notes, note, &plugin->headings) ||
        !join_tags(notes, note, &plugin->tags))
        return job_no_memory(job);
    struct engine_note entry = {.id = notes->id(note),
                                .language = language_of(notes->text(note, CHIRON_NOTE_LANG)),
                                .titles = joined_text(&plugin->titles),
                                .headings = joined_text(&plugin->headings),
                                .tags = joined_text(&plugin->tags),
                                .body = notes->text(note, CHIRON_NOTE_BODY)};
    return plugin->ops->add(plugin->engine, job, &entry);
}

static chiron_status add_notes(struct plugin *plugin, const struct job *job, const chiron_note *const *list,
                               size_t count)
{
    const chiron_notes_v1 *notes = job->host->get_extension(job->host, CHIRON_EXT_NOTES);
    if (notes == NULL)
        return job_fail(job, CHIRON_EFAILED, "the permission 'notes:read' is missing");
    for (size_t i = 0; i < count; i++) {
        chiron_status st = add_note(plugin, job, notes, list[i]);
        if (st != CHIRON_OK)
            return st;
    }
    return job_cancelled(job) ? job_fail(job, CHIRON_ECANCELLED, "interrupted") : CHIRON_OK;
}

/* ---- filling a lost index ---- */

static chiron_status refill_batch(void *payload, chiron_call *call, const chiron_note *const *list, size_t count)
{
    struct plugin *plugin = payload;
    struct job job = {plugin->host, call};
    return add_notes(plugin, &job, list, count);
}

static const chiron_query_v1 *query_extension(const struct job *job)
{
    return job->host->get_extension(job->host, CHIRON_EXT_QUERY);
}

/* Empties the index and reads all notes: the answer to damage found where the host cannot be asked for a round. */
static chiron_status refill(struct plugin *plugin, const struct job *job, chiron_sv cursor)
{
    const chiron_query_v1 *query = query_extension(job);
    if (query == NULL)
        return job_fail(job, CHIRON_EFAILED, "the permission 'notes:read' is missing");
    chiron_status st = plugin->ops->wipe(plugin->engine, job);
    if (st == CHIRON_OK)
        st = plugin->ops->begin(plugin->engine, job, true);
    if (st == CHIRON_OK)
        st = query->each(job->call, (chiron_sv){"", 0}, refill_batch, plugin);
    if (st == CHIRON_OK)
        st = plugin->ops->commit(plugin->engine, job, cursor);
    plugin->ops->rollback(plugin->engine);
    if (st == JOB_BROKEN)
        return job_fail(job, CHIRON_EFAILED, "the search index was damaged again while it was being made");
    return st;
}

/* ---- consumer ---- */

static chiron_status consumer_cursor(void *self, chiron_call *call, chiron_sv *cursor_out)
{
    struct plugin *plugin = self;
    struct job job = {plugin->host, call};
    bool is_stale = false;
    *cursor_out = (chiron_sv){"", 0};
    chiron_status st = open_engine(plugin, &job);
    if (st == CHIRON_OK)
        st = plugin->ops->cursor(plugin->engine, &job, cursor_out, &is_stale);
    if (st == JOB_BROKEN) {
        *cursor_out = (chiron_sv){"", 0};
        st = plugin->ops->wipe(plugin->engine, &job);
    }
    plugin->must_reset = is_stale;
    return st == CHIRON_OK ? keep_cursor(plugin, &job, *cursor_out) : st;
}

static chiron_status consumer_begin(void *self, chiron_call *call, bool reset, uint64_t total)
{
    (void)total;
    struct plugin *plugin = self;
    struct job job = {plugin->host, call};
    plugin->is_lost = false;
    chiron_status st = open_engine(plugin, &job);
    if (st == CHIRON_OK)
        st = plugin->ops->begin(plugin->engine, &job, reset || plugin->must_reset);
    plugin->is_lost = st == JOB_BROKEN;
    return plugin->is_lost ? CHIRON_OK : st;
}

/* What of a round goes wrong by damage is put right at its end. */
static chiron_status lose(struct plugin *plugin, chiron_status st)
{
    if (st != JOB_BROKEN)
        return st;
    plugin->ops->rollback(plugin->engine);
    plugin->is_lost = true;
    return CHIRON_OK;
}

static chiron_status consumer_changed(void *self, chiron_call *call, const chiron_note *const *notes, size_t count)
{
    struct plugin *plugin = self;
    struct job job = {plugin->host, call};
    return plugin->is_lost ? CHIRON_OK : lose(plugin, add_notes(plugin, &job, notes, count));
}

static chiron_status consumer_removed(void *self, chiron_call *call, const int64_t *ids, size_t count)
{
    struct plugin *plugin = self;
    struct job job = {plugin->host, call};
    chiron_status st = CHIRON_OK;
    for (size_t i = 0; i < count && st == CHIRON_OK && !plugin->is_lost; i++)
        st = lose(plugin, plugin->ops->remove(plugin->engine, &job, ids[i]));
    return st;
}

static chiron_status consumer_finish(void *self, chiron_call *call, chiron_sv cursor)
{
    struct plugin *plugin = self;
    struct job job = {plugin->host, call};
    chiron_status st = plugin->is_lost ? JOB_BROKEN : plugin->ops->commit(plugin->engine, &job, cursor);
    if (st == JOB_BROKEN)
        st = refill(plugin, &job, cursor);
    plugin->is_lost = plugin->must_reset = false;
    return st == CHIRON_OK ? keep_cursor(plugin, &job, cursor) : st;
}

static void consumer_discard(void *self)
{
    struct plugin *plugin = self;
    plugin->is_lost = false;
    if (plugin->engine != NULL)
        plugin->ops->rollback(plugin->engine);
}

/* ---- searcher ---- */

static size_t limit_of(uint64_t limit)
{
    return limit < SIZE_MAX ? (size_t)limit : SIZE_MAX;
}

static chiron_status searcher_search(void *self, chiron_call *call, const chiron_search_query *query, chiron_hit_fn fn,
                                     void *payload)
{
    struct plugin *plugin = self;
    struct job job = {plugin->host, call};
    const struct node *root = NULL;
    struct hits hits = {0};
    chiron_status st = open_engine(plugin, &job);
    if (st == CHIRON_OK)
        st = query_compile(&job, plugin->analyser, query, &root);
    if (st == CHIRON_OK)
        st = plugin->ops->search(plugin->engine, &job, root, limit_of(query->limit), &hits);
    if (st == JOB_BROKEN) {
        st = refill(plugin, &job, (chiron_sv){plugin->cursor, plugin->cursor_len});
        if (st == CHIRON_OK)
            st = plugin->ops->search(plugin->engine, &job, root, limit_of(query->limit), &hits);
        if (st == JOB_BROKEN)
            st = job_fail(&job, CHIRON_EFAILED, "the search index was damaged again while it was being read");
    }
    struct answer answer = {&job, plugin->analyser, NULL, fn, payload};
    if (st == CHIRON_OK)
        st = answer_give(&answer, root, limit_of(query->limit), &hits);
    hits_release(&hits);
    return st;
}

/* Damage is no failure here: the search that found nothing would have mended it. */
static chiron_status searcher_suggest(void *self, chiron_call *call, const chiron_search_query *query,
                                      chiron_respelling_fn fn, void *payload)
{
    struct plugin *plugin = self;
    struct job job = {plugin->host, call};
    chiron_status st = open_engine(plugin, &job);
    if (st == CHIRON_OK)
        st = spell_query(&job, plugin->analyser, plugin->ops, plugin->engine, query->root, fn, payload);
    return st == JOB_BROKEN ? CHIRON_NONE : st;
}

/* The note as it was added to the index; CHIRON_NONE when it is gone. */
static chiron_status read_sample(struct plugin *plugin, const struct job *job, int64_t id, struct sample *out)
{
    const chiron_query_v1 *query = query_extension(job);
    const chiron_notes_v1 *notes = job->host->get_extension(job->host, CHIRON_EXT_NOTES);
    const chiron_note *note = NULL;
    if (query == NULL || notes == NULL)
        return job_fail(job, CHIRON_EFAILED, "the permission 'notes:read' is missing");
    chiron_status st = query->get(job->call, id, &note);
    if (st != CHIRON_OK)
        return st;
    if (!join_titles(notes, note, &plugin->titles) || !join_tags(notes, note, &plugin->tags))
        return job_no_memory(job);
    *out = (struct sample){.id = id,
                           .language = language_of(notes->text(note, CHIRON_NOTE_LANG)),
                           .titles = joined_text(&plugin->titles),
                           .tags = joined_text(&plugin->tags),
                           .body = notes->text(note, CHIRON_NOTE_BODY)};
    return CHIRON_OK;
}

static chiron_status searcher_related(void *self, chiron_call *call, int64_t id, uint64_t limit, chiron_hit_fn fn,
                                      void *payload)
{
    struct plugin *plugin = self;
    struct job job = {plugin->host, call};
    struct sample sample;
    struct related related;
    struct hits hits = {0};
    chiron_status st = open_engine(plugin, &job);
    if (st == CHIRON_OK)
        st = read_sample(plugin, &job, id, &sample);
    for (int attempt = 0; st == CHIRON_OK && attempt < 2; attempt++) {
        st = related_find(&job, plugin->analyser, plugin->ops, plugin->engine, &sample, limit_of(limit), &related,
                          &hits);
        if (st != JOB_BROKEN)
            break;
        hits_release(&hits);
        st = attempt == 0
                 ? refill(plugin, &job, (chiron_sv){plugin->cursor, plugin->cursor_len})
                 : job_fail(&job, CHIRON_EFAILED, "the search index was damaged again while it was being read");
    }
    struct answer answer = {&job, plugin->analyser, &related, fn, payload};
    if (st == CHIRON_OK)
        st = answer_give(&answer, related.root, limit_of(limit), &hits);
    hits_release(&hits);
    return st;
}

/* ---- entry ---- */

static chiron_status plugin_open(const chiron_host *host, chiron_call *call, void **self_out)
{
    struct job job = {host, call};
    struct plugin *plugin = calloc(1, sizeof *plugin);
    if (plugin == NULL)
        return job_no_memory(&job);
    plugin->host = host;
    plugin->ops = &engine_segments;
    *self_out = plugin;
    return CHIRON_OK;
}

static void plugin_close(void *self)
{
    struct plugin *plugin = self;
    if (plugin == NULL)
        return;
    close_engine(plugin);
    analyser_free(plugin->analyser);
    free(plugin->cursor);
    free(plugin->titles.text);
    free(plugin->headings.text);
    free(plugin->tags.text);
    free(plugin);
}

static const void *plugin_extension(void *self, const char *id)
{
    static const chiron_searcher_v1 searcher = {sizeof searcher, "search", searcher_search, searcher_suggest,
                                                searcher_related};
    static const chiron_consumer_v1 consumer = {sizeof consumer,  consumer_cursor, consumer_begin,  consumer_changed,
                                                consumer_removed, consumer_finish, consumer_discard};
    (void)self;
    if (strcmp(id, CHIRON_EXT_SEARCHER) == 0)
        return &searcher;
    if (strcmp(id, CHIRON_EXT_CONSUMER) == 0)
        return &consumer;
    return NULL;
}

CHIRON_EXPORT extern const chiron_entry chiron_plugin;
const chiron_entry chiron_plugin = {sizeof(chiron_entry), CHIRON_ABI_MAJOR, CHIRON_ABI_MINOR, "search", "1.0.0",
                                    plugin_open,          plugin_extension, plugin_close};
