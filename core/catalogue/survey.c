#include "catalogue/survey.h"

#include <stdlib.h>
#include <string.h>

void survey_release(struct survey *survey)
{
    walk_release(&survey->walk);
    arena_release(&survey->arena);
    free(survey->items);
    free((void *)survey->removed);
    *survey = (struct survey){0};
}

static status add_item(struct survey *survey, const struct walk_entry *entry, const struct row *stored, struct err *err)
{
    struct survey_item *items = array_grow(survey->items, &survey->item_capacity, survey->item_count, sizeof *items);
    if (!items)
        return err_no_memory(err);
    survey->items = items;
    items[survey->item_count++] = (struct survey_item){.entry = *entry, .stored = stored};
    return DONE;
}

static status add_removed(struct survey *survey, const struct row *row, struct err *err)
{
    const struct row **rows =
        array_grow((void *)survey->removed, &survey->removed_capacity, survey->removed_count, sizeof *rows);
    if (!rows)
        return err_no_memory(err);
    survey->removed = rows;
    rows[survey->removed_count++] = row;
    return DONE;
}

static bool must_read(const struct walk_entry *entry, const struct row *stored, int64_t read_ns)
{
    bool hidden = entry->unreadable != NULL;
    if (hidden != !row_is_note(stored) || !facts_same_stamp(&stored->facts, &entry->stamp))
        return true;
    return !hidden && (facts_are_racy(&stored->facts, read_ns) || (stored->facts.flags & FACTS_RETRY));
}

/* Rows as the two lists of a comparison have them: all, or the members of a folder. */
struct row_list {
    const struct rows *rows;
    const uint32_t *members; /* NULL: all */
    size_t count;
};

static const struct row *row_at(const struct row_list *list, size_t i)
{
    return &list->rows->items[list->members ? list->members[i] : i];
}

/* A merge of two sorted lists. */
static status compare(struct survey *survey, const struct walk_entry *entries, size_t count,
                      const struct row_list *list, bool all, struct err *err)
{
    size_t i = 0, j = 0;
    status s = DONE;
    while (s == DONE && (i < count || j < list->count)) {
        const struct walk_entry *entry = i < count ? &entries[i] : NULL;
        const struct row *row = j < list->count ? row_at(list, j) : NULL;
        int order = !entry ? 1 : !row ? -1 : sv_cmp(entry->path, row_path(row));
        if (order > 0)
            s = add_removed(survey, row, err);
        else if (order < 0 || all || must_read(entry, row, list->rows->swept_ns))
            s = add_item(survey, entry, order < 0 ? NULL : row, err);
        i += order <= 0;
        j += order >= 0;
    }
    return s;
}

status survey_walk(struct survey *survey, struct vault *vault, const struct rows *stored, bool all,
                   struct findings *skipped, struct err *err)
{
    survey_release(survey);
    survey->started_ns = sweep_clock_ns();
    status s = walk_vault(vault, &survey->walk, skipped, err);
    if (s != DONE)
        return s;
    const struct row_list list = {stored, NULL, stored->count};
    survey->rules = survey->walk.rules;
    survey->listed = survey->rules != 0 || stored->folder_count == 0;
    return compare(survey, survey->walk.entries, survey->walk.count, &list, all, err);
}

/* --- by a sweep --- */

static int cmp_u32(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static int cmp_items(const void *a, const void *b)
{
    return sv_cmp(((const struct survey_item *)a)->entry.path, ((const struct survey_item *)b)->entry.path);
}

static int cmp_removed(const void *a, const void *b)
{
    const struct row *left = *(const struct row *const *)a, *right = *(const struct row *const *)b;
    return (left > right) - (left < right);
}

/* Sorted, and each once. */
static void tidy_folders(struct sweep_found *found)
{
    size_t kept = 0;
    if (found->folder_count > 0)
        qsort(found->folders, found->folder_count, sizeof *found->folders, cmp_u32);
    for (size_t i = 0; i < found->folder_count; i++)
        if (kept == 0 || found->folders[kept - 1] != found->folders[i])
            found->folders[kept++] = found->folders[i];
    found->folder_count = kept;
}

static bool are_same_rules(const struct rows *stored, const struct folder_row *folder, const struct file_stamp *stamp)
{
    const struct facts facts = {.mtime_ns = folder->rules_mtime_ns, .ctime_ns = folder->rules_ctime_ns};
    if (stamp->size != folder->rules_size)
        return false;
    return stamp->size < 0 || (stamp->mtime_ns == folder->rules_mtime_ns && stamp->ctime_ns == folder->rules_ctime_ns &&
                               stamp->inode == folder->rules_inode && !facts_are_racy(&facts, stored->swept_ns));
}

static bool is_same_structure(const struct rows *stored, const struct folder_row *folder,
                              const struct walk_again *again)
{
    const struct walk_listing *listing = &again->listing;
    if (!are_same_rules(stored, folder, &listing->rules) ||
        listing->is_repository != ((folder->flags & FOLDER_REPOSITORY) != 0) || again->folder_count != folder->folders)
        return false;
    for (size_t i = 0; i < again->folder_count; i++)
        if (!rows_find_folder(stored, again->folders[i]))
            return false;
    return true;
}

static status list_again(struct survey *survey, const struct vault *vault, const struct rows *stored,
                         const struct folder_row *folder, struct err *err)
{
    struct walk_again *again = &survey->again[survey->again_count];
    if (folder->flags & FOLDER_TRANSIT)
        return STOP;
    status s = walk_list_again(vault, folder_row_path(folder), &survey->arena, again, err);
    if (s != DONE)
        return s;
    if (!is_same_structure(stored, folder, again))
        return STOP;
    survey->again_count++;
    const struct row_list list = {stored, stored->members + folder->first, folder->count};
    return compare(survey, again->notes, again->note_count, &list, false, err);
}

/* More than a few at once are read faster by a walk, which does so over the cores. */
static bool are_many(size_t folders, size_t all)
{
    enum { FEW = 8, SHARE = 16 };
    return folders > FEW + all / SHARE;
}

static status list_folders_again(struct survey *survey, const struct sweep_found *found, const struct vault *vault,
                                 const struct rows *stored, struct err *err)
{
    status s = DONE;
    if (are_many(found->folder_count, stored->folder_count))
        return STOP;
    survey->again = arena_array(&survey->arena, found->folder_count, sizeof *survey->again);
    if (!survey->again)
        return err_no_memory(err);
    for (size_t i = 0; s == DONE && i < found->folder_count; i++)
        s = list_again(survey, vault, stored, &stored->folders[found->folders[i]], err);
    survey->listed = found->folder_count > 0;
    return s;
}

/* Whether the row's folder was listed again, and the row compared there. */
static bool was_compared(const struct survey *survey, const struct row *row)
{
    for (size_t i = 0; i < survey->again_count; i++)
        if (sv_eq(survey->again[i].listing.path, sv_dirname(row_path(row))))
            return true;
    return false;
}

static status add_changes(struct survey *survey, const struct sweep_found *found, const struct rows *stored,
                          struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < found->count; i++) {
        const struct sweep_change *change = &found->changes[i];
        const struct row *row = &stored->items[change->row];
        struct walk_entry entry = {.path = row_path(row), .stamp = change->stamp, .unreadable = change->unreadable};
        if (!was_compared(survey, row))
            s = add_item(survey, &entry, row, err);
    }
    if (survey->item_count > 0)
        qsort(survey->items, survey->item_count, sizeof *survey->items, cmp_items);
    if (survey->removed_count > 0)
        qsort((void *)survey->removed, survey->removed_count, sizeof *survey->removed, cmp_removed);
    return s;
}

static status begin(struct survey *survey, int64_t started_ns, const struct vault *vault, const struct rows *stored,
                    struct err *err)
{
    survey_release(survey);
    survey->started_ns = started_ns;
    status s = walk_rules(vault, &survey->rules, err);
    return s == DONE && (survey->rules != stored->rules || survey->rules == 0) ? STOP : s;
}

/* Frees what was found. */
static status follow(struct survey *survey, struct sweep_found *found, const struct vault *vault,
                     const struct rows *stored, struct err *err)
{
    tidy_folders(found);
    status s = list_folders_again(survey, found, vault, stored, err);
    if (s == DONE)
        s = add_changes(survey, found, stored, err);
    free(found->changes);
    free(found->folders);
    return s;
}

status survey_sweep(struct survey *survey, struct sweep *sweep, int64_t started_ns, const struct vault *vault,
                    const struct rows *stored, struct err *err)
{
    struct sweep_found found;
    status s = begin(survey, started_ns, vault, stored, err);
    if (s == DONE)
        s = sweep_finish(sweep, &found, err);
    return s == DONE ? follow(survey, &found, vault, stored, err) : s;
}

status survey_known(struct survey *survey, const struct sv *folders, size_t count, int64_t started_ns,
                    const struct vault *vault, const struct rows *stored, struct err *err)
{
    struct sweep_found found = {0};
    status s = begin(survey, started_ns, vault, stored, err);
    if (s != DONE)
        return s;
    found.folders = memory_alloc(count * sizeof *found.folders);
    if (!found.folders)
        return err_no_memory(err);
    for (size_t i = 0; s == DONE && i < count; i++) {
        const struct folder_row *folder = rows_find_folder(stored, folders[i]);
        if (folder)
            found.folders[found.folder_count++] = (uint32_t)(folder - stored->folders);
        else
            s = STOP;
    }
    if (s == DONE)
        return follow(survey, &found, vault, stored, err);
    free(found.folders);
    return s;
}

/* --- the folders, for the rows to come --- */

static status add_listing(struct rows *rows, const struct walk_listing *listing, struct err *err)
{
    struct folder_row folder = {.mtime_ns = listing->folder.mtime_ns,
                                .ctime_ns = listing->folder.ctime_ns,
                                .inode = listing->folder.inode,
                                .rules_size = listing->rules.size,
                                .rules_mtime_ns = listing->rules.mtime_ns,
                                .rules_ctime_ns = listing->rules.ctime_ns,
                                .rules_inode = listing->rules.inode,
                                .folders = listing->folders};
    folder.flags = (listing->transit ? FOLDER_TRANSIT : 0) | (listing->is_repository ? FOLDER_REPOSITORY : 0);
    return rows_add_folder(rows, listing->path, &folder, err);
}

status survey_add_folders(const struct survey *survey, const struct rows *stored, struct rows *rows, struct err *err)
{
    status s = DONE;
    rows->rules = survey->rules;
    rows->swept_ns = survey->started_ns;
    for (size_t i = 0; s == DONE && i < survey->walk.listing_count; i++)
        s = add_listing(rows, &survey->walk.listings[i], err);
    if (survey->walk.listing_count > 0)
        return s;
    for (size_t i = 0, next = 0; s == DONE && i < stored->folder_count; i++) {
        const struct folder_row *folder = &stored->folders[i];
        bool again = next < survey->again_count && sv_eq(survey->again[next].listing.path, folder_row_path(folder));
        if (again)
            s = add_listing(rows, &survey->again[next++].listing, err);
        else
            s = rows_add_folder(rows, folder_row_path(folder), folder, err);
    }
    return s;
}
