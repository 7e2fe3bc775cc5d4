#include "text/front.h"

#include "base/i18n.h"
#include "text/yaml.h"

#include <string.h>

static struct sv line_at(struct sv note, size_t at, size_t *next_out)
{
    const char *lf = memchr(note.ptr + at, '\n', note.len - at);
    size_t end = lf != NULL ? (size_t)(lf - note.ptr) : note.len;
    *next_out = lf != NULL ? end + 1 : end;
    return sv_make(note.ptr + at, end - at);
}

static bool is_fence(struct sv line, const char *fence)
{
    return line.len >= 3 && memcmp(line.ptr, fence, 3) == 0 && sv_trim(sv_from(line, 3)).len == 0;
}

/* "key:" at the start of a line, in letters of any script, digits, '_' and '-'. */
static bool is_key_line(struct sv line)
{
    size_t i = 0;
    for (; i < line.len; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
        if (!letter && c != '_' && c != '-')
            break;
    }
    if (i == 0 || i >= line.len || line.ptr[i] != ':')
        return false;
    return i + 1 == line.len || line.ptr[i + 1] == ' ' || line.ptr[i + 1] == '\t' || line.ptr[i + 1] == '\r';
}

struct fences {
    bool closed;
    bool keys;  /* a line "key:" stands before the first gap, as in front matter and hardly between thematic breaks */
    bool blank; /* nothing at all stands between them */
    bool first_is_key;
    size_t close;  /* where the closing fence begins */
    size_t behind; /* the first byte behind its line */
    unsigned line; /* of `behind` */
};

static struct fences find_fences(struct sv note, size_t at)
{
    struct fences f = {.blank = true, .line = 2};
    bool gap = false;
    for (bool first = true; at < note.len; first = false) {
        size_t next;
        struct sv line = line_at(note, at, &next);
        f.line += note.ptr[next - 1] == '\n';
        if (is_fence(line, "---") || is_fence(line, "...")) {
            f.closed = true;
            f.close = at;
            f.behind = next;
            return f;
        }
        bool empty = sv_trim(line).len == 0;
        gap = gap || (empty && !f.blank);
        f.blank = f.blank && empty;
        f.keys = f.keys || (!gap && is_key_line(line));
        f.first_is_key = f.first_is_key || (first && f.keys);
        at = next;
    }
    return f;
}

/* Offsets of the YAML become offsets of the note. Depth is bounded by the YAML limits. */
static void shift(struct value *value, size_t by)
{
    if (value == NULL)
        return;
    value->begin += by;
    value->end += by;
    for (size_t i = 0; i < value->count; i++) {
        value->members[i].key_begin += by;
        value->members[i].key_end += by;
        shift(value->members[i].value, by);
    }
}

static status parse_yaml(struct sv yaml, struct arena *arena, struct front *front, struct err *err)
{
    struct value *root;
    status s = yaml_parse(yaml, &yaml_limits_front_matter, 2, arena, &root, err);
    if (s != DONE)
        return s;
    if (root->kind == VALUE_NULL && !root->quoted) {
        root->kind = VALUE_MAP; /* "---" and "---" with nothing or comments between */
        root->line = 2;
        root->column = 1;
    }
    if (root->kind != VALUE_MAP)
        return err_at(err, MALFORMED, (struct sv){0}, root->line, root->column,
                      _("front matter is no list of keys and values"));
    shift(root, front->begin);
    front->root = root;
    return DONE;
}

status front_find(struct sv note, struct front *front_out, struct err *err)
{
    struct front *front = front_out;
    size_t start = sv_starts(note, SV("\xef\xbb\xbf")) ? 3 : 0;
    *front = (struct front){.body = start, .body_line = 1};
    if (start == note.len)
        return DONE;
    size_t begin;
    if (!is_fence(line_at(note, start, &begin), "---"))
        return DONE;
    struct fences f = find_fences(note, begin);
    if (!f.closed) {
        if (!f.first_is_key)
            return DONE;
        return err_at(err, MALFORMED, (struct sv){0}, 1, 1, _("front matter is never closed by a line '---'"));
    }
    if (!f.keys && !f.blank)
        return DONE;
    front->present = true;
    front->begin = begin;
    front->end = f.close;
    front->body = f.behind;
    front->body_line = f.line;
    return DONE;
}

status front_parse(struct sv note, struct arena *arena, struct front *front_out, struct err *err)
{
    status s = front_find(note, front_out, err);
    if (s != DONE || !front_out->present)
        return s;
    return parse_yaml(sv_sub(note, front_out->begin, front_out->end - front_out->begin), arena, front_out, err);
}
