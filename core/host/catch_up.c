/* Consumers: told what changed since their cursor, when somebody asks them something. */
#include "base/i18n.h"
#include "host/feed.h"
#include "host/registry.h"

enum { REMOVED_BATCH = 4096 };

struct round {
    struct plugin *plugin;
    const chiron_consumer_v1 *consumer;
    struct catalogue_state state;
    bool reset;
    int64_t since;
    struct id_set changed, removed;
};

/* --- where it stands --- */

/* "<catalogue id>:<change>"; anything else, another catalogue's, or one of the future means: from the beginning. */
static void read_cursor(struct round *round, struct sv cursor)
{
    size_t colon = sv_chr(cursor, ':');
    round->reset = true;
    round->since = 0;
    if (colon == SIZE_MAX || !sv_eq_c(sv_sub(cursor, 0, colon), round->state.id))
        return;
    if (!sv_to_i64(sv_from(cursor, colon + 1), &round->since) || round->since < 0 ||
        round->since > round->state.change) {
        round->since = 0;
        return;
    }
    round->reset = false;
}

static status ask_cursor(struct round *round, struct err *err)
{
    struct chiron_call call;
    chiron_sv cursor = {0};
    chiron_status answer;
    status got = plugin_enter(round->plugin, &call, err);
    if (got != DONE)
        return got;
    answer = round->consumer->cursor(round->plugin->instance.self, &call, &cursor);
    read_cursor(round, answer == CHIRON_OK ? take_sv(cursor) : (struct sv){0});
    got = plugin_leave(round->plugin, &call, answer, err);
    return got > 0 ? DONE : got;
}

/* --- what changed --- */

static status set_add(struct id_set *set, int64_t id, struct err *err)
{
    int64_t *grown = array_grow(set->ids, &set->capacity, set->count, sizeof(*grown));
    if (grown == NULL)
        return err_no_memory(err);
    set->ids = grown;
    grown[set->count++] = id;
    return DONE;
}

static status add_changed(void *payload, const struct record *record, struct err *err)
{
    return set_add(&((struct round *)payload)->changed, record->id, err);
}

static status add_removed(void *payload, int64_t id, struct sv path, struct err *err)
{
    struct round *round = payload;
    (void)path;
    /* Who forgets everything need not be told what is gone. */
    return round->reset ? DONE : set_add(&round->removed, id, err);
}

/* --- telling --- */

static status tell_begin(struct round *round, struct err *err)
{
    struct chiron_call call;
    status got = plugin_enter(round->plugin, &call, err);
    if (got != DONE)
        return got;
    got = round->consumer->begin(round->plugin->instance.self, &call, round->reset, round->changed.count);
    return plugin_leave(round->plugin, &call, got, err);
}

static status tell_changed(void *payload, const chiron_note *const *notes, size_t count, struct err *err)
{
    struct round *round = payload;
    struct chiron_call call;
    status got;
    if (cancel_requested())
        return err_set(err, CANCELLED, _("cancelled"));
    got = plugin_enter(round->plugin, &call, err);
    if (got != DONE)
        return got;
    got = round->consumer->changed(round->plugin->instance.self, &call, notes, count);
    return plugin_leave(round->plugin, &call, got, err);
}

static status tell_removed(struct round *round, struct err *err)
{
    status got = DONE;
    for (size_t at = 0; got == DONE && at < round->removed.count; at += REMOVED_BATCH) {
        size_t left = round->removed.count - at, count = left < REMOVED_BATCH ? left : REMOVED_BATCH;
        struct chiron_call call;
        got = plugin_enter(round->plugin, &call, err);
        if (got != DONE)
            return got;
        got = round->consumer->removed(round->plugin->instance.self, &call, round->removed.ids + at, count);
        got = plugin_leave(round->plugin, &call, got, err);
    }
    return got;
}

static status tell_finish(struct round *round, struct err *err)
{
    struct buf text = {0};
    struct chiron_call call;
    status got;
    buf_printf(&text, "%s:%lld", round->state.id, (long long)round->state.change);
    if (text.failed) {
        buf_release(&text);
        return err_no_memory(err);
    }
    got = plugin_enter(round->plugin, &call, err);
    if (got == DONE) {
        got = round->consumer->finish(round->plugin->instance.self, &call, lend_sv(buf_view(&text)));
        got = plugin_leave(round->plugin, &call, got, err);
    }
    buf_release(&text);
    return got;
}

/* A note that was edited since the refresh is told again after the next one. Any other trouble in reading would leave
 * the plugin with a hole that nothing fills, so it ends the round. */
static status check_read(struct round *round, struct err *err)
{
    struct err unread = round->plugin->source.lender.unread;
    if (unread.code == DONE || unread.code == CONFLICTED)
        return DONE;
    return err_set(err, unread.code, "%s", unread.text);
}

static status tell(struct round *round, struct err *err)
{
    struct plugin *plugin = round->plugin;
    status got = tell_begin(round, err);
    if (got != DONE)
        return got;
    plugin->source.lender.unread = (struct err){0};
    got = feed_notes(plugin->owner->catalogue, &plugin->source.lender, &round->changed, tell_changed, round, err);
    if (got == DONE)
        got = check_read(round, err);
    if (got == DONE)
        got = tell_removed(round, err);
    if (got == DONE)
        got = tell_finish(round, err);
    if (got != DONE && plugin->info.state == PLUGIN_LOADED)
        round->consumer->discard(plugin->instance.self);
    return got;
}

static status compare_and_tell(struct round *round, struct err *err)
{
    struct catalogue *catalogue = round->plugin->owner->catalogue;
    status got = catalogue_state(catalogue, &round->state, err);
    if (got == DONE)
        got = ask_cursor(round, err);
    if (got != DONE || (!round->reset && round->since == round->state.change))
        return got;
    got = catalogue_changed(catalogue, round->since, add_changed, add_removed, round, err);
    if (got == DONE)
        got = tell(round, err);
    if (got > 0)
        got = err_set(err, FAILED, _("plugin '%.*s' stopped in the middle of what changed"),
                      SV_ARG(round->plugin->info.id));
    return got;
}

status plugin_catch_up(struct plugin *plugin, struct err *err)
{
    struct round round = {.plugin = plugin};
    const void *table;
    status got;
    if ((plugin->info.kinds & PLUGIN_CONSUMER) == 0)
        return DONE;
    if (plugin->owner->catalogue == NULL)
        return err_set(err, FAILED, _("there is no vault here to ask"));
    got = plugin_table(plugin, PLUGIN_CONSUMER, &table, err);
    if (got != DONE)
        return got;
    round.consumer = table;
    got = compare_and_tell(&round, err);
    id_set_release(&round.changed);
    id_set_release(&round.removed);
    return got;
}
