/* Sums, means and the like over the groups. */
#include "base/i18n.h"
#include "catalogue/group_parts.h"

#include <stdio.h>
#include <stdlib.h>

const char *const measure_names[MEASURE_KINDS] = {[MEASURE_SUM] = "sum",
                                                  [MEASURE_MEAN] = "mean",
                                                  [MEASURE_MIN] = "min",
                                                  [MEASURE_MAX] = "max",
                                                  [MEASURE_MEDIAN] = "median"};

struct measured {
    uint32_t note; /* index into the ids */
    enum figure_kind kind;
    double size; /* a number; for order: seconds of a duration, days of a date */
    struct duration duration;
};

/* One field's values. */
struct column {
    struct grouping *grouping;
    struct sv field;
    struct arena *arena;
    struct measured *values;
    size_t count, capacity;
    size_t of_kind[FIGURE_DATE + 1]; /* how many there are of each; NONE: of no use */
    enum figure_kind kind;           /* the one that counts */
};

/* --- values --- */

static struct measured value_of(const struct field_value *from)
{
    struct measured value = {0};
    struct date date;
    if (from->has_number) {
        value.kind = FIGURE_NUMBER;
        value.size = from->number;
    } else if (date_parse(from->date, &date)) {
        value.kind = FIGURE_DATE;
        value.size = (double)date_to_days(date);
    } else if (duration_parse(from->text, &value.duration)) {
        value.kind = FIGURE_DURATION;
        value.size = duration_seconds(value.duration);
    }
    return value;
}

static status add_value(void *payload, const struct field_value *from, struct err *err)
{
    struct column *column = payload;
    struct measured value = value_of(from);
    value.note = (uint32_t)group_note_index(column->grouping->ids, from->note);
    column->of_kind[value.kind]++;
    struct measured *grown = arena_grow(column->arena, column->values, &column->capacity, column->count, sizeof *grown);
    if (!grown)
        return err_no_memory(err);
    column->values = grown;
    grown[column->count++] = value;
    return DONE;
}

static status read_column(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct column *column = payload;
    arena_reset(column->arena);
    column->values = NULL;
    column->count = column->capacity = 0;
    for (size_t i = 0; i <= FIGURE_DATE; i++)
        column->of_kind[i] = 0;
    const struct id_set *ids = column->grouping->ids;
    status s = field_values_each(catalogue, column->field, ids, add_value, column, err);
    return s == DONE ? field_values_repeated(catalogue, column->field, ids, add_value, column, err) : s;
}

static void warn_others(const struct column *column, size_t others)
{
    const char *words = Q_("%zu value of '%.*s' is no number and does not count",
                           "%zu values of '%.*s' are no numbers and do not count", others);
    if (column->kind == FIGURE_DATE)
        words = Q_("%zu value of '%.*s' is no date and does not count",
                   "%zu values of '%.*s' are no dates and do not count", others);
    else if (column->kind == FIGURE_DURATION)
        words = Q_("%zu value of '%.*s' is no duration and does not count",
                   "%zu values of '%.*s' are no durations and do not count", others);
    if (others > 0)
        group_warn(column->grouping->request, words, others, SV_ARG(column->field));
}

/* What a field holds is what most of its values are; the others cannot be added to those. */
static void choose_kind(struct column *column)
{
    column->kind = FIGURE_NUMBER;
    for (enum figure_kind kind = FIGURE_DURATION; kind <= FIGURE_DATE; kind++)
        if (column->of_kind[kind] > column->of_kind[column->kind])
            column->kind = kind;
    warn_others(column, column->count - column->of_kind[column->kind]);
}

/* --- figures --- */

/* Calendar parts are added apart from each other. */
struct total {
    size_t n;
    long double size; /* of numbers */
    int64_t months, days, seconds;
    const struct measured *least, *most;
};

static void add_to_total(struct total *total, const struct measured *value)
{
    int sign = value->duration.negative ? -1 : 1;
    total->n++;
    total->size += (long double)value->size;
    total->months += sign * ((int64_t)value->duration.years * 12 + value->duration.months);
    total->days += sign * (int64_t)value->duration.days;
    total->seconds += sign * value->duration.seconds;
    if (!total->least || value->size < total->least->size)
        total->least = value;
    if (!total->most || value->size > total->most->size)
        total->most = value;
}

static int32_t clamp(int64_t number)
{
    return number > INT32_MAX ? INT32_MAX : number < INT32_MIN ? INT32_MIN : (int32_t)number;
}

static struct duration duration_of(int64_t months, int64_t days, int64_t seconds)
{
    /* One sign for all: what points both ways is brought to days and seconds. */
    bool mixed = (months < 0 || days < 0 || seconds < 0) && (months > 0 || days > 0 || seconds > 0);
    if (mixed) {
        int64_t all = months * MONTH_SECONDS + days * 86400 + seconds;
        months = 0;
        days = all / 86400;
        seconds = all % 86400;
    }
    bool negative = months < 0 || days < 0 || seconds < 0;
    int sign = negative ? -1 : 1;
    return (struct duration){.years = clamp(sign * months / 12),
                             .months = clamp(sign * months % 12),
                             .days = clamp(sign * days),
                             .seconds = sign * seconds,
                             .negative = negative};
}

/* Of what does not divide, a month hands on 30.436875 days, a day 86,400 seconds; to the whole second. */
static struct duration mean_duration(const struct total *total)
{
    int64_t n = (int64_t)total->n, months = total->months / n;
    double rest =
        (double)(total->months % n * MONTH_SECONDS) + (double)(total->days % n) * 86400 + (double)total->seconds;
    int64_t seconds = (int64_t)(rest / (double)n + (rest < 0 ? -0.5 : 0.5)), days = total->days / n;
    /* Meetings are spoken of in hours, however many. */
    if (total->months != 0 || total->days != 0) {
        days += seconds / 86400;
        seconds %= 86400;
    }
    return duration_of(months, days, seconds);
}

/* Twelve digits: what differs beyond them is the order in which parts were added. */
static double settle(long double number)
{
    char text[64];
    double settled = 0;
    snprintf(text, sizeof text, "%.12Lg", number);
    return sv_to_double(sv_of(text), &settled) ? settled : (double)number;
}

static struct figure figure_at(const struct column *column, const struct measured *value)
{
    return (struct figure){.kind = column->kind,
                           .number = value->size,
                           .duration = value->duration,
                           .date =
                               column->kind == FIGURE_DATE ? date_from_days((int64_t)value->size) : (struct date){0}};
}

/* `sizes`: of this group's values, in order. */
static struct figure median(const struct column *column, const struct measured *const *sorted, size_t n)
{
    struct figure figure = figure_at(column, sorted[n / 2]);
    if (n % 2 == 1)
        return figure;
    struct total pair = {0};
    add_to_total(&pair, sorted[n / 2 - 1]);
    add_to_total(&pair, sorted[n / 2]);
    figure.number = settle(pair.size / 2);
    figure.duration = mean_duration(&pair);
    return figure;
}

static int compare_values(const void *left, const void *right)
{
    const struct measured *a = *(const struct measured *const *)left, *b = *(const struct measured *const *)right;
    return (a->size > b->size) - (a->size < b->size);
}

static struct figure measure_of(const struct column *column, enum measure_kind kind, const struct total *total,
                                const struct measured *const *sorted)
{
    struct figure figure = {.kind = column->kind};
    switch (kind) {
    case MEASURE_SUM:
        figure.number = settle(total->size);
        figure.duration = duration_of(total->months, total->days, total->seconds);
        break;
    case MEASURE_MEAN:
        figure.number = settle(total->size / (long double)total->n);
        figure.duration = mean_duration(total);
        break;
    case MEASURE_MIN:
        figure = figure_at(column, total->least);
        break;
    case MEASURE_MAX:
        figure = figure_at(column, total->most);
        break;
    case MEASURE_MEDIAN:
    case MEASURE_KINDS:
        figure = median(column, sorted, total->n);
        break;
    }
    /* Days of the calendar can be compared, not added. */
    if (column->kind == FIGURE_DATE && kind != MEASURE_MIN && kind != MEASURE_MAX)
        figure = (struct figure){0};
    return figure;
}

/* --- by group --- */

/* A value in one of the groups of its note. */
struct share {
    uint32_t group;
    const struct measured *value;
};

static int compare_shares(const void *left, const void *right)
{
    const struct share *a = left, *b = right;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    return compare_values(&a->value, &b->value);
}

static size_t first_member(const struct grouping *g, uint32_t note)
{
    size_t low = 0, high = g->member_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (g->members[middle].note < note)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* By group, and by size within. */
static status share_out(const struct column *column, struct share **shares_out, size_t *count_out, struct err *err)
{
    const struct grouping *g = column->grouping;
    struct share *shares = NULL;
    size_t capacity = 0;
    *count_out = 0;
    for (size_t i = 0; i < column->count; i++) {
        const struct measured *value = &column->values[i];
        if (value->kind != column->kind)
            continue;
        for (size_t m = first_member(g, value->note); m < g->member_count && g->members[m].note == value->note; m++) {
            struct share *grown = arena_grow(column->arena, shares, &capacity, *count_out, sizeof *grown);
            if (!grown)
                return err_no_memory(err);
            shares = grown;
            shares[(*count_out)++] = (struct share){g->members[m].group, value};
        }
    }
    if (*count_out > 1)
        qsort(shares, *count_out, sizeof *shares, compare_shares);
    *shares_out = shares;
    return DONE;
}

static status measure_group(const struct column *column, const struct share *shares, size_t count, struct err *err)
{
    const struct group_request *request = column->grouping->request;
    struct group_entry *entry = &column->grouping->entries[shares[0].group];
    const struct measured **sorted = arena_array(column->arena, count, sizeof(struct measured *));
    struct total total = {0};
    if (!sorted)
        return err_no_memory(err);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = shares[i].value;
        add_to_total(&total, shares[i].value);
    }
    for (size_t i = 0; i < request->measure_count; i++)
        if (sv_eq_nocase(request->measures[i].field, column->field)) {
            entry->figures[i] = measure_of(column, request->measures[i].kind, &total, sorted);
            entry->figures[i].n = count;
        }
    return DONE;
}

static status measure_column(struct column *column, struct err *err)
{
    struct share *shares = NULL;
    size_t count = 0;
    status s = field_values_prepare(column->grouping->catalogue, column->field, err);
    if (s == DONE)
        s = catalogue_reading(column->grouping->catalogue, read_column, column, err);
    if (s == DONE && column->count == 0)
        s = group_warn_unknown(column->grouping->catalogue, column->grouping->request, column->field, err);
    if (s != DONE)
        return s;
    choose_kind(column);
    s = share_out(column, &shares, &count, err);
    for (size_t begin = 0, end; s == DONE && begin < count; begin = end) {
        for (end = begin; end < count && shares[end].group == shares[begin].group;)
            end++;
        s = measure_group(column, shares + begin, end - begin, err);
    }
    return s;
}

static status make_room(struct grouping *g, struct err *err)
{
    for (size_t i = 0; i < g->entry_count; i++) {
        g->entries[i].figures = arena_array(g->arena, g->request->measure_count, sizeof *g->entries->figures);
        if (!g->entries[i].figures)
            return err_no_memory(err);
    }
    return DONE;
}

static bool is_measured_before(const struct group_request *request, size_t measure)
{
    for (size_t i = 0; i < measure; i++)
        if (sv_eq_nocase(request->measures[i].field, request->measures[measure].field))
            return true;
    return false;
}

status group_measure(struct grouping *g, struct err *err)
{
    status s = make_room(g, err);
    for (size_t i = 0; s == DONE && i < g->request->measure_count; i++) {
        struct arena arena = {0};
        struct column column = {.grouping = g, .field = g->request->measures[i].field, .arena = &arena};
        if (is_measured_before(g->request, i))
            continue;
        s = measure_column(&column, err);
        arena_release(&arena);
    }
    return s;
}
