#include "base/i18n.h"
#include "base/map.h"
#include "cli/cmd.h"
#include "out/tree.h"

#include <stdlib.h>

static const struct cmd_option options[] = {
    {"sort", 's', N_("KEY"),
     N_("order by path, title, date, created, modified, words, type or any field; +KEY and -KEY turn it")},
    {"limit", 'n', N_("N"), N_("at most N notes")},
    {"count", 0, NULL, N_("only how many")},
    {"group", 'g', N_("KEY"), N_("how many per type, space, tag, lang, year, month or any field")},
    {0},
};

static status put_record(void *payload, const struct record *record, struct err *err)
{
    struct cmd *cmd = payload;
    (void)err;
    if (out_is_text(cmd->out)) {
        record_line(cmd->out, record);
        out_counted(cmd->out);
        return DONE;
    }
    out_begin_map(cmd->out);
    record_put(cmd->out, record);
    out_end_map(cmd->out);
    return DONE;
}

/* --- groups --------------------------------------------------------------------------------------------------- */

struct groups {
    struct cmd *cmd;
    struct sv key;
    struct map counts;
};

static status count_group(struct groups *groups, struct sv value, struct err *err)
{
    struct map_entry *entry = map_get(&groups->counts, value);
    if (!entry) {
        struct sv kept = arena_copy(&groups->cmd->arena, value);
        entry = kept.ptr ? map_put(&groups->counts, kept, NULL) : NULL;
    }
    if (!entry)
        return err_no_memory(err);
    entry->value.number++;
    return DONE;
}

/* A list counts once under each of its elements; a note without the key under the empty one. */
static status count_tree(struct groups *groups, const struct tree *value, struct err *err)
{
    struct buf text = {0};
    status code = DONE;
    switch (tree_kind(value)) {
    case TREE_LIST:
        for (size_t i = 0; code == DONE && i < tree_count(value); i++)
            code = count_tree(groups, tree_nth(value, i), err);
        return code;
    case TREE_TEXT:
        return count_group(groups, tree_text(value), err);
    case TREE_BOOL:
        return count_group(groups, tree_bool(value) ? SV("true") : SV("false"), err);
    case TREE_INT:
        buf_printf(&text, "%lld", (long long)tree_int(value));
        break;
    case TREE_NUMBER:
        buf_printf(&text, "%g", tree_number(value));
        break;
    case TREE_MAP:
        return DONE;
    case TREE_NULL:
        break;
    }
    code = count_group(groups, buf_view(&text), err);
    buf_release(&text);
    return code;
}

static status count_json(struct groups *groups, struct sv json, struct sv path, struct err *err)
{
    struct tree *tree = NULL;
    status code = tree_parse(json, &tree, err);
    if (code == DONE)
        code = count_tree(groups, path.len > 0 ? tree_at(tree, path) : tree, err);
    tree_free(tree);
    return code;
}

static status group_record(void *payload, const struct record *record, struct err *err)
{
    struct groups *groups = payload;
    struct sv key = groups->key;
    if (sv_eq(key, SV("type")))
        return count_group(groups, record->type, err);
    if (sv_eq(key, SV("space")))
        return count_group(groups, record->space, err);
    if (sv_eq(key, SV("lang")))
        return count_group(groups, record->lang, err);
    if (sv_eq(key, SV("visibility")))
        return count_group(groups, sv_of(visibility_name(record->visibility)), err);
    if (sv_eq(key, SV("date")))
        return count_group(groups, record->date, err);
    if (sv_eq(key, SV("month")))
        return count_group(groups, sv_sub(record->date, 0, 7), err);
    if (sv_eq(key, SV("year")))
        return count_group(groups, sv_sub(record->date, 0, 4), err);
    if (sv_eq(key, SV("tag")) || sv_eq(key, SV("tags")))
        return count_json(groups, record->tags, SV(""), err);
    return count_json(groups, record->fields, key, err);
}

static int by_count(const void *a, const void *b)
{
    const struct map_entry *x = a, *y = b;
    if (x->value.number != y->value.number)
        return x->value.number < y->value.number ? 1 : -1;
    return sv_cmp(x->key, y->key);
}

static status list_groups(struct cmd *cmd, const struct id_set *set, struct sv key, int64_t limit, struct err *err)
{
    struct groups groups = {.cmd = cmd, .key = key};
    status code = catalogue_each(cmd->catalogue, set, NULL, 0, group_record, &groups, err);
    if (code == DONE && groups.counts.count > 1)
        qsort(groups.counts.entries, groups.counts.count, sizeof *groups.counts.entries, by_count);
    char *name = arena_cstr(&cmd->arena, key);
    if (!name && code == DONE)
        code = err_no_memory(err);
    if (code == DONE) {
        out_column(cmd->out, "notes", _("notes"));
        out_column(cmd->out, name, NULL);
    }
    for (size_t i = 0; code == DONE && i < groups.counts.count && (limit == 0 || (int64_t)i < limit); i++) {
        const struct map_entry *entry = &groups.counts.entries[i];
        out_begin_map(cmd->out);
        out_put(cmd->out, name, entry->key);
        out_put_int(cmd->out, "notes", (int64_t)entry->value.number);
        out_end_map(cmd->out);
    }
    map_release(&groups.counts);
    return code;
}

/* --- the command ----------------------------------------------------------------------------------------------- */

/* Dates come from history where a note says none: only then is its price paid. Where it cannot be read the notes are
 * there all the same, without these dates. */
static status date_from_history(struct cmd *cmd, const struct sort *sort, struct err *err)
{
    bool undated = sort->key == SORT_CREATED || sort->key == SORT_MODIFIED, asked = undated;
    struct err why = {0};
    status code = DONE;
    if (!undated)
        code = catalogue_has_undated(cmd->catalogue, &undated, err);
    if (code != DONE || !undated)
        return code;
    code = catalogue_build_history(cmd->catalogue, &why);
    progress_end(&cmd->progress);
    if (code == DONE || asked || code == NO_MEMORY || code == CANCELLED) {
        *err = why;
        return code;
    }
    cmd_warn(cmd, _("dates from history are missing: %s"), why.text);
    return DONE;
}

static status print_count(struct cmd *cmd, size_t count)
{
    if (out_is_text(cmd->out)) {
        out_textf(cmd->out, STYLE_NONE, "%zu\n", count);
    } else {
        out_begin_map(cmd->out);
        out_put_int(cmd->out, "count", (int64_t)count);
        out_end_map(cmd->out);
    }
    return count > 0 ? DONE : NOT_FOUND;
}

static status list_notes(struct cmd *cmd, const struct id_set *set, int64_t limit, struct err *err)
{
    struct sort sort;
    sort_parse(option_text(cmd, "sort", SV("date")), &sort);
    status code = date_from_history(cmd, &sort, err);
    if (code != DONE)
        return code;
    record_columns(cmd->out);
    return catalogue_each(cmd->catalogue, set, &sort, (size_t)limit, put_record, cmd, err);
}

static status run(struct cmd *cmd, struct err *err)
{
    struct id_set set = {0};
    int64_t limit;
    status code = option_number(cmd, "limit", 1, 0, &limit, err);
    if (code == DONE)
        code = cmd_query_set(cmd, &set, err);
    if (code == DONE && option_given(cmd, "count")) {
        code = print_count(cmd, set.count);
    } else if (code == DONE) {
        const struct cmd_value *group = option_get(cmd, "group");
        code = group ? list_groups(cmd, &set, group->value, limit, err) : list_notes(cmd, &set, limit, err);
        if (code == DONE && out_count(cmd->out) == 0)
            code = NOT_FOUND;
    }
    id_set_release(&set);
    return code;
}

const struct cmd_entry cmd_list = {
    .name = "list",
    .usage = N_("[QUERY...]"),
    .summary = N_("list notes by their metadata"),
    .details =
        N_("Without a query all notes are listed, newest first. See 'chiron help query' for the query language."),
    .options = options,
    .needs = CMD_QUERY | CMD_CATALOGUE | CMD_OUTPUT | CMD_PAGER,
    .run = run,
};
