#include "text/yaml_write.h"

#include "base/utf8.h"
#include "text/yaml.h"

#include <string.h>

/* --- values --- */

struct value *yaml_text(struct arena *arena, struct sv text)
{
    struct value *value = arena_alloc(arena, sizeof *value);
    if (value != NULL)
        *value = (struct value){.kind = VALUE_TEXT, .quoted = true, .text = text};
    return value;
}

struct value *yaml_plain(struct arena *arena, struct sv text)
{
    struct value *value = arena_alloc(arena, sizeof *value);
    if (value == NULL)
        return NULL;
    *value = (struct value){.text = text};
    yaml_type_scalar(value);
    return value;
}

static struct value *collection(struct arena *arena, enum value_kind kind, size_t count)
{
    struct value *value = arena_alloc(arena, sizeof *value);
    struct member *members = arena_array(arena, count, sizeof *members);
    if (value == NULL || members == NULL)
        return NULL;
    *value = (struct value){.kind = kind, .members = members, .count = count};
    return value;
}

struct value *yaml_list(struct arena *arena, size_t count)
{
    return collection(arena, VALUE_LIST, count);
}

struct value *yaml_map(struct arena *arena, size_t count)
{
    return collection(arena, VALUE_MAP, count);
}

static bool same_members(const struct value *a, const struct value *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!sv_eq(a->members[i].key, b->members[i].key) || !yaml_same(a->members[i].value, b->members[i].value))
            return false;
    return true;
}

bool yaml_same(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case VALUE_NULL:
        return true;
    case VALUE_BOOL:
        return a->as.boolean == b->as.boolean;
    case VALUE_INT:
        return a->as.integer == b->as.integer;
    case VALUE_NUMBER:
        /* By bits: a NaN is itself, and 0 is not -0. */
        return memcmp(&a->as.number, &b->as.number, sizeof a->as.number) == 0;
    case VALUE_TEXT:
        return sv_eq(a->text, b->text);
    case VALUE_LIST:
    case VALUE_MAP:
        break;
    }
    return same_members(a, b);
}

/* --- which style a text allows --- */

static bool is_line_break(uint32_t rune)
{
    return rune == '\n' || rune == '\r' || rune == 0x85 || rune == 0x2028 || rune == 0x2029;
}

/* YAML's printable characters, those that break lines, a tab and the byte-order mark left out. */
static bool is_shown(uint32_t rune)
{
    return rune >= 0x20 && rune != 0x7f && !(rune >= 0x80 && rune < 0xa0) && !is_line_break(rune) && rune != 0xfeff &&
           rune != 0xfffe && rune != 0xffff;
}

static bool all_shown(struct sv s)
{
    uint32_t rune;
    for (size_t at = 0, len; at < s.len; at += len)
        if ((len = utf8_decode(s, at, &rune)) == 0 || !is_shown(rune))
            return false;
    return true;
}

/* Dates, times, sexagesimal and other numbers of YAML 1.1, and some that only look like them. */
static bool looks_numeric(struct sv s)
{
    bool digit = false;
    for (size_t i = 0; i < s.len; i++) {
        if (strchr("0123456789abcdefABCDEFxXoOtTzZ_.:+- ", s.ptr[i]) == NULL || s.ptr[i] == '\0')
            return false;
        digit = digit || (s.ptr[i] >= '0' && s.ptr[i] <= '9');
    }
    return (digit && (strchr("0123456789+-.", s.ptr[0]) != NULL)) || s.ptr[0] == '.';
}

static bool is_word_of_yaml(struct sv s)
{
    static const char *const words[] = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "<<", "="};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sv_eq_nocase(s, sv_of(words[i])))
            return true;
    return false;
}

/* Whether a plain scalar may have these bytes at all, whatever it would mean. */
static bool may_be_plain(struct sv s, bool flow)
{
    if (s.len == 0 || sv_trim(s).len != s.len || strchr("-?:,[]{}#&*!|>'\"%@`", s.ptr[0]) != NULL || !all_shown(s))
        return false;
    if (s.ptr[s.len - 1] == ':' || sv_find(s, SV(": ")) != SIZE_MAX || sv_find(s, SV(" #")) != SIZE_MAX)
        return false;
    for (size_t i = 0; flow && i < s.len; i++)
        if (strchr(",[]{}:?", s.ptr[i]) != NULL)
            return false;
    return true;
}

static bool reads_as_text(struct sv s)
{
    struct value probe = {.text = s};
    yaml_type_scalar(&probe);
    return probe.kind == VALUE_TEXT && !looks_numeric(s) && !is_word_of_yaml(s);
}

bool yaml_is_plain(struct sv text)
{
    return may_be_plain(text, true) && reads_as_text(text);
}

/* "|" keeps lines as they are; but its first line sets the indentation, and what ends the text needs marks. */
static bool may_be_block(struct sv s)
{
    if (s.len < 2 || s.ptr[0] == ' ' || s.ptr[0] == '\n' || !utf8_is_valid(s))
        return false;
    struct sv body = sv_ends(s, SV("\n")) ? sv_sub(s, 0, s.len - 1) : s, line;
    if (sv_ends(body, SV("\n")))
        return false;
    while (sv_next(&body, '\n', &line))
        if (!all_shown(line) || sv_ends(line, SV(" ")) || (line.len > 0 && sv_trim(line).len == 0))
            return false;
    return true;
}

enum yaml_style yaml_style_of(struct sv source)
{
    switch (source.len > 0 ? source.ptr[0] : '\0') {
    case '\'':
        return YAML_STYLE_SINGLE;
    case '"':
        return YAML_STYLE_DOUBLE;
    case '|':
    case '>':
        return YAML_STYLE_BLOCK;
    default:
        return YAML_STYLE_PLAIN;
    }
}

static enum yaml_style text_style(struct sv text, const struct yaml_form *form)
{
    if (form->style == YAML_STYLE_DOUBLE)
        return YAML_STYLE_DOUBLE;
    if (!form->flow && !form->one_line && sv_chr(text, '\n') != SIZE_MAX && may_be_block(text))
        return YAML_STYLE_BLOCK;
    if (!all_shown(text))
        return YAML_STYLE_DOUBLE;
    if (form->style == YAML_STYLE_SINGLE)
        return YAML_STYLE_SINGLE;
    if (may_be_plain(text, form->flow) && reads_as_text(text))
        return YAML_STYLE_PLAIN;
    bool needs_escapes = sv_chr(text, '"') != SIZE_MAX || sv_chr(text, '\\') != SIZE_MAX;
    return needs_escapes ? YAML_STYLE_SINGLE : YAML_STYLE_DOUBLE;
}

/* --- scalars --- */

static void put_single(struct buf *out, struct sv text)
{
    buf_char(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'')
            buf_char(out, '\'');
        buf_char(out, text.ptr[i]);
    }
    buf_char(out, '\'');
}

static void put_escaped(struct buf *out, uint32_t rune)
{
    switch (rune) {
    case '\n':
        buf_put_c(out, "\\n");
        break;
    case '\r':
        buf_put_c(out, "\\r");
        break;
    case '\t':
        buf_put_c(out, "\\t");
        break;
    default:
        buf_printf(out, rune < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)rune);
    }
}

static void put_double(struct buf *out, struct sv text)
{
    buf_char(out, '"');
    for (size_t at = 0; at < text.len;) {
        uint32_t rune;
        size_t len = utf8_decode(text, at, &rune);
        if (len == 0 || is_shown(rune)) {
            if (text.ptr[at] == '"' || text.ptr[at] == '\\')
                buf_char(out, '\\');
            buf_put(out, sv_sub(text, at, len > 0 ? len : 1));
        } else {
            put_escaped(out, rune);
        }
        at += len > 0 ? len : 1;
    }
    buf_char(out, '"');
}

static void put_lines(struct buf *out, struct sv text, const struct yaml_form *form)
{
    struct sv line;
    buf_put_c(out, sv_ends(text, SV("\n")) ? "|" : "|-");
    while (sv_next_line(&text, &line)) {
        buf_put(out, form->line_end);
        if (line.len > 0)
            buf_fill(out, ' ', form->indent);
        buf_put(out, line);
    }
}

static void put_text(struct buf *out, struct sv text, const struct yaml_form *form)
{
    switch (text_style(text, form)) {
    case YAML_STYLE_PLAIN:
        buf_put(out, text);
        break;
    case YAML_STYLE_SINGLE:
        put_single(out, text);
        break;
    case YAML_STYLE_DOUBLE:
        put_double(out, text);
        break;
    case YAML_STYLE_BLOCK:
        put_lines(out, text, form);
        break;
    }
}

/* A date is a text without quotes, which may keep the quotes that stood there. */
static bool stands_plain(const struct value *value, const struct yaml_form *form)
{
    if (value->kind != VALUE_TEXT)
        return true;
    bool in_quotes = form->style == YAML_STYLE_SINGLE || form->style == YAML_STYLE_DOUBLE;
    return !value->quoted && !in_quotes && may_be_plain(value->text, form->flow);
}

static void put_scalar(struct buf *out, const struct value *value, const struct yaml_form *form)
{
    if (value->kind == VALUE_NULL)
        buf_put_c(out, "null");
    else if (stands_plain(value, form))
        buf_put(out, value->text);
    else
        put_text(out, value->text, form);
}

/* --- collections --- */

static void put_flow(struct buf *out, const struct value *value, const struct yaml_form *form)
{
    bool map = value->kind == VALUE_MAP;
    struct yaml_form inner = *form;
    inner.flow = true;
    buf_char(out, map ? '{' : '[');
    for (size_t i = 0; i < value->count; i++) {
        if (i > 0)
            buf_put_c(out, ", ");
        if (map) {
            yaml_put_key(out, value->members[i].key);
            buf_put_c(out, ": ");
        }
        yaml_put_inline(out, value->members[i].value, &inner);
    }
    buf_char(out, map ? '}' : ']');
}

void yaml_put_inline(struct buf *out, const struct value *value, const struct yaml_form *form)
{
    if (value->kind == VALUE_LIST || value->kind == VALUE_MAP)
        put_flow(out, value, form);
    else
        put_scalar(out, value, form);
}

void yaml_put_key(struct buf *out, struct sv key)
{
    struct yaml_form form = {.flow = true};
    put_text(out, key, &form);
}

static bool is_block(const struct value *value)
{
    return (value->kind == VALUE_LIST || value->kind == VALUE_MAP) && value->count > 0;
}

void yaml_put_member(struct buf *out, struct sv key, const struct value *value, const struct yaml_form *form)
{
    struct yaml_form inner = *form;
    inner.indent += value->kind == VALUE_LIST ? form->list_step : 2;
    yaml_put_key(out, key);
    buf_char(out, ':');
    if (is_block(value)) {
        buf_put(out, form->line_end);
        yaml_put_block(out, value, &inner);
        return;
    }
    if (value->kind != VALUE_NULL) {
        buf_char(out, ' ');
        yaml_put_inline(out, value, &inner);
    }
    buf_put(out, form->line_end);
}

void yaml_put_item(struct buf *out, struct sv gap, const struct value *value, const struct yaml_form *form)
{
    struct yaml_form inner = *form;
    inner.indent += 1 + gap.len;
    buf_char(out, '-');
    buf_put(out, gap);
    if (value->kind == VALUE_MAP && value->count > 0) {
        for (size_t i = 0; i < value->count; i++) {
            if (i > 0)
                buf_fill(out, ' ', inner.indent);
            yaml_put_member(out, value->members[i].key, value->members[i].value, &inner);
        }
        return;
    }
    yaml_put_inline(out, value, &inner);
    buf_put(out, form->line_end);
}

void yaml_put_block(struct buf *out, const struct value *value, const struct yaml_form *form)
{
    for (size_t i = 0; i < value->count; i++) {
        buf_fill(out, ' ', form->indent);
        if (value->kind == VALUE_LIST)
            yaml_put_item(out, SV(" "), value->members[i].value, form);
        else
            yaml_put_member(out, value->members[i].key, value->members[i].value, form);
    }
}
