#include "text/outline.h"

#include "base/utf8.h"
#include "text/outline_parts.h"

#include <stdlib.h>

/* Turns offsets into places. Cheap when they come in order, as they do within each kind. */
struct placer {
    const struct outliner *o;
    size_t line;       /* index of the line that `at` stands in */
    size_t at;         /* counted up to here */
    size_t line_begin; /* of the editor's line */
    unsigned column;   /* of `at`, from 1 */
};

static void placer_start(struct placer *p, size_t line)
{
    const struct outliner *o = p->o;
    while (line > 0 && o->lines[line - 1].number == o->lines[line].number)
        line--;
    p->line = line;
    p->at = p->line_begin = o->body + o->lines[line].begin;
    p->column = 1;
}

static size_t line_of(const struct outliner *o, size_t offset)
{
    size_t low = 0, high = o->line_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (o->body + o->lines[middle].begin <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void place(struct placer *p, struct span *span)
{
    const struct outliner *o = p->o;
    size_t next = p->line;
    if (span->begin < p->at)
        next = line_of(o, span->begin);
    else
        while (next + 1 < o->line_count && o->body + o->lines[next + 1].begin <= span->begin)
            next++;
    if (span->begin < p->at || o->lines[next].number != o->lines[p->line].number)
        placer_start(p, next);
    p->line = next;
    p->column += (unsigned)utf8_count(sv_sub(o->note, p->at, span->begin - p->at));
    p->at = span->begin;
    span->line = o->body_line + o->lines[next].number;
    span->column = p->column;
}

static struct placer placer_new(const struct outliner *o)
{
    struct placer p = {.o = o};
    placer_start(&p, 0);
    return p;
}

static void place_links(const struct outliner *o)
{
    struct placer at = placer_new(o), target = placer_new(o);
    for (size_t i = 0; i < o->out->link_count; i++) {
        place(&at, &o->out->links[i].at);
        place(&target, &o->out->links[i].target_at);
    }
}

static void place_all(const struct outliner *o)
{
    struct outline *out = o->out;
    struct placer p = placer_new(o);
    for (size_t i = 0; i < out->heading_count; i++)
        place(&p, &out->headings[i].at);
    placer_start(&p, 0);
    for (size_t i = 0; i < out->tag_count; i++)
        place(&p, &out->tags[i].at);
    placer_start(&p, 0);
    for (size_t i = 0; i < out->task_count; i++)
        place(&p, &out->tasks[i].at);
    placer_start(&p, 0);
    for (size_t i = 0; i < out->block_id_count; i++)
        place(&p, &out->block_ids[i].at);
    placer_start(&p, 0);
    for (size_t i = 0; i < out->field_count; i++)
        place(&p, &out->fields[i].at);
    place_links(o);
}

static int link_cmp(const void *left, const void *right)
{
    const struct link *a = left, *b = right;
    return a->at.begin < b->at.begin ? -1 : a->at.begin > b->at.begin;
}

/* A link is recorded when it closes, what stands in its text before. */
static void sort_links(struct outline *out)
{
    for (size_t i = 1; i < out->link_count; i++)
        if (out->links[i - 1].at.begin > out->links[i].at.begin) {
            qsort(out->links, out->link_count, sizeof(struct link), link_cmp);
            return;
        }
}

/* Where cmark refuses, all of the note counts. */
static status find_derived(struct outliner *o)
{
    struct err why = {0};
    if (o->out->plain || !query_blocks_have_tables(o->note))
        return DONE;
    status s = query_blocks_find(o->note, o->body, o->body_line, o->arena, &o->blocks, &why);
    if (s == NO_MEMORY)
        return err_no_memory(o->err);
    if (s != DONE)
        o->blocks.count = 0;
    return DONE;
}

static status read_body(struct outliner *o)
{
    status s = outline_find_leaves(o);
    if (s != DONE)
        return s;
    s = find_derived(o);
    if (s != DONE)
        return s;
    outline_find_definitions(o);
    outline_scan(o);
    if (o->failed)
        return err_no_memory(o->err);
    sort_links(o->out);
    place_all(o);
    return DONE;
}

status outline_parse(struct sv note, size_t body, unsigned body_line, struct arena *arena, struct outline *outline_out,
                     struct err *err)
{
    *outline_out = (struct outline){0};
    struct outliner o = {
        .note = note, .body = body, .body_line = body_line, .arena = arena, .out = outline_out, .err = err};
    status s = read_body(&o);
    map_release(&o.definitions);
    map_release(&o.anchors);
    buf_release(&o.scratch);
    return s;
}
