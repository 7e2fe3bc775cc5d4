#include "catalogue/block_request.h"

#include "base/i18n.h"
#include "base/utf8.h"

struct reader {
    struct sv text, rest;
    struct arena *arena;
    struct block_request *request;
    struct err *err;
    bool has_query;
};

static void place_of(struct sv text, const char *at, unsigned *line_out, unsigned *column_out)
{
    struct sv before = sv_sub(text, 0, (size_t)(at - text.ptr));
    size_t newline = sv_rchr(before, '\n');
    struct sv line = newline == SIZE_MAX ? before : sv_from(before, newline + 1);
    *line_out = 1;
    for (size_t i = 0; i < before.len; i++)
        *line_out += before.ptr[i] == '\n';
    *column_out = (unsigned)utf8_count(line) + 1;
}

static status mistake(struct reader *r, const char *at, status code)
{
    unsigned line, column;
    place_of(r->text, at, &line, &column);
    err_place(r->err, (struct sv){0}, line, column);
    return code;
}

/* --- options --- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next piece between commas, trimmed; an empty one is a mistake of the caller's to tell. */
static bool next_piece(struct sv *rest, struct sv *piece_out)
{
    if (!sv_next(rest, ',', piece_out))
        return false;
    *piece_out = sv_trim(*piece_out);
    return true;
}

/* "minutes as Minutes spent" */
static struct block_column column_of(struct sv piece)
{
    static const struct sv as = SV_INIT("as");
    for (size_t at = 1; at + as.len < piece.len; at++)
        if (is_blank(piece.ptr[at - 1]) && sv_starts(sv_from(piece, at), as) && is_blank(piece.ptr[at + as.len]))
            return (struct block_column){sv_trim(sv_sub(piece, 0, at)), sv_trim(sv_from(piece, at + as.len))};
    return (struct block_column){.field = piece};
}

static status add_column(struct reader *r, struct sv piece)
{
    struct block_request *request = r->request;
    struct block_column column = column_of(piece);
    if (request->column_count == BLOCK_COLUMNS_MAX)
        return mistake(r, piece.ptr, err_set(r->err, USAGE, _("a table has at most %d columns"), BLOCK_COLUMNS_MAX));
    for (size_t i = 0; i < column.field.len; i++)
        if (is_blank(column.field.ptr[i]))
            return mistake(r, piece.ptr,
                           err_set(r->err, USAGE, _("'%.*s' is no field; a column is 'field' or 'field as Label'"),
                                   SV_ARG(piece)));
    struct block_column *grown =
        arena_grow(r->arena, request->columns, &request->column_capacity, request->column_count, sizeof *grown);
    if (!grown)
        return err_no_memory(r->err);
    request->columns = grown;
    grown[request->column_count++] = column;
    return DONE;
}

static status add_measure(struct reader *r, enum measure_kind kind, struct sv piece)
{
    struct block_request *request = r->request;
    if (request->measure_count == BLOCK_COLUMNS_MAX)
        return mistake(r, piece.ptr, err_set(r->err, USAGE, _("a table has at most %d columns"), BLOCK_COLUMNS_MAX));
    struct measure *grown =
        arena_grow(r->arena, request->measures, &request->measure_capacity, request->measure_count, sizeof *grown);
    if (!grown)
        return err_no_memory(r->err);
    request->measures = grown;
    grown[request->measure_count++] = (struct measure){kind, piece};
    return DONE;
}

/* `kind` MEASURE_KINDS: columns. */
static status read_list(struct reader *r, struct sv value, enum measure_kind kind)
{
    struct sv rest = value, piece;
    status s = DONE;
    while (s == DONE && next_piece(&rest, &piece)) {
        if (piece.len == 0)
            s = mistake(r, piece.ptr ? piece.ptr : value.ptr,
                        err_set(r->err, USAGE, "%s", _("the name of a field is missing here")));
        else
            s = kind == MEASURE_KINDS ? add_column(r, piece) : add_measure(r, kind, piece);
    }
    return s;
}

static status read_limit(struct reader *r, struct sv value)
{
    int64_t limit = 0;
    if (!sv_to_i64(value, &limit) || limit < 1 || limit > BLOCK_LIMIT_MAX)
        return mistake(r, value.ptr,
                       err_set(r->err, USAGE, _("limit takes a whole number from 1 to %d, not '%.*s'"), BLOCK_LIMIT_MAX,
                               SV_ARG(value)));
    r->request->limit = (size_t)limit;
    return DONE;
}

static status read_group(struct reader *r, struct sv value)
{
    r->request->group = value;
    status s = group_key_check(value, r->err);
    return s == USAGE ? mistake(r, value.ptr, s) : s;
}

static status unknown_option(struct reader *r, struct sv key)
{
    return mistake(r, key.ptr,
                   err_set(r->err, USAGE,
                           _("unknown option '%.*s': use columns, sort, limit, group, sum, mean, median, min or max"),
                           SV_ARG(key)));
}

static status read_option(struct reader *r, struct sv key, struct sv value)
{
    if (value.len == 0)
        return mistake(r, key.ptr, err_set(r->err, USAGE, _("'%.*s' needs a value"), SV_ARG(key)));
    if (sv_eq_c(key, "columns"))
        return read_list(r, value, MEASURE_KINDS);
    if (sv_eq_c(key, "limit"))
        return read_limit(r, value);
    if (sv_eq_c(key, "group"))
        return read_group(r, value);
    for (enum measure_kind kind = 0; kind < MEASURE_KINDS; kind++)
        if (sv_eq_c(key, measure_names[kind]))
            return read_list(r, value, kind);
    if (!sv_eq_c(key, "sort"))
        return unknown_option(r, key);
    r->request->sort = value;
    return DONE;
}

/* --- lines --- */

/* The next line that says something, with the indented ones that go on with it. */
static bool next_statement(struct reader *r, struct sv *statement_out)
{
    struct sv line;
    do {
        if (!sv_next_line(&r->rest, &line))
            return false;
    } while (sv_trim(line).len == 0 || sv_trim_left(line).ptr[0] == '#');
    const char *end = line.ptr + line.len;
    struct sv after = r->rest, more;
    while (sv_next_line(&after, &more) && sv_trim(more).len > 0 && (more.ptr[0] == ' ' || more.ptr[0] == '\t')) {
        end = more.ptr + more.len;
        r->rest = after;
    }
    *statement_out = sv_trim(sv_make(line.ptr, (size_t)(end - line.ptr)));
    return true;
}

static status read_query(struct reader *r, struct sv statement)
{
    static const struct sv verb = SV_INIT("list");
    if (!sv_starts(statement, verb) || (statement.len > verb.len && !is_blank(statement.ptr[verb.len])))
        return mistake(r, statement.ptr, err_set(r->err, USAGE, "%s", _("a block begins with 'list' and a query")));
    r->request->query = sv_trim(sv_from(statement, verb.len));
    if (r->request->query.len == 0)
        r->request->query = sv_make(statement.ptr + verb.len, 0);
    r->has_query = true;
    return DONE;
}

static status read_statement(struct reader *r, struct sv statement)
{
    if (!r->has_query)
        return read_query(r, statement);
    size_t colon = sv_chr(statement, ':');
    if (colon == SIZE_MAX)
        return mistake(r, statement.ptr,
                       err_set(r->err, USAGE, "%s",
                               _("an option is missing its ':'; a line that goes on with the query is indented")));
    return read_option(r, sv_trim(sv_sub(statement, 0, colon)), sv_trim(sv_from(statement, colon + 1)));
}

/* What is asked for must fit together. */
static status check(struct reader *r)
{
    const struct block_request *request = r->request;
    if (!r->has_query)
        return mistake(r, r->text.ptr, err_set(r->err, USAGE, "%s", _("a block begins with 'list' and a query")));
    bool grouped = request->group.len > 0 || request->measure_count > 0;
    if (grouped && request->column_count > 0)
        return mistake(r, request->columns[0].field.ptr,
                       err_set(r->err, USAGE, "%s", _("groups have no columns of their own: leave columns out")));
    return DONE;
}

status block_request_parse(struct sv text, struct arena *arena, struct block_request *request_out, struct err *err)
{
    struct reader r = {.text = text, .rest = text, .arena = arena, .request = request_out, .err = err};
    struct sv statement;
    status s = DONE;
    *request_out = (struct block_request){0};
    while (s == DONE && next_statement(&r, &statement))
        s = read_statement(&r, statement);
    return s == DONE ? check(&r) : s;
}

void block_request_place(struct sv text, const struct block_request *request, unsigned column, unsigned *line_out,
                         unsigned *column_out)
{
    size_t at = 0;
    for (uint32_t rune; column > 1 && at < request->query.len; column--) {
        size_t length = utf8_decode(request->query, at, &rune);
        at += length > 0 ? length : 1;
    }
    place_of(text, request->query.ptr + at, line_out, column_out);
}
