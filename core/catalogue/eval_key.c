/* Front matter keys. */
#include "base/i18n.h"
#include "catalogue/eval_run.h"
#include "catalogue/fold_key.h"

enum {
    KEY_FIRST,
    KEY_END,
    TEXT_LOW,
    TEXT_HIGH,
    REFERENCE,
    NUMBER_LOW,
    NUMBER_HIGH,
    DATE_LOW,
    DATE_HIGH,
    EXCEPT,
    PARAM_COUNT
};

/* Terms of the key itself, then of keys inside it. */
enum { OWN_FIRST, OWN_END, INNER_FIRST, INNER_END, RANGE_COUNT };

static status key_ranges(struct eval_run *run, struct sv key, struct param *params, struct err *err)
{
    struct sv first, behind;
    status s = term_key(&run->arena, key, &first, &behind, err);
    if (s != DONE)
        return s;
    params[OWN_FIRST] = param_bytes(first);
    params[OWN_END] = param_bytes(behind);
    s = term_inner_keys(&run->arena, key, &first, &behind, err);
    params[INNER_FIRST] = param_bytes(first);
    params[INNER_END] = param_bytes(behind);
    return s;
}

static status warn_unknown(struct eval_run *run, struct sv name, struct err *err)
{
    bool known = true;
    status s = catalogue_knows_field(run->catalogue, name, &known, err);
    if (s == DONE && !known)
        eval_warn(run, _("no note has a field '%.*s'"), SV_ARG(name));
    return s;
}

/* `field:>text`: by folded letters, where neither numbers nor dates are meant. */
static status text_order(struct eval_run *run, const struct query *query, struct param *params, struct err *err)
{
    struct sv low = fold_copy(&run->arena, &run->scratch, query->text);
    struct sv high = fold_copy(&run->arena, &run->scratch, query->text_to);
    static const char last[] = "\xf4\x8f\xbf\xbf";
    if (!low.ptr || !high.ptr)
        return err_no_memory(err);
    bool below = query->op == QUERY_LT || query->op == QUERY_LE;
    if (query->op != QUERY_RANGE)
        high = below ? low : sv_of(last);
    else if (query->text_to.len == 0)
        high = sv_of(last);
    params[TEXT_LOW] = param_text(below ? SV("") : low);
    params[TEXT_HIGH] = param_text(high);
    if (query->op == QUERY_LT || query->op == QUERY_GT)
        params[EXCEPT] = param_text(low);
    return DONE;
}

static status fill_params(struct eval_run *run, const struct query *query, struct param *params, struct err *err)
{
    status s = DONE;
    bool number = !query->quoted && eval_number_bounds(query, &params[NUMBER_LOW], &params[NUMBER_HIGH]);
    bool dates = date_is_set(query->dates.first) || date_is_set(query->dates.last);
    if (dates)
        s = eval_date_bounds(run, query, &params[DATE_LOW], &params[DATE_HIGH], err);
    if (s != DONE || (query->op != QUERY_EQ && (number || dates)))
        return s;
    if (query->op != QUERY_EQ)
        return text_order(run, query, params, err);
    s = eval_text_bounds(run, query->text, query->quoted, &params[TEXT_LOW], &params[TEXT_HIGH], err);
    struct sv reference = fold_reference(&run->arena, &run->scratch, query->text);
    if (s == DONE && !reference.ptr)
        s = err_no_memory(err);
    /* A reference is stored as its handle, however it was written. */
    if (s == DONE && !sv_eq(reference, params[TEXT_LOW].text))
        params[REFERENCE] = param_text(reference);
    return s;
}

/* Texts become terms of the key, and the key its range. */
static status make_terms(struct eval_run *run, struct sv key, struct param *params, struct err *err)
{
    static const size_t texts[] = {TEXT_LOW, TEXT_HIGH, REFERENCE, EXCEPT};
    struct param ranges[RANGE_COUNT];
    status s = key_ranges(run, key, ranges, err);
    params[KEY_FIRST] = ranges[OWN_FIRST];
    params[KEY_END] = ranges[OWN_END];
    for (size_t i = 0; s == DONE && i < sizeof texts / sizeof *texts; i++) {
        struct param *param = &params[texts[i]];
        if (param->kind == PARAM_NULL)
            continue;
        *param = param_bytes(eval_term(run, TERM_FIELD, key, param->text));
        s = param->text.ptr ? DONE : err_no_memory(err);
    }
    return s;
}

/* Numbers and dates are looked for among all values of the key; texts are found where they stand. */
status eval_key(struct eval_run *run, const struct query *query, struct sv name, struct id_set *out, struct err *err)
{
    static const char by_text[] = "SELECT first, ids FROM posting WHERE term BETWEEN ?3 AND ?4 AND term IS NOT ?10"
                                  " UNION ALL SELECT first, ids FROM posting WHERE term=?5";
    static const char by_value[] =
        "SELECT first, ids FROM posting WHERE term>=?1 AND term<?2 AND (number BETWEEN ?6 AND ?7"
        " OR date BETWEEN ?8 AND ?9)";
    struct param params[PARAM_COUNT] = {0};
    struct sv key = fold_field_key(&run->arena, &run->scratch, name);
    if (!key.ptr)
        return err_no_memory(err);
    status s = fill_params(run, query, params, err);
    if (s == DONE)
        s = warn_unknown(run, name, err);
    if (s == DONE)
        s = make_terms(run, key, params, err);
    if (s == DONE)
        s = eval_postings(run, by_text, params, PARAM_COUNT, out, err);
    bool values = params[NUMBER_LOW].kind != PARAM_NULL || params[DATE_LOW].kind != PARAM_NULL;
    return s == DONE && values ? eval_postings(run, by_value, params, PARAM_COUNT - 1, out, err) : s;
}

status eval_has_key(struct eval_run *run, struct sv name, struct id_set *out, struct err *err)
{
    struct param params[RANGE_COUNT];
    struct sv key = fold_field_key(&run->arena, &run->scratch, name);
    if (!key.ptr)
        return err_no_memory(err);
    status s = warn_unknown(run, name, err);
    if (s == DONE)
        s = key_ranges(run, key, params, err);
    return s == DONE ? eval_postings(run,
                                     "SELECT first, ids FROM posting WHERE term>=?1 AND term<?2 UNION ALL"
                                     " SELECT first, ids FROM posting WHERE term>=?3 AND term<?4",
                                     params, RANGE_COUNT, out, err)
                     : s;
}
