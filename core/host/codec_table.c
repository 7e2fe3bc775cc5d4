#include "host/codec.h"

/* The longest lists that table_check lets pass, and one more, so that it is the one to refuse. */
enum { LIST_MAX = 4097 };

static void put_options(struct buf *out, const chiron_option *const *options)
{
    uint32_t count = 0;
    while (options != NULL && options[count] != NULL)
        count++;
    wire_put_u32(out, count);
    for (uint32_t i = 0; i < count; i++) {
        wire_put_cstr(out, options[i]->name);
        wire_put_u8(out, (uint8_t)options[i]->short_name);
        wire_put_cstr(out, options[i]->value_name);
        wire_put_cstr(out, options[i]->summary);
    }
}

static bool take_options(struct wire_reader *reader, struct arena *arena, const chiron_option *const **options_out)
{
    size_t count = wire_count(reader, 13);
    chiron_option *all = arena_array(arena, count + 1, sizeof(*all));
    chiron_option **options = arena_array(arena, count + 1, sizeof(*options));
    if (all == NULL || options == NULL || count > LIST_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        all[i].struct_size = sizeof(all[i]);
        all[i].name = wire_cstr(reader, arena);
        all[i].short_name = (char)wire_u8(reader);
        all[i].value_name = wire_cstr(reader, arena);
        all[i].summary = wire_cstr(reader, arena);
        options[i] = &all[i];
    }
    *options_out = (const chiron_option *const *)options;
    return !reader->failed;
}

static void put_figures(struct buf *out, const chiron_kpi_definition *const *figures)
{
    uint32_t count = 0;
    while (figures[count] != NULL)
        count++;
    wire_put_u32(out, count);
    for (uint32_t i = 0; i < count; i++) {
        wire_put_cstr(out, figures[i]->id);
        wire_put_cstr(out, figures[i]->name);
        wire_put_cstr(out, figures[i]->unit);
        wire_put_cstr(out, figures[i]->formula);
        wire_put_cstr(out, figures[i]->query);
        wire_put_u32(out, figures[i]->direction);
    }
}

static bool take_figures(struct wire_reader *reader, struct arena *arena,
                         const chiron_kpi_definition *const **figures_out)
{
    size_t count = wire_count(reader, 24);
    chiron_kpi_definition *all = arena_array(arena, count + 1, sizeof(*all));
    chiron_kpi_definition **figures = arena_array(arena, count + 1, sizeof(*figures));
    if (all == NULL || figures == NULL || count > LIST_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        all[i].struct_size = sizeof(all[i]);
        all[i].id = wire_cstr(reader, arena);
        all[i].name = wire_cstr(reader, arena);
        all[i].unit = wire_cstr(reader, arena);
        all[i].formula = wire_cstr(reader, arena);
        all[i].query = wire_cstr(reader, arena);
        all[i].direction = wire_u32(reader);
        figures[i] = &all[i];
    }
    *figures_out = (const chiron_kpi_definition *const *)figures;
    return !reader->failed;
}

void codec_put_table(struct buf *out, size_t kind, const void *table)
{
    const chiron_command_v1 *command = table;
    const chiron_searcher_v1 *searcher = table;
    const chiron_matcher_v1 *matcher = table;
    const chiron_exporter_v1 *exporter = table;
    const chiron_check_v1 *check = table;
    switch (kinds[kind].kind) {
    case PLUGIN_COMMAND:
        wire_put_cstr(out, command->name);
        wire_put_cstr(out, command->usage);
        wire_put_cstr(out, command->summary);
        put_options(out, command->options);
        break;
    case PLUGIN_SEARCHER:
        wire_put_cstr(out, searcher->name);
        wire_put_u8(out, CHIRON_HAS(chiron_searcher_v1, searcher, suggest) && searcher->suggest != NULL);
        wire_put_u8(out, CHIRON_HAS(chiron_searcher_v1, searcher, related) && searcher->related != NULL);
        break;
    case PLUGIN_MATCHER:
        wire_put_cstr(out, matcher->name);
        wire_put_cstr(out, matcher->summary);
        wire_put_u8(out, matcher->match != NULL);
        wire_put_u8(out, matcher->score != NULL);
        break;
    case PLUGIN_KPI:
        put_figures(out, ((const chiron_kpi_v1 *)table)->definitions);
        break;
    case PLUGIN_EXPORTER:
        wire_put_cstr(out, exporter->format);
        wire_put_cstr(out, exporter->suffix);
        wire_put_cstr(out, exporter->summary);
        put_options(out, exporter->options);
        break;
    case PLUGIN_CHECK:
        wire_put_cstr(out, check->rule);
        wire_put_cstr(out, check->summary);
        wire_put_cstr(out, check->query);
        break;
    case PLUGIN_CONSUMER:
        break;
    }
}

bool codec_take_table(struct wire_reader *reader, size_t kind, struct arena *arena, union any_table *table_out,
                      struct table_offers *offers_out)
{
    *table_out = (union any_table){0};
    switch (kinds[kind].kind) {
    case PLUGIN_COMMAND:
        table_out->command.name = wire_cstr(reader, arena);
        table_out->command.usage = wire_cstr(reader, arena);
        table_out->command.summary = wire_cstr(reader, arena);
        return take_options(reader, arena, &table_out->command.options);
    case PLUGIN_SEARCHER:
        table_out->searcher.name = wire_cstr(reader, arena);
        offers_out->suggest = wire_bool(reader);
        offers_out->related = wire_bool(reader);
        break;
    case PLUGIN_MATCHER:
        table_out->matcher.name = wire_cstr(reader, arena);
        table_out->matcher.summary = wire_cstr(reader, arena);
        offers_out->match = wire_bool(reader);
        offers_out->score = wire_bool(reader);
        break;
    case PLUGIN_KPI:
        return take_figures(reader, arena, &table_out->kpi.definitions);
    case PLUGIN_EXPORTER:
        table_out->exporter.format = wire_cstr(reader, arena);
        table_out->exporter.suffix = wire_cstr(reader, arena);
        table_out->exporter.summary = wire_cstr(reader, arena);
        return take_options(reader, arena, &table_out->exporter.options);
    case PLUGIN_CHECK:
        table_out->check.rule = wire_cstr(reader, arena);
        table_out->check.summary = wire_cstr(reader, arena);
        table_out->check.query = wire_cstr(reader, arena);
        break;
    case PLUGIN_CONSUMER:
        break;
    }
    return !reader->failed;
}
