/* From a command's words to notes. */
#include "base/file.h"
#include "base/i18n.h"
#include "catalogue/query_saved.h"
#include "cli/cmd.h"

#include <stdlib.h>
#include <unistd.h>

static status join_words(struct cmd *cmd, struct sv *text_out, struct err *err)
{
    struct buf text = {0};
    for (size_t i = cmd->entry->query_from; i < cmd->word_count; i++) {
        if (text.len > 0)
            buf_char(&text, ' ');
        buf_put(&text, cmd->words[i]);
    }
    *text_out = arena_copy(&cmd->arena, buf_view(&text));
    bool failed = text.failed || !text_out->ptr;
    buf_release(&text);
    return failed ? err_no_memory(err) : DONE;
}

/* Under text formats the caret line says more than a column number. Of a mistake in a saved query the message has the
 * place, and the caret shows what led there. */
static void point(const struct cmd *cmd, struct sv text, unsigned called, const struct err *err)
{
    struct buf lines = {0};
    struct err ignored = {0}, shown = {.column = called > 0 ? called : err->column};
    if (cmd->output.format == OUT_JSON || cmd->output.format == OUT_JSONL || shown.column == 0)
        return;
    query_point(text, &shown, &lines);
    buf_char(&lines, '\n');
    fd_write_all(STDERR_FILENO, buf_view(&lines), &ignored);
    buf_release(&lines);
}

status cmd_query_parse(struct cmd *cmd, struct err *err)
{
    struct sv text;
    unsigned called = 0;
    status code = join_words(cmd, &text, err);
    /* Saved queries alone are a reason to open the vault before the words are known to be right. */
    if (code == DONE && query_calls_saved(text))
        code = cmd_need_vault(cmd, err);
    if (code == DONE)
        code = query_parse_saved(text, date_today(), cmd->vault ? &cmd->vault->config : NULL, &cmd->arena, &cmd->query,
                                 &called, err);
    if (code == USAGE && cmd->query == NULL && err->column > 0) {
        point(cmd, text, called, err);
        err_context(err, _("in the query"));
    }
    if (code == DONE)
        code = eval_regex_check(cmd->query, err);
    if (code == USAGE && cmd->query && err->column > 0 && !query_calls_saved(text))
        point(cmd, text, 0, err);
    cmd->query_text = text;
    cmd->saved = query_saved_leading(text);
    return code;
}

status cmd_eval(struct cmd *cmd, struct sv using, struct eval *eval_out, struct err *err)
{
    return cmd_eval_for(cmd, cmd->query, using, eval_out, err);
}

status cmd_eval_for(struct cmd *cmd, const struct query *query, struct sv using, struct eval *eval_out, struct err *err)
{
    status code = cmd_need_catalogue(cmd, err);
    *eval_out = (struct eval){.catalogue = cmd->catalogue, .space = cmd->space};
    if (code != DONE || !query_has_text(query))
        return code;
    eval_out->searcher = &cmd->searcher;
    return cmd_searcher(cmd, using, err);
}

status cmd_searcher(struct cmd *cmd, struct sv using, struct err *err)
{
    struct plugin *plugin = NULL;
    status code = cmd_need_plugins(cmd, err);
    if (code == DONE)
        code = plugins_pick(cmd->plugins, PLUGIN_SEARCHER, using, &plugin, err);
    if (code == DONE)
        code = plugin_searcher(plugin, &cmd->searcher, err);
    progress_end(&cmd->progress);
    /* The searcher is there or it is an error of its own: "nothing found" would be another thing. */
    return code == NOT_FOUND ? FAILED : code;
}

status cmd_query_set(struct cmd *cmd, struct id_set *set_out, struct err *err)
{
    struct eval eval;
    struct buf warnings = {0};
    status code = cmd_eval(cmd, SV(""), &eval, err);
    if (code == DONE) {
        eval.warnings = &warnings;
        code = eval_set(&eval, cmd->query, set_out, err);
    }
    if (warnings.len > 0)
        cmd_warn(cmd, "%s", warnings.ptr);
    buf_release(&warnings);
    return code;
}

/* "../note.md" and "./note.md" from where the user stands, and a path from the root of the file system, as a path of
 * the vault. Anything else is a handle as it is. */
static struct sv vault_path(struct cmd *cmd, struct sv word)
{
    struct sv root = sv_of(cmd->vault->root), clean = {0};
    struct buf path = {0};
    char *here = NULL;
    if (sv_starts(word, SV("./")) || sv_starts(word, SV("../"))) {
        here = realpath(cmd->dir ? cmd->dir : ".", NULL);
        path_join(&path, sv_of(here), word);
    } else if (sv_starts(word, SV("/"))) {
        buf_put(&path, word);
    }
    struct sv whole = buf_view(&path);
    bool inside = sv_starts(whole, root) && whole.len > root.len && whole.ptr[root.len] == '/';
    /* "..", where it leads out of the vault, is left to be told as it was typed. */
    if (!inside || path.failed || !path_normalise(&cmd->arena, sv_from(whole, root.len + 1), &clean))
        clean = word;
    buf_release(&path);
    free(here);
    return clean;
}

status cmd_find(struct cmd *cmd, struct sv word, bool prefix, int64_t *id_out, struct err *err)
{
    const struct space *only = cmd->space.len > 0 ? vault_space(cmd->vault, cmd->space) : NULL;
    return catalogue_find_in(cmd->catalogue, only, vault_path(cmd, word), prefix, id_out, err);
}

status cmd_note(struct cmd *cmd, struct sv handle, struct record *record_out, struct err *err)
{
    int64_t id = 0;
    status code = cmd_find(cmd, handle, true, &id, err);
    if (code == DONE)
        code = catalogue_record(cmd->catalogue, id, &cmd->arena, record_out, err);
    return code;
}
