/* A parser by recursive descent over the bytes of the query; every node keeps the bytes it came from, so that a
 * mistake can be shown where it stands. A list of values (`type:log,session`) becomes an OR of fields here, so that
 * nobody behind has to know of it. */
#include "catalogue/query.h"

#include "base/i18n.h"
#include "base/utf8.h"
#include "catalogue/query_field.h"

enum { TEXT_MAX = 4096, NODES_MAX = 256, DEPTH_MAX = 32, WITHIN_MAX = 100 };

static const struct sv nowhere; /* the path of an error in a query */

struct parser {
    struct sv text;
    size_t at;
    struct date today;
    struct arena *arena;
    struct err *err;
    unsigned nodes, depth;
};

struct children {
    struct query **items;
    size_t count, capacity;
};

static status parse_any(struct parser *p, struct query **out);

static unsigned column_of(const struct parser *p, size_t at)
{
    return (unsigned)utf8_count(sv_sub(p->text, 0, at)) + 1;
}

static status mistake(struct parser *p, size_t at, const char *message)
{
    return err_at(p->err, USAGE, nowhere, 1, column_of(p, at), "%s", message);
}

/* NUL stands for the end: a NUL byte in the text was refused before. */
static char peek(const struct parser *p, size_t ahead)
{
    return p->at + ahead < p->text.len ? p->text.ptr[p->at + ahead] : '\0';
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* What ends a bare word or value. */
static bool is_end(char c)
{
    return c == '\0' || is_space(c) || c == '(' || c == ')' || c == '"';
}

static void skip_space(struct parser *p)
{
    while (is_space(peek(p, 0)))
        p->at++;
}

static bool at_keyword(const struct parser *p, const char *word)
{
    struct sv rest = sv_from(p->text, p->at);
    struct sv keyword = sv_of(word);
    return sv_starts(rest, keyword) && is_end(peek(p, keyword.len));
}

static status node_new(struct parser *p, enum query_kind kind, size_t begin, struct query **out)
{
    if (++p->nodes > NODES_MAX)
        return err_at(p->err, USAGE, nowhere, 1, column_of(p, begin), _("the query has more than %d parts"), NODES_MAX);
    struct query *node = arena_alloc(p->arena, sizeof *node);
    if (!node)
        return err_no_memory(p->err);
    node->kind = kind;
    node->begin = begin;
    node->end = p->at;
    *out = node;
    return DONE;
}

/* --- AND and OR --- */

static status add_child(struct parser *p, struct children *children, struct query *child)
{
    struct query **items =
        arena_grow(p->arena, children->items, &children->capacity, children->count, sizeof(struct query *));
    if (!items)
        return err_no_memory(p->err);
    children->items = items;
    children->items[children->count++] = child;
    return DONE;
}

/* `a (b c)` is `a b c`: one tree for one meaning. */
static status add_flat(struct parser *p, struct children *children, enum query_kind kind, struct query *child)
{
    if (child->kind != kind)
        return add_child(p, children, child);
    status s = DONE;
    for (size_t i = 0; s == DONE && i < child->child_count; i++)
        s = add_child(p, children, child->children[i]);
    return s;
}

static status join(struct parser *p, enum query_kind kind, size_t begin, const struct children *children,
                   struct query **out)
{
    if (children->count == 1) {
        *out = children->items[0];
        return DONE;
    }
    struct query *node = NULL;
    status s = node_new(p, kind, begin, &node);
    if (s != DONE)
        return s;
    node->children = children->items;
    node->child_count = children->count;
    node->end = children->items[children->count - 1]->end;
    *out = node;
    return DONE;
}

/* --- words, phrases, regular expressions --- */

/* The number behind `"a phrase"~`. */
static status parse_within(struct parser *p, unsigned *within_out)
{
    size_t begin = p->at++;
    unsigned within = 0;
    while (peek(p, 0) >= '0' && peek(p, 0) <= '9' && within <= WITHIN_MAX)
        within = 10 * within + (unsigned)(p->text.ptr[p->at++] - '0');
    if (p->at == begin + 1 || !is_end(peek(p, 0)) || within > WITHIN_MAX)
        return err_at(p->err, USAGE, nowhere, 1, column_of(p, begin),
                      _("'~' behind a phrase takes how many other words may stand between its words: 0 to %d"),
                      WITHIN_MAX);
    *within_out = within;
    return DONE;
}

static status parse_phrase(struct parser *p, struct query **out)
{
    size_t begin = p->at;
    size_t length = sv_chr(sv_from(p->text, begin + 1), '"');
    if (length == SIZE_MAX)
        return mistake(p, begin, _("this quote is never closed"));
    struct sv phrase = sv_sub(p->text, begin + 1, length);
    if (sv_trim(phrase).len == 0)
        return mistake(p, begin, _("nothing stands between these quotes"));
    p->at = begin + length + 2;
    unsigned within = 0;
    bool near = peek(p, 0) == '~';
    status s = near ? parse_within(p, &within) : DONE;
    if (s == DONE)
        s = node_new(p, near ? QUERY_NEAR : QUERY_PHRASE, begin, out);
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
        return mistake(p, begin, _("this regular expression is never closed; in quotes a '/' stands for itself"));
    if (end == begin + 1)
        return mistake(p, begin, _("this regular expression is empty"));
    p->at = end + 1;
    if (!is_end(peek(p, 0)))
        return mistake(p, p->at, _("a regular expression ends here; in quotes a '/' stands for itself"));
    status s = node_new(p, QUERY_REGEX, begin, out);
    if (s == DONE)
        (*out)->text = sv_sub(p->text, begin + 1, end - begin - 1);
    return s;
}

static status parse_word(struct parser *p, struct query **out)
{
    size_t begin = p->at;
    while (!is_end(peek(p, 0)))
        p->at++;
    struct sv word = sv_sub(p->text, begin, p->at - begin);
    bool prefix = sv_ends(word, SV("*"));
    if (prefix && word.len == 1)
        return mistake(p, begin, _("'*' needs the beginning of a word before it"));
    status s = node_new(p, prefix ? QUERY_PREFIX : QUERY_WORD, begin, out);
    if (s == DONE)
        (*out)->text = prefix ? sv_sub(word, 0, word.len - 1) : word;
    return s;
}

/* --- field:value --- */

struct operator
{
    const char *text;
    enum query_op op;
};
static const struct operator operators[] = {{">=", QUERY_GE}, {"<=", QUERY_LE}, {">", QUERY_GT}, {"<", QUERY_LT}};

static bool is_name_byte(char c, bool first)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
    return letter || (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
}

/* The length of `name` in `name:value`, or 0: `12:30`, `http://x` and `std::map` are words. */
static size_t field_name(const struct parser *p)
{
    size_t len = 0;
    while (is_name_byte(peek(p, len), len == 0))
        len++;
    bool word = peek(p, len) != ':' || peek(p, len + 1) == ':' || (peek(p, len + 1) == '/' && peek(p, len + 2) == '/');
    return word ? 0 : len;
}

static struct sv lower_ascii(struct arena *arena, struct sv name)
{
    char *lower = arena_cstr(arena, name);
    for (size_t i = 0; lower && i < name.len; i++)
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] - 'A' + 'a');
    return sv_make(lower, lower ? name.len : 0);
}

/* `a..b`, one end may be missing; three dots are an ellipsis, not a range. */
static bool split_range(struct sv value, struct sv *from_out, struct sv *to_out)
{
    size_t dots = sv_find(value, SV(".."));
    if (dots == SIZE_MAX || value.len == 2 || sv_starts(sv_from(value, dots + 2), SV(".")))
        return false;
    *from_out = sv_sub(value, 0, dots);
    *to_out = sv_from(value, dots + 2);
    return true;
}

/* Fills `dates` where every end that is given is a date. */
static bool read_dates(struct parser *p, struct query *node)
{
    struct date_range from = {0}, to = {0};
    if (node->text.len > 0 && !date_range_parse(node->text, p->today, &from))
        return false;
    if (node->op == QUERY_RANGE && node->text_to.len > 0 && !date_range_parse(node->text_to, p->today, &to))
        return false;
    node->dates.first = from.first;
    node->dates.last = node->op == QUERY_RANGE ? to.last : from.last;
    return true;
}

static bool is_number(struct sv text)
{
    double number;
    return text.len == 0 || sv_to_double(text, &number);
}

static bool is_one_of(const struct query *node, const char *const *words)
{
    for (; *words; words++)
        if (node->op == QUERY_EQ && sv_eq_nocase(node->text, sv_of(*words)))
            return true;
    return false;
}

static status not_a_date(struct parser *p, size_t at, struct sv value)
{
    return err_at(p->err, USAGE, nowhere, 1, column_of(p, at),
                  _("'%.*s' is not a date; write one as 2026-11-24, 2026-11, 2026-q3, 2026-w05, today or -2w"),
                  SV_ARG(value));
}

/* Says what is wrong with a value of the built-in fields; `at` is where it stands. */
static status check_value(struct parser *p, struct query *node, enum query_takes takes, size_t at)
{
    static const char *const visibilities[] = {"private", "pair", "group", NULL};
    static const char *const tasks[] = {"open", "done", "any", NULL};
    struct sv value = sv_sub(p->text, at, p->at - at);
    bool dates = read_dates(p, node);
    switch (takes) {
    case QUERY_TAKES_TEXT:
    case QUERY_TAKES_ANY:
        return DONE;
    case QUERY_TAKES_DAY:
    case QUERY_TAKES_DATES:
        return dates ? DONE : not_a_date(p, at, value);
    case QUERY_TAKES_NUMBER:
        if (is_number(node->text) && is_number(node->text_to))
            return DONE;
        return err_at(p->err, USAGE, nowhere, 1, column_of(p, at), _("'%.*s' is not a number"), SV_ARG(value));
    case QUERY_TAKES_VISIBILITY:
        if (is_one_of(node, visibilities))
            return DONE;
        return err_at(p->err, USAGE, nowhere, 1, column_of(p, at),
                      _("'%.*s' is not a visibility; there are private, pair and group"), SV_ARG(value));
    case QUERY_TAKES_TASK:
        if (dates || is_one_of(node, tasks))
            return DONE;
        return err_at(p->err, USAGE, nowhere, 1, column_of(p, at),
                      _("'%.*s' says nothing of a task; write open, done, any, or when it is due"), SV_ARG(value));
    }
    return DONE;
}

static status read_operator(struct parser *p, enum query_takes takes, struct query *node)
{
    bool allowed = takes == QUERY_TAKES_DATES || takes == QUERY_TAKES_NUMBER || takes == QUERY_TAKES_TASK ||
                   takes == QUERY_TAKES_ANY;
    size_t begin = p->at;
    for (size_t i = 0; i < sizeof operators / sizeof *operators && node->op == QUERY_EQ; i++) {
        if (!sv_starts(sv_from(p->text, p->at), sv_of(operators[i].text)))
            continue;
        node->op = operators[i].op;
        p->at += sv_of(operators[i].text).len;
    }
    if (node->op != QUERY_EQ && !allowed)
        return mistake(p, begin, _("this field takes no operator"));
    char c = peek(p, 0);
    if (allowed && (c == '=' || c == '<' || c == '>'))
        return mistake(p, begin, _("this is no operator; there are '>', '>=', '<', '<=' and 'a..b'"));
    return DONE;
}

static status read_quoted(struct parser *p, struct query *node)
{
    size_t begin = p->at;
    size_t length = sv_chr(sv_from(p->text, begin + 1), '"');
    if (length == SIZE_MAX)
        return mistake(p, begin, _("this quote is never closed"));
    node->text = sv_sub(p->text, begin + 1, length);
    node->quoted = true;
    p->at = begin + length + 2;
    if (sv_trim(node->text).len == 0)
        return mistake(p, begin, _("nothing stands between these quotes"));
    if (peek(p, 0) != ',' && peek(p, 0) != ')' && !is_space(peek(p, 0)) && p->at < p->text.len)
        return mistake(p, p->at, _("a quoted value ends here; a space belongs behind it"));
    return DONE;
}

static status read_bare(struct parser *p, enum query_takes takes, struct query *node)
{
    size_t begin = p->at;
    while (!is_end(peek(p, 0)) && peek(p, 0) != ',')
        p->at++;
    struct sv value = sv_sub(p->text, begin, p->at - begin);
    if (peek(p, 0) == '(' || peek(p, 0) == '"')
        return mistake(p, p->at, _("a value with quotes or parentheses in it must stand in quotes"));
    if (value.len == 0)
        return mistake(p, begin, _("a value is missing here"));
    /* Behind a field's name these would make a word of it. */
    if (node->op == QUERY_EQ && (sv_starts(value, SV(":")) || sv_starts(value, SV("//"))))
        return mistake(p, begin, _("a value that begins like this must stand in quotes"));
    node->text = value;
    bool ranges = takes != QUERY_TAKES_TEXT && takes != QUERY_TAKES_DAY && takes != QUERY_TAKES_VISIBILITY;
    if (ranges && split_range(value, &node->text, &node->text_to)) {
        if (node->op != QUERY_EQ)
            return mistake(p, begin, _("a range takes no operator"));
        node->op = QUERY_RANGE;
    }
    return DONE;
}

static status parse_value(struct parser *p, struct sv name, enum query_takes takes, size_t begin, struct query **out)
{
    struct query *node = NULL;
    status s = node_new(p, QUERY_FIELD, begin, &node);
    if (s != DONE)
        return s;
    node->field = name;
    size_t at = p->at;
    s = read_operator(p, takes, node);
    if (s == DONE)
        s = peek(p, 0) == '"' ? read_quoted(p, node) : read_bare(p, takes, node);
    if (s == DONE)
        s = check_value(p, node, takes, at);
    node->end = p->at;
    *out = node;
    return s;
}

/* has:name, no:name */
static status parse_presence(struct parser *p, enum query_kind kind, size_t begin, struct query **out)
{
    size_t at = p->at;
    while (is_name_byte(peek(p, 0), p->at == at))
        p->at++;
    if (p->at == at || !(is_end(peek(p, 0)) || peek(p, 0) == ','))
        return mistake(p, p->at, _("the name of a field is missing here"));
    status s = node_new(p, kind, begin, out);
    if (s != DONE)
        return s;
    (*out)->field = lower_ascii(p->arena, sv_sub(p->text, at, p->at - at));
    return (*out)->field.ptr ? DONE : err_no_memory(p->err);
}

static status parse_field(struct parser *p, size_t name_length, struct query **out)
{
    size_t begin = p->at;
    struct sv name = lower_ascii(p->arena, sv_sub(p->text, begin, name_length));
    if (!name.ptr)
        return err_no_memory(p->err);
    enum query_takes takes = query_field_find(name)->takes;
    struct children values = {0};
    do {
        p->at += values.count == 0 ? name_length + 1 : 1;
        struct query *value = NULL;
        status s;
        if (sv_eq_c(name, "has") || sv_eq_c(name, "no"))
            s = parse_presence(p, sv_eq_c(name, "has") ? QUERY_HAS : QUERY_NO, begin, &value);
        else
            s = parse_value(p, name, takes, begin, &value);
        if (s == DONE)
            s = add_child(p, &values, value);
        if (s != DONE)
            return s;
    } while (peek(p, 0) == ',');
    return join(p, QUERY_OR, begin, &values, out);
}

/* --- the grammar --- */

static status parse_group(struct parser *p, struct query **out)
{
    size_t open = p->at++;
    skip_space(p);
    if (peek(p, 0) == ')')
        return mistake(p, open, _("nothing stands between these parentheses"));
    if (p->at == p->text.len)
        return mistake(p, open, _("this parenthesis is never closed"));
    status s = parse_any(p, out);
    if (s != DONE)
        return s;
    if (peek(p, 0) != ')')
        return mistake(p, open, _("this parenthesis is never closed"));
    p->at++;
    return DONE;
}

static status parse_not(struct parser *p, struct query **out);

static status parse_one(struct parser *p, struct query **out)
{
    switch (peek(p, 0)) {
    case '(':
        return parse_group(p, out);
    case '"':
        return parse_phrase(p, out);
    case '/':
        return parse_regex(p, out);
    case '-':
        return parse_not(p, out);
    default:
        break;
    }
    size_t name_length = field_name(p);
    return name_length > 0 ? parse_field(p, name_length, out) : parse_word(p, out);
}

static status parse_deeper(struct parser *p, struct query **out)
{
    if (p->depth == DEPTH_MAX)
        return err_at(p->err, USAGE, nowhere, 1, column_of(p, p->at), _("the query is nested more than %d deep"),
                      DEPTH_MAX);
    p->depth++;
    status s = parse_one(p, out);
    p->depth--;
    return s;
}

static status parse_not(struct parser *p, struct query **out)
{
    size_t begin = p->at++;
    if (peek(p, 0) == '\0' || is_space(peek(p, 0)) || peek(p, 0) == ')')
        return mistake(p, begin, _("'-' needs what it excludes right behind it"));
    struct query *child = NULL;
    status s = parse_deeper(p, &child);
    if (s != DONE)
        return s;
    struct children children = {0};
    s = add_child(p, &children, child);
    if (s == DONE)
        s = node_new(p, QUERY_NOT, begin, out);
    if (s == DONE) {
        (*out)->children = children.items;
        (*out)->child_count = 1;
    }
    return s;
}

static bool at_operand(const struct parser *p)
{
    return p->at < p->text.len && peek(p, 0) != ')' && !at_keyword(p, "OR") && !at_keyword(p, "AND");
}

/* What stands where a word was expected. */
static status missing_operand(struct parser *p, size_t operator_at, const char *operator_name)
{
    if (operator_name)
        return err_at(p->err, USAGE, nowhere, 1, column_of(p, operator_at), _("'%s' needs something behind it"),
                      operator_name);
    if (at_keyword(p, "OR"))
        return mistake(p, p->at, _("'OR' needs something before it"));
    if (at_keyword(p, "AND"))
        return mistake(p, p->at, _("'AND' needs something before it"));
    return mistake(p, p->at, _("this parenthesis was never opened"));
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
                return join(p, QUERY_AND, begin, &children, out);
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
            return join(p, QUERY_OR, begin, &children, out);
        or_at = p->at;
        p->at += 2;
    }
}

static status check_text(struct parser *p)
{
    if (p->text.len > TEXT_MAX)
        return err_at(p->err, USAGE, nowhere, 1, 1, _("the query is longer than %d bytes"), TEXT_MAX);
    size_t invalid = utf8_first_invalid(p->text);
    if (invalid != SIZE_MAX)
        return mistake(p, invalid, _("the query is not valid UTF-8 here"));
    size_t zero = sv_chr(p->text, '\0');
    return zero == SIZE_MAX ? DONE : mistake(p, zero, _("the query has a NUL byte here"));
}

status query_parse(struct sv text, struct date today, struct arena *arena, struct query **query_out, struct err *err)
{
    struct parser p = {.text = text, .today = today, .arena = arena, .err = err};
    status s = check_text(&p);
    if (s != DONE)
        return s;
    skip_space(&p);
    if (p.at == text.len)
        return node_new(&p, QUERY_ALL, 0, query_out);
    s = parse_any(&p, query_out);
    if (s == DONE && p.at < text.len)
        return mistake(&p, p.at, _("this parenthesis was never opened"));
    return s;
}
