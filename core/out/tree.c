#include "out/tree.h"

#include "base/i18n.h"

#include <jansson.h>

/* A struct tree is a json_t under a name of ours: its type stays behind this door. */
static const json_t *json_of(const struct tree *value)
{
    return (const json_t *)(const void *)value;
}

static const struct tree *tree_of(const json_t *json)
{
    return (const struct tree *)(const void *)json;
}

status tree_parse(struct sv json, struct tree **root_out, struct err *err)
{
    json_error_t error;
    json_t *root = json_loadb(json.ptr ? json.ptr : "", json.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (!root && json_error_code(&error) == json_error_out_of_memory)
        return err_no_memory(err);
    if (!root)
        return err_at(err, MALFORMED, SV(""), (unsigned)(error.line > 0 ? error.line : 0),
                      (unsigned)(error.column > 0 ? error.column : 0), _("no valid JSON: %s"), error.text);
    *root_out = (struct tree *)(void *)root;
    return DONE;
}

void tree_free(struct tree *root)
{
    json_decref((json_t *)(void *)root);
}

enum tree_kind tree_kind(const struct tree *value)
{
    if (!value)
        return TREE_NULL;
    switch (json_typeof(json_of(value))) {
    case JSON_OBJECT:
        return TREE_MAP;
    case JSON_ARRAY:
        return TREE_LIST;
    case JSON_STRING:
        return TREE_TEXT;
    case JSON_INTEGER:
        return TREE_INT;
    case JSON_REAL:
        return TREE_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE:
        return TREE_BOOL;
    case JSON_NULL:
        break;
    }
    return TREE_NULL;
}

const struct tree *tree_get(const struct tree *map, struct sv key)
{
    return tree_kind(map) == TREE_MAP ? tree_of(json_object_getn(json_of(map), key.ptr ? key.ptr : "", key.len)) : NULL;
}

const struct tree *tree_nth(const struct tree *list, size_t n)
{
    return tree_kind(list) == TREE_LIST ? tree_of(json_array_get(json_of(list), n)) : NULL;
}

/* One step of a path: ".key", "key" or "[n]" at the front of `rest`, taken off. */
static const struct tree *step(const struct tree *value, struct sv *rest)
{
    if (rest->ptr[0] == '[') {
        size_t close = sv_chr(*rest, ']');
        int64_t n = -1;
        if (close == SIZE_MAX || !sv_to_i64(sv_sub(*rest, 1, close - 1), &n) || n < 0)
            return NULL;
        *rest = sv_from(*rest, close + 1);
        return tree_nth(value, (size_t)n);
    }
    if (rest->ptr[0] == '.')
        *rest = sv_from(*rest, 1);
    size_t end = 0;
    while (end < rest->len && rest->ptr[end] != '.' && rest->ptr[end] != '[')
        end++;
    struct sv key = sv_sub(*rest, 0, end);
    *rest = sv_from(*rest, end);
    return tree_get(value, key);
}

const struct tree *tree_at(const struct tree *value, struct sv path)
{
    /* A key that holds a dot itself is found first. */
    const struct tree *whole = tree_get(value, path);
    if (whole)
        return whole;
    while (value && path.len > 0)
        value = step(value, &path);
    return value;
}

size_t tree_count(const struct tree *value)
{
    switch (tree_kind(value)) {
    case TREE_LIST:
        return json_array_size(json_of(value));
    case TREE_MAP:
        return json_object_size(json_of(value));
    default:
        return 0;
    }
}

struct sv tree_text(const struct tree *value)
{
    if (tree_kind(value) != TREE_TEXT)
        return SV("");
    return sv_make(json_string_value(json_of(value)), json_string_length(json_of(value)));
}

bool tree_bool(const struct tree *value)
{
    return value && json_is_true(json_of(value));
}

int64_t tree_int(const struct tree *value)
{
    return tree_kind(value) == TREE_INT ? json_integer_value(json_of(value)) : 0;
}

double tree_number(const struct tree *value)
{
    enum tree_kind kind = tree_kind(value);
    return kind == TREE_INT || kind == TREE_NUMBER ? json_number_value(json_of(value)) : 0;
}

status tree_members(const struct tree *map, tree_member_fn fn, void *payload, struct err *err)
{
    if (tree_kind(map) != TREE_MAP)
        return DONE;
    json_t *object = (json_t *)(void *)(uintptr_t)(const void *)map;
    for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at)) {
        struct sv key = sv_make(json_object_iter_key(at), json_object_iter_key_len(at));
        status code = fn(payload, key, tree_of(json_object_iter_value(at)), err);
        if (code != DONE)
            return code;
    }
    return DONE;
}
