#include "host/source.h"

#include "base/file.h"
#include "base/i18n.h"
#include "host/feed.h"
#include "host/lent_note.h"
#include "text/query_block.h"

/* What a worker asks for comes here too, so the grants are looked at in this place, not only where tables are given. */
static status need(const struct lender *lender, unsigned grant, struct catalogue **catalogue_out, struct err *err)
{
    const struct source *source = (const struct source *)lender;
    *catalogue_out = source->plugin->owner->catalogue;
    if ((lender->grants & grant) != grant)
        return err_set(err, REFUSED, _("it asked for what it was not granted"));
    if (*catalogue_out == NULL)
        return err_set(err, FAILED, _("there is no vault here to ask"));
    return DONE;
}

static struct plugin *plugin_of(struct lender *lender)
{
    return ((struct source *)lender)->plugin;
}

/* --- notes --- */

static status read_content(struct lender *lender, struct chiron_note *note, struct err *err)
{
    struct catalogue *catalogue;
    struct buf bytes = {0};
    struct sv own;
    status got = need(lender, GRANT_NOTES, &catalogue, err);
    if (got == DONE)
        got = catalogue_read(catalogue, &note->record, &bytes, err);
    if (got == DONE) {
        /* What is found must be in the note, not in a table that a query made. */
        if (plugin_of(lender)->info.kinds & PLUGIN_SEARCHER && bytes.len > 0)
            query_blocks_cover(bytes.ptr, bytes.len);
        own = arena_copy(note->arena, buf_view(&bytes));
        if (own.ptr == NULL)
            got = err_no_memory(err);
        else
            lent_note_set_bytes(note, own);
    } else if (got > 0) {
        got = err_at(err, CONFLICTED, note->record.path, 0, 0, _("the note is gone or was changed meanwhile"));
    }
    buf_release(&bytes);
    return got;
}

static status add_heading(void *payload, struct sv text, struct sv anchor, unsigned level, unsigned line,
                          struct err *err)
{
    (void)anchor;
    return lent_note_add_heading(payload, text, level, line) ? DONE : err_no_memory(err);
}

static status read_headings(struct lender *lender, struct chiron_note *note, struct err *err)
{
    struct catalogue *catalogue;
    status got = need(lender, GRANT_NOTES, &catalogue, err);
    return got == DONE ? catalogue_headings(catalogue, note->record.id, add_heading, note, err) : got;
}

static const char *const link_kinds[] = {
    [LINK_WIKI] = "wikilink", [LINK_MARKDOWN] = "markdown", [LINK_EMBED] = "embed", [LINK_FIELD] = "field"};

static status add_link(void *payload, const struct link_record *link, struct err *err)
{
    struct chiron_link lent = {
        .struct_size = sizeof(lent),
        .line = link->line,
        .column = link->column,
        .target = lend_sv(link->target),
        .path = lend_sv(link->to),
        .anchor = lend_sv(link->anchor),
        .label = lend_sv(link->label),
        .kind = lend_sv(sv_of(link_kinds[link->kind])),
    };
    return lent_note_add_link(payload, &lent) ? DONE : err_no_memory(err);
}

static status read_links(struct lender *lender, struct chiron_note *note, struct err *err)
{
    struct link_filter filter = {.note = note->record.id, .external = true};
    struct catalogue *catalogue;
    status got = need(lender, GRANT_NOTES, &catalogue, err);
    return got == DONE ? catalogue_links(catalogue, &filter, add_link, note, err) : got;
}

/* --- queries --- */

static status evaluate(struct plugin *plugin, const struct query *query, struct id_set *set_out, struct err *err)
{
    struct plugins *plugins = plugin->owner;
    struct searcher searcher;
    struct eval eval = {.catalogue = plugins->catalogue};
    struct plugin *engine;
    status got = DONE;
    if (query_has_text(query)) {
        got = plugins_pick(plugins, PLUGIN_SEARCHER, (struct sv){0}, &engine, err);
        if (got == DONE)
            got = plugin_searcher(engine, &searcher, err);
        eval.searcher = &searcher;
    }
    return got == DONE ? eval_set(&eval, query, set_out, err) : got;
}

status source_query(struct plugin *plugin, struct sv text, struct id_set *set_out, struct err *err)
{
    struct arena arena = {0};
    struct query *query;
    unsigned called;
    struct catalogue *catalogue = plugin->owner->catalogue;
    const struct config *config = catalogue ? &catalogue_vault(catalogue)->config : NULL;
    status got = query_parse_saved(text, date_today(), config, &arena, &query, &called, err);
    if (got == DONE)
        got = evaluate(plugin, query, set_out, err);
    else
        err_context(err, _("in the query '%.*s'"), SV_ARG(text));
    arena_release(&arena);
    /* A plugin's query that is wrong is not the user's mistake, but the code tells the plugin. */
    return got > 0 ? FAILED : got;
}

struct asked {
    struct chiron_call *call;
    chiron_notes_fn fn;
    void *payload;
    chiron_status answer; /* of fn, when it was not 0 */
};

static status give_batch(void *payload, const chiron_note *const *notes, size_t count, struct err *err)
{
    struct asked *asked = payload;
    (void)err;
    asked->answer = asked->fn(asked->payload, asked->call, notes, count);
    return asked->answer == CHIRON_OK ? DONE : STOP;
}

static chiron_status each(struct lender *lender, struct chiron_call *call, struct sv query, chiron_notes_fn fn,
                          void *payload, struct err *err)
{
    struct asked asked = {.call = call, .fn = fn, .payload = payload};
    struct catalogue *catalogue;
    struct id_set set = {0};
    status got = need(lender, GRANT_NOTES, &catalogue, err);
    if (got == DONE)
        got = source_query(plugin_of(lender), query, &set, err);
    if (got == DONE)
        got = feed_notes(catalogue, lender, &set, give_batch, &asked, err);
    id_set_release(&set);
    return asked.answer != CHIRON_OK ? asked.answer : got;
}

static status count(struct lender *lender, struct sv query, uint64_t *count_out, struct err *err)
{
    struct catalogue *catalogue;
    struct id_set set = {0};
    status got = need(lender, GRANT_NOTES, &catalogue, err);
    if (got == DONE)
        got = source_query(plugin_of(lender), query, &set, err);
    *count_out = set.count;
    id_set_release(&set);
    return got;
}

static status get(struct lender *lender, int64_t id, struct chiron_note *note, struct err *err)
{
    struct arena *arena = note->arena;
    struct catalogue *catalogue;
    struct record record;
    status got = need(lender, GRANT_NOTES, &catalogue, err);
    if (got == DONE)
        got = catalogue_record(catalogue, id, arena, &record, err);
    if (got == DONE && !lent_note_init(note, lender, arena, &record, catalogue_vault(catalogue)->lang))
        got = err_no_memory(err);
    return got;
}

static status find(struct lender *lender, struct sv handle, struct chiron_note *note, struct err *err)
{
    struct catalogue *catalogue;
    struct err words = {0};
    int64_t id;
    status got = need(lender, GRANT_NOTES, &catalogue, err);
    if (got != DONE)
        return got;
    got = catalogue_find(catalogue, handle, false, &id, &words);
    if (got == DONE)
        return get(lender, id, note, err);
    /* None or several: the words with near names are for people, and a plugin gets an answer. */
    if (got > 0 || got == FAILED || got == USAGE)
        return NOT_FOUND;
    return err_set(err, got, "%s", words.text);
}

/* --- the rest --- */

static status config(struct lender *lender, struct sv key, struct arena *arena, struct sv *value_out, struct err *err)
{
    char name[128];
    struct sv value;
    if (key.len == 0 || key.len >= sizeof(name))
        return NOT_FOUND;
    for (size_t i = 0; i < key.len; i++)
        name[i] = key.ptr[i];
    name[key.len] = '\0';
    value = plugin_setting(plugin_of(lender), name);
    if (value.ptr == NULL)
        return NOT_FOUND;
    *value_out = arena_copy(arena, value);
    return value_out->ptr == NULL ? err_no_memory(err) : DONE;
}

static status data_dir(struct lender *lender, struct arena *arena, struct sv *path_out, struct err *err)
{
    struct catalogue *catalogue;
    const char *base;
    status got = need(lender, GRANT_DATA, &catalogue, err);
    if (got == DONE)
        got = vault_data_dir(catalogue_vault(catalogue), &base, err);
    if (got != DONE)
        return got;
    *path_out = arena_printf(arena, "%s/plugins/%.*s", base, SV_ARG(plugin_of(lender)->info.id));
    return path_out->ptr == NULL ? err_no_memory(err) : dir_make(path_out->ptr, 0700, err);
}

static status template(struct lender *lender, bool own, struct sv path, struct arena *arena, struct sv *bytes_out,
                       struct err *err)
{
    struct catalogue *catalogue;
    struct buf bytes = {0};
    status got = need(lender, GRANT_NOTES, &catalogue, err);
    if (got == DONE)
        got = vault_template_read(catalogue_vault(catalogue), own, path, &bytes, err);
    if (got == DONE)
        *bytes_out = arena_copy(arena, buf_view(&bytes));
    if (got == DONE && bytes_out->ptr == NULL)
        got = err_no_memory(err);
    buf_release(&bytes);
    return got;
}

static void progress(struct lender *lender, uint64_t done, uint64_t total)
{
    struct progress *shown = plugin_of(lender)->owner->progress;
    if (shown != NULL)
        progress_step(shown, done, total);
}

static bool cancelled(const struct lender *lender)
{
    (void)lender;
    return cancel_requested();
}

static const struct lender_ops source_ops = {
    .content = read_content,
    .headings = read_headings,
    .links = read_links,
    .each = each,
    .count = count,
    .find = find,
    .get = get,
    .config = config,
    .data_dir = data_dir,
    .template = template,
    .progress = progress,
    .cancelled = cancelled,
};

void source_init(struct source *source, struct plugin *plugin)
{
    *source = (struct source){.lender = {.ops = &source_ops, .grants = plugin->grants}, .plugin = plugin};
}
