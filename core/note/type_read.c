#include "note/type_read.h"

#include "base/file.h"
#include "base/i18n.h"
#include "note/kind.h"
#include "note/near.h"

#include <math.h>

/* What nobody means, but anybody can push: lists are gone through for every value of every note. */
enum { NAME_MAX_BYTES = 64, FIELDS_MAX = 256, TEXTS_MAX = 1000, MODELS_MAX = 256, WARNINGS_MAX = 20 };

/* A mistake at a value: `return BAD(reader, value, _("..."), ...)`. */
#define BAD(reader, value, ...)                                                                                        \
    err_at((reader)->err, MALFORMED, (reader)->path, (value)->line, (value)->column, __VA_ARGS__)

static const struct sv type_keys[] = {SV_INIT("type"),   SV_INIT("label"),   SV_INIT("plural"), SV_INIT("folder"),
                                      SV_INIT("file"),   SV_INIT("summary"), SV_INIT("fields"), SV_INIT("visibility"),
                                      SV_INIT("models"), SV_INIT("headings")};
static const struct sv field_keys[] = {SV_INIT("name"),    SV_INIT("kind"),     SV_INIT("of"),   SV_INIT("to"),
                                       SV_INIT("values"),  SV_INIT("required"), SV_INIT("many"), SV_INIT("min"),
                                       SV_INIT("default"), SV_INIT("max"),      SV_INIT("key"),  SV_INIT("fields"),
                                       SV_INIT("merge"),   SV_INIT("label")};
static const struct sv model_keys[] = {SV_INIT("name"), SV_INIT("label"), SV_INIT("headings")};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* A newer chiron may know more keys, so an unknown one is no error; a mistyped one must not go unseen. */
static void warn_unknown(const struct type_reader *reader, const struct value *map, const struct sv *known,
                         size_t count)
{
    size_t warned = 0;
    for (size_t i = 0; reader->warnings != NULL && i < map->count && warned < WARNINGS_MAX; i++) {
        const struct member *member = &map->members[i];
        bool found = false;
        for (size_t j = 0; j < count && !found; j++)
            found = sv_eq(member->key, known[j]);
        if (found)
            continue;
        warned++;
        struct sv near = near_word(member->key, known, count);
        buf_printf(reader->warnings, "%.*s:%u:%u: ", SV_ARG(reader->path), member->key_line, member->key_column);
        buf_printf(reader->warnings, _("unknown key '%.*s' is ignored"), SV_ARG(member->key));
        if (near.len > 0)
            buf_printf(reader->warnings, _("; did you mean '%.*s'?"), SV_ARG(near));
        buf_char(reader->warnings, '\n');
    }
}

static bool is_text(const struct value *value)
{
    return value != NULL && value->kind != VALUE_NULL && value->kind != VALUE_LIST && value->kind != VALUE_MAP;
}

static status read_text(struct type_reader *reader, const struct value *map, struct sv key, struct sv *text_out)
{
    const struct value *value = value_get(map, key);
    if (value != NULL && !is_text(value))
        return BAD(reader, value, _("'%.*s' is not a text"), SV_ARG(key));
    *text_out = value_text(value);
    return DONE;
}

static status read_bool(struct type_reader *reader, const struct value *map, struct sv key, bool *flag_out)
{
    const struct value *value = value_get(map, key);
    if (value != NULL && value->kind != VALUE_BOOL)
        return BAD(reader, value, _("'%.*s' is neither true nor false"), SV_ARG(key));
    *flag_out = value != NULL && value->as.boolean;
    return DONE;
}

static status read_number(struct type_reader *reader, const struct value *map, struct sv key, bool *has_out,
                          double *number_out)
{
    const struct value *value = value_get(map, key);
    if (value == NULL)
        return DONE;
    if (value->kind != VALUE_INT && value->kind != VALUE_NUMBER)
        return BAD(reader, value, _("'%.*s' is not a number"), SV_ARG(key));
    *number_out = value->kind == VALUE_INT ? (double)value->as.integer : value->as.number;
    *has_out = true;
    return isfinite(*number_out) ? DONE : BAD(reader, value, _("'%.*s' is not a number"), SV_ARG(key));
}

/* One text or a list of them, each once. */
static status read_texts(struct type_reader *reader, const struct value *map, struct sv key, struct sv **texts_out,
                         size_t *count_out)
{
    const struct value *value = value_get(map, key);
    size_t count = value_count(value);
    if (count > TEXTS_MAX)
        return BAD(reader, value, _("'%s' has more than %d elements"), key.ptr, TEXTS_MAX);
    struct sv *texts = arena_array(reader->arena, count, sizeof(*texts));
    if (texts == NULL)
        return err_no_memory(reader->err);
    for (size_t i = 0; i < count; i++) {
        const struct value *item = value_nth(value, i);
        if (!is_text(item) || item->text.len == 0)
            return BAD(reader, item, _("'%.*s' holds what is not a text"), SV_ARG(key));
        for (size_t j = 0; j < i; j++)
            if (sv_eq(texts[j], item->text))
                return BAD(reader, item, _("'%.*s' stands twice in '%.*s'"), SV_ARG(item->text), SV_ARG(key));
        texts[i] = item->text;
    }
    *texts_out = texts;
    *count_out = count;
    return DONE;
}

/* `{en: ..., pl: ..., da: ...}`, or one text for all. Other languages are left to those who read `raw`. */
static status read_label(struct type_reader *reader, const struct value *map, struct sv key, struct label *label_out)
{
    const struct value *value = value_get(map, key);
    if (value == NULL || is_text(value)) {
        label_out->text[LANG_EN] = value_text(value);
        return DONE;
    }
    if (value->kind != VALUE_MAP)
        return BAD(reader, value, _("'%.*s' is neither a text nor a map of languages"), SV_ARG(key));
    for (size_t i = 0; i < value->count; i++) {
        const struct member *member = &value->members[i];
        size_t lang;
        if (!is_text(member->value))
            return BAD(reader, member->value, _("'%.*s' in '%.*s' is not a text"), SV_ARG(member->key), SV_ARG(key));
        if (label_lang_parse(member->key, &lang))
            label_out->text[lang] = member->value->text;
    }
    return DONE;
}

/* Keys that a path such as "goals[0].gas" and a query can name. */
static bool is_key(struct sv name)
{
    if (name.len == 0 || name.len > NAME_MAX_BYTES)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c >= 0x80;
        if (!word)
            return false;
    }
    return true;
}

bool type_name_is_valid(struct sv name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] >= 0x80)
            return false;
    return is_key(name) && name.ptr[0] != '-' && name.ptr[0] != '_';
}

static status read_kind(struct type_reader *reader, const struct value *map, struct sv key, enum field_kind *kind_out)
{
    const struct value *value = value_get(map, key);
    if (field_kind_parse(value_text(value), kind_out))
        return DONE;
    if (value == NULL)
        return BAD(reader, map, _("a field has no '%.*s'"), SV_ARG(key));
    struct sv names[FIELD_MAP + 1];
    for (size_t i = 0; i < COUNT(names); i++)
        names[i] = sv_of(field_kind_name((enum field_kind)i));
    struct sv near = near_word(value_text(value), names, COUNT(names));
    if (near.len > 0)
        return BAD(reader, value, _("'%.*s' is not a kind of field; did you mean '%.*s'?"), SV_ARG(value_text(value)),
                   SV_ARG(near));
    return BAD(reader, value, _("'%.*s' is not a kind of field"), SV_ARG(value_text(value)));
}

static status read_merge(struct type_reader *reader, const struct value *map, struct field *field)
{
    static const char *const names[] = {[MERGE_SCALAR] = "scalar",
                                        [MERGE_SET] = "set",
                                        [MERGE_LIST] = "list",
                                        [MERGE_TABLE] = "table",
                                        [MERGE_MAP] = "map"};
    const struct value *value = value_get(map, SV("merge"));
    field->merge = field->kind == FIELD_TABLE ? MERGE_TABLE : field->kind == FIELD_MAP ? MERGE_MAP : MERGE_SCALAR;
    if (value == NULL)
        return DONE;
    for (size_t i = 0; i < COUNT(names); i++)
        if (sv_eq_c(value_text(value), names[i])) {
            field->merge = (enum merge_rule)i;
            return DONE;
        }
    return BAD(reader, value, _("'%.*s' is not a merge rule: scalar, set, list, table or map"),
               SV_ARG(value_text(value)));
}

static status read_fields(struct type_reader *reader, const struct value *map, struct field **fields_out,
                          size_t *count_out);

static status read_table(struct type_reader *reader, const struct value *map, struct field *field)
{
    status s = read_fields(reader, map, &field->fields, &field->field_count);
    if (s == DONE)
        s = read_text(reader, map, SV("key"), &field->key);
    if (s != DONE)
        return s;
    if (field->field_count == 0)
        return BAD(reader, map, _("table '%.*s' has no fields"), SV_ARG(field->name));
    if (field->key.len > 0 && field_find(field->fields, field->field_count, field->key) == NULL)
        return BAD(reader, value_get(map, SV("key")), _("'%.*s' is not a field of table '%.*s'"), SV_ARG(field->key),
                   SV_ARG(field->name));
    return DONE;
}

static status read_default(struct type_reader *reader, const struct value *map, struct field *field)
{
    const struct value *value = value_get(map, SV("default"));
    if (value_count(value) == 0)
        return DONE;
    if (field->kind == FIELD_TABLE || field->kind == FIELD_MAP)
        return BAD(reader, value, _("a %s takes no default"), field_kind_name(field->kind));
    for (size_t i = 0; i < value_count(value); i++)
        if (field_fault(field, value_nth(value, i)) != FAULT_NONE)
            return BAD(reader, value_nth(value, i), _("the default of '%.*s' is not a value it allows"),
                       SV_ARG(field->name));
    field->fallback = value;
    return DONE;
}

/* What the kind asks of the rest. */
static status check_field(struct type_reader *reader, const struct value *map, const struct field *field)
{
    enum field_kind kind = field_element_kind(field);
    if (field->kind != kind && kind >= FIELD_LIST)
        return BAD(reader, map, _("'%.*s' is a %s of %s; only scalars can be its elements"), SV_ARG(field->name),
                   field_kind_name(field->kind), field_kind_name(kind));
    if (kind == FIELD_ENUM && field->value_count == 0)
        return BAD(reader, map, _("enum '%.*s' has no values"), SV_ARG(field->name));
    if (field->has_min && field->has_max && field->min > field->max)
        return BAD(reader, map, _("'%.*s' has a min above its max"), SV_ARG(field->name));
    if ((field->has_min || field->has_max) && kind != FIELD_INT && kind != FIELD_NUMBER)
        return BAD(reader, map, _("'%.*s' has a min or max, but is no number"), SV_ARG(field->name));
    return DONE;
}

static status read_field_rest(struct type_reader *reader, const struct value *map, struct field *field)
{
    status s = read_kind(reader, map, SV("kind"), &field->kind);
    if (s == DONE && (field->kind == FIELD_LIST || field->kind == FIELD_MAP))
        s = read_kind(reader, map, SV("of"), &field->of);
    if (s == DONE)
        s = read_bool(reader, map, SV("required"), &field->required);
    if (s == DONE)
        s = read_bool(reader, map, SV("many"), &field->many);
    if (s == DONE)
        s = read_texts(reader, map, SV("values"), &field->values, &field->value_count);
    if (s == DONE)
        s = read_texts(reader, map, SV("to"), &field->to, &field->to_count);
    if (s == DONE)
        s = read_number(reader, map, SV("min"), &field->has_min, &field->min);
    if (s == DONE)
        s = read_number(reader, map, SV("max"), &field->has_max, &field->max);
    if (s == DONE)
        s = read_merge(reader, map, field);
    if (s == DONE)
        s = read_label(reader, map, SV("label"), &field->label);
    if (s == DONE && field->kind == FIELD_TABLE)
        s = read_table(reader, map, field);
    if (s == DONE)
        s = check_field(reader, map, field);
    return s == DONE ? read_default(reader, map, field) : s;
}

static status read_field(struct type_reader *reader, const struct value *map, struct field *field)
{
    if (map->kind != VALUE_MAP)
        return BAD(reader, map, _("a field is a map with a name and a kind"));
    warn_unknown(reader, map, field_keys, COUNT(field_keys));
    const struct value *name = value_get(map, SV("name"));
    if (name == NULL)
        return BAD(reader, map, _("a field has no '%.*s'"), SV_ARG(SV("name")));
    field->name = value_text(name);
    if (!is_key(field->name))
        return BAD(reader, name, _("'%.*s' cannot be a field's name: use lower-case letters, digits and '_'"),
                   SV_ARG(field->name));
    return read_field_rest(reader, map, field);
}

static status read_fields(struct type_reader *reader, const struct value *map, struct field **fields_out,
                          size_t *count_out)
{
    const struct value *list = value_get(map, SV("fields"));
    if (list != NULL && list->kind != VALUE_LIST && list->kind != VALUE_NULL)
        return BAD(reader, list, _("'fields' is not a list"));
    size_t count = value_count(list);
    if (count > FIELDS_MAX)
        return BAD(reader, list, _("'%s' has more than %d elements"), "fields", FIELDS_MAX);
    struct field *fields = arena_array(reader->arena, count, sizeof(*fields));
    if (fields == NULL)
        return err_no_memory(reader->err);
    for (size_t i = 0; i < count; i++) {
        const struct value *item = value_nth(list, i);
        status s = read_field(reader, item, &fields[i]);
        if (s != DONE)
            return s;
        if (field_find(fields, i, fields[i].name) != NULL)
            return BAD(reader, item, _("field '%.*s' is declared twice"), SV_ARG(fields[i].name));
    }
    *fields_out = fields;
    *count_out = count;
    return DONE;
}

/* `headings:` of a type or a model: language -> list of texts. */
static status read_headings(struct type_reader *reader, const struct value *map, const struct value **headings_out)
{
    const struct value *headings = value_get(map, SV("headings"));
    if (headings == NULL || headings->kind == VALUE_NULL)
        return DONE;
    if (headings->kind != VALUE_MAP)
        return BAD(reader, headings, _("'headings' is not a map of languages to lists"));
    for (size_t i = 0; i < headings->count; i++) {
        const struct value *list = headings->members[i].value;
        for (size_t j = 0; j < value_count(list); j++)
            if (!is_text(value_nth(list, j)))
                return BAD(reader, value_nth(list, j), _("a heading is not a text"));
    }
    *headings_out = headings;
    return DONE;
}

static status read_model(struct type_reader *reader, const struct value *map, struct note_model *model)
{
    if (map->kind != VALUE_MAP)
        return BAD(reader, map, _("a model is a map with a name"));
    warn_unknown(reader, map, model_keys, COUNT(model_keys));
    model->name = value_text(value_get(map, SV("name")));
    if (!type_name_is_valid(model->name))
        return BAD(reader, map, _("'%.*s' cannot be a model's name: use lower-case letters, digits and '-'"),
                   SV_ARG(model->name));
    status s = read_label(reader, map, SV("label"), &model->label);
    return s == DONE ? read_headings(reader, map, &model->headings) : s;
}

static status read_models(struct type_reader *reader, const struct value *root, struct note_type *type)
{
    const struct value *list = value_get(root, SV("models"));
    if (list != NULL && list->kind != VALUE_LIST && list->kind != VALUE_NULL)
        return BAD(reader, list, _("'models' is not a list"));
    if (value_count(list) > MODELS_MAX)
        return BAD(reader, list, _("'%s' has more than %d elements"), "models", MODELS_MAX);
    type->model_count = value_count(list);
    type->models = arena_array(reader->arena, type->model_count, sizeof(*type->models));
    if (type->models == NULL)
        return err_no_memory(reader->err);
    for (size_t i = 0; i < type->model_count; i++) {
        status s = read_model(reader, value_nth(list, i), &type->models[i]);
        if (s != DONE)
            return s;
        for (size_t j = 0; j < i; j++)
            if (sv_eq(type->models[j].name, type->models[i].name))
                return BAD(reader, value_nth(list, i), _("model '%.*s' is declared twice"),
                           SV_ARG(type->models[i].name));
    }
    return DONE;
}

/* Where new notes go. A vault's file comes from anybody who can push, so a path that leaves the vault is refused here
 * as it is when the note is written. */
static status read_places(struct type_reader *reader, const struct value *root, struct note_type *type)
{
    status s = read_text(reader, root, SV("folder"), &type->folder);
    if (s == DONE)
        s = read_text(reader, root, SV("file"), &type->file);
    if (s != DONE || type->folder.len == 0)
        return s;
    struct sv clean;
    if (!path_normalise(reader->arena, type->folder, &clean))
        return BAD(reader, value_get(root, SV("folder")), _("folder '%.*s' leads out of the vault"),
                   SV_ARG(type->folder));
    type->folder = clean;
    return DONE;
}

static status read_visibility(struct type_reader *reader, const struct value *root, struct note_type *type,
                              bool *has_out)
{
    const struct value *value = value_get(root, SV("visibility"));
    type->visibility = VISIBILITY_GROUP;
    *has_out = value != NULL;
    if (value != NULL && !visibility_parse(value_text(value), &type->visibility))
        return BAD(reader, value, _("'%.*s' is not a visibility: private, pair or group"), SV_ARG(value_text(value)));
    return DONE;
}

static status read_name(struct type_reader *reader, struct sv name, const struct value *root, struct note_type *type)
{
    const struct value *value = value_get(root, SV("type"));
    if (value == NULL)
        return BAD(reader, root, _("the key 'type' is missing"));
    type->name = value_text(value);
    if (!sv_eq(type->name, name))
        return BAD(reader, value, _("'%.*s' stands in the folder '%.*s'; both names must be the same"),
                   SV_ARG(type->name), SV_ARG(name));
    if (!type_name_is_valid(type->name))
        return BAD(reader, value, _("'%.*s' cannot be a type's name: use lower-case letters, digits and '-'"),
                   SV_ARG(type->name));
    return DONE;
}

status type_read(struct type_reader *reader, struct sv name, const struct value *root, struct note_type *type_out,
                 bool *has_visibility_out)
{
    struct note_type type = {.raw = root, .path = reader->path};
    if (root->kind != VALUE_MAP)
        return BAD(reader, root, _("a type is a map of keys and values"));
    const struct value *headings = NULL;
    warn_unknown(reader, root, type_keys, COUNT(type_keys));
    status s = read_name(reader, name, root, &type);
    if (s == DONE)
        s = read_label(reader, root, SV("label"), &type.label);
    if (s == DONE)
        s = read_label(reader, root, SV("plural"), &type.plural);
    if (s == DONE)
        s = read_label(reader, root, SV("summary"), &type.summary);
    if (s == DONE)
        s = read_places(reader, root, &type);
    if (s == DONE)
        s = read_visibility(reader, root, &type, has_visibility_out);
    if (s == DONE)
        s = read_fields(reader, root, &type.fields, &type.field_count);
    if (s == DONE)
        s = read_models(reader, root, &type);
    if (s == DONE)
        s = read_headings(reader, root, &headings);
    if (s == DONE)
        *type_out = type;
    return s;
}
