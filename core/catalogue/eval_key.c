/* Front matter keys. */
#include "base/i18n.h"
#include "catalogue/eval_run.h"
#include "catalogue/fold_key.h"

enum { KEY, TEXT_LOW, TEXT_HIGH, REFERENCE, NUMBER_LOW, NUMBER_HIGH, DATE_LOW, DATE_HIGH, EXCEPT, PARAM_COUNT };

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

status eval_key(struct eval_run *run, const struct query *query, struct sv name, struct id_set *out, struct err *err)
{
    struct param params[PARAM_COUNT] = {0};
    struct sv key = fold_field_key(&run->arena, &run->scratch, name);
    if (!key.ptr)
        return err_no_memory(err);
    params[KEY] = param_text(key);
    status s = fill_params(run, query, params, err);
    if (s == DONE)
        s = warn_unknown(run, name, err);
    if (s == DONE)
        s = eval_select(run,
                        "SELECT DISTINCT note FROM field WHERE key=?1 AND ((fold BETWEEN ?2 AND ?3 AND fold IS NOT ?9)"
                        " OR fold=?4 OR number BETWEEN ?5 AND ?6 OR date BETWEEN ?7 AND ?8)",
                        params, PARAM_COUNT, out, err);
    return s;
}

status eval_has_key(struct eval_run *run, struct sv name, struct id_set *out, struct err *err)
{
    struct sv key = fold_field_key(&run->arena, &run->scratch, name);
    if (!key.ptr)
        return err_no_memory(err);
    /* '/' is the character behind '.': what is between the two is inside the key. */
    struct param params[] = {param_text(key), param_text(arena_printf(&run->arena, "%.*s.", SV_ARG(key))),
                             param_text(arena_printf(&run->arena, "%.*s/", SV_ARG(key)))};
    if (!params[1].text.ptr || !params[2].text.ptr)
        return err_no_memory(err);
    status s = warn_unknown(run, name, err);
    return s == DONE ? eval_select(run, "SELECT DISTINCT note FROM field WHERE key=?1 OR (key>?2 AND key<?3)", params,
                                   3, out, err)
                     : s;
}
