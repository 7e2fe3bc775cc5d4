/* The socket of checks. */
#include "base/i18n.h"
#include "base/utf8.h"
#include "host/feed.h"
#include "host/lent_note.h"
#include "host/source.h"

enum { FINDING_SIZE_MIN = 32 };

struct checking {
    struct plugin *plugin;
    const chiron_check_v1 *check;
    struct sv rule;                  /* "ID/rule" */
    const chiron_note *const *notes; /* the batch */
    size_t note;                     /* which of it is being checked */
    finding_record_fn fn;
    void *payload;
    status got; /* of fn, or a misuse */
    struct err err;
};

/* One line of valid UTF-8. */
static status clean(struct sv message, struct buf *into, struct err *err)
{
    utf8_put_valid(into, message);
    for (size_t i = 0; i < into->len; i++)
        if ((unsigned char)into->ptr[i] < 0x20 || into->ptr[i] == 0x7f)
            into->ptr[i] = ' ';
    return buf_check(into, err);
}

static status take_finding(struct checking *checking, const chiron_finding *lent)
{
    const struct record *record = &checking->notes[checking->note]->record;
    struct finding_record finding = {.path = record->path, .id = record->id, .rule = checking->rule};
    struct buf message = {0};
    status got;
    if (lent == NULL || lent->struct_size < FINDING_SIZE_MIN || lent->level > CHIRON_ERROR)
        return err_set(&checking->err, FAILED, _("it gave a finding that is not well formed"));
    got = clean(take_sv(lent->message), &message, &checking->err);
    if (got == DONE) {
        finding.level = lent->level == CHIRON_ERROR     ? FINDING_ERROR
                        : lent->level == CHIRON_WARNING ? FINDING_WARNING
                                                        : FINDING_STYLE;
        finding.line = lent->line;
        finding.column = lent->column;
        finding.message = buf_view(&message);
        got = checking->fn(checking->payload, &finding, &checking->err);
    }
    buf_release(&message);
    return got;
}

static chiron_status receive(void *payload, const chiron_finding *finding)
{
    struct checking *checking = payload;
    if (checking->got == DONE)
        checking->got = take_finding(checking, finding);
    if (checking->got == DONE)
        return CHIRON_OK;
    return checking->got > 0 ? CHIRON_STOP : CHIRON_EFAILED;
}

static chiron_status check_one(struct checking *checking, struct chiron_call *call)
{
    const chiron_note *note = checking->notes[checking->note];
    return checking->check->check(checking->plugin->instance.self, call, note, receive, checking);
}

/* One note, or the whole batch where that is one exchange with a worker. */
static status check_some(struct checking *checking, size_t count, struct err *err)
{
    struct plugin *plugin = checking->plugin;
    struct instance *instance = &plugin->instance;
    struct chiron_call call;
    status got = plugin_enter(plugin, &call, err);
    if (got != DONE)
        return got;
    if (instance->check_batch != NULL)
        got = instance->check_batch(instance, &call, checking->notes, count, receive, checking, &checking->note);
    else
        got = check_one(checking, &call);
    if (checking->got < 0) {
        call.err = checking->err;
        got = checking->got;
    }
    got = plugin_leave(plugin, &call, got, err);
    return checking->got > 0 ? checking->got : got < 0 ? got : DONE;
}

static status check_batch(void *payload, const chiron_note *const *notes, size_t count, struct err *err)
{
    struct checking *checking = payload;
    bool at_once = checking->plugin->instance.check_batch != NULL;
    status got = DONE;
    checking->notes = notes;
    for (size_t i = 0; got == DONE && i < (at_once ? 1 : count); i++) {
        checking->note = i;
        got = cancel_requested() ? err_set(err, CANCELLED, _("cancelled")) : check_some(checking, count, err);
    }
    return got;
}

/* Both are ascending. */
static void intersect(struct id_set *set, const struct id_set *with)
{
    size_t kept = 0;
    for (size_t i = 0; with != NULL && i < set->count; i++)
        if (id_set_has(with, set->ids[i]))
            set->ids[kept++] = set->ids[i];
    if (with != NULL)
        set->count = kept;
}

static status check_all(struct checking *checking, const struct id_set *ids, struct err *err)
{
    struct plugin *plugin = checking->plugin;
    struct id_set wanted = {0};
    status got = source_query(plugin, sv_of(checking->check->query), &wanted, err);
    if (got != DONE)
        return plugin_context(plugin, got, err);
    intersect(&wanted, ids);
    got = feed_notes(plugin->owner->catalogue, &plugin->source.lender, &wanted, check_batch, checking, err);
    id_set_release(&wanted);
    return got;
}

status plugin_check(struct plugin *plugin, const struct id_set *ids, finding_record_fn fn, void *payload,
                    struct err *err)
{
    struct checking checking = {.plugin = plugin, .fn = fn, .payload = payload};
    struct buf rule = {0};
    const void *table;
    status got = plugin_ready(plugin, PLUGIN_CHECK, &table, err);
    if (got != DONE)
        return got;
    checking.check = table;
    buf_printf(&rule, "%.*s/%s", SV_ARG(plugin->info.id), checking.check->rule);
    got = buf_check(&rule, err);
    checking.rule = buf_view(&rule);
    if (got == DONE)
        got = check_all(&checking, ids, err);
    buf_release(&rule);
    return got;
}
