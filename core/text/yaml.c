#include "text/yaml.h"

#include "base/i18n.h"
#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

const struct yaml_limits yaml_limits_front_matter = {.bytes = 64 * 1024, .depth = 16, .values = 10000};
const struct yaml_limits yaml_limits_file = {.bytes = 1024 * 1024, .depth = 32, .values = 100000};

enum {
    DEPTH_MAX = 64,    /* of the stack; limits ask for less */
    ANCHOR_STEP = 512, /* bytes of a long line between two anchors */
    FEW_KEYS = 16      /* up to here comparing each with each is the fastest */
};

/* libyaml counts places in characters, and ends lines at NEL, LS and PS too; chiron counts bytes and ends them at LF.
 * An anchor stands at the start of each line and every ANCHOR_STEP bytes of a long one. */
struct anchor {
    size_t byte, rune;
    size_t line_rune; /* of the line's first character */
    unsigned line;    /* from 0 */
};

struct place {
    size_t byte;
    unsigned line, column;
};

struct level {
    struct value *value;
    size_t capacity;
    bool flow;
    bool key_pending; /* a map: the next scalar is a key, or the value of the last one */
};

struct builder {
    yaml_parser_t parser;
    struct sv source;
    const struct yaml_limits *limits;
    unsigned first_line;
    struct arena *arena;
    struct err *err;
    struct anchor *anchors;
    size_t anchor_count, anchor_capacity;
    size_t anchor_last; /* marks come nearly in order: where the last one was found */
    struct level stack[DEPTH_MAX];
    unsigned depth;
    size_t values;
    unsigned documents;
    struct value *root;
};

static bool anchor_add(struct builder *b, struct anchor anchor)
{
    struct anchor *grown =
        arena_grow(b->arena, b->anchors, &b->anchor_capacity, b->anchor_count, sizeof(struct anchor));
    if (grown == NULL)
        return false;
    b->anchors = grown;
    b->anchors[b->anchor_count++] = anchor;
    return true;
}

static bool starts_rune(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

static status anchors_build(struct builder *b)
{
    struct anchor at = {0};
    if (!anchor_add(b, at))
        return err_no_memory(b->err);
    size_t last = 0;
    for (size_t i = 0; i <= b->source.len; i++) {
        bool line_start = i > 0 && b->source.ptr[i - 1] == '\n';
        bool rune_start = i < b->source.len && starts_rune(b->source.ptr[i]);
        at.byte = i;
        if (line_start) {
            at.line++;
            at.line_rune = at.rune;
        }
        if (line_start || (rune_start && i - last >= ANCHOR_STEP)) {
            last = i;
            if (!anchor_add(b, at))
                return err_no_memory(b->err);
        }
        at.rune += rune_start;
    }
    return DONE;
}

static size_t anchor_find(struct builder *b, size_t rune)
{
    size_t i = b->anchor_last;
    while (i > 0 && b->anchors[i].rune > rune)
        i--;
    while (i + 1 < b->anchor_count && b->anchors[i + 1].rune <= rune)
        i++;
    return b->anchor_last = i;
}

static struct place place_of(struct builder *b, size_t rune)
{
    const struct anchor *anchor = &b->anchors[anchor_find(b, rune)];
    size_t byte = anchor->byte, left = rune - anchor->rune;
    while (byte < b->source.len && left > 0) {
        byte++;
        while (byte < b->source.len && !starts_rune(b->source.ptr[byte]))
            byte++;
        left--;
    }
    return (struct place){
        .byte = byte, .line = b->first_line + anchor->line, .column = (unsigned)(rune - anchor->line_rune) + 1};
}

static struct place place_of_byte(const struct builder *b, size_t byte)
{
    size_t i = b->anchor_count - 1;
    while (i > 0 && b->anchors[i].byte > byte)
        i--;
    size_t rune = b->anchors[i].rune;
    for (size_t at = b->anchors[i].byte; at < byte && at < b->source.len; at++)
        rune += starts_rune(b->source.ptr[at]);
    return (struct place){.byte = byte,
                          .line = b->first_line + b->anchors[i].line,
                          .column = (unsigned)(rune - b->anchors[i].line_rune) + 1};
}

static status malformed(struct builder *b, struct place place, const char *message)
{
    return err_at(b->err, MALFORMED, (struct sv){0}, place.line, place.column, "%s", message);
}

static status parser_error(struct builder *b)
{
    const yaml_parser_t *p = &b->parser;
    const char *problem = p->problem != NULL ? p->problem : "";
    if (p->error == YAML_MEMORY_ERROR)
        return err_no_memory(b->err);
    struct place place;
    if (p->error == YAML_READER_ERROR)
        place = place_of_byte(b, p->problem_offset);
    else
        place = place_of(b, p->problem_mark.index);
    return err_at(b->err, MALFORMED, (struct sv){0}, place.line, place.column, _("invalid YAML: %s"), problem);
}

/* --- the core schema --- */

static bool is_one_of(struct sv s, const char *const *words)
{
    for (; *words != NULL; words++)
        if (sv_eq_c(s, *words))
            return true;
    return false;
}

static bool parse_radix(struct sv s, int64_t *number_out)
{
    if (s.len < 3 || s.ptr[0] != '0' || (s.ptr[1] != 'x' && s.ptr[1] != 'o'))
        return false;
    uint64_t number = 0;
    unsigned shift = s.ptr[1] == 'x' ? 4 : 3;
    for (size_t i = 2; i < s.len; i++) {
        char c = s.ptr[i];
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                                                : 99;
        if (digit >= 1U << shift || number >> (63 - shift) != 0)
            return false;
        number = number << shift | digit;
    }
    *number_out = (int64_t)number;
    return true;
}

static size_t digits(struct sv s, size_t at)
{
    size_t from = at;
    while (at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9')
        at++;
    return at - from;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool looks_like_number(struct sv s)
{
    size_t at = s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+');
    size_t whole = digits(s, at);
    at += whole;
    if (at < s.len && s.ptr[at] == '.') {
        size_t fraction = digits(s, at + 1);
        if (whole == 0 && fraction == 0)
            return false;
        at += 1 + fraction;
    } else if (whole == 0) {
        return false;
    }
    if (at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
        at++;
        if (at < s.len && (s.ptr[at] == '-' || s.ptr[at] == '+'))
            at++;
        size_t exponent = digits(s, at);
        if (exponent == 0)
            return false;
        at += exponent;
    }
    return at == s.len;
}

static bool parse_special_number(struct sv s, double *number_out)
{
    static const char *const nan_words[] = {".nan", ".NaN", ".NAN", NULL};
    static const char *const inf_words[] = {".inf", ".Inf", ".INF", NULL};
    if (is_one_of(s, nan_words)) {
        *number_out = (double)NAN;
        return true;
    }
    bool minus = s.len > 0 && s.ptr[0] == '-';
    if (s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+'))
        s = sv_from(s, 1);
    *number_out = minus ? (double)-INFINITY : (double)INFINITY;
    return is_one_of(s, inf_words);
}

static void type_number(struct value *value)
{
    struct sv s = value->text;
    char first = s.ptr[0];
    if ((first < '0' || first > '9') && first != '-' && first != '+' && first != '.')
        return;
    if (parse_special_number(s, &value->as.number)) {
        value->kind = VALUE_NUMBER;
    } else if (parse_radix(s, &value->as.integer) || (looks_like_number(s) && sv_to_i64(s, &value->as.integer))) {
        value->kind = VALUE_INT;
    } else if (looks_like_number(s)) {
        /* A fraction, or an integer too large to be one. */
        struct sv unsigned_part = first == '+' ? sv_from(s, 1) : s;
        if (sv_to_double(unsigned_part, &value->as.number))
            value->kind = VALUE_NUMBER;
    }
}

void yaml_type_scalar(struct value *value)
{
    static const char *const null_words[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const true_words[] = {"true", "True", "TRUE", NULL};
    static const char *const false_words[] = {"false", "False", "FALSE", NULL};
    value->kind = VALUE_TEXT;
    if (value->quoted || value->text.len > 400) /* no number is that long */
        return;
    if (is_one_of(value->text, null_words)) {
        value->kind = VALUE_NULL;
    } else if (is_one_of(value->text, true_words)) {
        value->kind = VALUE_BOOL;
        value->as.boolean = true;
    } else if (is_one_of(value->text, false_words)) {
        value->kind = VALUE_BOOL;
    } else {
        type_number(value);
    }
}

/* --- building --- */

static struct value *value_new(struct builder *b, enum value_kind kind, const yaml_event_t *event)
{
    struct value *value = arena_alloc(b->arena, sizeof(struct value));
    if (value == NULL)
        return NULL;
    struct place place = place_of(b, event->start_mark.index);
    value->kind = kind;
    value->begin = place.byte;
    value->end = place_of(b, event->end_mark.index).byte;
    value->line = place.line;
    value->column = place.column;
    return value;
}

static status push_member(struct builder *b, struct level *level, struct member member)
{
    struct value *into = level->value;
    struct member *grown = arena_grow(b->arena, into->members, &level->capacity, into->count, sizeof(struct member));
    if (grown == NULL)
        return err_no_memory(b->err);
    into->members = grown;
    into->members[into->count++] = member;
    return DONE;
}

/* Hangs a finished or opened value under what is open. */
static status attach(struct builder *b, struct value *value)
{
    if (++b->values > b->limits->values)
        return err_at(b->err, MALFORMED, (struct sv){0}, value->line, value->column, _("more than %zu values"),
                      b->limits->values);
    if (b->depth == 0) {
        b->root = value;
        return DONE;
    }
    struct level *level = &b->stack[b->depth - 1];
    if (level->value->kind == VALUE_LIST)
        return push_member(b, level, (struct member){.value = value});
    level->value->members[level->value->count - 1].value = value;
    level->key_pending = true;
    return DONE;
}

static bool key_expected(const struct builder *b)
{
    return b->depth > 0 && b->stack[b->depth - 1].key_pending;
}

static status add_key(struct builder *b, const yaml_event_t *event)
{
    struct level *level = &b->stack[b->depth - 1];
    struct place begin = place_of(b, event->start_mark.index);
    struct sv text = sv_make((const char *)event->data.scalar.value, event->data.scalar.length);
    if (sv_eq_c(text, "<<") && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        return malformed(b, begin, _("merge keys ('<<') are not allowed"));
    struct member member = {.key = arena_copy(b->arena, text),
                            .key_begin = begin.byte,
                            .key_end = place_of(b, event->end_mark.index).byte,
                            .key_line = begin.line,
                            .key_column = begin.column};
    if (member.key.ptr == NULL)
        return err_no_memory(b->err);
    level->key_pending = false;
    return push_member(b, level, member);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static status add_scalar(struct builder *b, const yaml_event_t *event)
{
    if (event->data.scalar.anchor != NULL)
        return malformed(b, place_of(b, event->start_mark.index), _("anchors ('&') are not allowed"));
    if (event->data.scalar.tag != NULL)
        return malformed(b, place_of(b, event->start_mark.index), _("tags ('!') are not allowed"));
    if (key_expected(b))
        return add_key(b, event);
    struct value *value = value_new(b, VALUE_TEXT, event);
    if (value == NULL)
        return err_no_memory(b->err);
    value->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    value->text = arena_copy(b->arena, sv_make((const char *)event->data.scalar.value, event->data.scalar.length));
    if (value->text.ptr == NULL)
        return err_no_memory(b->err);
    /* libyaml lets a block scalar end where the next token begins. */
    while (value->end > value->begin && is_blank(b->source.ptr[value->end - 1]))
        value->end--;
    yaml_type_scalar(value);
    return attach(b, value);
}

static status open_collection(struct builder *b, const yaml_event_t *event, enum value_kind kind, bool flow,
                              const yaml_char_t *anchor, const yaml_char_t *tag)
{
    struct place place = place_of(b, event->start_mark.index);
    if (anchor != NULL)
        return malformed(b, place, _("anchors ('&') are not allowed"));
    if (tag != NULL)
        return malformed(b, place, _("tags ('!') are not allowed"));
    if (key_expected(b))
        return malformed(b, place, _("a key must be plain text"));
    unsigned depth_max = b->limits->depth < DEPTH_MAX ? b->limits->depth : DEPTH_MAX;
    if (b->depth >= depth_max)
        return err_at(b->err, MALFORMED, (struct sv){0}, place.line, place.column, _("nested deeper than %u levels"),
                      depth_max);
    struct value *value = value_new(b, kind, event);
    if (value == NULL)
        return err_no_memory(b->err);
    status s = attach(b, value);
    if (s != DONE)
        return s;
    b->stack[b->depth++] = (struct level){.value = value, .flow = flow, .key_pending = kind == VALUE_MAP};
    return DONE;
}

/* --- keys given twice --- */

static int member_cmp(const void *left, const void *right)
{
    const struct member *a = *(const struct member *const *)left, *b = *(const struct member *const *)right;
    int order = sv_cmp(a->key, b->key);
    if (order != 0)
        return order;
    return a->key_begin < b->key_begin ? -1 : a->key_begin > b->key_begin;
}

static status duplicate_key(struct builder *b, const struct member *first, const struct member *second)
{
    return err_at(b->err, MALFORMED, (struct sv){0}, second->key_line, second->key_column,
                  _("the key '%.*s' stands here again; it was first given in line %u"), SV_ARG(second->key),
                  first->key_line);
}

static status check_many_keys(struct builder *b, const struct value *map)
{
    const struct member **sorted = arena_array(b->arena, map->count, sizeof *sorted);
    if (sorted == NULL)
        return err_no_memory(b->err);
    for (size_t i = 0; i < map->count; i++)
        sorted[i] = &map->members[i];
    qsort(sorted, map->count, sizeof *sorted, member_cmp);
    const struct member *first = NULL, *second = NULL;
    for (size_t i = 1; i < map->count; i++)
        if (sv_eq(sorted[i - 1]->key, sorted[i]->key) && (second == NULL || sorted[i]->key_begin < second->key_begin)) {
            first = sorted[i - 1];
            second = sorted[i];
        }
    return second == NULL ? DONE : duplicate_key(b, first, second);
}

static status check_keys(struct builder *b, const struct value *map)
{
    if (map->count > FEW_KEYS)
        return check_many_keys(b, map);
    for (size_t i = 1; i < map->count; i++)
        for (size_t j = 0; j < i; j++)
            if (sv_eq(map->members[j].key, map->members[i].key))
                return duplicate_key(b, &map->members[j], &map->members[i]);
    return DONE;
}

static status close_collection(struct builder *b, const yaml_event_t *event)
{
    struct level *level = &b->stack[--b->depth];
    struct value *value = level->value;
    if (level->flow) {
        value->end = place_of(b, event->end_mark.index).byte;
    } else if (value->count > 0) {
        /* libyaml ends a block where the next one begins: what it holds says where it ends. */
        value->end = value->members[value->count - 1].value->end;
    }
    return value->kind == VALUE_MAP ? check_keys(b, value) : DONE;
}

static status handle_document(struct builder *b, const yaml_event_t *event)
{
    struct place place = place_of(b, event->start_mark.index);
    if (++b->documents > 1)
        return malformed(b, place, _("more than one YAML document"));
    if (event->data.document_start.tag_directives.start != event->data.document_start.tag_directives.end)
        return malformed(b, place, _("tags ('!') are not allowed"));
    return DONE;
}

static status handle_event(struct builder *b, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return handle_document(b, event);
    case YAML_ALIAS_EVENT:
        return malformed(b, place_of(b, event->start_mark.index), _("aliases ('*') are not allowed"));
    case YAML_SCALAR_EVENT:
        return add_scalar(b, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_collection(b, event, VALUE_LIST, event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE,
                               event->data.sequence_start.anchor, event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return open_collection(b, event, VALUE_MAP, event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE,
                               event->data.mapping_start.anchor, event->data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_collection(b, event);
    default:
        return DONE;
    }
}

/* libyaml is quadratic in unclosed brackets, but reads no more than a kilobyte ahead of its events: stopping at the
 * first event that is too deep keeps it linear. */
static status build(struct builder *b)
{
    for (;;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&b->parser, &event))
            return parser_error(b);
        yaml_event_type_t type = event.type;
        status s = handle_event(b, &event);
        yaml_event_delete(&event);
        if (s != DONE || type == YAML_STREAM_END_EVENT)
            return s;
    }
}

static status parse_with(struct builder *b)
{
    status s = anchors_build(b);
    if (s != DONE)
        return s;
    if (!yaml_parser_initialize(&b->parser))
        return err_no_memory(b->err);
    yaml_parser_set_encoding(&b->parser, YAML_UTF8_ENCODING);
    const char *bytes = b->source.ptr != NULL ? b->source.ptr : "";
    yaml_parser_set_input_string(&b->parser, (const unsigned char *)bytes, b->source.len);
    s = build(b);
    yaml_parser_delete(&b->parser);
    return s;
}

status yaml_parse(struct sv source, const struct yaml_limits *limits, unsigned first_line, struct arena *arena,
                  struct value **root_out, struct err *err)
{
    *root_out = NULL;
    if (source.len > limits->bytes)
        return err_at(err, MALFORMED, (struct sv){0}, first_line, 1, _("more than %zu bytes of YAML"), limits->bytes);
    struct builder b = {.source = source, .limits = limits, .first_line = first_line, .arena = arena, .err = err};
    status s = parse_with(&b);
    if (s != DONE)
        return s;
    if (b.root == NULL) {
        b.root = arena_alloc(arena, sizeof(struct value));
        if (b.root == NULL)
            return err_no_memory(err);
        b.root->line = first_line;
        b.root->column = 1;
    }
    *root_out = b.root;
    return DONE;
}
