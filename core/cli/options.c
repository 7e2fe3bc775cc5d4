/* Options, from the commands' tables, by popt. What is an option and what is a word is settled here first, because a
 * query may begin its words with a dash. */
#include "base/i18n.h"
#include "cli/cmd.h"

#include <popt.h>
#include <stdlib.h>
#include <string.h>

const struct cmd_option global_options[] = {
    {"directory", 'C', N_("DIR"), N_("work on the vault that holds DIR")},
    {"space", 0, N_("SPACE"), N_("only notes of this space")},
    {"lang", 0, N_("LL"), N_("language of messages: en, pl or da")},
    {"color", 0, N_("WHEN"), N_("colours: auto, always or never")},
    {"no-pager", 0, NULL, N_("do not send the answer through a pager")},
    {"quiet", 'q', NULL, N_("no warnings and no progress")},
    {"help", 'h', NULL, N_("show help and exit")},
    {0},
};

const struct cmd_option output_options[] = {
    {"format", 0, N_("FORMAT"), N_("text, json, jsonl, csv, paths, paths0, a template with {{...}}, or @file")},
    {"json", 0, NULL, N_("short for --format json")},
    {0},
};

static const struct cmd_option *find_long(const struct cmd_option *const *tables, struct sv name)
{
    for (; *tables; tables++)
        for (const struct cmd_option *option = *tables; option->name; option++)
            if (sv_eq_c(name, option->name))
                return option;
    return NULL;
}

static const struct cmd_option *find_short(const struct cmd_option *const *tables, char name)
{
    for (; *tables; tables++)
        for (const struct cmd_option *option = *tables; option->name; option++)
            if (option->short_name && option->short_name == name)
                return option;
    return NULL;
}

static status add_word(struct cmd *cmd, const char *word, struct err *err)
{
    struct sv *grown = arena_grow(&cmd->arena, cmd->words, &cmd->word_capacity, cmd->word_count, sizeof *grown);
    if (!grown)
        return err_no_memory(err);
    cmd->words = grown;
    cmd->words[cmd->word_count++] = sv_of(word);
    return DONE;
}

status option_add(struct cmd *cmd, struct sv name, struct sv value, struct err *err)
{
    struct cmd_value *grown =
        arena_grow(&cmd->arena, cmd->values, &cmd->value_capacity, cmd->value_count, sizeof *grown);
    if (!grown)
        return err_no_memory(err);
    cmd->values = grown;
    cmd->values[cmd->value_count++] = (struct cmd_value){.name = name, .value = value};
    return DONE;
}

/* Whether the option word takes the next argument as its value. */
static bool takes_next(const struct cmd_option *const *tables, const char *arg)
{
    const struct cmd_option *option = NULL;
    if (arg[1] == '-') {
        if (!strchr(arg, '='))
            option = find_long(tables, sv_of(arg + 2));
        return option && option->value;
    }
    for (const char *at = arg + 1; *at; at++) {
        option = find_short(tables, *at);
        if (option && option->value)
            return at[1] == '\0';
    }
    return false;
}

/* "-n5" and "-C/some/folder": an option with its value, for nobody means to exclude the word "n5". */
static bool has_value_behind(const struct cmd_option *const *tables, const char *arg)
{
    const struct cmd_option *option = find_short(tables, arg[1]);
    if (!option || !option->value)
        return false;
    return strchr("/.~", arg[2]) || arg[2 + strspn(arg + 2, "0123456789")] == '\0';
}

/* Whether a single dash begins a word of the query, not an option: behind the first word always, before it where more
 * than one character follows ("-draft", "-tag:x") that is not an option's number or path. */
static bool is_query_word(const struct cmd *cmd, const struct cmd_option *const *tables, const char *arg)
{
    if (arg[1] == '-')
        return false;
    return cmd->word_count > cmd->entry->query_from || (arg[2] != '\0' && !has_value_behind(tables, arg));
}

/* Words go to `cmd`, options (and their values) to `kept`, which has room for argc + 2. */
static status split(struct cmd *cmd, const struct cmd_option *const *tables, bool query, int argc, char **argv,
                    const char **kept, int *kept_count, struct err *err)
{
    status code = DONE;
    bool only_words = false;
    for (int i = 0; code == DONE && i < argc; i++) {
        const char *arg = argv[i];
        bool dashed = arg[0] == '-' && arg[1] != '\0';
        if (!only_words && strcmp(arg, "--") == 0) {
            only_words = true;
        } else if (only_words || !dashed || (query && is_query_word(cmd, tables, arg))) {
            code = add_word(cmd, arg, err);
        } else {
            kept[(*kept_count)++] = arg;
            if (takes_next(tables, arg) && i + 1 < argc)
                kept[(*kept_count)++] = argv[++i];
        }
    }
    return code;
}

static size_t table_size(const struct cmd_option *const *tables)
{
    size_t count = 0;
    for (; *tables; tables++)
        for (const struct cmd_option *option = *tables; option->name; option++)
            count++;
    return count;
}

/* A name that starts with what the user wrote or that it starts with, for "did you mean". */
static const char *similar(const struct cmd_option *const *tables, const char *wrong)
{
    struct sv written = sv_of(wrong);
    while (sv_starts(written, SV("-")))
        written = sv_from(written, 1);
    size_t equals = sv_chr(written, '=');
    if (equals != SIZE_MAX)
        written = sv_sub(written, 0, equals);
    for (; written.len > 1 && *tables; tables++)
        for (const struct cmd_option *option = *tables; option->name; option++)
            if (sv_starts(sv_of(option->name), sv_sub(written, 0, 3)))
                return option->name;
    return NULL;
}

static status explain(const struct cmd_option *const *tables, poptContext context, int code, struct err *err)
{
    const char *bad = poptBadOption(context, POPT_BADOPTION_NOALIAS);
    const char *near;
    switch (code) {
    case POPT_ERROR_NOARG:
        return err_set(err, USAGE, _("option '%s' needs a value"), bad);
    case POPT_ERROR_BADOPT:
        near = similar(tables, bad);
        if (near)
            return err_set(err, USAGE, _("unknown option '%s': did you mean '--%s'?"), bad, near);
        return err_set(err, USAGE, _("unknown option '%s': see --help"), bad);
    case POPT_ERROR_UNWANTEDARG:
        return err_set(err, USAGE, _("option '%s' takes no value"), bad);
    default:
        return err_set(err, USAGE, "'%s': %s", bad, poptStrerror(code));
    }
}

static struct poptOption *popt_table(struct arena *arena, const struct cmd_option *const *tables,
                                     const struct cmd_option ***flat_out)
{
    size_t count = table_size(tables), n = 0;
    struct poptOption *made = arena_array(arena, count + 1, sizeof *made);
    const struct cmd_option **flat = arena_array(arena, count + 1, sizeof(void *));
    if (!made || !flat)
        return NULL;
    for (; *tables; tables++)
        for (const struct cmd_option *option = *tables; option->name; option++, n++) {
            made[n].longName = option->name;
            made[n].shortName = option->short_name;
            made[n].argInfo = option->value ? POPT_ARG_STRING : POPT_ARG_NONE;
            made[n].val = (int)n + 1;
            flat[n] = option;
        }
    *flat_out = flat;
    return made;
}

status options_parse(struct cmd *cmd, const struct cmd_option *const *tables, bool query, int argc, char **argv,
                     struct err *err)
{
    const char **kept = arena_array(&cmd->arena, (size_t)argc + 2, sizeof *kept);
    const struct cmd_option **flat = NULL;
    struct poptOption *options = popt_table(&cmd->arena, tables, &flat);
    int kept_count = 1, which;
    if (!kept || !options)
        return err_no_memory(err);
    kept[0] = "chiron";
    status code = split(cmd, tables, query, argc, argv, kept, &kept_count, err);
    if (code != DONE || kept_count == 1)
        return code;
    poptContext context = poptGetContext(NULL, kept_count, kept, options, 0);
    if (!context)
        return err_no_memory(err);
    while (code == DONE && (which = poptGetNextOpt(context)) > 0) {
        char *value = poptGetOptArg(context);
        struct sv copy = arena_copy(&cmd->arena, sv_of(value));
        free(value);
        code = copy.ptr ? option_add(cmd, sv_of(flat[which - 1]->name), copy, err) : err_no_memory(err);
    }
    if (code == DONE && which < -1)
        code = explain(tables, context, which, err);
    poptFreeContext(context);
    return code;
}

const struct cmd_value *option_get(const struct cmd *cmd, const char *name)
{
    for (size_t i = cmd->value_count; i-- > 0;)
        if (sv_eq_c(cmd->values[i].name, name))
            return &cmd->values[i];
    return NULL;
}

bool option_given(const struct cmd *cmd, const char *name)
{
    return option_get(cmd, name) != NULL;
}

struct sv option_text(const struct cmd *cmd, const char *name, struct sv fallback)
{
    const struct cmd_value *value = option_get(cmd, name);
    return value ? value->value : fallback;
}

status option_number(const struct cmd *cmd, const char *name, int64_t least, int64_t fallback, int64_t *number_out,
                     struct err *err)
{
    const struct cmd_value *value = option_get(cmd, name);
    *number_out = fallback;
    if (!value)
        return DONE;
    if (!sv_to_i64(value->value, number_out) || *number_out < least)
        return err_set(err, USAGE, _("--%s takes a whole number from %lld, not '%.*s'"), name, (long long)least,
                       SV_ARG(value->value));
    return DONE;
}
