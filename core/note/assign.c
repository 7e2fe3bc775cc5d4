#include "note/assign.h"

#include "base/i18n.h"
#include "base/utf8.h"
#include "note/kind.h"
#include "note/near.h"
#include "note/ref.h"
#include "note/retag.h"
#include "text/yaml_write.h"

enum { SHOWN_BYTES = 60 };

/* One assignment while it is read. */
struct assigner {
    const struct assign_context *context;
    struct err *err;
    struct sv path, text;
    struct front_step steps[FRONT_STEPS_MAX];
    size_t count;
    const struct field *field; /* declared for the path, NULL: nothing is */
    bool element;              /* the path leads to one element of it */
    const struct field *row;   /* the table whose row holds it; NULL: none */
    struct front_change change;
};

static bool holds_many(const struct assigner *a)
{
    return !a->element && (a->field == NULL || a->field->kind == FIELD_LIST || a->field->many);
}

static bool is_tags(const struct assigner *a)
{
    return a->steps[0].kind == FRONT_KEY && sv_eq(a->steps[0].key, SV("tags"));
}

/* --- the path and its declaration --- */

static status split(struct assigner *a, struct sv words)
{
    size_t equals = sv_chr(words, '=');
    if (equals == SIZE_MAX || equals == 0)
        return err_set(a->err, USAGE, _("'%.*s' is no assignment: write key=value, key+=value or key-=value"),
                       SV_ARG(words));
    char before = words.ptr[equals - 1];
    a->change.action = before == '+' ? FRONT_ADD : before == '-' ? FRONT_REMOVE : FRONT_SET;
    a->path = sv_trim(sv_sub(words, 0, equals - (a->change.action != FRONT_SET)));
    a->text = sv_trim(sv_from(words, equals + 1));
    if (a->text.len == 0)
        return err_set(a->err, USAGE, _("'%.*s' is given no value; 'unset' takes a field out"), SV_ARG(a->path));
    return DONE;
}

static status contradicts(struct assigner *a)
{
    return err_set(a->err, USAGE, _("the path '%.*s' does not fit: '%.*s' is %s"), SV_ARG(a->path),
                   SV_ARG(a->field->name), kind_describe(a->field->kind));
}

/* What the next step means by the declaration so far. */
static status descend(struct assigner *a, const struct front_step *step)
{
    const struct field *field = a->field;
    bool key = step->kind == FRONT_KEY;
    if (field == NULL)
        return DONE;
    if (field->kind == FIELD_TABLE && a->element && key) {
        a->row = field;
        a->field = field_find(field->fields, field->field_count, step->key);
        a->element = false;
        return DONE;
    }
    bool list = field->kind == FIELD_TABLE || field->kind == FIELD_LIST || field->many;
    if (a->element || (key ? field->kind != FIELD_MAP : !list))
        return contradicts(a);
    a->element = true;
    return DONE;
}

static status find_field(struct assigner *a)
{
    status s = front_path_parse(a->path, a->steps, &a->count, a->err);
    if (s != DONE)
        return s;
    a->field = type_field(a->context->types, a->context->type, a->steps[0].key);
    for (size_t i = 1; s == DONE && i < a->count; i++)
        s = descend(a, &a->steps[i]);
    return s;
}

static const struct value *old_value(const struct assigner *a)
{
    return value_at(a->context->root, a->path);
}

/* --- one value --- */

static status out_of_range(struct assigner *a, const char *name, struct sv shown)
{
    const struct field *field = a->field;
    if (field->has_min && field->has_max)
        return err_set(a->err, USAGE, _("'%s' is %.*s%s, not from %g to %g"), name, SV_ARG(shown), "", field->min,
                       field->max);
    if (field->has_min)
        return err_set(a->err, USAGE, _("'%s' is %.*s%s, less than %g"), name, SV_ARG(shown), "", field->min);
    return err_set(a->err, USAGE, _("'%s' is %.*s%s, more than %g"), name, SV_ARG(shown), "", field->max);
}

static status not_allowed(struct assigner *a, const char *name, struct sv text, struct sv shown)
{
    const struct field *field = a->field;
    struct buf list = {0};
    for (size_t i = 0; i < field->value_count; i++) {
        buf_put_c(&list, i == 0 ? "" : ", ");
        buf_put(&list, field->values[i]);
    }
    struct sv near = near_word(text, field->values, field->value_count);
    const char *words = list.failed || list.ptr == NULL ? "" : list.ptr;
    if (near.len > 0)
        err_set(a->err, USAGE, _("'%s' is '%.*s%s', not one of %s; did you mean '%.*s'?"), name, SV_ARG(shown), "",
                words, SV_ARG(near));
    else
        err_set(a->err, USAGE, _("'%s' is '%.*s%s', not one of %s"), name, SV_ARG(shown), "", words);
    buf_release(&list);
    return USAGE;
}

static status check_value(struct assigner *a, const struct value *value)
{
    enum fault fault = field_fault(a->field, value);
    const char *name = arena_cstr(a->context->arena, a->path);
    struct sv shown = utf8_cut(value->text, SHOWN_BYTES);
    if (name == NULL)
        return err_no_memory(a->err);
    switch (fault) {
    case FAULT_NONE:
        return DONE;
    case FAULT_RANGE:
        return out_of_range(a, name, shown);
    case FAULT_ENUM:
        return not_allowed(a, name, value->text, shown);
    case FAULT_KIND:
    case FAULT_REF:
        break;
    }
    return err_set(a->err, USAGE, _("'%s' is '%.*s%s', not %s"), name, SV_ARG(shown), "",
                   kind_describe(field_element_kind(a->field)));
}

/* A date in words becomes one in figures; what is neither stays, and is told by check_value. */
static struct sv date_text(struct assigner *a, struct sv text)
{
    struct date date;
    const struct assign_context *context = a->context;
    char into[DATE_TEXT_SIZE];
    if (date_parse(text, &date) || context->date == NULL || !context->date(text, &date, context->payload))
        return text;
    return arena_copy(context->arena, sv_of(date_format(date, into)));
}

/* In brackets where the note has such references in brackets. */
static struct sv ref_text(struct assigner *a, struct sv text)
{
    struct ref old, new;
    const struct value *there = old_value(a);
    const struct value *first = value_nth(there, 0);
    if (first == NULL || !ref_parse(value_text(first), &old) || !old.bracketed || !ref_parse(text, &new) ||
        new.bracketed)
        return text;
    return arena_printf(a->context->arena, "[[%.*s]]", SV_ARG(new.target));
}

static struct value *guessed(struct assigner *a, struct sv text)
{
    struct arena *arena = a->context->arena;
    struct value *value = yaml_plain(arena, text);
    struct scalar scalar;
    if (value == NULL)
        return NULL;
    kind_guess(value, &scalar);
    return scalar.kind == FIELD_TEXT ? yaml_text(arena, text) : value;
}

static struct value *typed(struct assigner *a, enum field_kind kind, struct sv text)
{
    struct arena *arena = a->context->arena;
    switch (kind) {
    case FIELD_BOOL:
        return yaml_plain(arena, sv_eq_nocase(text, SV("true"))    ? SV("true")
                                 : sv_eq_nocase(text, SV("false")) ? SV("false")
                                                                   : text);
    case FIELD_INT:
    case FIELD_NUMBER:
    case FIELD_DURATION:
        return yaml_plain(arena, text);
    case FIELD_DATE:
    case FIELD_DATETIME:
        return yaml_plain(arena, date_text(a, text));
    case FIELD_REF:
        return yaml_text(arena, ref_text(a, text));
    default:
        return yaml_text(arena, text);
    }
}

static status make_value(struct assigner *a, struct sv text, struct value **value_out)
{
    struct sv tag;
    if (is_tags(a)) {
        if (!tag_name_parse(text, &tag))
            return err_set(a->err, USAGE, _("'%.*s' is no tag: letters, digits, '_', '-' and '/', not digits alone"),
                           SV_ARG(text));
        text = tag;
    }
    *value_out = a->field == NULL ? guessed(a, text) : typed(a, field_element_kind(a->field), text);
    if (*value_out == NULL || (*value_out)->text.ptr == NULL)
        return err_no_memory(a->err);
    return a->field == NULL ? DONE : check_value(a, *value_out);
}

/* --- several --- */

/* Up to the next comma that no backslash stands in front of; the backslashes are taken off. */
static bool next_element(struct assigner *a, struct sv *rest, struct sv *element_out)
{
    char *into = arena_alloc(a->context->arena, rest->len + 1);
    size_t n = 0, at = 0;
    if (rest->len == 0 || into == NULL)
        return false;
    for (; at < rest->len && rest->ptr[at] != ','; at++) {
        at += rest->ptr[at] == '\\' && at + 1 < rest->len && rest->ptr[at + 1] == ',';
        into[n++] = rest->ptr[at];
    }
    *rest = sv_from(*rest, at + 1);
    *element_out = sv_trim(sv_make(into, n));
    return true;
}

static status make_list(struct assigner *a, struct value **list_out)
{
    size_t most = 1;
    for (size_t i = 0; i < a->text.len; i++)
        most += a->text.ptr[i] == ',';
    struct value *list = yaml_list(a->context->arena, most);
    if (list == NULL)
        return err_no_memory(a->err);
    struct sv rest = a->text, element;
    list->count = 0;
    while (next_element(a, &rest, &element)) {
        if (element.len == 0)
            continue;
        status s = make_value(a, element, &list->members[list->count].value);
        if (s != DONE)
            return s;
        list->count++;
    }
    *list_out = list;
    return DONE;
}

static bool same_text(const struct value *there, const struct value *meant, void *payload)
{
    (void)payload;
    return there->kind != VALUE_LIST && there->kind != VALUE_MAP && sv_eq(sv_trim(there->text), sv_trim(meant->text));
}

static bool same_tag(const struct value *there, const struct value *meant, void *payload)
{
    struct sv tag;
    (void)payload;
    tag_name_parse(value_text(there), &tag);
    return tag.len > 0 && sv_eq(tag, meant->text);
}

/* "x", "[[x]]" and "[[x|label]]" are the same note; "[[x]]" without quotes is, to YAML, a list in a list. */
static bool same_ref(const struct value *there, const struct value *meant, void *payload)
{
    struct ref a, b;
    (void)payload;
    while (there != NULL && there->kind == VALUE_LIST && there->count == 1)
        there = there->members[0].value;
    return there != NULL && ref_parse(value_text(there), &a) && ref_parse(meant->text, &b) && sv_eq(a.target, b.target);
}

/* Tags that stand as one text stay one: "a, b" or "a b". A single word is a list of one. */
static status change_tag_text(struct assigner *a, struct sv old, struct sv tag)
{
    struct buf text = {0};
    struct sv piece, name;
    bool commas = sv_chr(old, ',') != SIZE_MAX, found = false;
    for (size_t at = 0; tag_text_next(old, false, &at, &piece);) {
        bool same = tag_name_parse(piece, &name) && sv_eq(name, tag);
        found = found || same;
        if (same && a->change.action == FRONT_REMOVE)
            continue;
        buf_put_c(&text, text.len == 0 ? "" : commas ? ", " : " ");
        buf_put(&text, piece);
    }
    if (a->change.action == FRONT_ADD && !found)
        buf_printf(&text, "%s%.*s", commas ? ", " : " ", SV_ARG(tag));
    bool changes = a->change.action == FRONT_ADD ? !found : found;
    struct sv copy = arena_copy(a->context->arena, changes ? buf_view(&text) : old);
    a->change.action = FRONT_SET;
    a->change.value = yaml_text(a->context->arena, copy);
    bool failed = text.failed || copy.ptr == NULL || a->change.value == NULL;
    buf_release(&text);
    return failed ? err_no_memory(a->err) : DONE;
}

static status read_element(struct assigner *a)
{
    struct value *value = NULL;
    const struct value *old = old_value(a);
    status s = DONE;
    if (!holds_many(a))
        return err_set(a->err, USAGE, _("'%.*s' holds a single value; write %.*s=VALUE"), SV_ARG(a->path),
                       SV_ARG(a->path));
    /* What is wrong must be removable. */
    if (a->change.action == FRONT_REMOVE && !is_tags(a))
        value = yaml_text(a->context->arena, a->text);
    else
        s = make_value(a, a->text, &value);
    if (s != DONE || value == NULL)
        return s != DONE ? s : err_no_memory(a->err);
    a->change.value = value;
    bool ref = a->field != NULL && field_element_kind(a->field) == FIELD_REF;
    a->change.same = ref ? same_ref : is_tags(a) ? same_tag : same_text;
    bool several = old != NULL && old->kind == VALUE_TEXT && sv_trim(old->text).len > 0 &&
                   (sv_chr(old->text, ',') != SIZE_MAX || sv_chr(sv_trim(old->text), ' ') != SIZE_MAX);
    return is_tags(a) && several ? change_tag_text(a, old->text, value->text) : DONE;
}

static status read_value(struct assigner *a)
{
    struct value *value = NULL;
    bool whole = a->field != NULL && !a->element;
    bool row = a->field != NULL && a->element && a->field->kind == FIELD_TABLE;
    if (row || (whole && (a->field->kind == FIELD_TABLE || a->field->kind == FIELD_MAP)))
        return contradicts(a);
    bool list = whole && (a->field->kind == FIELD_LIST || (a->field->many && sv_chr(a->text, ',') != SIZE_MAX));
    status s = list ? make_list(a, &value) : make_value(a, a->text, &value);
    a->change.value = value;
    return s;
}

/* --- where a new key goes --- */

static void place(struct assigner *a, const struct field *fields, size_t count, const struct value *map, struct sv key)
{
    size_t at = 0;
    while (at < count && !sv_eq(fields[at].name, key))
        at++;
    for (size_t i = at; at < count && i-- > 0 && a->change.after.len == 0;)
        if (value_get(map, fields[i].name) != NULL)
            a->change.after = fields[i].name;
    for (size_t i = at + 1; i < count && a->change.before.len == 0; i++)
        if (value_get(map, fields[i].name) != NULL)
            a->change.before = fields[i].name;
}

static void find_place(struct assigner *a)
{
    const struct note_type *type = a->context->type;
    if (value_get(a->context->root, a->steps[0].key) == NULL) {
        place(a, type->fields, type->field_count, a->context->root, a->steps[0].key);
    } else if (a->row != NULL) {
        struct sv key = a->steps[a->count - 1].key;
        const struct value *row = value_at(a->context->root, sv_sub(a->path, 0, a->path.len - key.len - 1));
        place(a, a->row->fields, a->row->field_count, row, key);
    }
}

static status add(struct assigner *a, struct assignments *out)
{
    struct front_change *grown =
        arena_grow(a->context->arena, out->items, &out->capacity, out->count, sizeof *out->items);
    if (grown == NULL)
        return err_no_memory(a->err);
    a->change.path = a->path;
    out->items = grown;
    out->items[out->count++] = a->change;
    return DONE;
}

status assign_parse(const struct assign_context *context, struct sv words, struct assignments *out, struct err *err)
{
    struct assigner a = {.context = context, .err = err};
    status s = split(&a, words);
    if (s == DONE)
        s = find_field(&a);
    if (s == DONE)
        s = a.change.action == FRONT_SET ? read_value(&a) : read_element(&a);
    if (s != DONE)
        return s;
    find_place(&a);
    return add(&a, out);
}

status assign_unset(const struct assign_context *context, struct sv path, struct assignments *out, struct err *err)
{
    struct assigner a = {.context = context, .err = err, .path = sv_trim(path), .change = {.action = FRONT_UNSET}};
    status s = find_field(&a);
    return s == DONE ? add(&a, out) : s;
}
