/* What the tests of this room share: cmocka, the installed types, a note from a string. */
#ifndef TEST_NOTE_FIXTURE_H
#define TEST_NOTE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "note/note.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline const char *fixture_template_dir(void)
{
    static char dir[4096];
    const char *source = getenv("CHIRON_TEST_SOURCE");
    snprintf(dir, sizeof(dir), "%s/templates", source == NULL ? "../.." : source);
    return dir;
}

/* The types of the installation; free with types_free. */
static inline struct types *fixture_types(void)
{
    struct err err = {0};
    struct types *types;
    if (types_load(fixture_template_dir(), -1, &types, NULL, &err) != DONE)
        fail_msg("%s: %s", err.path, err.text);
    return types;
}

static inline void fixture_parse(const char *path, const char *text, const struct types *types, struct arena *arena,
                                 struct note *note)
{
    struct err err = {0};
    if (note_parse(sv_of(path), sv_of(text), types, arena, note, &err) != DONE)
        fail_msg("%s", err.text);
}

/* The first finding of a rule; NULL: none. */
static inline const struct finding *fixture_finding(const struct findings *findings, const char *rule)
{
    for (size_t i = 0; i < findings->count; i++)
        if (strcmp(findings->items[i].rule, rule) == 0)
            return &findings->items[i];
    return NULL;
}

static inline void assert_sv(struct sv actual, const char *expected)
{
    if (!sv_eq_c(actual, expected))
        fail_msg("'%.*s' is not '%s'", SV_ARG(actual), expected);
}

static inline void assert_has(struct sv text, const char *part)
{
    if (sv_find(text, sv_of(part)) == SIZE_MAX)
        fail_msg("'%.*s' does not hold '%s'", SV_ARG(text), part);
}

#endif
