#include "cli/block_table.h"

#include "base/i18n.h"
#include "catalogue/note_fields.h"
#include "catalogue/query_saved.h"
#include "cli/block_labels.h"
#include "out/tree.h"
#include "text/query_block.h"

#include <stdio.h>

enum { OWN_COLUMNS = 15 };

/* One column of one table. */
struct column {
    struct sv field;
    size_t own;      /* index into own_columns; OWN_COLUMNS: a field */
    struct buf cell; /* of the row at hand */
    bool numeric;    /* every value so far is a number */
    bool any;
};

struct writer {
    struct cmd *cmd;
    struct block_table *table;
    const struct types *types;
    struct sv type;              /* that most of the notes have */
    const struct config *config; /* whose saved queries count */
    struct block_request request;
    struct column *columns;
    size_t column_count;
    const struct record *record; /* of the row at hand */
    struct arena arena;          /* of the row at hand */
    struct buf rows;             /* lines below the head, which knows only then what is numeric */
};

/* --- lines --- */

static void begin_line(struct buf *out)
{
    buf_char(out, '|');
}

static void put_cell(struct buf *out, struct sv cell)
{
    buf_char(out, ' ');
    buf_put(out, cell);
    buf_put_c(out, cell.len > 0 ? " |" : "|");
}

static void end_line(const struct writer *w, struct buf *out)
{
    buf_put(out, w->table->line_end);
}

static void put_row(struct writer *w)
{
    begin_line(&w->rows);
    for (size_t i = 0; i < w->column_count; i++) {
        put_cell(&w->rows, buf_view(&w->columns[i].cell));
        buf_clear(&w->columns[i].cell);
    }
    end_line(w, &w->rows);
    w->table->rows++;
}

static void put_rule(const struct writer *w, struct buf *out)
{
    begin_line(out);
    for (size_t i = 0; i < w->column_count; i++)
        put_cell(out, w->columns[i].any && w->columns[i].numeric ? SV("---:") : SV("---"));
    end_line(w, out);
}

/* --- values --- */

static void begin_value(struct column *column, bool numeric)
{
    if (column->cell.len > 0)
        buf_put_c(&column->cell, ", ");
    column->numeric = (!column->any || column->numeric) && numeric;
    column->any = true;
}

static void add_text(struct column *column, struct sv text)
{
    if (sv_trim(text).len == 0)
        return;
    begin_value(column, false);
    cell_put_text(text, &column->cell);
}

static void add_number(struct column *column, double number)
{
    char text[64];
    snprintf(text, sizeof text, "%.2f", number);
    struct sv shown = sv_of(text);
    while (sv_ends(shown, SV("0")) && sv_chr(shown, '.') != SIZE_MAX)
        shown.len--;
    if (sv_ends(shown, SV(".")))
        shown.len--;
    begin_value(column, true);
    buf_put(&column->cell, shown);
}

/* A note that every reader can see is a link; what somebody cannot see stays the word it was written with. */
static status add_reference(struct writer *w, struct column *column, struct sv target, struct err *err)
{
    int64_t id = 0;
    struct record record;
    status s = catalogue_resolve(w->cmd->catalogue, w->record->id, target, &id, err);
    if (s == DONE && id_set_has(&w->table->audience->visible, id))
        s = catalogue_record(w->cmd->catalogue, id, &w->arena, &record, err);
    else if (s == DONE)
        s = NOT_FOUND;
    if (s < DONE)
        return s;
    begin_value(column, false);
    if (s != DONE || !cell_put_link(audience_handle(w->table->audience, record.path), (struct sv){0}, &column->cell))
        cell_put_text(target, &column->cell);
    return DONE;
}

static struct sv bare(struct sv text)
{
    struct sv inside = sv_sub(text, 2, text.len - 4);
    size_t bar = sv_chr(inside, '|');
    return sv_trim(sv_sub(inside, 0, bar));
}

static status add_field(void *payload, struct sv key, struct sv text, enum field_kind kind, double number,
                        struct err *err)
{
    struct writer *w = payload;
    bool link = sv_starts(text, SV("[[")) && sv_ends(text, SV("]]"));
    status s = DONE;
    for (size_t i = 0; s == DONE && i < w->column_count; i++) {
        struct column *column = &w->columns[i];
        if (column->own < OWN_COLUMNS || !note_field_is(key, column->field))
            continue;
        if (kind == FIELD_REF || link)
            s = add_reference(w, column, link ? bare(text) : text, err);
        else if (kind == FIELD_INT || kind == FIELD_NUMBER)
            add_number(column, number);
        else
            add_text(column, text);
    }
    return s;
}

/* --- what the catalogue has of every note --- */

static void add_list(struct column *column, struct sv json)
{
    struct tree *tree = NULL;
    struct err ignored = {0};
    if (json.len == 0 || tree_parse(json, &tree, &ignored) != DONE)
        return;
    for (size_t i = 0; i < tree_count(tree); i++)
        add_text(column, tree_text(tree_nth(tree, i)));
    tree_free(tree);
}

static void add_link(struct writer *w, struct column *column, struct sv label)
{
    begin_value(column, false);
    if (!cell_put_link(audience_handle(w->table->audience, w->record->path), label, &column->cell))
        cell_put_text(label.len > 0 ? label : w->record->handle, &column->cell);
}

static void add_own_note(struct writer *w, struct column *column)
{
    add_link(w, column, (struct sv){0});
}

static void add_title(struct writer *w, struct column *column)
{
    add_link(w, column, w->record->title);
}

static void add_handle(struct writer *w, struct column *column)
{
    add_text(column, w->record->handle);
}

static void add_path(struct writer *w, struct column *column)
{
    add_text(column, w->record->path);
}

static void add_folder(struct writer *w, struct column *column)
{
    add_text(column, sv_dirname(w->record->path));
}

static void add_type(struct writer *w, struct column *column)
{
    add_text(column, w->record->type);
}

static void add_space(struct writer *w, struct column *column)
{
    add_text(column, w->record->space);
}

static void add_date(struct writer *w, struct column *column)
{
    add_text(column, w->record->date);
}

static void add_created(struct writer *w, struct column *column)
{
    add_text(column, w->record->created);
}

static void add_modified(struct writer *w, struct column *column)
{
    add_text(column, w->record->modified);
}

static void add_words(struct writer *w, struct column *column)
{
    add_number(column, (double)w->record->words);
}

static void add_tags(struct writer *w, struct column *column)
{
    add_list(column, w->record->tags);
}

static void add_aliases(struct writer *w, struct column *column)
{
    add_list(column, w->record->aliases);
}

static const struct {
    const char *name;
    void (*add)(struct writer *w, struct column *column);
} own_columns[] = {
    {"note", add_own_note}, {"title", add_title},     {"handle", add_handle},     {"path", add_path},
    {"folder", add_folder}, {"type", add_type},       {"space", add_space},       {"date", add_date},
    {"words", add_words},   {"created", add_created}, {"modified", add_modified}, {"tags", add_tags},
    {"tag", add_tags},      {"aliases", add_aliases}, {"alias", add_aliases},
};
_Static_assert(sizeof own_columns / sizeof *own_columns == OWN_COLUMNS, "every column is in the table");

static size_t own_column(struct sv field)
{
    size_t i = 0;
    while (i < OWN_COLUMNS && !sv_eq_nocase(field, sv_of(own_columns[i].name)))
        i++;
    return i;
}

static status put_note(void *payload, const struct record *record, struct err *err)
{
    struct writer *w = payload;
    bool fields = false;
    arena_reset(&w->arena);
    w->record = record;
    for (size_t i = 0; i < w->column_count; i++) {
        if (w->columns[i].own < OWN_COLUMNS)
            own_columns[w->columns[i].own].add(w, &w->columns[i]);
        else
            fields = true;
    }
    status s = fields ? catalogue_note_fields(w->cmd->catalogue, record, add_field, w, err) : DONE;
    if (s == DONE)
        put_row(w);
    return s;
}

/* --- a table of notes --- */

static const struct block_column usual_columns[] = {{SV_INIT("date"), {0}}, {SV_INIT("title"), {0}}};

static void warn_unknown(const struct writer *w, struct sv field)
{
    bool known = true;
    struct err ignored = {0};
    if (catalogue_knows_field(w->cmd->catalogue, field, &known, &ignored) == DONE && !known)
        cmd_warn(w->cmd, _("no note has a field '%.*s'"), SV_ARG(field));
}

static void put_label(struct buf *out, struct sv label)
{
    struct buf cell = {0};
    cell_put_text(label, &cell);
    put_cell(out, buf_view(&cell));
    buf_release(&cell);
}

static status make_columns(struct writer *w, struct buf *head, struct err *err)
{
    const struct block_column *from = w->request.column_count > 0 ? w->request.columns : usual_columns;
    w->column_count = w->request.column_count > 0 ? w->request.column_count : sizeof usual_columns / sizeof *from;
    w->columns = arena_array(&w->cmd->arena, w->column_count, sizeof *w->columns);
    if (!w->columns)
        return err_no_memory(err);
    begin_line(head);
    for (size_t i = 0; i < w->column_count; i++) {
        w->columns[i].field = from[i].field;
        w->columns[i].own = own_column(from[i].field);
        if (w->columns[i].own == OWN_COLUMNS)
            warn_unknown(w, from[i].field);
        put_label(head, from[i].label.len > 0 ? from[i].label
                                              : block_label(w->types, w->type, from[i].field, w->table->lang));
    }
    end_line(w, head);
    return DONE;
}

static status put_notes(struct writer *w, const struct id_set *set, struct buf *head, struct err *err)
{
    struct sort sort;
    sort_parse(w->request.sort.len > 0 ? w->request.sort : SV("date"), &sort);
    if (sort.key == SORT_FIELD)
        warn_unknown(w, sort.field);
    status s = make_columns(w, head, err);
    if (s == DONE)
        s = cmd_dates(w->cmd, &sort, err);
    if (s == DONE)
        s = catalogue_each(w->cmd->catalogue, set, &sort, w->request.limit, put_note, w, err);
    return s;
}

/* --- a table of groups --- */

static void put_group_label(const struct writer *w, struct buf *head)
{
    struct sv key = w->request.group;
    size_t colon = sv_chr(key, ':');
    struct sv field = sv_sub(key, 0, colon), part = colon == SIZE_MAX ? (struct sv){0} : sv_from(key, colon + 1);
    /* "date:month" is its part, "next_review:month" both. */
    bool of_date = part.len > 0 && sv_eq_nocase(field, SV("date"));
    struct sv word = block_word(part, w->table->lang);
    struct sv label = of_date && word.ptr != part.ptr ? word : block_label(w->types, w->type, field, w->table->lang);
    put_label(head, label);
}

static void put_measure_label(const struct writer *w, const struct measure *measure, struct buf *head)
{
    struct buf label = {0};
    buf_put(&label, block_label(w->types, w->type, measure->field, w->table->lang));
    buf_put_c(&label, " (");
    buf_put(&label, block_word(sv_of(measure_names[measure->kind]), w->table->lang));
    buf_char(&label, ')');
    put_label(head, buf_view(&label));
    buf_release(&label);
}

static void add_figure(struct column *column, const struct figure *figure)
{
    char duration[DURATION_TEXT_SIZE], date[DATE_TEXT_SIZE];
    if (figure->kind == FIGURE_NUMBER)
        add_number(column, figure->number);
    else if (figure->kind == FIGURE_DURATION)
        add_text(column, sv_of(duration_format(figure->duration, duration)));
    else if (figure->kind == FIGURE_DATE)
        add_text(column, sv_of(date_format(figure->date, date)));
}

static void put_group(struct writer *w, const struct group *group)
{
    struct column *column = w->columns;
    if (w->request.group.len > 0 && group->is_number)
        add_number(column++, group->number);
    else if (w->request.group.len > 0)
        add_text(column++, group->text.len > 0 ? group->text : block_word(SV("none"), w->table->lang));
    add_number(column++, (double)group->count);
    for (size_t i = 0; i < w->request.measure_count; i++)
        add_figure(column++, &group->figures[i]);
    put_row(w);
}

static status put_groups(struct writer *w, const struct id_set *set, struct buf *head, struct err *err)
{
    struct buf warnings = {0};
    struct group *groups = NULL;
    size_t count = 0;
    struct group_request request = {.key = w->request.group,
                                    .measures = w->request.measures,
                                    .measure_count = w->request.measure_count,
                                    .sort = w->request.sort,
                                    .limit = w->request.limit,
                                    .visible = &w->table->audience->visible,
                                    .warnings = &warnings};
    w->column_count = w->request.measure_count + 1 + (request.key.len > 0);
    w->columns = arena_array(&w->cmd->arena, w->column_count, sizeof *w->columns);
    if (!w->columns)
        return err_no_memory(err);
    begin_line(head);
    if (request.key.len > 0)
        put_group_label(w, head);
    put_label(head, block_word(SV("count"), w->table->lang));
    for (size_t i = 0; i < request.measure_count; i++)
        put_measure_label(w, &request.measures[i], head);
    end_line(w, head);
    status s = catalogue_group(w->cmd->catalogue, set, &request, &w->cmd->arena, &groups, &count, err);
    for (size_t i = 0; s == DONE && i < count; i++)
        put_group(w, &groups[i]);
    if (warnings.len > 0)
        cmd_warn(w->cmd, "%s", warnings.ptr);
    buf_release(&warnings);
    return s;
}

/* --- the query --- */

/* A mistake in a saved query has its place in the words, for the block's is where it was called. */
static status place_mistake(const struct writer *w, unsigned called, struct err *err)
{
    struct err told = *err;
    char words[ERR_TEXT_MAX + ERR_PATH_MAX + 64];
    unsigned line, column;
    err_format(&told, words, sizeof words);
    block_request_place(w->table->text, &w->request, called > 0 ? called : told.column, &line, &column);
    err_clear(err);
    return err_at(err, USAGE, (struct sv){0}, line, column, "%s", words);
}

/* What the saved query that it begins with says and the block does not. */
static status add_saved_options(struct writer *w, struct err *err)
{
    struct block_request *request = &w->request;
    struct sv name = query_saved_leading(request->query);
    const struct config_entry *entry;
    bool grouped = request->group.len > 0 || request->measure_count > 0;
    int64_t limit;
    if (name.len == 0)
        return DONE;
    entry = query_saved_entry(w->config, name, "limit");
    if (entry && request->limit == 0 && sv_to_i64(entry->value, &limit) && limit > 0)
        request->limit = (size_t)limit;
    if (grouped || request->column_count > 0)
        return DONE;
    entry = query_saved_entry(w->config, name, "sort");
    if (entry && request->sort.len == 0)
        request->sort = entry->value;
    entry = query_saved_entry(w->config, name, "group");
    if (entry)
        request->group = entry->value;
    for (enum measure_kind kind = 0; kind < MEASURE_KINDS; kind++) {
        struct sv fields, field;
        entry = query_saved_entry(w->config, name, measure_names[kind]);
        for (fields = entry ? entry->value : (struct sv){0}; sv_next(&fields, ',', &field);) {
            struct measure *grown = arena_grow(&w->cmd->arena, request->measures, &request->measure_capacity,
                                               request->measure_count, sizeof *grown);
            if (!grown)
                return err_no_memory(err);
            request->measures = grown;
            grown[request->measure_count++] = (struct measure){kind, sv_trim(field)};
        }
    }
    return DONE;
}

/* The notes that every reader can see, and how many more there are here. */
static status find_notes(struct writer *w, const struct query *query, struct id_set *set, struct err *err)
{
    struct eval eval;
    struct id_set all = {0};
    struct buf warnings = {0};
    status s = cmd_eval_for(w->cmd, query, SV(""), &eval, err);
    eval.space = SV("");
    eval.visible = &w->table->audience->visible;
    eval.warnings = &warnings;
    if (s == DONE)
        s = eval_set(&eval, query, set, err);
    eval.visible = NULL;
    eval.warnings = NULL;
    if (s == DONE && !w->table->audience->sees_all) {
        s = eval_set(&eval, query, &all, err);
        for (size_t i = 0; s == DONE && i < all.count; i++)
            w->table->hidden += !id_set_has(&w->table->audience->visible, all.ids[i]);
    }
    if (warnings.len > 0)
        cmd_warn(w->cmd, "%s", warnings.ptr);
    buf_release(&warnings);
    id_set_release(&all);
    return s;
}

static status find_type(struct writer *w, const struct id_set *set, struct err *err)
{
    struct group_request by_type = {.key = SV("type"), .limit = 1};
    struct group *groups = NULL;
    size_t count = 0;
    status s = catalogue_group(w->cmd->catalogue, set, &by_type, &w->cmd->arena, &groups, &count, err);
    if (s == DONE && count > 0)
        w->type = groups[0].text;
    return s;
}

static status answer(struct writer *w, struct buf *head, struct err *err)
{
    struct query *query = NULL;
    struct id_set set = {0};
    unsigned called = 0;
    status s = query_parse_saved(w->request.query, date_today(), w->config, &w->cmd->arena, &query, &called, err);
    if (s == USAGE)
        return place_mistake(w, called, err);
    if (s == DONE)
        s = add_saved_options(w, err);
    if (s == DONE)
        s = find_notes(w, query, &set, err);
    if (s == DONE)
        s = find_type(w, &set, err);
    bool grouped = w->request.group.len > 0 || w->request.measure_count > 0;
    if (s == DONE)
        s = grouped ? put_groups(w, &set, head, err) : put_notes(w, &set, head, err);
    if (s == USAGE)
        s = place_mistake(w, 0, err);
    id_set_release(&set);
    return s;
}

status block_table_make(struct cmd *cmd, struct block_table *table, struct err *err)
{
    struct writer w = {.cmd = cmd, .table = table};
    struct buf head = {0};
    /* In a note that others read, only what they have, too, has a meaning. */
    w.config = table->audience->sees_all ? &cmd->vault->config : &cmd->vault->shared;
    status s = catalogue_types(cmd->catalogue, &w.types, err);
    if (s == DONE)
        s = block_request_parse(table->text, &cmd->arena, &w.request, err);
    if (s == DONE)
        s = answer(&w, &head, err);
    if (s == DONE) {
        buf_put(&table->table, buf_view(&head));
        put_rule(&w, &table->table);
        buf_put(&table->table, buf_view(&w.rows));
        table->table.failed = table->table.failed || head.failed || w.rows.failed;
        s = buf_check(&table->table, err);
    }
    for (size_t i = 0; i < w.column_count && w.columns; i++)
        buf_release(&w.columns[i].cell);
    buf_release(&head);
    buf_release(&w.rows);
    arena_release(&w.arena);
    return s;
}
