#include "note/marker.h"

/* An open fence of code: "```" or "~~~", closed by as many of the same. */
struct fence {
    char mark;
    size_t length; /* 0: none is open */
};

static bool is_marker(struct sv line)
{
    return sv_starts(line, SV("<<<<<<<")) && (line.len == 7 || line.ptr[7] == ' ');
}

static void step_fence(struct fence *fence, struct sv line)
{
    struct sv text = sv_trim_left(line);
    /* Four blanks make indented code; a marker at the first column cannot be in a list's fence. */
    if (line.len - text.len > 3 || text.len < 3 || (text.ptr[0] != '`' && text.ptr[0] != '~'))
        return;
    size_t length = 0;
    while (length < text.len && text.ptr[length] == text.ptr[0])
        length++;
    struct sv rest = sv_trim(sv_from(text, length));
    if (length < 3)
        return;
    if (fence->length == 0) {
        if (text.ptr[0] == '~' || sv_chr(rest, '`') == SIZE_MAX)
            *fence = (struct fence){text.ptr[0], length};
    } else if (text.ptr[0] == fence->mark && length >= fence->length && rest.len == 0) {
        fence->length = 0;
    }
}

/* The first "<<<<<<<": nearly every note has none, and few a '<' at all. */
static size_t find_run(struct sv note)
{
    for (size_t at = 0; at < note.len;) {
        size_t next = sv_chr(sv_from(note, at), '<');
        if (next == SIZE_MAX)
            break;
        at += next;
        if (sv_starts(sv_from(note, at), SV("<<<<<<<")))
            return at;
        at++;
    }
    return SIZE_MAX;
}

bool marker_find(struct sv note, size_t body, struct marker *marker_out)
{
    size_t first = find_run(note);
    if (first == SIZE_MAX)
        return false;
    struct sv rest = note, line;
    struct fence fence = {0};
    unsigned number = 0;
    for (size_t at = 0; number++, sv_next_line(&rest, &line); at = note.len - rest.len) {
        if (fence.length == 0 && at >= first && is_marker(line)) {
            *marker_out = (struct marker){at, number};
            return true;
        }
        if (at >= body)
            step_fence(&fence, line);
    }
    return false;
}
