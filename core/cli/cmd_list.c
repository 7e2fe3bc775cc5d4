#include "base/i18n.h"
#include "cli/cmd.h"

static const struct cmd_option options[] = {
    {"sort", 's', N_("KEY"),
     N_("order by path, title, date, created, modified, changes, words, type or any field; groups by group, count or a "
        "figure; "
        "+KEY and -KEY turn it")},
    {"limit", 'n', N_("N"), N_("at most N notes")},
    {"count", 0, NULL, N_("only how many")},
    {"group", 'g', N_("KEY"), N_("how many per type, tag, folder, mentor, date:month or any other field")},
    {"sum", 0, N_("FIELD"), N_("of each group the sum of a field's numbers or durations; several with commas")},
    {"mean", 0, N_("FIELD"), N_("the mean")},
    {"median", 0, N_("FIELD"), N_("the median")},
    {"min", 0, N_("FIELD"), N_("the least, of dates too")},
    {"max", 0, N_("FIELD"), N_("the greatest")},
    {"saved", 0, NULL, N_("the saved queries: their names, what they are for")},
    {0},
};

static status put_record(void *payload, const struct record *record, struct err *err)
{
    struct cmd *cmd = payload;
    if (out_is_text(cmd->out)) {
        record_line(cmd->out, record);
        out_counted(cmd->out);
        return DONE;
    }
    out_begin_map(cmd->out);
    record_put(cmd->out, record);
    status code = named_groups_put(cmd, record, err);
    out_end_map(cmd->out);
    return code;
}

/* --- the command ----------------------------------------------------------------------------------------------- */

/* Dates come from history where a note says none: only then is its price paid. Where it cannot be read the notes are
 * there all the same, without these dates. */
status cmd_dates(struct cmd *cmd, const struct sort *sort, struct err *err)
{
    bool undated = sort->key == SORT_CREATED || sort->key == SORT_MODIFIED || sort->key == SORT_CHANGES,
         asked = undated;
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

status cmd_follow_history(struct cmd *cmd, struct err *err)
{
    status code = out_is_text(cmd->out) ? DONE : catalogue_follow_history(cmd->catalogue, err);
    progress_end(&cmd->progress);
    return code;
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

static status warn_unknown(const struct cmd *cmd, const struct sort *sort, struct err *err)
{
    bool known = true;
    status code = sort->key == SORT_FIELD ? catalogue_knows_field(cmd->catalogue, sort->field, &known, err) : DONE;
    if (code == DONE && !known)
        cmd_warn(cmd, _("no note has a field '%.*s'"), SV_ARG(sort->field));
    return code;
}

static status list_notes(struct cmd *cmd, const struct id_set *set, int64_t limit, struct err *err)
{
    struct sort sort;
    sort_parse(option_text(cmd, "sort", SV("date")), &sort);
    status code = warn_unknown(cmd, &sort, err);
    if (code == DONE)
        code = cmd_dates(cmd, &sort, err);
    if (code == DONE)
        code = cmd_follow_history(cmd, err);
    if (code != DONE)
        return code;
    record_columns(cmd->out);
    code = named_groups_open(cmd, err);
    return code == DONE ? catalogue_each(cmd->catalogue, set, &sort, (size_t)limit, put_record, cmd, err) : code;
}

static status list_set(struct cmd *cmd, const struct id_set *set, struct group_request *groups, struct err *err)
{
    status code;
    if (option_given(cmd, "count"))
        return print_count(cmd, set->count);
    if (groups->key.len > 0 || groups->measure_count > 0)
        code = set->count > 0 ? list_groups(cmd, set, groups, err) : DONE;
    else
        code = list_notes(cmd, set, (int64_t)groups->limit, err);
    return code == DONE && out_count(cmd->out) == 0 ? NOT_FOUND : code;
}

/* What a saved query has for options was checked where it stands. */
static status check(struct cmd *cmd, struct err *err)
{
    struct group_request groups = {0};
    int64_t limit;
    status code = option_number(cmd, "limit", 1, 0, &limit, err);
    return code == DONE ? group_options(cmd, &groups, err) : code;
}

static status run(struct cmd *cmd, struct err *err)
{
    struct id_set set = {0};
    struct group_request groups = {0};
    int64_t limit;
    if (option_given(cmd, "saved"))
        return list_saved(cmd, err);
    status code = saved_options(cmd, err);
    if (code == DONE)
        code = option_number(cmd, "limit", 1, 0, &limit, err);
    if (code == DONE)
        code = group_options(cmd, &groups, err);
    groups.limit = code == DONE ? (size_t)limit : 0;
    if (code == DONE)
        code = cmd_query_set(cmd, &set, err);
    if (code == DONE)
        code = list_set(cmd, &set, &groups, err);
    id_set_release(&set);
    return code;
}

const struct cmd_entry cmd_list = {
    .name = "list",
    .usage = N_("[QUERY...]"),
    .summary = N_("list notes by their metadata"),
    .details = N_(
        "Without a query all notes are listed, newest first. See 'chiron help query' for the query language.\n"
        "\n"
        "--group takes any field, also tag, folder, space, visibility, and mentor and mentee by the charter. Of a date "
        "it\n"
        "takes a part (date:day, next_review:week, date:month, date:quarter, date:year), of a tag or folder the first\n"
        "parts (tag:1, folder:2). A note with several values counts in several groups. --sum and the like may stand\n"
        "without --group; numbers and durations (PT45M) add up, missing values are not zero: n says how many there "
        "were."),
    .options = options,
    .needs = CMD_QUERY | CMD_CATALOGUE | CMD_OUTPUT | CMD_PAGER,
    .check = check,
    .run = run,
};
