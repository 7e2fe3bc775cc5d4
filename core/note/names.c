#include "note/names.h"

#include "text/fold.h"

/* Up to here a look through all of them is faster than hashing, and most notes have but a few. */
enum { FEW = 16 };

static bool is_ascii(struct sv s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    return true;
}

static bool has_upper(struct sv s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z')
            return true;
    return false;
}

/* The folded name; `ptr` NULL when there is no memory. */
static struct sv fold(struct names *names, struct sv name)
{
    if (is_ascii(name)) {
        if (!has_upper(name))
            return name;
        struct sv copy = arena_copy(names->arena, name);
        for (size_t i = 0; copy.ptr != NULL && i < copy.len; i++)
            if (copy.ptr[i] >= 'A' && copy.ptr[i] <= 'Z')
                ((char *)copy.ptr)[i] = (char)(copy.ptr[i] - 'A' + 'a');
        return copy;
    }
    buf_clear(&names->scratch);
    fold_case(name, &names->scratch);
    return names->scratch.failed ? (struct sv){0} : arena_copy(names->arena, buf_view(&names->scratch));
}

static bool index_all(struct names *names)
{
    for (size_t i = names->index.count; i < names->count; i++)
        if (map_put(&names->index, names->folded[i], NULL) == NULL)
            return false;
    return true;
}

static bool holds(struct names *names, struct sv folded)
{
    if (names->count > FEW) {
        if (!index_all(names)) {
            names->failed = true;
            return true;
        }
        return map_get(&names->index, folded) != NULL;
    }
    for (size_t i = 0; i < names->count; i++)
        if (sv_eq(names->folded[i], folded))
            return true;
    return false;
}

void names_add(struct names *names, struct sv name)
{
    if (name.len == 0 || names->failed)
        return;
    struct sv folded = fold(names, name);
    if (folded.ptr == NULL) {
        names->failed = true;
        return;
    }
    if (holds(names, folded))
        return;
    struct sv *items = arena_grow(names->arena, names->items, &names->item_capacity, names->count, sizeof(*items));
    struct sv *keys = arena_grow(names->arena, names->folded, &names->folded_capacity, names->count, sizeof(*keys));
    if (items != NULL)
        names->items = items;
    if (keys != NULL)
        names->folded = keys;
    if (items == NULL || keys == NULL) {
        names->failed = true;
        return;
    }
    names->items[names->count] = name;
    names->folded[names->count++] = folded;
}

void names_release(struct names *names)
{
    map_release(&names->index);
    buf_release(&names->scratch);
}
