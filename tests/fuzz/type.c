/* A type.yaml that a peer pushed: it is a whole type, or refused with a place. */
#include "note/type_read.h"
#include "text/yaml.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_fields(const struct field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct field *field = &fields[i];
        enum field_kind kind = field->kind == FIELD_LIST || field->kind == FIELD_MAP ? field->of : field->kind;
        check(field->name.len > 0);
        check(kind != FIELD_ENUM || field->value_count > 0);
        check(field->kind != FIELD_TABLE || field->field_count > 0);
        check_fields(field->fields, field->field_count);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct buf warnings = {0};
    struct value *root;
    struct err err = {0};
    struct note_type type;
    bool has_visibility;
    if (yaml_parse(sv_make((const char *)data, size), &yaml_limits_file, 1, &arena, &root, &err) == DONE) {
        struct type_reader reader = {.arena = &arena, .path = SV("t"), .warnings = &warnings, .err = &err};
        status s = type_read(&reader, SV("log"), root, &type, &has_visibility);
        check(s == DONE || (s == MALFORMED && err.line > 0 && err.text[0] != '\0'));
        if (s == DONE)
            check_fields(type.fields, type.field_count);
    }
    buf_release(&warnings);
    arena_release(&arena);
    return 0;
}
