#include "host/kind.h"

const struct kind kinds[KIND_COUNT] = {
    {PLUGIN_COMMAND, "command", CHIRON_EXT_COMMAND},    {PLUGIN_SEARCHER, "searcher", CHIRON_EXT_SEARCHER},
    {PLUGIN_MATCHER, "matcher", CHIRON_EXT_MATCHER},    {PLUGIN_KPI, "kpi", CHIRON_EXT_KPI},
    {PLUGIN_EXPORTER, "exporter", CHIRON_EXT_EXPORTER}, {PLUGIN_CHECK, "check", CHIRON_EXT_CHECK},
    {PLUGIN_CONSUMER, "consumer", CHIRON_EXT_CONSUMER},
};

size_t kind_index(enum plugin_kind kind)
{
    size_t i = 0;
    while (i < KIND_COUNT - 1 && kinds[i].kind != kind)
        i++;
    return i;
}

void plugin_kinds_put(unsigned wanted, struct buf *out)
{
    bool first = true;
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if ((wanted & kinds[i].kind) == 0)
            continue;
        if (!first)
            buf_char(out, ',');
        buf_put_c(out, kinds[i].name);
        first = false;
    }
}

bool plugin_kind_parse(struct sv name, enum plugin_kind *kind_out)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (sv_eq_c(name, kinds[i].name)) {
            *kind_out = kinds[i].kind;
            return true;
        }
    }
    return false;
}
