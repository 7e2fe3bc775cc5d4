/* What the kinds of fields accept, and how a scalar reads by one. */
#ifndef NOTE_KIND_H
#define NOTE_KIND_H

#include "note/type.h"

/* A scalar, read: `kind` says which of the numbers holds. */
struct scalar {
    enum field_kind kind;
    struct sv text;  /* as written; of a reference its target alone */
    int64_t integer; /* INT */
    bool boolean;    /* BOOL */
    double number;   /* INT, NUMBER; BOOL 0 and 1; DATE, DATETIME days since 1970-01-01; NAN for the rest */
};

/* Reads a scalar as `kind`. False when it is none (or a list, a map, null); then it is read by the core schema, as
 * kind_guess does. Whether an enum allows it and a range holds it is not asked here. */
bool kind_read(enum field_kind kind, const struct value *value, struct scalar *scalar_out);
/* Reads a scalar of an undeclared field: BOOL, INT, NUMBER, DATE (an unquoted one), else TEXT. */
void kind_guess(const struct value *value, struct scalar *scalar_out);

enum fault { FAULT_NONE, FAULT_KIND, FAULT_ENUM, FAULT_RANGE, FAULT_REF };
/* What is wrong with one element of a field that is no table. */
enum fault field_fault(const struct field *field, const struct value *element);
/* The kind of each value: `of` of lists and maps. */
enum field_kind field_element_kind(const struct field *field);
/* What a reference's element says: "[[x]]" without quotes is, to YAML, a list in a list. */
const struct value *field_element(const struct field *field, const struct value *element);
/* By name; NULL when there is none. */
const struct field *field_find(const struct field *fields, size_t count, struct sv name);

/* "a whole number", "a date such as 2026-01-31": in the user's language. */
const char *kind_describe(enum field_kind kind);

#endif
