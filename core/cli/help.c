/* Help, made of the same tables that parse the command line. */
#include "base/i18n.h"
#include "cli/cmd.h"
#include "text/fold.h"

enum { SUMMARY_COLUMN = 26 };

static void put_aligned(struct buf *out, struct sv left, struct sv summary)
{
    size_t width = text_width(left);
    buf_put(out, left);
    if (width + 1 > SUMMARY_COLUMN) {
        buf_char(out, '\n');
        width = 0;
    }
    buf_fill(out, ' ', SUMMARY_COLUMN - width);
    buf_put(out, summary);
    buf_char(out, '\n');
}

static void put_option(struct buf *out, const char *name, char short_name, const char *value, const char *summary)
{
    struct buf left = {0};
    if (short_name)
        buf_printf(&left, "  -%c, --%s", short_name, name);
    else
        buf_printf(&left, "      --%s", name);
    if (value)
        buf_printf(&left, "=%s", value);
    put_aligned(out, buf_view(&left), sv_of(summary));
    buf_release(&left);
}

static void put_options(struct buf *out, const char *title, const struct cmd_option *options)
{
    if (!options || !options->name)
        return;
    buf_printf(out, "\n%s\n", title);
    for (; options->name; options++)
        put_option(out, options->name, options->short_name, options->value ? _(options->value) : NULL,
                   _(options->summary));
}

void help_usage_line(const struct cmd_entry *entry, struct buf *out)
{
    buf_printf(out, "chiron %s", entry->name);
    if (entry->options || (entry->needs & CMD_OUTPUT))
        buf_printf(out, " [%s]", _("OPTION..."));
    if (entry->usage)
        buf_printf(out, " %s", _(entry->usage));
}

void help_command(const struct cmd_entry *entry, const struct cmd_option *more, struct buf *out)
{
    buf_printf(out, "%s ", _("Usage:"));
    help_usage_line(entry, out);
    buf_printf(out, "\n\n%s\n", _(entry->summary));
    if (entry->details)
        buf_printf(out, "\n%s\n", _(entry->details));
    put_options(out, _("Options:"), entry->options);
    put_options(out, _("Options of this plugin:"), more);
    if (entry->needs & CMD_OUTPUT)
        put_options(out, _("Output:"), output_options);
    put_options(out, _("Everywhere:"), global_options);
}

void help_plugin_command(const struct plugin_usage *usage, struct buf *out)
{
    buf_printf(out, "%s chiron %.*s %.*s\n\n%.*s\n", _("Usage:"), SV_ARG(usage->name), SV_ARG(usage->usage),
               SV_ARG(usage->summary));
    if (usage->option_count > 0)
        buf_printf(out, "\n%s\n", _("Options:"));
    for (size_t i = 0; i < usage->option_count; i++) {
        const struct plugin_option *option = &usage->options[i];
        struct buf name = {0}, value = {0}, summary = {0};
        buf_put(&name, option->name);
        buf_put(&value, option->value_name);
        buf_put(&summary, option->summary);
        if (!name.failed && !value.failed && !summary.failed)
            put_option(out, name.ptr ? name.ptr : "", option->short_name, value.len ? value.ptr : NULL,
                       summary.ptr ? summary.ptr : "");
        buf_release(&name);
        buf_release(&value);
        buf_release(&summary);
    }
    put_options(out, _("Output:"), output_options);
    put_options(out, _("Everywhere:"), global_options);
}

static void put_plugin_commands(const struct plugins *plugins, struct buf *out)
{
    bool titled = false;
    for (size_t i = 0; plugins && i < plugins_count(plugins); i++) {
        const struct plugin_info *info = plugin_info(plugins_nth(plugins, i));
        struct buf left = {0};
        if (!(info->kinds & PLUGIN_COMMAND) || info->state == PLUGIN_REFUSED)
            continue;
        if (!titled)
            buf_printf(out, "\n%s\n", _("Commands of plugins:"));
        titled = true;
        buf_printf(&left, "  %.*s", SV_ARG(info->command));
        put_aligned(out, buf_view(&left), info->summary);
        buf_release(&left);
    }
}

void help_overview(const struct plugins *plugins, struct buf *out)
{
    buf_put_c(out, _("chiron keeps learning logs, goal charters and supervision notes as plain Markdown in git,\n"
                     "and finds, checks and shows them. Any repository of Markdown is a vault."));
    buf_printf(out, "\n\n%s chiron %s %s\n\n%s\n", _("Usage:"),
               _("[-C DIR] [--space SPACE] [--lang LL] [--color WHEN] [--no-pager] [-q]"),
               _("COMMAND [OPTION...] [WORD...]"), _("Commands:"));
    for (size_t i = 0; commands[i]; i++) {
        struct buf left = {0};
        if (commands[i]->needs & CMD_HIDDEN)
            continue;
        buf_printf(&left, "  %s", commands[i]->name);
        put_aligned(out, buf_view(&left), sv_of(_(commands[i]->summary)));
        buf_release(&left);
    }
    put_plugin_commands(plugins, out);
    put_options(out, _("Everywhere:"), global_options);
    buf_printf(out, "\n%s\n",
               _("'chiron help COMMAND' tells more, 'chiron help query' explains the query language.\n"
                 "Exit codes: 0 done, 1 nothing found (or a check that found an error), 2 usage, 3 failed."));
}
