/* The socket of figures: each is a fold over the notes that its query gives. */
#include "base/i18n.h"
#include "base/utf8.h"
#include "host/feed.h"
#include "host/source.h"

#include <math.h>

struct window_text {
    char from[DATE_TEXT_SIZE], to[DATE_TEXT_SIZE];
};

/* The window asked for, and the one before it, which tells whether a figure moved. */
enum { NOW, BEFORE, WINDOWS };

struct figure {
    struct plugin *plugin;
    const chiron_kpi_v1 *kpi;
    const chiron_kpi_definition *definition;
    chiron_window windows[WINDOWS];
    size_t window_count;
    void *folds[WINDOWS];
    bool open[WINDOWS];
    chiron_kpi_value values[WINDOWS];
    struct buf reason; /* a copy: the plugin's may be scratch */
};

/* --- windows --- */

static bool is_month_end(struct date d)
{
    return date_add_days(d, 1).day == 1;
}

/* Whole months move by months, everything else by as many days as it has. False: it has no beginning or no end. */
static bool window_before(struct sv from, struct sv to, struct window_text *text_out)
{
    struct date first, last;
    if (!date_parse(from, &first) || !date_parse(to, &last) || date_cmp(first, last) > 0)
        return false;
    struct date end = date_add_days(first, -1), begin;
    if (first.day == 1 && is_month_end(last)) {
        int32_t months = (last.year - first.year) * 12 + last.month - first.month + 1;
        begin = date_sub(first, (struct duration){.months = months});
    } else {
        begin = date_add_days(end, -(date_to_days(last) - date_to_days(first)));
    }
    date_format(begin, text_out->from);
    date_format(end, text_out->to);
    return true;
}

/* --- the fold --- */

static status begin(struct figure *figure, size_t which, struct err *err)
{
    struct plugin *plugin = figure->plugin;
    struct chiron_call call;
    status got = plugin_enter(plugin, &call, err);
    if (got != DONE)
        return got;
    got = figure->kpi->begin(plugin->instance.self, &call, figure->definition, &figure->windows[which],
                             &figure->folds[which]);
    figure->open[which] = got == DONE;
    return plugin_leave(plugin, &call, got, err);
}

static status add(void *payload, const chiron_note *const *notes, size_t count, struct err *err)
{
    struct figure *figure = payload;
    status got = cancel_requested() ? err_set(err, CANCELLED, _("cancelled")) : DONE;
    for (size_t i = 0; got == DONE && i < figure->window_count; i++) {
        struct chiron_call call;
        got = plugin_enter(figure->plugin, &call, err);
        if (got != DONE)
            return got;
        got = figure->kpi->add(figure->folds[i], &call, notes, count);
        got = plugin_leave(figure->plugin, &call, got, err);
    }
    return got;
}

static status take_value(struct figure *figure, size_t which, struct err *err)
{
    chiron_kpi_value *value = &figure->values[which];
    if (value->has_value && !isfinite(value->value))
        return err_set(err, FAILED, _("figure '%s' is not a finite number"), figure->definition->id);
    if (which == NOW && !value->has_value) {
        utf8_put_valid(&figure->reason, take_sv(value->reason));
        return buf_check(&figure->reason, err);
    }
    return DONE;
}

static status finish(struct figure *figure, size_t which, struct err *err)
{
    struct plugin *plugin = figure->plugin;
    struct chiron_call call;
    status got = plugin_enter(plugin, &call, err);
    if (got != DONE)
        return got;
    figure->open[which] = false;
    figure->values[which] = (chiron_kpi_value){.struct_size = sizeof(chiron_kpi_value)};
    got = figure->kpi->finish(figure->folds[which], &call, &figure->values[which]);
    if (got == DONE)
        got = take_value(figure, which, &call.err);
    return plugin_leave(plugin, &call, got, err);
}

static void discard(struct figure *figure)
{
    for (size_t i = 0; i < WINDOWS; i++)
        if (figure->open[i])
            figure->kpi->discard(figure->folds[i]);
}

static status compute(struct figure *figure, struct err *err)
{
    struct plugin *plugin = figure->plugin;
    struct id_set notes = {0};
    status got = source_query(plugin, sv_of(figure->definition->query), &notes, err);
    if (got != DONE)
        return plugin_context(plugin, got, err);
    for (size_t i = 0; got == DONE && i < figure->window_count; i++)
        got = begin(figure, i, err);
    if (got == DONE)
        got = feed_notes(plugin->owner->catalogue, &plugin->source.lender, &notes, add, figure, err);
    for (size_t i = 0; got == DONE && i < figure->window_count; i++)
        got = finish(figure, i, err);
    discard(figure);
    id_set_release(&notes);
    return got > 0 ? err_set(err, FAILED, _("plugin '%.*s' stopped in the middle of figure '%s'"),
                             SV_ARG(plugin->info.id), figure->definition->id)
                   : got;
}

/* --- the answer --- */

static void put(const struct figure *figure, struct out *out)
{
    const chiron_kpi_definition *definition = figure->definition;
    const chiron_kpi_value *value = &figure->values[NOW];
    const chiron_window *window = &figure->windows[NOW];
    out_begin_map(out);
    out_put(out, "id", sv_of(definition->id));
    out_put(out, "name", sv_of(definition->name));
    if (value->has_value)
        out_put_number(out, "value", value->value);
    else
        out_put(out, "reason", buf_view(&figure->reason));
    out_put(out, "unit", sv_of(definition->unit));
    out_put_int(out, "n", value->n > INT64_MAX ? INT64_MAX : (int64_t)value->n);
    out_put(out, "from", take_sv(window->from));
    out_put(out, "to", take_sv(window->to));
    out_put(out, "as_of", take_sv(window->as_of));
    if (figure->window_count > 1 && figure->values[BEFORE].has_value)
        out_put_number(out, "previous", figure->values[BEFORE].value);
    if (definition->direction != CHIRON_NEITHER)
        out_put(out, "direction", definition->direction == CHIRON_UP_IS_GOOD ? SV("up") : SV("down"));
    out_end_map(out);
}

static void put_columns(struct out *out)
{
    out_column(out, "id", _("Figure"));
    out_column(out, "name", _("Name"));
    out_column(out, "value", _("Value"));
    out_column(out, "unit", _("Unit"));
    out_column(out, "n", _("Of"));
    out_column(out, "previous", _("Before"));
    out_column(out, "reason", _("Reason"));
}

static status one(struct figure *figure, struct out *out, struct err *err)
{
    status got = compute(figure, err);
    if (got == DONE)
        put(figure, out);
    buf_release(&figure->reason);
    return got;
}

status plugin_kpi(struct plugin *plugin, struct sv id, struct sv from, struct sv to, struct sv as_of, struct out *out,
                  struct err *err)
{
    const void *table;
    const chiron_kpi_v1 *kpi;
    struct window_text before;
    bool has_before = window_before(from, to, &before), seen = false;
    status got = plugin_ready(plugin, PLUGIN_KPI, &table, err);
    if (got != DONE)
        return got;
    kpi = table;
    put_columns(out);
    for (size_t i = 0; got == DONE && kpi->definitions[i] != NULL; i++) {
        struct figure figure = {.plugin = plugin, .kpi = kpi, .definition = kpi->definitions[i], .window_count = 1};
        if (id.len > 0 && !sv_eq_c(id, figure.definition->id))
            continue;
        figure.windows[NOW] = (chiron_window){sizeof(chiron_window), lend_sv(from), lend_sv(to), lend_sv(as_of)};
        if (has_before) {
            figure.window_count = WINDOWS;
            figure.windows[BEFORE] = (chiron_window){sizeof(chiron_window), lend_sv(sv_of(before.from)),
                                                     lend_sv(sv_of(before.to)), lend_sv(sv_of(before.to))};
        }
        seen = true;
        got = one(&figure, out, err);
    }
    if (got == DONE && !seen && id.len > 0)
        return err_set(err, USAGE, _("plugin '%.*s' has no figure '%.*s'"), SV_ARG(plugin->info.id), SV_ARG(id));
    return got;
}
