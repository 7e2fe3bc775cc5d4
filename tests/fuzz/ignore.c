/* The rules of a .gitignore: the input is a path, a NUL, and the file. Nothing reads outside, whatever the pattern, and
 * a path is answered the same way twice. */
#include "vault/ignore.h"
#include "vault/wildmatch.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv rest = sv_make((const char *)data, size), path = {0};
    struct arena arena = {0};
    struct ignore root, below;
    struct err err = {0};
    bool answer;

    if (!sv_next(&rest, '\0', &path) || path.len > 4096 || rest.len > 64 * 1024)
        return 0;
    if (ignore_parse(rest, SV(""), NULL, &arena, &root, &err) != DONE ||
        ignore_parse(rest, sv_dirname(path), &root, &arena, &below, &err) != DONE)
        abort();
    answer = ignore_matches(&below, path, true);
    if (answer != ignore_matches(&below, path, true))
        abort();
    ignore_matches(&below, path, false);
    if (!wildmatch(SV("**"), path))
        abort();
    wildmatch(rest, path);
    arena_release(&arena);
    return 0;
}
