#include "vault/walk.h"

#include "base/i18n.h"
#include "base/thread.h"
#include "vault/excludes.h"
#include "vault/spaces.h"
#include "vault/walk_folder.h"

#include <stdlib.h>

/* Folders are read level by level, each by one worker; then the stat data of large ones, in pieces; then everything is
 * put in order by one. */
struct walker {
    struct vault *vault;
    struct walk *walk;
    struct walk_folder **folders; /* all, a level behind the other */
    size_t count, capacity;
    size_t level; /* where the level at hand begins */
};

/* Children [begin, end) of a folder whose stat data are still to be read. */
struct piece {
    struct walk_folder *folder;
    size_t begin, end;
};

static status folders_read(void *payload, unsigned worker, size_t begin, size_t end, struct err *err)
{
    struct walker *walker = payload;
    status rc = DONE;

    for (size_t i = begin; rc == DONE && i < end; i++)
        rc = walk_folder_read(walker->vault, walker->folders[walker->level + i], &walker->walk->arenas[worker], err);
    return rc;
}

static status folder_append(struct walker *walker, struct walk_folder *folder, struct err *err)
{
    struct walk_folder **folders =
        arena_grow(&walker->walk->arenas[0], walker->folders, &walker->capacity, walker->count, sizeof(*folders));

    if (folders == NULL)
        return err_no_memory(err);
    walker->folders = folders;
    folders[walker->count++] = folder;
    return DONE;
}

static status subfolders_append(struct walker *walker, const struct walk_folder *folder, struct err *err)
{
    status rc = DONE;

    for (size_t i = 0; rc == DONE && i < folder->count; i++)
        if (folder->children[i].folder != NULL)
            rc = folder_append(walker, folder->children[i].folder, err);
    return rc;
}

static status levels_read(struct walker *walker, struct err *err)
{
    status rc = DONE;

    while (rc == DONE && walker->level < walker->count) {
        size_t end = walker->count;

        rc = thread_each(end - walker->level, 1, walker->walk->arena_count, folders_read, walker, err);
        for (size_t i = walker->level; rc == DONE && i < end; i++)
            rc = subfolders_append(walker, walker->folders[i], err);
        walker->level = end;
    }
    return rc;
}

/* --- stat data of large folders --- */

struct pieces {
    struct vault *vault;
    struct piece *items;
    size_t count, capacity;
};

static status pieces_read(void *payload, unsigned worker, size_t begin, size_t end, struct err *err)
{
    struct pieces *pieces = payload;

    (void)worker;
    (void)err;
    for (size_t i = begin; i < end; i++)
        walk_folder_stat(pieces->vault, pieces->items[i].folder, pieces->items[i].begin, pieces->items[i].end);
    return DONE;
}

static status pieces_cut(struct pieces *pieces, struct walk_folder *folder, struct arena *arena, struct err *err)
{
    for (size_t begin = 0; begin < folder->count; begin += WALK_STAT_CHUNK) {
        size_t left = folder->count - begin;
        struct piece *items = arena_grow(arena, pieces->items, &pieces->capacity, pieces->count, sizeof(*items));

        if (items == NULL)
            return err_no_memory(err);
        pieces->items = items;
        items[pieces->count++] = (struct piece){
            .folder = folder, .begin = begin, .end = begin + (left < WALK_STAT_CHUNK ? left : WALK_STAT_CHUNK)};
    }
    return DONE;
}

static status large_stat(struct walker *walker, struct err *err)
{
    struct pieces pieces = {.vault = walker->vault};
    status rc = DONE;

    for (size_t i = 0; rc == DONE && i < walker->count; i++)
        if (walker->folders[i]->stat_later)
            rc = pieces_cut(&pieces, walker->folders[i], &walker->walk->arenas[0], err);
    if (rc == DONE && pieces.count > 0)
        rc = thread_each(pieces.count, 1, walker->walk->arena_count, pieces_read, &pieces, err);
    return rc;
}

/* --- putting in order --- */

struct gathering {
    struct walker *walker;
    struct findings *skipped;
    size_t *met; /* indices of the spaces whose roots were seen */
    size_t met_count;
};

static void problem_report(const struct gathering *gathering, const struct walk_folder *folder)
{
    struct sv path = folder->path.len > 0 ? folder->path : SV(".");

    if (folder->problem.len > 0 && gathering->skipped != NULL)
        finding_add(gathering->skipped, folder->rule, FINDING_WARNING, 0, 0, _("in the folder '%.*s': %.*s"),
                    SV_ARG(path), SV_ARG(folder->problem));
}

static void entry_append(struct walk *walk, const struct walk_folder *folder, const struct walk_child *child,
                         uint32_t space)
{
    if (!child->gone)
        walk->entries[walk->count++] = (struct walk_entry){.path = walk_child_path(folder, child),
                                                           .space = space,
                                                           .stamp = child->stamp,
                                                           .unreadable = child->unreadable};
}

/* Depth first, which is the order of paths; as deep as WALK_DEPTH_MAX. */
static status folder_gather(struct gathering *gathering, const struct walk_folder *folder, uint32_t space,
                            struct err *err)
{
    status rc = DONE;

    problem_report(gathering, folder);
    if (folder->is_met) {
        rc = spaces_meet(gathering->walker->vault, folder->path, &space, err);
        /* Gone meanwhile: its notes must not pass for those of the space around it. */
        if (rc != DONE)
            return rc == NOT_FOUND ? DONE : rc;
        gathering->met[gathering->met_count++] = space;
    }
    for (size_t i = 0; rc == DONE && i < folder->count; i++) {
        const struct walk_child *child = &folder->children[i];

        if (child->folder != NULL)
            rc = folder_gather(gathering, child->folder, space, err);
        else
            entry_append(gathering->walker->walk, folder, child, space);
    }
    return rc;
}

static status met_remember(const struct gathering *gathering, struct arena *arena, struct err *err)
{
    struct vault *vault = gathering->walker->vault;
    bool *met = arena_array(arena, vault->space_count, sizeof(*met));

    if (met == NULL)
        return err_no_memory(err);
    for (size_t i = 0; i < gathering->met_count; i++)
        met[gathering->met[i]] = true;
    spaces_remember(vault, met);
    return DONE;
}

static status gather(struct walker *walker, struct findings *skipped, struct err *err)
{
    struct gathering gathering = {.walker = walker, .skipped = skipped};
    struct walk *walk = walker->walk;
    struct arena *arena = &walk->arenas[0];
    size_t most = 0, most_met = 0;
    status rc;

    for (size_t i = 0; i < walker->count; i++) {
        most += walker->folders[i]->count;
        most_met += walker->folders[i]->is_met;
    }
    walk->entries = arena_array(arena, most, sizeof(*walk->entries));
    gathering.met = arena_array(arena, most_met, sizeof(*gathering.met));
    if (walk->entries == NULL || gathering.met == NULL)
        return err_no_memory(err);
    rc = folder_gather(&gathering, walker->folders[0], 0, err);
    return rc == DONE ? met_remember(&gathering, arena, err) : rc;
}

/* --- what the walk went by --- */

static int listing_cmp(const void *a, const void *b)
{
    return sv_cmp(((const struct walk_listing *)a)->path, ((const struct walk_listing *)b)->path);
}

static bool is_listed_whole(const struct walk_folder *folder, const struct walk_folder *root)
{
    return folder->problem.len == 0 && folder->stamp.inode != 0 && folder->stamp.device == root->stamp.device;
}

static status listings_make(struct walker *walker, struct err *err)
{
    struct walk *walk = walker->walk;
    bool whole = true;

    walk->listings = arena_array(&walk->arenas[0], walker->count, sizeof(*walk->listings));
    if (walk->listings == NULL)
        return err_no_memory(err);
    for (size_t i = 0; i < walker->count; i++) {
        walk->listings[walk->listing_count++] = walk_folder_listing(walker->folders[i]);
        whole = whole && is_listed_whole(walker->folders[i], walker->folders[0]);
    }
    qsort(walk->listings, walk->listing_count, sizeof(*walk->listings), listing_cmp);
    return whole ? walk_rules(walker->vault, &walk->rules, err) : DONE;
}

/* --- the walk --- */

static status walk_init(struct walk *walk, struct err *err)
{
    *walk = (struct walk){.arena_count = thread_count()};
    walk->arenas = memory_zero(walk->arena_count, sizeof(*walk->arenas));
    if (walk->arenas == NULL)
        return err_no_memory(err);
    for (unsigned i = 0; i < walk->arena_count; i++)
        arena_init(&walk->arenas[i]);
    return DONE;
}

static status root_append(struct walker *walker, struct err *err)
{
    struct arena *arena = &walker->walk->arenas[0];
    struct walk_folder *root = arena_alloc(arena, sizeof(*root));
    status rc;

    if (root == NULL)
        return err_no_memory(err);
    root->path = SV("");
    rc = excludes_load(walker->vault->git_dir, arena, &root->ignore, err);
    return rc == DONE ? folder_append(walker, root, err) : rc;
}

status walk_vault(struct vault *vault, struct walk *walk_out, struct findings *skipped, struct err *err)
{
    struct walker walker = {.vault = vault, .walk = walk_out};
    status rc = walk_init(walk_out, err);

    if (rc == DONE)
        rc = root_append(&walker, err);
    if (rc == DONE)
        rc = levels_read(&walker, err);
    if (rc == DONE)
        rc = large_stat(&walker, err);
    if (rc == DONE)
        rc = gather(&walker, skipped, err);
    if (rc == DONE)
        rc = listings_make(&walker, err);
    if (rc != DONE)
        walk_release(walk_out);
    return rc;
}

void walk_release(struct walk *walk)
{
    if (walk == NULL)
        return;
    for (unsigned i = 0; walk->arenas != NULL && i < walk->arena_count; i++)
        arena_release(&walk->arenas[i]);
    free(walk->arenas);
    *walk = (struct walk){0};
}
