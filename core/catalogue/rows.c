#include "catalogue/rows.h"

#include <stdlib.h>
#include <string.h>

void rows_release(struct rows *rows)
{
    arena_release(&rows->arena);
    *rows = (struct rows){0};
}

status rows_add(struct rows *rows, int64_t id, struct sv path, const struct facts *facts, struct err *err)
{
    struct row *items = arena_grow(&rows->arena, rows->items, &rows->capacity, rows->count, sizeof *items);
    if (!items)
        return err_no_memory(err);
    rows->items = items;
    struct sv copy = arena_copy(&rows->arena, path);
    if (!copy.ptr)
        return err_no_memory(err);
    rows->items[rows->count++] = (struct row){.id = id, .path = copy, .facts = *facts};
    return DONE;
}

static int compare_by_id(const void *a, const void *b, void *payload)
{
    const struct rows *rows = payload;
    int64_t left = rows->items[*(const uint32_t *)a].id, right = rows->items[*(const uint32_t *)b].id;
    return (left > right) - (left < right);
}

status rows_seal(struct rows *rows, struct err *err)
{
    rows->by_id = arena_array(&rows->arena, rows->count, sizeof *rows->by_id);
    if (!rows->by_id)
        return err_no_memory(err);
    bool sorted = true;
    for (size_t i = 0; i < rows->count; i++) {
        rows->by_id[i] = (uint32_t)i;
        sorted = sorted && (i == 0 || rows->items[i - 1].id <= rows->items[i].id);
    }
    if (!sorted)
        qsort_r(rows->by_id, rows->count, sizeof *rows->by_id, compare_by_id, rows);
    rows->loaded = true;
    return DONE;
}

size_t rows_lower_bound(const struct rows *rows, struct sv path)
{
    size_t low = 0, high = rows->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sv_cmp(rows->items[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct row *rows_find(const struct rows *rows, struct sv path)
{
    size_t at = rows_lower_bound(rows, path);
    return at < rows->count && sv_eq(rows->items[at].path, path) ? &rows->items[at] : NULL;
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

size_t rows_rank(const struct rows *rows, const struct row *row)
{
    return (size_t)(row - rows->items);
}

bool row_is_note(const struct row *row)
{
    return !(row->facts.flags & FACTS_HIDDEN);
}

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
