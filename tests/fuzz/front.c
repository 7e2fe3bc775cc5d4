/* Front matter from anybody: every place lies within the note, and what is said of a value is what stands there. */
#include "text/front.h"

#include "text/yaml.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static unsigned line_of(struct sv source, size_t offset)
{
    unsigned line = 1;
    for (size_t i = 0; i < offset; i++)
        line += source.ptr[i] == '\n';
    return line;
}

/* Line ends of YAML's own, which fold into a space. */
static bool has_break(struct sv s)
{
    static const char *const breaks[] = {"\n", "\r", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};
    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++)
        if (sv_find(s, sv_of(breaks[i])) != SIZE_MAX)
            return true;
    return false;
}

static void check_value(struct sv source, const struct value *value, unsigned depth)
{
    check(value != NULL && depth <= 64);
    check(value->begin <= value->end && value->end <= source.len);
    check(value->line == line_of(source, value->begin) && value->column > 0);
    check(value->kind >= VALUE_LIST || value->text.len == 0 || value->text.ptr != NULL);
    struct sv span = sv_sub(source, value->begin, value->end - value->begin);
    if (value->kind < VALUE_LIST && !value->quoted && span.len > 0 && !has_break(span))
        check(sv_eq(value->text, span));
    for (size_t i = 0; i < value->count; i++) {
        const struct member *member = &value->members[i];
        check(member->key_begin <= member->key_end && member->key_end <= source.len);
        if (value->kind == VALUE_MAP)
            check(value_get(value, member->key) == member->value); /* no key stands twice */
        check_value(source, member->value, depth + 1);
    }
}

static void check_front(struct sv note)
{
    struct arena arena = {0};
    struct front front;
    struct err err = {0};
    status s = front_parse(note, &arena, &front, &err);
    check(s == DONE || s == MALFORMED);
    check(front.begin <= front.end && front.end <= note.len && front.body <= note.len && front.body_line >= 1);
    check(s == DONE || (err.line >= 1 && err.column >= 1 && err.text[0] != '\0'));
    check(front.body_line == line_of(note, front.body));
    if (front.root != NULL) {
        check(front.present && front.root->kind == VALUE_MAP);
        for (size_t i = 0; i < front.root->count; i++)
            check_value(note, front.root->members[i].value, 0);
    }
    arena_release(&arena);
}

static void check_yaml(struct sv source)
{
    struct arena arena = {0};
    struct value *root;
    struct err err = {0};
    status s = yaml_parse(source, &yaml_limits_file, 1, &arena, &root, &err);
    check(s == DONE || s == MALFORMED);
    check(s == DONE || (err.line >= 1 && err.column >= 1));
    if (s == DONE && root->count > 0)
        check_value(source, root, 0);
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv bytes = sv_make((const char *)data, size);
    check_front(bytes);
    check_yaml(bytes);
    return 0;
}
