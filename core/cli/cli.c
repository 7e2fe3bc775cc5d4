/* The frame around a command: finds it, parses its words, opens what it needs, runs it, turns its end into an exit
 * code. */
#include "base/file.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/progress.h"
#include "cli/cmd.h"
#include "text/render.h"
#include "vault/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_NOTHING = 1, EXIT_USAGE = 2, EXIT_FAILED = 3 };

static const struct cmd_option version_option[] = {
    {"version", 0, NULL, N_("show the version and exit")},
    {0},
};

/* --- telling people -------------------------------------------------------------------------------------------- */

static void say(const struct buf *text)
{
    struct err ignored = {0};
    fd_write_all(STDERR_FILENO, buf_view(text), &ignored);
}

/* Messages quote file names and queries: what could steer a terminal is taken out. */
static void say_safe(const char *prefix, struct sv text)
{
    struct buf line = {0};
    buf_put_c(&line, prefix);
    render_safe_text(text, &line);
    buf_char(&line, '\n');
    say(&line);
    buf_release(&line);
}

void cmd_warn(const struct cmd *cmd, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    if (cmd->quiet)
        return;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    struct sv rest = buf_view(&text), line;
    while (sv_next_line(&rest, &line))
        if (line.len > 0) {
            struct buf prefix = {0};
            buf_printf(&prefix, "chiron: %s: ", _("warning"));
            say_safe(prefix.ptr ? prefix.ptr : "", line);
            buf_release(&prefix);
        }
    buf_release(&text);
}

void cmd_suggest(const struct cmd *cmd, struct sv query)
{
    struct buf line = {0};
    if (cmd->quiet)
        return;
    if (cmd->output.format == OUT_JSON || cmd->output.format == OUT_JSONL) {
        buf_put(&line, SV("{\"suggestion\":{\"query\":"));
        json_put_text(&line, query);
        buf_put(&line, SV("}}\n"));
        say(&line);
    } else {
        buf_printf(&line, _("nothing found; did you mean '%.*s'?"), SV_ARG(query));
        say_safe("chiron: ", buf_view(&line));
    }
    buf_release(&line);
}

static void say_error_json(const struct err *err)
{
    struct buf line = {0};
    buf_put(&line, SV("{\"error\":{\"message\":"));
    json_put_text(&line, sv_of(err->text));
    if (err->path[0]) {
        buf_put(&line, SV(",\"path\":"));
        json_put_text(&line, sv_of(err->path));
    }
    if (err->line)
        buf_printf(&line, ",\"line\":%u", err->line);
    if (err->column)
        buf_printf(&line, ",\"column\":%u", err->column);
    buf_put(&line, SV("}}\n"));
    say(&line);
    buf_release(&line);
}

static void say_error(const struct cmd *cmd, const struct err *err)
{
    char text[ERR_TEXT_MAX + ERR_PATH_MAX + 64];
    if (err->text[0] == '\0')
        return;
    if (cmd->output.format == OUT_JSON || cmd->output.format == OUT_JSONL) {
        say_error_json(err);
        return;
    }
    err_format(err, text, sizeof text);
    say_safe("chiron: ", sv_of(text));
}

static int exit_code(status code)
{
    switch (code) {
    case DONE:
    case STOP:
        return EXIT_SUCCESS;
    case NOT_FOUND:
        return EXIT_NOTHING;
    case USAGE:
        return EXIT_USAGE;
    default:
        return EXIT_FAILED;
    }
}

/* --- what commands need ---------------------------------------------------------------------------------------- */

status cmd_need_vault(struct cmd *cmd, struct err *err)
{
    struct buf warning = {0};
    if (cmd->vault)
        return DONE;
    status code = vault_open(cmd->dir, &cmd->vault, &warning, err);
    if (code == DONE && warning.len > 0)
        cmd_warn(cmd, "%s", warning.ptr);
    buf_release(&warning);
    if (code == DONE && cmd->space.len > 0 && !vault_space(cmd->vault, cmd->space)) {
        struct buf names = {0};
        for (size_t i = 0; i < cmd->vault->space_count; i++)
            buf_printf(&names, "%s'%.*s'", i ? ", " : "", SV_ARG(cmd->vault->spaces[i].name));
        code =
            err_set(err, USAGE, _("no space '%.*s' here: there is %s"), SV_ARG(cmd->space), names.ptr ? names.ptr : "");
        buf_release(&names);
    }
    return code;
}

status cmd_need_catalogue(struct cmd *cmd, struct err *err)
{
    struct catalogue_options options = {.progress = &cmd->progress};
    struct catalogue_refresh refreshed;
    struct buf note = {0};
    if (cmd->catalogue)
        return DONE;
    status code = cmd_need_vault(cmd, err);
    if (code == DONE)
        code = catalogue_open(cmd->vault, &options, &cmd->catalogue, &note, err);
    if (code == DONE)
        code = catalogue_refresh(cmd->catalogue, &refreshed, err);
    progress_end(&cmd->progress);
    if (code == DONE && note.len > 0)
        cmd_warn(cmd, "%s", note.ptr);
    buf_release(&note);
    return code;
}

status cmd_need_plugins(struct cmd *cmd, struct err *err)
{
    struct err no_vault = {0};
    if (cmd->plugins)
        return DONE;
    /* The vault first, where there is one: a plugin that lies in it is refused, and the user's own folders are known.
     */
    if (cmd_need_vault(cmd, &no_vault) == NO_MEMORY)
        return err_no_memory(err);
    status code = plugins_find(cmd->vault, &cmd->plugins, err);
    if (code == DONE)
        plugins_lend(cmd->plugins, cmd->catalogue, &cmd->progress);
    return code;
}

static struct sv pager_command(const struct cmd *cmd)
{
    static const char *const names[] = {"CHIRON_PAGER", "PAGER", NULL};
    if (cmd->vault)
        return vault_user_program(cmd->vault, names, "core.pager", "less");
    const char *pager = getenv("PAGER");
    return sv_of(pager ? pager : "less");
}

status cmd_open_output(struct cmd *cmd, struct err *err)
{
    cmd->output.fd = STDOUT_FILENO;
    cmd->output.single = (cmd->entry->needs & CMD_SINGLE) != 0;
    cmd->output.color = terminal_color(STDOUT_FILENO, cmd->color);
    cmd->output.width = terminal_width(STDOUT_FILENO);
    if ((cmd->entry->needs & CMD_PAGER) && !cmd->no_pager && cmd->output.format == OUT_TEXT) {
        status code = pager_begin(&cmd->pager, pager_command(cmd), err);
        if (code != DONE)
            return code;
    }
    return out_open(&cmd->output, &cmd->out, err);
}

static status open_needs(struct cmd *cmd, struct err *err)
{
    unsigned needs = cmd->entry->needs;
    status code = DONE;
    if (needs & (CMD_VAULT | CMD_CATALOGUE))
        code = cmd_need_vault(cmd, err);
    if (code == DONE && (needs & CMD_CATALOGUE))
        code = cmd_need_catalogue(cmd, err);
    if (code == DONE && (needs & CMD_PLUGINS))
        code = cmd_need_plugins(cmd, err);
    if (code == DONE && (needs & CMD_OUTPUT))
        code = cmd_open_output(cmd, err);
    return code;
}

static void close_needs(struct cmd *cmd)
{
    plugins_free(cmd->plugins);
    eval_groups_close(cmd->named_groups);
    catalogue_close(cmd->catalogue);
    vault_close(cmd->vault);
    buf_release(&cmd->format_text);
    arena_release(&cmd->arena);
}

/* --- options ---------------------------------------------------------------------------------------------------- */

static status parse_color(struct cmd *cmd, struct err *err)
{
    static const struct {
        const char *name;
        enum color_when when;
    } words[] = {{"auto", COLOR_AUTO}, {"always", COLOR_ALWAYS}, {"never", COLOR_NEVER}};
    struct sv text = option_text(cmd, "color", SV("auto"));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sv_eq_c(text, words[i].name)) {
            cmd->color = words[i].when;
            return DONE;
        }
    return err_set(err, USAGE, _("--color takes auto, always or never, not '%.*s'"), SV_ARG(text));
}

static status parse_lang(struct cmd *cmd, struct err *err)
{
    static const char *const known[] = {"en", "pl", "da"};
    const struct cmd_value *lang = option_get(cmd, "lang");
    if (!lang)
        return DONE;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (sv_eq_c(lang->value, known[i])) {
            i18n_init(known[i]);
            return DONE;
        }
    return err_set(err, USAGE, _("--lang takes en, pl or da, not '%.*s'"), SV_ARG(lang->value));
}

static status parse_format(struct cmd *cmd, struct err *err)
{
    const struct cmd_value *format = option_get(cmd, "format");
    if (option_given(cmd, "json"))
        cmd->output.format = OUT_JSON;
    if (!format)
        return DONE;
    if (cmd->entry->extra_format && sv_eq_c(format->value, cmd->entry->extra_format)) {
        cmd->extra_format = true;
        return DONE;
    }
    return out_format_parse(format->value, &cmd->output, &cmd->format_text, err);
}

status cmd_settle_options(struct cmd *cmd, struct err *err)
{
    const struct cmd_value *dir = option_get(cmd, "directory");
    const char *from_env = getenv("CHIRON_VAULT");
    status code = parse_lang(cmd, err);
    /* The format first: it decides in what form the next mistake is told. */
    if (code == DONE)
        code = parse_format(cmd, err);
    if (code == DONE)
        code = parse_color(cmd, err);
    cmd->space = option_text(cmd, "space", SV(""));
    cmd->quiet = option_given(cmd, "quiet");
    cmd->no_pager = option_given(cmd, "no-pager");
    cmd->dir = dir ? dir->value.ptr : from_env && *from_env ? from_env : NULL;
    progress_begin(&cmd->progress, _("reading notes"), !cmd->quiet && isatty(STDERR_FILENO));
    return code;
}

static status check_words(const struct cmd *cmd, struct err *err)
{
    const struct cmd_entry *entry = cmd->entry;
    if (cmd->word_count >= entry->words_min && (entry->needs & CMD_QUERY || cmd->word_count <= entry->words_max))
        return DONE;
    struct buf usage = {0};
    help_usage_line(entry, &usage);
    status code = err_set(err, USAGE,
                          cmd->word_count < entry->words_min ? _("something is missing: %s") : _("too many words: %s"),
                          usage.ptr ? usage.ptr : "");
    buf_release(&usage);
    return code;
}

/* --- the run ------------------------------------------------------------------------------------------------------ */

status cmd_print(const struct buf *text, struct err *err)
{
    struct err why = {0};
    status code = buf_check(text, err);
    errno = 0;
    if (code != DONE || fd_write_all(STDOUT_FILENO, buf_view(text), &why) == DONE)
        return code;
    if (errno == EPIPE)
        return REFUSED; /* the reader has left: no words are owed */
    *err = why;
    return why.code;
}

status cmd_finish_output(struct cmd *cmd, status code, struct err *err)
{
    struct err closing = {0};
    status closed = DONE;
    if (code < DONE)
        out_abandon(cmd->out);
    else
        closed = out_close(cmd->out, &closing);
    cmd->out = NULL;
    pager_end(&cmd->pager);
    if (closed == DONE)
        return code;
    *err = closing;
    return closed;
}

static status run_entry(struct cmd *cmd, struct err *err)
{
    if (option_given(cmd, "help")) {
        struct buf text = {0};
        help_command(cmd->entry, cmd->plugin_options, &text);
        status code = cmd_print(&text, err);
        buf_release(&text);
        return code;
    }
    /* Mistakes in the words are told before anything is opened. */
    status code = check_words(cmd, err);
    if (code == DONE && (cmd->entry->needs & CMD_QUERY))
        code = cmd_query_parse(cmd, err);
    if (code == DONE && cmd->entry->check)
        code = cmd->entry->check(cmd, err);
    if (code == DONE)
        code = open_needs(cmd, err);
    if (code == DONE)
        code = cmd->entry->run(cmd, err);
    progress_end(&cmd->progress);
    return cmd_finish_output(cmd, code, err);
}

status cmd_unknown(struct sv name, struct err *err)
{
    struct sv start = sv_sub(name, 0, 2);
    for (size_t i = 0; commands[i]; i++)
        if (sv_starts(sv_of(commands[i]->name), start))
            return err_set(err, USAGE, _("unknown command '%.*s': did you mean '%s'? 'chiron help' lists all"),
                           SV_ARG(name), commands[i]->name);
    return err_set(err, USAGE, _("unknown command '%.*s': 'chiron help' lists all"), SV_ARG(name));
}

static status run_command(struct cmd *cmd, const char *name, int argc, char **argv, struct err *err)
{
    cmd->entry = command_find(sv_of(name));
    if (!cmd->entry)
        return plugin_command_run(cmd, sv_of(name), argc, argv, err);
    static const struct cmd_option none[] = {{0}};
    status code = cmd->entry->prepare ? cmd->entry->prepare(cmd, argc, argv, err) : DONE;
    if (code != DONE)
        return code;
    const struct cmd_option *const tables[] = {
        cmd->entry->options ? cmd->entry->options : none, cmd->plugin_options ? cmd->plugin_options : none,
        cmd->entry->needs & CMD_OUTPUT ? output_options : none, global_options, NULL};
    code = options_parse(cmd, tables, cmd->entry->needs & CMD_QUERY, argc, argv, err);
    /* A mistake in the words is told in the form that was asked for, as far as it can be known. */
    struct err ignored = {0};
    if (code != DONE) {
        parse_format(cmd, &ignored);
        return code;
    }
    code = cmd_settle_options(cmd, err);
    return code == DONE ? run_entry(cmd, err) : code;
}

/* Where the command's name stands: behind the global options. */
static int command_index(int argc, char **argv)
{
    int i = 1;
    while (i < argc && argv[i][0] == '-' && argv[i][1] != '\0') {
        bool value = strcmp(argv[i], "-C") == 0 || strcmp(argv[i], "--directory") == 0 ||
                     strcmp(argv[i], "--space") == 0 || strcmp(argv[i], "--lang") == 0 ||
                     strcmp(argv[i], "--color") == 0;
        i += value ? 2 : 1;
    }
    return i < argc ? i : argc;
}

static status run_all(struct cmd *cmd, int argc, char **argv, struct err *err)
{
    static const struct cmd_entry bare = {.name = ""};
    const struct cmd_option *const tables[] = {global_options, version_option, NULL};
    int at = command_index(argc, argv);
    struct buf text = {0};
    cmd->entry = &bare;
    status code = options_parse(cmd, tables, false, at - 1, argv + 1, err);
    if (code == DONE)
        code = cmd_settle_options(cmd, err);
    if (code != DONE)
        return code;
    if (option_given(cmd, "version"))
        buf_put_c(&text, "chiron " CHIRON_VERSION "\n");
    else if (option_given(cmd, "help") || at == argc)
        help_overview(NULL, &text);
    if (text.len > 0) {
        code = cmd_print(&text, err);
        buf_release(&text);
        /* Without a command the overview is an answer to a mistake. */
        return code == DONE && at == argc && !option_given(cmd, "help") && !option_given(cmd, "version") ? USAGE : code;
    }
    return run_command(cmd, argv[at], argc - at - 1, argv + at + 1, err);
}

/* A descriptor that came closed must not become a file of ours; a closed stdout becomes one that fails to write. */
static void hold_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            int null = open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
            if (null >= 0 && null != fd) {
                dup2(null, fd);
                close(null);
            }
        }
}

int cli_main(int argc, char **argv)
{
    struct cmd cmd = {.pager = {.saved_stdout = -1}};
    struct err err = {0};
    hold_descriptors();
    if (argc == 3 && strcmp(argv[1], "--plugin-worker") == 0)
        return plugin_worker_main(atoi(argv[2]));
    i18n_init(NULL);
    signal(SIGPIPE, SIG_IGN);
    cancel_install();
    status code = run_all(&cmd, argc, argv, &err);
    if (code < DONE && code != REFUSED)
        say_error(&cmd, &err);
    else if (code == REFUSED && err.text[0])
        say_error(&cmd, &err);
    close_needs(&cmd);
    if (code == REFUSED && !err.text[0]) {
        /* Our reader has left: end as any filter does. */
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    return exit_code(code);
}
