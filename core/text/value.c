#include "text/value.h"

const struct value *value_get(const struct value *map, struct sv key)
{
    if (map == NULL || map->kind != VALUE_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (sv_eq(map->members[i].key, key))
            return map->members[i].value;
    return NULL;
}

/* Takes "[12]" off the front of `path`. False when that is not what stands there. */
static bool take_index(struct sv *path, size_t *index_out)
{
    int64_t index;
    size_t close = sv_chr(*path, ']');
    if (close == SIZE_MAX || !sv_to_i64(sv_sub(*path, 1, close - 1), &index) || index < 0)
        return false;
    *path = sv_from(*path, close + 1);
    *index_out = (size_t)index;
    return true;
}

static struct sv take_key(struct sv *path)
{
    size_t end = 0;
    while (end < path->len && path->ptr[end] != '.' && path->ptr[end] != '[')
        end++;
    struct sv key = sv_sub(*path, 0, end);
    *path = sv_from(*path, end);
    return key;
}

const struct value *value_at(const struct value *root, struct sv path)
{
    const struct value *at = root;
    bool first = true;
    while (at != NULL && path.len > 0) {
        if (path.ptr[0] == '[') {
            size_t index;
            if (!take_index(&path, &index))
                return NULL;
            at = at->kind == VALUE_LIST ? value_nth(at, index) : NULL;
        } else {
            if (!first && path.ptr[0] == '.')
                path = sv_from(path, 1);
            else if (!first)
                return NULL;
            at = value_get(at, take_key(&path));
        }
        first = false;
    }
    return at;
}

struct sv value_text(const struct value *value)
{
    if (value == NULL || value->kind == VALUE_LIST || value->kind == VALUE_MAP)
        return (struct sv){0};
    return value->text;
}

size_t value_count(const struct value *value)
{
    if (value == NULL || value->kind == VALUE_NULL)
        return 0;
    return value->kind == VALUE_LIST ? value->count : 1;
}

const struct value *value_nth(const struct value *value, size_t n)
{
    if (n >= value_count(value))
        return NULL;
    return value->kind == VALUE_LIST ? value->members[n].value : value;
}
