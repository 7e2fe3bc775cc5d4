#include "base/i18n.h"
#include "base/utf8.h"
#include "note/kind.h"
#include "note/near.h"
#include "note/note.h"

#include <stdio.h>
#include <string.h>

/* A list of thousands of wrong values is one mistake; and the nearest name is not looked for without end. */
enum { FINDINGS_A_NOTE = 100, GUESSES_A_NOTE = 50, NAME_BYTES = 160, SHOWN_BYTES = 60, SHOWN_VALUES = 12 };

struct check {
    const struct note *note;
    const struct types *types;
    const struct note_type *type;
    struct findings *findings;
    enum finding_level level; /* any repository of Markdown must be readable: warnings for what has no type */
    size_t full;              /* no more findings above this count */
    unsigned guesses;         /* made so far */
    struct buf list;          /* "planned, held, ..." */
};

/* Where a value stands: "status", "signed.anna", "goals[1].gas". Put into words for the few that are wrong. */
struct spot {
    const struct spot *in; /* NULL: a field of the note */
    struct sv key;         /* empty: the row alone */
    size_t row;
    bool has_row;
};

static const char *spot_words(const struct spot *spot, char into[NAME_BYTES])
{
    size_t used = 0;
    if (spot->in != NULL)
        used = strlen(spot_words(spot->in, into));
    if (spot->has_row)
        used += (size_t)snprintf(into + used, NAME_BYTES - used, "[%zu]", spot->row);
    const char *dot = spot->in != NULL && spot->key.len > 0 ? "." : "";
    struct sv key = utf8_cut(spot->key, SHOWN_BYTES);
    if (used < NAME_BYTES)
        snprintf(into + used, NAME_BYTES - used, "%s%.*s", dot, SV_ARG(key));
    return into;
}

static bool is_full(const struct check *check)
{
    return check->findings->count >= check->full;
}

/* How much of a text a message shows, for "%.*s%s": with dots where it was cut. */
#define SHOWN(text) SV_ARG(utf8_cut(text, SHOWN_BYTES)), ((text).len > SHOWN_BYTES ? "..." : "")

/* "status, held and 3 more" would need a grammar; a list of words does not. */
static const char *list_values(struct check *check, const struct field *field)
{
    buf_clear(&check->list);
    for (size_t i = 0; i < field->value_count && i < SHOWN_VALUES; i++) {
        buf_put_c(&check->list, i == 0 ? "" : ", ");
        buf_put(&check->list, field->values[i]);
    }
    if (field->value_count > SHOWN_VALUES)
        buf_put_c(&check->list, ", ...");
    return check->list.failed ? "" : check->list.ptr;
}

static void report_kind(struct check *check, const char *rule, enum field_kind kind, const struct spot *spot,
                        const struct value *value)
{
    char name[NAME_BYTES];
    spot_words(spot, name);
    struct findings *to = check->findings;
    enum finding_level level = check->level;
    const char *wanted = kind_describe(kind);
    if (value->kind == VALUE_LIST)
        finding_add(to, rule, level, value->line, value->column, _("'%s' is a list, not %s"), name, wanted);
    else if (value->kind == VALUE_MAP)
        finding_add(to, rule, level, value->line, value->column, _("'%s' is a map of keys and values, not %s"), name,
                    wanted);
    else
        finding_add(to, rule, level, value->line, value->column, _("'%s' is '%.*s%s', not %s"), name,
                    SHOWN(value->text), wanted);
}

static void report_enum(struct check *check, const struct field *field, const struct spot *spot,
                        const struct value *value)
{
    char name[NAME_BYTES];
    spot_words(spot, name);
    const char *list = list_values(check, field);
    struct sv near = near_word(value->text, field->values, field->value_count);
    if (near.len > 0)
        finding_add(check->findings, "field-enum", check->level, value->line, value->column,
                    _("'%s' is '%.*s%s', not one of %s; did you mean '%.*s'?"), name, SHOWN(value->text), list,
                    SV_ARG(near));
    else
        finding_add(check->findings, "field-enum", check->level, value->line, value->column,
                    _("'%s' is '%.*s%s', not one of %s"), name, SHOWN(value->text), list);
}

static void report_range(struct check *check, const struct field *field, const struct spot *spot,
                         const struct value *value)
{
    char name[NAME_BYTES];
    spot_words(spot, name);
    struct findings *to = check->findings;
    if (field->has_min && field->has_max)
        finding_add(to, "field-range", check->level, value->line, value->column, _("'%s' is %.*s%s, not from %g to %g"),
                    name, SHOWN(value->text), field->min, field->max);
    else if (field->has_min)
        finding_add(to, "field-range", check->level, value->line, value->column, _("'%s' is %.*s%s, less than %g"),
                    name, SHOWN(value->text), field->min);
    else
        finding_add(to, "field-range", check->level, value->line, value->column, _("'%s' is %.*s%s, more than %g"),
                    name, SHOWN(value->text), field->max);
}

static void report_missing(struct check *check, const struct spot *spot, const struct value *row)
{
    char name[NAME_BYTES];
    finding_add(check->findings, "field-required", check->level, row->line, row->column, _("'%s' is missing"),
                spot_words(spot, name));
}

/* An empty value says no more than an absent one. */
static bool is_set(const struct value *value)
{
    return value_count(value) > 0 && (value->kind != VALUE_TEXT || sv_trim(value->text).len > 0);
}

static void check_element(struct check *check, const struct field *field, const struct spot *spot,
                          const struct value *element)
{
    const struct value *value = field_element(field, element);
    if (!is_set(value) || is_full(check))
        return;
    switch (field_fault(field, value)) {
    case FAULT_NONE:
        break;
    case FAULT_KIND:
        report_kind(check, "field-kind", field_element_kind(field), spot, value);
        break;
    case FAULT_ENUM:
        report_enum(check, field, spot, value);
        break;
    case FAULT_RANGE:
        report_range(check, field, spot, value);
        break;
    case FAULT_REF:
        report_kind(check, "field-ref", FIELD_REF, spot, value);
        break;
    }
}

static void check_field(struct check *check, const struct field *field, const struct spot *spot,
                        const struct value *value);

static void check_row(struct check *check, const struct field *table, const struct spot *spot, size_t n,
                      const struct value *row)
{
    struct spot at = {.in = spot, .row = n, .has_row = true};
    if (row->kind != VALUE_MAP) {
        report_kind(check, "field-kind", FIELD_MAP, &at, row);
        return;
    }
    for (size_t i = 0; i < table->field_count && !is_full(check); i++) {
        const struct field *field = &table->fields[i];
        const struct value *cell = value_get(row, field->name);
        at.key = field->name;
        if (field->required && !is_set(cell))
            report_missing(check, &at, row);
        else if (cell != NULL)
            check_field(check, field, &at, cell);
    }
}

static void check_map(struct check *check, const struct field *field, const struct spot *spot, const struct value *map)
{
    for (size_t i = 0; i < map->count && !is_full(check); i++) {
        struct spot at = {.in = spot, .key = map->members[i].key};
        check_element(check, field, &at, map->members[i].value);
    }
}

static void check_field(struct check *check, const struct field *field, const struct spot *spot,
                        const struct value *value)
{
    if (value->kind == VALUE_NULL || is_full(check))
        return;
    if (field->kind == FIELD_MAP && value->kind == VALUE_MAP) {
        check_map(check, field, spot, value);
    } else if (field->kind == FIELD_MAP) {
        report_kind(check, "field-kind", FIELD_MAP, spot, value);
    } else if (field->kind == FIELD_TABLE) {
        for (size_t i = 0; i < value_count(value) && !is_full(check); i++)
            check_row(check, field, spot, i, value_nth(value, i));
    } else if (field->kind == FIELD_LIST || field->many) {
        for (size_t i = 0; i < value_count(value) && !is_full(check); i++)
            check_element(check, field, spot, value_nth(value, i));
    } else {
        check_element(check, field, spot, value);
    }
}

/* Titles and dates need no key of their own: a heading and the file's name say them as well. */
static bool is_said_elsewhere(const struct check *check, struct sv name)
{
    if (sv_eq_c(name, "date"))
        return check->note->date_from_name;
    return sv_eq_c(name, "title") && check->note->outline.heading_count > 0;
}

static void check_required(struct check *check, const struct value *root)
{
    const struct value *type = value_get(root, SV("type"));
    for (size_t i = 0; i < check->type->field_count && !is_full(check); i++) {
        const struct field *field = &check->type->fields[i];
        if (!field->required || is_set(value_get(root, field->name)) || is_said_elsewhere(check, field->name))
            continue;
        finding_add(check->findings, "field-required", check->level, type == NULL ? 1 : type->line,
                    type == NULL ? 1 : type->column, _("'%.*s' is missing: a note of type '%.*s' needs it"),
                    SV_ARG(field->name), SV_ARG(check->type->name));
    }
}

/* Keys of other tools that chiron reads, so that they are no slips of the pen. */
static bool is_read_anyway(struct sv key)
{
    static const char *const keys[] = {"type", "tag", "alias", "keywords"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        if (sv_eq_c(key, keys[i]))
            return true;
    return false;
}

static struct sv near_field(const struct check *check, const struct value *root, struct sv key)
{
    for (size_t i = 0; i < check->type->field_count; i++) {
        const struct sv *name = &check->type->fields[i].name;
        if (near_word(key, name, 1).len > 0 && value_get(root, *name) == NULL)
            return *name;
    }
    return (struct sv){0};
}

/* Fields of one's own are welcome; one letter beside a declared one that is absent is a slip. */
static void check_undeclared(struct check *check, const struct value *root, const struct member *member)
{
    if (is_read_anyway(member->key) || check->guesses++ >= GUESSES_A_NOTE)
        return;
    struct sv near = near_field(check, root, member->key);
    if (near.len > 0)
        finding_add(check->findings, "field-unknown", FINDING_STYLE, member->key_line, member->key_column,
                    _("'%.*s%s' is not a field of type '%.*s'; did you mean '%.*s'?"), SHOWN(member->key),
                    SV_ARG(check->type->name), SV_ARG(near));
}

/* Fails on the narrow side, and says so. */
static void check_visibility(struct check *check, const struct value *value)
{
    enum visibility visibility;
    if (value->kind != VALUE_NULL && !visibility_parse(value_text(value), &visibility))
        finding_add(check->findings, "field-enum", check->level, value->line, value->column,
                    _("'visibility' is '%.*s%s', not one of private, pair, group; the note is treated as private"),
                    SHOWN(value_text(value)));
}

static void check_type(struct check *check, const struct value *root)
{
    const struct value *value = value_get(root, SV("type"));
    struct sv name = value_text(value);
    if (value_count(value) == 0 || types_get(check->types, name) != NULL)
        return;
    if (value->kind == VALUE_LIST || value->kind == VALUE_MAP) {
        report_kind(check, "field-kind", FIELD_TEXT, &(struct spot){.key = SV("type")}, value);
        return;
    }
    struct sv near = {0};
    for (size_t i = 0; i < types_count(check->types) && near.len == 0; i++)
        near = near_word(name, &types_nth(check->types, i)->name, 1);
    if (near.len > 0)
        finding_add(check->findings, "type-unknown", FINDING_STYLE, value->line, value->column,
                    _("'%.*s%s' is not a type; did you mean '%.*s'? it is read as a plain note"), SHOWN(name),
                    SV_ARG(near));
    else
        finding_add(check->findings, "type-unknown", FINDING_STYLE, value->line, value->column,
                    _("'%.*s%s' is not a type; it is read as a plain note"), SHOWN(name));
}

static void check_member(struct check *check, const struct value *root, const struct member *member)
{
    if (sv_eq_c(member->key, "visibility")) {
        check_visibility(check, member->value);
        return;
    }
    const struct field *field = type_field(check->types, check->type, member->key);
    if (field == NULL) {
        check_undeclared(check, root, member);
        return;
    }
    check_field(check, field, &(struct spot){.key = member->key}, member->value);
}

void note_validate(const struct note *note, const struct types *types, struct findings *findings)
{
    const struct value *root = note->front.root;
    if (root == NULL || types == NULL || root->kind != VALUE_MAP)
        return;
    struct check check = {.note = note,
                          .types = types,
                          .type = types_for(types, note->type),
                          .findings = findings,
                          .level = sv_eq_c(note->type, "note") ? FINDING_WARNING : FINDING_ERROR,
                          .full = findings->count + FINDINGS_A_NOTE};
    check_type(&check, root);
    check_required(&check, root);
    for (size_t i = 0; i < root->count && !is_full(&check); i++)
        check_member(&check, root, &root->members[i]);
    if (is_full(&check))
        finding_add(findings, "too-many", FINDING_WARNING, 0, 0, _("more is wrong with this note than is listed here"));
    findings->failed = findings->failed || check.list.failed;
    buf_release(&check.list);
}
