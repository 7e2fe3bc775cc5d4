#include "catalogue/history_update.h"

#include "catalogue/history_back.h"
#include "note/note.h"

#include <stdlib.h>
#include <string.h>

/* Commits that no HEAD reaches any more stay in the table until they outnumber the others; a few do no harm. */
enum { DROPPED_ALWAYS_FINE = 1000 };

/* What the table has of one path. */
struct stored {
    struct step *alive;
    struct grave {
        struct grave *next;
        uint32_t commit; /* that removed it */
        struct sv packed;
    } * graves;
    bool changed; /* to be written again whatever comes */
};

struct update {
    struct db *db;
    const struct history_news *news;
    struct history_space space;
    struct arena arena, scratch; /* for the whole of it; for one note */
    struct lineage lineage;
    struct history_commits book; /* those that are stored */
    uint32_t *people;            /* numbers of news->changes.commits.people */
    uint32_t *outside;           /* numbers of news->changes.commits.outside */
    struct map stored;           /* path -> struct stored */
    bool *reached;               /* for each stored commit, whether the new HEAD reaches it; NULL: it reaches all */
    struct history_entry *entries;
    size_t entry_count, entry_capacity;
    uint32_t *seen; /* person -> the note they were last seen at */
    size_t seen_count;
    uint32_t note;
};

/* --- asking git --- */

status history_gather(const char *root, const struct history_space *from, bool whole, struct progress *progress,
                      struct history_news *news_out, struct err *err)
{
    *news_out = (struct history_news){.from = *from};
    status s = git_tip_read(root, news_out->head, &news_out->shallow, err);
    /* Where a shallow clone is cut elsewhere now, commits have other parents than they had. */
    news_out->whole = whole || !from->head[0] || from->shallow != news_out->shallow || !news_out->head[0];
    if (s != DONE || !news_out->head[0])
        return s;
    struct git_changes_options options = {.root = root,
                                          .head = news_out->head,
                                          .since = news_out->whole ? NULL : from->head,
                                          .wanted = note_is_note_name,
                                          .progress = progress};
    struct err why = {0};
    s = git_changes_read(&options, &news_out->changes, &why);
    if (s == CONFLICTED && !news_out->whole) {
        git_changes_release(&news_out->changes);
        news_out->whole = true;
        options.since = NULL;
        return git_changes_read(&options, &news_out->changes, err);
    }
    if (s != DONE && err)
        *err = why;
    return s;
}

void history_news_release(struct history_news *news)
{
    git_changes_release(&news->changes);
}

/* --- what is stored --- */

struct take {
    struct update *update;
    struct stored *stored;
};

static status take_past(void *payload, const struct past_block *at, struct err *err)
{
    struct take *take = payload;
    struct update *update = take->update;
    struct past past = at->past;
    past.path = arena_copy(&update->arena, past.path);
    if (!past.path.ptr)
        return err_no_memory(err);
    if (!past.gone)
        return lineage_chain(&update->lineage, &past, &take->stored->alive, err);
    struct grave *grave = arena_alloc(&update->arena, sizeof *grave);
    struct past_walk walk;
    if (!grave)
        return err_no_memory(err);
    past_walk_begin(&past, &walk);
    if (!past_walk_next(&walk, NULL))
        return err_set(err, DB_DAMAGED, "damaged history");
    *grave = (struct grave){take->stored->graves, walk.item.commit, arena_copy(&update->arena, at->packed)};
    take->stored->graves = grave;
    return grave->packed.ptr ? DONE : err_no_memory(err);
}

static status stored_of(struct update *update, struct sv path, struct stored **out, struct err *err)
{
    struct map_entry *entry = map_get(&update->stored, path);
    if (entry) {
        *out = entry->value.ptr;
        return DONE;
    }
    struct stored *stored = arena_alloc(&update->arena, sizeof *stored);
    struct sv key = arena_copy(&update->arena, path);
    entry = stored && key.ptr ? map_put(&update->stored, key, NULL) : NULL;
    if (!entry)
        return err_no_memory(err);
    entry->value.ptr = *out = stored;
    struct take take = {update, stored};
    return update->news->whole ? DONE : history_pasts_of(update->db, update->space.id, path, take_past, &take, err);
}

static status stored_step(void *payload, struct sv path, struct step **out, struct err *err)
{
    struct stored *stored = NULL;
    status s = stored_of(payload, path, &stored, err);
    *out = s == DONE ? stored->alive : NULL;
    return s;
}

/* --- commits outside the news: what notes were there --- */

/* HEAD was the last commit when it was written, unless it went back then. */
static status find_commit(struct update *update, const struct git_id *id, uint32_t *number_out, struct err *err)
{
    for (uint32_t number = update->space.commits; number-- > 0;) {
        const struct history_commit *commit;
        status s = history_commit_read(&update->book, number, &commit, err);
        if (s != DONE)
            return s;
        if (memcmp(&commit->id, id, sizeof *id) == 0) {
            *number_out = number;
            return DONE;
        }
    }
    return NOT_FOUND;
}

static status mark_reached(struct update *update, uint32_t from, bool *reached, struct err *err)
{
    reached[from] = true;
    for (uint32_t number = from + 1; number-- > 0;) {
        const struct history_commit *commit;
        status s = reached[number] ? history_commit_read(&update->book, number, &commit, err) : STOP;
        if (s < DONE)
            return s;
        for (uint32_t i = 0; s == DONE && i < commit->parent_count; i++)
            reached[commit->parents[i]] = true;
    }
    return DONE;
}

static status reach(struct update *update, uint32_t from, bool **out, struct err *err)
{
    *out = arena_array(&update->arena, update->space.commits, sizeof **out);
    return *out ? mark_reached(update, from, *out, err) : err_no_memory(err);
}

static bool is_head(const struct update *update, const struct git_id *id)
{
    char text[41];
    git_id_format(id, text);
    return strcmp(text, update->space.head) == 0;
}

/* Which stored commits the new HEAD reaches, where the old one is none of them. NOT_FOUND: hardly any. */
static status find_reached(struct update *update, const struct git_id *ids, size_t count, struct err *err)
{
    uint32_t total = update->space.commits, dropped = 0;
    for (size_t i = 0; i < count; i++)
        if (is_head(update, &ids[i]))
            return DONE;
    update->reached = arena_array(&update->arena, total, sizeof *update->reached);
    if (!update->reached)
        return err_no_memory(err);
    status s = DONE;
    for (size_t i = 0; s == DONE && i < count; i++)
        s = mark_reached(update, update->outside[i], update->reached, err);
    for (uint32_t i = 0; i < total; i++)
        dropped += !update->reached[i];
    update->space.dropped = dropped;
    return s == DONE && dropped > DROPPED_ALWAYS_FINE && dropped > total / 2 ? NOT_FOUND : s;
}

/* Graves of notes that this HEAD has not removed. */
static status forget_grave(void *payload, const struct past_block *at, struct err *err)
{
    struct update *update = payload;
    struct stored *stored = NULL;
    struct past_walk walk;
    past_walk_begin(&at->past, &walk);
    if (!at->past.gone || !past_walk_next(&walk, NULL) || walk.item.commit >= update->space.commits ||
        update->reached[walk.item.commit])
        return DONE;
    status s = stored_of(update, at->past.path, &stored, err);
    if (s == DONE)
        stored->changed = true;
    return s;
}

static status go_back(struct update *update, uint32_t number, struct map *map, struct err *err)
{
    bool *reached;
    status s = reach(update, number, &reached, err);
    return s == DONE ? history_back(update->db, update->space.id, number, reached, update->space.commits,
                                    &update->lineage, map, err)
                     : s;
}

static status prepare_outside(struct update *update, struct err *err)
{
    struct git_id head;
    const struct git_commits *commits = &update->news->changes.commits;
    bool only = commits->count == 0;
    const struct git_id *ids = only ? &head : commits->outside;
    size_t count = only ? 1 : commits->outside_count;
    git_id_parse(sv_of(update->news->head), &head);
    update->outside = arena_array(&update->arena, count, sizeof *update->outside);
    update->lineage.outside = arena_array(&update->arena, count, sizeof *update->lineage.outside);
    status s = update->outside && update->lineage.outside ? DONE : err_no_memory(err);
    if (s == DONE && count == 0)
        return NOT_FOUND;
    update->lineage.outside_count = s == DONE ? count : 0;
    for (size_t i = 0; s == DONE && i < count; i++)
        s = find_commit(update, &ids[i], &update->outside[i], err);
    if (s == DONE)
        s = find_reached(update, ids, count, err);
    for (size_t i = 0; s == DONE && i < count; i++)
        if (!is_head(update, &ids[i]))
            s = go_back(update, update->outside[i], &update->lineage.outside[i], err);
    return s == DONE && update->reached ? history_each_past(update->db, update->space.id, forget_grave, update, err)
                                        : s;
}

/* --- commits --- */

static status write_people(struct update *update, struct err *err)
{
    const struct git_commits *commits = &update->news->changes.commits;
    update->people = arena_array(&update->arena, commits->people_count, sizeof *update->people);
    status s = update->people ? DONE : err_no_memory(err);
    for (size_t i = 0; s == DONE && i < commits->people_count; i++)
        s = history_person_add(update->db, &commits->people[i], &update->people[i], err);
    return s;
}

static status number_parents(struct update *update, const struct git_commit *commit, struct history_commit *out,
                             struct err *err)
{
    uint32_t *parents = arena_array(&update->arena, commit->side_count, sizeof *parents);
    if (!parents)
        return err_no_memory(err);
    for (uint32_t i = 0; i < commit->side_count; i++) {
        uint32_t parent = commit->sides[i].parent;
        if (parent != GIT_NO_PARENT)
            parents[out->parent_count++] =
                parent >= GIT_OUTSIDE ? update->outside[parent - GIT_OUTSIDE] : update->space.commits + parent;
    }
    out->parents = parents;
    return DONE;
}

static status write_commits(struct update *update, struct err *err)
{
    const struct git_commits *commits = &update->news->changes.commits;
    struct history_commit *rows = arena_array(&update->arena, commits->count, sizeof *rows);
    status s = rows ? DONE : err_no_memory(err);
    for (size_t i = 0; s == DONE && i < commits->count; i++) {
        const struct git_commit *commit = &commits->items[i];
        rows[i] = (struct history_commit){
            .id = commit->id, .time = commit->time, .author = update->people[commit->author], .cut = commit->cut};
        s = number_parents(update, commit, &rows[i], err);
    }
    return s == DONE
               ? history_commits_add(update->db, update->space.id, update->space.commits, rows, commits->count, err)
               : s;
}

/* --- notes --- */

static status commit_of(struct update *update, uint32_t number, struct history_commit *out, struct err *err)
{
    if (number >= update->space.commits) {
        const struct git_commit *commit = &update->news->changes.commits.items[number - update->space.commits];
        *out =
            (struct history_commit){.time = commit->time, .author = update->people[commit->author], .cut = commit->cut};
        return DONE;
    }
    const struct history_commit *commit;
    status s = history_commit_read(&update->book, number, &commit, err);
    if (s == DONE)
        *out = *commit;
    return s;
}

static status see_person(struct update *update, uint32_t person, struct buf *people, struct err *err)
{
    while (update->seen_count <= person) {
        enum { STEP = 1024 };
        uint32_t *seen = memory_resize(update->seen, (person + STEP) * sizeof *seen);
        if (!seen)
            return err_no_memory(err);
        memset(seen + update->seen_count, 0, (person + STEP - update->seen_count) * sizeof *seen);
        update->seen = seen;
        update->seen_count = person + STEP;
    }
    if (update->seen[person] != update->note)
        pack_number(people, person);
    update->seen[person] = update->note;
    return DONE;
}

static void see_time(struct past *past, int64_t time)
{
    if (time == 0)
        return;
    if (past->created == 0 || time < past->created)
        past->created = time;
    if (past->modified == 0 || time > past->modified)
        past->modified = time;
}

/* Oldest first, so that people come in the order of their first change. */
static status sum_up(struct update *update, const struct past_item *items, size_t count, struct past *past,
                     struct buf *people, struct err *err)
{
    status s = DONE;
    update->note++;
    for (size_t i = count; s == DONE && i-- > 0;) {
        struct history_commit commit;
        if (items[i].silent)
            continue;
        s = commit_of(update, items[i].commit, &commit, err);
        if (s == DONE && commit.cut) {
            past->cut = true;
        } else if (s == DONE) {
            past->changes++;
            see_time(past, commit.time);
            s = see_person(update, commit.author, people, err);
        }
    }
    if (past->cut)
        past->created = 0;
    if (past->cut)
        past->changes = 0;
    return s;
}

static status add_entry(struct update *update, struct sv path, struct sv packed, struct err *err)
{
    struct history_entry *entries =
        arena_grow(&update->arena, update->entries, &update->entry_capacity, update->entry_count, sizeof *entries);
    struct sv copy = packed.len > 0 ? arena_copy(&update->arena, packed) : packed;
    if (!entries || (packed.len > 0 && !copy.ptr))
        return err_no_memory(err);
    update->entries = entries;
    entries[update->entry_count++] = (struct history_entry){path, copy};
    return DONE;
}

static status add_past(struct update *update, struct sv path, struct step *step, bool gone, struct err *err)
{
    struct past_item *items;
    size_t count;
    struct buf people = {0}, packed_items = {0}, packed = {0};
    struct past past = {.path = path, .gone = gone, .fused = step->fused};
    arena_reset(&update->scratch);
    status s = lineage_items(&update->lineage, step, &update->scratch, &items, &count, err);
    if (s == DONE)
        s = sum_up(update, items, count, &past, &people, err);
    if (s == DONE) {
        past_pack_items(path, items, count, &packed_items);
        past.people = buf_view(&people);
        past.items = buf_view(&packed_items);
        past_pack(&past, &packed);
        s = people.failed || packed_items.failed ? err_no_memory(err) : buf_check(&packed, err);
    }
    if (s == DONE)
        s = add_entry(update, path, buf_view(&packed), err);
    buf_release(&people);
    buf_release(&packed_items);
    buf_release(&packed);
    return s;
}

/* What is there comes before what is gone. */
static status collect_path(struct update *update, struct sv path, struct step *step, struct err *err)
{
    struct map_entry *dead = map_get(&update->lineage.deaths, path);
    struct stored *stored = NULL;
    status s = stored_of(update, path, &stored, err);
    if (s != DONE || (step == stored->alive && !dead && !stored->changed))
        return s;
    size_t before = update->entry_count;
    if (step)
        s = add_past(update, path, step, false, err);
    for (struct step *death = dead ? dead->value.ptr : NULL; s == DONE && death;) {
        struct step *next = death->beside;
        death->beside = NULL;
        s = add_past(update, path, death, true, err);
        death = next;
    }
    for (const struct grave *grave = stored->graves; s == DONE && grave; grave = grave->next)
        if (!update->reached || update->reached[grave->commit])
            s = add_entry(update, path, grave->packed, err);
    return s == DONE && update->entry_count == before ? add_entry(update, path, (struct sv){0}, err) : s;
}

struct named {
    struct sv path;
    struct step *step;
};

static int by_name(const void *left, const void *right)
{
    return sv_cmp(((const struct named *)left)->path, ((const struct named *)right)->path);
}

/* Every path that was looked at, once and in order. */
static status collect(struct update *update, struct err *err)
{
    const struct map *now = update->lineage.now, *stored = &update->stored;
    struct named *names = arena_array(&update->arena, now->count + stored->count, sizeof *names);
    size_t count = 0;
    status s = DONE;
    if (!names)
        return err_no_memory(err);
    for (size_t i = 0; i < now->count; i++)
        names[count++] = (struct named){now->entries[i].key, now->entries[i].value.ptr};
    for (size_t i = 0; i < stored->count; i++) {
        const struct stored *at = stored->entries[i].value.ptr;
        if (at->changed && !map_get(now, stored->entries[i].key))
            names[count++] = (struct named){stored->entries[i].key, at->alive};
    }
    qsort(names, count, sizeof *names, by_name);
    for (size_t i = 0; s == DONE && i < count; i++)
        s = collect_path(update, names[i].path, names[i].step, err);
    return s;
}

/* --- all of it --- */

static status begin(struct update *update, struct err *err)
{
    const struct history_news *news = update->news;
    struct history_space *space = &update->space;
    status s = DONE;
    if (news->whole) {
        if (space->id != 0)
            s = history_space_clear(update->db, space->id, err);
        space->commits = space->dropped = 0;
    }
    update->book = (struct history_commits){
        .db = update->db, .space = space->id, .count = space->commits, .arena = &update->arena};
    update->lineage.commits = &news->changes.commits;
    update->lineage.first = space->commits;
    update->lineage.payload = update;
    update->lineage.stored = news->whole ? NULL : stored_step;
    return s == DONE && !news->whole ? prepare_outside(update, err) : s;
}

static status write_all(struct update *update, struct sv name, struct err *err)
{
    const struct history_news *news = update->news;
    struct history_space *space = &update->space;
    status s = begin(update, err);
    if (s != DONE)
        return s;
    struct history_space written = *space;
    memcpy(written.head, news->head, sizeof written.head);
    written.shallow = news->shallow;
    written.commits += (uint32_t)news->changes.commits.count;
    s = history_space_write(update->db, name, &written, err);
    space->id = written.id;
    if (!news->head[0])
        return s;
    if (s == DONE)
        s = write_people(update, err);
    if (s == DONE)
        s = write_commits(update, err);
    if (s == DONE)
        s = lineage_run(&update->lineage, err);
    if (s == DONE)
        s = collect(update, err);
    return s == DONE ? history_write(update->db, space->id, update->entries, update->entry_count, err) : s;
}

static bool same_space(const struct history_space *a, const struct history_space *b)
{
    return a->id == b->id && strcmp(a->head, b->head) == 0 && a->shallow == b->shallow && a->commits == b->commits;
}

status history_apply(struct db *db, struct sv space, const struct history_news *news, struct err *err)
{
    struct update update = {.db = db, .news = news};
    status s = history_space_read(db, space, &update.space, err);
    if (s == DONE && !same_space(&update.space, &news->from))
        s = STOP;
    if (s == DONE)
        s = write_all(&update, space, err);
    lineage_release(&update.lineage);
    map_release(&update.stored);
    arena_release(&update.arena);
    arena_release(&update.scratch);
    free(update.seen);
    return s;
}
