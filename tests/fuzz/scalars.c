/* The small readers of base, all on the same bytes: dates, durations, numbers, UTF-8, paths. What one accepts must
 * survive being written and read again. */
#include "base/arena.h"
#include "base/beneath.h"
#include "base/date.h"
#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void dates(struct sv text)
{
    const struct date today = {.year = 2026, .month = 11, .day = 24};
    struct date_range range;
    struct duration duration;
    struct date d, back;
    char formatted[DATE_TEXT_SIZE];

    if (date_parse(text, &d) || date_in_name(text, &d)) {
        check(date_is_valid(d));
        check(date_parse(sv_of(date_format(d, formatted)), &back) && date_cmp(d, back) == 0);
    }
    if (date_range_parse(text, today, &range)) {
        check(date_is_valid(range.first) && date_is_valid(range.last));
        check(date_cmp(range.first, range.last) <= 0);
    }
    if (duration_parse(text, &duration)) {
        check(date_is_valid(date_add(today, duration)) && date_is_valid(date_sub(today, duration)));
        check(duration.years >= 0 && duration.months >= 0 && duration.days >= 0 && duration.seconds >= 0);
    }
}

static void numbers(struct sv text)
{
    struct buf out = {0};
    int64_t whole, whole_back;
    double number, back;

    if (sv_to_i64(text, &whole)) {
        json_put_int(&out, whole);
        check(sv_to_i64(buf_view(&out), &whole_back) && whole_back == whole);
    }
    buf_clear(&out);
    if (sv_to_double(text, &number)) {
        json_put_number(&out, number);
        check(sv_to_double(buf_view(&out), &back) && back == number);
    }
    buf_release(&out);
}

static void characters(struct sv text, struct arena *arena)
{
    struct line_index index;
    struct buf out = {0};
    unsigned line, column;

    utf8_put_valid(&out, text);
    check(utf8_is_valid(buf_view(&out)) && utf8_count(buf_view(&out)) == utf8_count(text));
    for (size_t max = 0; max <= out.len && max < 64; max++)
        check(utf8_is_valid(utf8_cut(buf_view(&out), max)));
    buf_clear(&out);
    json_put_text(&out, text);
    check(utf8_is_valid(buf_view(&out)) && sv_chr(buf_view(&out), '\n') == SIZE_MAX);
    buf_release(&out);
    check(line_index_build(&index, text, arena));
    line_index_find(&index, text, text.len / 2, &line, &column);
    check(line >= 1 && line <= index.count && column >= 1 && column <= text.len + 1);
}

static void paths(struct sv text, struct arena *arena)
{
    struct sv normal, again;

    if (!path_normalise(arena, text, &normal))
        return;
    check(normal.len <= text.len && path_normalise(arena, normal, &again) && sv_eq(again, normal));
    check(beneath_is_safe(normal) || sv_chr(normal, '\0') != SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv text = sv_make((const char *)data, size);
    struct arena arena = {0};

    dates(text);
    numbers(text);
    characters(text, &arena);
    paths(text, &arena);
    arena_release(&arena);
    return 0;
}
