/* A note from anybody whose links are led elsewhere and whose tags are renamed. The first line is the new target, and
 * the new tag. */
#include "note/relink.h"
#include "note/retag.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static struct sv elsewhere(const struct link *link, void *payload)
{
    (void)link;
    return *(const struct sv *)payload;
}

static void check_relink(const struct note *note, struct sv target)
{
    struct buf out = {0};
    struct err err = {0};
    size_t count = 0;
    status s = note_relink(note, NULL, elsewhere, &target, &out, &count, &err);
    check(s == DONE || s == REFUSED || s == FAILED);
    check(s == DONE ? count > 0 || sv_eq(buf_view(&out), note->bytes) : out.len == 0);
    buf_release(&out);
}

static void check_retag(const struct note *note, struct sv tag)
{
    for (size_t i = 0; i < note->tag_count && i < 3; i++) {
        struct buf out = {0};
        struct err err = {0};
        size_t count = 0;
        status s = note_retag(note, note->tags[i], tag, &out, &count, &err);
        check(s == DONE || s == USAGE || s == MALFORMED || s == REFUSED || s == FAILED);
        check(s == DONE ? count > 0 || sv_eq(buf_view(&out), note->bytes) : out.len == 0);
        buf_release(&out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv rest = sv_make((const char *)data, size), target = {0};
    struct arena arena = {0};
    struct note note;
    struct err err = {0};
    if (!sv_next(&rest, '\n', &target))
        return 0;
    check(note_parse(SV("a.md"), rest, NULL, &arena, &note, &err) == DONE);
    check_relink(&note, target);
    check_retag(&note, target);
    arena_release(&arena);
    return 0;
}
