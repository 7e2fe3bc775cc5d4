#include "catalogue/rows.h"

#include "catalogue/fold_key.h"
#include "catalogue/rows_draft.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void rows_release(struct rows *rows)
{
    rows_draft_free(rows->draft);
    if (rows->is_mapped)
        munmap(rows->image, rows->image_size);
    else
        free(rows->image);
    *rows = (struct rows){0};
}

/* --- looking up --- */

size_t rows_lower_bound(const struct rows *rows, struct sv path)
{
    size_t low = 0, high = rows->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sv_cmp(row_path(&rows->items[middle]), path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct row *rows_find(const struct rows *rows, struct sv path)
{
    size_t at = rows_lower_bound(rows, path);
    return at < rows->count && sv_eq(row_path(&rows->items[at]), path) ? &rows->items[at] : NULL;
}

const struct row *rows_by_id(const struct rows *rows, int64_t id)
{
    size_t low = 0, high = rows->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows->items[rows->by_id[middle]].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (id <= 0 || low == rows->count || rows->items[rows->by_id[low]].id != id)
        return NULL;
    return &rows->items[rows->by_id[low]];
}

const struct folder_row *rows_find_folder(const struct rows *rows, struct sv path)
{
    size_t low = 0, high = rows->folder_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = sv_cmp(folder_row_path(&rows->folders[middle]), path);
        if (order == 0)
            return &rows->folders[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

size_t rows_rank(const struct rows *rows, const struct row *row)
{
    return (size_t)(row - rows->items);
}

bool row_is_note(const struct row *row)
{
    return !(row->facts.flags & FACTS_HIDDEN);
}

/* --- ends of paths --- */

/* How many bytes the two have in common at their ends, each taken to begin with a "/". */
static size_t common_end(struct sv a, struct sv b)
{
    size_t most = a.len < b.len ? a.len : b.len, common = 0;
    while (common < most && a.ptr[a.len - 1 - common] == b.ptr[b.len - 1 - common])
        common++;
    if (common == most && a.len == b.len)
        return common + 1;
    const struct sv *longer = a.len > b.len ? &a : &b;
    if (common == most && longer->ptr[longer->len - 1 - common] == '/')
        common++;
    return common;
}

int path_cmp_from_end(struct sv a, struct sv b)
{
    size_t common = common_end(a, b);
    if (common > a.len || common > b.len)
        return (common <= a.len) - (common <= b.len);
    int left = common == a.len ? '/' : (unsigned char)a.ptr[a.len - 1 - common];
    int right = common == b.len ? '/' : (unsigned char)b.ptr[b.len - 1 - common];
    return left - right;
}

/* Where in by_end a note with such a path stands, or would. */
static size_t lower_bound_of_end(const struct rows *rows, struct sv bare)
{
    size_t low = 0, high = rows->note_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct sv other = without_note_suffix(row_path(&rows->items[rows->by_end[middle]]));
        if (path_cmp_from_end(other, bare) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t shared_with(const struct rows *rows, size_t at, struct sv bare)
{
    return common_end(without_note_suffix(row_path(&rows->items[rows->by_end[at]])), bare);
}

/* Whoever shares the most with a path stands beside it. */
static size_t shared_end(const struct rows *rows, const struct row *row, struct sv bare)
{
    size_t at = lower_bound_of_end(rows, bare);
    size_t most = at > 0 ? shared_with(rows, at - 1, bare) : 0;
    if (at < rows->note_count && rows->by_end[at] == rows_rank(rows, row))
        at++;
    size_t next = at < rows->note_count ? shared_with(rows, at, bare) : 0;
    return next > most ? next : most;
}

struct sv rows_own_end(const struct rows *rows, const struct row *row)
{
    struct sv bare = without_note_suffix(row_path(row));
    size_t shared = shared_end(rows, row, bare);
    if (shared > bare.len)
        return (struct sv){0};
    /* The end is at least as long as what is shared, for its "/" is not; and it begins a part. */
    size_t slash = sv_rchr(sv_sub(bare, 0, bare.len - (shared > 0 ? shared : 1)), '/');
    return slash == SIZE_MAX ? bare : sv_from(bare, slash + 1);
}

size_t rows_count_end(const struct rows *rows, struct sv end)
{
    size_t first = lower_bound_of_end(rows, end), low = first, high = rows->note_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (shared_with(rows, middle, end) > end.len)
            low = middle + 1;
        else
            high = middle;
    }
    return low - first;
}

/* --- facts --- */

void facts_pack(const struct facts *facts, char into[FACTS_SIZE])
{
    memcpy(into, &facts->size, 8);
    memcpy(into + 8, &facts->mtime_ns, 8);
    memcpy(into + 16, &facts->ctime_ns, 8);
    memcpy(into + 24, &facts->inode, 8);
    memcpy(into + 32, &facts->hash, 8);
    memcpy(into + 40, &facts->mode, 4);
    memcpy(into + 44, &facts->body, 4);
    into[48] = (char)facts->visibility;
    into[49] = (char)facts->flags;
    memcpy(into + 50, &facts->content_at, 8);
}

bool facts_unpack(struct sv bytes, struct facts *facts_out)
{
    if (bytes.len != FACTS_SIZE)
        return false;
    memcpy(&facts_out->size, bytes.ptr, 8);
    memcpy(&facts_out->mtime_ns, bytes.ptr + 8, 8);
    memcpy(&facts_out->ctime_ns, bytes.ptr + 16, 8);
    memcpy(&facts_out->inode, bytes.ptr + 24, 8);
    memcpy(&facts_out->hash, bytes.ptr + 32, 8);
    memcpy(&facts_out->mode, bytes.ptr + 40, 4);
    memcpy(&facts_out->body, bytes.ptr + 44, 4);
    facts_out->visibility = (uint8_t)bytes.ptr[48];
    facts_out->flags = (uint8_t)bytes.ptr[49];
    memcpy(&facts_out->content_at, bytes.ptr + 50, 8);
    return true;
}

void facts_of_stamp(const struct file_stamp *stamp, struct facts *facts_out)
{
    *facts_out = (struct facts){.size = stamp->size,
                                .mtime_ns = stamp->mtime_ns,
                                .ctime_ns = stamp->ctime_ns,
                                .inode = stamp->inode,
                                .mode = stamp->mode,
                                .visibility = FACTS_NO_VISIBILITY};
}

bool facts_same_stamp(const struct facts *facts, const struct file_stamp *stamp)
{
    return facts->size == stamp->size && facts->mtime_ns == stamp->mtime_ns && facts->ctime_ns == stamp->ctime_ns &&
           facts->inode == stamp->inode && facts->mode == stamp->mode;
}
