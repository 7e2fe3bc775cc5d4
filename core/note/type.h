/* Note types: data read from templates/<type>/type.yaml and a vault's .chiron/templates/<type>/type.yaml. */
#ifndef NOTE_TYPE_H
#define NOTE_TYPE_H

#include "base/buf.h"
#include "text/value.h"

enum field_kind {
    FIELD_TEXT,
    FIELD_INT,
    FIELD_NUMBER,
    FIELD_BOOL,
    FIELD_DATE,
    FIELD_DATETIME,
    FIELD_DURATION,
    FIELD_ENUM,
    FIELD_REF,
    FIELD_EMAIL,
    FIELD_URL,
    FIELD_TIMEZONE,
    FIELD_LANG,
    FIELD_LIST,
    FIELD_TABLE,
    FIELD_MAP
};

enum visibility { VISIBILITY_PRIVATE, VISIBILITY_PAIR, VISIBILITY_GROUP }; /* narrow to wide */

enum { LANG_EN, LANG_PL, LANG_DA, LANG_COUNT };
struct label {
    struct sv text[LANG_COUNT]; /* empty: fall back to English, then to the name */
};

enum merge_rule { MERGE_SCALAR, MERGE_SET, MERGE_LIST, MERGE_TABLE, MERGE_MAP };

struct field {
    struct sv name;
    enum field_kind kind;
    enum field_kind of;  /* LIST: of its elements, MAP: of its values */
    bool required, many; /* many: one value or a list of them */
    struct sv *values;
    size_t value_count; /* ENUM (or LIST of ENUM): allowed, in order */
    struct sv *to;
    size_t to_count; /* REF: types it may point at; none: any */
    bool has_min, has_max;
    double min, max;
    const struct value *fallback; /* `default:`; NULL: none */
    struct sv key;                /* TABLE: the member that identifies a row */
    struct field *fields;
    size_t field_count; /* TABLE: of each row */
    enum merge_rule merge;
    struct label label;
};

struct note_model {
    struct sv name;
    struct label label;
    const struct value *headings; /* map en/pl/da -> list of text; NULL: none */
};

struct note_type {
    struct sv name;
    struct label label, plural, summary;
    struct sv folder, file;
    enum visibility visibility;
    struct field *fields;
    size_t field_count; /* its own only */
    struct note_model *models;
    size_t model_count;
    const struct value *raw; /* the whole file */
    struct sv path;          /* where it was read */
    bool from_vault;
};

/* All types of this process. Immutable once loaded, any thread. */
struct types;

/* Reads every folder in `dir` (the installed templates), then every one in the vault's
 * `vault_root_fd`/.chiron/templates (-1: none): a vault's file replaces a type or adds one, but may not widen its
 * visibility (it is kept narrow, with a message in `warnings`; may be NULL). A broken installed file is an error, a
 * broken vault one is a warning and skipped. */
status types_load(const char *dir, int vault_root_fd, struct types **types_out, struct buf *warnings, struct err *err);
void types_free(struct types *types);
size_t types_count(const struct types *types);
const struct note_type *types_nth(const struct types *types, size_t n); /* by name, in order */
/* NULL when unknown. */
const struct note_type *types_get(const struct types *types, struct sv name);
/* The type a note of this `type:` has: the named one, or `note`. Never NULL. */
const struct note_type *types_for(const struct types *types, struct sv name);
/* A field of the type or a common one; NULL: not declared. */
const struct field *type_field(const struct types *types, const struct note_type *type, struct sv name);

const char *field_kind_name(enum field_kind kind);
bool field_kind_parse(struct sv name, enum field_kind *kind_out);
const char *visibility_name(enum visibility visibility);
bool visibility_parse(struct sv name, enum visibility *visibility_out);
/* "pl", "pl-PL", "PL_pl" -> LANG_PL. False for a language without labels. */
bool label_lang_parse(struct sv lang, size_t *index_out);
/* In `lang` ("pl", "pl-PL"), else English, else `fallback`. */
struct sv label_text(const struct label *label, struct sv lang, struct sv fallback);

#endif
