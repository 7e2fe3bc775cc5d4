#include "catalogue/group.h"

#include "base/i18n.h"
#include "catalogue/fold_key.h"
#include "catalogue/group_parts.h"
#include "catalogue/note_fields.h"

#include <stdarg.h>
#include <stdlib.h>

/* --- warnings --- */

void group_warn(const struct group_request *request, const char *format, ...)
{
    va_list args;
    if (!request->warnings)
        return;
    va_start(args, format);
    buf_vprintf(request->warnings, format, args);
    va_end(args);
    buf_char(request->warnings, '\n');
}

status group_warn_unknown(struct catalogue *catalogue, const struct group_request *request, struct sv field,
                          struct err *err)
{
    bool known = true;
    status s = catalogue_knows_field(catalogue, field, &known, err);
    if (s == DONE && !known)
        group_warn(request, _("no note has a field '%.*s'"), SV_ARG(field));
    return s;
}

/* --- spelling --- */

struct spelling {
    const struct group_entry *entry;
    struct sv field;
    struct arena arena;
    struct buf scratch;
    struct arena *keep;
    struct group *group;
};

static bool is_meant(struct spelling *spelling, struct sv text, enum field_kind kind)
{
    double number;
    bool reference = kind == FIELD_REF || sv_starts(text, SV("[["));
    if (spelling->entry->has_number)
        return sv_to_double(sv_trim(text), &number) && number == spelling->entry->number;
    struct sv fold = reference ? fold_reference(&spelling->arena, &spelling->scratch, text)
                               : fold_copy(&spelling->arena, &spelling->scratch, sv_trim(text));
    return sv_eq(fold, spelling->entry->identity);
}

static status take_spelling(void *payload, struct sv key, struct sv text, enum field_kind kind, double number,
                            struct err *err)
{
    struct spelling *spelling = payload;
    struct group *group = spelling->group;
    if (!note_field_is(key, spelling->field) || !is_meant(spelling, text, kind))
        return DONE;
    group->is_number = kind == FIELD_INT || kind == FIELD_NUMBER;
    group->is_bool = kind == FIELD_BOOL;
    group->number = number;
    bool reference = kind == FIELD_REF || sv_starts(text, SV("[["));
    group->text =
        arena_copy(spelling->keep, reference ? sv_basename(without_note_suffix(bare_target(text))) : sv_trim(text));
    return group->text.ptr ? STOP : err_no_memory(err);
}

/* How the first of its notes writes what the group has in common; folded, where that note cannot be read. */
static status spell(const struct grouping *g, const struct group_entry *entry, struct group *group, struct err *err)
{
    struct spelling spelling = {.entry = entry, .field = g->key.field, .keep = g->arena, .group = group};
    struct record record;
    group->text = entry->shown.len > 0 ? entry->shown : entry->identity;
    group->is_number = entry->has_number;
    group->number = entry->number;
    if (entry->shown.len > 0 || entry->identity.len == 0)
        return DONE;
    status s = catalogue_record(g->catalogue, entry->first, &spelling.arena, &record, err);
    if (s == DONE)
        s = catalogue_note_fields(g->catalogue, &record, take_spelling, &spelling, err);
    arena_release(&spelling.arena);
    buf_release(&spelling.scratch);
    return s > DONE ? DONE : s;
}

/* --- order --- */

enum by { BY_GROUP, BY_COUNT, BY_FIGURE };
struct ordering {
    enum by by;
    bool descending;
    size_t figure;
};

static size_t measure_named(const struct group_request *request, struct sv name)
{
    size_t dot = sv_chr(name, '.');
    for (size_t i = 0; i < request->measure_count; i++) {
        const struct measure *measure = &request->measures[i];
        bool field = dot == SIZE_MAX || sv_eq_nocase(sv_from(name, dot + 1), measure->field);
        if (field && sv_eq_nocase(sv_sub(name, 0, dot), sv_of(measure_names[measure->kind])))
            return i;
    }
    return SIZE_MAX;
}

static status parse_order(const struct grouping *g, struct ordering *ordering, struct err *err)
{
    struct sv text = g->request->sort;
    char sign = text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+') ? text.ptr[0] : '\0';
    struct sv name = sv_from(text, sign ? 1 : 0);
    bool all_numbers = g->entry_count > 0;
    for (size_t i = 0; i < g->entry_count; i++)
        all_numbers = all_numbers && (g->entries[i].has_number || g->entries[i].identity.len == 0);
    if (name.len == 0)
        ordering->by = g->key.by_date || g->key.id == QUERY_FIELD_DATE || all_numbers ? BY_GROUP : BY_COUNT;
    else if (sv_eq_nocase(name, SV("group")))
        ordering->by = BY_GROUP;
    else if (sv_eq_nocase(name, SV("count")))
        ordering->by = BY_COUNT;
    else if ((ordering->figure = measure_named(g->request, name)) != SIZE_MAX)
        ordering->by = BY_FIGURE;
    else
        return err_set(err, USAGE, _("groups are sorted by group, count or a figure such as sum, not by '%.*s'"),
                       SV_ARG(name));
    ordering->descending = sign ? sign == '-' : ordering->by != BY_GROUP;
    return DONE;
}

static int compare_groups(const struct group_entry *a, const struct group_entry *b)
{
    if ((a->identity.len == 0) != (b->identity.len == 0))
        return a->identity.len == 0 ? 1 : -1;
    if (a->has_number != b->has_number)
        return a->has_number ? -1 : 1;
    if (a->has_number)
        return (a->number > b->number) - (a->number < b->number);
    int order = sv_cmp(a->sort_key, b->sort_key);
    return order != 0 ? order : sv_cmp(a->identity, b->identity);
}

static double figure_size(const struct figure *figure)
{
    if (figure->kind == FIGURE_DATE)
        return (double)date_to_days(figure->date);
    if (figure->kind == FIGURE_NUMBER)
        return figure->number;
    return duration_seconds(figure->duration);
}

struct ordered {
    const struct group_entry *entry;
    const struct ordering *ordering;
};

/* What has no name, or no figure, comes last whichever way the others go. */
static int compare_ordered(const void *left, const void *right)
{
    const struct ordered *x = left, *y = right;
    const struct group_entry *a = x->entry, *b = y->entry;
    const struct ordering *by = x->ordering;
    int order = 0;
    if (by->by == BY_FIGURE) {
        const struct figure *p = &a->figures[by->figure], *q = &b->figures[by->figure];
        if ((p->kind == FIGURE_NONE) != (q->kind == FIGURE_NONE))
            return p->kind == FIGURE_NONE ? 1 : -1;
        double m = figure_size(p), n = figure_size(q);
        order = (m > n) - (m < n);
    } else if (by->by == BY_COUNT) {
        order = (a->count > b->count) - (a->count < b->count);
    } else if ((a->identity.len == 0) != (b->identity.len == 0)) {
        return a->identity.len == 0 ? 1 : -1;
    } else {
        order = compare_groups(a, b);
    }
    if (by->descending)
        order = -order;
    return order != 0 ? order : compare_groups(a, b);
}

static status make_sort_keys(struct grouping *g, struct err *err)
{
    for (size_t i = 0; i < g->entry_count; i++) {
        struct group_entry *entry = &g->entries[i];
        buf_clear(&g->scratch);
        fold_sort_key(entry->shown.len > 0 ? entry->shown : entry->identity, &g->scratch);
        if (buf_check(&g->scratch, err) != DONE)
            return NO_MEMORY;
        entry->sort_key = arena_copy(g->arena, buf_view(&g->scratch));
        if (!entry->sort_key.ptr)
            return err_no_memory(err);
    }
    return DONE;
}

static status sort_entries(struct grouping *g, const struct ordering *ordering, struct ordered **ordered_out,
                           struct err *err)
{
    struct ordered *ordered = arena_array(g->arena, g->entry_count, sizeof *ordered);
    status s = make_sort_keys(g, err);
    if (s != DONE || !ordered)
        return ordered ? s : err_no_memory(err);
    for (size_t i = 0; i < g->entry_count; i++)
        ordered[i] = (struct ordered){&g->entries[i], ordering};
    if (g->entry_count > 1)
        qsort(ordered, g->entry_count, sizeof *ordered, compare_ordered);
    *ordered_out = ordered;
    return DONE;
}

/* --- the whole --- */

static status answer(struct grouping *g, struct group **groups_out, size_t *count_out, struct err *err)
{
    struct ordering ordering = {0};
    struct ordered *ordered = NULL;
    size_t limit = g->request->limit;
    status s = parse_order(g, &ordering, err);
    if (s == DONE)
        s = sort_entries(g, &ordering, &ordered, err);
    *count_out = limit > 0 && limit < g->entry_count ? limit : g->entry_count;
    *groups_out = arena_array(g->arena, *count_out, sizeof **groups_out);
    if (!*groups_out)
        return err_no_memory(err);
    for (size_t i = 0; s == DONE && i < *count_out; i++) {
        struct group *group = &(*groups_out)[i];
        group->count = ordered[i].entry->count;
        group->figures = ordered[i].entry->figures;
        s = spell(g, ordered[i].entry, group, err);
    }
    return s;
}

status catalogue_group(struct catalogue *catalogue, const struct id_set *ids, const struct group_request *request,
                       struct arena *arena, struct group **groups_out, size_t *count_out, struct err *err)
{
    struct grouping g = {.catalogue = catalogue, .request = request, .ids = ids, .arena = arena};
    status s = group_key_parse(request->key, arena, &g.key, err);
    if (s == DONE && group_key_is_field(&g.key))
        s = group_warn_unknown(catalogue, request, g.key.field, err);
    if (s == DONE)
        s = group_collect(&g, err);
    if (s == DONE)
        s = group_measure(&g, err);
    if (s == DONE)
        s = answer(&g, groups_out, count_out, err);
    map_release(&g.index);
    buf_release(&g.scratch);
    return s;
}
