/* A host that lends memory and nothing else. */
#ifndef SEARCH_TESTS_FUZZ_BARE_HOST_H
#define SEARCH_TESTS_FUZZ_BARE_HOST_H

#include "chiron/plugin.h"

#include <stdlib.h>

struct bare_block {
    struct bare_block *next;
};

static struct bare_block *bare_blocks;

static inline void *bare_scratch(chiron_call *call, size_t size)
{
    (void)call;
    struct bare_block *block = calloc(1, sizeof *block + size);
    if (block == NULL)
        abort();
    block->next = bare_blocks;
    bare_blocks = block;
    return block + 1;
}

static inline void bare_free(void)
{
    while (bare_blocks != NULL) {
        struct bare_block *next = bare_blocks->next;
        free(bare_blocks);
        bare_blocks = next;
    }
}

static inline chiron_status bare_fail(chiron_call *call, chiron_status code, const char *message)
{
    (void)call;
    (void)message;
    return code;
}

static inline bool bare_cancelled(const chiron_call *call)
{
    (void)call;
    return false;
}

static inline const void *bare_extension(const chiron_host *host, const char *id)
{
    (void)host;
    (void)id;
    return NULL;
}

static const chiron_host bare_host = {.struct_size = sizeof bare_host,
                                      .get_extension = bare_extension,
                                      .fail = bare_fail,
                                      .cancelled = bare_cancelled,
                                      .scratch = bare_scratch};

#endif
