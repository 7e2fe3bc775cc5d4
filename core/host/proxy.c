/* The functions of a worker's tables: each packs what it is given, has the worker do it, and unpacks the answer. */
#include "base/i18n.h"
#include "host/manifest.h"
#include "host/remote.h"

#include <stdlib.h>

static bool may_read(const struct remote *remote)
{
    return (remote->lender->grants & GRANT_NOTES) != 0;
}

static chiron_status finish(struct remote *remote, struct chiron_call *call, struct exchange *exchange,
                            const struct delivery *delivery)
{
    chiron_status answer = remote_call(remote, call, exchange, delivery, &call->err);
    answer = remote_understood(remote, exchange, answer, &call->err);
    exchange_release(exchange);
    return answer;
}

/* --- command, searcher, check --- */

static chiron_status run(void *self, chiron_call *call, const chiron_argument *const *arguments, size_t count,
                         chiron_out *out)
{
    struct delivery delivery = {.out = out};
    struct exchange exchange;
    exchange_init(&exchange, OPERATION_RUN);
    codec_put_arguments(&exchange.body, arguments, count);
    return finish(self, call, &exchange, &delivery);
}

static chiron_status search(void *self, chiron_call *call, const chiron_search_query *query, chiron_hit_fn fn,
                            void *payload)
{
    struct delivery delivery = {.hit_fn = fn, .payload = payload};
    struct exchange exchange;
    exchange_init(&exchange, OPERATION_SEARCH);
    codec_put_query(&exchange.body, query);
    return finish(self, call, &exchange, &delivery);
}

static chiron_status suggest(void *self, chiron_call *call, const chiron_search_query *query, chiron_respelling_fn fn,
                             void *payload)
{
    struct delivery delivery = {.respelling_fn = fn, .payload = payload};
    struct exchange exchange;
    exchange_init(&exchange, OPERATION_SUGGEST);
    codec_put_query(&exchange.body, query);
    return finish(self, call, &exchange, &delivery);
}

static chiron_status related(void *self, chiron_call *call, int64_t id, uint64_t limit, chiron_hit_fn fn, void *payload)
{
    struct delivery delivery = {.hit_fn = fn, .payload = payload};
    struct exchange exchange;
    exchange_init(&exchange, OPERATION_RELATED);
    wire_put_i64(&exchange.body, id);
    wire_put_u64(&exchange.body, limit);
    return finish(self, call, &exchange, &delivery);
}

chiron_status proxy_check_batch(struct instance *instance, struct chiron_call *call, const chiron_note *const *notes,
                                size_t count, chiron_finding_fn fn, void *payload, size_t *note_out)
{
    struct remote *remote = instance->impl;
    struct delivery delivery = {.finding_fn = fn, .payload = payload, .note_out = note_out, .note_count = count};
    struct exchange exchange;
    exchange_init(&exchange, OPERATION_CHECK);
    codec_put_notes(&exchange.body, notes, count, may_read(remote));
    return finish(remote, call, &exchange, &delivery);
}

static chiron_status check(void *self, chiron_call *call, const chiron_note *note, chiron_finding_fn fn, void *payload)
{
    struct instance instance = {.impl = self};
    size_t which;
    return proxy_check_batch(&instance, call, &note, 1, fn, payload, &which);
}

/* --- matcher --- */

static void put_people(struct buf *body, const struct remote *remote, const chiron_match_input *input)
{
    codec_put_notes(body, input->mentors, input->mentor_count, may_read(remote));
    codec_put_notes(body, input->mentees, input->mentee_count, may_read(remote));
}

static chiron_status match(void *self, chiron_call *call, const chiron_match_input *input, chiron_suggestion_fn fn,
                           void *payload)
{
    struct delivery delivery = {.suggestion_fn = fn, .payload = payload};
    struct exchange exchange;
    exchange_init(&exchange, OPERATION_MATCH);
    put_people(&exchange.body, self, input);
    return finish(self, call, &exchange, &delivery);
}

static chiron_status score(void *self, chiron_call *call, const chiron_match_input *input, const chiron_pair *pairs,
                           size_t count, double *points_out)
{
    struct exchange exchange;
    chiron_status answer;
    exchange_init(&exchange, OPERATION_SCORE);
    put_people(&exchange.body, self, input);
    wire_put_u32(&exchange.body, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        wire_put_u64(&exchange.body, pairs[i].mentor);
        wire_put_u64(&exchange.body, pairs[i].mentee);
    }
    answer = remote_call(self, call, &exchange, NULL, &call->err);
    for (size_t i = 0; answer == CHIRON_OK && i < count; i++)
        points_out[i] = wire_f64(&exchange.reader);
    answer = remote_understood(self, &exchange, answer, &call->err);
    exchange_release(&exchange);
    return answer;
}

/* --- folds: figures and exports --- */

/* What stands here for the plugin's own state in the worker. */
struct fold {
    struct remote *remote;
    uint32_t token;
    struct chiron_tree *tree;
};

static chiron_status begin(struct remote *remote, struct chiron_call *call, struct exchange *exchange,
                           struct chiron_tree *tree, void **fold_out)
{
    struct delivery delivery = {.tree = tree};
    struct fold *fold = memory_zero(1, sizeof(*fold));
    chiron_status answer = CHIRON_ENOMEM;
    if (fold != NULL) {
        answer = remote_call(remote, call, exchange, &delivery, &call->err);
        *fold = (struct fold){.remote = remote, .tree = tree};
        if (answer == CHIRON_OK)
            fold->token = wire_u32(&exchange->reader);
        answer = remote_understood(remote, exchange, answer, &call->err);
    }
    exchange_release(exchange);
    if (answer != CHIRON_OK) {
        free(fold);
        fold = NULL;
    }
    *fold_out = fold;
    return answer;
}

static chiron_status add(struct fold *fold, struct chiron_call *call, enum operation operation,
                         const chiron_note *const *notes, size_t count)
{
    struct delivery delivery = {.tree = fold->tree};
    struct exchange exchange;
    exchange_init(&exchange, operation);
    wire_put_u32(&exchange.body, fold->token);
    codec_put_notes(&exchange.body, notes, count, may_read(fold->remote));
    return finish(fold->remote, call, &exchange, &delivery);
}

static void discard(struct fold *fold, enum operation operation)
{
    struct delivery delivery = {.tree = fold->tree};
    struct exchange exchange;
    struct err ignored = {0}; /* something failed already, and that is what will be told */
    exchange_init(&exchange, operation);
    wire_put_u32(&exchange.body, fold->token);
    (void)remote_call(fold->remote, NULL, &exchange, &delivery, &ignored);
    exchange_release(&exchange);
    free(fold);
}

static chiron_status kpi_begin(void *self, chiron_call *call, const chiron_kpi_definition *definition,
                               const chiron_window *window, void **fold_out)
{
    struct exchange exchange;
    exchange_init(&exchange, OPERATION_KPI_BEGIN);
    wire_put_cstr(&exchange.body, definition->id);
    wire_put_text(&exchange.body, take_sv(window->from));
    wire_put_text(&exchange.body, take_sv(window->to));
    wire_put_text(&exchange.body, take_sv(window->as_of));
    return begin(self, call, &exchange, NULL, fold_out);
}

static chiron_status kpi_add(void *fold, chiron_call *call, const chiron_note *const *notes, size_t count)
{
    return add(fold, call, OPERATION_KPI_ADD, notes, count);
}

static chiron_status kpi_finish(void *state, chiron_call *call, chiron_kpi_value *value_out)
{
    struct fold *fold = state;
    struct exchange exchange;
    struct sv reason = {0};
    chiron_status answer;
    exchange_init(&exchange, OPERATION_KPI_FINISH);
    wire_put_u32(&exchange.body, fold->token);
    answer = remote_call(fold->remote, call, &exchange, NULL, &call->err);
    if (answer == CHIRON_OK) {
        value_out->has_value = wire_bool(&exchange.reader);
        value_out->value = wire_f64(&exchange.reader);
        value_out->n = wire_u64(&exchange.reader);
        reason = arena_copy(&call->scratch, wire_text(&exchange.reader));
        value_out->reason = lend_sv(reason);
    }
    answer = remote_understood(fold->remote, &exchange, answer, &call->err);
    exchange_release(&exchange);
    free(fold);
    return answer;
}

static void kpi_discard(void *fold)
{
    discard(fold, OPERATION_KPI_DISCARD);
}

static chiron_status export_begin(void *self, chiron_call *call, const chiron_argument *const *arguments, size_t count,
                                  chiron_tree *tree, void **state_out)
{
    struct exchange exchange;
    exchange_init(&exchange, OPERATION_EXPORT_BEGIN);
    codec_put_arguments(&exchange.body, arguments, count);
    return begin(self, call, &exchange, tree, state_out);
}

static chiron_status export_add(void *state, chiron_call *call, const chiron_note *const *notes, size_t count)
{
    return add(state, call, OPERATION_EXPORT_ADD, notes, count);
}

static chiron_status export_finish(void *state, chiron_call *call)
{
    struct fold *fold = state;
    struct delivery delivery = {.tree = fold->tree};
    struct exchange exchange;
    chiron_status answer;
    exchange_init(&exchange, OPERATION_EXPORT_FINISH);
    wire_put_u32(&exchange.body, fold->token);
    answer = finish(fold->remote, call, &exchange, &delivery);
    free(fold);
    return answer;
}

static void export_discard(void *state)
{
    discard(state, OPERATION_EXPORT_DISCARD);
}

/* --- consumer --- */

static chiron_status cursor(void *self, chiron_call *call, chiron_sv *cursor_out)
{
    struct exchange exchange;
    chiron_status answer;
    exchange_init(&exchange, OPERATION_CURSOR);
    answer = remote_call(self, call, &exchange, NULL, &call->err);
    if (answer == CHIRON_OK)
        *cursor_out = lend_sv(arena_copy(&call->scratch, wire_text(&exchange.reader)));
    answer = remote_understood(self, &exchange, answer, &call->err);
    exchange_release(&exchange);
    return answer;
}

static chiron_status round_begin(void *self, chiron_call *call, bool reset, uint64_t total)
{
    struct exchange exchange;
    exchange_init(&exchange, OPERATION_ROUND_BEGIN);
    wire_put_u8(&exchange.body, reset);
    wire_put_u64(&exchange.body, total);
    return finish(self, call, &exchange, NULL);
}

static chiron_status changed(void *self, chiron_call *call, const chiron_note *const *notes, size_t count)
{
    struct exchange exchange;
    exchange_init(&exchange, OPERATION_CHANGED);
    codec_put_notes(&exchange.body, notes, count, may_read(self));
    return finish(self, call, &exchange, NULL);
}

static chiron_status removed(void *self, chiron_call *call, const int64_t *ids, size_t count)
{
    struct exchange exchange;
    exchange_init(&exchange, OPERATION_REMOVED);
    wire_put_u32(&exchange.body, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        wire_put_i64(&exchange.body, ids[i]);
    return finish(self, call, &exchange, NULL);
}

static chiron_status round_finish(void *self, chiron_call *call, chiron_sv at)
{
    struct exchange exchange;
    exchange_init(&exchange, OPERATION_ROUND_FINISH);
    wire_put_text(&exchange.body, take_sv(at));
    return finish(self, call, &exchange, NULL);
}

static void round_discard(void *self)
{
    struct exchange exchange;
    struct err ignored = {0};
    exchange_init(&exchange, OPERATION_ROUND_DISCARD);
    (void)remote_call(self, NULL, &exchange, NULL, &ignored);
    exchange_release(&exchange);
}

/* --- tables --- */

void proxy_fill(size_t kind, union any_table *table, const struct table_offers *offers)
{
    switch (kinds[kind].kind) {
    case PLUGIN_COMMAND:
        table->command.struct_size = sizeof(table->command);
        table->command.run = run;
        break;
    case PLUGIN_SEARCHER:
        table->searcher.struct_size = sizeof(table->searcher);
        table->searcher.search = search;
        table->searcher.suggest = offers->suggest ? suggest : NULL;
        table->searcher.related = offers->related ? related : NULL;
        break;
    case PLUGIN_MATCHER:
        table->matcher.struct_size = sizeof(table->matcher);
        table->matcher.match = offers->match ? match : NULL;
        table->matcher.score = offers->score ? score : NULL;
        break;
    case PLUGIN_KPI:
        table->kpi.struct_size = sizeof(table->kpi);
        table->kpi.begin = kpi_begin;
        table->kpi.add = kpi_add;
        table->kpi.finish = kpi_finish;
        table->kpi.discard = kpi_discard;
        break;
    case PLUGIN_EXPORTER:
        table->exporter.struct_size = sizeof(table->exporter);
        table->exporter.begin = export_begin;
        table->exporter.add = export_add;
        table->exporter.finish = export_finish;
        table->exporter.discard = export_discard;
        break;
    case PLUGIN_CHECK:
        table->check.struct_size = sizeof(table->check);
        table->check.check = check;
        break;
    case PLUGIN_CONSUMER:
        table->consumer = (chiron_consumer_v1){
            sizeof(table->consumer), cursor, round_begin, changed, removed, round_finish, round_discard};
        break;
    }
}
