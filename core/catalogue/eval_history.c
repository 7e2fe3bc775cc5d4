/* Fields that git answers. */
#include "base/i18n.h"
#include "catalogue/eval_run.h"
#include "catalogue/fold_key.h"
#include "catalogue/history.h"
#include "text/fold.h"

#include <time.h>

/* What a past must be like. */
struct test {
    bool (*fits)(const struct test *test, const struct past *past);
    int64_t first, last; /* seconds, both included */
    double low, high;
    const bool *people; /* by number */
    size_t people_count;
};

struct search {
    struct catalogue *catalogue;
    struct test test;
    struct sv person; /* folded */
    struct id_set found;
};

static status take_fitting(void *payload, int64_t id, const struct past *past, struct err *err)
{
    struct search *search = payload;
    return search->test.fits(&search->test, past) ? id_set_add(&search->found, id, err) : DONE;
}

static status search_all(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct search *search = payload;
    search->found.count = 0;
    return history_each(catalogue, take_fitting, search, err);
}

/* Adds what `fn` finds. */
static status find(struct eval_run *run, transaction_fn fn, struct search *search, struct id_set *out, struct err *err)
{
    status s = catalogue_reading(run->catalogue, fn, search, err);
    id_set_sort(&search->found);
    if (s == DONE)
        s = id_set_unite(out, &search->found, err);
    id_set_release(&search->found);
    return s;
}

/* --- days --- */

/* The first second of a day here. */
static int64_t day_begin(struct date day)
{
    struct tm tm = {.tm_year = day.year - 1900, .tm_mon = day.month - 1, .tm_mday = day.day, .tm_isdst = -1};
    return mktime(&tm);
}

static status set_days(struct eval_run *run, const struct query *query, struct test *test, struct err *err)
{
    struct param low, high;
    struct date day;
    status s = eval_date_bounds(run, query, &low, &high, err);
    if (s != DONE)
        return s;
    test->first = date_parse(low.text, &day) && day.year > 0 ? day_begin(day) : INT64_MIN;
    test->last = INT64_MAX;
    if (date_parse(high.text, &day) && day.year < 9999)
        test->last = day_begin(date_add_days(day, 1)) - 1;
    return DONE;
}

static bool is_within(const struct test *test, int64_t seconds)
{
    return seconds != 0 && seconds >= test->first && seconds <= test->last;
}

static bool fits_created(const struct test *test, const struct past *past)
{
    return is_within(test, past->created);
}

static bool fits_modified(const struct test *test, const struct past *past)
{
    return is_within(test, past->modified);
}

static status by_days(struct eval_run *run, const struct query *query,
                      bool (*fits)(const struct test *test, const struct past *past), struct id_set *out,
                      struct err *err)
{
    struct search search = {.test = {.fits = fits}};
    status s = catalogue_build_history(run->catalogue, err);
    if (s == DONE)
        s = set_days(run, query, &search.test, err);
    return s == DONE ? find(run, search_all, &search, out, err) : s;
}

status eval_created(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    return by_days(run, query, fits_created, out, err);
}

status eval_modified(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    return by_days(run, query, fits_modified, out, err);
}

static status search_changed(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct search *search = payload;
    search->found.count = 0;
    return history_changed_within(catalogue, search->test.first, search->test.last, &search->found, err);
}

status eval_changed(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    struct search search = {0};
    status s = catalogue_build_history(run->catalogue, err);
    if (s == DONE)
        s = set_days(run, query, &search.test, err);
    return s == DONE ? find(run, search_changed, &search, out, err) : s;
}

status eval_undated(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    struct search search = {.test = {.fits = fits_created}};
    struct id_set undated = {0}, made = {0};
    status s = history_for_dates(run->catalogue, err);
    if (s == DONE)
        s = eval_terms(run, TERM_DATE, SV(""), SV(""), &undated, err);
    if (s == DONE && undated.count > 0)
        s = set_days(run, query, &search.test, err);
    if (s == DONE && undated.count > 0)
        s = find(run, search_all, &search, &made, err);
    if (s == DONE) {
        id_set_intersect(&made, &undated);
        s = id_set_unite(out, &made, err);
    }
    id_set_release(&undated);
    id_set_release(&made);
    return s;
}

/* --- how often --- */

static bool fits_changes(const struct test *test, const struct past *past)
{
    return past->changes > 0 && (double)past->changes >= test->low && (double)past->changes <= test->high;
}

status eval_changes(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    struct search search = {.test = {.fits = fits_changes}};
    struct param low, high;
    if (!eval_number_bounds(query, &low, &high))
        return err_set(err, USAGE, _("'%.*s' is not a number"), SV_ARG(query->text));
    search.test.low = low.number;
    search.test.high = high.number;
    status s = catalogue_build_history(run->catalogue, err);
    return s == DONE ? find(run, search_all, &search, out, err) : s;
}

/* --- who --- */

static bool fits_people(const struct test *test, const struct past *past)
{
    struct unpack in = {.rest = past->people};
    while (unpack_more(&in)) {
        uint64_t number = unpack_number(&in);
        if (number < test->people_count && test->people[number])
            return true;
    }
    return false;
}

static status fold_person(const struct git_person *person, struct buf *out, struct err *err)
{
    buf_clear(out);
    fold_case(person->name, out);
    buf_char(out, '\n');
    fold_case(person->address, out);
    return buf_check(out, err);
}

static status search_people(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct search *search = payload;
    struct history_people people = {0};
    struct buf fold = {0};
    bool any = false, *chosen = NULL;
    search->found.count = 0;
    status s = history_people_read(catalogue->db, &people, err);
    if (s == DONE && !(chosen = arena_array(&people.arena, people.count, sizeof *chosen)))
        s = err_no_memory(err);
    for (size_t i = 1; s == DONE && i < people.count; i++) {
        s = fold_person(&people.items[i], &fold, err);
        chosen[i] = s == DONE && sv_find(buf_view(&fold), search->person) != SIZE_MAX;
        any = any || chosen[i];
    }
    search->test.people = chosen;
    search->test.people_count = people.count;
    if (s == DONE && any)
        s = history_each(catalogue, take_fitting, search, err);
    buf_release(&fold);
    history_people_release(&people);
    return s;
}

/* Part of a name or an address will do; so will the note's own author field. */
status eval_author(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    struct search search = {.test = {.fits = fits_people}};
    struct param params[2];
    bool prefix = !query->quoted && sv_ends(query->text, SV("*"));
    search.person =
        fold_copy(&run->arena, &run->scratch, prefix ? sv_sub(query->text, 0, query->text.len - 1) : query->text);
    if (!search.person.ptr)
        return err_no_memory(err);
    status s = catalogue_build_history(run->catalogue, err);
    if (s == DONE)
        s = find(run, search_people, &search, out, err);
    if (s == DONE)
        s = eval_text_bounds(run, query->text, query->quoted, &params[0], &params[1], err);
    return s == DONE ? eval_values(run, SV("author"), params[0].text, params[1].text, out, err) : s;
}

/* --- has: --- */

static bool fits_any_created(const struct test *test, const struct past *past)
{
    (void)test;
    return past->created != 0;
}

static bool fits_any_modified(const struct test *test, const struct past *past)
{
    (void)test;
    return past->modified != 0;
}

static bool fits_any_changes(const struct test *test, const struct past *past)
{
    (void)test;
    return past->changes != 0;
}

_Static_assert(TERM_DATE == 0x64, "the bytes in the statement below");

status eval_has_history(struct eval_run *run, enum query_field_id field, struct id_set *out, struct err *err)
{
    struct search search = {.test = {.fits = fits_any_created}};
    if (field == QUERY_FIELD_MODIFIED || field == QUERY_FIELD_CHANGED)
        search.test.fits = fits_any_modified;
    else if (field == QUERY_FIELD_CHANGES)
        search.test.fits = fits_any_changes;
    status s = field == QUERY_FIELD_DATE ? history_for_dates(run->catalogue, err)
                                         : catalogue_build_history(run->catalogue, err);
    if (s == DONE && field == QUERY_FIELD_DATE)
        s = eval_postings(run, "SELECT first, ids FROM posting WHERE term>=x'6401' AND term<x'65'", NULL, 0, out, err);
    return s == DONE ? find(run, search_all, &search, out, err) : s;
}
