/* field:value, has:field, no:field: the part of the parser that knows what the built-in fields take. */
#include "base/i18n.h"
#include "catalogue/query_field.h"
#include "catalogue/query_parser.h"

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

size_t parser_field_name(const struct parser *p)
{
    size_t len = 0;
    while (is_name_byte(parser_peek(p, len), len == 0))
        len++;
    bool word = parser_peek(p, len) != ':' || parser_peek(p, len + 1) == ':' ||
                (parser_peek(p, len + 1) == '/' && parser_peek(p, len + 2) == '/');
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
    if (node->text.len > 0 && !date_range_parse(node->text, p->whole->today, &from))
        return false;
    if (node->op == QUERY_RANGE && node->text_to.len > 0 && !date_range_parse(node->text_to, p->whole->today, &to))
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
    return parser_placed(
        p, at,
        err_set(p->whole->err, USAGE,
                _("'%.*s' is not a date; write one as 2026-11-24, 2026-11, 2026-q3, 2026-w05, today or -2w"),
                SV_ARG(value)));
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
        return parser_placed(p, at, err_set(p->whole->err, USAGE, _("'%.*s' is not a number"), SV_ARG(value)));
    case QUERY_TAKES_VISIBILITY:
        if (is_one_of(node, visibilities))
            return DONE;
        return parser_placed(p, at,
                             err_set(p->whole->err, USAGE,
                                     _("'%.*s' is not a visibility; there are private, pair and group"),
                                     SV_ARG(value)));
    case QUERY_TAKES_TASK:
        if (dates || is_one_of(node, tasks))
            return DONE;
        return parser_placed(p, at,
                             err_set(p->whole->err, USAGE,
                                     _("'%.*s' says nothing of a task; write open, done, any, or when it is due"),
                                     SV_ARG(value)));
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
        return parser_mistake(p, begin, _("this field takes no operator"));
    char c = parser_peek(p, 0);
    if (allowed && (c == '=' || c == '<' || c == '>'))
        return parser_mistake(p, begin, _("this is no operator; there are '>', '>=', '<', '<=' and 'a..b'"));
    return DONE;
}

static status read_quoted(struct parser *p, struct query *node)
{
    size_t begin = p->at;
    size_t length = sv_chr(sv_from(p->text, begin + 1), '"');
    if (length == SIZE_MAX)
        return parser_mistake(p, begin, _("this quote is never closed"));
    node->text = sv_sub(p->text, begin + 1, length);
    node->quoted = true;
    p->at = begin + length + 2;
    if (sv_trim(node->text).len == 0)
        return parser_mistake(p, begin, _("nothing stands between these quotes"));
    if (parser_peek(p, 0) != ',' && parser_peek(p, 0) != ')' && !parser_is_space(parser_peek(p, 0)) &&
        p->at < p->text.len)
        return parser_mistake(p, p->at, _("a quoted value ends here; a space belongs behind it"));
    return DONE;
}

static status read_bare(struct parser *p, enum query_takes takes, struct query *node)
{
    size_t begin = p->at;
    while (!parser_is_end(parser_peek(p, 0)) && parser_peek(p, 0) != ',')
        p->at++;
    struct sv value = sv_sub(p->text, begin, p->at - begin);
    if (parser_peek(p, 0) == '(' || parser_peek(p, 0) == '"')
        return parser_mistake(p, p->at, _("a value with quotes or parentheses in it must stand in quotes"));
    if (value.len == 0)
        return parser_mistake(p, begin, _("a value is missing here"));
    /* Behind a field's name these would make a word of it. */
    if (node->op == QUERY_EQ && (sv_starts(value, SV(":")) || sv_starts(value, SV("//"))))
        return parser_mistake(p, begin, _("a value that begins like this must stand in quotes"));
    node->text = value;
    bool ranges = takes != QUERY_TAKES_TEXT && takes != QUERY_TAKES_DAY && takes != QUERY_TAKES_VISIBILITY;
    if (ranges && split_range(value, &node->text, &node->text_to)) {
        if (node->op != QUERY_EQ)
            return parser_mistake(p, begin, _("a range takes no operator"));
        node->op = QUERY_RANGE;
    }
    return DONE;
}

static status parse_value(struct parser *p, struct sv name, enum query_takes takes, size_t begin, struct query **out)
{
    struct query *node = NULL;
    status s = parser_node(p, QUERY_FIELD, begin, &node);
    if (s != DONE)
        return s;
    node->field = name;
    size_t at = p->at;
    s = read_operator(p, takes, node);
    if (s == DONE)
        s = parser_peek(p, 0) == '"' ? read_quoted(p, node) : read_bare(p, takes, node);
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
    while (is_name_byte(parser_peek(p, 0), p->at == at))
        p->at++;
    if (p->at == at || !(parser_is_end(parser_peek(p, 0)) || parser_peek(p, 0) == ','))
        return parser_mistake(p, p->at, _("the name of a field is missing here"));
    status s = parser_node(p, kind, begin, out);
    if (s != DONE)
        return s;
    (*out)->field = lower_ascii(p->whole->arena, sv_sub(p->text, at, p->at - at));
    return (*out)->field.ptr ? DONE : err_no_memory(p->whole->err);
}

status parser_field(struct parser *p, size_t name_length, struct query **out)
{
    size_t begin = p->at;
    struct sv name = lower_ascii(p->whole->arena, sv_sub(p->text, begin, name_length));
    if (!name.ptr)
        return err_no_memory(p->whole->err);
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
            s = parser_add_child(p, &values, value);
        if (s != DONE)
            return s;
    } while (parser_peek(p, 0) == ',');
    return parser_join(p, QUERY_OR, begin, &values, out);
}
