#include "text/outline_parts.h"

#include "base/utf8.h"
#include "text/marks.h"

#include <string.h>

struct due {
    size_t begin, end; /* of the mark and its date, in the task's text; equal: none */
    struct date date;
};

/* A date at `at`, behind white space: its end, or 0. */
static size_t take_date(struct sv s, size_t at, struct date *date_out)
{
    while (at < s.len && s.ptr[at] == ' ')
        at++;
    return date_parse(sv_sub(s, at, 10), date_out) ? at + 10 : 0;
}

static struct due due_by_sign(struct sv s)
{
    struct due due = {0};
    struct sv sign = SV("\U0001F4C5"), variant = SV("\uFE0F");
    size_t at = sv_find(s, sign);
    if (at == SIZE_MAX)
        return due;
    size_t behind = at + sign.len;
    if (sv_starts(sv_from(s, behind), variant))
        behind += variant.len;
    size_t end = take_date(s, behind, &due.date);
    return end > 0 ? (struct due){.begin = at, .end = end, .date = due.date} : (struct due){0};
}

static struct due due_by_field(struct sv s)
{
    for (size_t at = 0; at < s.len; at++) {
        struct field_mark field;
        struct date date;
        if ((s.ptr[at] == '[' || s.ptr[at] == '(') && bracket_field_at(s, at, &field) &&
            sv_eq_nocase(field.key, SV("due")) && date_parse(field.value, &date))
            return (struct due){.begin = at, .end = field.end, .date = date};
    }
    return (struct due){0};
}

/* `s` without the bytes of the due date. */
static struct sv without(struct outliner *o, struct sv s, const struct due *due)
{
    struct sv front = sv_trim_right(sv_sub(s, 0, due->begin)), back = sv_trim(sv_from(s, due->end));
    if (back.len == 0 || front.len == 0)
        return back.len == 0 ? front : back;
    struct sv both = arena_printf(o->arena, "%.*s %.*s", SV_ARG(front), SV_ARG(back));
    o->failed = o->failed || both.ptr == NULL;
    return both;
}

static void record(struct outliner *o, struct sv text, size_t begin, size_t mark)
{
    struct outline *out = o->out;
    struct task *grown = outline_grow(o, out->tasks, &out->task_capacity, out->task_count, sizeof(struct task));
    if (grown == NULL)
        return;
    struct due due = due_by_sign(text);
    if (due.end == due.begin)
        due = due_by_field(text);
    char c = o->note.ptr[mark];
    out->tasks = grown;
    out->tasks[out->task_count++] = (struct task){.at = {.begin = begin, .end = begin + text.len},
                                                  .mark = mark,
                                                  .done = c == 'x' || c == 'X',
                                                  .text = due.end > due.begin ? without(o, text, &due) : text,
                                                  .due = due.date};
}

size_t outline_task(struct outliner *o, const struct leaf *leaf, struct sv text)
{
    if (text.len < 3 || text.ptr[0] != '[' || text.ptr[1] == ']' || text.ptr[1] == '\n')
        return 0;
    uint32_t rune;
    size_t close = 1 + utf8_decode(text, 1, &rune);
    if (close == 1 || close >= text.len || text.ptr[close] != ']')
        return 0;
    size_t at = close + 1;
    bool blank = at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t');
    bool line_end = at == text.len || text.ptr[at] == '\n' || text.ptr[at] == '\r';
    /* "[a]" alone may be a link. */
    if (!blank && !(line_end && strchr(" xX", text.ptr[1]) != NULL))
        return 0;
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
        at++;
    size_t begin = leaf->begin + at;
    size_t end = line_end_at(sv_sub(o->note, 0, leaf->end), begin);
    record(o, sv_trim_right(sv_sub(o->note, begin, end - begin)), begin, leaf->begin + 1);
    return at;
}
