/* Links, tags, headings and tasks, as asked for. */
#include "catalogue/id_set.h"
#include "catalogue/internal.h"
#include "catalogue/resolve.h"

enum { CHUNK = 256 };

/* --- links --- */

struct link_job {
    struct resolver resolver;
    struct arena arena; /* of one chunk */
    const struct row **rows;
    size_t row_count;
    struct found_links links;
};

static status read_links(struct catalogue *catalogue, void *payload, struct err *err)
{
    (void)catalogue;
    struct link_job *job = payload;
    status s = DONE;
    arena_reset(&job->arena);
    job->links = (struct found_links){0};
    for (size_t i = 0; s == DONE && i < job->row_count; i++)
        s = resolver_links(&job->resolver, job->rows[i], &job->arena, &job->links, err);
    return s;
}

static bool is_wanted(const struct found_link *found, const struct link_filter *filter)
{
    if (found->link.external && !filter->external)
        return false;
    if (filter->unresolved_only && !found_link_is_unresolved(found))
        return false;
    if (filter->note == 0 || !filter->back)
        return true;
    /* A link to a place in its own note is no link back. */
    bool within = found->link.target.len == 0;
    return found->to && found->to->id == filter->note && !within;
}

static status hand_on(const struct found_link *found, link_fn fn, void *payload, struct err *err)
{
    struct link_record record = {.from_id = found->from->id,
                                 .to_id = found->to ? found->to->id : 0,
                                 .from = row_path(found->from),
                                 .to = found->to ? row_path(found->to) : found->attachment,
                                 .target = found->link.target,
                                 .anchor = found->link.anchor,
                                 .label = found->link.label,
                                 .key = found->link.key,
                                 .kind = found->link.kind,
                                 .external = found->link.external,
                                 .ambiguous = found->ambiguous,
                                 .line = found->link.line,
                                 .column = found->link.column};
    return fn(payload, &record, err);
}

static status chunk_links(struct catalogue *catalogue, struct link_job *job, const struct link_filter *filter,
                          link_fn fn, void *payload, struct err *err)
{
    status s = catalogue_reading(catalogue, read_links, job, err);
    if (s == DONE)
        s = found_links_attach(catalogue, &job->links, err);
    for (size_t i = 0; s == DONE && i < job->links.count; i++)
        if (is_wanted(&job->links.items[i], filter))
            s = hand_on(&job->links.items[i], fn, payload, err);
    return s;
}

struct callers {
    int64_t id;
    struct id_set ids;
};

static status read_callers(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct callers *callers = payload;
    struct resolver resolver;
    callers->ids.count = 0;
    resolver_init(&resolver, catalogue);
    status s = resolver_callers(&resolver, callers->id, &callers->ids, err);
    resolver_release(&resolver);
    return s;
}

/* Whose links are to be looked at, in order of paths: one note, those that call for it, or all. */
static status rows_to_read(struct catalogue *catalogue, const struct link_filter *filter, struct arena *arena,
                           const struct row ***rows_out, size_t *count_out, struct err *err)
{
    const struct rows *rows;
    struct callers callers = {.id = filter->note};
    status s = catalogue_rows(catalogue, &rows, err);
    if (s == DONE && filter->note != 0 && filter->back)
        s = catalogue_reading(catalogue, read_callers, &callers, err);
    else if (s == DONE && filter->note != 0)
        s = id_set_add(&callers.ids, filter->note, err);
    rows = &catalogue->rows;
    *count_out = 0;
    *rows_out = s == DONE ? arena_array(arena, rows->count, sizeof **rows_out) : NULL;
    for (size_t i = 0; *rows_out && i < rows->count; i++) {
        bool wanted = filter->note == 0 || id_set_has(&callers.ids, rows->items[i].id);
        if (wanted && row_is_note(&rows->items[i]))
            (*rows_out)[(*count_out)++] = &rows->items[i];
    }
    id_set_release(&callers.ids);
    return s != DONE || *rows_out ? s : err_no_memory(err);
}

status catalogue_links(struct catalogue *catalogue, const struct link_filter *filter, link_fn fn, void *payload,
                       struct err *err)
{
    struct arena arena;
    const struct row **rows;
    size_t count;
    struct link_job job = {0};
    arena_init(&arena);
    arena_init(&job.arena);
    resolver_init(&job.resolver, catalogue);
    status s = rows_to_read(catalogue, filter, &arena, &rows, &count, err);
    for (size_t begin = 0; s == DONE && begin < count; begin += CHUNK) {
        job.rows = rows + begin;
        job.row_count = count - begin < CHUNK ? count - begin : CHUNK;
        s = chunk_links(catalogue, &job, filter, fn, payload, err);
    }
    resolver_release(&job.resolver);
    arena_release(&job.arena);
    arena_release(&arena);
    return s;
}

struct question {
    int64_t from;
    struct sv target;
    int64_t answer;
};

static status answer(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct question *question = payload;
    struct resolver resolver;
    struct resolution resolution = {0};
    resolver_init(&resolver, catalogue);
    const struct row *from = rows_by_id(&catalogue->rows, question->from);
    status s = resolver_find(&resolver, from, question->target, &resolution, err);
    question->answer = resolution.row ? resolution.row->id : 0;
    resolver_release(&resolver);
    return s;
}

status catalogue_resolve(struct catalogue *catalogue, int64_t from, struct sv target, int64_t *id_out, struct err *err)
{
    const struct rows *rows;
    struct question question = {.from = from, .target = target};
    status s = catalogue_rows(catalogue, &rows, err);
    if (s == DONE)
        s = catalogue_reading(catalogue, answer, &question, err);
    *id_out = question.answer;
    return s == DONE && question.answer == 0 ? NOT_FOUND : s;
}
