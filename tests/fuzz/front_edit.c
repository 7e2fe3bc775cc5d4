/* Front matter from anybody, edited by path: the body is never touched, what
 * comes of it reads, and asking again for the same changes nothing. An input is
 * a line "ACTION KIND" as two figures, a line with the path, one with the
 * value, and the note. */
#include "text/front_edit.h"

#include "text/front.h"
#include "text/yaml_write.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static status edit(struct sv note, struct front_change *change, struct buf *out)
{
    struct err err = {0};
    status s = front_edit(note, change, 1, out, &err);
    check(s == DONE || s == USAGE || s == MALFORMED || s == REFUSED || s == FAILED);
    check(s == DONE || (out->len == 0 && err.text[0] != '\0'));
    return s;
}

static void check_result(struct sv note, struct sv edited, struct front_change *change, struct arena *arena)
{
    struct front before, after;
    struct err err = {0};
    check(front_find(note, &before, &err) == DONE);
    check(front_parse(edited, arena, &after, &err) == DONE);
    check(sv_eq(sv_from(note, before.body), sv_from(edited, after.body)));
    check(change->changed || sv_eq(note, edited));
    if (sv_find(change->path, SV("[+]")) != SIZE_MAX ||
        (change->action == FRONT_UNSET && sv_chr(change->path, '[') != SIZE_MAX))
        return; /* adds one each time, or takes the next one */
    struct buf again = {0};
    check(edit(edited, change, &again) == DONE && !change->changed && sv_eq(buf_view(&again), edited));
    buf_release(&again);
}

static struct value *value_of(unsigned char kind, struct sv text, struct arena *arena)
{
    if (kind % 3 != 2)
        return kind % 3 == 0 ? yaml_text(arena, text) : yaml_plain(arena, text);
    struct value *list = yaml_list(arena, 2);
    list->members[0].value = yaml_text(arena, sv_sub(text, 0, text.len / 2));
    list->members[1].value = yaml_text(arena, sv_from(text, text.len / 2));
    return list;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv rest = sv_make((const char *)data, size), head = {0}, path = {0}, value = {0};
    if (!sv_next(&rest, '\n', &head) || head.len < 2 || !sv_next(&rest, '\n', &path) || !sv_next(&rest, '\n', &value))
        return 0;
    struct arena arena = {0};
    struct buf out = {0};
    struct front_change change = {.action = (enum front_action)((unsigned char)head.ptr[0] % 4),
                                  .path = path,
                                  .value = value_of((unsigned char)head.ptr[1], value, &arena)};
    if (edit(rest, &change, &out) == DONE)
        check_result(rest, buf_view(&out), &change, &arena);
    buf_release(&out);
    arena_release(&arena);
    return 0;
}
