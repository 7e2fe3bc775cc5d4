/* Commands. To add one:
 *   1. write cmd_<name>.c with one `const struct cmd_entry cmd_<name>` (start from cmd_tags.c);
 *   2. declare it below and name it in the table of commands.c;
 *   3. write tests/cmd/<name>.bats, translate its messages in po/, and give it a line in README.md.
 * Parsing, help and the list of commands follow from the entry. */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include "catalogue/eval.h"
#include "catalogue/group.h"
#include "host/host.h"
#include "out/out.h"
#include "out/terminal.h"

/* What a command needs is declared; the dispatcher opens it before `run`. A usage error never opens a vault. */
enum cmd_needs {
    CMD_VAULT = 1 << 0,
    CMD_CATALOGUE = 1 << 1, /* opened and brought up to date; a vault too */
    CMD_PLUGINS = 1 << 2,   /* manifests read; nothing loaded */
    CMD_OUTPUT = 1 << 3,    /* --format and --json; `out` is open */
    CMD_QUERY = 1 << 4,     /* words are a query: after the first of them a single dash belongs to it */
    CMD_PAGER = 1 << 5,
    CMD_HIDDEN = 1 << 6, /* not listed in help */
    CMD_SINGLE = 1 << 7  /* under JSON the answer is one object, not an array */
};

struct cmd_option {
    const char *name;    /* "limit" */
    char short_name;     /* or 0 */
    const char *value;   /* N_("N"); NULL: a flag */
    const char *summary; /* N_() */
};

struct cmd;
struct cmd_entry {
    const char *name;
    const char *usage;                /* behind the name: N_("[QUERY...]") */
    const char *summary;              /* one line, N_() */
    const char *details;              /* paragraphs for `help NAME`, N_(); may be NULL */
    const struct cmd_option *options; /* ends with a NULL name; may be NULL */
    unsigned needs;
    unsigned words_min, words_max; /* how many words it takes; a query may have any number */
    unsigned query_from;           /* CMD_QUERY: which word begins the query (export: behind the format) */
    const char *extra_format;      /* a format of its own besides the common ones ("dot"), or NULL */
    /* Run before the words are parsed, for options that are known only then (cmd->plugin_options); may be NULL. */
    status (*prepare)(struct cmd *cmd, int argc, char **argv, struct err *err);
    /* Mistakes in the values of options, told before anything is opened; may be NULL. */
    status (*check)(struct cmd *cmd, struct err *err);
    /* DONE: exit code 0; NOT_FOUND: 1; USAGE: 2; any other failure: 3. */
    status (*run)(struct cmd *cmd, struct err *err);
};

extern const struct cmd_entry cmd_append, cmd_check, cmd_doctor, cmd_export, cmd_graph, cmd_help, cmd_init, cmd_kpi,
    cmd_links, cmd_list, cmd_match, cmd_mentions, cmd_plugin, cmd_related, cmd_remove, cmd_render, cmd_retag,
    cmd_search, cmd_set, cmd_show, cmd_tags, cmd_template, cmd_undo, cmd_unset, cmd_watch;
/* All, in the order in which help lists them; ends with NULL. */
extern const struct cmd_entry *const commands[];
const struct cmd_entry *command_find(struct sv name);

enum { CMD_WORDS_MAX = 4096 };
struct cmd_value {
    struct sv name; /* of the option; empty: a word */
    struct sv value;
};

/* One run of the program. */
struct cmd {
    const struct cmd_entry *entry;
    struct arena arena;
    /* Global options. */
    const char *dir; /* -C, CHIRON_VAULT; NULL: here */
    struct sv space;
    enum color_when color;
    bool no_pager, quiet;
    /* The command's own, in order. */
    struct cmd_value *values;
    size_t value_count, value_capacity;
    struct sv *words;
    size_t word_count, word_capacity;
    struct query *query;                     /* CMD_QUERY: the words, parsed */
    struct sv query_text;                    /* the same as it was typed */
    struct sv saved;                         /* the saved query that they begin with; empty: none */
    struct plugin *plugin;                   /* set by `prepare` */
    const struct cmd_option *plugin_options; /* its options; NULL: none */
    bool extra_format;                       /* --format named entry->extra_format */
    struct out_options output;
    struct buf format_text;
    /* What was opened. */
    struct vault *vault;
    struct catalogue *catalogue;
    struct plugins *plugins;
    struct out *out;
    struct pager pager;
    struct progress progress;
    struct searcher searcher;
    struct eval_groups *named_groups; /* NULL: the query has none, or nobody would see them */
};

/* --- options (options.c: the one door to popt)
 * ------------------------------------------------------------------------------------ */

/* Options that every command takes. */
extern const struct cmd_option global_options[], output_options[];
/* Splits `argv` (behind the command's name) into options and words by `tables` (NULL-terminated list of tables). */
status options_parse(struct cmd *cmd, const struct cmd_option *const *tables, bool query, int argc, char **argv,
                     struct err *err);
/* The last value of an option; NULL when it was not given. */
const struct cmd_value *option_get(const struct cmd *cmd, const char *name);
bool option_given(const struct cmd *cmd, const char *name);
/* As if it had been given last. Views must outlive the run. */
status option_add(struct cmd *cmd, struct sv name, struct sv value, struct err *err);
struct sv option_text(const struct cmd *cmd, const char *name, struct sv fallback);
/* A whole number of at least `least`; USAGE otherwise. */
status option_number(const struct cmd *cmd, const char *name, int64_t least, int64_t fallback, int64_t *number_out,
                     struct err *err);

/* --- the frame (cli.c)
 * --------------------------------------------------------------------------------------------------------------- */

/* The whole program; returns the exit code. */
int cli_main(int argc, char **argv);
/* For commands that find out by their words what they need. Each does nothing when it is open already. */
status cmd_need_vault(struct cmd *cmd, struct err *err);
status cmd_need_catalogue(struct cmd *cmd, struct err *err);
status cmd_need_plugins(struct cmd *cmd, struct err *err);
/* A line on stderr unless -q: "chiron: warning: ...". */
void cmd_warn(const struct cmd *cmd, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* On stderr: nothing was found, and this query may have been meant. Under JSON {"suggestion": {"query": ...}}. */
void cmd_suggest(const struct cmd *cmd, struct sv query);
/* A text to stdout, past the sink and the pager: help. REFUSED without words when the reader has left. */
status cmd_print(const struct buf *text, struct err *err);
/* Joins the command's words (from its entry's `query_from` on) and parses them into `query`; a mistake points at its
 * character on stderr. The frame does so for each command with CMD_QUERY. */
status cmd_query_parse(struct cmd *cmd, struct err *err);
/* An eval with this run's searcher (picked only when the query has text; `using` names one, empty: the usual) and
 * space. */
status cmd_eval(struct cmd *cmd, struct sv using, struct eval *eval_out, struct err *err);
/* The same for a query that is not the command's words. */
status cmd_eval_for(struct cmd *cmd, const struct query *query, struct sv using, struct eval *eval_out,
                    struct err *err);
/* Builds the history where dates of notes or an order by `sort` come from it. */
status cmd_dates(struct cmd *cmd, const struct sort *sort, struct err *err);
/* Before records are put into an answer that shows what history says of them. */
status cmd_follow_history(struct cmd *cmd, struct err *err);
/* Picks the searcher of this run, for what is asked of it besides queries. */
status cmd_searcher(struct cmd *cmd, struct sv using, struct err *err);
/* The set of notes that the words name. */
status cmd_query_set(struct cmd *cmd, struct id_set *set_out, struct err *err);
/* The one note that a word names, of the space asked for: a handle, or a path from where the user stands. */
status cmd_find(struct cmd *cmd, struct sv word, bool prefix, int64_t *id_out, struct err *err);
/* The same; prefixes are fine. */
status cmd_note(struct cmd *cmd, struct sv handle, struct record *record_out, struct err *err);

/* The frame's own steps, for commands that plugins offer. */
status cmd_settle_options(struct cmd *cmd, struct err *err);
status cmd_open_output(struct cmd *cmd, struct err *err);
/* Ends the answer after `code`, which it returns unless the answer itself could not be written. */
status cmd_finish_output(struct cmd *cmd, status code, struct err *err);
/* USAGE, with a near name to try. */
status cmd_unknown(struct sv name, struct err *err);

/* --- what plugins offer (plugin_words.c) ---------------------------------------------------------------------------
 */

/* The plugin behind `chiron NAME`; one that was refused is an error with its reason. */
status plugin_for_command(struct cmd *cmd, struct sv name, struct plugin **plugin_out, struct err *err);
/* Its options as ours; in the arena of `cmd`. */
status plugin_option_table(struct cmd *cmd, const struct plugin_usage *usage, const struct cmd_option **table_out,
                           struct err *err);
/* The options of `own` that were given, then the words from `words_from` on: what the frame took for itself stays out.
 */
status plugin_arguments_of(struct cmd *cmd, const struct cmd_option *own, size_t words_from,
                           struct plugin_arguments *arguments, struct err *err);
status plugin_command_run(struct cmd *cmd, struct sv name, int argc, char **argv, struct err *err);

/* --- shared shapes
 * ---------------------------------------------------------------------------------------------------------------- */

/* The keys of design.md section 9 for a note, inside an open map (record.c). */
void record_columns(struct out *out);
void record_put(struct out *out, const struct record *record);
/* "2026-11-20  session      Title  (handle)": a line for people; the handle last, so that titles align. */
void record_line(struct out *out, const struct record *record);

/* list_saved.c: the saved queries as an answer; what the one that the words begin with says about order, limit and
 * groups, as options, where the command line does not. */
status list_saved(struct cmd *cmd, struct err *err);
status saved_options(struct cmd *cmd, struct err *err);

/* named_groups.c: the columns, before the first note; `groups` of one, inside an open map. */
status named_groups_open(struct cmd *cmd, struct err *err);
status named_groups_put(struct cmd *cmd, const struct record *record, struct err *err);

/* list_groups.c: --group, --sum and the like as a request, checked as far as the words alone tell; its answer. */
status group_options(struct cmd *cmd, struct group_request *request, struct err *err);
status list_groups(struct cmd *cmd, const struct id_set *set, struct group_request *request, struct err *err);

/* help.c */
void help_overview(const struct plugins *plugins, struct buf *out);
void help_command(const struct cmd_entry *entry, const struct cmd_option *more, struct buf *out);
void help_plugin_command(const struct plugin_usage *usage, struct buf *out);
void help_usage_line(const struct cmd_entry *entry, struct buf *out);

#endif
