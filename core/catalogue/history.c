/* When history is brought up to date, and what is asked of it. */
#include "catalogue/history.h"

#include "base/i18n.h"
#include "base/json.h"
#include "catalogue/history_update.h"
#include "catalogue/id_set.h"

#include <string.h>

/* --- bringing it up to date --- */

struct space_job {
    const struct space *space;
    struct history_space stored;
    const struct history_news *news;
};

static status read_stored(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct space_job *job = payload;
    return history_space_read(catalogue->db, job->space->name, &job->stored, err);
}

static status write_news(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct space_job *job = payload;
    return history_apply(catalogue->db, job->space->name, job->news, err);
}

static status space_root(const struct catalogue *catalogue, const struct space *space, struct buf *root,
                         struct err *err)
{
    path_join(root, sv_of(catalogue->vault->root), space->path);
    while (root->len > 1 && root->ptr[root->len - 1] == '/')
        buf_truncate(root, root->len - 1);
    return buf_check(root, err);
}

/* One try. STOP: another process wrote meanwhile; NOT_FOUND: to be read from the beginning. */
static status try_space(struct catalogue *catalogue, struct space_job *job, const char *root, bool whole,
                        struct err *err)
{
    struct history_news news = {0};
    char head[41];
    uint64_t shallow;
    status s = catalogue_reading(catalogue, read_stored, job, err);
    if (s == DONE)
        s = git_tip_read(root, head, &shallow, err);
    if (s != DONE || (strcmp(head, job->stored.head) == 0 && shallow == job->stored.shallow))
        return s;
    s = history_gather(root, &job->stored, whole, catalogue->progress, &news, err);
    job->news = &news;
    if (s == DONE)
        s = catalogue_writing(catalogue, write_news, job, err);
    history_news_release(&news);
    return s;
}

static status bring_up(struct catalogue *catalogue, const struct space *space, struct err *err)
{
    enum { TRIES = 8 };
    struct space_job job = {.space = space};
    struct buf root = {0};
    status s = space_root(catalogue, space, &root, err);
    bool whole = false;
    for (int i = 0; i < TRIES && s == DONE; i++) {
        s = try_space(catalogue, &job, root.ptr, whole, err);
        whole = whole || s == NOT_FOUND;
        if (s <= DONE)
            break;
        s = DONE;
        if (i + 1 == TRIES)
            s = err_set(err, CONFLICTED, _("the history of '%s' changes faster than it can be read"), root.ptr);
    }
    buf_release(&root);
    return s;
}

/* A space whose history cannot be read keeps no other space from having one; the first such is told at the end. */
status catalogue_build_history(struct catalogue *catalogue, struct err *err)
{
    const struct vault *vault = catalogue->vault;
    struct err first = {0};
    status s = DONE;
    for (size_t i = 0; s != NO_MEMORY && s != CANCELLED && !catalogue->history_current && i < vault->space_count; i++) {
        struct err why = {0};
        s = vault->spaces[i].is_git ? bring_up(catalogue, &vault->spaces[i], &why) : DONE;
        if (s != DONE && (first.code == DONE || s == NO_MEMORY || s == CANCELLED))
            first = why;
    }
    catalogue->history_current = first.code == DONE;
    if (err && first.code != DONE)
        *err = first;
    return first.code;
}

static status has_undated(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(catalogue->db, "SELECT 1 FROM posting WHERE term=x'6400' LIMIT 1", &stmt, err);
    if (s == DONE)
        s = stmt_step(stmt, err);
    *(bool *)payload = s == DONE;
    if (s == DONE)
        stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

status catalogue_has_undated(struct catalogue *catalogue, bool *undated_out, struct err *err)
{
    return catalogue_reading(catalogue, has_undated, undated_out, err);
}

status history_for_dates(struct catalogue *catalogue, struct err *err)
{
    bool undated = false;
    struct err why = {0};
    status s = catalogue->history_current ? DONE : catalogue_has_undated(catalogue, &undated, err);
    if (s != DONE || !undated)
        return s;
    s = catalogue_build_history(catalogue, &why);
    if (s != NO_MEMORY && s != CANCELLED)
        return DONE;
    if (err)
        *err = why;
    return s;
}

static status is_begun(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(catalogue->db, "SELECT 1 FROM history_space LIMIT 1", &stmt, err);
    if (s == DONE)
        s = stmt_step(stmt, err);
    *(bool *)payload = s == DONE;
    if (s == DONE)
        stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

status catalogue_follow_history(struct catalogue *catalogue, struct err *err)
{
    bool begun = false;
    struct err why = {0};
    status s = catalogue->history_current ? DONE : catalogue_reading(catalogue, is_begun, &begun, err);
    if (s != DONE || !begun)
        return s;
    s = catalogue_build_history(catalogue, &why);
    if (s != NO_MEMORY && s != CANCELLED)
        return DONE;
    if (err)
        *err = why;
    return s;
}

status history_for_sort(struct catalogue *catalogue, enum sort_key key, struct err *err)
{
    if (key == SORT_DATE)
        return history_for_dates(catalogue, err);
    return key == SORT_CREATED || key == SORT_MODIFIED || key == SORT_CHANGES ? catalogue_build_history(catalogue, err)
                                                                              : DONE;
}

/* --- all notes --- */

/* Rows and pasts come in one order, that of paths, so each is looked for from where the last one was. */
struct sweep {
    struct catalogue *catalogue;
    const struct space *space;
    struct buf path; /* from the vault's root; the space's stays */
    size_t prefix, at;
    history_note_fn fn;
    void *payload;
};

static status meet_row(void *payload, const struct past_block *block, struct err *err)
{
    struct sweep *sweep = payload;
    const struct rows *rows = &sweep->catalogue->rows;
    const struct vault *vault = sweep->catalogue->vault;
    if (block->past.gone)
        return DONE;
    struct sv path = block->past.path;
    if (sweep->prefix > 0) {
        buf_truncate(&sweep->path, sweep->prefix);
        buf_put(&sweep->path, path);
        path = buf_view(&sweep->path);
    }
    int order = -1;
    while (sweep->at < rows->count && (order = sv_cmp(row_path(&rows->items[sweep->at]), path)) < 0)
        sweep->at++;
    if (order != 0 || sweep->at == rows->count)
        return buf_check(&sweep->path, err);
    /* A folder may have become a space of its own, with a history of its own. */
    if (!row_is_note(&rows->items[sweep->at]) ||
        (vault->space_count > 1 && vault_space_of(vault, path) != sweep->space))
        return DONE;
    return sweep->fn(sweep->payload, rows->items[sweep->at].id, &block->past, err);
}

static status sweep_space(struct catalogue *catalogue, const struct space *space, history_note_fn fn, void *payload,
                          struct err *err)
{
    struct sweep sweep = {.catalogue = catalogue, .space = space, .fn = fn, .payload = payload};
    struct history_space stored;
    status s = history_space_read(catalogue->db, space->name, &stored, err);
    if (s != DONE || stored.id == 0)
        return s;
    if (space->path.len > 0) {
        buf_put(&sweep.path, space->path);
        buf_char(&sweep.path, '/');
        sweep.prefix = sweep.path.len;
        sweep.at = rows_lower_bound(&catalogue->rows, space->path);
    }
    s = buf_check(&sweep.path, err);
    if (s == DONE)
        s = history_each_past(catalogue->db, stored.id, meet_row, &sweep, err);
    buf_release(&sweep.path);
    return s;
}

status history_each(struct catalogue *catalogue, history_note_fn fn, void *payload, struct err *err)
{
    const struct vault *vault = catalogue->vault;
    status s = DONE;
    for (size_t i = 0; s == DONE && i < vault->space_count; i++)
        s = sweep_space(catalogue, &vault->spaces[i], fn, payload, err);
    return s;
}

/* --- one note --- */

struct one {
    int64_t id;
    history_note_fn fn;
    void *payload;
};

static status give_one(void *payload, const struct past_block *at, struct err *err)
{
    const struct one *one = payload;
    return at->past.gone ? DONE : one->fn(one->payload, one->id, &at->past, err);
}

static status history_one(struct catalogue *catalogue, int64_t id, struct sv path, history_note_fn fn, void *payload,
                          struct err *err)
{
    const struct space *space = vault_space_of(catalogue->vault, path);
    struct one one = {id, fn, payload};
    struct history_space stored;
    status s = history_space_read(catalogue->db, space->name, &stored, err);
    if (s != DONE || stored.id == 0)
        return s;
    path = sv_from(path, space->path.len > 0 ? space->path.len + 1 : 0);
    return history_pasts_of(catalogue->db, stored.id, path, give_one, &one, err);
}

status history_each_of(struct catalogue *catalogue, const struct id_set *ids, history_note_fn fn, void *payload,
                       struct err *err)
{
    status s = DONE;
    if (ids->count >= catalogue->rows.count / WORTH_A_SCAN)
        return history_each(catalogue, fn, payload, err);
    for (size_t i = 0; s == DONE && i < ids->count; i++) {
        const struct row *row = rows_by_id(&catalogue->rows, ids->ids[i]);
        if (row)
            s = history_one(catalogue, row->id, row_path(row), fn, payload, err);
    }
    return s;
}

/* --- a record --- */

struct fill {
    struct catalogue *catalogue;
    struct record *record;
    struct arena *arena;
};

static status put_day(int64_t seconds, struct arena *arena, struct sv *out, struct err *err)
{
    char day[DATE_TEXT_SIZE];
    if (seconds == 0)
        return DONE;
    *out = arena_copy(arena, sv_of(date_format(date_from_time((time_t)seconds), day)));
    return out->ptr ? DONE : err_no_memory(err);
}

static bool seen_before(const struct git_person *people, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sv_eq(people[i].name, people[count].name))
            return true;
    return false;
}

/* Names, once each. */
static status put_authors(struct fill *fill, struct sv packed, struct err *err)
{
    struct unpack in = {.rest = packed};
    struct git_person *people = NULL;
    size_t count = 0, capacity = 0;
    struct buf json = {0};
    status s = DONE;
    buf_char(&json, '[');
    while (s == DONE && unpack_more(&in)) {
        people = arena_grow(fill->arena, people, &capacity, count, sizeof *people);
        s = people ? history_person_read(fill->catalogue->db, (uint32_t)unpack_number(&in), fill->arena, &people[count],
                                         err)
                   : err_no_memory(err);
        if (s != DONE || seen_before(people, count))
            continue;
        if (count++ > 0)
            buf_char(&json, ',');
        json_put_text(&json, people[count - 1].name);
    }
    buf_char(&json, ']');
    if (s == DONE)
        s = buf_check(&json, err);
    if (s == DONE)
        fill->record->authors = arena_copy(fill->arena, buf_view(&json));
    buf_release(&json);
    return s == DONE && !fill->record->authors.ptr ? err_no_memory(err) : s;
}

static status fill_record(void *payload, int64_t id, const struct past *past, struct err *err)
{
    struct fill *fill = payload;
    (void)id;
    fill->record->changes = (int64_t)past->changes;
    status s = put_day(past->created, fill->arena, &fill->record->created, err);
    if (s == DONE)
        s = put_day(past->modified, fill->arena, &fill->record->modified, err);
    return s == DONE && past->people.len > 0 ? put_authors(fill, past->people, err) : s;
}

status history_fill(struct catalogue *catalogue, struct record *record, struct arena *arena, struct err *err)
{
    struct fill fill = {catalogue, record, arena};
    record->created = record->modified = record->authors = SV("");
    return history_one(catalogue, record->id, record->path, fill_record, &fill, err);
}

/* --- changed within --- */

struct within {
    struct catalogue *catalogue;
    int64_t first, last;
    struct history_commits commits;
    struct id_set *out;
};

static status look_within(struct within *within, const struct past *past, bool *found, struct err *err)
{
    struct past_walk walk;
    past_walk_begin(past, &walk);
    while (!*found && past_walk_next(&walk, NULL)) {
        const struct history_commit *commit;
        status s = history_commit_read(&within->commits, walk.item.commit, &commit, err);
        if (s != DONE)
            return s;
        *found = !walk.item.silent && !commit->cut && commit->time != 0 && commit->time >= within->first &&
                 commit->time <= within->last;
    }
    return walk.in.failed ? err_set(err, DB_DAMAGED, "damaged history") : DONE;
}

/* The first and the last change decide for most notes. */
static status take_within(void *payload, int64_t id, const struct past *past, struct err *err)
{
    struct within *within = payload;
    bool found = past->modified != 0 && past->modified >= within->first && past->modified <= within->last;
    found = found || (past->created != 0 && past->created >= within->first && past->created <= within->last);
    bool open = !found && past->modified > within->last && past->created < within->first;
    status s = open ? look_within(within, past, &found, err) : DONE;
    return s == DONE && found ? id_set_add(within->out, id, err) : s;
}

status history_changed_within(struct catalogue *catalogue, int64_t first, int64_t last, struct id_set *out,
                              struct err *err)
{
    const struct vault *vault = catalogue->vault;
    struct arena arena = {0};
    status s = DONE;
    for (size_t i = 0; s == DONE && i < vault->space_count; i++) {
        struct history_space stored;
        s = history_space_read(catalogue->db, vault->spaces[i].name, &stored, err);
        struct within within = {catalogue, first, last, {catalogue->db, stored.id, stored.commits, &arena, NULL}, out};
        if (s == DONE)
            s = sweep_space(catalogue, &vault->spaces[i], take_within, &within, err);
    }
    arena_release(&arena);
    return s;
}
