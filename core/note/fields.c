#include "base/json.h"
#include "base/map.h"
#include "note/kind.h"
#include "note/note.h"
#include "note/ref.h"

#include <math.h>

/* --- JSON --- */

static void put_scalar(struct buf *out, const struct scalar *scalar)
{
    if (scalar->kind == FIELD_INT)
        json_put_int(out, scalar->integer);
    else if (scalar->kind == FIELD_NUMBER && isfinite(scalar->number))
        json_put_number(out, scalar->number);
    else if (scalar->kind == FIELD_BOOL)
        json_put_bool(out, scalar->boolean);
    else
        json_put_text(out, scalar->text);
}

static bool is_scalar(const struct value *value)
{
    return value->kind != VALUE_NULL && value->kind != VALUE_LIST && value->kind != VALUE_MAP;
}

/* Absent is absent, not null. */
static bool is_absent(const struct value *value)
{
    return value->kind == VALUE_NULL;
}

static void put_any(struct buf *out, const struct value *value);

static void put_key(struct buf *out, struct sv key, bool *first)
{
    if (!*first)
        buf_char(out, ',');
    *first = false;
    json_put_text(out, key);
    buf_char(out, ':');
}

static void put_comma(struct buf *out, bool *first)
{
    if (!*first)
        buf_char(out, ',');
    *first = false;
}

static void put_any_map(struct buf *out, const struct value *map)
{
    bool first = true;
    buf_char(out, '{');
    for (size_t i = 0; i < map->count; i++)
        if (!is_absent(map->members[i].value)) {
            put_key(out, map->members[i].key, &first);
            put_any(out, map->members[i].value);
        }
    buf_char(out, '}');
}

static void put_any_list(struct buf *out, const struct value *list)
{
    bool first = true;
    buf_char(out, '[');
    for (size_t i = 0; i < list->count; i++)
        if (!is_absent(list->members[i].value)) {
            put_comma(out, &first);
            put_any(out, list->members[i].value);
        }
    buf_char(out, ']');
}

static void put_any(struct buf *out, const struct value *value)
{
    struct scalar scalar;
    if (value->kind == VALUE_MAP) {
        put_any_map(out, value);
    } else if (value->kind == VALUE_LIST) {
        put_any_list(out, value);
    } else {
        kind_guess(value, &scalar);
        put_scalar(out, &scalar);
    }
}

static void put_element(struct buf *out, const struct field *field, const struct value *element)
{
    const struct value *value = field_element(field, element);
    struct scalar scalar;
    if (!is_scalar(value)) {
        put_any(out, value);
        return;
    }
    kind_read(field_element_kind(field), value, &scalar);
    put_scalar(out, &scalar);
}

static void put_field(struct buf *out, const struct field *field, const struct value *value);

static void put_row(struct buf *out, const struct field *table, const struct value *row)
{
    if (row->kind != VALUE_MAP) {
        put_any(out, row);
        return;
    }
    bool first = true;
    buf_char(out, '{');
    for (size_t i = 0; i < row->count; i++) {
        const struct member *cell = &row->members[i];
        if (is_absent(cell->value))
            continue;
        put_key(out, cell->key, &first);
        put_field(out, field_find(table->fields, table->field_count, cell->key), cell->value);
    }
    buf_char(out, '}');
}

/* A list even with one element, as written or not. */
static void put_list(struct buf *out, const struct field *field, const struct value *value)
{
    bool first = true;
    buf_char(out, '[');
    for (size_t i = 0; i < value_count(value); i++) {
        const struct value *element = value_nth(value, i);
        if (is_absent(field_element(field, element)))
            continue;
        put_comma(out, &first);
        if (field->kind == FIELD_TABLE)
            put_row(out, field, element);
        else
            put_element(out, field, element);
    }
    buf_char(out, ']');
}

static void put_map(struct buf *out, const struct field *field, const struct value *map)
{
    bool first = true;
    buf_char(out, '{');
    for (size_t i = 0; i < map->count; i++) {
        if (is_absent(map->members[i].value))
            continue;
        put_key(out, map->members[i].key, &first);
        put_element(out, field, map->members[i].value);
    }
    buf_char(out, '}');
}

static void put_field(struct buf *out, const struct field *field, const struct value *value)
{
    if (field == NULL)
        put_any(out, value);
    else if (field->kind == FIELD_LIST || field->kind == FIELD_TABLE || field->many)
        put_list(out, field, value);
    else if (field->kind == FIELD_MAP && value->kind == VALUE_MAP)
        put_map(out, field, value);
    else
        put_element(out, field, value);
}

/* Declarations of a note's fields; `type` NULL where none are known. */
struct declarations {
    const struct types *types;
    const struct note_type *type;
};

static struct declarations declarations_of(const struct note *note, const struct types *types)
{
    return (struct declarations){types, types == NULL ? NULL : types_for(types, note->type)};
}

static const struct field *declared(const struct declarations *by, struct sv key)
{
    return by->type == NULL ? NULL : type_field(by->types, by->type, key);
}

status note_fields_json(const struct note *note, const struct types *types, struct buf *out, struct err *err)
{
    const struct value *root = note->front.root;
    struct declarations by = declarations_of(note, types);
    bool first = true;
    buf_char(out, '{');
    for (size_t i = 0; root != NULL && i < root->count; i++) {
        const struct member *member = &root->members[i];
        if (is_absent(member->value))
            continue;
        put_key(out, member->key, &first);
        put_field(out, declared(&by, member->key), member->value);
    }
    buf_char(out, '}');
    return buf_check(out, err);
}

/* --- flat --- */

struct flat {
    note_field_fn fn;
    void *payload;
    struct buf path; /* of the value at hand: "goals[0].gas" */
};

static status emit_scalar(struct flat *flat, const struct field *field, const struct value *value, struct err *err)
{
    struct scalar scalar;
    if (is_absent(value))
        return DONE;
    if (field != NULL)
        kind_read(field_element_kind(field), value, &scalar);
    else
        kind_guess(value, &scalar);
    status s = buf_check(&flat->path, err);
    return s == DONE ? flat->fn(flat->payload, buf_view(&flat->path), scalar.text, scalar.kind, scalar.number, err) : s;
}

static status emit(struct flat *flat, const struct field *field, const struct value *value, struct err *err);

/* Members of a map by "path.key": cells of a row have declarations of their own, those of a map share one. */
static status emit_members(struct flat *flat, const struct field *field, const struct value *map, struct err *err)
{
    size_t base = flat->path.len;
    status s = DONE;
    for (size_t i = 0; s == DONE && i < map->count; i++) {
        const struct member *member = &map->members[i];
        const struct field *inner = NULL;
        if (field != NULL && field->kind == FIELD_TABLE)
            inner = field_find(field->fields, field->field_count, member->key);
        else if (field != NULL && field->kind == FIELD_MAP)
            inner = field;
        buf_char(&flat->path, '.');
        buf_put(&flat->path, member->key);
        s = emit(flat, inner, member->value, err);
        buf_truncate(&flat->path, base);
    }
    return s;
}

/* Scalars of a list share its path; maps in it are told apart by their place. */
static status emit_list(struct flat *flat, const struct field *field, const struct value *list, struct err *err)
{
    size_t base = flat->path.len;
    status s = DONE;
    for (size_t i = 0; s == DONE && i < value_count(list); i++) {
        const struct value *element = value_nth(list, i);
        if (element->kind == VALUE_MAP) {
            buf_printf(&flat->path, "[%zu]", i);
            s = emit_members(flat, field, element, err);
            buf_truncate(&flat->path, base);
        } else {
            s = emit(flat, field, element, err);
        }
    }
    return s;
}

static status emit(struct flat *flat, const struct field *field, const struct value *value, struct err *err)
{
    bool one_row = value->kind == VALUE_MAP && field != NULL && field->kind == FIELD_TABLE;
    if (value->kind == VALUE_LIST || one_row)
        return emit_list(flat, field, value, err);
    if (value->kind == VALUE_MAP)
        return emit_members(flat, field, value, err);
    return emit_scalar(flat, field, value, err);
}

/* Fields in the body are text without types; what they mean is read as if they stood unquoted in front matter. */
static status emit_inline(struct flat *flat, const struct field *field, const struct inline_field *source,
                          struct err *err)
{
    struct value value = {.kind = VALUE_TEXT, .text = sv_trim(source->value)};
    if (value.text.len == 0)
        return DONE;
    if (sv_eq_nocase(value.text, SV("true")) || sv_eq_nocase(value.text, SV("false"))) {
        value.kind = VALUE_BOOL;
        value.as.boolean = value.text.len == 4;
    } else if (sv_to_i64(value.text, &value.as.integer)) {
        value.kind = VALUE_INT;
    } else if (sv_to_double(value.text, &value.as.number)) {
        value.kind = VALUE_NUMBER;
    }
    buf_clear(&flat->path);
    buf_put(&flat->path, source->key);
    return emit_scalar(flat, field, &value, err);
}

static status emit_front(struct flat *flat, const struct declarations *by, const struct value *root, struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && root != NULL && i < root->count; i++) {
        const struct member *member = &root->members[i];
        buf_clear(&flat->path);
        buf_put(&flat->path, member->key);
        s = emit(flat, declared(by, member->key), member->value, err);
    }
    return s;
}

/* Keys by hash: a body may hold a hundred thousand fields, and front matter thousands of keys. */
static status emit_body(struct flat *flat, const struct declarations *by, const struct note *note, struct err *err)
{
    const struct value *root = note->front.root;
    struct map keys = {0};
    status s = DONE;
    for (size_t i = 0; s == DONE && root != NULL && i < root->count; i++)
        if (map_put(&keys, root->members[i].key, NULL) == NULL)
            s = err_no_memory(err);
    for (size_t i = 0; s == DONE && i < note->outline.field_count; i++) {
        const struct inline_field *field = &note->outline.fields[i];
        if (map_get(&keys, field->key) == NULL)
            s = emit_inline(flat, declared(by, field->key), field, err);
    }
    map_release(&keys);
    return s;
}

status note_each_field(const struct note *note, const struct types *types, note_field_fn fn, void *payload,
                       struct err *err)
{
    struct flat flat = {.fn = fn, .payload = payload};
    struct declarations by = declarations_of(note, types);
    status s = emit_front(&flat, &by, note->front.root, err);
    if (s == DONE && note->outline.field_count > 0)
        s = emit_body(&flat, &by, note, err);
    buf_release(&flat.path);
    return s;
}
