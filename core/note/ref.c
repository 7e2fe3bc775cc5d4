#include "note/ref.h"

#include "base/utf8.h"
#include "note/kind.h"

/* "https://..." and "mailto:..."; a handle may hold a colon, but not behind a known scheme. */
static bool is_address(struct sv s)
{
    return sv_find(s, SV("://")) != SIZE_MAX || (s.len > 7 && sv_eq_nocase(sv_sub(s, 0, 7), SV("mailto:")));
}

/* What stands between the brackets: "dir/handle#anchor|label". */
static bool parse_inside(struct sv text, struct ref *ref)
{
    size_t bar = sv_chr(text, '|');
    if (bar != SIZE_MAX)
        ref->label = sv_trim(sv_from(text, bar + 1));
    text = sv_sub(text, 0, bar);
    size_t hash = sv_chr(text, '#');
    if (hash != SIZE_MAX)
        ref->anchor = sv_trim(sv_from(text, hash + 1));
    ref->target = sv_trim(sv_sub(text, 0, hash));
    return sv_find(ref->label, SV("]]")) == SIZE_MAX;
}

static bool is_target(struct sv target)
{
    if (target.len == 0 || is_address(target))
        return false;
    for (size_t i = 0; i < target.len; i++) {
        char c = target.ptr[i];
        if ((unsigned char)c < 0x20 || c == 0x7f || c == '[' || c == ']' || c == '|')
            return false;
    }
    return true;
}

bool ref_parse(struct sv text, struct ref *ref_out)
{
    *ref_out = (struct ref){.target = sv_trim(text)};
    struct sv whole = ref_out->target;
    if (whole.len >= 4 && sv_starts(whole, SV("[[")) && sv_ends(whole, SV("]]"))) {
        ref_out->bracketed = true;
        if (!parse_inside(sv_sub(whole, 2, whole.len - 4), ref_out))
            return false;
    }
    return is_target(ref_out->target);
}

struct collector {
    struct note *note;
    struct arena *arena;
    size_t capacity;
    struct buf key; /* path to where the walk stands */
};

/* The bytes of `part` (a view into value->text) in the note. Where escapes or folded lines make the text differ from
 * the bytes, the whole scalar stands for it: replaced by a bare handle, it is still a reference. */
static struct span locate(const struct collector *c, const struct value *value, struct sv part)
{
    struct sv bytes = c->note->bytes;
    struct sv source = sv_sub(bytes, value->begin, value->end - value->begin);
    struct span span = {value->begin, value->end, value->line, value->column};
    size_t text_at = sv_find(source, value->text);
    if (text_at == SIZE_MAX || sv_chr(source, '\n') != SIZE_MAX)
        return span;
    span.begin = value->begin + text_at + (size_t)(part.ptr - value->text.ptr);
    span.end = span.begin + part.len;
    span.column += (unsigned)utf8_count(sv_sub(bytes, value->begin, span.begin - value->begin));
    return span;
}

static status put_link(struct collector *c, const struct link *link, struct err *err)
{
    struct note *note = c->note;
    struct link *links = arena_grow(c->arena, note->field_links, &c->capacity, note->field_link_count, sizeof(*links));
    struct sv key = arena_copy(c->arena, buf_view(&c->key));
    if (links == NULL || key.ptr == NULL || c->key.failed)
        return err_no_memory(err);
    note->field_links = links;
    links[note->field_link_count] = *link;
    links[note->field_link_count].kind = LINK_FIELD;
    links[note->field_link_count++].key = key;
    return DONE;
}

static status put_ref(struct collector *c, struct span at, const struct value *value, const struct ref *ref,
                      struct err *err)
{
    struct link link = {.at = at,
                        .target_at = locate(c, value, ref->target),
                        .target = ref->target,
                        .anchor = ref->anchor,
                        .label = ref->label};
    return put_link(c, &link, err);
}

static bool is_scalar(const struct value *value)
{
    return value->kind != VALUE_NULL && value->kind != VALUE_LIST && value->kind != VALUE_MAP;
}

/* Obsidian's users write `related: [[x]]` without quotes, which is a list in a list. */
static const struct value *unquoted_link(const struct collector *c, const struct value *value)
{
    if (value->kind != VALUE_LIST || value->count != 1 || value->members[0].value->kind != VALUE_LIST)
        return NULL;
    const struct value *inner = value->members[0].value;
    bool brackets = sv_starts(sv_from(c->note->bytes, value->begin), SV("[["));
    return brackets && inner->count == 1 && is_scalar(inner->members[0].value) ? inner->members[0].value : NULL;
}

static status collect_any(struct collector *c, const struct value *value, struct err *err);

static status collect_each(struct collector *c, const struct value *value, struct err *err)
{
    size_t base = c->key.len;
    status result = DONE;
    for (size_t i = 0; i < value->count && result == DONE; i++) {
        const struct member *member = &value->members[i];
        if (value->kind == VALUE_LIST) {
            buf_printf(&c->key, "[%zu]", i);
        } else {
            buf_char(&c->key, '.');
            buf_put(&c->key, member->key);
        }
        result = collect_any(c, member->value, err);
        buf_truncate(&c->key, base);
    }
    return result;
}

/* Where nothing is declared, only "[[...]]" standing alone is meant as a link. */
static status collect_any(struct collector *c, const struct value *value, struct err *err)
{
    struct ref ref;
    const struct value *inner = unquoted_link(c, value);
    if (inner != NULL) {
        ref = (struct ref){.bracketed = true};
        struct span at = {value->begin, value->end, value->line, value->column};
        return parse_inside(inner->text, &ref) && is_target(ref.target) ? put_ref(c, at, inner, &ref, err) : DONE;
    }
    if (value->kind == VALUE_LIST || value->kind == VALUE_MAP)
        return collect_each(c, value, err);
    if (value->kind == VALUE_TEXT && sv_starts(sv_trim(value->text), SV("[[")) && ref_parse(value->text, &ref))
        return put_ref(c, locate(c, value, sv_trim(value->text)), value, &ref, err);
    return DONE;
}

static status collect_field(struct collector *c, const struct field *field, const struct value *value, struct err *err);

static status collect_refs(struct collector *c, const struct field *field, const struct value *value, struct err *err)
{
    size_t base = c->key.len;
    status result = DONE;
    for (size_t i = 0; i < value_count(value) && result == DONE; i++) {
        const struct value *element = field_element(field, value_nth(value, i));
        struct ref ref;
        if (!is_scalar(element) || !ref_parse(element->text, &ref))
            continue;
        if (value->kind == VALUE_LIST)
            buf_printf(&c->key, "[%zu]", i);
        result = put_ref(c, locate(c, element, sv_trim(element->text)), element, &ref, err);
        buf_truncate(&c->key, base);
    }
    return result;
}

static status collect_rows(struct collector *c, const struct field *field, const struct value *value, struct err *err)
{
    size_t base = c->key.len;
    status result = DONE;
    for (size_t i = 0; i < value_count(value) && result == DONE; i++) {
        const struct value *row = value_nth(value, i);
        if (row->kind != VALUE_MAP)
            continue;
        for (size_t j = 0; j < row->count && result == DONE; j++) {
            const struct member *cell = &row->members[j];
            buf_printf(&c->key, "[%zu].", i);
            buf_put(&c->key, cell->key);
            result = collect_field(c, field_find(field->fields, field->field_count, cell->key), cell->value, err);
            buf_truncate(&c->key, base);
        }
    }
    return result;
}

static status put_key(struct collector *c, const struct member *member, struct err *err)
{
    struct ref ref;
    struct sv source = sv_sub(c->note->bytes, member->key_begin, member->key_end - member->key_begin);
    size_t at = sv_find(source, member->key);
    if (!ref_parse(member->key, &ref) || at == SIZE_MAX)
        return DONE;
    struct span span = {member->key_begin + at, member->key_begin + at + member->key.len, member->key_line,
                        member->key_column + (unsigned)at};
    struct link link = {.at = span, .target_at = span, .target = ref.target, .anchor = ref.anchor, .label = ref.label};
    size_t before = (size_t)(ref.target.ptr - member->key.ptr);
    link.target_at.begin += before;
    link.target_at.end = link.target_at.begin + ref.target.len;
    link.target_at.column += (unsigned)before;
    return put_link(c, &link, err);
}

static status collect_map(struct collector *c, const struct field *field, const struct value *value, struct err *err)
{
    size_t base = c->key.len;
    status result = DONE;
    for (size_t i = 0; value->kind == VALUE_MAP && i < value->count && result == DONE; i++) {
        const struct member *member = &value->members[i];
        buf_char(&c->key, '.');
        buf_put(&c->key, member->key);
        result = put_key(c, member, err);
        if (result == DONE && field->of == FIELD_REF)
            result = collect_refs(c, field, member->value, err);
        buf_truncate(&c->key, base);
    }
    return result;
}

static status collect_field(struct collector *c, const struct field *field, const struct value *value, struct err *err)
{
    if (field == NULL)
        return collect_any(c, value, err);
    if (field->kind == FIELD_TABLE)
        return collect_rows(c, field, value, err);
    if (field->kind == FIELD_MAP)
        return collect_map(c, field, value, err);
    return field_element_kind(field) == FIELD_REF ? collect_refs(c, field, value, err) : collect_any(c, value, err);
}

status ref_collect(struct note *note, const struct types *types, struct arena *arena, struct err *err)
{
    const struct value *root = note->front.root;
    if (root == NULL || root->kind != VALUE_MAP)
        return DONE;
    const struct note_type *type = types == NULL ? NULL : types_for(types, note->type);
    struct collector c = {.note = note, .arena = arena};
    status result = DONE;
    for (size_t i = 0; i < root->count && result == DONE; i++) {
        const struct member *member = &root->members[i];
        const struct field *field = types == NULL ? NULL : type_field(types, type, member->key);
        buf_truncate(&c.key, 0);
        buf_put(&c.key, member->key);
        result = collect_field(&c, field, member->value, err);
    }
    if (result == DONE)
        result = buf_check(&c.key, err);
    buf_release(&c.key);
    return result;
}
