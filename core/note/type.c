#include "note/type.h"

static const char *const kind_names[] = {
    [FIELD_TEXT] = "text", [FIELD_INT] = "int",           [FIELD_NUMBER] = "number",     [FIELD_BOOL] = "bool",
    [FIELD_DATE] = "date", [FIELD_DATETIME] = "datetime", [FIELD_DURATION] = "duration", [FIELD_ENUM] = "enum",
    [FIELD_REF] = "ref",   [FIELD_EMAIL] = "email",       [FIELD_URL] = "url",           [FIELD_TIMEZONE] = "timezone",
    [FIELD_LANG] = "lang", [FIELD_LIST] = "list",         [FIELD_TABLE] = "table",       [FIELD_MAP] = "map",
};

static const char *const visibility_names[] = {
    [VISIBILITY_PRIVATE] = "private",
    [VISIBILITY_PAIR] = "pair",
    [VISIBILITY_GROUP] = "group",
};

static const char *const lang_names[LANG_COUNT] = {[LANG_EN] = "en", [LANG_PL] = "pl", [LANG_DA] = "da"};

const char *field_kind_name(enum field_kind kind)
{
    return kind_names[kind];
}

bool field_kind_parse(struct sv name, enum field_kind *kind_out)
{
    for (size_t i = 0; i < sizeof(kind_names) / sizeof(*kind_names); i++)
        if (sv_eq_c(name, kind_names[i])) {
            *kind_out = (enum field_kind)i;
            return true;
        }
    return false;
}

const char *visibility_name(enum visibility visibility)
{
    return visibility_names[visibility];
}

bool visibility_parse(struct sv name, enum visibility *visibility_out)
{
    for (size_t i = 0; i < sizeof(visibility_names) / sizeof(*visibility_names); i++)
        if (sv_eq_c(name, visibility_names[i])) {
            *visibility_out = (enum visibility)i;
            return true;
        }
    return false;
}

bool label_lang_parse(struct sv lang, size_t *index_out)
{
    struct sv language = lang;
    for (size_t i = 0; i < lang.len; i++)
        if (lang.ptr[i] == '-' || lang.ptr[i] == '_') {
            language.len = i;
            break;
        }
    for (size_t i = 0; i < LANG_COUNT; i++)
        if (sv_eq_nocase(language, sv_of(lang_names[i]))) {
            *index_out = i;
            return true;
        }
    return false;
}

struct sv label_text(const struct label *label, struct sv lang, struct sv fallback)
{
    size_t index;
    if (label_lang_parse(lang, &index) && label->text[index].len > 0)
        return label->text[index];
    return label->text[LANG_EN].len > 0 ? label->text[LANG_EN] : fallback;
}
