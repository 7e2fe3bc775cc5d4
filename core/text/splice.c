#include "text/splice.h"

#include "base/i18n.h"

#include <stdlib.h>

void splices_add(struct splices *splices, size_t begin, size_t end, struct sv text)
{
    struct splice *grown =
        arena_grow(splices->arena, splices->items, &splices->capacity, splices->count, sizeof *grown);
    if (grown == NULL) {
        splices->failed = true;
        return;
    }
    splices->items = grown;
    splices->items[splices->count++] = (struct splice){.begin = begin, .end = end, .text = text};
}

static bool stands_before(const struct splice *a, const struct splice *b)
{
    return a->begin != b->begin ? a->begin < b->begin : a->begin == a->end && b->begin != b->end;
}

/* Merges the sorted halves [0, middle) and [middle, count): stable, as qsort is not. */
static void merge(struct splice *items, size_t middle, size_t count, struct splice *scratch)
{
    size_t left = 0, right = middle, n = 0;
    while (left < middle || right < count)
        if (right == count || (left < middle && !stands_before(&items[right], &items[left])))
            scratch[n++] = items[left++];
        else
            scratch[n++] = items[right++];
    for (size_t i = 0; i < count; i++)
        items[i] = scratch[i];
}

static void sort(struct splice *items, size_t count, struct splice *scratch)
{
    if (count < 2)
        return;
    sort(items, count / 2, scratch);
    sort(items + count / 2, count - count / 2, scratch);
    merge(items, count / 2, count, scratch);
}

static bool are_apart(const struct splices *splices, size_t len)
{
    size_t behind = 0;
    for (size_t i = 0; i < splices->count; i++) {
        const struct splice *splice = &splices->items[i];
        if (splice->begin < behind || splice->end < splice->begin || splice->end > len)
            return false;
        behind = splice->end;
    }
    return true;
}

status splices_apply(struct splices *splices, struct sv text, struct buf *out, struct err *err)
{
    struct splice *scratch = arena_array(splices->arena, splices->count, sizeof *scratch);
    if (splices->failed || scratch == NULL)
        return err_no_memory(err);
    sort(splices->items, splices->count, scratch);
    if (!are_apart(splices, text.len))
        return err_set(err, FAILED, _("internal error: two edits of a note overlap; nothing was changed"));
    size_t at = 0;
    for (size_t i = 0; i < splices->count; i++) {
        buf_put(out, sv_sub(text, at, splices->items[i].begin - at));
        buf_put(out, splices->items[i].text);
        at = splices->items[i].end;
    }
    buf_put(out, sv_from(text, at));
    return buf_check(out, err);
}
