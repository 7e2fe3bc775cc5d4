/* A query as text again, and as an error's background. */
#include "base/utf8.h"
#include "catalogue/query.h"

static const char *op_text(enum query_op op)
{
    switch (op) {
    case QUERY_LT:
        return "<";
    case QUERY_LE:
        return "<=";
    case QUERY_GT:
        return ">";
    case QUERY_GE:
        return ">=";
    case QUERY_EQ:
    case QUERY_RANGE:
        break;
    }
    return "";
}

static void print_quoted(struct sv text, struct buf *out)
{
    buf_char(out, '"');
    buf_put(out, text);
    buf_char(out, '"');
}

static void print_field(const struct query *query, struct buf *out)
{
    buf_put(out, query->field);
    buf_char(out, ':');
    buf_put_c(out, op_text(query->op));
    if (query->quoted)
        print_quoted(query->text, out);
    else
        buf_put(out, query->text);
    if (query->op == QUERY_RANGE) {
        buf_put_c(out, "..");
        buf_put(out, query->text_to);
    }
}

static void print(const struct query *query, bool inside, struct buf *out);

static void print_children(const struct query *query, const char *between, bool inside, struct buf *out)
{
    if (inside)
        buf_char(out, '(');
    for (size_t i = 0; i < query->child_count; i++) {
        if (i > 0)
            buf_put_c(out, between);
        /* AND binds tighter than OR, so it needs no parentheses inside one. */
        bool tight = query->kind == QUERY_OR && query->children[i]->kind == QUERY_AND;
        print(query->children[i], !tight, out);
    }
    if (inside)
        buf_char(out, ')');
}

static void print(const struct query *query, bool inside, struct buf *out)
{
    switch (query->kind) {
    case QUERY_ALL:
        break;
    case QUERY_AND:
        print_children(query, " ", inside, out);
        break;
    case QUERY_OR:
        print_children(query, " OR ", inside, out);
        break;
    case QUERY_NOT:
        buf_char(out, '-');
        print(query->children[0], true, out);
        break;
    case QUERY_WORD:
        buf_put(out, query->text);
        break;
    case QUERY_PREFIX:
        buf_put(out, query->text);
        buf_char(out, '*');
        break;
    case QUERY_PHRASE:
        print_quoted(query->text, out);
        break;
    case QUERY_NEAR:
        print_quoted(query->text, out);
        buf_printf(out, "~%u", query->within);
        break;
    case QUERY_REGEX:
        buf_char(out, '/');
        buf_put(out, query->text);
        buf_char(out, '/');
        break;
    case QUERY_FIELD:
        print_field(query, out);
        break;
    case QUERY_HAS:
    case QUERY_NO:
        buf_put_c(out, query->kind == QUERY_HAS ? "has:" : "no:");
        buf_put(out, query->field);
        break;
    }
}

void query_print(const struct query *query, struct buf *out)
{
    print(query, false, out);
}

static bool is_text(const struct query *query)
{
    if (query->kind == QUERY_FIELD)
        return sv_eq_c(query->field, "title") || sv_eq_c(query->field, "heading");
    return query->kind == QUERY_WORD || query->kind == QUERY_PREFIX || query->kind == QUERY_PHRASE ||
           query->kind == QUERY_NEAR;
}

bool query_has_text(const struct query *query)
{
    for (size_t i = 0; i < query->child_count; i++)
        if (query_has_text(query->children[i]))
            return true;
    return is_text(query);
}

bool query_has_regex(const struct query *query)
{
    for (size_t i = 0; i < query->child_count; i++)
        if (query_has_regex(query->children[i]))
            return true;
    return query->kind == QUERY_REGEX;
}

void query_point(struct sv text, const struct err *err, struct buf *out)
{
    enum { INDENT = 2 };
    buf_fill(out, ' ', INDENT);
    /* One line, one column a character, whatever was typed. */
    for (size_t at = 0; at < text.len;) {
        uint32_t rune;
        size_t length = utf8_decode(text, at, &rune);
        if (length == 0 || rune < 0x20 || (rune >= 0x7f && rune < 0xa0))
            buf_char(out, ' ');
        else
            buf_put(out, sv_sub(text, at, length));
        at += length > 0 ? length : 1;
    }
    buf_char(out, '\n');
    buf_fill(out, ' ', INDENT + (err->column > 0 ? err->column - 1 : 0));
    buf_char(out, '^');
}
