#include "catalogue/eval_run.h"
#include "catalogue/fold_key.h"

#include <math.h>

struct param param_text(struct sv text)
{
    return (struct param){.kind = PARAM_TEXT, .text = text};
}

struct param param_number(double number)
{
    return (struct param){.kind = PARAM_NUMBER, .number = number};
}

struct param param_bytes(struct sv bytes)
{
    return (struct param){.kind = PARAM_BYTES, .text = bytes};
}

struct selection {
    const char *sql;
    const struct param *params;
    size_t count;
    size_t kept; /* ids that were in `out` before */
    struct id_set *out;
};

static status start(struct catalogue *catalogue, const struct selection *selection, struct stmt **stmt, struct err *err)
{
    status s = db_statement(catalogue->db, selection->sql, stmt, err);
    for (size_t i = 0; s == DONE && i < selection->count; i++) {
        const struct param *param = &selection->params[i];
        if (param->kind == PARAM_TEXT)
            stmt_bind_text(*stmt, (int)i + 1, param->text);
        else if (param->kind == PARAM_NUMBER)
            stmt_bind_double(*stmt, (int)i + 1, param->number);
        else if (param->kind == PARAM_BYTES)
            stmt_bind_blob(*stmt, (int)i + 1, param->text);
    }
    return s;
}

static status read_ids(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct selection *selection = payload;
    struct stmt *stmt;
    selection->out->count = selection->kept;
    status s = start(catalogue, selection, &stmt, err);
    if (s != DONE)
        return s;
    while ((s = stmt_step(stmt, err)) == DONE)
        if ((s = id_set_add(selection->out, stmt_i64(stmt, 0), err)) != DONE)
            break;
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

status eval_select(struct eval_run *run, const char *sql, const struct param *params, size_t count, struct id_set *out,
                   struct err *err)
{
    struct selection selection = {.sql = sql, .params = params, .count = count, .kept = out->count, .out = out};
    status s = catalogue_reading(run->catalogue, read_ids, &selection, err);
    id_set_sort(out);
    return s;
}

static status read_postings(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct selection *selection = payload;
    struct stmt *stmt;
    selection->out->count = selection->kept;
    status s = start(catalogue, selection, &stmt, err);
    return s == DONE ? posting_collect(stmt, selection->out, err) : s;
}

status eval_postings(struct eval_run *run, const char *sql, const struct param *params, size_t count,
                     struct id_set *out, struct err *err)
{
    struct selection selection = {.sql = sql, .params = params, .count = count, .kept = out->count, .out = out};
    status s = catalogue_reading(run->catalogue, read_postings, &selection, err);
    id_set_sort(out);
    return s;
}

struct sv eval_term(struct eval_run *run, enum term_kind kind, struct sv text, struct sv rest)
{
    buf_clear(&run->scratch);
    term_put(&run->scratch, kind, text);
    buf_put(&run->scratch, rest);
    return run->scratch.failed ? (struct sv){0} : arena_copy(&run->arena, buf_view(&run->scratch));
}

static status by_range(struct eval_run *run, struct sv low, struct sv behind, struct id_set *out, struct err *err)
{
    struct param params[] = {param_bytes(low), param_bytes(behind)};
    if (!low.ptr || !behind.ptr)
        return err_no_memory(err);
    return eval_postings(run, "SELECT first, ids FROM posting WHERE term>=?1 AND term<?2", params, 2, out, err);
}

status eval_terms(struct eval_run *run, enum term_kind kind, struct sv low, struct sv high, struct id_set *out,
                  struct err *err)
{
    struct sv first = eval_term(run, kind, low, SV("")), last = eval_term(run, kind, high, SV(""));
    return by_range(run, first, last.ptr ? term_end(&run->arena, last) : last, out, err);
}

status eval_values(struct eval_run *run, struct sv key, struct sv low, struct sv high, struct id_set *out,
                   struct err *err)
{
    /* A zero behind the last one makes the range include it. */
    struct sv first = eval_term(run, TERM_FIELD, key, low), last = eval_term(run, TERM_FIELD, key, high);
    return by_range(run, first, last.ptr ? sv_make(last.ptr, last.len + 1) : last, out, err);
}

/* --- bounds --- */

status eval_text_bounds(struct eval_run *run, struct sv text, bool quoted, struct param *low, struct param *high,
                        struct err *err)
{
    text = sv_trim(text);
    bool prefix = !quoted && sv_ends(text, SV("*"));
    struct sv fold = fold_copy(&run->arena, &run->scratch, prefix ? sv_sub(text, 0, text.len - 1) : text);
    /* No text sorts behind the last code point. */
    struct sv end = prefix && fold.ptr ? arena_printf(&run->arena, "%.*s\xf4\x8f\xbf\xbf", SV_ARG(fold)) : fold;
    if (!fold.ptr || !end.ptr)
        return err_no_memory(err);
    *low = param_text(fold);
    *high = param_text(end);
    return DONE;
}

static struct sv iso(struct eval_run *run, struct date date, const char *absent)
{
    char text[DATE_TEXT_SIZE];
    return arena_copy(&run->arena, date_is_set(date) ? sv_of(date_format(date, text)) : sv_of(absent));
}

status eval_date_bounds(struct eval_run *run, const struct query *query, struct param *low, struct param *high,
                        struct err *err)
{
    struct date first = query->dates.first, last = query->dates.last;
    const struct date open = {0};
    if (query->op == QUERY_LT || query->op == QUERY_LE)
        last = query->op == QUERY_LT ? date_add_days(first, -1) : last;
    else if (query->op == QUERY_GT || query->op == QUERY_GE)
        first = query->op == QUERY_GT ? date_add_days(last, 1) : first;
    if (query->op == QUERY_LT || query->op == QUERY_LE)
        first = open;
    if (query->op == QUERY_GT || query->op == QUERY_GE)
        last = open;
    struct sv from = iso(run, first, "0000-01-01"), to = iso(run, last, "9999-12-31");
    if (!from.ptr || !to.ptr)
        return err_no_memory(err);
    *low = param_text(from);
    *high = param_text(to);
    return DONE;
}

bool eval_number_bounds(const struct query *query, struct param *low, struct param *high)
{
    double from = -INFINITY, to = INFINITY;
    if (query->op == QUERY_RANGE) {
        if ((query->text.len > 0 && !sv_to_double(query->text, &from)) ||
            (query->text_to.len > 0 && !sv_to_double(query->text_to, &to)))
            return false;
    } else {
        double number;
        if (!sv_to_double(query->text, &number))
            return false;
        if (query->op == QUERY_EQ || query->op == QUERY_GE || query->op == QUERY_GT)
            from = query->op == QUERY_GT ? nextafter(number, INFINITY) : number;
        if (query->op == QUERY_EQ || query->op == QUERY_LE || query->op == QUERY_LT)
            to = query->op == QUERY_LT ? nextafter(number, -INFINITY) : number;
    }
    *low = param_number(from);
    *high = param_number(to);
    return true;
}
