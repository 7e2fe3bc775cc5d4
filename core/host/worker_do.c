/* What a worker is told to do, one function an operation. */
#include "base/i18n.h"
#include "base/progress.h"
#include "host/manifest.h"
#include "host/worker.h"

#include <string.h>

typedef chiron_status (*do_fn)(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                               struct buf *answer);

static const void *table_of(const struct worker *worker, enum plugin_kind kind)
{
    return worker->instance.tables[kind_index(kind)];
}

/* A frame that the program made is only broken when memory ran out or the two do not fit: neither has other words. */
static chiron_status unreadable(struct chiron_call *call)
{
    err_set(&call->err, FAILED, _("the worker does not understand the program"));
    return CHIRON_EFAILED;
}

/* The call's end releases them, and their memory with it. */
static bool take_notes(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                       const chiron_note *const **notes_out, size_t *count_out)
{
    struct chiron_note **notes;
    if (!codec_take_notes(reader, &worker->lender, &call->scratch, &notes, count_out))
        return false;
    for (size_t i = 0; i < *count_out; i++) {
        notes[i]->next = call->found;
        call->found = notes[i];
    }
    *notes_out = (const chiron_note *const *)notes;
    return true;
}

/* --- command --- */

static chiron_status do_run(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                            struct buf *answer)
{
    const chiron_command_v1 *command = table_of(worker, PLUGIN_COMMAND);
    const chiron_argument *const *arguments;
    size_t count;
    (void)answer;
    if (!codec_take_arguments(reader, &call->scratch, &arguments, &count))
        return unreadable(call);
    return command->run(worker->instance.self, call, arguments, count, &worker->out.lent);
}

/* --- searcher --- */

/* The sizes of ABI 1.0: a shorter struct is one that the plugin forgot to fill. */
enum { HIT_SIZE_MIN = 40, FINDING_SIZE_MIN = 32, SUGGESTION_SIZE_MIN = 64, RESPELLING_SIZE_MIN = 40 };

static chiron_status emit_hit(void *payload, const chiron_hit *hit)
{
    struct worker *worker = payload;
    if (hit == NULL || hit->struct_size < HIT_SIZE_MIN)
        return CHIRON_EFAILED;
    codec_put_hit(&worker->emissions, hit);
    return worker_emitted(worker);
}

static chiron_status do_search(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                               struct buf *answer)
{
    const chiron_searcher_v1 *searcher = table_of(worker, PLUGIN_SEARCHER);
    const chiron_search_query *query;
    (void)answer;
    if (!codec_take_query(reader, &call->scratch, &query))
        return unreadable(call);
    return searcher->search(worker->instance.self, call, query, emit_hit, worker);
}

static chiron_status emit_respelling(void *payload, const chiron_respelling *respelling)
{
    struct worker *worker = payload;
    if (respelling == NULL || respelling->struct_size < RESPELLING_SIZE_MIN)
        return CHIRON_EFAILED;
    codec_put_respelling(&worker->emissions, respelling);
    return worker_emitted(worker);
}

static chiron_status do_suggest(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                struct buf *answer)
{
    const chiron_searcher_v1 *searcher = table_of(worker, PLUGIN_SEARCHER);
    const chiron_search_query *query;
    (void)answer;
    if (!codec_take_query(reader, &call->scratch, &query))
        return unreadable(call);
    return searcher->suggest(worker->instance.self, call, query, emit_respelling, worker);
}

static chiron_status do_related(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                struct buf *answer)
{
    const chiron_searcher_v1 *searcher = table_of(worker, PLUGIN_SEARCHER);
    int64_t id = wire_i64(reader);
    uint64_t limit = wire_u64(reader);
    (void)answer;
    if (reader->failed)
        return unreadable(call);
    return searcher->related(worker->instance.self, call, id, limit, emit_hit, worker);
}

/* --- check --- */

static chiron_status emit_finding(void *payload, const chiron_finding *finding)
{
    struct worker *worker = payload;
    if (finding == NULL || finding->struct_size < FINDING_SIZE_MIN)
        return CHIRON_EFAILED;
    codec_put_finding(&worker->emissions, worker->checked, finding);
    return worker_emitted(worker);
}

/* Each note is a call of its own to the plugin, with its own scratch memory and words. */
static chiron_status check_one(struct worker *worker, struct chiron_call *batch, const chiron_note *note)
{
    const chiron_check_v1 *check = table_of(worker, PLUGIN_CHECK);
    struct chiron_call call;
    chiron_status got;
    call_begin(&call, &worker->lender);
    got = check->check(worker->instance.self, &call, note, emit_finding, worker);
    return call_end(&call, got, &batch->err);
}

static chiron_status do_check(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                              struct buf *answer)
{
    const chiron_note *const *notes;
    size_t count;
    chiron_status got = CHIRON_OK;
    (void)answer;
    if (!take_notes(worker, call, reader, &notes, &count))
        return unreadable(call);
    for (worker->checked = 0; got >= 0 && worker->checked < count; worker->checked++) {
        if (cancel_requested())
            return CHIRON_ECANCELLED;
        if (worker->received != CHIRON_OK)
            return worker->received;
        got = check_one(worker, call, notes[worker->checked]);
        worker_alive(worker);
    }
    return got < 0 ? got : CHIRON_OK;
}

/* --- matcher --- */

static chiron_status emit_suggestion(void *payload, const chiron_suggestion *suggestion)
{
    struct worker *worker = payload;
    if (suggestion == NULL || suggestion->struct_size < SUGGESTION_SIZE_MIN)
        return CHIRON_EFAILED;
    codec_put_suggestion(&worker->emissions, suggestion);
    return worker_emitted(worker);
}

static bool take_people(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                        chiron_match_input *input)
{
    *input = (chiron_match_input){.struct_size = sizeof(*input)};
    return take_notes(worker, call, reader, &input->mentors, &input->mentor_count) &&
           take_notes(worker, call, reader, &input->mentees, &input->mentee_count);
}

static chiron_status do_match(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                              struct buf *answer)
{
    const chiron_matcher_v1 *matcher = table_of(worker, PLUGIN_MATCHER);
    chiron_match_input input;
    (void)answer;
    if (!take_people(worker, call, reader, &input))
        return unreadable(call);
    return matcher->match(worker->instance.self, call, &input, emit_suggestion, worker);
}

static chiron_status do_score(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                              struct buf *answer)
{
    const chiron_matcher_v1 *matcher = table_of(worker, PLUGIN_MATCHER);
    chiron_match_input input;
    chiron_status got;
    if (!take_people(worker, call, reader, &input))
        return unreadable(call);
    size_t count = wire_count(reader, 16);
    chiron_pair *pairs = arena_array(&call->scratch, count, sizeof(*pairs));
    double *points = arena_array(&call->scratch, count, sizeof(*points));
    if (pairs == NULL || points == NULL)
        return CHIRON_ENOMEM;
    for (size_t i = 0; i < count; i++) {
        pairs[i].mentor = wire_u64(reader);
        pairs[i].mentee = wire_u64(reader);
    }
    got = matcher->score(worker->instance.self, call, &input, pairs, count, points);
    for (size_t i = 0; got == CHIRON_OK && i < count; i++)
        wire_put_f64(answer, points[i]);
    return got;
}

/* --- states --- */

static bool keep_state(struct worker *worker, void *state, struct buf *answer)
{
    struct worker_state *grown;
    size_t at = 0;
    while (at < worker->state_count && worker->states[at].used)
        at++;
    if (at == worker->state_count) {
        grown = array_grow(worker->states, &worker->state_capacity, worker->state_count, sizeof(*grown));
        if (grown == NULL)
            return false;
        worker->states = grown;
        worker->state_count++;
    }
    worker->states[at] = (struct worker_state){.state = state, .used = true};
    wire_put_u32(answer, (uint32_t)at);
    return true;
}

static struct worker_state *state_of(struct worker *worker, struct wire_reader *reader)
{
    uint32_t at = wire_u32(reader);
    return at < worker->state_count && worker->states[at].used ? &worker->states[at] : NULL;
}

/* --- figures --- */

static const chiron_kpi_definition *figure_of(const chiron_kpi_v1 *kpi, const char *id)
{
    for (size_t i = 0; id != NULL && kpi->definitions[i] != NULL; i++)
        if (strcmp(kpi->definitions[i]->id, id) == 0)
            return kpi->definitions[i];
    return NULL;
}

static chiron_status do_kpi_begin(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                  struct buf *answer)
{
    const chiron_kpi_v1 *kpi = table_of(worker, PLUGIN_KPI);
    const chiron_kpi_definition *figure = figure_of(kpi, wire_cstr(reader, &call->scratch));
    chiron_window window = {.struct_size = sizeof(window)};
    void *fold = NULL;
    chiron_status got;
    window.from = lend_sv(wire_text(reader));
    window.to = lend_sv(wire_text(reader));
    window.as_of = lend_sv(wire_text(reader));
    if (figure == NULL || reader->failed)
        return unreadable(call);
    got = kpi->begin(worker->instance.self, call, figure, &window, &fold);
    if (got == CHIRON_OK && !keep_state(worker, fold, answer)) {
        kpi->discard(fold);
        return CHIRON_ENOMEM;
    }
    return got;
}

static chiron_status do_kpi_add(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                struct buf *answer)
{
    const chiron_kpi_v1 *kpi = table_of(worker, PLUGIN_KPI);
    const struct worker_state *fold = state_of(worker, reader);
    const chiron_note *const *notes;
    size_t count;
    (void)answer;
    if (fold == NULL || !take_notes(worker, call, reader, &notes, &count))
        return unreadable(call);
    return kpi->add(fold->state, call, notes, count);
}

static chiron_status do_kpi_finish(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                   struct buf *answer)
{
    const chiron_kpi_v1 *kpi = table_of(worker, PLUGIN_KPI);
    struct worker_state *fold = state_of(worker, reader);
    chiron_kpi_value value = {.struct_size = sizeof(value)};
    chiron_status got;
    if (fold == NULL)
        return unreadable(call);
    fold->used = false;
    got = kpi->finish(fold->state, call, &value);
    if (got == CHIRON_OK) {
        wire_put_u8(answer, value.has_value);
        wire_put_f64(answer, value.value);
        wire_put_u64(answer, value.n);
        wire_put_text(answer, take_sv(value.reason));
    }
    return got;
}

static chiron_status do_kpi_discard(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                    struct buf *answer)
{
    const chiron_kpi_v1 *kpi = table_of(worker, PLUGIN_KPI);
    struct worker_state *fold = state_of(worker, reader);
    (void)answer;
    if (fold == NULL)
        return unreadable(call);
    fold->used = false;
    kpi->discard(fold->state);
    return CHIRON_OK;
}

/* --- exports --- */

static chiron_status do_export_begin(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                     struct buf *answer)
{
    const chiron_exporter_v1 *exporter = table_of(worker, PLUGIN_EXPORTER);
    const chiron_argument *const *arguments;
    void *state = NULL;
    size_t count;
    chiron_status got;
    if (!codec_take_arguments(reader, &call->scratch, &arguments, &count))
        return unreadable(call);
    got = exporter->begin(worker->instance.self, call, arguments, count, &worker->tree.lent, &state);
    if (got == CHIRON_OK && !keep_state(worker, state, answer)) {
        exporter->discard(state);
        return CHIRON_ENOMEM;
    }
    return got;
}

static chiron_status do_export_add(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                   struct buf *answer)
{
    const chiron_exporter_v1 *exporter = table_of(worker, PLUGIN_EXPORTER);
    const struct worker_state *state = state_of(worker, reader);
    const chiron_note *const *notes;
    size_t count;
    (void)answer;
    if (state == NULL || !take_notes(worker, call, reader, &notes, &count))
        return unreadable(call);
    return exporter->add(state->state, call, notes, count);
}

static chiron_status do_export_finish(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                      struct buf *answer)
{
    const chiron_exporter_v1 *exporter = table_of(worker, PLUGIN_EXPORTER);
    struct worker_state *state = state_of(worker, reader);
    (void)answer;
    if (state == NULL)
        return unreadable(call);
    state->used = false;
    return exporter->finish(state->state, call);
}

static chiron_status do_export_discard(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                       struct buf *answer)
{
    const chiron_exporter_v1 *exporter = table_of(worker, PLUGIN_EXPORTER);
    struct worker_state *state = state_of(worker, reader);
    (void)answer;
    if (state == NULL)
        return unreadable(call);
    state->used = false;
    exporter->discard(state->state);
    return CHIRON_OK;
}

/* --- consumer --- */

static chiron_status do_cursor(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                               struct buf *answer)
{
    const chiron_consumer_v1 *consumer = table_of(worker, PLUGIN_CONSUMER);
    chiron_sv cursor = {0};
    chiron_status got = consumer->cursor(worker->instance.self, call, &cursor);
    (void)reader;
    if (got == CHIRON_OK)
        wire_put_text(answer, take_sv(cursor));
    return got;
}

static chiron_status do_round_begin(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                    struct buf *answer)
{
    const chiron_consumer_v1 *consumer = table_of(worker, PLUGIN_CONSUMER);
    bool reset = wire_bool(reader);
    uint64_t total = wire_u64(reader);
    (void)answer;
    return consumer->begin(worker->instance.self, call, reset, total);
}

static chiron_status do_changed(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                struct buf *answer)
{
    const chiron_consumer_v1 *consumer = table_of(worker, PLUGIN_CONSUMER);
    const chiron_note *const *notes;
    size_t count;
    (void)answer;
    if (!take_notes(worker, call, reader, &notes, &count))
        return unreadable(call);
    return consumer->changed(worker->instance.self, call, notes, count);
}

static chiron_status do_removed(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                struct buf *answer)
{
    const chiron_consumer_v1 *consumer = table_of(worker, PLUGIN_CONSUMER);
    size_t count = wire_count(reader, sizeof(int64_t));
    int64_t *ids = arena_array(&call->scratch, count, sizeof(*ids));
    (void)answer;
    if (ids == NULL)
        return CHIRON_ENOMEM;
    for (size_t i = 0; i < count; i++)
        ids[i] = wire_i64(reader);
    return consumer->removed(worker->instance.self, call, ids, count);
}

static chiron_status do_round_finish(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                     struct buf *answer)
{
    const chiron_consumer_v1 *consumer = table_of(worker, PLUGIN_CONSUMER);
    (void)answer;
    return consumer->finish(worker->instance.self, call, lend_sv(wire_text(reader)));
}

static chiron_status do_round_discard(struct worker *worker, struct chiron_call *call, struct wire_reader *reader,
                                      struct buf *answer)
{
    const chiron_consumer_v1 *consumer = table_of(worker, PLUGIN_CONSUMER);
    (void)call;
    (void)reader;
    (void)answer;
    consumer->discard(worker->instance.self);
    return CHIRON_OK;
}

/* --- which is which --- */

static const struct {
    enum plugin_kind kind;
    do_fn fn;
} operations[OPERATION_COUNT] = {
    [OPERATION_RUN] = {PLUGIN_COMMAND, do_run},
    [OPERATION_SEARCH] = {PLUGIN_SEARCHER, do_search},
    [OPERATION_SUGGEST] = {PLUGIN_SEARCHER, do_suggest},
    [OPERATION_RELATED] = {PLUGIN_SEARCHER, do_related},
    [OPERATION_MATCH] = {PLUGIN_MATCHER, do_match},
    [OPERATION_SCORE] = {PLUGIN_MATCHER, do_score},
    [OPERATION_KPI_BEGIN] = {PLUGIN_KPI, do_kpi_begin},
    [OPERATION_KPI_ADD] = {PLUGIN_KPI, do_kpi_add},
    [OPERATION_KPI_FINISH] = {PLUGIN_KPI, do_kpi_finish},
    [OPERATION_KPI_DISCARD] = {PLUGIN_KPI, do_kpi_discard},
    [OPERATION_EXPORT_BEGIN] = {PLUGIN_EXPORTER, do_export_begin},
    [OPERATION_EXPORT_ADD] = {PLUGIN_EXPORTER, do_export_add},
    [OPERATION_EXPORT_FINISH] = {PLUGIN_EXPORTER, do_export_finish},
    [OPERATION_EXPORT_DISCARD] = {PLUGIN_EXPORTER, do_export_discard},
    [OPERATION_CHECK] = {PLUGIN_CHECK, do_check},
    [OPERATION_CURSOR] = {PLUGIN_CONSUMER, do_cursor},
    [OPERATION_ROUND_BEGIN] = {PLUGIN_CONSUMER, do_round_begin},
    [OPERATION_CHANGED] = {PLUGIN_CONSUMER, do_changed},
    [OPERATION_REMOVED] = {PLUGIN_CONSUMER, do_removed},
    [OPERATION_ROUND_FINISH] = {PLUGIN_CONSUMER, do_round_finish},
    [OPERATION_ROUND_DISCARD] = {PLUGIN_CONSUMER, do_round_discard},
};

chiron_status worker_do(struct worker *worker, enum operation operation, struct chiron_call *call,
                        struct wire_reader *reader, struct buf *answer)
{
    if (operation >= OPERATION_COUNT || operations[operation].fn == NULL ||
        table_of(worker, operations[operation].kind) == NULL)
        return unreadable(call);
    return operations[operation].fn(worker, call, reader, answer);
}
