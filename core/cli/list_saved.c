/* Saved queries: `list --saved`, and what one of them says about the list it begins. */
#include "base/i18n.h"
#include "catalogue/query_saved.h"
#include "cli/cmd.h"

static const char *const list_keys[] = {"sort", "group", "sum", "mean", "median", "min", "max", NULL};

/* Groups that were asked for by hand are a list of another kind: the saved order and figures are not theirs. */
status saved_options(struct cmd *cmd, struct err *err)
{
    bool regrouped = option_given(cmd, "group");
    status s = DONE;
    if (cmd->saved.len == 0)
        return DONE;
    const struct config_entry *limit = query_saved_entry(&cmd->vault->config, cmd->saved, "limit");
    if (limit && !option_given(cmd, "limit"))
        s = option_add(cmd, SV("limit"), limit->value, err);
    for (const char *const *key = list_keys; s == DONE && *key && !regrouped; key++) {
        const struct config_entry *entry = query_saved_entry(&cmd->vault->config, cmd->saved, *key);
        if (entry && entry->value.len > 0 && !option_given(cmd, *key))
            s = option_add(cmd, sv_of(*key), entry->value, err);
    }
    return s;
}

static void put_saved(struct cmd *cmd, struct sv name)
{
    const struct config *config = &cmd->vault->config;
    const struct config_entry *query = query_saved_text(config, name);
    struct err wrong = {0};
    int64_t limit = 0;
    out_begin_map(cmd->out);
    out_put(cmd->out, "name", name);
    out_put(cmd->out, "query", query ? query->value : (struct sv){0});
    const struct config_entry *entry = query_saved_entry(config, name, "description");
    out_put(cmd->out, "description", entry ? entry->value : (struct sv){0});
    for (const char *const *key = list_keys; *key; key++)
        if ((entry = query_saved_entry(config, name, *key)))
            out_put(cmd->out, *key, entry->value);
    entry = query_saved_entry(config, name, "limit");
    if (entry && sv_to_i64(entry->value, &limit))
        out_put_int(cmd->out, "limit", limit);
    if (query) {
        out_put(cmd->out, "path", query->file);
        out_put_int(cmd->out, "line", query->line);
    }
    if (query_saved_check(config, name, &wrong) != DONE) {
        char words[ERR_TEXT_MAX + ERR_PATH_MAX];
        err_format(&wrong, words, sizeof words);
        out_put(cmd->out, "error", sv_of(wrong.text));
        cmd_warn(cmd, "%s", words);
    }
    out_end_map(cmd->out);
}

status list_saved(struct cmd *cmd, struct err *err)
{
    struct sv *names = NULL;
    size_t count = 0;
    if (cmd->word_count > 0)
        return err_set(err, USAGE, _("--saved takes no query"));
    status s = query_saved_names(&cmd->vault->config, &cmd->arena, &names, &count, err);
    out_column(cmd->out, "name", _("name"));
    out_column(cmd->out, "query", _("query"));
    out_column(cmd->out, "description", _("description"));
    for (size_t i = 0; s == DONE && i < count; i++)
        put_saved(cmd, names[i]);
    return s == DONE && count == 0 ? NOT_FOUND : s;
}
