/* One pass over each space's commits, oldest first, kept by path; later passes take up where the last one ended. */
#include "catalogue/history.h"

#include "base/i18n.h"
#include "base/json.h"
#include "catalogue/fold_key.h"
#include "catalogue/pack.h"
#include "git/changes.h"
#include "git/dir.h"
#include "git/git.h"
#include "text/fold.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Who changed a note: name and address, in the order of their first change. */
struct people {
    struct sv *items; /* name, address, name, address, ... */
    size_t count, capacity;
};

struct past {
    int64_t created, modified; /* unix seconds */
    struct people people;
    bool gone; /* no file of this name any more */
    bool cut;  /* older than a shallow clone's first commit: when it was made is not known */
};

struct job {
    struct catalogue *catalogue;
    const struct space *space;
    struct arena arena;
    uint64_t changes; /* seen, for progress */
    struct map pasts; /* path from the vault's root -> struct past */
    bool stored;      /* pasts that are missing here may be in the table */
};

/* --- what a commit changes --- */

static status add_person(struct job *job, struct people *people, struct sv name, struct sv address, struct err *err)
{
    for (size_t i = 0; i + 1 < people->count; i += 2)
        if (sv_eq(people->items[i], name) && sv_eq(people->items[i + 1], address))
            return DONE;
    struct sv both[] = {name, address};
    for (size_t i = 0; i < 2; i++) {
        struct sv *items = arena_grow(&job->arena, people->items, &people->capacity, people->count, sizeof *items);
        if (!items)
            return err_no_memory(err);
        people->items = items;
        items[people->count] = arena_copy(&job->arena, both[i]);
        if (!items[people->count++].ptr)
            return err_no_memory(err);
    }
    return DONE;
}

static status read_past(struct job *job, struct sv path, struct past *past, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(job->catalogue->db, "SELECT created_at, modified_at, people FROM history WHERE path=?",
                            &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_text(stmt, 1, path);
    s = stmt_step(stmt, err);
    if (s != DONE)
        return s;
    past->created = stmt_i64(stmt, 0);
    past->modified = stmt_i64(stmt, 1);
    past->cut = past->created == 0;
    struct unpack in = {.rest = arena_copy(&job->arena, stmt_blob(stmt, 2))};
    stmt_reset(stmt);
    while (s == DONE && unpack_more(&in)) {
        struct sv name = unpack_text(&in), address = unpack_text(&in);
        s = add_person(job, &past->people, name, address, err);
    }
    return s;
}

/* The past of a path, NULL in `*out` when it has none and `make` is false. */
static status past_of(struct job *job, struct sv path, bool make, struct past **out, struct err *err)
{
    struct map_entry *entry = map_get(&job->pasts, path);
    *out = entry ? entry->value.ptr : NULL;
    if (entry && (!(*out)->gone || !make))
        return DONE;
    struct past *past = arena_alloc(&job->arena, sizeof *past);
    if (!past)
        return err_no_memory(err);
    status s = job->stored && !entry ? read_past(job, path, past, err) : NOT_FOUND;
    if (s < DONE || (s == NOT_FOUND && !make))
        return s < DONE ? s : DONE;
    struct sv key = arena_copy(&job->arena, path);
    entry = entry ? entry : key.ptr ? map_put(&job->pasts, key, NULL) : NULL;
    if (!entry)
        return err_no_memory(err);
    *out = entry->value.ptr = past;
    return DONE;
}

/* A rename takes its past along. */
static status move_past(struct job *job, struct sv from, struct past *to, struct err *err)
{
    struct past *old;
    status s = past_of(job, from, false, &old, err);
    if (s != DONE || !old)
        return s;
    to->created = old->created;
    to->cut = old->cut;
    to->people = old->people;
    *old = (struct past){.gone = true};
    return DONE;
}

static struct sv path_in_vault(struct job *job, struct sv path)
{
    if (job->space->path.len == 0)
        return path;
    return arena_printf(&job->arena, "%.*s/%.*s", SV_ARG(job->space->path), SV_ARG(path));
}

static status take_change(void *payload, const struct git_change *change, struct err *err)
{
    struct job *job = payload;
    struct past *past;
    if (cancel_requested())
        return err_set(err, CANCELLED, "%s", _("interrupted"));
    if (job->catalogue->progress)
        progress_step(job->catalogue->progress, ++job->changes, 0);
    if (!note_is_note_name(change->path) && !(change->kind == 'R' && note_is_note_name(change->old_path)))
        return DONE;
    struct sv path = path_in_vault(job, change->path);
    if (!path.ptr)
        return err_no_memory(err);
    status s = past_of(job, path, true, &past, err);
    if (s != DONE)
        return s;
    if (change->kind == 'D') {
        *past = (struct past){.gone = true};
        return DONE;
    }
    if (change->kind == 'R') {
        struct sv old_path = path_in_vault(job, change->old_path);
        *past = (struct past){0};
        s = old_path.ptr ? move_past(job, old_path, past, err) : err_no_memory(err);
    }
    past->cut = past->cut || change->cut;
    if (change->cut)
        return s;
    if (past->modified == 0 || past->modified < change->time)
        past->modified = change->time;
    if (past->cut)
        past->created = 0;
    else if (past->created == 0 || past->created > change->time)
        past->created = change->time;
    return s == DONE ? add_person(job, &past->people, change->author_name, change->author_email, err) : s;
}

/* --- writing --- */

/* Names for people, once each. */
static void put_authors(const struct people *people, struct buf *out)
{
    bool first = true;
    buf_char(out, '[');
    for (size_t i = 0; i < people->count; i += 2) {
        bool seen = false;
        for (size_t j = 0; j < i; j += 2)
            seen = seen || sv_eq(people->items[j], people->items[i]);
        if (seen)
            continue;
        if (!first)
            buf_char(out, ',');
        first = false;
        json_put_text(out, people->items[i]);
    }
    buf_char(out, ']');
}

static void put_day(int64_t seconds, char into[DATE_TEXT_SIZE])
{
    into[0] = '\0';
    if (seconds != 0)
        date_format(date_from_time((time_t)seconds), into);
}

static status write_past(struct job *job, struct sv path, const struct past *past, struct err *err)
{
    struct stmt *stmt;
    struct buf authors = {0}, people = {0}, fold = {0};
    char created[DATE_TEXT_SIZE], modified[DATE_TEXT_SIZE];
    put_day(past->created, created);
    put_day(past->modified, modified);
    put_authors(&past->people, &authors);
    for (size_t i = 0; i < past->people.count; i++) {
        pack_text(&people, past->people.items[i]);
        buf_char(&fold, '\n');
        fold_case(past->people.items[i], &fold);
    }
    buf_char(&fold, '\n');
    status s = authors.failed || people.failed || fold.failed ? err_no_memory(err) : DONE;
    if (s == DONE)
        s = db_statement(job->catalogue->db, "INSERT OR REPLACE INTO history VALUES(?,?,?,?,?,?,?,?)", &stmt, err);
    if (s == DONE) {
        stmt_bind_text(stmt, 1, path);
        stmt_bind_text(stmt, 2, sv_of(created));
        stmt_bind_text(stmt, 3, sv_of(modified));
        stmt_bind_i64(stmt, 4, past->created);
        stmt_bind_i64(stmt, 5, past->modified);
        stmt_bind_text(stmt, 6, buf_view(&fold));
        stmt_bind_text(stmt, 7, buf_view(&authors));
        stmt_bind_blob(stmt, 8, buf_view(&people));
        s = stmt_run(stmt, err);
    }
    buf_release(&authors);
    buf_release(&people);
    buf_release(&fold);
    return s;
}

static status forget_past(struct db *db, struct sv path, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(db, "DELETE FROM history WHERE path=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_text(stmt, 1, path);
    return stmt_run(stmt, err);
}

/* All paths of a space; those of the root's nested spaces stay. */
static status forget_space(struct job *job, struct err *err)
{
    struct stmt *stmt;
    struct sv *paths = NULL;
    size_t count = 0, capacity = 0;
    status s = db_statement(job->catalogue->db, "SELECT path FROM history", &stmt, err);
    if (s != DONE)
        return s;
    while ((s = stmt_step(stmt, err)) == DONE) {
        if (vault_space_of(job->catalogue->vault, stmt_text(stmt, 0)) != job->space)
            continue;
        struct sv *grown = arena_grow(&job->arena, paths, &capacity, count, sizeof *paths);
        struct sv path = arena_copy(&job->arena, stmt_text(stmt, 0));
        if (!grown || !path.ptr) {
            s = err_no_memory(err);
            break;
        }
        paths = grown;
        paths[count++] = path;
    }
    stmt_reset(stmt);
    s = s == NOT_FOUND ? DONE : s;
    for (size_t i = 0; s == DONE && i < count; i++)
        s = forget_past(job->catalogue->db, paths[i], err);
    return s;
}

static status write_head(struct db *db, struct sv space, const char *head, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(db, "INSERT OR REPLACE INTO history_head VALUES(?,?)", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_text(stmt, 1, space);
    stmt_bind_text(stmt, 2, sv_of(head));
    return stmt_run(stmt, err);
}

static status write_pasts(struct job *job, const char *head, struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < job->pasts.count; i++) {
        const struct map_entry *entry = &job->pasts.entries[i];
        const struct past *past = entry->value.ptr;
        if (past->gone)
            s = forget_past(job->catalogue->db, entry->key, err);
        else
            s = write_past(job, entry->key, past, err);
    }
    return s == DONE ? write_head(job->catalogue->db, job->space->name, head, err) : s;
}

/* --- one space --- */

static status read_head(struct db *db, struct sv space, char head[GIT_ID_TEXT_SIZE], struct err *err)
{
    struct stmt *stmt;
    head[0] = '\0';
    status s = db_statement(db, "SELECT head FROM history_head WHERE space=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_text(stmt, 1, space);
    s = stmt_step(stmt, err);
    if (s != DONE)
        return s == NOT_FOUND ? DONE : s;
    struct sv text = stmt_text(stmt, 0);
    if (text.len == GIT_ID_TEXT_SIZE - 1) {
        memcpy(head, text.ptr, text.len);
        head[text.len] = '\0';
    }
    stmt_reset(stmt);
    return DONE;
}

static status walk_commits(struct job *job, const char *since, char head[GIT_ID_TEXT_SIZE], struct err *err)
{
    const struct vault *vault = job->catalogue->vault;
    struct buf root = {0};
    path_join(&root, sv_of(vault->root), job->space->path);
    while (root.len > 1 && root.ptr[root.len - 1] == '/')
        buf_truncate(&root, root.len - 1);
    status s = buf_check(&root, err);
    if (s == DONE)
        s = git_changes(root.ptr, sv_of(since), take_change, job, head, err);
    buf_release(&root);
    return s;
}

static void forget_pasts(struct job *job)
{
    map_clear(&job->pasts);
    arena_reset(&job->arena);
}

static status build_space(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct job *job = payload;
    char since[GIT_ID_TEXT_SIZE], head[GIT_ID_TEXT_SIZE] = "";
    forget_pasts(job);
    status s = read_head(catalogue->db, job->space->name, since, err);
    if (s != DONE)
        return s;
    job->stored = since[0] != '\0';
    struct err why = {0};
    s = walk_commits(job, since, head, &why);
    if (s == CONFLICTED && job->stored) {
        /* History was rewritten: what was known of it does not count any more. */
        err_clear(&why);
        forget_pasts(job);
        job->stored = false;
        s = walk_commits(job, "", head, &why);
    }
    if (s != DONE && err)
        *err = why;
    if (s == DONE && !job->stored)
        s = forget_space(job, err);
    return s == DONE ? write_pasts(job, head, err) : s;
}

struct head_job {
    struct sv space;
    char head[GIT_ID_TEXT_SIZE];
};

static status read_head_alone(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct head_job *job = payload;
    return read_head(catalogue->db, job->space, job->head, err);
}

/* A look at HEAD spares the lock and a process. */
static status is_current(struct catalogue *catalogue, const struct space *space, bool *current_out, struct err *err)
{
    struct head_job job = {.space = space->name};
    struct err ignored = {0};
    char head[GIT_ID_TEXT_SIZE], dir[PATH_MAX];
    snprintf(dir, sizeof dir, "%.*s", SV_ARG(space->git_dir));
    status s = catalogue_reading(catalogue, read_head_alone, &job, err);
    if (s != DONE)
        return s;
    status found = git_head_read(dir, head, &ignored);
    *current_out = found == NOT_FOUND ? job.head[0] == '\0' : found == DONE && sv_eq_c(sv_of(job.head), head);
    return DONE;
}

static status bring_up(struct catalogue *catalogue, const struct space *space, struct err *err)
{
    struct job job = {.catalogue = catalogue, .space = space};
    arena_init(&job.arena);
    status s = catalogue_writing(catalogue, build_space, &job, err);
    map_release(&job.pasts);
    arena_release(&job.arena);
    return s;
}

static status build_current(struct catalogue *catalogue, const struct space *space, struct err *err)
{
    bool current;
    status s = is_current(catalogue, space, &current, err);
    return s == DONE && !current ? bring_up(catalogue, space, err) : s;
}

/* A space whose history cannot be read keeps no other space from having one; the first such is told at the end. */
status catalogue_build_history(struct catalogue *catalogue, struct err *err)
{
    const struct vault *vault = catalogue->vault;
    struct err first = {0};
    status s = DONE;
    for (size_t i = 0; s != NO_MEMORY && s != CANCELLED && !catalogue->history_current && i < vault->space_count; i++) {
        struct err why = {0};
        s = vault->spaces[i].is_git ? build_current(catalogue, &vault->spaces[i], &why) : DONE;
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
    status s = db_statement(catalogue->db, "SELECT 1 FROM note WHERE date='' LIMIT 1", &stmt, err);
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

status history_for_sort(struct catalogue *catalogue, enum sort_key key, struct err *err)
{
    if (key == SORT_DATE)
        return history_for_dates(catalogue, err);
    return key == SORT_CREATED || key == SORT_MODIFIED ? catalogue_build_history(catalogue, err) : DONE;
}
