/* Checks of the tables that a plugin answers with: before they are used, and again when they come from a worker. */
#include "base/i18n.h"
#include "base/utf8.h"
#include "host/instance.h"
#include "host/manifest.h"

#include <string.h>

enum { TEXT_MAX = 4096, OPTIONS_MAX = 256, DEFINITIONS_MAX = 4096 };

static status bad(struct err *err, const char *what)
{
    return err_set(err, REFUSED, _("its tables are not valid: %s"), what);
}

static bool is_text(const char *text)
{
    size_t len;
    if (text == NULL)
        return false;
    len = strnlen(text, TEXT_MAX + 1);
    for (size_t i = 0; i < len && i < TEXT_MAX; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return false;
    return len <= TEXT_MAX && utf8_is_valid(sv_make(text, len));
}

static bool is_name(const char *name)
{
    return is_text(name) && manifest_is_name(sv_of(name));
}

/* Identifiers of figures: as names, with '_' too. */
static bool is_figure(const char *id)
{
    if (!is_text(id) || *id == '\0')
        return false;
    return strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(id);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static status check_options(const chiron_option *const *options, struct err *err)
{
    for (size_t i = 0; options != NULL && options[i] != NULL; i++) {
        const chiron_option *option = options[i];
        if (i == OPTIONS_MAX)
            return bad(err, _("too many options"));
        if (option->struct_size < sizeof(chiron_option))
            return bad(err, _("an option's struct is too short"));
        if (!is_name(option->name) || !is_text(option->summary))
            return bad(err, _("an option has no valid name or summary"));
        if (option->short_name != 0 && !is_letter(option->short_name))
            return bad(err, _("an option's short name is not a letter or digit"));
        if (option->value_name != NULL && !is_text(option->value_name))
            return bad(err, _("the name of an option's value is not valid"));
    }
    return DONE;
}

static status check_command(const void *table, const struct expectation *expected, struct err *err)
{
    const chiron_command_v1 *command = table;
    if (!is_name(command->name) || !sv_eq_c(expected->command, command->name))
        return bad(err, _("the command's name is not the manifest's"));
    if (!is_text(command->usage) || !is_text(command->summary) || command->run == NULL)
        return bad(err, _("the command lacks usage, summary or function"));
    return check_options(command->options, err);
}

static status check_searcher(const void *table, const struct expectation *expected, struct err *err)
{
    const chiron_searcher_v1 *searcher = table;
    (void)expected;
    return is_name(searcher->name) && searcher->search != NULL ? DONE
                                                               : bad(err, _("the searcher lacks name or function"));
}

static status check_matcher(const void *table, const struct expectation *expected, struct err *err)
{
    const chiron_matcher_v1 *matcher = table;
    (void)expected;
    if (!is_name(matcher->name) || !is_text(matcher->summary))
        return bad(err, _("the matcher lacks name or summary"));
    return matcher->match != NULL || matcher->score != NULL ? DONE : bad(err, _("the matcher has no function"));
}

static status check_kpi(const void *table, const struct expectation *expected, struct err *err)
{
    const chiron_kpi_v1 *kpi = table;
    (void)expected;
    if (kpi->begin == NULL || kpi->add == NULL || kpi->finish == NULL || kpi->discard == NULL)
        return bad(err, _("a function of the figures is missing"));
    if (kpi->definitions == NULL)
        return bad(err, _("there are no figures"));
    for (size_t i = 0; kpi->definitions[i] != NULL; i++) {
        const chiron_kpi_definition *figure = kpi->definitions[i];
        if (i == DEFINITIONS_MAX)
            return bad(err, _("too many figures"));
        if (figure->struct_size < sizeof(chiron_kpi_definition) || figure->direction > CHIRON_DOWN_IS_GOOD)
            return bad(err, _("a figure's definition is too short or has no valid direction"));
        if (!is_figure(figure->id) || !is_text(figure->name) || !is_text(figure->unit) || !is_text(figure->formula) ||
            !is_text(figure->query))
            return bad(err, _("a figure lacks id, name, unit, formula or query"));
    }
    return DONE;
}

static status check_exporter(const void *table, const struct expectation *expected, struct err *err)
{
    const chiron_exporter_v1 *exporter = table;
    if (!is_name(exporter->format) || !sv_eq_c(expected->format, exporter->format))
        return bad(err, _("the exporter's format is not the manifest's"));
    if (!is_text(exporter->summary) || (exporter->suffix != NULL && !is_text(exporter->suffix)))
        return bad(err, _("the exporter lacks a summary or has no valid suffix"));
    if (exporter->begin == NULL || exporter->add == NULL || exporter->finish == NULL || exporter->discard == NULL)
        return bad(err, _("a function of the exporter is missing"));
    return check_options(exporter->options, err);
}

static status check_check(const void *table, const struct expectation *expected, struct err *err)
{
    const chiron_check_v1 *check = table;
    (void)expected;
    if (!is_figure(check->rule) || !is_text(check->summary) || !is_text(check->query) || check->check == NULL)
        return bad(err, _("the check lacks rule, summary, query or function"));
    return DONE;
}

static status check_consumer(const void *table, const struct expectation *expected, struct err *err)
{
    const chiron_consumer_v1 *consumer = table;
    (void)expected;
    if (consumer->cursor == NULL || consumer->begin == NULL || consumer->changed == NULL || consumer->removed == NULL ||
        consumer->finish == NULL || consumer->discard == NULL)
        return bad(err, _("a function of the consumer is missing"));
    return DONE;
}

/* In the order of kinds[]. The sizes are those of ABI 1.0 and never change: an appended member is asked for by
 * CHIRON_HAS. */
static const struct {
    size_t size;
    status (*check)(const void *table, const struct expectation *expected, struct err *err);
} checks[KIND_COUNT] = {
    {48, check_command},  {24, check_searcher}, {40, check_matcher},  {48, check_kpi},
    {72, check_exporter}, {40, check_check},    {56, check_consumer},
};

status table_check(size_t kind, const void *table, const struct expectation *expected, struct err *err)
{
    uint32_t size;
    if (table == NULL)
        return err_set(err, REFUSED, _("its manifest promises a %s, and the plugin has none"), kinds[kind].name);
    memcpy(&size, table, sizeof(size));
    if (size < checks[kind].size)
        return bad(err, _("a table is too short"));
    return checks[kind].check(table, expected, err);
}

void instance_close(struct instance *instance)
{
    if (instance->close != NULL)
        instance->close(instance);
    *instance = (struct instance){0};
}
