/* A small tree of values: what YAML front matter, types and configuration say. */
#ifndef TEXT_VALUE_H
#define TEXT_VALUE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"

enum value_kind { VALUE_NULL, VALUE_BOOL, VALUE_INT, VALUE_NUMBER, VALUE_TEXT, VALUE_LIST, VALUE_MAP };

/* `text` is always the scalar as written (unquoted, unescaped). By YAML 1.2's core schema plain scalars become
 * null, bool, int or number; quoted ones are text; dates are text. Positions are of the first byte, in the source that
 * was parsed (offset from 0, line and column from 1, the column in code points). */
struct value {
    enum value_kind kind;
    bool quoted;
    struct sv text;
    union {
        bool boolean;
        int64_t integer;
        double number;
    } as;
    struct member *members; /* VALUE_MAP: in order; VALUE_LIST: `key` empty */
    size_t count;
    size_t begin, end; /* bytes of the value in the source, a block's trailing line end not included */
    unsigned line, column;
};

struct member {
    struct sv key;
    size_t key_begin, key_end;
    unsigned key_line, key_column;
    struct value *value;
};

/* NULL when `map` is NULL, no map, or has no such key. */
const struct value *value_get(const struct value *map, struct sv key);
/* "goals[0].gas", "signed.anna": a path of keys and indexes. NULL when it leads nowhere. */
const struct value *value_at(const struct value *root, struct sv path);
/* The text of a scalar; the empty view otherwise. */
struct sv value_text(const struct value *value);
/* A list's length, 1 for a set scalar or map, 0 for NULL and null: so that "one or many" reads the same. */
size_t value_count(const struct value *value);
/* The nth of a list, or the value itself for n = 0 of anything else. */
const struct value *value_nth(const struct value *value, size_t n);

#endif
