/* A body from anybody: each place that is recorded is the construct as written, and the fast reading of blocks sees
 * the blocks that the full one sees. */
#include "text/outline.h"

#include "base/utf8.h"
#include "text/markdown.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static struct sv slice(struct sv note, const struct span *span)
{
    check(span->begin <= span->end && span->end <= note.len);
    return sv_sub(note, span->begin, span->end - span->begin);
}

static void check_place(struct sv note, const struct span *span)
{
    unsigned line = 1;
    size_t begin = 0;
    for (size_t i = 0; i < span->begin; i++)
        if (note.ptr[i] == '\n') {
            line++;
            begin = i + 1;
        }
    check(span->line == line);
    check(span->column == utf8_count(sv_sub(note, begin, span->begin - begin)) + 1);
}

static bool is_address(struct sv s)
{
    return sv_eq_nocase(sv_sub(s, 0, 4), SV("http")) || sv_eq_nocase(sv_sub(s, 0, 4), SV("www.")) ||
           sv_eq_nocase(sv_sub(s, 0, 6), SV("ftp://"));
}

static void check_link(struct sv note, const struct link *link)
{
    struct sv at = slice(note, &link->at);
    check_place(note, &link->at);
    check_place(note, &link->target_at);
    slice(note, &link->target_at);
    bool bracket = sv_starts(at, SV("[")) && (sv_ends(at, SV("]")) || sv_ends(at, SV(")")));
    bool image = sv_starts(at, SV("![")) && (sv_ends(at, SV("]")) || sv_ends(at, SV(")")));
    bool angle = sv_starts(at, SV("<")) && sv_ends(at, SV(">"));
    if (link->kind == LINK_WIKI)
        check(sv_starts(at, SV("[[")) && sv_ends(at, SV("]]")));
    else if (link->kind == LINK_EMBED)
        check(image);
    else
        check(bracket || angle || is_address(at));
    check(link->target.len == 0 || link->target.ptr != NULL);
}

static void check_outline(struct sv note)
{
    struct arena arena = {0};
    struct outline o;
    struct err err = {0};
    check(outline_parse(note, 0, 1, &arena, &o, &err) == DONE);
    size_t last = 0;
    for (size_t i = 0; i < o.link_count; i++) {
        check_link(note, &o.links[i]);
        check(o.links[i].at.begin >= last);
        last = o.links[i].at.begin;
    }
    for (size_t i = 0; i < o.heading_count; i++) {
        slice(note, &o.headings[i].at);
        check_place(note, &o.headings[i].at);
        for (size_t j = 0; o.heading_count < 100 && j < i; j++)
            check(!sv_eq(o.headings[i].anchor, o.headings[j].anchor));
    }
    for (size_t i = 0; i < o.tag_count; i++) {
        struct sv at = slice(note, &o.tags[i].at);
        check(at.len > 1 && at.ptr[0] == '#' && sv_eq(sv_from(at, 1), o.tags[i].name));
        check_place(note, &o.tags[i].at);
    }
    for (size_t i = 0; i < o.task_count; i++) {
        slice(note, &o.tasks[i].at);
        check(o.tasks[i].mark > 0 && note.ptr[o.tasks[i].mark - 1] == '[' && o.tasks[i].mark < o.tasks[i].at.begin);
    }
    for (size_t i = 0; i < o.block_id_count; i++)
        check(slice(note, &o.block_ids[i].at).ptr[0] == '^');
    for (size_t i = 0; i < o.field_count; i++)
        check(sv_find(slice(note, &o.fields[i].at), SV("::")) != SIZE_MAX && o.fields[i].key.len > 0);
    for (size_t i = 0; i < o.comment_count; i++) {
        struct sv at = slice(note, &o.comments[i]);
        check(at.len >= 4 && sv_starts(at, SV("%%")) && sv_ends(at, SV("%%")));
    }
    for (size_t i = 0; i < o.highlight_count; i++)
        check(sv_starts(slice(note, &o.highlights[i]), SV("==")) && sv_ends(slice(note, &o.highlights[i]), SV("==")));
    arena_release(&arena);
}

struct trace {
    uint64_t hash;
    size_t count;
};

static status on_block(void *payload, const struct md_event *event, struct err *err)
{
    struct trace *trace = payload;
    (void)err;
    if (event->kind >= MD_TEXT)
        return DONE;
    uint64_t parts[] = {event->kind, event->enter, event->line, event->kind == MD_HEADING ? event->level : 0};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        trace->hash = (trace->hash ^ parts[i]) * 0x100000001b3;
    trace->count++;
    return DONE;
}

static void check_blocks(struct sv note)
{
    struct trace full = {0}, fast = {0};
    /* Footnotes and task boxes are blocks' matter to the full reading alone. */
    static const char *const extended[] = {"[^", "[ ]", "[x]", "[X]"};
    for (size_t i = 0; i < sizeof extended / sizeof *extended; i++)
        if (sv_find(note, sv_of(extended[i])) != SIZE_MAX)
            return;
    if (md_walk(note, on_block, &full, NULL) != DONE || md_walk_blocks(note, on_block, &fast, NULL) != DONE)
        return;
    check(full.count == fast.count && full.hash == fast.hash);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv note = sv_make((const char *)data, size);
    check_outline(note);
    check_blocks(note);
    return 0;
}
