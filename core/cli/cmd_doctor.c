#include "base/i18n.h"
#include "base/proc.h"
#include "catalogue/query_saved.h"
#include "cli/cmd.h"
#include "git/git.h"
#include "git/program.h"
#include "vault/settings.h"

#include <unistd.h>

enum health { HEALTH_GOOD, HEALTH_WARNING, HEALTH_ERROR };

struct examination {
    struct cmd *cmd;
    size_t errors;
};

static void tell(struct examination *exam, const char *what, enum health health, struct sv detail, const char *advice)
{
    static const char *const names[] = {[HEALTH_GOOD] = "ok", [HEALTH_WARNING] = "warning", [HEALTH_ERROR] = "error"};
    struct out *out = exam->cmd->out;
    exam->errors += health == HEALTH_ERROR;
    out_begin_map(out);
    out_put(out, "check", sv_of(what));
    out_put(out, "state", sv_of(names[health]));
    out_put(out, "detail", detail);
    out_put(out, "advice", sv_of(advice));
    out_end_map(out);
}

/* --- the installation ----------------------------------------------------------------------------------------------
 */

static void examine_git_program(struct examination *exam)
{
    static const char *const argv[] = {"git", "--version", NULL};
    struct proc_options git = {.argv = argv, .timeout_ms = 5000};
    struct buf version = {0};
    struct err err = {0};
    int exit_code = 0;
    status code = proc_run(&git, &version, NULL, &exit_code, &err);
    if (code == DONE && exit_code == 0)
        tell(exam, "git", HEALTH_GOOD, sv_trim(buf_view(&version)), NULL);
    else
        tell(exam, "git", HEALTH_ERROR, sv_of(err.text),
             _("install git: nothing can be committed or synced without it"));
    buf_release(&version);
}

static void examine_templates(struct examination *exam)
{
    struct types *types = NULL;
    struct err err = {0};
    struct buf detail = {0};
    const char *dir = vault_template_dir();
    if (dir && types_load(dir, -1, &types, NULL, &err) == DONE) {
        buf_printf(&detail, Q_("%zu note type in %s", "%zu note types in %s", types_count(types)), types_count(types),
                   dir);
        tell(exam, "templates", HEALTH_GOOD, buf_view(&detail), NULL);
    } else {
        tell(exam, "templates", HEALTH_ERROR, sv_of(dir ? err.text : ""),
             _("install chiron again: its templates are missing or broken"));
    }
    types_free(types);
    buf_release(&detail);
}

static void examine_plugins(struct examination *exam)
{
    struct cmd *cmd = exam->cmd;
    struct err err = {0};
    bool searcher = false;
    if (cmd_need_plugins(cmd, &err) != DONE) {
        tell(exam, "plugins", HEALTH_ERROR, sv_of(err.text), NULL);
        return;
    }
    for (size_t i = 0; i < plugins_count(cmd->plugins); i++) {
        struct plugin *plugin = plugins_nth(cmd->plugins, i);
        struct err refusal = {0};
        const struct plugin_info *info = plugin_info(plugin);
        char *name = arena_cstr(&cmd->arena, arena_printf(&cmd->arena, "plugin %.*s", SV_ARG(info->id)));
        bool loads = info->state != PLUGIN_REFUSED && plugin_load(plugin, &refusal) == DONE;
        if (loads)
            tell(exam, name ? name : "plugin", HEALTH_GOOD, info->version, NULL);
        else
            tell(exam, name ? name : "plugin", HEALTH_WARNING, info->reason.len ? info->reason : sv_of(refusal.text),
                 _("mend or remove it"));
        searcher = searcher || (loads && (info->kinds & PLUGIN_SEARCHER));
    }
    if (!searcher)
        tell(exam, "search", HEALTH_ERROR, SV(""), _("no plugin can search text: install chiron again"));
}

/* --- the vault -------------------------------------------------------------------------------------------------------
 */

static void examine_repository(struct examination *exam, const struct space *space)
{
    struct cmd *cmd = exam->cmd;
    struct git_repo *repo = NULL;
    struct err err = {0};
    char head[GIT_ID_TEXT_SIZE];
    struct sv root = space->path.len > 0 ? arena_printf(&cmd->arena, "%s/%.*s", cmd->vault->root, SV_ARG(space->path))
                                         : sv_of(cmd->vault->root);
    char *name = arena_cstr(&cmd->arena, arena_printf(&cmd->arena, "space %.*s", SV_ARG(space->name)));
    if (!root.ptr || !name)
        return;
    if (!space->is_git) {
        tell(exam, name, HEALTH_WARNING, sv_of(_("no git repository: there is no history")),
             _("'chiron init' makes one"));
        return;
    }
    status code = git_open(root.ptr, &repo, &err);
    if (code == DONE)
        code = git_resolve(repo, SV("HEAD"), head, &err);
    bool opened = repo != NULL;
    git_close(repo);
    if (code == DONE)
        tell(exam, name, HEALTH_GOOD,
             arena_printf(&cmd->arena, "%s, HEAD %.8s", visibility_name(space->visibility), head), NULL);
    else if (opened)
        tell(exam, name, HEALTH_WARNING, sv_of(_("no commit yet")), NULL);
    else
        tell(exam, name, HEALTH_ERROR, sv_of(err.text), NULL);
}

static status tell_setting(void *payload, const struct config_entry *entry, struct sv message, struct err *err)
{
    struct examination *exam = payload;
    struct sv detail = arena_printf(&exam->cmd->arena, "%u:%u: %.*s", entry->line, entry->column, SV_ARG(message));
    (void)err;
    tell(exam, "configuration", HEALTH_WARNING, detail, NULL);
    return DONE;
}

/* A broken type of the vault's own: its notes are read as plain ones, and only here and in 'template' is it said. */
static void examine_types(struct examination *exam)
{
    struct types *types = NULL;
    struct buf warnings = {0};
    struct err err = {0};
    status code = vault_types(exam->cmd->vault, &types, &warnings, &err);
    struct sv rest = buf_view(&warnings), line;
    if (code != DONE)
        tell(exam, "note types", HEALTH_ERROR, sv_of(err.text), NULL);
    while (sv_next_line(&rest, &line))
        tell(exam, "note types", HEALTH_WARNING, line, NULL);
    types_free(types);
    buf_release(&warnings);
}

static void examine_identity(struct examination *exam)
{
    static const char *const args[] = {"config", "user.email", NULL};
    struct cmd *cmd = exam->cmd;
    struct buf email = {0};
    struct err err = {0};
    int exit_code = 1;
    if (git_try(cmd->vault->root, args, &email, NULL, &exit_code, &err) == DONE && exit_code == 0)
        tell(exam, "identity", HEALTH_GOOD, sv_trim(buf_view(&email)), NULL);
    else
        tell(exam, "identity", HEALTH_WARNING, SV(""),
             _("tell git who you are: git config --global user.email YOU@EXAMPLE.ORG"));
    buf_release(&email);
}

static void examine_catalogue(struct examination *exam)
{
    struct cmd *cmd = exam->cmd;
    struct err err = {0};
    size_t count = 0;
    status code = cmd_need_catalogue(cmd, &err);
    if (code == DONE)
        code = catalogue_count(cmd->catalogue, &count, &err);
    if (code != DONE) {
        tell(exam, "catalogue", HEALTH_ERROR, sv_of(err.text), NULL);
        return;
    }
    tell(exam, "catalogue", HEALTH_GOOD,
         arena_printf(&cmd->arena, Q_("%zu note, kept in %s", "%zu notes, kept in %s", count), count,
                      cmd->vault->data_dir ? cmd->vault->data_dir : _("memory")),
         NULL);
}

static void examine_saved_queries(struct examination *exam)
{
    struct cmd *cmd = exam->cmd;
    struct err err = {0};
    struct sv *names = NULL;
    size_t count = 0;
    status code = query_saved_names(&cmd->vault->config, &cmd->arena, &names, &count, &err);
    for (size_t i = 0; code == DONE && i < count; i++) {
        struct err wrong = {0};
        char words[ERR_TEXT_MAX + ERR_PATH_MAX];
        if (query_saved_check(&cmd->vault->config, names[i], &wrong) == DONE)
            continue;
        err_format(&wrong, words, sizeof words);
        tell(exam, "query", HEALTH_WARNING, arena_printf(&cmd->arena, "%s", words), NULL);
    }
}

static void examine_vault(struct examination *exam)
{
    struct cmd *cmd = exam->cmd;
    struct err err = {0};
    if (cmd_need_vault(cmd, &err) != DONE) {
        tell(exam, "vault", HEALTH_ERROR, sv_of(err.text), NULL);
        return;
    }
    tell(exam, "vault", HEALTH_GOOD, sv_of(cmd->vault->root), NULL);
    settings_check(&cmd->vault->user, false, tell_setting, exam, &err);
    settings_check(&cmd->vault->shared, true, tell_setting, exam, &err);
    examine_saved_queries(exam);
    examine_types(exam);
    if (cmd->vault->is_git)
        examine_identity(exam);
    for (size_t i = 0; i < cmd->vault->space_count; i++)
        examine_repository(exam, &cmd->vault->spaces[i]);
    examine_catalogue(exam);
}

static status run(struct cmd *cmd, struct err *err)
{
    struct examination exam = {.cmd = cmd};
    (void)err;
    out_column(cmd->out, "check", _("check"));
    out_column(cmd->out, "state", _("state"));
    out_column(cmd->out, "detail", _("detail"));
    out_column(cmd->out, "advice", _("what to do"));
    tell(&exam, "chiron", HEALTH_GOOD, SV(CHIRON_VERSION), NULL);
    examine_git_program(&exam);
    examine_templates(&exam);
    examine_vault(&exam);
    examine_plugins(&exam);
    return exam.errors > 0 ? NOT_FOUND : DONE;
}

const struct cmd_entry cmd_doctor = {
    .name = "doctor",
    .summary = N_("what is installed, what is wrong, what to do"),
    .details = N_("Exit code 1 when something is broken."),
    .needs = CMD_OUTPUT | CMD_PAGER,
    .run = run,
};
