/* A pattern and, behind a NUL, a text: what the first look refuses has no match, and matches lie within the text. */
#include "text/regex.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void find(const struct regex *regex, struct sv text)
{
    struct regex_run *run;
    struct regex_match match, named;
    struct err err = {0};
    if (regex_run_new(regex, &run, &err) != DONE)
        return;
    status s = regex_find(regex, run, text, 0, &match, &err);
    check(s != DONE || (match.begin <= match.end && match.end <= text.len && regex_may_match(regex, text)));
    for (size_t i = 0; s == DONE && i < regex_name_count(regex); i++)
        check(!regex_named(regex, run, i, &named) || (named.begin <= named.end && named.end <= text.len));
    regex_run_free(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv all = sv_make((const char *)data, size), pattern;
    struct regex *regex;
    struct err err = {0};
    sv_next(&all, '\0', &pattern);
    if (pattern.len < 1000 && regex_compile(pattern, &regex, &err) == DONE) {
        find(regex, all);
        regex_free(regex);
    }
    return 0;
}
