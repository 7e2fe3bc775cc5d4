/* Rows are collected in arrays first and laid out in one piece when all are known. */
#include "catalogue/rows_draft.h"

#include "catalogue/fold_key.h"

#include <stdlib.h>
#include <string.h>

const char rows_magic[8] = "chirows";

/* Until sealed, a row's or folder's `path_at` is from the beginning of `paths`. */
struct rows_draft {
    struct row *items;
    struct folder_row *folders;
    size_t count, capacity, folder_count, folder_capacity;
    struct buf paths;
};

void rows_draft_free(struct rows_draft *draft)
{
    if (!draft)
        return;
    free(draft->items);
    free(draft->folders);
    buf_release(&draft->paths);
    free(draft);
}

static struct rows_draft *draft_of(struct rows *rows)
{
    if (!rows->draft)
        rows->draft = memory_zero(1, sizeof *rows->draft);
    return rows->draft;
}

static status too_many(struct err *err)
{
    return err_set(err, FAILED, "%s", "more paths than offsets of 32 bits can tell");
}

static status put_path(struct rows_draft *draft, struct sv path, uint32_t *at_out, uint32_t *length_out,
                       struct err *err)
{
    if (path.len >= UINT32_MAX / 2 || draft->paths.len >= UINT32_MAX / 2)
        return too_many(err);
    *at_out = (uint32_t)draft->paths.len;
    *length_out = (uint32_t)path.len;
    buf_put(&draft->paths, path);
    buf_char(&draft->paths, '\0');
    return buf_check(&draft->paths, err);
}

status rows_add(struct rows *rows, int64_t id, struct sv path, const struct facts *facts, struct err *err)
{
    struct rows_draft *draft = draft_of(rows);
    struct row *items = draft ? array_grow(draft->items, &draft->capacity, draft->count, sizeof *items) : NULL;
    if (!items)
        return err_no_memory(err);
    draft->items = items;
    struct row *row = &items[draft->count];
    memset(row, 0, sizeof *row); /* the gaps, too, which the checksum covers */
    row->id = id;
    row->facts = *facts;
    status s = put_path(draft, path, &row->path_at, &row->path_length, err);
    draft->count += s == DONE;
    return s;
}

status rows_add_folder(struct rows *rows, struct sv path, const struct folder_row *folder, struct err *err)
{
    struct rows_draft *draft = draft_of(rows);
    struct folder_row *folders =
        draft ? array_grow(draft->folders, &draft->folder_capacity, draft->folder_count, sizeof *folders) : NULL;
    if (!folders)
        return err_no_memory(err);
    draft->folders = folders;
    struct folder_row *added = &folders[draft->folder_count];
    *added = *folder;
    added->first = added->count = 0;
    status s = put_path(draft, path, &added->path_at, &added->path_length, err);
    draft->folder_count += s == DONE;
    return s;
}

/* --- the layout --- */

static size_t aligned(size_t size)
{
    return (size + 7) / 8 * 8;
}

bool rows_lay_out(struct rows *rows)
{
    const struct rows_head *head = (const struct rows_head *)(const void *)rows->image;
    const size_t most = UINT32_MAX / 2 / sizeof(struct row);
    if (head->count > most || head->folder_count > most || head->note_count > head->count)
        return false;
    size_t at = aligned(sizeof *head);
    rows->count = head->count;
    rows->note_count = head->note_count;
    rows->folder_count = head->folder_count;
    rows->items = (const struct row *)(const void *)(rows->image + at);
    at += rows->count * sizeof *rows->items;
    rows->folders = (const struct folder_row *)(const void *)(rows->image + at);
    at += rows->folder_count * sizeof *rows->folders;
    rows->by_id = (const uint32_t *)(const void *)(rows->image + at);
    at += aligned(rows->count * sizeof *rows->by_id);
    rows->by_end = (const uint32_t *)(const void *)(rows->image + at);
    at += aligned(rows->note_count * sizeof *rows->by_end);
    rows->members = (const uint32_t *)(const void *)(rows->image + at);
    at += aligned(rows->count * sizeof *rows->members);
    rows->change = head->change;
    rows->swept_ns = head->swept_ns;
    rows->rules = head->rules;
    return at <= rows->image_size;
}

static status make_image(struct rows *rows, struct err *err)
{
    struct rows_draft *draft = rows->draft;
    struct rows_head head = {.head_size = sizeof head,
                             .row_size = sizeof(struct row),
                             .folder_size = sizeof(struct folder_row),
                             .change = rows->change,
                             .swept_ns = rows->swept_ns,
                             .rules = rows->rules,
                             .count = draft->count,
                             .folder_count = draft->folder_count};
    memcpy(head.magic, rows_magic, sizeof head.magic);
    for (size_t i = 0; i < draft->count; i++)
        head.note_count += row_is_note(&draft->items[i]);
    size_t sections = aligned(sizeof head) + draft->count * sizeof(struct row) +
                      draft->folder_count * sizeof(struct folder_row) + 2 * aligned(draft->count * sizeof(uint32_t)) +
                      aligned(head.note_count * sizeof(uint32_t));
    head.size = sections + draft->paths.len;
    if (head.size > UINT32_MAX)
        return too_many(err);
    rows->image = memory_zero(1, head.size);
    if (!rows->image)
        return err_no_memory(err);
    rows->image_size = head.size;
    memcpy(rows->image, &head, sizeof head);
    rows_lay_out(rows);
    if (draft->paths.len > 0)
        memcpy(rows->image + sections, draft->paths.ptr, draft->paths.len);
    return DONE;
}

/* The sections are handed out as constant; until then they are ours to write. */
static void *writable(struct rows *rows, const void *section)
{
    return rows->image + ((const char *)section - rows->image);
}

static uint32_t distance(const struct rows *rows, size_t paths, uint32_t at, const void *from)
{
    return (uint32_t)(paths + at - (size_t)((const char *)from - rows->image));
}

/* A path's place becomes its distance from who has it. */
static void place(struct rows *rows)
{
    const struct rows_draft *draft = rows->draft;
    size_t paths = rows->image_size - draft->paths.len;
    struct row *items = writable(rows, rows->items);
    struct folder_row *folders = writable(rows, rows->folders);
    for (size_t i = 0; i < rows->count; i++) {
        items[i] = draft->items[i];
        items[i].path_at = distance(rows, paths, items[i].path_at, &items[i]);
    }
    for (size_t i = 0; i < rows->folder_count; i++) {
        folders[i] = draft->folders[i];
        folders[i].path_at = distance(rows, paths, folders[i].path_at, &folders[i]);
    }
}

/* --- orders --- */

typedef int (*order_fn)(const struct row *a, const struct row *b);

static int by_id(const struct row *a, const struct row *b)
{
    return (a->id > b->id) - (a->id < b->id);
}

static int by_end(const struct row *a, const struct row *b)
{
    int order = path_cmp_from_end(without_note_suffix(row_path(a)), without_note_suffix(row_path(b)));
    return order != 0 ? order : (a > b) - (a < b);
}

struct ordering {
    const struct rows *rows;
    order_fn order;
};

static int cmp_in(const void *a, const void *b, void *payload)
{
    const struct ordering *ordering = payload;
    return ordering->order(&ordering->rows->items[*(const uint32_t *)a], &ordering->rows->items[*(const uint32_t *)b]);
}

/* For each row of `before` its place in `rows`, or UINT32_MAX where its path, id or kind is not there any more; `fresh`
 * tells which of `rows` have no such forerunner. */
struct ancestry {
    uint32_t *now;
    bool *fresh;
};

static bool same_row(const struct row *a, const struct row *b)
{
    return a->id == b->id && row_is_note(a) == row_is_note(b);
}

static void pair_up(const struct rows *rows, const struct rows *before, const struct ancestry *ancestry)
{
    size_t i = 0, j = 0;
    while (i < rows->count || j < before->count) {
        int order = i == rows->count     ? 1
                    : j == before->count ? -1
                                         : sv_cmp(row_path(&rows->items[i]), row_path(&before->items[j]));
        bool paired = order == 0 && same_row(&rows->items[i], &before->items[j]);
        if (order >= 0)
            ancestry->now[j++] = paired ? (uint32_t)i : UINT32_MAX;
        if (order <= 0)
            ancestry->fresh[i++] = !paired;
    }
}

/* What stood in order before keeps it; what is new is sorted and merged in. */
static size_t merge(const struct ordering *ordering, uint32_t *into, uint32_t *old, size_t old_count, uint32_t *added,
                    size_t added_count)
{
    size_t i = 0, j = 0, count = 0;
    while (i < old_count || j < added_count) {
        bool take_old = j == added_count || (i < old_count && cmp_in(&old[i], &added[j], (void *)ordering) <= 0);
        into[count++] = take_old ? old[i++] : added[j++];
    }
    return count;
}

static bool takes_part(const struct row *row, bool notes_only)
{
    return !notes_only || row_is_note(row);
}

static status put_in_order(const struct ordering *ordering, uint32_t *into, bool notes_only, const uint32_t *before,
                           size_t before_count, const struct ancestry *ancestry, struct err *err)
{
    const struct rows *rows = ordering->rows;
    uint32_t *kept = memory_alloc((rows->count + 1) * 2 * sizeof *kept), *added = kept + rows->count + 1;
    size_t kept_count = 0, added_count = 0;
    if (!kept)
        return err_no_memory(err);
    for (size_t i = 0; i < before_count; i++)
        if (ancestry->now[before[i]] != UINT32_MAX)
            kept[kept_count++] = ancestry->now[before[i]];
    for (size_t i = 0; i < rows->count; i++)
        if (ancestry->fresh[i] && takes_part(&rows->items[i], notes_only))
            added[added_count++] = (uint32_t)i;
    qsort_r(added, added_count, sizeof *added, cmp_in, (void *)ordering);
    merge(ordering, into, kept, kept_count, added, added_count);
    free(kept);
    return DONE;
}

static status make_orders(struct rows *rows, const struct rows *before, struct err *err)
{
    static const struct rows none = {0};
    const struct ordering ids = {rows, by_id}, ends = {rows, by_end};
    if (!before || !before->loaded)
        before = &none;
    struct ancestry ancestry = {memory_alloc((before->count + 1) * sizeof *ancestry.now),
                                memory_zero(rows->count + 1, sizeof *ancestry.fresh)};
    status s = ancestry.now && ancestry.fresh ? DONE : err_no_memory(err);
    if (s == DONE) {
        pair_up(rows, before, &ancestry);
        s = put_in_order(&ids, writable(rows, rows->by_id), false, before->by_id, before->count, &ancestry, err);
    }
    if (s == DONE)
        s = put_in_order(&ends, writable(rows, rows->by_end), true, before->by_end, before->note_count, &ancestry, err);
    free(ancestry.now);
    free(ancestry.fresh);
    return s;
}

/* --- members --- */

/* Rows come in order of paths, so those of one folder mostly come together. Rows without their folder (there are none
 * after a walk) are members of nothing. */
static const struct folder_row *folder_of(const struct rows *rows, const struct row *row, const struct folder_row *last)
{
    struct sv folder = sv_dirname(row_path(row));
    return last && sv_eq(folder_row_path(last), folder) ? last : rows_find_folder(rows, folder);
}

static void gather_members(struct rows *rows)
{
    struct folder_row *folders = writable(rows, rows->folders);
    uint32_t *members = writable(rows, rows->members), first = 0;
    const struct folder_row *folder = NULL;
    for (size_t i = 0; i < rows->count; i++)
        if ((folder = folder_of(rows, &rows->items[i], folder)))
            folders[folder - rows->folders].count++;
    for (size_t i = 0; i < rows->folder_count; i++) {
        folders[i].first = first;
        first += folders[i].count;
        folders[i].count = 0;
    }
    folder = NULL;
    for (size_t i = 0; i < rows->count; i++)
        if ((folder = folder_of(rows, &rows->items[i], folder)))
            members[folder->first + folders[folder - rows->folders].count++] = (uint32_t)i;
}

status rows_seal(struct rows *rows, const struct rows *before, struct err *err)
{
    if (!draft_of(rows))
        return err_no_memory(err);
    status s = make_image(rows, err);
    if (s != DONE)
        return s;
    place(rows);
    gather_members(rows);
    s = make_orders(rows, before, err);
    rows_draft_free(rows->draft);
    rows->draft = NULL;
    rows->loaded = s == DONE;
    return s;
}
