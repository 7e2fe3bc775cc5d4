/* Fields that follow links. */
#include "base/i18n.h"
#include "catalogue/eval_run.h"
#include "catalogue/fold_key.h"
#include "catalogue/handle.h"

struct collector {
    struct eval_run *run;
    struct id_set *out;
    const char *key; /* links of this front matter field only; NULL: any */
    bool back;       /* collect where links come from, else where they lead to */
};

static status collect(void *payload, const struct link_record *link, struct err *err)
{
    struct collector *collector = payload;
    if (link->to_id == 0 || !eval_may_see(collector->run, link->from_id) || !eval_may_see(collector->run, link->to_id))
        return DONE;
    if ((collector->key && !(link->kind == LINK_FIELD && sv_eq_c(link->key, collector->key))))
        return DONE;
    return id_set_add(collector->out, collector->back ? link->from_id : link->to_id, err);
}

static status collect_links(struct eval_run *run, int64_t note, struct collector *collector, struct err *err)
{
    struct link_filter filter = {.note = note, .back = collector->back};
    return catalogue_links(run->catalogue, &filter, collect, collector, err);
}

/* The note that the query names. Where there is none, NOT_FOUND. */
static status named_note(struct eval_run *run, const struct query *query, int64_t *id_out, struct err *err)
{
    status s = handle_find_quietly(run->catalogue, query->text, id_out, err);
    return s == DONE && !eval_may_see(run, *id_out) ? NOT_FOUND : s;
}

static status calling_for(struct eval_run *run, int64_t name, struct id_set *out, struct err *err)
{
    buf_clear(&run->scratch);
    term_put_number(&run->scratch, TERM_WANT, (uint64_t)name);
    struct param term = param_bytes(arena_copy(&run->arena, buf_view(&run->scratch)));
    if (run->scratch.failed || !term.text.ptr)
        return err_no_memory(err);
    return eval_postings(run, "SELECT first, ids FROM posting WHERE term=?1", &term, 1, out, err);
}

status eval_linking_to(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    int64_t id;
    struct collector collector = {.run = run, .out = out, .back = true};
    status s = named_note(run, query, &id, err);
    if (s == DONE)
        s = collect_links(run, id, &collector, err);
    else if (s == NOT_FOUND) {
        /* Links to what is not there, or to one of several, by the words they use. */
        struct sv text = without_note_suffix(bare_target(query->text));
        struct sv fold = fold_copy(&run->arena, &run->scratch, text);
        s = fold.ptr ? calling_for(run, name_hash(fold), out, err) : err_no_memory(err);
        if (s == DONE)
            eval_warn(run, _("no single note is called '%.*s'"), SV_ARG(query->text));
    }
    id_set_sort(out);
    return s;
}

status eval_linked_from(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    int64_t id;
    struct collector collector = {.run = run, .out = out};
    status s = named_note(run, query, &id, err);
    if (s == NOT_FOUND) {
        eval_warn(run, _("no single note is called '%.*s'"), SV_ARG(query->text));
        return DONE;
    }
    if (s == DONE)
        s = collect_links(run, id, &collector, err);
    id_set_sort(out);
    return s;
}

status eval_has_links_back(struct eval_run *run, struct id_set *out, struct err *err)
{
    struct collector collector = {.run = run, .out = out};
    status s = collect_links(run, 0, &collector, err);
    id_set_sort(out);
    return s;
}

/* --- mentor:, mentee: --- */

/* Notes whose field `key` refers to one of `to`, without those that say themselves. */
static status inherit(struct eval_run *run, const struct id_set *to, const char *key, const struct id_set *own,
                      struct id_set *out, struct err *err)
{
    struct collector collector = {.run = run, .out = out, .key = key, .back = true};
    status s = DONE;
    for (size_t i = 0; s == DONE && i < to->count; i++)
        s = collect_links(run, to->ids[i], &collector, err);
    id_set_sort(out);
    id_set_subtract(out, own);
    return s;
}

static status charters_among(struct eval_run *run, const struct id_set *notes, struct id_set *out, struct err *err)
{
    status s = eval_terms(run, TERM_TYPE, SV("charter"), SV("charter"), out, err);
    id_set_intersect(out, notes);
    return s;
}

status eval_by_charter(struct eval_run *run, const struct query *query, struct id_set *out, struct err *err)
{
    struct id_set charters = {0}, own = {0}, sessions = {0}, logs = {0};
    status s = eval_key(run, query, query->field, out, err);
    if (s == DONE)
        s = charters_among(run, out, &charters, err);
    if (s == DONE)
        s = eval_values(run, query->field, SV(""), SV("\xff"), &own, err);
    /* Sessions and feedback name their charter, logs their session. */
    if (s == DONE)
        s = inherit(run, &charters, "charter", &own, &sessions, err);
    if (s == DONE)
        s = inherit(run, &sessions, "session", &own, &logs, err);
    if (s == DONE)
        s = id_set_unite(out, &sessions, err);
    if (s == DONE)
        s = id_set_unite(out, &logs, err);
    id_set_release(&charters);
    id_set_release(&own);
    id_set_release(&sessions);
    id_set_release(&logs);
    return s;
}
