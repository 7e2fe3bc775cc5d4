#include "base/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { YEAR_MAX = 9999, DAYS_MIN = -719528, DAYS_MAX = 2932896, SECONDS_A_DAY = 86400 };

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static struct date make(int year, int month, int day)
{
    return (struct date){.year = (int16_t)year, .month = (uint8_t)month, .day = (uint8_t)day};
}

bool date_is_set(struct date d)
{
    return d.year != 0 || d.month != 0 || d.day != 0;
}

bool date_is_valid(struct date d)
{
    return d.year >= 0 && d.year <= YEAR_MAX && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= month_days(d.year, d.month);
}

int date_cmp(struct date a, struct date b)
{
    int32_t left = a.year * 512 + a.month * 32 + a.day, right = b.year * 512 + b.month * 32 + b.day;

    return (left > right) - (left < right);
}

/* Years counted from March, so that the leap day is the last of its year; an era is 400 years. */
int64_t date_to_days(struct date d)
{
    int64_t year = d.year - (d.month <= 2 ? 1 : 0);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

struct date date_from_days(int64_t days)
{
    int64_t era, day_of_era, year_of_era, day_of_year, shifted, month;

    days = days < DAYS_MIN ? DAYS_MIN : days > DAYS_MAX ? DAYS_MAX : days;
    days += 719468;
    era = (days >= 0 ? days : days - 146096) / 146097;
    day_of_era = days - era * 146097;
    year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    shifted = (5 * day_of_year + 2) / 153;
    month = shifted < 10 ? shifted + 3 : shifted - 9;
    return make((int)(year_of_era + era * 400 + (month <= 2 ? 1 : 0)), (int)month,
                (int)(day_of_year - (153 * shifted + 2) / 5 + 1));
}

struct date date_add_days(struct date d, int64_t days)
{
    int64_t sum;

    if (!date_is_valid(d))
        return (struct date){0};
    if (__builtin_add_overflow(date_to_days(d), days, &sum))
        sum = days < 0 ? DAYS_MIN : DAYS_MAX;
    return date_from_days(sum);
}

static struct date add_months(struct date d, int64_t months)
{
    int64_t at = (int64_t)d.year * 12 + d.month - 1 + months;
    int year, month, last;

    if (at < 0)
        return make(0, 1, 1);
    if (at > YEAR_MAX * 12 + 11)
        return make(YEAR_MAX, 12, 31);
    year = (int)(at / 12);
    month = (int)(at % 12) + 1;
    last = month_days(year, month);
    return make(year, month, d.day < last ? d.day : last);
}

static struct date shift(struct date d, struct duration by, int sign)
{
    if (!date_is_valid(d))
        return (struct date){0};
    if (by.negative)
        sign = -sign;
    d = add_months(d, sign * ((int64_t)by.years * 12 + by.months));
    return date_add_days(d, sign * (by.days + by.seconds / SECONDS_A_DAY));
}

struct date date_add(struct date d, struct duration by)
{
    return shift(d, by, 1);
}

struct date date_sub(struct date d, struct duration by)
{
    return shift(d, by, -1);
}

int date_weekday(struct date d)
{
    /* 1970-01-01 was a Thursday; the multiple of 7 keeps the sum positive for every year from 0. */
    return (int)((date_to_days(d) + 3 + 7 * 200000) % 7) + 1;
}

struct date date_from_time(time_t t)
{
    struct tm parts;

    if (!localtime_r(&t, &parts) || parts.tm_year < -1900 || parts.tm_year > YEAR_MAX - 1900)
        return (struct date){0};
    return make(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

struct date date_today(void)
{
    struct date today;

    if (date_parse(sv_of(getenv("CHIRON_TODAY")), &today))
        return today;
    return date_from_time(time(NULL));
}

char *date_format(struct date d, char into[DATE_TEXT_SIZE])
{
    unsigned year = (unsigned)d.year % (YEAR_MAX + 1), month = d.month % 100u, day = d.day % 100u;

    if (!date_is_set(d))
        into[0] = '\0';
    else
        snprintf(into, DATE_TEXT_SIZE, "%04u-%02u-%02u", year, month, day);
    return into;
}

bool date_part_parse(struct sv name, enum date_part *part_out)
{
    static const struct sv names[] = {[DATE_DAY] = SV_INIT("day"),
                                      [DATE_WEEK] = SV_INIT("week"),
                                      [DATE_MONTH] = SV_INIT("month"),
                                      [DATE_QUARTER] = SV_INIT("quarter"),
                                      [DATE_YEAR] = SV_INIT("year")};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!sv_eq_nocase(name, names[i]))
            continue;
        *part_out = (enum date_part)i;
        return true;
    }
    return false;
}

/* A week belongs to the year of its Thursday. */
static struct date thursday_of(struct date d)
{
    return date_add_days(d, 4 - date_weekday(d));
}

char *date_part_format(struct date d, enum date_part part, char into[DATE_TEXT_SIZE])
{
    struct date thursday = thursday_of(d), first = {.year = thursday.year, .month = 1, .day = 1};
    unsigned year = (unsigned)(part == DATE_WEEK ? thursday.year : d.year) % (YEAR_MAX + 1), month = d.month % 100u;

    date_format(d, into);
    if (!date_is_set(d) || part == DATE_DAY)
        return into;
    if (part == DATE_WEEK)
        snprintf(into, DATE_TEXT_SIZE, "%04u-w%02u", year,
                 (unsigned)((date_to_days(thursday) - date_to_days(first)) / 7 + 1) % 100);
    else if (part == DATE_MONTH)
        snprintf(into, DATE_TEXT_SIZE, "%04u-%02u", year, month);
    else if (part == DATE_QUARTER)
        snprintf(into, DATE_TEXT_SIZE, "%04u-q%u", year, (month + 2) / 3 % 10);
    else
        snprintf(into, DATE_TEXT_SIZE, "%04u", year);
    return into;
}

double duration_seconds(struct duration d)
{
    double months = (double)d.years * 12 + (double)d.months;
    double seconds = months * MONTH_SECONDS + (double)d.days * SECONDS_A_DAY + (double)d.seconds;

    return d.negative ? -seconds : seconds;
}

static void put_part(char into[DURATION_TEXT_SIZE], int64_t number, const char *unit)
{
    size_t len = strlen(into);

    if (number != 0)
        snprintf(into + len, DURATION_TEXT_SIZE - len, "%lld%s", (long long)number, unit);
}

char *duration_format(struct duration d, char into[DURATION_TEXT_SIZE])
{
    bool has_days = d.years != 0 || d.months != 0 || d.days != 0;

    snprintf(into, DURATION_TEXT_SIZE, "%sP%s", d.negative ? "-" : "", !has_days && d.seconds == 0 ? "T0S" : "");
    put_part(into, d.years, "Y");
    put_part(into, d.months, "M");
    put_part(into, d.days, "D");
    if (d.seconds != 0) {
        size_t len = strlen(into);

        snprintf(into + len, DURATION_TEXT_SIZE - len, "T");
        put_part(into, d.seconds / 3600, "H");
        put_part(into, d.seconds / 60 % 60, "M");
        put_part(into, d.seconds % 60, "S");
    }
    return into;
}

char *time_format_utc(int64_t unix_seconds, char into[TIME_TEXT_SIZE])
{
    time_t moment = (time_t)unix_seconds;
    struct tm parts;

    if (!gmtime_r(&moment, &parts) || strftime(into, TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        into[0] = '\0';
    return into;
}
