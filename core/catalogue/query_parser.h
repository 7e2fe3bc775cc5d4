/* What the files of the query parser share. */
#ifndef CATALOGUE_QUERY_PARSER_H
#define CATALOGUE_QUERY_PARSER_H

#include "catalogue/query.h"

/* What one query and the saved ones it calls have in common. */
struct whole {
    struct date today;
    const struct config *config;
    struct arena *arena;
    struct err *err;
    unsigned nodes, depth, called;
};

/* One text. */
struct parser {
    struct sv text;
    size_t at;
    struct whole *whole;
    const struct config_entry *saved; /* that the text is the value of; NULL: the query itself */
    const struct parser *caller;
};

struct children {
    struct query **items;
    size_t count, capacity;
};

/* --- query.c --- */

/* NUL stands for the end: a NUL byte in the text was refused before. */
static inline char parser_peek(const struct parser *p, size_t ahead)
{
    return p->at + ahead < p->text.len ? p->text.ptr[p->at + ahead] : '\0';
}

static inline bool parser_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* What ends a bare word or value. */
static inline bool parser_is_end(char c)
{
    return c == '\0' || parser_is_space(c) || c == '(' || c == ')' || c == '"';
}

/* Names the place of a mistake that has just been told; returns `code`. */
status parser_placed(struct parser *p, size_t at, status code);
/* A mistake at byte `at` of the text. */
status parser_mistake(struct parser *p, size_t at, const char *message);
status parser_node(struct parser *p, enum query_kind kind, size_t begin, struct query **out);
status parser_add_child(struct parser *p, struct children *children, struct query *child);
/* One child is itself. */
status parser_join(struct parser *p, enum query_kind kind, size_t begin, const struct children *children,
                   struct query **out);

/* --- query_value.c --- */

/* The length of `name` in `name:value`, or 0: `12:30`, `http://x` and `std::map` are words. */
size_t parser_field_name(const struct parser *p);
/* name:value, a list of values as an OR. */
status parser_field(struct parser *p, size_t name_length, struct query **out);

#endif
