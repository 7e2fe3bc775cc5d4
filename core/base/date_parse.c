/* What people and files write for dates, spans of days and durations. */
#include "base/date.h"

#include <string.h>

enum { DURATION_UNIT_MAX = 1000 * 1000 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Exactly `count` digits at the front of `rest`, cut off. */
static bool take_digits(struct sv *rest, size_t count, int *number_out)
{
    int number = 0;

    if (rest->len < count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!is_digit(rest->ptr[i]))
            return false;
        number = number * 10 + (rest->ptr[i] - '0');
    }
    *rest = sv_from(*rest, count);
    *number_out = number;
    return true;
}

static bool take_char(struct sv *rest, char c)
{
    if (rest->len == 0 || lower(rest->ptr[0]) != c)
        return false;
    *rest = sv_from(*rest, 1);
    return true;
}

static bool take_date(struct sv *rest, bool dashes, struct date *date_out)
{
    struct sv at = *rest;
    int year, month, day;
    struct date d;

    if (!take_digits(&at, 4, &year) || (dashes && !take_char(&at, '-')) || !take_digits(&at, 2, &month) ||
        (dashes && !take_char(&at, '-')) || !take_digits(&at, 2, &day))
        return false;
    d = (struct date){.year = (int16_t)year, .month = (uint8_t)month, .day = (uint8_t)day};
    if (!date_is_valid(d))
        return false;
    *rest = at;
    *date_out = d;
    return true;
}

/* "Z", "+01", "+0100", "+01:00", a space before it as YAML writes it; or nothing. */
static bool is_zone(struct sv s)
{
    int hours, minutes = 0;

    s = sv_trim_left(s);
    if (s.len == 0 || (s.len == 1 && lower(s.ptr[0]) == 'z'))
        return true;
    if (!take_char(&s, '+') && !take_char(&s, '-'))
        return false;
    if (!take_digits(&s, 2, &hours))
        return false;
    if (s.len) {
        take_char(&s, ':');
        if (!take_digits(&s, 2, &minutes))
            return false;
    }
    return s.len == 0 && hours <= 23 && minutes <= 59;
}

/* "10:00", "10:00:30", "10:00:30.125", with a zone or without. Second 60 is a leap second. */
static bool is_time(struct sv s)
{
    int hours, minutes, seconds = 0;

    if (!take_digits(&s, 2, &hours) || !take_char(&s, ':') || !take_digits(&s, 2, &minutes))
        return false;
    if (take_char(&s, ':')) {
        if (!take_digits(&s, 2, &seconds))
            return false;
        if (take_char(&s, '.') || take_char(&s, ',')) {
            if (s.len == 0 || !is_digit(s.ptr[0]))
                return false;
            while (s.len && is_digit(s.ptr[0]))
                s = sv_from(s, 1);
        }
    }
    return hours <= 23 && minutes <= 59 && seconds <= 60 && is_zone(s);
}

bool date_parse(struct sv s, struct date *date_out)
{
    struct date d;

    if (!take_date(&s, true, &d))
        return false;
    if (s.len) {
        if (!take_char(&s, 't') && !take_char(&s, ' '))
            return false;
        if (!is_time(s))
            return false;
    }
    *date_out = d;
    return true;
}

bool date_in_name(struct sv stem, struct date *date_out)
{
    for (size_t i = 0; i < stem.len; i++) {
        struct sv rest = sv_from(stem, i);
        bool inside_number = i > 0 && is_digit(stem.ptr[i - 1]);
        struct date d;

        if (inside_number || (!take_date(&rest, true, &d) && !take_date(&rest, false, &d)))
            continue;
        if (rest.len && is_digit(rest.ptr[0]))
            continue;
        *date_out = d;
        return true;
    }
    return false;
}

static struct date first_of(int year, int month)
{
    return (struct date){.year = (int16_t)year, .month = (uint8_t)month, .day = 1};
}

static struct date_range months_from(int year, int month, int count)
{
    struct date first = first_of(year, month);
    struct date past = month + count > 12 ? (struct date){.year = (int16_t)year, .month = 12, .day = 31}
                                          : date_add_days(first_of(year, month + count), -1);

    return (struct date_range){.first = first, .last = past};
}

/* ISO 8601: week 1 has the year's first Thursday in it, weeks begin on Monday. */
static bool week_range(int year, int week, struct date_range *range_out)
{
    struct date fourth = {.year = (int16_t)year, .month = 1, .day = 4};
    struct date monday = date_add_days(fourth, 1 - date_weekday(fourth) + 7 * (week - 1));

    if (week < 1 || week > 53 || (week == 53 && date_add_days(monday, 3).year != year))
        return false;
    *range_out = (struct date_range){.first = monday, .last = date_add_days(monday, 6)};
    return true;
}

/* What may stand behind "2026": nothing, "-11", "-q3", "-w05". */
static bool parse_calendar(struct sv s, struct date_range *range_out)
{
    int year, number;

    if (!take_digits(&s, 4, &year))
        return false;
    if (s.len == 0) {
        *range_out = months_from(year, 1, 12);
        return true;
    }
    if (!take_char(&s, '-'))
        return false;
    if (take_char(&s, 'q')) {
        if (!take_digits(&s, 1, &number) || s.len || number < 1 || number > 4)
            return false;
        *range_out = months_from(year, number * 3 - 2, 3);
        return true;
    }
    if (take_char(&s, 'w'))
        return take_digits(&s, 2, &number) && s.len == 0 && week_range(year, number, range_out);
    if (!take_digits(&s, 2, &number) || s.len || number < 1 || number > 12)
        return false;
    *range_out = months_from(year, number, 1);
    return true;
}

static bool parse_word(struct sv s, struct date today, struct date *date_out)
{
    static const struct {
        struct sv word;
        int days;
    } words[] = {{SV_INIT("today"), 0}, {SV_INIT("yesterday"), -1}, {SV_INIT("tomorrow"), 1}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!sv_eq_nocase(s, words[i].word))
            continue;
        *date_out = date_add_days(today, words[i].days);
        return true;
    }
    return false;
}

/* "-2w", "+10d", "-3m", "-1y". */
static bool parse_relative(struct sv s, struct date today, struct date *date_out)
{
    struct duration by = {0};
    int64_t number;

    if (s.len < 3 || (s.ptr[0] != '-' && s.ptr[0] != '+') || !sv_to_i64(sv_sub(s, 1, s.len - 2), &number) ||
        !is_digit(s.ptr[1]) || number > DURATION_UNIT_MAX)
        return false;
    by.negative = s.ptr[0] == '-';
    switch (lower(s.ptr[s.len - 1])) {
    case 'd':
        by.days = (int32_t)number;
        break;
    case 'w':
        by.days = (int32_t)number * 7;
        break;
    case 'm':
        by.months = (int32_t)number;
        break;
    case 'y':
        by.years = (int32_t)number;
        break;
    default:
        return false;
    }
    *date_out = date_add(today, by);
    return true;
}

bool date_range_parse(struct sv s, struct date today, struct date_range *range_out)
{
    struct date day;

    if (date_parse(s, &day) || parse_word(s, today, &day) || parse_relative(s, today, &day)) {
        *range_out = (struct date_range){.first = day, .last = day};
        return true;
    }
    return parse_calendar(s, range_out);
}

/* One "12M" of a duration. A fraction is kept in thousandths. */
struct component {
    int64_t number;
    int thousandths;
    bool has_fraction;
    char unit;
};

static bool take_component(struct sv *rest, struct component *component_out)
{
    struct component c = {0};
    struct sv at = *rest;
    int scale = 100;

    if (at.len == 0 || !is_digit(at.ptr[0]))
        return false;
    for (; at.len && is_digit(at.ptr[0]); at = sv_from(at, 1)) {
        c.number = c.number * 10 + (at.ptr[0] - '0');
        if (c.number > INT32_MAX)
            return false;
    }
    if (take_char(&at, '.') || take_char(&at, ',')) {
        c.has_fraction = true;
        if (at.len == 0 || !is_digit(at.ptr[0]))
            return false;
        for (; at.len && is_digit(at.ptr[0]); at = sv_from(at, 1), scale /= 10)
            c.thousandths += (at.ptr[0] - '0') * scale;
    }
    if (at.len == 0)
        return false;
    c.unit = lower(at.ptr[0]);
    *rest = sv_from(at, 1);
    *component_out = c;
    return true;
}

static bool add_days(struct duration *d, int64_t days)
{
    return !__builtin_add_overflow(d->days, days, &d->days);
}

/* Only units behind the last one seen: "P1M1Y" is none. */
static bool unit_follows(const char *order, char unit, size_t *seen)
{
    const char *at = strchr(order, unit);

    if (!at || (size_t)(at - order) < *seen)
        return false;
    *seen = (size_t)(at - order) + 1;
    return true;
}

static bool parse_date_part(struct sv *rest, struct duration *d, bool *any)
{
    struct component c;
    size_t seen = 0;

    while (rest->len && lower(rest->ptr[0]) != 't') {
        if (!take_component(rest, &c) || c.has_fraction || !unit_follows("ymwd", c.unit, &seen))
            return false;
        if (c.unit == 'y')
            d->years = (int32_t)c.number;
        else if (c.unit == 'm')
            d->months = (int32_t)c.number;
        else if (!add_days(d, c.unit == 'w' ? c.number * 7 : c.number))
            return false;
        *any = true;
    }
    return true;
}

static bool parse_time_part(struct sv rest, struct duration *d, bool *any)
{
    struct component c;
    size_t seen = 0;

    *any = false;
    while (rest.len) {
        int64_t seconds;

        if (!take_component(&rest, &c) || !unit_follows("hms", c.unit, &seen) || (c.has_fraction && rest.len))
            return false;
        seconds = c.unit == 'h' ? 3600 : c.unit == 'm' ? 60 : 1;
        d->seconds += c.number * seconds + c.thousandths * seconds / 1000;
        *any = true;
    }
    return *any;
}

bool duration_parse(struct sv s, struct duration *duration_out)
{
    struct duration d = {0};
    bool any = false;

    d.negative = take_char(&s, '-');
    if (!d.negative)
        take_char(&s, '+');
    if (!take_char(&s, 'p') || !parse_date_part(&s, &d, &any))
        return false;
    if (take_char(&s, 't') && !parse_time_part(s, &d, &any))
        return false;
    if (!any)
        return false;
    *duration_out = d;
    return true;
}
