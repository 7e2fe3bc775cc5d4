/* Calendar dates (proleptic Gregorian, no time zone) and ISO 8601 durations. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/sv.h"

#include <time.h>

/* year 0..9999; {0,0,0} means absent. */
struct date {
    int16_t year;
    uint8_t month, day;
};

/* Calendar parts stay apart from each other: P1M is not P30D. Weeks are kept as days. */
struct duration {
    int32_t years, months, days;
    int64_t seconds; /* of the T part */
    bool negative;
};

struct date_range {
    struct date first, last; /* both included; an absent end is open */
};

bool date_is_set(struct date d);
bool date_is_valid(struct date d);
int date_cmp(struct date a, struct date b);
/* Days since 1970-01-01; negative before. */
int64_t date_to_days(struct date d);
struct date date_from_days(int64_t days);
/* As date_add about the ends. */
struct date date_add_days(struct date d, int64_t days);
/* Years and months first, the day cut to the month that it falls in (2026-01-31 + P1M is 2026-02-28, and so is
 * 2026-03-31 - P1M), then days; of the T part whole days count. What would lie beyond year 0 or 9999 is the first or
 * the last day there is. Of an absent date: absent. */
struct date date_add(struct date d, struct duration by);
struct date date_sub(struct date d, struct duration by);
/* 1 Monday .. 7 Sunday. */
int date_weekday(struct date d);
/* Today in the local time zone; CHIRON_TODAY=YYYY-MM-DD in the environment wins (tests, reports of another day). */
struct date date_today(void);
struct date date_from_time(time_t t);

/* "2026-11-24", or the date of "2026-11-24T10:00...", "2026-11-24 10:00"; the whole view must be one. */
bool date_parse(struct sv s, struct date *date_out);
/* The first YYYY-MM-DD (or YYYYMMDD standing alone) in a file name's stem. */
bool date_in_name(struct sv stem, struct date *date_out);
/* "2026", "2026-11", "2026-q3", "2026-w05", "2026-11-24", "today", "yesterday", "tomorrow", "-2w", "+10d", "-3m",
 * "-1y", as the span of days it means. Letters in any case. */
bool date_range_parse(struct sv s, struct date today, struct date_range *range_out);
/* "P1Y2M3W4DT5H6M7.5S" in ISO order, parts left out at will, letters in any case, a sign in front; a fraction only in
 * the last part of the T part, cut to seconds. */
bool duration_parse(struct sv s, struct duration *duration_out);

enum { DATE_TEXT_SIZE = 11 };
/* "YYYY-MM-DD"; an absent date gives "". Returns `into`. */
char *date_format(struct date d, char into[DATE_TEXT_SIZE]);
enum date_part { DATE_DAY, DATE_WEEK, DATE_MONTH, DATE_QUARTER, DATE_YEAR };
/* "day", "week", "month", "quarter", "year", in any case. */
bool date_part_parse(struct sv name, enum date_part *part_out);
/* The span that the date lies in, as date_range_parse reads it: "2026-11-24", "2026-w48" (of ISO 8601, whose year may
 * be the next or the last one), "2026-11", "2026-q4", "2026". An absent date gives "". */
char *date_part_format(struct date d, enum date_part part, char into[DATE_TEXT_SIZE]);
/* How long it is at the mean, for order and for what does not divide evenly: a day has 86,400 seconds, a month
 * MONTH_SECONDS, a twelfth of the Gregorian year. */
enum { MONTH_SECONDS = 2629746 };
double duration_seconds(struct duration d);
enum { DURATION_TEXT_SIZE = 96 };
/* As duration_parse reads it, each part at its place and no part turned into another but seconds into minutes and
 * hours: "P1Y2M10DT30H5M"; nothing at all is "PT0S". */
char *duration_format(struct duration d, char into[DURATION_TEXT_SIZE]);
/* "2026-11-24T10:00:00Z" */
enum { TIME_TEXT_SIZE = 32 };
char *time_format_utc(int64_t unix_seconds, char into[TIME_TEXT_SIZE]);

#endif
