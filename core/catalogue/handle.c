#include "catalogue/handle.h"

#include "base/i18n.h"
#include "catalogue/fold_key.h"
#include "catalogue/posting.h"
#include "catalogue/resolve.h"
#include "catalogue/terms.h"
#include "note/near.h"

enum { SHOWN_MAX = 8, NEAR_MAX = 3, NEAR_DISTANCE = 2 };

/* --- as shown --- */

status short_handle(struct catalogue *catalogue, const struct row *row, struct sv *handle_out, struct err *err)
{
    const struct rows *rows;
    status s = catalogue_rows(catalogue, &rows, err);
    if (s != DONE)
        return s;
    *handle_out = rows_own_end(rows, row);
    /* The whole path is the end of another one, and as a path it comes first; unless only the suffixes differ. */
    if (handle_out->len == 0)
        *handle_out = sv_ends(row_path(row), SV(".md")) ? without_note_suffix(row_path(row)) : row_path(row);
    return DONE;
}

/* --- as typed --- */

struct search {
    const struct space *only; /* NULL: all spaces */
    struct sv text;
    bool prefix;
    struct arena arena;
    const struct row *rows[SHOWN_MAX];
    size_t count;
    struct sv near[NEAR_MAX];
    unsigned distances[NEAR_MAX];
    size_t near_count;
};

static void add_found(struct catalogue *catalogue, struct search *search, int64_t id)
{
    const struct row *row = rows_by_id(&catalogue->rows, id);
    if (!row || (search->only && vault_space_of(catalogue->vault, row_path(row)) != search->only))
        return;
    if (search->count < SHOWN_MAX)
        search->rows[search->count] = row;
    search->count++;
}

/* Names from `fold` on, up to those that begin with what sorts before `end`. */
static status start_names(struct catalogue *catalogue, struct search *search, struct sv fold, const char *end,
                          struct stmt **stmt, struct err *err)
{
    struct sv low = arena_printf(&search->arena, "%c%.*s", TERM_NAME, SV_ARG(fold));
    struct sv high = arena_printf(&search->arena, "%c%.*s%s", TERM_NAME, SV_ARG(fold), end);
    if (!low.ptr || !high.ptr)
        return err_no_memory(err);
    status s =
        db_statement(catalogue->db,
                     "SELECT term, first, ids FROM posting WHERE term>=?1 AND term<?2 ORDER BY term, first", stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_blob(*stmt, 1, low);
    stmt_bind_blob(*stmt, 2, high);
    return DONE;
}

static status find_by_prefix(struct catalogue *catalogue, struct search *search, struct sv fold, struct err *err)
{
    struct stmt *stmt;
    status s = start_names(catalogue, search, fold, TERM_LAST, &stmt, err);
    if (s != DONE)
        return s;
    while ((s = stmt_step(stmt, err)) == DONE) {
        struct posting_ids ids = posting_ids(stmt_i64(stmt, 1), stmt_blob(stmt, 2));
        if (!sv_eq(term_rest(stmt_blob(stmt, 0)), SV("s")))
            continue;
        while (posting_ids_next(&ids))
            add_found(catalogue, search, ids.id);
        if ((s = posting_ids_check(&ids, err)) != DONE)
            break;
    }
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

/* Takes the name in where it is among the nearest few so far. */
static void add_near(struct search *search, struct sv name, unsigned distance)
{
    size_t at = search->near_count;
    for (; at > 0 && search->distances[at - 1] > distance; at--)
        if (at < NEAR_MAX) {
            search->distances[at] = search->distances[at - 1];
            search->near[at] = search->near[at - 1];
        }
    if (at >= NEAR_MAX)
        return;
    search->distances[at] = distance;
    search->near[at] = arena_copy(&search->arena, name);
    search->near_count += search->near_count < NEAR_MAX;
}

/* The nearest few names, nearest first. */
static status find_near(struct catalogue *catalogue, struct search *search, struct sv fold, struct err *err)
{
    struct stmt *stmt;
    struct sv last = {0};
    status s = start_names(catalogue, search, (struct sv){0}, TERM_LAST, &stmt, err);
    if (s != DONE)
        return s;
    while ((s = stmt_step(stmt, err)) == DONE) {
        struct sv name = term_text(stmt_blob(stmt, 0));
        unsigned distance = near_distance(fold, name, NEAR_DISTANCE);
        if (distance > NEAR_DISTANCE || (last.ptr && sv_eq(last, name)))
            continue;
        last = arena_copy(&search->arena, name);
        add_near(search, name, distance);
    }
    return s == NOT_FOUND ? DONE : s;
}

static status run_search(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct search *search = payload;
    struct resolver resolver;
    arena_reset(&search->arena);
    search->count = search->near_count = 0;
    resolver_init(&resolver, catalogue);
    resolver.only = search->only;
    status s = resolver_candidates(&resolver, search->text, search->rows, SHOWN_MAX, &search->count, err);
    struct sv fold = fold_copy(&search->arena, &resolver.scratch, without_note_suffix(search->text));
    if (s == DONE && !fold.ptr)
        s = err_no_memory(err);
    if (s == DONE && search->count == 0 && search->prefix && fold.len > 0)
        s = find_by_prefix(catalogue, search, fold, err);
    if (s == DONE && search->count == 0)
        s = find_near(catalogue, search, sv_basename(fold), err);
    resolver_release(&resolver);
    return s;
}

static status search_handle(struct catalogue *catalogue, struct search *search, struct sv handle, bool prefix,
                            const struct space *only, struct err *err)
{
    const struct rows *rows;
    struct sv bare = bare_target(handle);
    *search = (struct search){.only = only, .text = handle};
    arena_init(&search->arena);
    status s = catalogue_rows(catalogue, &rows, err);
    /* A file's name may begin or end with a space: as typed, then without. */
    if (s == DONE && !sv_eq(bare, handle))
        s = catalogue_reading(catalogue, run_search, search, err);
    if (s != DONE || search->count > 0)
        return s;
    search->text = bare;
    search->prefix = prefix;
    return catalogue_reading(catalogue, run_search, search, err);
}

static status list_several(struct catalogue *catalogue, const struct search *search, struct err *err)
{
    struct buf list = {0};
    status s = DONE;
    for (size_t i = 0; s == DONE && i < search->count && i < SHOWN_MAX; i++) {
        struct sv handle;
        s = short_handle(catalogue, search->rows[i], &handle, err);
        if (i > 0)
            buf_put_c(&list, ", ");
        if (s == DONE)
            buf_put(&list, handle);
    }
    if (search->count > SHOWN_MAX)
        buf_put_c(&list, ", ...");
    if (s == DONE)
        s = buf_check(&list, err);
    if (s == DONE)
        s = err_set(err, FAILED, Q_("%zu note answers to '%.*s': %s", "%zu notes answer to '%.*s': %s", search->count),
                    search->count, SV_ARG(search->text), list.ptr);
    buf_release(&list);
    return s;
}

static status name_near(const struct search *search, struct err *err)
{
    struct buf list = {0};
    for (size_t i = 0; i < search->near_count; i++) {
        buf_put_c(&list, i > 0 ? ", " : "");
        buf_printf(&list, "'%.*s'", SV_ARG(search->near[i]));
    }
    status s = buf_check(&list, err);
    if (s == DONE && search->near_count > 0)
        s = err_set(err, FAILED, _("there is no note '%.*s'; did you mean %s?"), SV_ARG(search->text), list.ptr);
    else if (s == DONE)
        s = err_set(err, FAILED, _("there is no note '%.*s'"), SV_ARG(search->text));
    buf_release(&list);
    return s;
}

/* The one note that was meant; of a person with several notes the one that most can read. NULL: none, or several. */
static const struct row *meant(const struct catalogue *catalogue, const struct search *search)
{
    const struct row *widest = search->rows[0];
    if (search->count == 0 || search->count > SHOWN_MAX)
        return NULL;
    if (search->count > 1 && !rows_are_one_person(catalogue, search->rows, search->count))
        return NULL;
    for (size_t i = 1; i < search->count; i++)
        if (vault_space_of(catalogue->vault, row_path(search->rows[i]))->visibility >
            vault_space_of(catalogue->vault, row_path(widest))->visibility)
            widest = search->rows[i];
    return widest;
}

status catalogue_find(struct catalogue *catalogue, struct sv handle, bool prefix, int64_t *id_out, struct err *err)
{
    return catalogue_find_in(catalogue, NULL, handle, prefix, id_out, err);
}

status catalogue_find_in(struct catalogue *catalogue, const struct space *only, struct sv handle, bool prefix,
                         int64_t *id_out, struct err *err)
{
    struct search search;
    status s = search_handle(catalogue, &search, handle, prefix, only, err);
    const struct row *row = s == DONE ? meant(catalogue, &search) : NULL;
    if (row)
        *id_out = row->id;
    else if (s == DONE && search.count > 1)
        s = list_several(catalogue, &search, err);
    else if (s == DONE)
        s = name_near(&search, err);
    arena_release(&search.arena);
    return s;
}

status handle_find_quietly(struct catalogue *catalogue, struct sv handle, int64_t *id_out, struct err *err)
{
    struct search search;
    status s = search_handle(catalogue, &search, handle, false, NULL, err);
    const struct row *row = s == DONE ? meant(catalogue, &search) : NULL;
    if (row)
        *id_out = row->id;
    arena_release(&search.arena);
    return s == DONE && !row ? NOT_FOUND : s;
}
