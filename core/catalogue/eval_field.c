/* The built-in fields: one function each, found by the table at the end. */
#include "base/i18n.h"
#include "catalogue/eval_run.h"
#include "catalogue/fold_key.h"
#include "catalogue/query_field.h"

typedef status (*field_fn)(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err);

static status by_text(struct eval_run *run, const struct query *query, enum term_kind kind, struct id_set *out,
                      struct err *err)
{
    struct param low, high;
    status s = eval_text_bounds(run, query->text, query->quoted, &low, &high, err);
    return s == DONE ? eval_terms(run, kind, low.text, high.text, out, err) : s;
}

static status by_value(struct eval_run *run, const struct query *query, const char *key, struct id_set *out,
                       struct err *err)
{
    struct param low, high;
    status s = eval_text_bounds(run, query->text, query->quoted, &low, &high, err);
    return s == DONE ? eval_values(run, sv_of(key), low.text, high.text, out, err) : s;
}

static status by_type(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    status s = by_text(run, query, TERM_TYPE, out, err);
    /* A type that is not declared anywhere makes a `note`, but keeps its name. */
    return s == DONE ? by_value(run, query, "type", out, err) : s;
}

/* `tag:a` is `a` and everything below it. */
static status by_tag(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    struct param low, high;
    struct sv text = sv_trim(query->text);
    while (sv_starts(text, SV("#")))
        text = sv_from(text, 1);
    while (sv_ends(text, SV("/")))
        text = sv_sub(text, 0, text.len - 1);
    status s = eval_text_bounds(run, text, query->quoted, &low, &high, err);
    if (s == DONE)
        s = eval_terms(run, TERM_TAG, low.text, high.text, out, err);
    if (s != DONE)
        return s;
    struct sv below = arena_printf(&run->arena, "%.*s/", SV_ARG(low.text));
    struct sv last = arena_printf(&run->arena, "%.*s/" TERM_LAST, SV_ARG(low.text));
    return below.ptr && last.ptr ? eval_terms(run, TERM_TAG, below, last, out, err) : err_no_memory(err);
}

/* --- by what the rows in memory say --- */

typedef bool (*row_test)(struct eval_run *run, const struct row *row, struct sv text, bool prefix);

static status by_rows(struct eval_run *run, struct sv text, bool prefix, row_test test, struct id_set *out,
                      struct err *err)
{
    const struct rows *rows = &run->catalogue->rows;
    status s = DONE;
    for (size_t i = 0; s == DONE && i < rows->count; i++) {
        const struct row *row = &rows->items[rows->by_id[i]];
        if (row_is_note(row) && test(run, row, text, prefix))
            s = id_set_add(out, row->id, err);
    }
    return s;
}

/* Takes a '*' off the end of an unquoted text. */
static struct sv without_star(const struct query *query, bool *prefix_out)
{
    *prefix_out = !query->quoted && sv_ends(query->text, SV("*"));
    return *prefix_out ? sv_sub(query->text, 0, query->text.len - 1) : query->text;
}

static bool is_in(struct eval_run *run, const struct row *row, struct sv text, bool prefix)
{
    (void)run;
    if (prefix)
        return sv_starts(row_path(row), text);
    if (text.len == 0 || sv_eq(row_path(row), text) || sv_eq(without_note_suffix(row_path(row)), text))
        return true;
    return sv_starts(row_path(row), text) && row_path(row).ptr[text.len] == '/';
}

static status by_folder(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    bool prefix;
    struct sv text = without_star(query, &prefix);
    while (sv_starts(text, SV("./")))
        text = sv_from(text, 2);
    while (sv_starts(text, SV("/")))
        text = sv_from(text, 1);
    while (!prefix && sv_ends(text, SV("/")))
        text = sv_sub(text, 0, text.len - 1);
    return by_rows(run, sv_eq_c(text, ".") ? SV("") : text, prefix, is_in, out, err);
}

static bool is_of_space(struct eval_run *run, const struct row *row, struct sv text, bool prefix)
{
    struct sv name = vault_space_of(run->catalogue->vault, row_path(row))->name;
    return prefix ? sv_starts(name, text) : sv_eq(name, text);
}

static status by_space(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    bool prefix;
    struct sv text = without_star(query, &prefix);
    if (!prefix && !vault_space(run->catalogue->vault, text))
        eval_warn(run, _("there is no space '%.*s'"), SV_ARG(text));
    return by_rows(run, text, prefix, is_of_space, out, err);
}

static bool has_visibility(struct eval_run *run, const struct row *row, struct sv text, bool prefix)
{
    (void)prefix;
    return sv_eq_nocase(sv_of(visibility_name(row_visibility(run->catalogue, row))), text);
}

static status by_visibility(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    return by_rows(run, query->text, false, has_visibility, out, err);
}

/* --- dates --- */

static status by_span(struct eval_run *run, const struct query *query, const char *sql, struct id_set *out,
                      struct err *err)
{
    struct param params[2];
    status s = eval_date_bounds(run, query, &params[0], &params[1], err);
    return s == DONE ? eval_select(run, sql, params, 2, out, err) : s;
}

static status by_date(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    struct query plain = *query;
    if (sv_eq_c(query->field, "before"))
        plain.op = QUERY_LT;
    else if (sv_eq_c(query->field, "after"))
        plain.op = QUERY_GT;
    struct param low, high;
    status s = eval_date_bounds(run, &plain, &low, &high, err);
    if (s == DONE)
        s = eval_terms(run, TERM_DATE, low.text, high.text, out, err);
    return s == DONE ? eval_undated(run, &plain, out, err) : s;
}

/* --- the rest --- */

/* `lang:pl` is pl and pl-PL. */
static status by_lang(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    struct param low, high;
    status s = eval_text_bounds(run, query->text, query->quoted, &low, &high, err);
    if (s == DONE)
        s = eval_terms(run, TERM_LANG, low.text, high.text, out, err);
    if (s != DONE)
        return s;
    struct sv below = arena_printf(&run->arena, "%.*s-", SV_ARG(low.text));
    struct sv last = arena_printf(&run->arena, "%.*s-" TERM_LAST, SV_ARG(low.text));
    return below.ptr && last.ptr ? eval_terms(run, TERM_LANG, below, last, out, err) : err_no_memory(err);
}

/* Stems or aliases. */
static status by_name(struct eval_run *run, const struct query *query, struct sv of, struct id_set *out,
                      struct err *err)
{
    struct param params[3] = {[2] = param_bytes(of)};
    status s = eval_text_bounds(run, query->text, query->quoted, &params[0], &params[1], err);
    if (s != DONE)
        return s;
    params[0] = param_bytes(eval_term(run, TERM_NAME, params[0].text, SV("")));
    params[1] = param_bytes(eval_term(run, TERM_NAME, params[1].text, SV("\xff")));
    if (!params[0].text.ptr || !params[1].text.ptr)
        return err_no_memory(err);
    return eval_postings(run, "SELECT first, ids FROM posting WHERE term BETWEEN ?1 AND ?2 AND substr(term, -1)=?3",
                         params, 3, out, err);
}

static status by_handle(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    return by_name(run, query, SV("s"), out, err);
}

static status by_alias(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    return by_name(run, query, SV("a"), out, err);
}

static status by_task(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    if (sv_eq_nocase(query->text, SV("open")))
        return eval_select(run, "SELECT DISTINCT note FROM task WHERE done=0", NULL, 0, out, err);
    if (sv_eq_nocase(query->text, SV("done")))
        return eval_select(run, "SELECT DISTINCT note FROM task WHERE done=1", NULL, 0, out, err);
    if (sv_eq_nocase(query->text, SV("any")))
        return eval_select(run, "SELECT DISTINCT note FROM task", NULL, 0, out, err);
    return by_span(run, query, "SELECT DISTINCT note FROM task WHERE done=0 AND due BETWEEN ?1 AND ?2", out, err);
}

static status by_words(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    struct param params[2];
    if (!eval_number_bounds(query, &params[0], &params[1]))
        return err_set(err, USAGE, _("'%.*s' is not a number"), SV_ARG(query->text));
    return eval_select(run, "SELECT id FROM note WHERE words BETWEEN ?1 AND ?2", params, 2, out, err);
}

static const struct {
    enum query_field_id id;
    field_fn fn;
} fields[] = {
    {QUERY_FIELD_TYPE, by_type},
    {QUERY_FIELD_TAG, by_tag},
    {QUERY_FIELD_IN, by_folder},
    {QUERY_FIELD_SPACE, by_space},
    {QUERY_FIELD_MENTOR, eval_by_charter},
    {QUERY_FIELD_MENTEE, eval_by_charter},
    {QUERY_FIELD_LINK, eval_linking_to},
    {QUERY_FIELD_LINKED, eval_linked_from},
    {QUERY_FIELD_BEFORE, by_date},
    {QUERY_FIELD_AFTER, by_date},
    {QUERY_FIELD_ON, by_date},
    {QUERY_FIELD_DATE, by_date},
    {QUERY_FIELD_CREATED, eval_created},
    {QUERY_FIELD_MODIFIED, eval_modified},
    {QUERY_FIELD_CHANGED, eval_changed},
    {QUERY_FIELD_CHANGES, eval_changes},
    {QUERY_FIELD_AUTHOR, eval_author},
    {QUERY_FIELD_LANG, by_lang},
    {QUERY_FIELD_HANDLE, by_handle},
    {QUERY_FIELD_ALIAS, by_alias},
    {QUERY_FIELD_TASK, by_task},
    {QUERY_FIELD_VISIBILITY, by_visibility},
    {QUERY_FIELD_WORDS, by_words},
};

status eval_field(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    enum query_field_id id = query_field_find(query->field)->id;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i].id == id)
            return fields[i].fn(run, query, out, err);
    return eval_key(run, query, query->field, out, err);
}

/* --- has: --- */

/* Any term of this kind. */
static const struct {
    enum query_field_id id;
    const char *sql;
} posted[] = {
    {QUERY_FIELD_TAG, "SELECT first, ids FROM posting WHERE term>=x'74' AND term<x'75'"},
    {QUERY_FIELD_ALIAS, "SELECT first, ids FROM posting WHERE term>=x'6e' AND term<x'6f' AND substr(term, -1)=x'61'"},
    {QUERY_FIELD_LINK, "SELECT first, ids FROM posting WHERE term>=x'77' AND term<x'78'"},
    {QUERY_FIELD_HEADING, "SELECT first, ids FROM posting WHERE term>=x'68' AND term<x'69'"},
    {QUERY_FIELD_LANG, "SELECT first, ids FROM posting WHERE term>=x'6c01' AND term<x'6d'"},
};
_Static_assert(TERM_TAG == 0x74 && TERM_NAME == 0x6e && NAME_ALIAS == 0x61 && TERM_WANT == 0x77 &&
                   TERM_HEADED == 0x68 && TERM_LANG == 0x6c,
               "the bytes in the statements above");

static const struct {
    enum query_field_id id;
    const char *sql;
} presence[] = {
    {QUERY_FIELD_TASK, "SELECT DISTINCT note FROM task"}, {QUERY_FIELD_WORDS, "SELECT id FROM note WHERE words>0"},
    {QUERY_FIELD_HANDLE, "SELECT id FROM note"},          {QUERY_FIELD_IN, "SELECT id FROM note"},
    {QUERY_FIELD_SPACE, "SELECT id FROM note"},
};

status eval_has(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    enum query_field_id id = query_field_find(query->field)->id;
    if (id == QUERY_FIELD_LINKED)
        return eval_has_links_back(run, out, err);
    if (id == QUERY_FIELD_DATE || id == QUERY_FIELD_CREATED || id == QUERY_FIELD_MODIFIED ||
        id == QUERY_FIELD_CHANGED || id == QUERY_FIELD_CHANGES)
        return eval_has_history(run, id, out, err);
    for (size_t i = 0; i < sizeof posted / sizeof *posted; i++)
        if (posted[i].id == id)
            return eval_postings(run, posted[i].sql, NULL, 0, out, err);
    for (size_t i = 0; i < sizeof presence / sizeof *presence; i++)
        if (presence[i].id == id)
            return eval_select(run, presence[i].sql, NULL, 0, out, err);
    return eval_has_key(run, query->field, out, err);
}
