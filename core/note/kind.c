#include "note/kind.h"

#include "base/i18n.h"
#include "note/ref.h"

#include <math.h>

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool has_blank(struct sv s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] <= 0x20 || s.ptr[i] == 0x7f)
            return true;
    return false;
}

/* Enough to catch what is no address; the rest only the post office knows. */
static bool is_email(struct sv s)
{
    size_t at = sv_chr(s, '@');
    return at != SIZE_MAX && at > 0 && at + 1 < s.len && sv_rchr(s, '@') == at && !has_blank(s) &&
           sv_chr(s, '<') == SIZE_MAX && sv_chr(s, '>') == SIZE_MAX && sv_chr(s, ',') == SIZE_MAX;
}

/* RFC 3986: a scheme, a colon, something. */
static bool is_url(struct sv s)
{
    size_t colon = sv_chr(s, ':');
    if (colon == SIZE_MAX || colon + 1 >= s.len || colon == 0 || !is_letter(s.ptr[0]) || has_blank(s))
        return false;
    for (size_t i = 1; i < colon; i++)
        if (!is_letter(s.ptr[i]) && !is_digit(s.ptr[i]) && s.ptr[i] != '+' && s.ptr[i] != '-' && s.ptr[i] != '.')
            return false;
    return true;
}

/* The shape of an IANA name. Which ones exist differs from machine to machine, and a note must not. */
static bool is_timezone(struct sv s)
{
    if (s.len == 0 || !is_letter(s.ptr[0]) || s.ptr[s.len - 1] == '/')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '/' && s.ptr[i - 1] == '/')
            return false;
        if (!is_letter(c) && !is_digit(c) && c != '/' && c != '_' && c != '-' && c != '+')
            return false;
    }
    return true;
}

/* The shape of a BCP 47 tag: "pl", "en-GB", "zh-Hant-TW". */
static bool is_lang(struct sv s)
{
    struct sv part;
    if (s.len == 0 || s.ptr[s.len - 1] == '-')
        return false;
    for (bool first = true; sv_next(&s, '-', &part); first = false) {
        if (part.len < (first ? 2 : 1) || part.len > (first ? 3 : 8))
            return false;
        for (size_t i = 0; i < part.len; i++)
            if (!is_letter(part.ptr[i]) && (first || !is_digit(part.ptr[i])))
                return false;
    }
    return true;
}

static bool read_int(const struct value *value, struct scalar *scalar)
{
    if (value->kind == VALUE_INT)
        scalar->integer = value->as.integer;
    else if (!sv_to_i64(sv_trim(value->text), &scalar->integer))
        return false;
    scalar->number = (double)scalar->integer;
    return true;
}

static bool read_number(const struct value *value, struct scalar *scalar)
{
    if (value->kind == VALUE_INT)
        scalar->number = (double)value->as.integer;
    else if (value->kind == VALUE_NUMBER)
        scalar->number = value->as.number;
    else if (!sv_to_double(sv_trim(value->text), &scalar->number))
        return false;
    return isfinite(scalar->number);
}

static bool read_bool(const struct value *value, struct scalar *scalar)
{
    if (value->kind == VALUE_BOOL)
        scalar->boolean = value->as.boolean;
    else if (sv_eq_nocase(value->text, SV("true")) || sv_eq_nocase(value->text, SV("false")))
        scalar->boolean = sv_eq_nocase(value->text, SV("true"));
    else
        return false;
    scalar->number = scalar->boolean ? 1 : 0;
    return true;
}

static bool read_date(const struct value *value, struct scalar *scalar)
{
    struct date date;
    if (!date_parse(sv_trim(value->text), &date))
        return false;
    scalar->number = (double)date_to_days(date);
    return true;
}

static bool read_as(enum field_kind kind, const struct value *value, struct scalar *scalar)
{
    struct duration duration;
    struct ref ref;
    switch (kind) {
    case FIELD_TEXT:
    case FIELD_ENUM:
        return true;
    case FIELD_INT:
        return read_int(value, scalar);
    case FIELD_NUMBER:
        return read_number(value, scalar);
    case FIELD_BOOL:
        return read_bool(value, scalar);
    case FIELD_DATE:
    case FIELD_DATETIME:
        return read_date(value, scalar);
    case FIELD_DURATION:
        return duration_parse(sv_trim(value->text), &duration);
    case FIELD_REF:
        if (!ref_parse(value->text, &ref))
            return false;
        scalar->text = ref.target;
        return true;
    case FIELD_EMAIL:
        return is_email(value->text);
    case FIELD_URL:
        return is_url(value->text);
    case FIELD_TIMEZONE:
        return is_timezone(value->text);
    case FIELD_LANG:
        return is_lang(value->text);
    case FIELD_LIST:
    case FIELD_TABLE:
    case FIELD_MAP:
        break;
    }
    return false;
}

static bool is_scalar(const struct value *value)
{
    return value != NULL && value->kind != VALUE_NULL && value->kind != VALUE_LIST && value->kind != VALUE_MAP;
}

void kind_guess(const struct value *value, struct scalar *scalar_out)
{
    struct scalar scalar = {.kind = FIELD_TEXT, .text = value_text(value), .number = NAN};
    enum field_kind kind = FIELD_TEXT;
    if (is_scalar(value) && value->kind == VALUE_BOOL)
        kind = FIELD_BOOL;
    else if (is_scalar(value) && value->kind == VALUE_INT)
        kind = FIELD_INT;
    else if (is_scalar(value) && value->kind == VALUE_NUMBER)
        kind = FIELD_NUMBER;
    else if (is_scalar(value) && !value->quoted && value->text.len >= 10 && is_digit(value->text.ptr[0]))
        kind = FIELD_DATE;
    if (kind != FIELD_TEXT && read_as(kind, value, &scalar))
        scalar.kind = kind;
    *scalar_out = scalar;
}

bool kind_read(enum field_kind kind, const struct value *value, struct scalar *scalar_out)
{
    *scalar_out = (struct scalar){.kind = kind, .text = value_text(value), .number = NAN};
    if (is_scalar(value) && read_as(kind, value, scalar_out))
        return true;
    kind_guess(value, scalar_out);
    return false;
}

enum field_kind field_element_kind(const struct field *field)
{
    return field->kind == FIELD_LIST || field->kind == FIELD_MAP ? field->of : field->kind;
}

const struct value *field_element(const struct field *field, const struct value *element)
{
    if (field_element_kind(field) == FIELD_REF)
        while (element != NULL && element->kind == VALUE_LIST && element->count == 1)
            element = element->members[0].value;
    return element;
}

const struct field *field_find(const struct field *fields, size_t count, struct sv name)
{
    for (size_t i = 0; i < count; i++)
        if (sv_eq(fields[i].name, name))
            return &fields[i];
    return NULL;
}

static bool allows(const struct field *field, struct sv text)
{
    for (size_t i = 0; i < field->value_count; i++)
        if (sv_eq(field->values[i], text))
            return true;
    return false;
}

enum fault field_fault(const struct field *field, const struct value *element)
{
    struct scalar scalar;
    enum field_kind kind = field_element_kind(field);
    const struct value *value = field_element(field, element);
    if (!kind_read(kind, value, &scalar))
        return kind == FIELD_REF && is_scalar(value) ? FAULT_REF : FAULT_KIND;
    if (kind == FIELD_ENUM && !allows(field, scalar.text))
        return FAULT_ENUM;
    if ((kind == FIELD_INT || kind == FIELD_NUMBER) &&
        ((field->has_min && scalar.number < field->min) || (field->has_max && scalar.number > field->max)))
        return FAULT_RANGE;
    return FAULT_NONE;
}

const char *kind_describe(enum field_kind kind)
{
    static const char *const words[] = {
        [FIELD_TEXT] = N_("one line or block of text"),
        [FIELD_INT] = N_("a whole number"),
        [FIELD_NUMBER] = N_("a number"),
        [FIELD_BOOL] = N_("true or false"),
        [FIELD_DATE] = N_("a date such as 2026-01-31"),
        [FIELD_DATETIME] = N_("a time such as 2026-01-31T14:00"),
        [FIELD_DURATION] = N_("a duration such as P3W (three weeks) or PT90M"),
        [FIELD_ENUM] = N_("one word of a list"),
        [FIELD_REF] = N_("the handle of a note, such as anna-nowak or \"[[anna-nowak]]\""),
        [FIELD_EMAIL] = N_("an email address"),
        [FIELD_URL] = N_("an address such as https://example.org/"),
        [FIELD_TIMEZONE] = N_("a time zone such as Europe/Warsaw"),
        [FIELD_LANG] = N_("a language such as en, pl or da"),
        [FIELD_LIST] = N_("a list"),
        [FIELD_TABLE] = N_("a list of entries with fields of their own"),
        [FIELD_MAP] = N_("a map of handles to values"),
    };
    return _(words[kind]);
}
