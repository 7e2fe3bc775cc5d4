#include "catalogue/order.h"

#include "catalogue/fold_key.h"
#include "catalogue/history.h"
#include "catalogue/id_set.h"
#include "catalogue/posting.h"
#include "catalogue/terms.h"

#include <stdlib.h>
#include <string.h>

enum key_kind { KEY_NUMBER, KEY_TEXT, KEY_ABSENT };

struct entry {
    int64_t id;
    uint32_t rank;    /* in the order of paths */
    uint32_t ordinal; /* which of a field's values the key is */
    uint8_t kind;
    bool descending;
    double number;
    struct sv text;
};

struct order {
    const struct sort *sort;
    struct arena *arena;
    struct entry *entries; /* in order of ids */
    size_t count;
    size_t limit; /* more are not asked for; 0: all are */
};

/* --- what to sort --- */

static status collect(const struct rows *rows, const struct id_set *ids, bool descending, struct order *order,
                      struct err *err)
{
    size_t most = ids ? ids->count : rows->count;
    order->entries = arena_array(order->arena, most, sizeof *order->entries);
    if (!order->entries)
        return err_no_memory(err);
    for (size_t i = 0; i < most; i++) {
        const struct row *row = ids ? rows_by_id(rows, ids->ids[i]) : &rows->items[rows->by_id[i]];
        if (!row || !row_is_note(row))
            continue;
        order->entries[order->count++] = (struct entry){
            .id = row->id, .rank = (uint32_t)rows_rank(rows, row), .kind = KEY_ABSENT, .descending = descending};
    }
    return DONE;
}

static struct entry *entry_of(struct order *order, int64_t id)
{
    size_t low = 0, high = order->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (order->entries[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < order->count && order->entries[low].id == id ? &order->entries[low] : NULL;
}

/* --- the keys --- */

/* Rows of id, then a text or a number; the first of an id counts. */
struct key_source {
    const char *sql;
    const char *one_sql; /* the same for one id, the parameter; NULL: there is none */
    bool text;
};

static status set_key(struct order *order, struct entry *entry, const struct key_source *source,
                      const struct stmt *stmt, struct err *err)
{
    if (entry->kind != KEY_ABSENT || stmt_is_null(stmt, 1))
        return DONE;
    if (!source->text) {
        entry->kind = KEY_NUMBER;
        entry->number = stmt_double(stmt, 1);
        return DONE;
    }
    struct sv text = stmt_blob(stmt, 1);
    if (text.len == 0)
        return DONE;
    entry->kind = KEY_TEXT;
    entry->text = arena_copy(order->arena, text);
    return entry->text.ptr ? DONE : err_no_memory(err);
}

static status read_all_keys(struct catalogue *catalogue, struct order *order, const struct key_source *source,
                            struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(catalogue->db, source->sql, &stmt, err);
    if (s != DONE)
        return s;
    while ((s = stmt_step(stmt, err)) == DONE) {
        struct entry *entry = entry_of(order, stmt_i64(stmt, 0));
        if (entry && (s = set_key(order, entry, source, stmt, err)) != DONE)
            break;
    }
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

static status read_keys_singly(struct catalogue *catalogue, struct order *order, const struct key_source *source,
                               struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(catalogue->db, source->one_sql, &stmt, err);
    for (size_t i = 0; s == DONE && i < order->count; i++) {
        stmt_reset(stmt);
        stmt_bind_i64(stmt, 1, order->entries[i].id);
        s = stmt_step(stmt, err);
        if (s == DONE)
            s = set_key(order, &order->entries[i], source, stmt, err);
        else if (s == NOT_FOUND)
            s = DONE;
    }
    if (s == DONE)
        stmt_reset(stmt);
    return s;
}

static status read_keys(struct catalogue *catalogue, struct order *order, const struct key_source *source,
                        struct err *err)
{
    if (source->one_sql && order->count < catalogue->rows.count / WORTH_A_SCAN)
        return read_keys_singly(catalogue, order, source, err);
    return read_all_keys(catalogue, order, source, err);
}

static const struct key_source by_title = {
    "SELECT id, CASE title_key WHEN x'' THEN lower(title) ELSE title_key END FROM note",
    "SELECT id, CASE title_key WHEN x'' THEN lower(title) ELSE title_key END FROM note WHERE id=?", true};
static const struct key_source by_type = {"SELECT id, type FROM note", "SELECT id, type FROM note WHERE id=?", true};
static const struct key_source by_words = {"SELECT id, words FROM note", "SELECT id, words FROM note WHERE id=?",
                                           false};
static const struct key_source by_date = {"SELECT id, date FROM note", "SELECT id, date FROM note WHERE id=?", true};
/* --- keys from history --- */

struct history_keys {
    struct order *order;
    enum sort_key key;
};

/* A day, as the notes that say one have it. */
static status set_day(struct order *order, struct entry *entry, int64_t seconds, struct err *err)
{
    char day[DATE_TEXT_SIZE];
    if (entry->kind != KEY_ABSENT || seconds == 0)
        return DONE;
    entry->kind = KEY_TEXT;
    entry->text = arena_copy(order->arena, sv_of(date_format(date_from_time((time_t)seconds), day)));
    return entry->text.ptr ? DONE : err_no_memory(err);
}

static status set_history_key(void *payload, int64_t id, const struct past *past, struct err *err)
{
    const struct history_keys *keys = payload;
    struct entry *entry = entry_of(keys->order, id);
    if (!entry)
        return DONE;
    if (keys->key == SORT_DATE)
        return set_day(keys->order, entry, past->created, err);
    if (entry->kind != KEY_ABSENT)
        return DONE;
    int64_t number = keys->key == SORT_CREATED    ? past->created
                     : keys->key == SORT_MODIFIED ? past->modified
                                                  : (int64_t)past->changes;
    if (number == 0)
        return DONE;
    entry->kind = KEY_NUMBER;
    entry->number = (double)number;
    return DONE;
}

static status read_history_keys(struct catalogue *catalogue, struct order *order, enum sort_key key, struct err *err)
{
    struct history_keys keys = {order, key};
    struct id_set ids = {0};
    status s = DONE;
    for (size_t i = 0; s == DONE && i < order->count; i++)
        if (order->entries[i].kind == KEY_ABSENT)
            s = id_set_add(&ids, order->entries[i].id, err);
    if (s == DONE && ids.count > 0)
        s = history_each_of(catalogue, &ids, set_history_key, &keys, err);
    id_set_release(&ids);
    return s;
}

/* One value of a field, and how it sorts; the text is made when a note needs it. */
struct sort_value {
    struct sv term;
    bool has_number;
    double number;
    struct sv sort_key;
};

/* Numbers in text by their value, as titles have it. */
static status make_sort_key(struct order *order, struct sort_value *value, struct err *err)
{
    struct buf key = {0};
    fold_sort_key(term_rest(value->term), &key);
    status s = buf_check(&key, err);
    if (s == DONE)
        value->sort_key = arena_copy(order->arena, buf_view(&key));
    if (s == DONE && !value->sort_key.ptr)
        s = err_no_memory(err);
    buf_release(&key);
    return s;
}

/* The first number of a field that has one, else its first text. */
static status offer(struct order *order, struct entry *entry, uint32_t ordinal, struct sort_value *value,
                    struct err *err)
{
    uint8_t kind = value->has_number ? KEY_NUMBER : KEY_TEXT;
    if (kind > entry->kind || (kind == entry->kind && ordinal >= entry->ordinal))
        return DONE;
    if (kind == KEY_TEXT && !value->sort_key.ptr) {
        status s = make_sort_key(order, value, err);
        if (s != DONE)
            return s;
    }
    entry->kind = kind;
    entry->ordinal = ordinal;
    entry->number = value->number;
    entry->text = value->sort_key;
    return DONE;
}

static status offer_row(struct order *order, const struct stmt *stmt, struct err *err)
{
    struct sort_value value = {
        .term = stmt_blob(stmt, 2), .has_number = !stmt_is_null(stmt, 3), .number = stmt_double(stmt, 3)};
    struct posting_ids ids = posting_ids(stmt_i64(stmt, 0), stmt_blob(stmt, 1));
    status s = DONE;
    if (term_rest(value.term).len == 0)
        return DONE;
    while (s == DONE && posting_ids_next(&ids)) {
        struct entry *entry = entry_of(order, ids.id);
        if (entry)
            s = offer(order, entry, ids.ordinal, &value, err);
    }
    return s == DONE ? posting_ids_check(&ids, err) : s;
}

static status read_field_keys(struct catalogue *catalogue, struct order *order, struct err *err)
{
    struct stmt *stmt;
    struct sv first, end;
    struct buf scratch = {0};
    struct sv key = fold_field_key(order->arena, &scratch, order->sort->field);
    buf_release(&scratch);
    status s = key.ptr ? term_key(order->arena, key, &first, &end, err) : err_no_memory(err);
    if (s == DONE)
        s = db_statement(catalogue->db, "SELECT first, ids, term, number FROM posting WHERE term>=?1 AND term<?2",
                         &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_blob(stmt, 1, first);
    stmt_bind_blob(stmt, 2, end);
    while ((s = stmt_step(stmt, err)) == DONE)
        if ((s = offer_row(order, stmt, err)) != DONE)
            break;
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

/* --- the first few by date --- */

/* Entries without a key come after all that have one. */
static size_t drop_absent(struct order *order)
{
    size_t kept = 0;
    for (size_t i = 0; i < order->count; i++)
        if (order->entries[i].kind != KEY_ABSENT)
            order->entries[kept++] = order->entries[i];
    return kept;
}

/* Of a row of postings of dates, those that are to be sorted. */
static status take_date(struct order *order, const struct stmt *stmt, size_t *found, struct err *err)
{
    struct posting_ids ids = posting_ids(stmt_i64(stmt, 0), stmt_blob(stmt, 1));
    struct sv date = arena_copy(order->arena, term_text(stmt_blob(stmt, 2)));
    if (!date.ptr)
        return err_no_memory(err);
    while (posting_ids_next(&ids)) {
        struct entry *entry = entry_of(order, ids.id);
        if (!entry)
            continue;
        entry->kind = KEY_TEXT;
        entry->text = date;
        ++*found;
    }
    return posting_ids_check(&ids, err);
}

/* From the one end of the index of dates, with all that share the last date. */
static status read_first_dates(struct catalogue *catalogue, struct order *order, struct err *err)
{
    static const char newest[] =
        "SELECT first, ids, term FROM posting WHERE term>=x'6401' AND term<x'65' ORDER BY term DESC";
    static const char oldest[] =
        "SELECT first, ids, term FROM posting WHERE term>=x'6401' AND term<x'65' ORDER BY term";
    _Static_assert(TERM_DATE == 0x64, "the bytes in the statements above");
    struct sv last = {0};
    size_t found = 0;
    struct stmt *stmt;
    status s = db_statement(catalogue->db, order->sort->descending ? newest : oldest, &stmt, err);
    if (s != DONE)
        return s;
    while ((s = stmt_step(stmt, err)) == DONE) {
        struct sv term = stmt_blob(stmt, 2);
        if (found >= order->limit && !sv_eq(term, last))
            break;
        last = arena_copy(order->arena, term);
        s = last.ptr ? take_date(order, stmt, &found, err) : err_no_memory(err);
        if (s != DONE)
            break;
    }
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

/* Those that say no date: history may. */
static status read_undated(struct catalogue *catalogue, struct order *order, struct err *err)
{
    struct history_keys keys = {order, SORT_DATE};
    struct id_set undated = {0};
    struct stmt *stmt;
    status s = db_statement(catalogue->db, "SELECT first, ids FROM posting WHERE term=x'6400'", &stmt, err);
    if (s == DONE)
        s = posting_collect(stmt, &undated, err);
    size_t kept = 0;
    for (size_t i = 0; i < undated.count; i++)
        if (entry_of(order, undated.ids[i]))
            undated.ids[kept++] = undated.ids[i];
    undated.count = kept;
    id_set_sort(&undated);
    if (s == DONE && undated.count > 0)
        s = history_each_of(catalogue, &undated, set_history_key, &keys, err);
    id_set_release(&undated);
    return s;
}

static bool wants_few(const struct catalogue *catalogue, const struct order *order)
{
    enum { FEW = 8, MANY = 8 };
    return order->limit > 0 && order->limit < order->count / FEW && order->count > catalogue->rows.count / MANY;
}

/* Where all notes are asked about and a few are wanted, most need not be. STOP: too few say when they are of. */
static status keep_first_dates(struct catalogue *catalogue, struct order *order, struct err *err)
{
    if (!wants_few(catalogue, order))
        return STOP;
    status s = read_first_dates(catalogue, order, err);
    if (s == DONE)
        s = read_undated(catalogue, order, err);
    size_t dated = 0;
    for (size_t i = 0; i < order->count; i++)
        dated += order->entries[i].kind != KEY_ABSENT;
    if (s == DONE && dated < order->limit)
        return STOP;
    if (s == DONE)
        order->count = drop_absent(order);
    return s;
}

static status fill_dates(struct catalogue *catalogue, struct order *order, struct err *err)
{
    status s = keep_first_dates(catalogue, order, err);
    if (s != STOP)
        return s;
    s = read_keys(catalogue, order, &by_date, err);
    return s == DONE ? read_history_keys(catalogue, order, SORT_DATE, err) : s;
}

static status fill_keys(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct order *order = payload;
    for (size_t i = 0; i < order->count; i++)
        order->entries[i].kind = KEY_ABSENT;
    switch (order->sort->key) {
    case SORT_PATH:
        return DONE;
    case SORT_TITLE:
        return read_keys(catalogue, order, &by_title, err);
    case SORT_TYPE:
        return read_keys(catalogue, order, &by_type, err);
    case SORT_WORDS:
        return read_keys(catalogue, order, &by_words, err);
    case SORT_CREATED:
    case SORT_MODIFIED:
    case SORT_CHANGES:
        return read_history_keys(catalogue, order, order->sort->key, err);
    case SORT_DATE:
        return fill_dates(catalogue, order, err);
    case SORT_FIELD:
        return read_field_keys(catalogue, order, err);
    }
    return DONE;
}

/* --- the order --- */

static int compare_keys(const struct entry *a, const struct entry *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->kind == KEY_NUMBER)
        return (a->number > b->number) - (a->number < b->number);
    return a->kind == KEY_TEXT ? sv_cmp(a->text, b->text) : 0;
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = compare_keys(a, b);
    /* What has no key comes last, whichever way the others go. */
    if (order != 0 && a->descending && a->kind != KEY_ABSENT && b->kind != KEY_ABSENT)
        order = -order;
    if (order == 0)
        order = (a->rank > b->rank) - (a->rank < b->rank);
    return order;
}

status order_notes(struct catalogue *catalogue, const struct id_set *ids, const struct sort *sort, size_t limit,
                   struct arena *arena, int64_t **ids_out, size_t *count_out, struct err *err)
{
    static const struct sort by_path = {.key = SORT_PATH};
    struct order order = {.sort = sort ? sort : &by_path, .arena = arena, .limit = limit};
    const struct rows *rows;
    status s = catalogue_rows(catalogue, &rows, err);
    if (s == DONE)
        s = history_for_sort(catalogue, order.sort->key, err);
    if (s == DONE)
        s = collect(&catalogue->rows, ids, order.sort->descending, &order, err);
    if (s == DONE && order.sort->key != SORT_PATH)
        s = catalogue_reading(catalogue, fill_keys, &order, err);
    if (s != DONE)
        return s;
    qsort(order.entries, order.count, sizeof *order.entries, compare_entries);
    *count_out = limit > 0 && limit < order.count ? limit : order.count;
    *ids_out = arena_array(arena, *count_out, sizeof **ids_out);
    for (size_t i = 0; *ids_out && i < *count_out; i++)
        (*ids_out)[i] = order.entries[i].id;
    return *ids_out ? DONE : err_no_memory(err);
}

void sort_parse(struct sv text, struct sort *sort_out)
{
    static const struct {
        const char *name;
        enum sort_key key;
        bool descending;
    } keys[] = {{"path", SORT_PATH, false},      {"title", SORT_TITLE, false},      {"date", SORT_DATE, true},
                {"created", SORT_CREATED, true}, {"modified", SORT_MODIFIED, true}, {"changes", SORT_CHANGES, true},
                {"words", SORT_WORDS, true},     {"type", SORT_TYPE, false}};
    char sign = text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+') ? text.ptr[0] : '\0';
    struct sv name = sv_from(text, sign ? 1 : 0);
    *sort_out = (struct sort){.key = SORT_FIELD, .field = name};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (sv_eq_nocase(name, sv_of(keys[i].name)))
            *sort_out = (struct sort){.key = keys[i].key, .descending = keys[i].descending};
    if (sign)
        sort_out->descending = sign == '-';
}
