/* `list --group`: notes in groups, with figures. */
#include "base/i18n.h"
#include "cli/cmd.h"

#include <stdio.h>

/* --- what is asked for --- */

static status add_measure(struct cmd *cmd, enum measure_kind kind, struct sv field, struct group_request *request,
                          size_t *capacity, struct err *err)
{
    struct measure *measures = (struct measure *)request->measures;
    measures = arena_grow(&cmd->arena, measures, capacity, request->measure_count, sizeof *measures);
    if (!measures)
        return err_no_memory(err);
    measures[request->measure_count++] = (struct measure){kind, field};
    request->measures = measures;
    return DONE;
}

static status add_measures(struct cmd *cmd, enum measure_kind kind, struct sv fields, struct group_request *request,
                           size_t *capacity, struct err *err)
{
    struct sv field;
    status s = DONE;
    while (s == DONE && sv_next(&fields, ',', &field))
        s = sv_trim(field).len > 0 ? add_measure(cmd, kind, sv_trim(field), request, capacity, err)
                                   : err_set(err, USAGE, _("--%s needs the name of a field"), measure_names[kind]);
    return s;
}

status group_options(struct cmd *cmd, struct group_request *request, struct err *err)
{
    size_t capacity = 0;
    status s = DONE;
    for (size_t i = 0; s == DONE && i < cmd->value_count; i++)
        for (enum measure_kind kind = 0; s == DONE && kind < MEASURE_KINDS; kind++)
            if (sv_eq_c(cmd->values[i].name, measure_names[kind]))
                s = add_measures(cmd, kind, cmd->values[i].value, request, &capacity, err);
    request->key = option_text(cmd, "group", SV(""));
    request->sort = option_text(cmd, "sort", SV(""));
    return s == DONE && request->key.len > 0 ? group_key_check(request->key, err) : s;
}

/* --- the answer --- */

/* For people two places are enough. */
static void put_number(struct out *out, double number)
{
    char text[64];
    if (!out_is_text(out)) {
        out_number(out, number);
        return;
    }
    snprintf(text, sizeof text, "%.2f", number);
    struct sv shown = sv_of(text);
    while (sv_ends(shown, SV("0")) && sv_chr(shown, '.') != SIZE_MAX)
        shown.len--;
    if (sv_ends(shown, SV(".")))
        shown.len--;
    out_string(out, shown);
}

static void put_figure(struct out *out, const struct figure *figure)
{
    char duration[DURATION_TEXT_SIZE], date[DATE_TEXT_SIZE];
    if (figure->kind == FIGURE_NUMBER)
        put_number(out, figure->number);
    else if (figure->kind == FIGURE_DURATION)
        out_string(out, sv_of(duration_format(figure->duration, duration)));
    else if (figure->kind == FIGURE_DATE)
        out_string(out, sv_of(date_format(figure->date, date)));
}

static bool is_first_of_field(const struct group_request *request, size_t measure)
{
    for (size_t i = 0; i < measure; i++)
        if (sv_eq_nocase(request->measures[i].field, request->measures[measure].field))
            return false;
    return true;
}

/* Keys within keys for JSON and templates: {"sum": {"minutes": 180}}. */
static void put_nested(struct out *out, const struct group_request *request, const struct group *group)
{
    if (request->measure_count > 0) {
        out_key(out, SV("n"));
        out_begin_map(out);
        for (size_t i = 0; i < request->measure_count; i++)
            if (is_first_of_field(request, i)) {
                out_key(out, request->measures[i].field);
                out_int(out, (int64_t)group->figures[i].n);
            }
        out_end_map(out);
    }
    for (enum measure_kind kind = 0; kind < MEASURE_KINDS; kind++) {
        bool open = false;
        for (size_t i = 0; i < request->measure_count; i++) {
            if (request->measures[i].kind != kind || group->figures[i].kind == FIGURE_NONE)
                continue;
            if (!open) {
                out_key(out, sv_of(measure_names[kind]));
                out_begin_map(out);
                open = true;
            }
            out_key(out, request->measures[i].field);
            put_figure(out, &group->figures[i]);
        }
        if (open)
            out_end_map(out);
    }
}

/* The column "sum.minutes", as the path of the same value in JSON. */
static char *column_name(struct cmd *cmd, const char *name, struct sv field)
{
    return (char *)arena_printf(&cmd->arena, "%s.%.*s", name, SV_ARG(field)).ptr;
}

static void put_flat(struct cmd *cmd, const struct group_request *request, const struct group *group)
{
    for (size_t i = 0; i < request->measure_count; i++) {
        const struct measure *measure = &request->measures[i];
        if (is_first_of_field(request, i))
            out_put_int(cmd->out, column_name(cmd, "n", measure->field), (int64_t)group->figures[i].n);
        if (group->figures[i].kind == FIGURE_NONE)
            continue;
        out_key(cmd->out, sv_of(column_name(cmd, measure_names[measure->kind], measure->field)));
        put_figure(cmd->out, &group->figures[i]);
    }
}

static void put_name(struct out *out, const struct group *group)
{
    if (group->text.len == 0 && out_is_text(out)) {
        out_put(out, "group", sv_of(_("(none)")));
    } else if (group->is_number && out_format_of(out) != OUT_TEXT) {
        out_put_number(out, "group", group->number);
    } else if (group->is_bool) {
        out_put_bool(out, "group", group->number != 0);
    } else {
        out_put(out, "group", group->text);
    }
}

static void declare_columns(struct cmd *cmd, const struct group_request *request)
{
    if (request->key.len > 0)
        out_column(cmd->out, "group", arena_cstr(&cmd->arena, request->key));
    out_column(cmd->out, "count", _("notes"));
    for (size_t i = 0; i < request->measure_count; i++) {
        const struct measure *measure = &request->measures[i];
        if (is_first_of_field(request, i))
            out_column(cmd->out, column_name(cmd, "n", measure->field), NULL);
        out_column(cmd->out, column_name(cmd, measure_names[measure->kind], measure->field), NULL);
    }
}

static void put_group(struct cmd *cmd, const struct group_request *request, const struct group *group)
{
    bool flat = out_is_text(cmd->out) || out_format_of(cmd->out) == OUT_CSV;
    out_begin_map(cmd->out);
    if (request->key.len > 0)
        put_name(cmd->out, group);
    out_put_int(cmd->out, "count", (int64_t)group->count);
    if (flat)
        put_flat(cmd, request, group);
    else
        put_nested(cmd->out, request, group);
    out_end_map(cmd->out);
}

status list_groups(struct cmd *cmd, const struct id_set *set, struct group_request *request, struct err *err)
{
    struct group *groups = NULL;
    size_t count = 0;
    struct buf warnings = {0};
    request->warnings = &warnings;
    status s = catalogue_group(cmd->catalogue, set, request, &cmd->arena, &groups, &count, err);
    progress_end(&cmd->progress);
    if (warnings.len > 0)
        cmd_warn(cmd, "%s", warnings.ptr);
    buf_release(&warnings);
    if (s != DONE)
        return s;
    declare_columns(cmd, request);
    for (size_t i = 0; i < count; i++)
        put_group(cmd, request, &groups[i]);
    return DONE;
}
