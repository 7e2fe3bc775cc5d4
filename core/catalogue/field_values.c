#include "catalogue/field_values.h"

#include "catalogue/fold_key.h"
#include "catalogue/history.h"
#include "catalogue/id_set.h"
#include "catalogue/posting.h"
#include "catalogue/query_field.h"
#include "catalogue/terms.h"
#include "text/fold.h"

#include <inttypes.h>
#include <stdio.h>

/* Columns: note, text, number, date, text as written; parameter 1 is the note. */
struct source {
    enum query_field_id id;
    const char *sql, *one_sql; /* NULL: postings or history say */
};

static const struct source sources[] = {
    {QUERY_FIELD_TYPE, "SELECT id, type, NULL, NULL, '' FROM note",
     "SELECT id, type, NULL, NULL, '' FROM note WHERE id=?1"},
    {QUERY_FIELD_TITLE, "SELECT id, title, NULL, NULL, '' FROM note",
     "SELECT id, title, NULL, NULL, '' FROM note WHERE id=?1"},
    {QUERY_FIELD_LANG, "SELECT id, lang, NULL, NULL, '' FROM note",
     "SELECT id, lang, NULL, NULL, '' FROM note WHERE id=?1"},
    {QUERY_FIELD_WORDS, "SELECT id, words, words, NULL, '' FROM note",
     "SELECT id, words, words, NULL, '' FROM note WHERE id=?1"},
    {QUERY_FIELD_DATE, "SELECT id, date, NULL, date, '' FROM note",
     "SELECT id, date, NULL, date, '' FROM note WHERE id=?1"},
    {QUERY_FIELD_CREATED, NULL, NULL},
    {QUERY_FIELD_MODIFIED, NULL, NULL},
    {QUERY_FIELD_CHANGES, NULL, NULL},
    {QUERY_FIELD_TAG, NULL, NULL},
    {QUERY_FIELD_AUTHOR, NULL, NULL}, /* the field, and who committed changes */
    {QUERY_FIELD_KEY, NULL, NULL},
};
enum { SOURCE_COUNT = sizeof sources / sizeof *sources };

static const struct source *source_of(struct sv name)
{
    const struct query_field *field = query_fields;
    while (field->name && !sv_eq_nocase(name, sv_of(field->name)))
        field++;
    enum query_field_id id = field->id;
    /* By the note alone; what a charter says of it is the caller's to follow. */
    if (id == QUERY_FIELD_MENTOR || id == QUERY_FIELD_MENTEE)
        id = QUERY_FIELD_KEY;
    for (size_t i = 0; i < SOURCE_COUNT; i++)
        if (sources[i].id == id)
            return &sources[i];
    return NULL;
}

static bool is_history(const struct source *source)
{
    return source->id == QUERY_FIELD_CREATED || source->id == QUERY_FIELD_MODIFIED ||
           source->id == QUERY_FIELD_CHANGES || source->id == QUERY_FIELD_AUTHOR;
}

static bool is_front_matter(struct sv name)
{
    const struct source *source = source_of(name);
    return source && source->id == QUERY_FIELD_KEY;
}

bool field_has_values(struct sv name)
{
    return source_of(name) != NULL;
}

status field_values_prepare(struct catalogue *catalogue, struct sv name, struct err *err)
{
    const struct source *source = source_of(name);
    if (source && source->id == QUERY_FIELD_DATE)
        return history_for_dates(catalogue, err);
    if (source && is_history(source))
        return catalogue_build_history(catalogue, err);
    return DONE;
}

struct reading {
    struct catalogue *catalogue;
    struct arena *arena;
    struct sv key;
    const struct id_set *ids;
    field_value_fn fn;
    void *payload;
};

static status hand_on(const struct reading *reading, const struct stmt *stmt, struct err *err)
{
    struct field_value value = {.note = stmt_i64(stmt, 0),
                                .text = stmt_text(stmt, 1),
                                .has_number = !stmt_is_null(stmt, 2),
                                .date = stmt_text(stmt, 3),
                                .shown = stmt_text(stmt, 4)};
    if (value.text.len == 0 || !id_set_has(reading->ids, value.note))
        return DONE;
    value.number = value.has_number ? stmt_double(stmt, 2) : 0;
    return reading->fn(reading->payload, &value, err);
}

static status read_rows(const struct reading *reading, struct stmt *stmt, struct err *err)
{
    status s;
    while ((s = stmt_step(stmt, err)) == DONE)
        if ((s = hand_on(reading, stmt, err)) != DONE)
            break;
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

static status read_all(const struct reading *reading, const char *sql, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(reading->catalogue->db, sql, &stmt, err);
    return s == DONE ? read_rows(reading, stmt, err) : s;
}

static status read_singly(const struct reading *reading, const struct source *source, struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < reading->ids->count; i++) {
        struct stmt *stmt;
        s = db_statement(reading->catalogue->db, source->one_sql, &stmt, err);
        if (s != DONE)
            break;
        stmt_bind_i64(stmt, 1, reading->ids->ids[i]);
        s = read_rows(reading, stmt, err);
    }
    return s;
}

/* --- from postings --- */

static status hand_on_posting(const struct reading *reading, const struct stmt *stmt, bool tags, struct err *err)
{
    struct posting_ids ids = posting_ids(stmt_i64(stmt, 0), stmt_blob(stmt, 1));
    struct sv term = stmt_blob(stmt, 2);
    struct field_value value = {.text = tags ? term_text(term) : term_rest(term),
                                .shown = tags ? term_rest(term) : (struct sv){0},
                                .has_number = !stmt_is_null(stmt, 3),
                                .date = stmt_text(stmt, 4)};
    status s = DONE;
    if (value.text.len == 0)
        return DONE;
    value.number = value.has_number ? stmt_double(stmt, 3) : 0;
    while (s == DONE && posting_ids_next(&ids)) {
        value.note = ids.id;
        if (id_set_has(reading->ids, ids.id))
            s = reading->fn(reading->payload, &value, err);
    }
    return s == DONE ? posting_ids_check(&ids, err) : s;
}

/* Terms of a kind; those with fields, of one key. */
static status read_postings(const struct reading *reading, bool tags, struct err *err)
{
    struct stmt *stmt;
    struct sv low, end;
    const char kind = TERM_TAG, behind = TERM_TAG + 1;
    status s = term_key(reading->arena, reading->key, &low, &end, err);
    if (s == DONE)
        s = db_statement(reading->catalogue->db,
                         "SELECT first, ids, term, number, date FROM posting WHERE term>=?1 AND term<?2", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_blob(stmt, 1, tags ? sv_make(&kind, 1) : low);
    stmt_bind_blob(stmt, 2, tags ? sv_make(&behind, 1) : end);
    while ((s = stmt_step(stmt, err)) == DONE)
        if ((s = hand_on_posting(reading, stmt, tags, err)) != DONE)
            break;
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

/* --- what a note says again --- */

static status hand_on_repeats(const struct reading *reading, const struct stmt *stmt, struct err *err)
{
    struct posting_ids ids = posting_ids(stmt_i64(stmt, 0), stmt_blob(stmt, 1));
    struct sv rest = term_rest(stmt_blob(stmt, 2));
    size_t space = sv_chr(rest, ' ');
    struct field_value value = {.text = space == SIZE_MAX ? (struct sv){0} : sv_from(rest, space + 1)};
    struct date date;
    char iso[DATE_TEXT_SIZE];
    int64_t times = 0;
    status s = DONE;
    if (!sv_to_i64(sv_sub(rest, 0, space), &times) || value.text.len == 0)
        return err_set(err, DB_DAMAGED, "a value is repeated without a number");
    value.has_number = sv_to_double(value.text, &value.number);
    if (date_parse(value.text, &date))
        value.date = sv_of(date_format(date, iso));
    while (s == DONE && posting_ids_next(&ids)) {
        value.note = ids.id;
        for (int64_t i = 0; s == DONE && i < times && id_set_has(reading->ids, ids.id); i++)
            s = reading->fn(reading->payload, &value, err);
    }
    return s == DONE ? posting_ids_check(&ids, err) : s;
}

status field_values_repeated(struct catalogue *catalogue, struct sv name, const struct id_set *ids, field_value_fn fn,
                             void *payload, struct err *err)
{
    struct arena arena = {0};
    struct reading reading = {.catalogue = catalogue, .arena = &arena, .ids = ids, .fn = fn, .payload = payload};
    struct buf scratch = {0};
    struct stmt *stmt = NULL;
    struct sv low, end;
    status s = DONE;
    if (!is_front_matter(name))
        return DONE;
    reading.key = fold_field_key(&arena, &scratch, name);
    s = reading.key.ptr ? term_repeats(&arena, reading.key, &low, &end, err) : err_no_memory(err);
    if (s == DONE)
        s = db_statement(catalogue->db, "SELECT first, ids, term FROM posting WHERE term>=?1 AND term<?2", &stmt, err);
    if (s == DONE) {
        stmt_bind_blob(stmt, 1, low);
        stmt_bind_blob(stmt, 2, end);
        while ((s = stmt_step(stmt, err)) == DONE)
            if ((s = hand_on_repeats(&reading, stmt, err)) != DONE)
                break;
        stmt_reset(stmt);
    }
    buf_release(&scratch);
    arena_release(&arena);
    return s == NOT_FOUND ? DONE : s;
}

/* --- from history --- */

struct history_reading {
    const struct reading *reading;
    enum query_field_id id;
    const struct id_set *ids;
};

static status hand_on_past(void *payload, int64_t id, const struct past *past, struct err *err)
{
    const struct history_reading *history = payload;
    struct field_value value = {.note = id};
    char text[DATE_TEXT_SIZE > 24 ? DATE_TEXT_SIZE : 24];
    int64_t seconds = history->id == QUERY_FIELD_MODIFIED ? past->modified : past->created;
    bool counts = history->id == QUERY_FIELD_CHANGES;
    if ((counts ? past->changes == 0 : seconds == 0) || !id_set_has(history->ids, id))
        return DONE;
    if (counts)
        snprintf(text, sizeof text, "%" PRIu64, past->changes);
    else
        date_format(date_from_time((time_t)seconds), text);
    value.text = sv_of(text);
    value.has_number = counts;
    value.number = counts ? (double)past->changes : 0;
    value.date = counts ? (struct sv){0} : value.text;
    return history->reading->fn(history->reading->payload, &value, err);
}

static status read_history(const struct reading *reading, enum query_field_id id, const struct id_set *ids,
                           struct err *err)
{
    struct history_reading history = {reading, id, ids};
    return history_each_of(reading->catalogue, ids, hand_on_past, &history, err);
}

/* --- people from history --- */

struct people_reading {
    const struct reading *reading;
    struct history_people people;
    struct buf fold;
};

static status hand_on_people(void *payload, int64_t id, const struct past *past, struct err *err)
{
    struct people_reading *reading = payload;
    struct unpack in = {.rest = past->people};
    status s = DONE;
    if (!id_set_has(reading->reading->ids, id))
        return DONE;
    while (s == DONE && unpack_more(&in)) {
        uint64_t number = unpack_number(&in);
        if (in.failed || number >= reading->people.count)
            return err_set(err, DB_DAMAGED, "a note was changed by nobody");
        struct sv name = reading->people.items[number].name;
        buf_clear(&reading->fold);
        fold_case(name, &reading->fold);
        s = buf_check(&reading->fold, err);
        struct field_value value = {.note = id, .text = buf_view(&reading->fold), .shown = name};
        if (s == DONE && value.text.len > 0)
            s = reading->reading->fn(reading->reading->payload, &value, err);
    }
    return s;
}

static status read_people(const struct reading *reading, struct err *err)
{
    struct people_reading people = {.reading = reading};
    status s = history_people_read(reading->catalogue->db, &people.people, err);
    if (s == DONE)
        s = history_each_of(reading->catalogue, reading->ids, hand_on_people, &people, err);
    history_people_release(&people.people);
    buf_release(&people.fold);
    return s;
}

/* The notes that say no date themselves. */
static status read_undated(const struct reading *reading, struct err *err)
{
    struct id_set undated = {0};
    struct stmt *stmt;
    status s = db_statement(reading->catalogue->db, "SELECT first, ids FROM posting WHERE term=x'6400'", &stmt, err);
    _Static_assert(TERM_DATE == 0x64, "the bytes in the statement above");
    if (s == DONE)
        s = posting_collect(stmt, &undated, err);
    id_set_sort(&undated);
    id_set_intersect(&undated, reading->ids);
    if (s == DONE && undated.count > 0)
        s = read_history(reading, QUERY_FIELD_DATE, &undated, err);
    id_set_release(&undated);
    return s;
}

status field_values_each(struct catalogue *catalogue, struct sv name, const struct id_set *ids, field_value_fn fn,
                         void *payload, struct err *err)
{
    const struct source *source = source_of(name);
    struct arena arena = {0};
    struct reading reading = {.catalogue = catalogue, .arena = &arena, .ids = ids, .fn = fn, .payload = payload};
    struct buf scratch = {0};
    if (!source || ids->count == 0)
        return DONE;
    reading.key = fold_field_key(&arena, &scratch, name);
    status s = reading.key.ptr ? DONE : err_no_memory(err);
    bool postings = source->id == QUERY_FIELD_TAG || source->id == QUERY_FIELD_KEY || source->id == QUERY_FIELD_AUTHOR;
    if (s == DONE && postings)
        s = read_postings(&reading, source->id == QUERY_FIELD_TAG, err);
    else if (s == DONE && is_history(source))
        s = read_history(&reading, source->id, ids, err);
    else if (s == DONE && ids->count < catalogue->rows.count / WORTH_A_SCAN)
        s = read_singly(&reading, source, err);
    else if (s == DONE)
        s = read_all(&reading, source->sql, err);
    if (s == DONE && source->id == QUERY_FIELD_DATE)
        s = read_undated(&reading, err);
    if (s == DONE && source->id == QUERY_FIELD_AUTHOR)
        s = read_people(&reading, err);
    buf_release(&scratch);
    arena_release(&arena);
    return s;
}

/* --- whether there are any --- */

struct question {
    struct sv key, end;         /* terms of the key itself */
    struct sv inner, inner_end; /* of keys inside it */
    bool found;
};

static status read_exists(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct question *question = payload;
    struct stmt *stmt;
    status s = db_statement(catalogue->db,
                            "SELECT 1 FROM posting WHERE term>=?1 AND term<?2 UNION ALL"
                            " SELECT 1 FROM posting WHERE term>=?3 AND term<?4 LIMIT 1",
                            &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_blob(stmt, 1, question->key);
    stmt_bind_blob(stmt, 2, question->end);
    stmt_bind_blob(stmt, 3, question->inner);
    stmt_bind_blob(stmt, 4, question->inner_end);
    s = stmt_step(stmt, err);
    question->found = s == DONE;
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

status catalogue_knows_field(struct catalogue *catalogue, struct sv name, bool *known_out, struct err *err)
{
    struct question question = {0};
    struct arena arena = {0};
    struct buf scratch = {0};
    struct sv key = fold_field_key(&arena, &scratch, name);
    status s = key.ptr ? term_key(&arena, key, &question.key, &question.end, err) : err_no_memory(err);
    if (s == DONE)
        s = term_inner_keys(&arena, key, &question.inner, &question.inner_end, err);
    question.found = s == DONE && !is_front_matter(key);
    if (s == DONE && !question.found)
        s = catalogue_reading(catalogue, read_exists, &question, err);
    *known_out = question.found;
    buf_release(&scratch);
    arena_release(&arena);
    return s;
}
