/* A parser by recursive descent over the bytes of the query; every node keeps the bytes it came from, so that a
 * mistake can be shown where it stands. A list of values (`type:log,session`) becomes an OR of fields here, so that
 * nobody behind has to know of it. */
#include "catalogue/query.h"

#include "base/i18n.h"
#include "base/utf8.h"
#include "catalogue/query_parser.h"
#include "catalogue/query_saved.h"

enum { TEXT_MAX = 4096, NODES_MAX = 256, DEPTH_MAX = 32, WITHIN_MAX = 100 };

static status parse_any(struct parser *p, struct query **out);

static unsigned column_of(const struct parser *p, size_t at)
{
    return (unsigned)utf8_count(sv_sub(p->text, 0, at)) + 1;
}

/* Names the place of a mistake that has just been told. */
status parser_placed(struct parser *p, size_t at, status code)
{
    unsigned line = 1, column = column_of(p, at);
    if (p->saved)
        config_place(p->saved, at, &line, &column);
    err_place(p->whole->err, p->saved ? p->saved->file : (struct sv){0}, line, column);
    return code;
}

status parser_mistake(struct parser *p, size_t at, const char *message)
{
    return parser_placed(p, at, err_set(p->whole->err, USAGE, "%s", message));
}

static void skip_space(struct parser *p)
{
    while (parser_is_space(parser_peek(p, 0)))
        p->at++;
}

static bool at_keyword(const struct parser *p, const char *word)
{
    struct sv rest = sv_from(p->text, p->at);
    struct sv keyword = sv_of(word);
    return sv_starts(rest, keyword) && parser_is_end(parser_peek(p, keyword.len));
}

status parser_node(struct parser *p, enum query_kind kind, size_t begin, struct query **out)
{
    if (++p->whole->nodes > NODES_MAX)
        return parser_placed(p, begin, err_set(p->whole->err, USAGE, _("the query has more than %d parts"), NODES_MAX));
    struct query *node = arena_alloc(p->whole->arena, sizeof *node);
    if (!node)
        return err_no_memory(p->whole->err);
    node->kind = kind;
    node->begin = begin;
    node->end = p->at;
    node->saved = p->saved;
    *out = node;
    return DONE;
}

/* --- AND and OR --- */

status parser_add_child(struct parser *p, struct children *children, struct query *child)
{
    struct query **items =
        arena_grow(p->whole->arena, children->items, &children->capacity, children->count, sizeof(struct query *));
    if (!items)
        return err_no_memory(p->whole->err);
    children->items = items;
    children->items[children->count++] = child;
    return DONE;
}

/* `a (b c)` is `a b c`: one tree for one meaning. */
static status add_flat(struct parser *p, struct children *children, enum query_kind kind, struct query *child)
{
    if (child->kind != kind)
        return parser_add_child(p, children, child);
    status s = DONE;
    for (size_t i = 0; s == DONE && i < child->child_count; i++)
        s = parser_add_child(p, children, child->children[i]);
    return s;
}

status parser_join(struct parser *p, enum query_kind kind, size_t begin, const struct children *children,
                   struct query **out)
{
    if (children->count == 1) {
        *out = children->items[0];
        return DONE;
    }
    struct query *node = NULL;
    status s = parser_node(p, kind, begin, &node);
    if (s != DONE)
        return s;
    node->children = children->items;
    node->child_count = children->count;
    const struct query *last = children->items[children->count - 1];
    node->end = last->saved == p->saved ? last->end : p->at;
    *out = node;
    return DONE;
}

/* --- words, phrases, regular expressions --- */

/* The number behind `"a phrase"~`. */
static status parse_within(struct parser *p, unsigned *within_out)
{
    size_t begin = p->at++;
    unsigned within = 0;
    while (parser_peek(p, 0) >= '0' && parser_peek(p, 0) <= '9' && within <= WITHIN_MAX)
        within = 10 * within + (unsigned)(p->text.ptr[p->at++] - '0');
    if (p->at == begin + 1 || !parser_is_end(parser_peek(p, 0)) || within > WITHIN_MAX)
        return parser_placed(
            p, begin,
            err_set(p->whole->err, USAGE,
                    _("'~' behind a phrase takes how many other words may stand between its words: 0 to %d"),
                    WITHIN_MAX));
    *within_out = within;
    return DONE;
}

static status parse_phrase(struct parser *p, struct query **out)
{
    size_t begin = p->at;
    size_t length = sv_chr(sv_from(p->text, begin + 1), '"');
    if (length == SIZE_MAX)
        return parser_mistake(p, begin, _("this quote is never closed"));
    struct sv phrase = sv_sub(p->text, begin + 1, length);
    if (sv_trim(phrase).len == 0)
        return parser_mistake(p, begin, _("nothing stands between these quotes"));
    p->at = begin + length + 2;
    unsigned within = 0;
    bool near = parser_peek(p, 0) == '~';
    status s = near ? parse_within(p, &within) : DONE;
    if (s == DONE)
        s = parser_node(p, near ? QUERY_NEAR : QUERY_PHRASE, begin, out);
    if (s == DONE) {
        (*out)->text = phrase;
        (*out)->quoted = true;
        (*out)->within = within;
    }
    return s;
}

static status parse_regex(struct parser *p, struct query **out)
{
    size_t begin = p->at, end = begin + 1;
    while (end < p->text.len && p->text.ptr[end] != '/')
        end += p->text.ptr[end] == '\\' ? 2 : 1;
    if (end >= p->text.len)
        return parser_mistake(p, begin,
                              _("this regular expression is never closed; in quotes a '/' stands for itself"));
    if (end == begin + 1)
        return parser_mistake(p, begin, _("this regular expression is empty"));
    p->at = end + 1;
    if (!parser_is_end(parser_peek(p, 0)))
        return parser_mistake(p, p->at, _("a regular expression ends here; in quotes a '/' stands for itself"));
    status s = parser_node(p, QUERY_REGEX, begin, out);
    if (s == DONE)
        (*out)->text = sv_sub(p->text, begin + 1, end - begin - 1);
    return s;
}

static status parse_word(struct parser *p, struct query **out)
{
    size_t begin = p->at;
    while (!parser_is_end(parser_peek(p, 0)))
        p->at++;
    struct sv word = sv_sub(p->text, begin, p->at - begin);
    bool prefix = sv_ends(word, SV("*"));
    if (prefix && word.len == 1)
        return parser_mistake(p, begin, _("'*' needs the beginning of a word before it"));
    status s = parser_node(p, prefix ? QUERY_PREFIX : QUERY_WORD, begin, out);
    if (s == DONE)
        (*out)->text = prefix ? sv_sub(word, 0, word.len - 1) : word;
    return s;
}

/* --- the grammar --- */

static status parse_group(struct parser *p, struct query **out)
{
    size_t open = p->at++;
    skip_space(p);
    if (parser_peek(p, 0) == ')')
        return parser_mistake(p, open, _("nothing stands between these parentheses"));
    if (p->at == p->text.len)
        return parser_mistake(p, open, _("this parenthesis is never closed"));
    status s = parse_any(p, out);
    if (s != DONE)
        return s;
    if (parser_peek(p, 0) != ')')
        return parser_mistake(p, open, _("this parenthesis is never closed"));
    p->at++;
    return DONE;
}

static status parse_not(struct parser *p, struct query **out);

static status parse_text(struct parser *p, struct query **out);

/* Whether the text at hand is part of what it is about to call. */
static bool calls_itself(const struct parser *p, const struct config_entry *saved)
{
    while (p && p->saved != saved)
        p = p->caller;
    return p != NULL;
}

static status find_saved(struct parser *p, size_t at, struct sv name, const struct config_entry **out)
{
    *out = p->whole->config ? query_saved_text(p->whole->config, name) : NULL;
    if (!*out)
        return parser_placed(p, at, query_saved_unknown(p->whole->config, name, p->whole->err));
    if (calls_itself(p, *out))
        return parser_placed(p, at,
                             err_set(p->whole->err, USAGE, _("the saved query '%.*s' calls itself"), SV_ARG(name)));
    return DONE;
}

/* "@name": the saved query in its place, as if it stood in parentheses. */
static status parse_call(struct parser *p, struct query **out)
{
    size_t begin = p->at++;
    const struct config_entry *saved = NULL;
    while (!parser_is_end(parser_peek(p, 0)))
        p->at++;
    struct sv name = sv_sub(p->text, begin + 1, p->at - begin - 1);
    if (name.len == 0)
        return parser_mistake(p, begin,
                              _("the name of a saved query is missing here; in quotes a '@' stands for itself"));
    status s = find_saved(p, begin, name, &saved);
    if (s != DONE)
        return s;
    struct parser inner = {.text = saved->value, .whole = p->whole, .saved = saved, .caller = p};
    s = parse_text(&inner, out);
    if (s == USAGE) {
        err_context(p->whole->err, _("in '@%.*s'"), SV_ARG(name));
        p->whole->called = column_of(p, begin);
    }
    return s;
}

static status parse_one(struct parser *p, struct query **out)
{
    switch (parser_peek(p, 0)) {
    case '(':
        return parse_group(p, out);
    case '"':
        return parse_phrase(p, out);
    case '/':
        return parse_regex(p, out);
    case '-':
        return parse_not(p, out);
    case '@':
        return parse_call(p, out);
    default:
        break;
    }
    size_t name_length = parser_field_name(p);
    return name_length > 0 ? parser_field(p, name_length, out) : parse_word(p, out);
}

static status parse_deeper(struct parser *p, struct query **out)
{
    if (p->whole->depth == DEPTH_MAX)
        return parser_placed(p, p->at,
                             err_set(p->whole->err, USAGE, _("the query is nested more than %d deep"), DEPTH_MAX));
    p->whole->depth++;
    status s = parse_one(p, out);
    p->whole->depth--;
    return s;
}

static status parse_not(struct parser *p, struct query **out)
{
    size_t begin = p->at++;
    if (parser_peek(p, 0) == '\0' || parser_is_space(parser_peek(p, 0)) || parser_peek(p, 0) == ')')
        return parser_mistake(p, begin, _("'-' needs what it excludes right behind it"));
    struct query *child = NULL;
    status s = parse_deeper(p, &child);
    if (s != DONE)
        return s;
    struct children children = {0};
    s = parser_add_child(p, &children, child);
    if (s == DONE)
        s = parser_node(p, QUERY_NOT, begin, out);
    if (s == DONE) {
        (*out)->children = children.items;
        (*out)->child_count = 1;
    }
    return s;
}

static bool at_operand(const struct parser *p)
{
    return p->at < p->text.len && parser_peek(p, 0) != ')' && !at_keyword(p, "OR") && !at_keyword(p, "AND");
}

/* What stands where a word was expected. */
static status missing_operand(struct parser *p, size_t operator_at, const char *operator_name)
{
    if (operator_name)
        return parser_placed(p, operator_at,
                             err_set(p->whole->err, USAGE, _("'%s' needs something behind it"), operator_name));
    if (at_keyword(p, "OR"))
        return parser_mistake(p, p->at, _("'OR' needs something before it"));
    if (at_keyword(p, "AND"))
        return parser_mistake(p, p->at, _("'AND' needs something before it"));
    return parser_mistake(p, p->at, _("this parenthesis was never opened"));
}

static status parse_all(struct parser *p, size_t or_at, struct query **out)
{
    struct children children = {0};
    size_t begin = p->at, and_at = 0;
    bool after_and = false;
    for (;;) {
        skip_space(p);
        if (!at_operand(p)) {
            if (after_and)
                return missing_operand(p, and_at, "AND");
            if (children.count == 0)
                return missing_operand(p, or_at, or_at == SIZE_MAX ? NULL : "OR");
            if (!at_keyword(p, "AND"))
                return parser_join(p, QUERY_AND, begin, &children, out);
            and_at = p->at;
            p->at += 3;
            after_and = true;
            continue;
        }
        if (children.count == 0)
            begin = p->at;
        after_and = false;
        struct query *child = NULL;
        status s = parse_deeper(p, &child);
        if (s == DONE)
            s = add_flat(p, &children, QUERY_AND, child);
        if (s != DONE)
            return s;
    }
}

static status parse_any(struct parser *p, struct query **out)
{
    struct children children = {0};
    size_t begin = p->at, or_at = SIZE_MAX;
    for (;;) {
        struct query *child = NULL;
        status s = parse_all(p, or_at, &child);
        if (s == DONE)
            s = add_flat(p, &children, QUERY_OR, child);
        if (s != DONE)
            return s;
        if (!at_keyword(p, "OR"))
            return parser_join(p, QUERY_OR, begin, &children, out);
        or_at = p->at;
        p->at += 2;
    }
}

static status check_text(struct parser *p)
{
    if (p->text.len > TEXT_MAX)
        return parser_placed(p, 0, err_set(p->whole->err, USAGE, _("the query is longer than %d bytes"), TEXT_MAX));
    size_t invalid = utf8_first_invalid(p->text);
    if (invalid != SIZE_MAX)
        return parser_mistake(p, invalid, _("the query is not valid UTF-8 here"));
    size_t zero = sv_chr(p->text, '\0');
    return zero == SIZE_MAX ? DONE : parser_mistake(p, zero, _("the query has a NUL byte here"));
}

static status parse_text(struct parser *p, struct query **out)
{
    status s = check_text(p);
    if (s != DONE)
        return s;
    skip_space(p);
    if (p->at == p->text.len)
        return parser_node(p, QUERY_ALL, 0, out);
    s = parse_any(p, out);
    if (s == DONE && p->at < p->text.len)
        return parser_mistake(p, p->at, _("this parenthesis was never opened"));
    return s;
}

status query_parse_saved(struct sv text, struct date today, const struct config *config, struct arena *arena,
                         struct query **query_out, unsigned *called_out, struct err *err)
{
    struct err unread = {0};
    struct whole whole = {.today = today, .config = config, .arena = arena, .err = err ? err : &unread};
    struct parser p = {.text = text, .whole = &whole};
    status s = parse_text(&p, query_out);
    *called_out = whole.called;
    return s;
}

status query_parse(struct sv text, struct date today, struct arena *arena, struct query **query_out, struct err *err)
{
    unsigned called;
    return query_parse_saved(text, today, NULL, arena, query_out, &called, err);
}

void query_place(const struct query *regex, size_t at, struct err *err)
{
    size_t offset = regex->begin + 1, end = regex->end;
    const char *text = regex->text.ptr - offset;
    for (uint32_t rune; at > 0 && offset < end; at--) {
        size_t length = utf8_decode(sv_make(text, end), offset, &rune);
        offset += length > 0 ? length : 1;
    }
    err->line = 1;
    err->column = (unsigned)utf8_count(sv_make(text, offset)) + 1;
    if (!regex->saved)
        return;
    err->line = err->column = 0;
    unsigned line, column;
    config_place(regex->saved, offset, &line, &column);
    err_place(err, regex->saved->file, line, column);
}

bool query_calls_saved(struct sv text)
{
    return sv_chr(text, '@') != SIZE_MAX;
}
