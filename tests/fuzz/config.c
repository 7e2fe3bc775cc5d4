/* The configuration parser: every entry is inside the arena, in order, with a lower-case name; and what it accepts
 * can be looked up. */
#include "base/config.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv text = sv_make((const char *)data, size);
    struct arena arena = {0};
    struct config config = {0};
    struct err err = {0};
    status rc = config_parse(&config, &arena, SV("fuzz"), text, &err);

    check(rc == DONE || (rc == MALFORMED && err.code == MALFORMED && err.text[0]));
    for (size_t i = 0; i < config.count; i++) {
        const struct config_entry *entry = &config.entries[i];

        check(sv_chr(entry->key, '.') != SIZE_MAX && entry->line > 0 && entry->column > 0);
        check(i == 0 || entry->line >= entry[-1].line);
        check(config_get(&config, entry->key) >= entry);
        check(entry->value.len <= size + 4);
        for (size_t at = 0; at <= entry->value.len && at < 64; at++) {
            unsigned line, column;

            config_place(entry, at, &line, &column);
            check(line >= entry->line && column > 0);
        }
        config_bool(&config, entry->key, false);
        config_int(&config, entry->key, 0);
    }
    arena_release(&arena);
    return 0;
}
