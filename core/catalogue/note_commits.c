/* The commits of one note, as they are kept: git is not asked again. */
#include "catalogue/history.h"

struct listing {
    int64_t id;
    struct arena arena;
    struct note_commit *items; /* `path` is from the space's root until complete() */
    size_t count, capacity;
    struct history_commits commits;
};

static status add_item(struct listing *listing, const struct past_item *item, struct err *err)
{
    const struct history_commit *commit;
    struct git_person author;
    char id[41];
    status s = history_commit_read(&listing->commits, item->commit, &commit, err);
    if (s != DONE || item->silent || commit->cut)
        return s;
    s = history_person_read(listing->commits.db, commit->author, &listing->arena, &author, err);
    if (s != DONE)
        return s;
    struct note_commit *items =
        arena_grow(&listing->arena, listing->items, &listing->capacity, listing->count, sizeof *items);
    git_id_format(&commit->id, id);
    struct sv text = arena_copy(&listing->arena, sv_of(id)), path = arena_copy(&listing->arena, item->path);
    if (!items || !text.ptr || !path.ptr)
        return err_no_memory(err);
    listing->items = items;
    items[listing->count++] = (struct note_commit){text, commit->time, author.name, author.address, path};
    return DONE;
}

static status list_past(void *payload, int64_t id, const struct past *past, struct err *err)
{
    struct listing *listing = payload;
    struct past_walk walk;
    status s = DONE;
    /* Of a small vault all notes come by. */
    if (id != listing->id)
        return DONE;
    past_walk_begin(past, &walk);
    while (s == DONE && past_walk_next(&walk, &listing->arena))
        s = add_item(listing, &walk.item, err);
    return s == DONE && walk.in.failed ? err_set(err, DB_DAMAGED, "damaged history") : s;
}

static status complete(struct listing *listing, const struct space *space, struct err *err)
{
    for (size_t i = 0; space->path.len > 0 && i < listing->count; i++) {
        struct sv *path = &listing->items[i].path;
        *path = arena_printf(&listing->arena, "%.*s/%.*s", SV_ARG(space->path), SV_ARG(*path));
        if (!path->ptr)
            return err_no_memory(err);
    }
    return DONE;
}

static status read_listing(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct listing *listing = payload;
    const struct row *row = rows_by_id(&catalogue->rows, listing->id);
    arena_reset(&listing->arena);
    *listing = (struct listing){.id = listing->id, .arena = listing->arena};
    if (!row)
        return DONE;
    const struct space *space = vault_space_of(catalogue->vault, row_path(row));
    struct history_space stored;
    status s = history_space_read(catalogue->db, space->name, &stored, err);
    listing->commits = (struct history_commits){catalogue->db, stored.id, stored.commits, &listing->arena, NULL};
    struct id_set one = {&listing->id, 1, 1};
    if (s == DONE)
        s = history_each_of(catalogue, &one, list_past, listing, err);
    return s == DONE ? complete(listing, space, err) : s;
}

status catalogue_note_commits(struct catalogue *catalogue, int64_t id, note_commit_fn fn, void *payload,
                              struct err *err)
{
    struct listing listing = {.id = id};
    const struct rows *rows;
    status s = catalogue_rows(catalogue, &rows, err);
    if (s == DONE)
        s = catalogue_build_history(catalogue, err);
    if (s == DONE)
        s = catalogue_reading(catalogue, read_listing, &listing, err);
    for (size_t i = 0; s == DONE && i < listing.count; i++)
        s = fn(payload, &listing.items[i], err);
    arena_release(&listing.arena);
    return s;
}
