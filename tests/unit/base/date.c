#include "test.h"

#include "base/date.h"

#include <string.h>
#include <time.h>

static struct date day(int year, int month, int number)
{
    return (struct date){.year = (int16_t)year, .month = (uint8_t)month, .day = (uint8_t)number};
}

#define assert_date(got, text) test_date((got), (text), __FILE__, __LINE__)

static void test_date(struct date got, const char *text, const char *file, int line)
{
    char formatted[DATE_TEXT_SIZE];

    if (strcmp(date_format(got, formatted), text) == 0)
        return;
    print_error("%s is not %s\n", formatted, text);
    _fail(file, line);
}

/* All days of 10,000 years, one after the other, against a calendar that only counts. */
static void every_day(void **state)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t days = date_to_days(day(0, 1, 1));
    int weekday = 6; /* 0000-01-01 was a Saturday */

    (void)state;
    assert_int_equal(days, -719528);
    for (int year = 0; year <= 9999; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (month == 2 && leap ? 1 : 0);

            assert_false(date_is_valid(day(year, month, length + 1)));
            for (int number = 1; number <= length; number++, days++, weekday = weekday % 7 + 1) {
                struct date d = day(year, month, number);

                if (!date_is_valid(d) || date_to_days(d) != days || date_cmp(date_from_days(days), d) != 0 ||
                    date_weekday(d) != weekday)
                    fail_msg("%d-%d-%d", year, month, number);
            }
        }
    }
    assert_int_equal(days - 1, 2932896);
}

static void adds(void **state)
{
    struct duration month = {.months = 1}, back = {.months = 1, .negative = true}, leap = {.years = 1};
    struct duration mixed = {.years = 1, .months = 14, .days = 3, .seconds = 2 * 86400 + 5};

    (void)state;
    assert_date(date_add(day(2026, 1, 31), month), "2026-02-28");
    assert_date(date_add(day(2024, 1, 31), month), "2024-02-29");
    assert_date(date_add(day(2026, 3, 31), back), "2026-02-28");
    assert_date(date_sub(day(2026, 3, 31), month), "2026-02-28");
    assert_date(date_add(day(2024, 2, 29), leap), "2025-02-28");
    assert_date(date_add(day(2026, 12, 15), month), "2027-01-15");
    assert_date(date_sub(day(2026, 1, 15), month), "2025-12-15");
    assert_date(date_add(day(2026, 1, 1), mixed), "2028-03-06");
    assert_date(date_add_days(day(2026, 2, 28), 1), "2026-03-01");
    assert_date(date_add_days(day(9999, 12, 1), INT64_MAX), "9999-12-31");
    assert_date(date_add_days(day(1, 1, 1), INT64_MIN), "0000-01-01");
    assert_date(date_add(day(9999, 6, 1), (struct duration){.years = INT32_MAX}), "9999-12-31");
    assert_date(date_sub(day(9999, 6, 1), (struct duration){.years = INT32_MAX}), "0000-01-01");
    assert_date(date_add((struct date){0}, month), "");
}

static void parses(void **state)
{
    static const char *const good[] = {"2026-11-24",
                                       "2026-11-24T10:00",
                                       "2026-11-24 10:00",
                                       "2026-11-24t23:59:60Z",
                                       "2026-11-24T10:00:00.125+01:00",
                                       "2026-11-24 10:00:00 -05:00"};
    static const char *const bad[] = {"",
                                      "2026-11",
                                      "2026-11-31",
                                      "2026-13-01",
                                      "26-11-24",
                                      "2026-11-24T",
                                      "2026-11-24T24:00",
                                      "2026-11-24 10:61",
                                      "2026-11-24x",
                                      "2026-11-24 10:00 x",
                                      "2026/11/24",
                                      " 2026-11-24"};
    struct date d;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(date_parse(sv_of(good[i]), &d));
        assert_date(d, "2026-11-24");
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (date_parse(sv_of(bad[i]), &d))
            fail_msg("'%s' is a date", bad[i]);
    assert_false(date_parse((struct sv){0}, &d));
}

static void finds_in_names(void **state)
{
    struct date d = {0};

    (void)state;
    assert_true(date_in_name(SV("log-2026-11-24-anna"), &d));
    assert_date(d, "2026-11-24");
    assert_true(date_in_name(SV("20251003"), &d));
    assert_date(d, "2025-10-03");
    assert_true(date_in_name(SV("v2026-13-01 2024-02-29"), &d));
    assert_date(d, "2024-02-29");
    assert_false(date_in_name(SV("202511031200"), &d));
    assert_false(date_in_name(SV("12026-11-24"), &d));
    assert_false(date_in_name(SV("2026-11-241"), &d));
    assert_false(date_in_name(SV("2026-11"), &d));
    assert_false(date_in_name(SV(""), &d));
}

#define assert_range(text, first_text, last_text) test_range((text), (first_text), (last_text), __FILE__, __LINE__)

static void test_range(const char *text, const char *first, const char *last, const char *file, int line)
{
    struct date_range range = {0};

    if (!date_range_parse(sv_of(text), day(2026, 3, 31), &range)) {
        print_error("'%s' is no range\n", text);
        _fail(file, line);
    }
    test_date(range.first, first, file, line);
    test_date(range.last, last, file, line);
}

static void ranges(void **state)
{
    static const char *const bad[] = {
        "",       "26",      "2026-",    "2026-00",  "2026-13",       "2026-q0", "2026-q5",
        "2026-q", "2026-w0", "2026-w00", "2026-w54", "2025-w53",      "-w",      "2w",
        "-2x",    "--2w",    "-+2w",     "-2.5d",    "-99999999999d", "todays"};
    struct date_range range;

    (void)state;
    assert_range("2026", "2026-01-01", "2026-12-31");
    assert_range("9999", "9999-01-01", "9999-12-31");
    assert_range("2024-02", "2024-02-01", "2024-02-29");
    assert_range("2026-12", "2026-12-01", "2026-12-31");
    assert_range("2026-q1", "2026-01-01", "2026-03-31");
    assert_range("2026-Q4", "2026-10-01", "2026-12-31");
    assert_range("2026-w01", "2025-12-29", "2026-01-04");
    assert_range("2026-W53", "2026-12-28", "2027-01-03");
    assert_range("2021-w01", "2021-01-04", "2021-01-10");
    assert_range("2026-11-24", "2026-11-24", "2026-11-24");
    assert_range("Today", "2026-03-31", "2026-03-31");
    assert_range("yesterday", "2026-03-30", "2026-03-30");
    assert_range("tomorrow", "2026-04-01", "2026-04-01");
    assert_range("-2w", "2026-03-17", "2026-03-17");
    assert_range("+10d", "2026-04-10", "2026-04-10");
    assert_range("-1M", "2026-02-28", "2026-02-28");
    assert_range("-1y", "2025-03-31", "2025-03-31");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (date_range_parse(sv_of(bad[i]), day(2026, 3, 31), &range))
            fail_msg("'%s' is a range", bad[i]);
}

static void durations(void **state)
{
    static const char *const bad[] = {
        "",      "P",    "PT",   "P1",       "1D",    "P1H",           "PT1D",         "P1D1M", "P1M1Y",
        "P1.5M", "P1DT", "P-1D", "PT1.5H3M", "P1M1M", "P99999999999D", "P2147483647W", "PT.5S", "P1D "};
    struct duration d;

    (void)state;
    assert_true(duration_parse(SV("P1Y2M3W4DT5H6M7S"), &d));
    assert_true(d.years == 1 && d.months == 2 && d.days == 25 && d.seconds == 5 * 3600 + 6 * 60 + 7 && !d.negative);
    assert_true(duration_parse(SV("-p2w"), &d) && d.days == 14 && d.negative);
    assert_true(duration_parse(SV("PT90M"), &d) && d.seconds == 5400);
    assert_true(duration_parse(SV("PT1,5H"), &d) && d.seconds == 5400);
    assert_true(duration_parse(SV("+P0D"), &d) && d.days == 0);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (duration_parse(sv_of(bad[i]), &d))
            fail_msg("'%s' is a duration", bad[i]);
}

static void today_can_be_set(void **state)
{
    (void)state;
    setenv("CHIRON_TODAY", "2020-02-29", 1);
    assert_date(date_today(), "2020-02-29");
    setenv("CHIRON_TODAY", "rubbish", 1);
    assert_true(date_cmp(date_today(), day(2024, 1, 1)) > 0);
    unsetenv("CHIRON_TODAY");
    setenv("TZ", "XXX-12", 1);
    tzset();
    assert_date(date_from_time(0), "1970-01-01");
    setenv("TZ", "XXX+12", 1);
    tzset();
    assert_date(date_from_time(0), "1969-12-31");
    unsetenv("TZ");
    tzset();
}

static void formats(void **state)
{
    char text[TIME_TEXT_SIZE], date_text[DATE_TEXT_SIZE];

    (void)state;
    assert_string_equal(time_format_utc(1795514400, text), "2026-11-24T10:00:00Z");
    assert_string_equal(time_format_utc(-1, text), "1969-12-31T23:59:59Z");
    assert_string_equal(time_format_utc(INT64_MAX, text), "");
    assert_string_equal(date_format(day(7, 1, 2), date_text), "0007-01-02");
    assert_string_equal(date_format(day(-30000, 255, 255), date_text) ? "held" : "", "held");
    assert_false(date_is_set((struct date){0}));
    assert_true(date_is_set(day(0, 1, 1)));
}

/* The span that a date lies in is written as it is read. */
static void spans(void **state)
{
    static const char *const expected[] = {"2026-01-01", "2026-w01", "2026-01", "2026-q1", "2026"};
    char text[DATE_TEXT_SIZE];
    enum date_part part;

    (void)state;
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        assert_string_equal(date_part_format(day(2026, 1, 1), (enum date_part)i, text), expected[i]);
    assert_string_equal(date_part_format(day(2027, 1, 3), DATE_WEEK, text), "2026-w53");
    assert_string_equal(date_part_format(day(2024, 12, 30), DATE_WEEK, text), "2025-w01");
    assert_string_equal(date_part_format((struct date){0}, DATE_WEEK, text), "");
    for (int64_t days = 0; days < 40000; days += 3)
        for (part = DATE_DAY; part <= DATE_YEAR; part++) {
            struct date d = date_from_days(days);
            struct date_range range;

            assert_true(date_range_parse(sv_of(date_part_format(d, part, text)), d, &range));
            assert_true(date_cmp(range.first, d) <= 0 && date_cmp(d, range.last) <= 0);
        }
    assert_true(date_part_parse(SV("Quarter"), &part) && part == DATE_QUARTER);
    assert_false(date_part_parse(SV("decade"), &part));
}

static void writes_durations(void **state)
{
    static const char *const same[] = {"PT45M", "PT3H45M", "P1Y2M10DT30H5M7S", "PT0S", "-P3D", "P2M"};
    char text[DURATION_TEXT_SIZE];
    struct duration d;

    (void)state;
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        assert_true(duration_parse(sv_of(same[i]), &d));
        assert_string_equal(duration_format(d, text), same[i]);
    }
    assert_true(duration_parse(SV("P2WT90M"), &d));
    assert_string_equal(duration_format(d, text), "P14DT1H30M");
    assert_true(duration_parse(SV("-P1MT1H"), &d));
    assert_true(duration_seconds(d) == -(double)MONTH_SECONDS - 3600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day),        cmocka_unit_test(adds),    cmocka_unit_test(parses),
        cmocka_unit_test(finds_in_names),   cmocka_unit_test(ranges),  cmocka_unit_test(durations),
        cmocka_unit_test(today_can_be_set), cmocka_unit_test(formats), cmocka_unit_test(spans),
        cmocka_unit_test(writes_durations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
