#include "catalogue/audience.h"

#include "catalogue/fold_key.h"
#include "catalogue/id_set.h"
#include "catalogue/internal.h"

/* By its place and as a repository of its own, which no other repository's files can claim to be. */
static bool is_own(const struct space *space)
{
    return sv_eq_c(space->path, "private") && space->is_git && space->visibility == VISIBILITY_PRIVATE;
}

static bool can_see(const struct catalogue *catalogue, const struct space *from, const struct row *row)
{
    const struct space *space = vault_space_of(catalogue->vault, row_path(row));
    enum visibility visibility = row_visibility(catalogue, row);
    if (is_own(from))
        return true;
    if (space == from)
        return visibility >= from->visibility;
    return space->path.len == 0 && visibility == VISIBILITY_GROUP;
}

/* The end of `path` that is one part longer than `end`, an end of it; empty when there is none. */
static struct sv longer_end(struct sv path, struct sv end)
{
    size_t before = path.len - end.len;
    if (before == 0)
        return (struct sv){0};
    size_t slash = sv_rchr(sv_sub(path, 0, before - 1), '/');
    return sv_from(path, slash == SIZE_MAX ? 0 : slash + 1);
}

static bool count_end(struct map *ends, struct sv end)
{
    struct map_entry *entry = map_put(ends, end, NULL);
    if (entry)
        entry->value.number++;
    return entry != NULL;
}

static bool count_longer_ends(struct map *ends, struct sv path)
{
    bool counted = true;
    for (struct sv end = longer_end(path, sv_basename(path)); counted && end.len > 0; end = longer_end(path, end))
        counted = count_end(ends, end);
    return counted;
}

/* Names first; only notes that share theirs need more of their path. Links are read without regard to case, so two
 * names that differ in nothing else still count as two: the exact one comes first. */
static status count_ends(const struct rows *rows, struct audience *audience, struct err *err)
{
    bool counted = true;
    for (size_t i = 0; counted && i < audience->visible.count; i++)
        counted = count_end(&audience->ends,
                            sv_basename(without_note_suffix(row_path(rows_by_id(rows, audience->visible.ids[i])))));
    for (size_t i = 0; counted && i < audience->visible.count; i++) {
        struct sv path = without_note_suffix(row_path(rows_by_id(rows, audience->visible.ids[i])));
        if (map_get(&audience->ends, sv_basename(path))->value.number > 1)
            counted = count_longer_ends(&audience->ends, path);
    }
    return counted ? DONE : err_no_memory(err);
}

status audience_of(struct catalogue *catalogue, const struct space *space, struct audience *audience_out,
                   struct err *err)
{
    const struct rows *rows;
    *audience_out = (struct audience){.space = space, .sees_all = is_own(space)};
    status s = catalogue_rows(catalogue, &rows, err);
    for (size_t i = 0; s == DONE && i < rows->count; i++) {
        const struct row *row = &rows->items[rows->by_id[i]];
        if (row_is_note(row) && can_see(catalogue, space, row))
            s = id_set_add(&audience_out->visible, row->id, err);
    }
    return s == DONE ? count_ends(rows, audience_out, err) : s;
}

void audience_release(struct audience *audience)
{
    id_set_release(&audience->visible);
    map_release(&audience->ends);
    *audience = (struct audience){0};
}

struct sv audience_handle(const struct audience *audience, struct sv path)
{
    struct sv whole = without_note_suffix(path);
    for (struct sv end = sv_basename(whole); end.len > 0; end = longer_end(whole, end)) {
        const struct map_entry *entry = map_get(&audience->ends, end);
        if (!entry || entry->value.number == 1)
            return end;
    }
    /* The whole path is the end of another one, and as a path it comes first; unless only the suffixes differ. */
    return sv_ends(path, SV(".md")) ? whole : path;
}
