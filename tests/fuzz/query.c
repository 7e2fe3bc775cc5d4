/* The query parser: a mistake has a place within the text; a tree lies within it, and its text parses to itself. */
#include "catalogue/query.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct date today = {2026, 11, 24};

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_tree(const struct query *query, size_t size, unsigned depth)
{
    check(query->begin <= query->end && query->end <= size && depth < 128);
    check(query->child_count == 0 || query->kind == QUERY_AND || query->kind == QUERY_OR || query->kind == QUERY_NOT);
    for (size_t i = 0; i < query->child_count; i++)
        check_tree(query->children[i], size, depth + 1);
}

/* The same text with saved queries to call: it ends, and a mistake has a place in the text or in their file. */
static void check_saved(struct sv text)
{
    static const char saved[] =
        "[query \"a\"]\nq = x (y OR @b)\n[query \"b\"]\nq = type:log,note\n[query \"c\"]\nq = -@d\n"
        "[query \"d\"]\nq = z @c\n[query \"e\"]\nq = \\\"open\n[query \"f\"]\nq = @b @b @b\n"
        "[query \"g\"]\nq = @f @f @f\n[query \"\"]\nq =\n";
    struct arena arena = {0};
    struct config config = {0};
    struct query *query = NULL;
    struct err err = {0};
    unsigned called = 0;
    check(config_parse(&config, &arena, SV("saved"), sv_of(saved), &err) == DONE);
    status s = query_parse_saved(text, today, &config, &arena, &query, &called, &err);
    check(s == DONE || (s == USAGE && err.text[0] && err.line >= 1 && err.column >= 1));
    check(s == DONE || called <= text.len);
    check(s == DONE || err.path[0] == '\0' || called > 0);
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv text = sv_make((const char *)data, size);
    struct arena arena = {0};
    struct query *query = NULL, *again = NULL;
    struct err err = {0};
    struct buf first = {0}, second = {0};
    status s = query_parse(text, today, &arena, &query, &err);
    check(s == DONE || (s == USAGE && err.text[0] && err.line == 1 && err.column >= 1 && err.column <= size + 1));
    if (s == DONE) {
        check_tree(query, size, 0);
        query_print(query, &first);
        /* A list of values is written out, so the text can grow over the limits. */
        s = query_parse(buf_view(&first), today, &arena, &again, &err);
        check(s == DONE || first.len > size);
    }
    if (again) {
        query_print(again, &second);
        check(sv_eq(buf_view(&first), buf_view(&second)));
        check(query_has_text(query) == query_has_text(again) && query_has_regex(query) == query_has_regex(again));
    } else if (err.code != DONE) {
        query_point(text, &err, &first);
    }
    check_saved(text);
    buf_release(&first);
    buf_release(&second);
    arena_release(&arena);
    return 0;
}
